"""Notifications: a line in each inbox, written in the unit of work of the act it tells of."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, or_, select, union_all, update

from consult.domain.messages.notifications import BY_SMS, ON_THE_SPOT, SWITCHABLE, NotificationEvent
from consult.models import Departure, Notification, NotificationSwitch, Person, db
from consult.services.core.transactions import atomic
from consult.services.messages import outbox

AT_ONCE = 500
UNREAD = select(func.count()).where(
    Notification.person_id == bindparam("person_id"), Notification.read_at.is_(None)
)  # on every page: put together once


def tell(
    people: Collection[int],
    event: NotificationEvent,
    subject: str,
    *,
    village_id: int,
    consultation_id: int | None,
    now: datetime,
    **facts: Any,
) -> None:
    """Tell each person once of one thing (`subject`, as kind:id), unless they turned this event off or left."""
    wanted = sorted(set(people) - _unwilling(people, event) - _told(people, event, subject))
    if not wanted:
        return
    rows = [
        {
            "village_id": village_id,
            "person_id": one,
            "event": event,
            "subject": subject,
            "consultation_id": consultation_id,
            "facts": facts,
            "told_at": now,
        }
        for one in wanted
    ]
    for start in range(0, len(rows), AT_ONCE):
        db.session.execute(insert(Notification), rows[start : start + AT_ONCE])
    if event in BY_SMS and facts.get("kind") not in ON_THE_SPOT:
        outbox.write_sms(wanted, event.value, subject, village_id=village_id, facts=facts, now=now)


def tell_each(
    lines: Sequence[tuple[int, str, dict[str, Any]]], event: NotificationEvent, *, village_id: int, now: datetime
) -> None:
    """Tell each person of a subject of their own, with its facts, unless they turned this event off or left.

    For many at once, in a few statements; the subjects are new, such as those of rows that were just written.
    """
    unwilling = _unwilling({one for one, _, _ in lines}, event)
    rows = [
        {
            "village_id": village_id,
            "person_id": one,
            "event": event,
            "subject": subject,
            "consultation_id": None,
            "facts": facts,
            "told_at": now,
        }
        for one, subject, facts in lines
        if one not in unwilling
    ]
    for start in range(0, len(rows), AT_ONCE):
        db.session.execute(insert(Notification), rows[start : start + AT_ONCE])
    if event in BY_SMS:
        outbox.write_each_sms(
            [line for line in lines if line[0] not in unwilling and line[2].get("kind") not in ON_THE_SPOT],
            event.value,
            village_id=village_id,
            now=now,
        )


def known(subjects: Collection[str]) -> set[str]:
    """Return those of these subjects of which somebody was told before."""
    return set(db.session.scalars(select(Notification.subject).where(Notification.subject.in_(subjects))))


def take_back(
    subjects: Collection[str],
    *,
    now: datetime,
    only: int | None = None,
    event: NotificationEvent = NotificationEvent.DUTY,
) -> None:
    """Show lines about these subjects no longer, and send no message of them that is still here.

    What they asked for was done by somebody, or fell away. `only`: the lines of this person. `event`: of this kind.
    """
    wanted = sorted(subjects)
    for some in (wanted[start : start + AT_ONCE] for start in range(0, len(wanted), AT_ONCE)):
        lines = [Notification.event == event, Notification.subject.in_(some)]
        lines += [Notification.over_at.is_(None), *([Notification.person_id == only] if only is not None else [])]
        told = select(Notification.person_id, Notification.subject).where(*lines)
        found = db.session.execute(told).all()
        if not found:
            continue
        db.session.execute(
            update(Notification).where(*lines).values(over_at=now, read_at=func.coalesce(Notification.read_at, now))
        )
        outbox.give_up(event.value, [(row.person_id, row.subject) for row in found], now=now)


def take_back_late(subjects: Collection[str], *, now: datetime) -> None:
    """Show lines that something is late no longer: neither to those who owe it nor to those who waited for it."""
    for event in (NotificationEvent.DUTY, NotificationEvent.CHANGED):
        take_back(subjects, now=now, event=event)


def settle(subjects: Collection[str], events: Collection[NotificationEvent], *, now: datetime) -> None:
    """Count lines that ask for something as read: the time for it is over. They stay in the inbox, and nothing marks them as new.

    In the unit of work at hand. A subject that ends with a hyphen is the beginning of several.
    """
    whole = sorted(one for one in subjects if not one.endswith("-"))
    begun = [Notification.subject.startswith(one, autoescape=True) for one in subjects if one.endswith("-")]
    mine = (
        Notification.event.in_(events),
        or_(Notification.subject.in_(whole), *begun),
        Notification.read_at.is_(None),
    )
    db.session.execute(
        update(Notification).where(*mine).values(read_at=now), execution_options={"synchronize_session": False}
    )


def _unwilling(people: Collection[int], event: NotificationEvent) -> set[int]:
    """Return those who turned the event off, and those who moved away or died."""
    off = select(NotificationSwitch.person_id).where(NotificationSwitch.event == event)
    gone = select(Departure.person_id)
    if len(people) <= AT_ONCE:
        off, gone = off.where(NotificationSwitch.person_id.in_(people)), gone.where(Departure.person_id.in_(people))
    return set(db.session.scalars(union_all(off, gone)))


def _told(people: Collection[int], event: NotificationEvent, subject: str) -> set[int]:
    """Return those who were told of the event and subject before."""
    query = select(Notification.person_id).where(Notification.event == event, Notification.subject == subject)
    if len(people) <= AT_ONCE:
        query = query.where(Notification.person_id.in_(people))
    return set(db.session.scalars(query))


def inbox(person: Person, *, most: int, before: int | None = None) -> Sequence[Notification]:
    """Return one person's lines, newest first."""
    mine = (Notification.person_id == person.id, Notification.over_at.is_(None))
    query = select(Notification).where(*mine).order_by(Notification.id.desc()).limit(most)
    return db.session.scalars(query.where(Notification.id < before) if before else query).all()


def unread(person_id: int) -> int:
    """Count a person's unread lines."""
    return db.session.execute(UNREAD, {"person_id": person_id}).scalar() or 0


def unread_of(event: NotificationEvent, subject: str) -> set[int]:
    """Return the ids of people with an unread line of an event whose subject begins with `subject`."""
    query = select(Notification.person_id).where(Notification.read_at.is_(None), Notification.event == event)
    return set(db.session.scalars(query.where(Notification.subject.startswith(subject))))


@atomic
def mark_read(person: Person, *, up_to: int, now: datetime) -> None:
    """Mark a person's lines up to one id as read; twice is the same as once."""
    db.session.execute(
        update(Notification)
        .where(Notification.person_id == person.id, Notification.id <= up_to, Notification.read_at.is_(None))
        .values(read_at=now)
    )


def switches(person_id: int) -> dict[NotificationEvent, bool]:
    """Return each event that can be turned off, and whether it is on."""
    off = set(db.session.scalars(select(NotificationSwitch.event).where(NotificationSwitch.person_id == person_id)))
    return {event: event not in off for event in SWITCHABLE}


@atomic
def set_switches(person: Person, on: Collection[str]) -> None:
    """Turn on exactly these events."""
    kept = {
        s.event: s
        for s in db.session.scalars(select(NotificationSwitch).where(NotificationSwitch.person_id == person.id))
    }
    for event in SWITCHABLE:
        if event in on and event in kept:
            db.session.delete(kept[event])
        elif event not in on and event not in kept:
            db.session.add(NotificationSwitch(person_id=person.id, event=event, village_id=person.village_id))
