"""Jobs: close and open what is due. A poll that does not add up is set aside and keeps no other from its turn."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select

from consult.domain.refusals import Refused
from consult.models import Poll, PollTally, SealingKey, Village, db
from consult.services.core.acts import Act
from consult.services.core.each import each
from consult.services.polls import ballot_shuffle, closing, poll_states
from consult.services.polls.counting import poll_faults
from consult.services.polls.counting.poll_faults import DoesNotAddUp
from consult.services.polls.sealing import keys
from consult.services.polls.sealing.keys import KeyElsewhere


class StillSetAside(Exception):
    """The poll does not add up, which was noted and logged before."""


class WaitsForAnother(Exception):
    """The key was written to the folder of another job runner, which is given time to count."""


NOT_NOW = (ballot_shuffle.NotShuffled, StillSetAside, WaitsForAnother)
ANOTHER_COUNTS_WITHIN = timedelta(hours=1)
"""A job runner that has the key counts within ten seconds; so long the others do not take the key for lost."""
_awaited: dict[tuple[int, datetime], datetime] = {}
"""Of polls whose key is elsewhere, by id and closing time: when this process first wanted to count."""


def close_due(*, now: datetime, village_id: int | None = None) -> list[int]:
    """Close every poll whose time is past, each in a unit of work of its own. Returns their ids.

    One with paper or raised hands waits for an officer, who alone knows that all sheets are in. One that does not add
    up is set aside; it and one that cannot be closed just now (NotShuffled, a letter or a contest waits) are tried again, and the
    next is closed.
    Every closing time that is past is noted first, also where the count must wait. A village whose clock is in doubt
    is left alone.
    """
    poll_states.note_closings(now=now)
    query = (
        select(Poll.id)
        .outerjoin(PollTally, PollTally.poll_id == Poll.id)
        .join(Village, Village.id == Poll.village_id)
        .where(Poll.closing_seen_at.is_not(None), PollTally.poll_id.is_(None), Village.clock_trusted_at.is_(None))
        .where(Poll.stands, Poll.paper.is_(False), Poll.hands.is_(False))
    )
    if village_id is not None:
        query = query.where(Poll.village_id == village_id)
    due = db.session.scalars(query).all()
    return each("closing poll", due, lambda one: _by_job(one, now, closing.close), later=(*NOT_NOW, Refused))


def open_due(*, now: datetime) -> list[int]:
    """Open the sealed ballots of every poll that can be counted, each in a unit of its own. Return the polls' ids.

    For polls that an officer declares, in a process that may not read the keys. Keys that are left over are destroyed.
    Closing times that are past are noted first, as in `close_due`.
    """
    poll_states.note_closings(now=now)
    query = (
        select(Poll.id)
        .join(SealingKey, SealingKey.poll_id == Poll.id)
        .join(Village, Village.id == Poll.village_id)
        .where(SealingKey.opened_at.is_(None), Poll.closing_seen_at.is_not(None), Poll.stands)
        .where(Village.clock_trusted_at.is_(None))
        .order_by(Poll.id)
    )
    due = db.session.scalars(query).all()
    opened = each("opening poll", due, lambda one: _by_job(one, now, closing.open_ballots), later=(*NOT_NOW, Refused))
    keys.destroy_used()
    return opened


def _by_job(poll_id: int, now: datetime, act: Callable[[Poll, Act], None]) -> None:
    """Close or open one poll. Set it aside where it does not add up: the fault is raised once, and StillSetAside later."""
    poll = db.session.get_one(Poll, poll_id)
    try:
        act(poll, Act.by_system(poll.village_id, now=now))
    except DoesNotAddUp as fault:
        db.session.rollback()
        if isinstance(fault, KeyElsewhere) and _may_be_counted_by_another(poll, now):
            raise WaitsForAnother from None
        if poll_faults.set_aside(poll, fault.kind, now=now):
            raise
        raise StillSetAside from None


def _may_be_counted_by_another(poll: Poll, now: datetime) -> bool:
    return now - _awaited.setdefault((poll.id, poll.closes_at), now) < ANOTHER_COUNTS_WITHIN
