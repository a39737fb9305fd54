"""The end of one poll held against the log: closed and counted not before its time, and declared as the entry says."""

from collections.abc import Iterator

from consult import clock
from consult.domain.audit import Tag, canonical
from consult.domain.clock_leaps import TOLERANCE
from consult.domain.polls import bundle_entries
from consult.models import Declaration, Poll, PollTally, Village, db
from consult.services.core import sure_time
from consult.services.polls.poll_log import Logged, said_of


def faults(poll: Poll) -> Iterator[str]:
    """Yield a line where a poll was closed before its time, or its tally or declaration is not the one in the log."""
    closed = said_of(poll, Tag.POLL_CLOSED)
    yield from _early(poll, closed)
    tally = db.session.get(PollTally, poll.id)
    if tally is None or not closed:
        if tally is not None or closed:
            yield f"poll {poll.id}: it is counted here and not in the log, or the other way round"
    else:
        entry, facts = closed[0]
        said = {name: facts[name] for name in bundle_entries.TALLY.split() if name in facts}
        if canonical(tally.counts) != canonical(said) or tally.counted_at != entry.recorded_at or len(closed) > 1:
            yield f"poll {poll.id}: the stored tally is not the one in the log"
    yield from _declared(poll)


def _early(poll: Poll, closed: Logged) -> Iterator[str]:
    """Find a vote that ended before its time. A clock that ran ahead sees a closing too early: its settling takes that back.

    By a clock that was set back a vote that has ended seems open, until the watch of the clock notices it.
    """
    seen, trusted = poll.closing_seen_at, db.session.get_one(Village, poll.village_id).clock_trusted_at is None
    open_yet = poll.stands and poll.closes_at > clock.now() + TOLERANCE and not closed and trusted
    if seen is not None and (seen < poll.closes_at or (open_yet and not sure_time.was_set_back())):
        yield f"poll {poll.id}: it was closed before its time"
    if seen is None and any(entry.recorded_at < poll.closes_at for entry, _ in closed):
        yield f"poll {poll.id}: it was counted before its time"


def _declared(poll: Poll) -> Iterator[str]:
    row, said = db.session.get(Declaration, poll.id), said_of(poll, Tag.POLL_DECLARED)
    if row is None or not said:
        if row is not None or said:
            yield f"poll {poll.id}: it is declared here and not in the log, or the other way round"
        return
    entry, facts = said[0]
    logged = {name: facts[name] for name in ("tally", "verdict")}
    here = (row.outcome, row.declared_by, row.declared_at, canonical(row.facts))
    if here != (facts["verdict"]["outcome"], entry.actor_id, entry.recorded_at, canonical(logged)) or len(said) > 1:
        yield f"poll {poll.id}: what was declared is not what the log says"
