"""Extending once, adding by appeal, cancelling, annulling: one officer asks, another of another office confirms, all see it."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, or_, select

from consult.domain import versions
from consult.domain.audit import Tag, canonical, commitment, sha256
from consult.domain.board.notices import NoticeTag
from consult.domain.law import voting_rolls
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.people.right_changes import has_lapsed, numbers
from consult.domain.people.roles import CHANGES_POLLS
from consult.domain.people.two_persons import Asked
from consult.domain.people.waiting import Wait
from consult.domain.polls.audit_facts import ConfirmedChange
from consult.domain.polls.change_requests import MOST_DAYS_LONGER, ChangeKind, ChangeRequest, is_too_far
from consult.domain.polls.polls import COUNTED, PollState
from consult.domain.refusals import Reason, Refused
from consult.models import (
    Person,
    Poll,
    PollChange,
    PollChangeConfirmation,
    PollChangeEnd,
    RollEntry,
    Village,
    db,
)
from consult.models.polls import voter_queries
from consult.services.board import notices
from consult.services.core import audit, sure_time, transactions
from consult.services.core.acts import Act
from consult.services.core.each import each
from consult.services.core.transactions import atomic
from consult.services.core.uploads import stored_files
from consult.services.people import villages
from consult.services.people.representatives import adults_of, speaker_of
from consult.services.people.two_persons import second_persons
from consult.services.people.two_persons.second_persons import Wanted
from consult.services.polls import meeting_port, poll_messages, poll_states, polls
from consult.services.polls.counting import poll_faults
from consult.services.polls.requests import annulments, roll_appeals, waits_over
from consult.services.talk import phases
from consult.services.talk.duty import owed_answers

NOTICES = {
    ChangeKind.EXTENSION: NoticeTag.POLL_EXTENDED,
    ChangeKind.ADDITION: NoticeTag.POLL_ROLL_ADDED,
    ChangeKind.CANCELLATION: NoticeTag.POLL_CANCELLED,
    ChangeKind.ANNULMENT: NoticeTag.POLL_ANNULLED,
}


@atomic
def ask(poll: Poll, request: ChangeRequest, office: str, act: Act) -> PollChange:
    """Write down what one officer asks for; nothing changes yet. The same key asks once. Raises Refused."""
    transactions.lock(poll)
    if earlier := transactions.earlier(PollChange, act.key):
        return earlier
    villages.refuse_without_office(office, act, CHANGES_POLLS)
    _refuse_unless_possible(poll, request, act)
    versions.refuse_unless_same(act.seen, shown_parts(poll))
    change = PollChange(
        village_id=poll.village_id,
        poll_id=poll.id,
        kind=request.kind,
        closes_at=request.closes_at,
        person_id=request.person_id,
        appeal_id=request.appeal_id,
        **annulments.columns(request.ruling),
        reason=request.reason,
        request_key=act.key,
        asked_by=act.actor.id,
        asked_office=office,
        asked_at=act.now,
    )
    db.session.add(change)
    db.session.flush()
    second_persons.tell(_wanted(poll, change), act)
    audit.record(
        Tag.CHANGE_ASKED,
        f"poll:{poll.id}",
        act,
        change=change.id,
        kind=request.kind,
        office=office,
        digest=sha256(request.reason),
        **({"picture": stored_files.fingerprint(poll.village_id, change.picture)} if change.picture else {}),
    )
    return change


def _wanted(poll: Poll, change: PollChange) -> Wanted:
    home = db.session.get_one(Person, change.person_id).household_id if change.person_id else None
    return Wanted(
        kind=Wait.POLL_CHANGE,
        id=change.id,
        asked=Asked(change.asked_by, change.asked_office, change.asked_at),
        homes=frozenset() if home is None else frozenset({home}),
        facts={
            "kind": "second_poll_change",
            "title": poll.consultation.proposal.title,
            "change": change.kind.value,
            "poll": str(poll.id),
        },
    )


@atomic
def confirm(change: PollChange, office: str, act: Act) -> None:
    """Confirm as the second person and put the change into force. Twice is the same as once. Raises Refused."""
    poll = db.session.get_one(Poll, change.poll_id)
    villages.locked(poll.village_id)  # the notice is numbered in it: village before poll
    meeting_port.lock_meeting_of(poll)
    transactions.lock(poll)
    transactions.lock(poll.consultation)
    roll_appeals.lock_of(change)
    if db.session.get(PollChangeConfirmation, change.id, populate_existing=True) is not None:
        return
    if (ended := _end_of(change)) is not None:
        if ended.ended_by is None:
            raise Refused(Reason.REQUEST_LAPSED)
        raise Refused(Reason.RIGHT_STOPPED)
    poll_states.refuse_while_in_doubt(poll.village_id)
    versions.refuse_unless_same(act.seen, shown_parts(poll))
    asked = Asked(change.asked_by, change.asked_office, change.asked_at)
    if reason := villages.why_not_second(asked, office, act, allowed=CHANGES_POLLS):
        raise Refused(reason)
    ruling = annulments.ruling_of(change)
    request = ChangeRequest(
        change.kind,
        change.reason,
        change.closes_at,
        person_id=change.person_id,
        ruling=ruling,
        appeal_id=change.appeal_id,
    )
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
    second_persons.over(Wait.POLL_CHANGE, [change.id], act)
    audit.record(Tag.POLL_CHANGED, f"poll:{poll.id}", act, change=body, fingerprint=fingerprint)
    _make_known(poll, change, act)
    roll_appeals.note_added(change, poll, office, act)


@atomic
def drop(change: PollChange, office: str, act: Act) -> None:
    """Drop a change that waits, as one of the officers; twice is the same as once. Raises Refused."""
    poll = db.session.get_one(Poll, change.poll_id)
    villages.locked(poll.village_id)
    transactions.lock(poll)
    villages.refuse_without_office(office, act, CHANGES_POLLS)
    if db.session.get(PollChangeConfirmation, change.id, populate_existing=True) is not None:
        raise Refused(Reason.RIGHT_IN_FORCE)
    if _end_of(change) is None:
        _end(change, poll, act)


def lapse_due(*, now: datetime) -> list[int]:
    """End the changes that nobody confirmed in time, or whose vote is over, and tell who asked. Return their ids."""
    over = or_(
        PollChange.asked_at <= now - numbers().lapse,
        ~Poll.stands,
        (PollChange.kind != ChangeKind.ANNULMENT) & (Poll.closes_at <= now),
    )
    query = (
        select(PollChange.id)
        .join(Poll, Poll.id == PollChange.poll_id)
        .where(PollChange.id.not_in(select(PollChangeConfirmation.change_id)), over)
        .where(PollChange.id.not_in(select(PollChangeEnd.change_id)))
    )
    ids = db.session.scalars(query.order_by(PollChange.id)).all()
    db.session.rollback()
    return each("change of a poll", ids, lambda one: _lapse_if_due(one, now))


@atomic
def _lapse_if_due(change_id: int, now: datetime) -> None:
    change = db.session.get_one(PollChange, change_id)
    poll = db.session.get_one(Poll, change.poll_id)
    villages.locked(poll.village_id)
    transactions.lock(poll)
    done = db.session.get(PollChangeConfirmation, change.id, populate_existing=True)
    if done is None and _end_of(change) is None and _is_over(poll, change, now):
        _end(change, poll, Act.by_system(poll.village_id, now=now))


def _is_over(poll: Poll, change: PollChange, now: datetime) -> bool:
    """Tell whether a change can be confirmed no more. A clock in doubt ends nothing.

    The close ends what was asked for before it, a cancellation too: from then on the figures stay. A poll that cannot be
    counted may be cancelled as long as it is not.
    """
    past = sure_time.surely_past(poll.village_id, now)
    uncountable = change.kind is ChangeKind.CANCELLATION and change.asked_at >= poll.closes_at
    counted = poll_states.stored_tally(poll) is not None
    closed = change.kind is not ChangeKind.ANNULMENT and poll.closes_at <= past and not (uncountable and not counted)
    return closed or not poll.stands or has_lapsed(change.asked_at, past)


def _end_of(change: PollChange) -> PollChangeEnd | None:
    return db.session.get(PollChangeEnd, change.id, populate_existing=True)


def _end(change: PollChange, poll: Poll, act: Act) -> None:
    """End a change that waits, and tell who asked for it, unless they end it themselves."""
    lapsed = act.actor_id is None
    row = PollChangeEnd(change_id=change.id, village_id=change.village_id, ended_by=act.actor_id, ended_at=act.now)
    db.session.add(row)
    db.session.flush()
    poll_messages.tell_of_poll(
        poll,
        {change.asked_by} - {act.actor_id},
        NotificationEvent.DUTY,
        now=act.now,
        subject=f"poll_change_ended:{change.id}",
        kind="poll_change_lapsed" if lapsed else "poll_change_dropped",
        change=change.kind.value,
    )
    second_persons.over(Wait.POLL_CHANGE, [change.id], act)
    audit.record(Tag.CHANGE_DROPPED, f"poll:{poll.id}", act, change=change.id, lapsed=lapsed)


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
        confirmed |= {"appeal": change.appeal_id} if change.appeal_id is not None else {}
    if (ruling := annulments.ruling_of(change)) is not None:
        bound = annulments.bound(change.village_id, ruling)
        confirmed |= {"annulled_by": bound["annulled_by"], "ruled_on": bound["ruled_on"], "ruling": bound["ruling"]}
    return confirmed


def _refuse_unless_possible(poll: Poll, request: ChangeRequest, act: Act) -> None:
    state = poll_states.state_for_act(poll, act.now)
    _refuse_released(state)
    if request.kind is ChangeKind.ANNULMENT:
        annulments.refuse_unless_possible(poll, state, request.ruling, act)
        return
    if request.kind is ChangeKind.CANCELLATION:
        if state in COUNTED and poll_faults.fault_of(poll) is None:  # with a fault there are no figures that could stay
            raise Refused(Reason.ONLY_ANNULLED_NOW)
        return
    if poll.meeting_poll is not None:
        raise Refused(Reason.VOTE_OF_MEETING)
    if state not in (PollState.ANNOUNCED, PollState.OPEN):
        raise Refused(Reason.POLL_CLOSED)
    _refuse_unless_extended_or_added(poll, request, act)


def _refuse_released(state: PollState) -> None:
    if state is PollState.CANCELLED:
        raise Refused(Reason.POLL_CANCELLED)
    if state is PollState.ANNULLED:
        raise Refused(Reason.POLL_ANNULLED)


def _refuse_unless_extended_or_added(poll: Poll, request: ChangeRequest, act: Act) -> None:
    if request.kind is ChangeKind.EXTENSION:
        _refuse_unless_longer(poll, request.closes_at)
        return
    roll_appeals.refuse_unless_answerable(request.appeal_id, poll, act)
    person = db.session.get_one(Person, request.person_id or 0)
    if villages.of_one_house(person.id, act.actor):  # as rights: neither of the two is whom it concerns
        raise Refused(Reason.OWN_RIGHT)
    _unit_to_add(poll, person)


def _refuse_unless_longer(poll: Poll, closes_at: datetime | None) -> None:
    """Refuse a second extension, one that is none, and one that reaches too far past the announced close."""
    if any(one.kind is ChangeKind.EXTENSION for one in poll_states.changes_of(poll.id)):
        raise Refused(Reason.EXTENDED_ALREADY)
    if closes_at is None or closes_at <= poll.closes_at:
        raise Refused(Reason.NOT_LATER)
    if is_too_far(poll.closes_at, closes_at):
        raise Refused(Reason.EXTENDED_TOO_FAR, days=MOST_DAYS_LONGER)


def _apply(poll: Poll, change: PollChange, added: RollEntry | None, act: Act) -> None:
    if added is not None:
        db.session.add(added)
    if change.kind is ChangeKind.EXTENSION and change.closes_at is not None:
        poll.closes_at = change.closes_at
    if change.kind is ChangeKind.CANCELLATION:
        poll.cancelled_at = act.now
    if change.kind is ChangeKind.ANNULMENT:
        poll.annulled_at = act.now
    db.session.flush()
    if change.kind in (ChangeKind.CANCELLATION, ChangeKind.ANNULMENT):
        phases.release(poll.consultation, now=act.now, annulled=change.kind is ChangeKind.ANNULMENT)
        waits_over.take_back(poll, act)
    if change.kind is ChangeKind.ANNULMENT:
        owed_answers.owed_after_annulment(poll.consultation, poll.id, act)
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
    if not villages.is_on_roll(person):
        raise Refused(Reason.NO_SEAT)
    household = poll_states.frozen_of(poll).by_household
    unit = f"household:{person.household_id}" if household else f"person:{person.id}"
    there = select(RollEntry.number).where(RollEntry.poll_id == poll.id, RollEntry.unit == unit)
    if db.session.scalar(there) is not None:
        raise Refused(Reason.ON_ROLL_ALREADY)
    body = polls.body_of(poll, village, now=poll.announced_at or poll.opens_at)
    mine = [v for v in polls.villagers(village, on=on) if v.household_id == person.household_id]
    seated = [v.id for v in mine if voting_rolls.has_seat(v, body, group_id=poll.group_id, on=on)]
    if person.village_id != poll.village_id or not seated or (not household and person.id not in seated):
        raise Refused(Reason.NO_SEAT)
    speaker = None
    if household and person.household is not None:
        speaker = speaker_of(person.household, adults_of(person.household_id, on=on))
    return unit, speaker or person.id


def _make_known(poll: Poll, change: PollChange, act: Act) -> None:
    """Post a notice of its own, and tell those who may vote."""
    today = villages.local_day(db.session.get_one(Village, poll.village_id), act.now)
    facts = {"kind": change.kind, "reason": change.reason, "closes_at": poll.closes_at.isoformat()}
    if (ruling := annulments.ruling_of(change)) is not None:
        facts |= {"annulled_by": ruling.by.value, "ruling": ruling.number, "ruled_on": ruling.on.isoformat()}
    notices.post(NOTICES[change.kind], poll, act, facts=facts, change_id=change.id)
    told = {change.person_id} if change.kind is ChangeKind.ADDITION else voter_queries.speakers(poll, on=today)
    people = {one for one in told if one is not None} - {act.actor.id}
    until = {"until": poll.closes_at.isoformat()} if change.kind is ChangeKind.EXTENSION else {}
    poll_messages.tell_of_poll(
        poll,
        people,
        NotificationEvent.VOTE_CHANGED,
        now=act.now,
        change=change.kind,
        subject=f"change:{change.id}",
        **until,
    )


def waiting(poll_id: int, *, now: datetime) -> Sequence[PollChange]:
    """Return the changes that were asked for, not confirmed, and have not lapsed."""
    done = select(PollChangeConfirmation.change_id).where(PollChangeConfirmation.poll_id == poll_id)
    query = select(PollChange).where(PollChange.poll_id == poll_id, PollChange.id.not_in(done))
    query = query.where(PollChange.id.not_in(select(PollChangeEnd.change_id)))
    query = query.where(PollChange.asked_at > now - numbers().lapse)
    poll = db.session.get_one(Poll, poll_id)
    return [one for one in db.session.scalars(query.order_by(PollChange.id)) if not _is_over(poll, one, now)]


def confirmed(poll_id: int) -> Sequence[PollChange]:
    """Return the changes in force, oldest first: the banners of poll, result and print."""
    return [change for change, _ in _in_force(poll_id)]


def confirmed_with_fingerprint(poll: Poll) -> tuple[Sequence[PollChange], str]:
    """Return the changes in force, oldest first, and the fingerprint that holds now; in one statement, for a poll's page."""
    found = _in_force(poll.id)
    newest = max((one for _, one in found), key=lambda one: (one.confirmed_at, one.change_id), default=None)
    return [change for change, _ in found], newest.fingerprint if newest is not None else poll.fingerprint or ""


def _in_force(poll_id: int) -> list[tuple[PollChange, PollChangeConfirmation]]:
    """Return the changes of a poll that two officers confirmed, oldest first, with their confirmations."""
    query = select(PollChange, PollChangeConfirmation).join(
        PollChangeConfirmation, PollChangeConfirmation.change_id == PollChange.id
    )
    rows = db.session.execute(query.where(PollChange.poll_id == poll_id).order_by(PollChange.id))
    return [(row[0], row[1]) for row in rows]
