"""What waits for the officers on the front page, in one statement: every officer opens that page, many times a day."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import CompoundSelect, Row, Select, bindparam, literal, null, select, union_all

from consult.models.base import db
from consult.models.people.right_queries import TO_CONFIRM
from consult.models.polls.poll_faults import PollFault
from consult.models.polls.polls import Declaration, Poll, PollTally
from consult.models.talk.consultations import Proposal

MOST = 10


class Duty(StrEnum):
    """What an office may have to do."""

    DECLARE = "declare"
    LOOK_INTO = "look_into"
    CONFIRM = "confirm"


SET_ASIDE = (
    select(
        PollFault.poll_id, PollFault.village_id, PollFault.kind, PollFault.noted_at, Proposal.title, Proposal.language
    )
    .join(Poll, Poll.id == PollFault.poll_id)
    .join(Proposal, Proposal.consultation_id == Poll.consultation_id)
    .outerjoin(PollTally, PollTally.poll_id == Poll.id)
    .where(PollTally.poll_id.is_(None), Poll.cancelled_at.is_(None))
    .order_by(PollFault.poll_id)
)
"""Polls that are set aside now, of all villages."""
_TO_DECLARE = (
    select(Poll.closes_at, Poll.id, Proposal.title, Proposal.language)
    .join(Proposal, Proposal.consultation_id == Poll.consultation_id)
    .outerjoin(Declaration, Declaration.poll_id == Poll.id)
    .where(Poll.village_id == bindparam("village_id"), Poll.announced_at.is_not(None))
    .where(Poll.closes_at <= bindparam("now"), Declaration.poll_id.is_(None), Poll.cancelled_at.is_(None))
    .order_by(Poll.closes_at)
    .limit(MOST)
)


def waiting(
    village_id: int, person_id: int, duties: frozenset[Duty], *, now: datetime
) -> dict[Duty, Sequence[Row[Any]]]:
    """Return what waits, by duty: polls with id, title, language and closes_at. CONFIRM: one row, whose id is how many."""
    found: dict[Duty, list[Row[Any]]] = {duty: [] for duty in Duty}
    if duties:
        facts = {"village_id": village_id, "person_id": person_id, "now": now}
        for row in db.session.execute(_statement(duties), facts):
            found[Duty(row.duty)].append(row)
        found[Duty.DECLARE].sort(key=lambda row: row.closes_at)
        found[Duty.LOOK_INTO].sort(key=lambda row: row.id)
    return dict(found)


@lru_cache(maxsize=8)
def _statement(duties: frozenset[Duty]) -> CompoundSelect[Any]:
    parts = {Duty.DECLARE: _to_declare, Duty.LOOK_INTO: _set_aside, Duty.CONFIRM: _to_confirm}
    return union_all(*(part() for duty, part in parts.items() if duty in duties))


def _to_declare() -> Select[Any]:
    polls = _TO_DECLARE.subquery()
    return select(_named(Duty.DECLARE), polls.c.closes_at, polls.c.id, polls.c.title, polls.c.language)


def _set_aside() -> Select[Any]:
    polls = SET_ASIDE.where(PollFault.village_id == bindparam("village_id")).order_by(None).subquery()
    return select(
        _named(Duty.LOOK_INTO),
        polls.c.noted_at.label("closes_at"),
        polls.c.poll_id.label("id"),
        polls.c.title,
        polls.c.language,
    )


def _to_confirm() -> Select[Any]:
    return select(
        _named(Duty.CONFIRM),
        null().label("closes_at"),
        TO_CONFIRM.scalar_subquery().label("id"),
        null().label("title"),
        null().label("language"),
    )


def _named(duty: Duty) -> Any:
    return literal(duty.value).label("duty")
