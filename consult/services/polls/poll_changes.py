"""Extending once, adding by appeal, cancelling: one officer asks, another of another office confirms, all can see it."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select

from consult.domain import versions
from consult.domain.audit import Tag, canonical, commitment, sha256
from consult.domain.board.notices import NoticeTag
from consult.domain.law import voting_rolls
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.people.right_changes import numbers
from consult.domain.people.roles import CHANGES_POLLS
from consult.domain.people.two_persons import Asked
from consult.domain.polls.audit_facts import ConfirmedChange
from consult.domain.polls.change_requests import ChangeKind, ChangeRequest
from consult.domain.polls.polls import PollState
from consult.domain.refusals import Reason, Refused
from consult.models import Person, Poll, PollChange, PollChangeConfirmation, RollEntry, Village, db
from consult.models.polls import voter_queries
from consult.services.board import notices
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.people import villages
from consult.services.people.representatives import adults_of, speaker_of
from consult.services.polls import meeting_port, poll_messages, poll_states, polls

NOTICES = {
    ChangeKind.EXTENSION: NoticeTag.POLL_EXTENDED,
    ChangeKind.ADDITION: NoticeTag.POLL_ROLL_ADDED,
    ChangeKind.CANCELLATION: NoticeTag.POLL_CANCELLED,
}


@atomic
def ask(poll: Poll, request: ChangeRequest, office: str, act: Act) -> PollChange:
    """Write down what one officer asks for; nothing changes yet. The same key asks once. Raises Refused."""
    transactions.lock(poll)
    if earlier := transactions.earlier(PollChange, act.key):
        return earlier
    _refuse_unless_possible(poll, request, act)
    versions.refuse_unless_same(act.seen, shown_parts(poll))
    change = PollChange(
        village_id=poll.village_id,
        poll_id=poll.id,
        kind=request.kind,
        closes_at=request.closes_at,
        person_id=request.person_id,
        reason=request.reason,
        request_key=act.key,
        asked_by=act.actor.id,
        asked_office=office,
        asked_at=act.now,
    )
    db.session.add(change)
    db.session.flush()
    audit.record(
        Tag.CHANGE_ASKED,
        f"poll:{poll.id}",
        act,
        change=change.id,
        kind=request.kind,
        office=office,
        digest=sha256(request.reason),
    )
    return change


@atomic
def confirm(change: PollChange, office: str, act: Act) -> None:
    """Confirm as the second person and put the change into force. Twice is the same as once. Raises Refused."""
    poll = db.session.get_one(Poll, change.poll_id)
    villages.locked(poll.village_id)  # the notice is numbered in it: village before poll
    meeting_port.lock_meeting_of(poll)
    transactions.lock(poll)
    transactions.lock(poll.consultation)
    if db.session.get(PollChangeConfirmation, change.id, populate_existing=True) is not None:
        return
    poll_states.refuse_while_in_doubt(poll.village_id)
    versions.refuse_unless_same(act.seen, shown_parts(poll))
    asked = Asked(change.asked_by, change.asked_office, change.asked_at)
    if reason := villages.why_not_second(asked, office, act, allowed=CHANGES_POLLS):
        raise Refused(reason)
    request = ChangeRequest(change.kind, change.reason, change.closes_at, change.person_id)
    _refuse_unless_possible(poll, request, act)
    added = _entry_to_add(poll, change) if change.kind is ChangeKind.ADDITION else None
    body = _fingerprinted(change, added, office, act)
    fingerprint = sha256(canonical({"before": poll_states.fingerprint_of(poll), "change": body}))
    db.session.add(
        PollChangeConfirmation(
            change_id=change.id,
            village_id=poll.village_id,
            poll_id=poll.id,
            kind=change.kind,
            closes_at=change.closes_at,
            asked_by=change.asked_by,
            asked_office=change.asked_office,
            confirmed_by=act.actor.id,
            confirmed_office=office,
            confirmed_at=act.now,
            fingerprint=fingerprint,
        )
    )
    db.session.flush()  # the database lets a roll grow, or a closing time move, only with the confirmation in place
    _apply(poll, change, added, act)
    audit.record(Tag.POLL_CHANGED, f"poll:{poll.id}", act, change=body, fingerprint=fingerprint)
    _make_known(poll, change, act)


def shown_parts(poll: Poll) -> dict[str, object]:
    """Return what the page of changes shows of a poll, as it is now."""
    return {"closing": poll.closes_at.isoformat(), "changes": [one.id for one in confirmed(poll.id)]}


def _fingerprinted(change: PollChange, added: RollEntry | None, office: str, act: Act) -> ConfirmedChange:
    """Return the facts that the new fingerprint binds: the added person as a commitment, the officers as pseudonyms."""
    confirmed: ConfirmedChange = {
        "id": change.id,
        "kind": change.kind,
        "closes_at": change.closes_at.isoformat() if change.closes_at else None,
        "digest": sha256(change.reason),
        "asked_by": audit.pseudonym_of(change.village_id, f"poll:{change.poll_id}", change.asked_by),
        "asked_office": change.asked_office,
        "confirmed_by": audit.pseudonym_of(change.village_id, f"poll:{change.poll_id}", act.actor_id),
        "confirmed_office": office,
        "confirmed_at": act.now.isoformat(),
    }
    if added is not None:
        confirmed |= {"number": added.number, "commitment": commitment(added.salt, added.unit)}
    return confirmed


def _refuse_unless_possible(poll: Poll, request: ChangeRequest, act: Act) -> None:
    state = poll_states.state_for_act(poll, act.now)
    if state is PollState.CANCELLED:
        raise Refused(Reason.POLL_CANCELLED)
    if poll.meeting_poll is not None and request.kind is not ChangeKind.CANCELLATION:
        raise Refused(Reason.VOTE_OF_MEETING)
    if request.kind is ChangeKind.CANCELLATION:
        if state is PollState.DECLARED:
            raise Refused(Reason.ALREADY_DECLARED)
        return
    if state not in (PollState.ANNOUNCED, PollState.OPEN):
        raise Refused(Reason.POLL_CLOSED)
    if request.kind is ChangeKind.EXTENSION:
        if any(one.kind is ChangeKind.EXTENSION for one in poll_states.changes_of(poll.id)):
            raise Refused(Reason.EXTENDED_ALREADY)
        if request.closes_at is None or request.closes_at <= poll.closes_at:
            raise Refused(Reason.NOT_LATER)
        return
    person = db.session.get_one(Person, request.person_id or 0)
    if person.household_id == act.actor.household_id:  # as rights: neither of the two is whom it concerns
        raise Refused(Reason.OWN_RIGHT)
    _unit_to_add(poll, person)


def _apply(poll: Poll, change: PollChange, added: RollEntry | None, act: Act) -> None:
    if added is not None:
        db.session.add(added)
    if change.kind is ChangeKind.EXTENSION and change.closes_at is not None:
        poll.closes_at = change.closes_at
    if change.kind is ChangeKind.CANCELLATION:
        poll.cancelled_at = act.now
    db.session.flush()
    if change.kind is ChangeKind.CANCELLATION and poll.meeting_poll is not None:
        meeting_port.meetings().note_cancelled(poll, change, act)


def _entry_to_add(poll: Poll, change: PollChange) -> RollEntry:
    person = db.session.get_one(Person, change.person_id or 0)
    last = db.session.scalar(select(func.max(RollEntry.number)).where(RollEntry.poll_id == poll.id)) or 0
    unit, speaker = _unit_to_add(poll, person)
    return RollEntry(
        poll_id=poll.id,
        number=last + 1,
        village_id=poll.village_id,
        unit=unit,
        household_id=person.household_id,
        person_id=speaker,
        rev=0,
        salt=secrets.token_hex(16),
    )


def _unit_to_add(poll: Poll, person: Person) -> tuple[str, int]:
    """Return the unit of a person who was left out, by the frozen rule. Raises Refused(ON_ROLL_ALREADY, NO_SEAT)."""
    village, on = db.session.get_one(Village, poll.village_id), poll.adult_on or date.max
    household = poll_states.frozen_of(poll).by_household
    unit = f"household:{person.household_id}" if household else f"person:{person.id}"
    there = select(RollEntry.number).where(RollEntry.poll_id == poll.id, RollEntry.unit == unit)
    if db.session.scalar(there) is not None:
        raise Refused(Reason.ON_ROLL_ALREADY)
    body = polls.body_of(poll, village)
    mine = [v for v in polls.villagers(village, on=on) if v.household_id == person.household_id]
    seated = [v.id for v in mine if voting_rolls.has_seat(v, body, group_id=poll.group_id, on=on)]
    if person.village_id != poll.village_id or not seated or (not household and person.id not in seated):
        raise Refused(Reason.NO_SEAT)
    speaker = speaker_of(person.household, adults_of(person.household_id, on=on)) if household else person.id
    return unit, speaker or person.id


def _make_known(poll: Poll, change: PollChange, act: Act) -> None:
    """Post a notice of its own, and tell those who may vote."""
    facts = {"kind": change.kind, "reason": change.reason, "closes_at": poll.closes_at.isoformat()}
    notices.post(NOTICES[change.kind], poll, act, facts=facts, change_id=change.id)
    told = {change.person_id} if change.kind is ChangeKind.ADDITION else voter_queries.speakers(poll)
    people = {one for one in told if one is not None} - {act.actor.id}
    poll_messages.tell_of_poll(
        poll, people, NotificationEvent.VOTE_CHANGED, now=act.now, change=change.kind, subject=f"change:{change.id}"
    )


def waiting(poll_id: int, *, now: datetime) -> Sequence[PollChange]:
    """Return the changes that were asked for, not confirmed, and have not lapsed."""
    done = select(PollChangeConfirmation.change_id).where(PollChangeConfirmation.poll_id == poll_id)
    query = select(PollChange).where(PollChange.poll_id == poll_id, PollChange.id.not_in(done))
    query = query.where(PollChange.asked_at > now - numbers().lapse)
    return db.session.scalars(query.order_by(PollChange.id)).all()


def confirmed(poll_id: int) -> Sequence[PollChange]:
    """Return the changes in force, oldest first: the banners of poll, result and print."""
    query = select(PollChange).join(PollChangeConfirmation, PollChangeConfirmation.change_id == PollChange.id)
    return db.session.scalars(query.where(PollChange.poll_id == poll_id).order_by(PollChange.id)).all()
