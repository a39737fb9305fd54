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
    Poll,
    db,
)
from consult.services.polls import offline_turnout
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
    return offline_turnout.mark(poll_of(poll_id), channel, numbers, act)


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
