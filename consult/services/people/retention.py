"""Forget what has been kept long enough, and what somebody asked to be forgotten. Ballots and records stay."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import delete, or_, select, update

from consult.domain.audit import Tag
from consult.domain.people import retention
from consult.domain.people.retention import Period
from consult.models import (
    Base,
    Departure,
    HouseholdCard,
    Notification,
    NotificationSwitch,
    OutboxMessage,
    Person,
    ProposalDraft,
    RecoveryCode,
    RightChange,
    SecondFactor,
    SignIn,
    Village,
    db,
)
from consult.models.people import right_queries
from consult.services.core import audit
from consult.services.core.acts import Act
from consult.services.core.each import each
from consult.services.core.transactions import atomic
from consult.services.people import second_factors, ways_in
from consult.services.people.accounts import accounts


def forget_old(*, now: datetime) -> int:
    """Forget what is older than its period, village by village and table by table. Returns how many rows."""
    village_ids = db.session.scalars(select(Village.id)).all()
    db.session.rollback()
    forgotten: list[int] = []
    for period in retention.periods().values():
        each(f"forgetting {period.table}", village_ids, partial(_count, forgotten, partial(_forget, period, now=now)))
    each("forgetting who left", village_ids, partial(_count, forgotten, partial(_forget_departed, now=now)))
    return sum(forgotten) + accounts.forget_unused(now=now)


def _count(rows: list[int], act: Callable[[int], int], village_id: int) -> None:
    rows.append(act(village_id))


@atomic
def _forget(period: Period, village_id: int, *, now: datetime) -> int:
    """Delete the old rows of one table, or empty their columns; note how many in the log."""
    table = Base.metadata.tables[period.table]
    old = (table.c.village_id == village_id) & (table.c[period.since] < now - period.kept_for)
    if period.wipes:
        emptied = {name: None if table.c[name].nullable else "" for name in period.wipes}
        full = or_(*(table.c[n].is_not(None) if empty is None else table.c[n] != empty for n, empty in emptied.items()))
        change: Any = update(table).where(old, full).values(emptied)
    else:
        change = delete(table).where(old)
    rows = int(db.session.connection().execute(change).rowcount)
    return _noted(village_id, period.table, rows, now)


@atomic
def _forget_departed(village_id: int, *, now: datetime) -> int:
    """Take name, numbers and days from people who left long ago; their ids stay in ballots and records."""
    rule = retention.of_departed()
    gone = (
        select(Person)
        .join(Departure, Departure.person_id == Person.id)
        .where(Person.village_id == village_id, Person.name != rule.name)
        .where(Departure.noted_at < now - rule.kept_for)
    )
    people = db.session.scalars(gone).all()
    for one in people:
        _forget_waiting_numbers(one)
        _delete_messages(one)
        for model in (RecoveryCode, SecondFactor):
            db.session.execute(delete(model).where(model.person_id == one.id))
        _empty(one)
        one.name, one.relation, one.sex = rule.name, "", ""
        one.born = one.born.replace(month=1, day=1) if one.born else None
    return _noted(village_id, Person.__tablename__, len(people), now)


def erase(person: Person, act: Act) -> None:
    """Erase what the law does not make the village keep: number, ways in, messages, drafts. In the act at hand.

    The number is told that it opens nothing any more. One that comes later is no first number, also where there was none.
    A further card made for the person goes too, claimed or not.
    """
    _forget_waiting_numbers(person)  # before the person's row: so do the changes themselves
    ways_in.hold([person.id])
    open_ones = update(SignIn).where(SignIn.person_id == person.id, SignIn.ended_at.is_(None))
    db.session.execute(open_ones.values(ended_at=act.now))
    theirs = or_(HouseholdCard.person_id == person.id, HouseholdCard.id.in_(right_queries.further_cards(person.id)))
    cards = update(HouseholdCard).where(theirs, HouseholdCard.withdrawn_at.is_(None))
    db.session.execute(cards.values(withdrawn_at=act.now, pin_hash=None, code_cipher=None))
    _delete_messages(person)
    second_factors.end_all(person.id, act)
    ways_in.set_number(person, "", act)
    _empty(person)
    person.number_since = act.now  # also where there was no number: what comes is not a first one


def _forget_waiting_numbers(person: Person) -> None:
    waiting = update(RightChange).where(RightChange.person_id == person.id, RightChange.number_cipher != "")
    db.session.execute(waiting.values(number_cipher=""))


def _empty(person: Person) -> None:
    person.phone_cipher = person.phone_mark = person.language = None
    person.elder_mode, person.residence = None, ""


def _delete_messages(person: Person) -> None:
    """Delete messages and drafts of a person, and what opens a card that an officer withdrew: no house brings it back."""
    withdrawn = update(HouseholdCard).where(
        HouseholdCard.person_id == person.id, HouseholdCard.withdrawn_at.is_not(None)
    )
    db.session.execute(withdrawn.values(withdrawn_why="", pin_hash=None))
    for model in (Notification, NotificationSwitch, OutboxMessage, ProposalDraft):
        db.session.execute(delete(model).where(model.person_id == person.id))


def _noted(village_id: int, table: str, rows: int, now: datetime) -> int:
    if rows:
        act = Act.by_system(village_id, now=now)
        audit.record(Tag.DATA_FORGOTTEN, f"village:{village_id}", act, table=table, rows=rows)
    return rows
