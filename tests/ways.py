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
    LateMarks,
    Person,
    Poll,
    RoleGrant,
    db,
)
from consult.services.core.acts import Act
from consult.services.polls import offline_turnout
from consult.services.polls.counting import late_marks, paper_tickers
from tests.village import Cast, Who, a_photo, a_poll, number_of


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


def ask_late(
    cast: Cast,
    poll_id: int,
    *numbers: int,
    by: Who | None = None,
    office: str = "council_member",
    channel: Channel = Channel.PAPER,
    at: timedelta = timedelta(days=4),
    key: str = "late",
    undo_because: str = "",
) -> LateMarks:
    """Ask for marks after the close, or that they are undone, with a photo of the signed list."""
    who = by or cast.sister_chow
    picture = a_photo(who)
    act = who.act(now=clock.now() + at, key=key)
    return late_marks.ask(
        poll_of(poll_id), channel, numbers, act, picture=picture, office=office, undo_because=undo_because
    )


def unmark_late(cast: Cast, poll_id: int, *who: Who, at: timedelta = timedelta(days=4), key: str = "undone") -> None:
    """Undo marks after the close: a council member asks, a member of the village committee confirms."""
    numbers = [number_of(poll_id, one) for one in who]
    asked = ask_late(cast, poll_id, *numbers, at=at, key=key, undo_because="没有签字")
    late_marks.confirm(asked, "committee_member", cast.old_chan.act(now=clock.now() + at))


def mark_late(cast: Cast, poll_id: int, *who: Who, at: timedelta = timedelta(days=4), key: str = "late") -> None:
    """Mark on paper after the close: a council member asks, a member of the village committee confirms."""
    asked = ask_late(cast, poll_id, *(number_of(poll_id, one) for one in who), at=at, key=key)
    late_marks.confirm(asked, "committee_member", cast.old_chan.act(now=clock.now() + at))


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
