"""The council's official answer, and the recorder's summary: numbered, signed, never changed.

An answer speaks for the council: two officers of different offices and houses give it, or it cites the item of a meeting
that was held. Until then nothing is posted, and the duty to answer goes on. So is one corrected, and taken back.
"""

from sqlalchemy import func, select

from consult.domain import versions
from consult.domain.audit import Tag, sha256
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.people.roles import ANSWERS_PROPOSALS, RECORDS_STEPS, Role
from consult.domain.people.waiting import acting_office
from consult.domain.refusals import Reason, Refused
from consult.domain.talk.comments import AnswerState
from consult.domain.talk.council_requests import ACCEPTS, CouncilAct
from consult.models import Consultation, CouncilRequest, OfficialAnswer, OpinionSummary, Village, db
from consult.models.people.role_queries import holders
from consult.models.talk import answer_queries, meeting_bases
from consult.models.talk.participant_queries import participants
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.messages import notifications
from consult.services.people import villages
from consult.services.talk import phases
from consult.services.talk.council import council_requests
from consult.services.talk.council.council_requests import Wish
from consult.services.talk.duty import owed_answers


@atomic
def propose(
    consultation: Consultation, state: AnswerState, reason: str, act: Act, *, office: str = ""
) -> CouncilRequest:
    """Draft an answer of the council, which waits for a second officer. The same key drafts once. Raises Refused."""
    transactions.lock(consultation)
    earlier = transactions.earlier(CouncilRequest, act.key, consultation_id=consultation.id)
    if earlier is not None:
        return earlier
    _refuse_unless_answerable(consultation, state, act)
    shown = phases.shown_parts(consultation, "answer", "text")
    wish = Wish(
        kind=CouncilAct.ANSWER,
        text=reason,
        facts={"state": state.value, "answer": shown["answer"], "text": shown["text"]},
        consultation_id=consultation.id,
    )
    return council_requests.ask(wish, office, act)


@atomic
def give_by_meeting(
    consultation: Consultation, state: AnswerState, reason: str, act: Act, *, item_id: int
) -> OfficialAnswer:
    """Give an answer that stands on an item of a meeting. The same key answers once. Raises Refused."""
    transactions.lock(consultation)
    earlier = transactions.earlier(OfficialAnswer, act.key, consultation_id=consultation.id)
    if earlier is not None:
        return earlier
    _refuse_unless_answerable(consultation, state, act)
    villages.refuse_own_matter(consultation.proposal.proposed_by, act)
    _refuse_without_office(act)
    bases = meeting_bases.bases_of(consultation.id)
    if not any(one.item_id == item_id and one.bears_out(state) for one in bases):
        raise Refused(Reason.NOT_BORNE_OUT)
    given = OfficialAnswer(
        village_id=consultation.village_id,
        consultation_id=consultation.id,
        state=state,
        reason=reason,
        number=_next(OfficialAnswer, consultation.id),
        language=act.language,
        request_key=act.key,
        answered_by=act.actor_id,
        answered_at=act.now,
        item_id=item_id,
    )
    _post(consultation, given, act)
    return given


def post(consultation: Consultation, request: CouncilRequest, act: Act) -> None:
    """Post the answer of a request that was confirmed, in the unit of work at hand."""
    given = OfficialAnswer(
        village_id=consultation.village_id,
        consultation_id=consultation.id,
        state=AnswerState(request.facts["state"]),
        reason=request.text,
        number=_next(OfficialAnswer, consultation.id),
        language=request.language,
        request_key=request.request_key,
        answered_by=request.asked_by,
        answered_at=act.now,
        request_id=request.id,
    )
    _post(consultation, given, act)


def refuse_unless_postable(consultation: Consultation, request: CouncilRequest) -> None:
    """Ask again what was asked when the answer was drafted: words and answers that stand are still those of then."""
    phases.refuse_ended(consultation)
    now = phases.shown_parts(consultation, "answer", "text")
    if different := [part for part, value in now.items() if request.facts[part] != value]:
        raise Refused(Reason.CHANGED_MEANWHILE, parts=different)


def _refuse_unless_answerable(consultation: Consultation, state: AnswerState, act: Act) -> None:
    phases.refuse_ended(consultation)
    versions.refuse_unless_same(act.seen, phases.shown_parts(consultation, "answer", "text", "phase"))
    if state is AnswerState.WITHDRAWN and not answer_queries.stands(consultation.id):
        raise Refused(Reason.NOTHING_TO_TAKE_BACK)


def _refuse_without_office(act: Act) -> None:
    village = db.session.get_one(Village, act.village_id)
    held = villages.roles_of(act.actor, on=villages.local_day(village, act.now))
    if not acting_office(held, ANSWERS_PROPOSALS):
        raise Refused(Reason.NO_SUCH_OFFICE)


def _post(consultation: Consultation, given: OfficialAnswer, act: Act) -> None:
    db.session.add(given)
    db.session.flush()
    _tell_participants(consultation, given, act)
    if given.state is AnswerState.WITHDRAWN:
        _oblige_again(consultation, given, act)
    elif (
        given.state is not AnswerState.EVALUATING
    ):  # the day for the answer stays, and so do the lines that remind of it
        owed_answers.over(consultation, now=act.now)
    if given.state in ACCEPTS and consultation.proposal.cost_fen:
        _begin_deliberations(consultation, given, act)
    audit.record(
        Tag.PROPOSAL_ANSWERED,
        f"consultation:{consultation.id}",
        act,
        number=given.number,
        state=given.state.value,
        digest=sha256(given.reason),
        request=given.request_id,
        item=given.item_id,
    )


def _oblige_again(consultation: Consultation, given: OfficialAnswer, act: Act) -> None:
    """Tell the council that an answer is owed again; the day on which it was due stays."""
    if consultation.answer_due_on is not None:
        until = consultation.answer_due_on.isoformat()
        _tell_officers(consultation, f"answer_again:{given.id}", "answer_due", ANSWERS_PROPOSALS, act, until=until)


def _begin_deliberations(consultation: Consultation, given: OfficialAnswer, act: Act) -> None:
    """Tell who records the four deliberations that they begin: what costs money is decided by them, not by an answer."""
    _tell_officers(consultation, f"deliberations:{given.id}", "deliberations_begin", RECORDS_STEPS, act)


def _tell_officers(
    consultation: Consultation, subject: str, kind: str, offices: frozenset[Role], act: Act, **facts: str
) -> None:
    village = db.session.get_one(Village, consultation.village_id)
    notifications.tell(
        holders(village.id, offices, on=villages.local_day(village, act.now)),
        NotificationEvent.DUTY,
        subject,
        village_id=village.id,
        consultation_id=consultation.id,
        now=act.now,
        kind=kind,
        title=consultation.proposal.title,
        **facts,
    )


@atomic
def sum_up(consultation: Consultation, text: str, act: Act) -> OpinionSummary:
    """Sign a summary of what people think. The log gets the hash of its text. The same key signs once. Raises Refused."""
    transactions.lock(consultation)
    earlier = transactions.earlier(OpinionSummary, act.key)
    if earlier is not None:
        return earlier
    phases.refuse_ended(consultation)
    versions.refuse_unless_same(act.seen, phases.shown_parts(consultation, "summary", "text"))
    summary = OpinionSummary(
        village_id=act.village_id,
        consultation_id=consultation.id,
        number=_next(OpinionSummary, consultation.id),
        text=text,
        language=act.language,
        digest=sha256(text),
        request_key=act.key,
        signed_by=act.actor_id,
        signed_at=act.now,
    )
    db.session.add(summary)
    db.session.flush()
    audit.record(
        Tag.SUMMARY_SIGNED, f"consultation:{consultation.id}", act, number=summary.number, digest=summary.digest
    )
    return summary


def _tell_participants(consultation: Consultation, given: OfficialAnswer, act: Act) -> None:
    notifications.tell(
        participants(consultation.id) - {act.actor_id, given.answered_by},
        NotificationEvent.ANSWERED,
        f"answer:{given.id}",
        village_id=consultation.village_id,
        consultation_id=consultation.id,
        now=act.now,
        kind="official_answer",
        title=consultation.proposal.title,
        state=given.state.value,
    )


def _next(model: type[OfficialAnswer] | type[OpinionSummary], consultation_id: int) -> int:
    last = db.session.scalar(select(func.max(model.number)).where(model.consultation_id == consultation_id))
    return (last or 0) + 1
