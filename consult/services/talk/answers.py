"""The council's official answer, and the recorder's summary: numbered, signed, never changed."""

from sqlalchemy import func, select

from consult.domain import versions
from consult.domain.audit import Tag, sha256
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.talk.comments import AnswerState
from consult.models import Consultation, OfficialAnswer, OpinionSummary, db
from consult.models.talk.participant_queries import participants
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.messages import notifications
from consult.services.talk import phases


@atomic
def answer(consultation: Consultation, state: AnswerState, reason: str, act: Act) -> OfficialAnswer:
    """Answer a proposal for the council; the newest answer counts. The same key answers once. Raises Refused."""
    transactions.lock(consultation)
    earlier = transactions.earlier(OfficialAnswer, act.key)
    if earlier is not None:
        return earlier
    phases.refuse_ended(consultation)
    versions.refuse_unless_same(act.seen, phases.shown_parts(consultation, "answer", "text", "phase"))
    given = OfficialAnswer(
        village_id=act.village_id,
        consultation_id=consultation.id,
        state=state,
        reason=reason,
        number=_next(OfficialAnswer, consultation.id),
        language=act.language,
        request_key=act.key,
        answered_by=act.actor_id,
        answered_at=act.now,
    )
    db.session.add(given)
    db.session.flush()
    _tell_participants(consultation, given, act)
    audit.record(
        Tag.PROPOSAL_ANSWERED,
        f"consultation:{consultation.id}",
        act,
        number=given.number,
        state=state.value,
        digest=sha256(reason),
    )
    return given


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
        participants(consultation.id) - {act.actor_id},
        NotificationEvent.ANSWERED,
        f"answer:{given.id}",
        village_id=act.village_id,
        consultation_id=consultation.id,
        now=act.now,
        kind="official_answer",
        title=consultation.proposal.title,
        state=given.state.value,
    )


def _next(model: type[OfficialAnswer] | type[OpinionSummary], consultation_id: int) -> int:
    last = db.session.scalar(select(func.max(model.number)).where(model.consultation_id == consultation_id))
    return (last or 0) + 1
