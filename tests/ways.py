"""For tests of the ways of voting: acts that are refused, polls made for a test, what the log says of attempts."""

from datetime import timedelta

import pytest
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
from tests.village import a_poll, number_of


def refused(act, *arguments, **facts) -> Reason:
    with pytest.raises(Refused) as refusal:
        act(*arguments, **facts)
    db.session.rollback()
    return refusal.value.reason


def poll_of(poll_id: int) -> Poll:
    return db.session.get_one(Poll, poll_id, populate_existing=True)


def mark(
    cast, poll_id: int, *who, channel: Channel = Channel.PAPER, by=None, at: timedelta = timedelta(0)
) -> list[int]:
    numbers = sorted(number_of(poll_id, one) for one in who)
    act = (by or cast.sister_chow).act(now=clock.now() + at)
    return offline_turnout.mark(poll_of(poll_id), channel, numbers, act)


def made(app, village, **plan) -> int:
    with app.app_context():
        poll = a_poll(village, **plan)
        db.session.remove()
    return poll


def number(app, poll: int, who) -> int:
    with app.app_context():
        return number_of(poll, who)


def logged(app) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(AuditEntry.facts).where(AuditEntry.tag == "act:refused")))
