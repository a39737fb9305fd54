"""For tests of the ways of voting: acts that are refused, polls made for a test, what the log says of attempts."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from consult import clock
from consult.domain.polls.polls import Channel
from consult.domain.refusals import Reason, Refused
from consult.models import (
    AuditEntry,
    Person,
    Poll,
    RoleGrant,
    db,
)
from consult.services.core.acts import Act
from consult.services.polls import offline_turnout
from consult.services.polls.counting import paper_tickers
from tests.village import Cast, Who, a_poll, number_of


def refused(act: Callable[..., object], *arguments: object, **facts: object) -> Reason:
    with pytest.raises(Refused) as refusal:
        act(*arguments, **facts)
    db.session.rollback()
    return refusal.value.reason


def poll_of(poll_id: int) -> Poll:
    return db.session.get_one(Poll, poll_id, populate_existing=True)


def mark(
    cast: Cast,
    poll_id: int,
    *who: Who,
    channel: Channel = Channel.PAPER,
    by: Who | None = None,
    at: timedelta = timedelta(0),
) -> list[int]:
    numbers = sorted(number_of(poll_id, one) for one in who)
    act = (by or cast.sister_chow).act(now=clock.now() + at)
    give_out_paper(poll_id, act.actor)
    return offline_turnout.mark(poll_of(poll_id), channel, numbers, act)


def give_out_paper(poll_id: int, person: Person) -> None:
    """Assign somebody to tick who has voted in an open secret poll, by another officer; nothing in any other poll."""
    poll = poll_of(poll_id)
    if paper_tickers.hides_voters(poll, clock.now()):
        other = db.session.scalars(
            select(RoleGrant.person_id).where(RoleGrant.person_id != person.id, RoleGrant.village_id == poll.village_id)
        ).first()
        act = Act.of(db.session.get_one(Person, other), now=clock.now(), key=f"ticker-{poll_id}-{person.id}")
        paper_tickers.assign(poll, person, act)


def made(app: Flask, village: Cast, **plan: Any) -> int:
    with app.app_context():
        poll = a_poll(village, **plan)
        db.session.remove()
    return poll


def number(app: Flask, poll: int, who: Who) -> int:
    with app.app_context():
        return number_of(poll, who)


def logged(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(AuditEntry.facts).where(AuditEntry.tag == "act:refused")))
