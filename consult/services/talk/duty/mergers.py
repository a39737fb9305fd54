"""Merging a proposal into another of the village. Names and the duty to answer move along; the proposer is asked.

An officer asks. The proposer's yes merges at once. Else a second officer of another office confirms, and it holds when the
proposer has not said for some days that the two are not the same. That word is binding: it is not asked for again.
"""

from datetime import date, datetime

from sqlalchemy import or_, select

from consult.domain import versions
from consult.domain.audit import Tag
from consult.domain.instants import last_day_anywhere
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.people.right_changes import has_lapsed, numbers
from consult.domain.people.roles import ANSWERS_PROPOSALS, CHANGES_POLLS, Role
from consult.domain.people.two_persons import Asked
from consult.domain.people.waiting import Wait, acting_office
from consult.domain.refusals import Reason, Refused
from consult.domain.talk import mergers as rules
from consult.domain.talk.mergers import MERGED, MergerEnd
from consult.domain.talk.phases import PhaseAct
from consult.models import Consultation, Merger, MergerRequest, Village, db
from consult.models.talk.participant_queries import participants
from consult.services.core import audit, sure_time, transactions
from consult.services.core.acts import Act
from consult.services.core.each import each
from consult.services.core.transactions import atomic
from consult.services.messages import notifications
from consult.services.people import villages
from consult.services.people.two_persons import second_persons
from consult.services.people.two_persons.second_persons import Wanted
from consult.services.talk import endorsements, phases


@atomic
def ask(consultation: Consultation, into: Consultation | None, reason: str, act: Act) -> MergerRequest | None:
    """Ask to merge a consultation into another of the same village. Asked again for the same: nothing. Raises Refused.

    Who proposed it and asks as an officer has said yes by that.
    """
    _lock_both(consultation, into)
    if db.session.get(Merger, consultation.id) is not None:
        return None
    target = _refuse_unless_mergeable(consultation, into)
    versions.refuse_unless_same(act.seen, phases.shown_parts(consultation, "phase", "text"))
    waiting = waiting_of(consultation.id)
    if waiting is not None and waiting.into_id == target.id:
        return waiting
    if waiting is not None:
        raise Refused(Reason.MERGER_WAITS)
    if _was_declined(consultation.id, target.id):
        raise Refused(Reason.MERGER_DECLINED)
    office = acting_office(_held(act), ANSWERS_PROPOSALS)
    if not office:
        raise Refused(Reason.NO_SUCH_OFFICE)
    request = MergerRequest(
        village_id=act.village_id,
        consultation_id=consultation.id,
        into_id=target.id,
        reason=reason,
        asked_by=act.actor.id,
        asked_office=office,
        asked_at=act.now,
    )
    db.session.add(request)
    db.session.flush()
    if consultation.proposal.proposed_by == act.actor_id:
        _merge(request, consultation, target, MergerEnd.AGREED, act)
        return request
    second_persons.tell(_wanted(request, consultation), act)
    _tell_proposer(request, consultation, "merger_asked", act, title=consultation.proposal.title)
    audit.record(Tag.MERGER_ASKED, _subject(consultation), act, request=request.id, into=target.id)
    return request


@atomic
def agree(request: MergerRequest, act: Act) -> None:
    """Agree as the proposer: it is merged now. Twice is the same as once. Raises Refused."""
    consultation, into = _of_proposer(request, act)
    if request.outcome in MERGED:
        return
    _refuse_ended(request)
    _refuse_unless_mergeable(consultation, into)
    _merge(request, consultation, into, MergerEnd.AGREED, act)


@atomic
def decline(request: MergerRequest, act: Act) -> None:
    """Say as the proposer that the two are not the same. Twice is the same as once. Raises Refused."""
    consultation, _ = _of_proposer(request, act)
    if request.outcome is MergerEnd.DECLINED:
        return
    _refuse_ended(request)
    _end(request, consultation, MergerEnd.DECLINED, act)


@atomic
def confirm(request: MergerRequest, office: str, act: Act) -> None:
    """Confirm as the second officer; the proposer is told, and has some days to say no. Twice is once. Raises Refused."""
    consultation, into = _locked(request)
    if request.confirmed_at is not None:
        return
    _refuse_ended(request)
    if act.actor_id == consultation.proposal.proposed_by:
        raise Refused(Reason.PROPOSER_SAYS_YES_OR_NO)
    asked = Asked(request.asked_by, request.asked_office, request.asked_at)
    if reason := villages.why_not_second(asked, office, act, allowed=CHANGES_POLLS):
        raise Refused(reason)
    _refuse_unless_mergeable(consultation, into)
    request.confirmed_by, request.confirmed_office, request.confirmed_at = act.actor.id, office, act.now
    request.holds_on = rules.holds_on(_today(act))
    db.session.flush()
    second_persons.over(Wait.MERGER, [request.id], act)
    until = request.holds_on.isoformat()
    _tell_proposer(request, consultation, "merger_confirmed", act, title=consultation.proposal.title, until=until)
    facts = {"request": request.id, "office": office, "holds_on": until}
    audit.record(Tag.MERGER_CONFIRMED, _subject(consultation), act, **facts)


@atomic
def drop(request: MergerRequest, act: Act) -> None:
    """Take a request back before it holds, as one of the offices that merge. Twice is the same as once. Raises Refused."""
    consultation, _ = _locked(request)
    if request.outcome is MergerEnd.DROPPED:
        return
    _refuse_ended(request)
    if not _held(act) & CHANGES_POLLS:
        raise Refused(Reason.NO_SUCH_OFFICE)
    _end(request, consultation, MergerEnd.DROPPED, act)


def hold_due(*, now: datetime) -> list[int]:
    """Merge what two officers confirmed and the proposer said nothing against, and end what nobody confirmed. Return which."""
    due = or_(
        MergerRequest.holds_on <= last_day_anywhere(now),
        MergerRequest.confirmed_at.is_(None) & (MergerRequest.asked_at <= now - numbers().lapse),
    )
    query = select(MergerRequest.id).where(MergerRequest.ended_at.is_(None), due).order_by(MergerRequest.id)
    return each("merger", db.session.scalars(query).all(), lambda one: _hold_if_due(one, now))


@atomic
def _hold_if_due(request_id: int, now: datetime) -> None:
    request = db.session.get_one(MergerRequest, request_id)
    consultation, into = _locked(request)
    act = Act.by_system(request.village_id, now=now)
    past = sure_time.surely_past(request.village_id, now)
    if request.ended_at is not None:
        return
    if request.holds_on is None:
        if has_lapsed(request.asked_at, past):
            _end(request, consultation, MergerEnd.LAPSED, act)
        return
    if villages.local_day(db.session.get_one(Village, request.village_id), past) < request.holds_on:
        return
    try:
        _refuse_unless_mergeable(consultation, into)
    except Refused:
        _end(request, consultation, MergerEnd.DROPPED, act)
        return
    _merge(request, consultation, into, MergerEnd.HELD, act)


def waiting_of(consultation_id: int) -> MergerRequest | None:
    """Return the request to merge this consultation that nobody has ended yet."""
    query = select(MergerRequest).where(
        MergerRequest.consultation_id == consultation_id, MergerRequest.ended_at.is_(None)
    )
    return db.session.scalar(query)


def find(village_id: int, request_id: int) -> MergerRequest | None:
    """Return one request of a village."""
    query = select(MergerRequest).where(MergerRequest.id == request_id, MergerRequest.village_id == village_id)
    return db.session.scalar(query)


def _merge(request: MergerRequest, consultation: Consultation, into: Consultation, end: MergerEnd, act: Act) -> None:
    """Merge: each name counts once where it goes on, the earliest day for an answer holds, everybody is told."""
    db.session.add(
        Merger(
            consultation_id=consultation.id,
            village_id=request.village_id,
            into_id=into.id,
            reason=request.reason,
            merged_by=request.asked_by,
            merged_at=act.now,
        )
    )
    request.outcome, request.ended_by, request.ended_at = end, act.actor_id, act.now
    db.session.flush()
    second_persons.over(Wait.MERGER, [request.id], act)
    carried = endorsements.carry(consultation, into, act)
    due = into.answer_due_on.isoformat() if into.answer_due_on else ""
    facts = {"title": into.proposal.title, **({"until": due} if due else {})}
    told = {"kind": "merged_with_duty" if due else "merged_with_name", **facts}
    _tell(carried, f"merged_name:{consultation.id}", into.id, told, act)
    others = participants(consultation.id) - carried - {act.actor_id}
    _tell(others, f"merged:{consultation.id}", consultation.id, _merged(consultation), act)
    if due and request.asked_by != act.actor_id:
        _tell({request.asked_by}, f"merged:{consultation.id}", consultation.id, _merged(consultation), act)
    audit.record(Tag.CONSULTATION_MERGED, _subject(consultation), act, into=into.id)


def _merged(consultation: Consultation) -> dict[str, str]:
    return {"kind": "merged", "title": consultation.proposal.title}


def _end(request: MergerRequest, consultation: Consultation, end: MergerEnd, act: Act) -> None:
    request.outcome, request.ended_by, request.ended_at = end, act.actor_id, act.now
    db.session.flush()
    second_persons.over(Wait.MERGER, [request.id], act)
    kind = {MergerEnd.DECLINED: "merger_declined", MergerEnd.LAPSED: "merger_lapsed"}.get(end, "merger_dropped")
    officers = {one for one in (request.asked_by, request.confirmed_by) if one is not None}
    told = officers if end is MergerEnd.DECLINED else officers | {consultation.proposal.proposed_by}
    facts = {"kind": kind, "title": consultation.proposal.title}
    _tell(told - {act.actor_id}, f"merger_ended:{request.id}", consultation.id, facts, act)
    audit.record(Tag.MERGER_ENDED, _subject(consultation), act, request=request.id, outcome=end.value)


def _tell(people: set[int], subject: str, consultation_id: int, facts: dict[str, str], act: Act) -> None:
    notifications.tell(
        people,
        NotificationEvent.CHANGED,
        subject,
        village_id=act.village_id,
        consultation_id=consultation_id,
        now=act.now,
        **facts,
    )


def _tell_proposer(request: MergerRequest, consultation: Consultation, kind: str, act: Act, **facts: str) -> None:
    _tell(
        {consultation.proposal.proposed_by},
        f"{kind}:{request.id}",
        consultation.id,
        {"kind": kind, **facts},
        act,
    )


def _wanted(request: MergerRequest, consultation: Consultation) -> Wanted:
    return Wanted(
        kind=Wait.MERGER,
        id=request.id,
        asked=Asked(request.asked_by, request.asked_office, request.asked_at),
        about=consultation.proposal.proposed_by,
        facts={"kind": "second_merger", "title": consultation.proposal.title, "consultation": consultation.id},
    )


def _of_proposer(request: MergerRequest, act: Act) -> tuple[Consultation, Consultation]:
    consultation, into = _locked(request)
    if consultation.proposal.proposed_by != act.actor_id:
        raise Refused(Reason.NOT_PROPOSER)
    return consultation, into


def _locked(request: MergerRequest) -> tuple[Consultation, Consultation]:
    consultation = db.session.get_one(Consultation, request.consultation_id)
    into = db.session.get_one(Consultation, request.into_id)
    _lock_both(consultation, into)
    transactions.lock(request)
    return consultation, into


def _lock_both(consultation: Consultation, into: Consultation | None) -> None:
    for row in sorted({consultation, into or consultation}, key=lambda one: one.id):
        transactions.lock(row)


def _refuse_ended(request: MergerRequest) -> None:
    if request.ended_at is not None:
        raise Refused(Reason.MERGER_OVER)


def _refuse_unless_mergeable(consultation: Consultation, into: Consultation | None) -> Consultation:
    if into is None or into.id == consultation.id or into.village_id != consultation.village_id:
        raise Refused(Reason.ONLY_INTO_ANOTHER)
    if phases.has_ended(into):
        raise Refused(Reason.ONLY_INTO_ANOTHER)
    phases.refuse_unless_open(consultation, PhaseAct.WITHDRAW)
    return into


def _was_declined(consultation_id: int, into_id: int) -> bool:
    query = select(MergerRequest.id).where(
        MergerRequest.consultation_id == consultation_id,
        MergerRequest.into_id == into_id,
        MergerRequest.outcome == MergerEnd.DECLINED,
    )
    return db.session.scalar(query.limit(1)) is not None


def _subject(consultation: Consultation) -> str:
    return f"consultation:{consultation.id}"


def _today(act: Act) -> date:
    return villages.local_day(db.session.get_one(Village, act.village_id), act.now)


def _held(act: Act) -> frozenset[Role]:
    return villages.roles_of(act.actor, on=_today(act))
