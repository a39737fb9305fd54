"""Adding a person whom the frozen roll of a meeting left out: one officer asks, another of another office confirms."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select

from consult.domain.audit import Tag, commitment, sha256
from consult.domain.law import voting_rolls
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.people.right_changes import has_lapsed, numbers
from consult.domain.people.roles import CHANGES_POLLS
from consult.domain.people.two_persons import Asked
from consult.domain.people.waiting import Wait
from consult.domain.refusals import Reason, Refused
from consult.models import Meeting, MeetingAddition, MeetingRollEntry, Person, Village, db
from consult.services.core import audit, sure_time, transactions
from consult.services.core.acts import Act
from consult.services.core.each import each
from consult.services.core.transactions import atomic
from consult.services.meetings import meeting_messages, meeting_states
from consult.services.messages import notifications
from consult.services.people import villages
from consult.services.people.two_persons import second_persons
from consult.services.people.two_persons.second_persons import Wanted
from consult.services.people.villages import local_day
from consult.services.polls import polls

TOLD_FOR = timedelta(days=14)
"""So long after an addition fell away, the job looks whether who asked for it was told."""


@atomic
def ask(meeting: Meeting, person: Person, reason: str, office: str, act: Act) -> MeetingAddition:
    """Ask to put a person on the roll, as holder of an office; nothing changes yet. The same key asks once. Raises Refused."""
    transactions.lock(meeting)
    earlier = transactions.earlier(MeetingAddition, act.key)
    if earlier is not None:
        return earlier
    meeting_states.refuse_unless(meeting, *meeting_states.COMING)
    _unit_of(meeting, person, act)
    addition = MeetingAddition(
        village_id=meeting.village_id,
        meeting_id=meeting.id,
        person_id=person.id,
        reason=reason,
        request_key=act.key,
        asked_by=act.actor_id,
        asked_office=office,
        asked_at=act.now,
    )
    db.session.add(addition)
    meeting.pulse += 1
    db.session.flush()
    second_persons.tell(
        Wanted(
            kind=Wait.ADDITION,
            id=addition.id,
            asked=Asked(addition.asked_by, office, act.now),
            homes=frozenset({villages.home_of(person).id}),
            facts={"kind": "second_addition", "title": meeting.title, "meeting": meeting.id},
        ),
        act,
    )
    audit.record(
        Tag.ADDITION_ASKED,
        f"meeting:{meeting.id}",
        act,
        addition=addition.id,
        office=office,
        digest=sha256(reason),
    )
    return addition


@atomic
def confirm(addition: MeetingAddition, office: str, act: Act) -> None:
    """Confirm as the second person: the roll of the meeting grows by one. Votes already open keep theirs. Raises Refused."""
    meeting = db.session.get_one(Meeting, addition.meeting_id)
    transactions.lock(meeting)
    transactions.lock(addition)
    if addition.confirmed_at is not None:
        return
    asked = Asked(addition.asked_by, addition.asked_office, addition.asked_at)
    if reason := villages.why_not_second(asked, office, act, allowed=CHANGES_POLLS):
        raise Refused(reason)
    meeting_states.refuse_unless(meeting, *meeting_states.COMING)
    person = db.session.get_one(Person, addition.person_id)
    unit = _unit_of(meeting, person, act)
    last = select(func.max(MeetingRollEntry.number)).where(MeetingRollEntry.meeting_id == meeting.id)
    number, salt = (db.session.scalar(last) or 0) + 1, secrets.token_hex(16)
    db.session.add(
        MeetingRollEntry(
            meeting_id=meeting.id,
            number=number,
            village_id=meeting.village_id,
            unit=unit,
            person_id=person.id,
            household_id=person.household_id,
            salt=salt,
        )
    )
    addition.confirmed_by, addition.confirmed_office, addition.confirmed_at = act.actor_id, office, act.now
    addition.number = number
    meeting.pulse += 1
    db.session.flush()
    second_persons.over(Wait.ADDITION, [addition.id], act)
    audit.record(
        Tag.ADDITION_CONFIRMED,
        f"meeting:{meeting.id}",
        act,
        addition=addition.id,
        number=number,
        commitment=commitment(salt, unit),
        persons=[addition.asked_by, act.actor_id],
        offices=[addition.asked_office, office],
    )


def lapse_due(*, now: datetime) -> list[int]:
    """Tell who asked that nobody confirmed it in time, or before the meeting was over. Return the ids.

    Twice is the same as once: a person is told once of one subject.
    """
    ended = func.coalesce(Meeting.closed_at, Meeting.cancelled_at)
    oldest = now - numbers().lapse - TOLD_FOR
    query = (
        select(MeetingAddition.id)
        .join(Meeting, Meeting.id == MeetingAddition.meeting_id)
        .where(MeetingAddition.confirmed_at.is_(None), MeetingAddition.asked_at > oldest)
        .where(or_(ended.is_not(None), MeetingAddition.asked_at <= now - numbers().lapse))
    )
    found = db.session.scalars(query.order_by(MeetingAddition.id)).all()
    told = notifications.known([_lapsed(one) for one in found])
    ids = [one for one in found if _lapsed(one) not in told]
    db.session.rollback()
    return each("addition to the roll of a meeting", ids, lambda one: _lapse_if_due(one, now))


@atomic
def _lapse_if_due(addition_id: int, now: datetime) -> None:
    addition = db.session.get_one(MeetingAddition, addition_id)
    meeting = db.session.get_one(Meeting, addition.meeting_id)
    transactions.lock(meeting)
    transactions.lock(addition)
    over = meeting.closed_at is not None or meeting.cancelled_at is not None
    past = sure_time.surely_past(meeting.village_id, now)
    if addition.confirmed_at is not None or not (over or has_lapsed(addition.asked_at, past)):
        return
    meeting_messages.tell_of_meeting(
        meeting,
        NotificationEvent.DUTY,
        {addition.asked_by},
        now=now,
        kind="addition_lapsed",
        subject=_lapsed(addition.id),
    )
    second_persons.over(Wait.ADDITION, [addition.id], Act.by_system(meeting.village_id, now=now))


def _lapsed(addition_id: int) -> str:
    return f"addition_lapsed:{addition_id}"


def _unit_of(meeting: Meeting, person: Person, act: Act) -> str:
    """Return the unit of a person left out, by the rule that was frozen. Neither of the two officers lives with them.

    Raises Refused(OWN_RIGHT, ON_ROLL_ALREADY, NO_SEAT).
    """
    if not villages.is_on_roll(person):
        raise Refused(Reason.NO_SEAT)
    if villages.of_one_house(person.id, act.actor):
        raise Refused(Reason.OWN_RIGHT)
    household = meeting_states.by_household(meeting)
    unit = f"household:{person.household_id}" if household else f"person:{person.id}"
    there = select(MeetingRollEntry.number).where(
        MeetingRollEntry.meeting_id == meeting.id, MeetingRollEntry.unit == unit
    )
    if db.session.scalar(there) is not None:
        raise Refused(Reason.ON_ROLL_ALREADY)
    village, body = db.session.get_one(Village, meeting.village_id), meeting_states.body_of(meeting)
    on = meeting.call.adult_on if meeting.call else local_day(village, meeting.starts_at)
    seated = {
        v.id
        for v in polls.villagers(village, on=on)
        if voting_rolls.has_seat(v, body, group_id=meeting.group_id, on=on)
    }
    if person.id not in seated:
        raise Refused(Reason.NO_SEAT)
    return unit
