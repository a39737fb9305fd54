"""Extending once, adding by appeal, cancelling: one officer asks, another of another office confirms, everybody sees it."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from consult.domain.audit import Tag, canonical, commitment, sha256
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.people import rolls
from consult.domain.polls.polls import PollState
from consult.domain.refusals import Reason, Refused
from consult.models import Person, Poll, PollChange, PollChangeConfirmation, RollEntry, Village, db
from consult.models.messages import reminder_queries
from consult.services.board import notices
from consult.services.core import audit, transactions
from consult.services.meetings import meeting_votes
from consult.services.messages import reminders
from consult.services.people.representatives import adults_of, speaker_of
from consult.services.polls import poll_states, polls

EXTENSION, ADDITION, CANCELLATION = "extension", "addition", "cancellation"
NOTICES = {EXTENSION: notices.POLL_EXTENDED, ADDITION: notices.POLL_ROLL_ADDED, CANCELLATION: notices.POLL_CANCELLED}


@dataclass(frozen=True)
class ChangeRequest:
    """What is asked for. `closes_at` for an extension, `person_id` for an addition."""

    kind: str
    reason: str
    closes_at: datetime | None = None
    person_id: int | None = None


def ask(poll: Poll, wish: ChangeRequest, actor: Person, office: str, *, key: str, now: datetime) -> PollChange:
    """Write down what one officer wants; nothing changes yet. The same key asks once. Raises Refused."""
    earlier = db.session.scalar(select(PollChange).where(PollChange.request_key == key))
    if earlier is not None:
        return earlier
    transactions.lock(poll)
    _refuse_unless_possible(poll, wish.kind, wish.closes_at, wish.person_id, now)
    change = PollChange(
        village_id=poll.village_id,
        poll_id=poll.id,
        kind=wish.kind,
        closes_at=wish.closes_at,
        person_id=wish.person_id,
        reason=wish.reason,
        request_key=key,
        asked_by=actor.id,
        asked_office=office,
        asked_at=now,
    )
    db.session.add(change)
    db.session.flush()
    audit.record(
        Tag.CHANGE_ASKED,
        f"poll:{poll.id}",
        village_id=poll.village_id,
        actor_id=actor.id,
        now=now,
        change=change.id,
        kind=wish.kind,
        office=office,
        digest=sha256(wish.reason),
    )
    transactions.commit()
    return change


def confirm(change: PollChange, actor: Person, office: str, *, now: datetime) -> None:
    """The second person. Twice is the same as once. Raises Refused."""
    poll = db.session.get_one(Poll, change.poll_id)
    meeting_votes.lock_meeting(poll)
    transactions.lock(poll)
    if db.session.get(PollChangeConfirmation, change.id) is not None:
        return
    if actor.id == change.asked_by:
        raise Refused(Reason.SAME_PERSON)
    if office == change.asked_office:
        raise Refused(Reason.SAME_OFFICE)
    _refuse_unless_possible(poll, change.kind, change.closes_at, change.person_id, now)
    facts = _facts(change) | {"confirmed_by": actor.id, "confirmed_office": office, "confirmed_at": now.isoformat()}
    added = _entry_to_add(poll, change) if change.kind == ADDITION else None
    facts |= {"number": added.number, "commitment": commitment(added.salt, added.unit)} if added else {}
    fingerprint = sha256(canonical({"before": poll_states.fingerprint_of(poll), "change": facts}))
    db.session.add(
        PollChangeConfirmation(
            change_id=change.id,
            village_id=poll.village_id,
            poll_id=poll.id,
            kind=change.kind,
            closes_at=change.closes_at,
            asked_by=change.asked_by,
            asked_office=change.asked_office,
            confirmed_by=actor.id,
            confirmed_office=office,
            confirmed_at=now,
            fingerprint=fingerprint,
        )
    )
    db.session.flush()  # the database lets a roll grow, or a closing time move, only with the confirmation in place
    _apply(poll, change, added, now)
    audit.record(
        Tag.POLL_CHANGED,
        f"poll:{poll.id}",
        village_id=poll.village_id,
        actor_id=actor.id,
        now=now,
        change=facts,
        fingerprint=fingerprint,
    )
    _make_known(poll, change, actor, now)
    transactions.commit()


def _facts(change: PollChange) -> dict[str, Any]:
    """What the new fingerprint binds. Who was added stands there as a commitment only."""
    return {
        "id": change.id,
        "kind": change.kind,
        "closes_at": change.closes_at.isoformat() if change.closes_at else None,
        "digest": sha256(change.reason),
        "asked_by": change.asked_by,
        "asked_office": change.asked_office,
    }


def _refuse_unless_possible(
    poll: Poll, kind: str, closes_at: datetime | None, person_id: int | None, now: datetime
) -> None:
    village = db.session.get_one(Village, poll.village_id)
    state = poll_states.state_of(poll, max(now, village.clock_mark))
    if state is PollState.CANCELLED:
        raise Refused(Reason.POLL_CANCELLED)
    if poll.meeting_poll is not None and kind != CANCELLATION:
        raise Refused(Reason.VOTE_OF_MEETING)
    if kind == CANCELLATION:
        if state is PollState.DECLARED:
            raise Refused(Reason.ALREADY_DECLARED)
        return
    if state not in (PollState.ANNOUNCED, PollState.OPEN):
        raise Refused(Reason.POLL_CLOSED)
    if kind == EXTENSION:
        if any(one.kind == EXTENSION for one in poll_states.changes_of(poll.id)):
            raise Refused(Reason.EXTENDED_ALREADY)
        if closes_at is None or closes_at <= poll.closes_at:
            raise Refused(Reason.NOT_LATER)
        return
    _unit_to_add(poll, db.session.get_one(Person, person_id or 0))


def _apply(poll: Poll, change: PollChange, added: RollEntry | None, now: datetime) -> None:
    if added is not None:
        db.session.add(added)
    if change.kind == EXTENSION and change.closes_at is not None:
        poll.closes_at = change.closes_at
    if change.kind == CANCELLATION:
        poll.cancelled_at = now
    db.session.flush()
    if change.kind == CANCELLATION:
        meeting_votes.note_cancelled(poll, change, now=now)


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
    """The unit of somebody left out, by the rule that was frozen. Raises Refused(ON_ROLL_ALREADY, NO_SEAT)."""
    village, on = db.session.get_one(Village, poll.village_id), poll.adult_on or date.max
    household = poll_states.by_household(poll)
    unit = f"household:{person.household_id}" if household else f"person:{person.id}"
    there = select(RollEntry.number).where(RollEntry.poll_id == poll.id, RollEntry.unit == unit)
    if db.session.scalar(there) is not None:
        raise Refused(Reason.ON_ROLL_ALREADY)
    body = polls.body_of(poll, village, now=poll.announced_at or poll.opens_at)
    mine = [v for v in polls.villagers(village, on=on) if v.household_id == person.household_id]
    seated = [v.id for v in mine if rolls.has_seat(v, body, on=on)]
    if person.village_id != poll.village_id or not seated or (not household and person.id not in seated):
        raise Refused(Reason.NO_SEAT)
    speaker = speaker_of(person.household, adults_of(person.household_id, on=on)) if household else person.id
    return unit, speaker or person.id


def _make_known(poll: Poll, change: PollChange, actor: Person, now: datetime) -> None:
    """A notice of its own, and a line to whoever may vote."""
    facts = {"kind": change.kind, "reason": change.reason, "closes_at": poll.closes_at.isoformat()}
    notices.post(NOTICES[change.kind], poll, actor, facts=facts, now=now, change_id=change.id)
    told = {change.person_id} if change.kind == ADDITION else reminder_queries.speakers(poll)
    people = {one for one in told if one is not None} - {actor.id}
    reminders.tell_of(
        poll, people, NotificationEvent.VOTE_CHANGED, now=now, change=change.kind, subject=f"change:{change.id}"
    )


def waiting(poll_id: int) -> Sequence[PollChange]:
    """Asked for and not confirmed."""
    done = select(PollChangeConfirmation.change_id).where(PollChangeConfirmation.poll_id == poll_id)
    query = select(PollChange).where(PollChange.poll_id == poll_id, PollChange.id.not_in(done))
    return db.session.scalars(query.order_by(PollChange.id)).all()


def confirmed(poll_id: int) -> Sequence[PollChange]:
    """In force, oldest first: the banners of poll, result and print."""
    query = select(PollChange).join(PollChangeConfirmation, PollChangeConfirmation.change_id == PollChange.id)
    return db.session.scalars(query.where(PollChange.poll_id == poll_id).order_by(PollChange.id)).all()
