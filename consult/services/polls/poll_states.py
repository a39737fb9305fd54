"""The state of a poll at an instant, read from its rows: frozen rules, state, stored count, fingerprint."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm.util import identity_key

from consult.domain import clock_leaps
from consult.domain.polls import polls as rules
from consult.domain.polls.frozen import FrozenPoll
from consult.domain.polls.polls import Outcome, PollState, Tally
from consult.domain.refusals import Reason, Refused
from consult.models import (
    Declaration,
    MeetingPoll,
    Poll,
    PollChangeConfirmation,
    PollEnding,
    PollTally,
    Proposal,
    RollEntry,
    Village,
    db,
)
from consult.models.polls import poll_queries
from consult.services.core.transactions import atomic


def frozen_of(poll: Poll) -> FrozenPoll:
    """Return everything that was frozen when it was announced. Raises Refused(NOT_ANNOUNCED) for a draft."""
    frozen = poll.frozen_poll
    if frozen is None:
        raise Refused(Reason.NOT_ANNOUNCED)
    return frozen


def state_of(poll: Poll, now: datetime) -> PollState:
    """Return the state at an instant, from the rows as they stand now and not as the page loaded them."""
    tallied = stored_tally(poll) is not None
    return _state(poll, now, tallied=tallied, declared=db.session.get(Declaration, poll.id) is not None)


def _state(poll: Poll, now: datetime, *, tallied: bool, declared: bool) -> PollState:
    return rules.state_of(
        announced=poll.announced_at is not None,
        opens_at=poll.opens_at,
        closes_at=poll.closes_at,
        tallied=tallied,
        declared=declared,
        now=now,
        cancelled=poll.cancelled_at is not None,
        annulled=poll.annulled_at is not None,
        closing_seen=poll.closing_seen_at is not None,
    )


def state_for_act(poll: Poll, now: datetime) -> PollState:
    """Return the state that an act meets. Raises Refused where it hangs on a clock that is in doubt."""
    trusted = db.session.get_one(Village, poll.village_id).clock_trusted_at
    state = clock_leaps.same_at_both(lambda at: state_of(poll, at), now, trusted)
    if state is None:
        raise Refused(Reason.CLOCK_IN_DOUBT)
    return state


def state_for_page(poll: Poll, now: datetime, trusted_at: datetime | None) -> PollState:
    """Return the state that a page shows, from the rows it has loaded; while the clock is in doubt, the trusted one."""
    return _state(poll, trusted_at or now, tallied=poll.tally is not None, declared=poll.declaration is not None)


def refuse_while_in_doubt(village_id: int) -> None:
    """Refuse to open, close, count or declare while the village's clock is in doubt. Raises Refused."""
    query = select(Village.clock_trusted_at).where(Village.id == village_id)
    if db.session.scalar(query) is not None:
        raise Refused(Reason.CLOCK_IN_DOUBT)


def refuse_unless_standing(poll: Poll) -> None:
    """Refuse an act on a vote that was cancelled or annulled: nothing waits on it any more. Raises Refused."""
    if poll.cancelled_at is not None:
        raise Refused(Reason.POLL_CANCELLED)
    if poll.annulled_at is not None:
        raise Refused(Reason.POLL_ANNULLED)


def refuse_decided_in(meeting_id: int, consultation_id: int, body: str, group_id: int | None) -> None:
    """Refuse a further vote of a meeting on what it has decided: no vote is repeated until it passes.

    Without a quorum nothing was decided. Another meeting, with its own notice, may decide anew.
    """
    for _, outcome, in_meeting in poll_queries.deciding(consultation_id, body, group_id):
        if in_meeting == meeting_id and outcome not in (None, Outcome.INQUORATE):
            raise Refused(Reason.DECIDED_HERE)


@atomic
def note_closings(*, now: datetime, poll_id: int | None = None) -> list[int]:
    """Note that the closing time of polls is past, of all or of one: they stay closed whatever the clock says later.

    Nothing is noted in a village whose clock is in doubt. Returns the ids of those noted now.
    """
    sure = select(Village.id).where(Village.clock_trusted_at.is_(None))
    seen = update(Poll).where(
        Poll.announced_at.is_not(None), Poll.closing_seen_at.is_(None), Poll.closes_at <= now, Poll.village_id.in_(sure)
    )
    if poll_id is not None:
        seen = seen.where(Poll.id == poll_id)
    noted = seen.values(closing_seen_at=now).returning(Poll.id).execution_options(synchronize_session=False)
    found = list(db.session.scalars(noted))
    for one in found:
        if (known := db.session.identity_map.get(identity_key(Poll, one))) is not None:
            db.session.refresh(known, ["closing_seen_at"])
    return found


def stored_tally(poll: Poll) -> Tally | None:
    """Return the tally written at the close, None before."""
    row = db.session.get(PollTally, poll.id)
    return Tally.from_facts(row.counts) if row else None


def roll_size(poll: Poll) -> int:
    """Return the number of units on the roll: those frozen, and those added by appeal since."""
    return db.session.scalar(select(func.count()).where(RollEntry.poll_id == poll.id)) or 0


def author_of(consultation_id: int) -> int | None:
    """Return who made the proposal: that person neither helps voters nor counts."""
    return db.session.scalar(select(Proposal.proposed_by).where(Proposal.consultation_id == consultation_id))


def changes_of(poll_id: int) -> Sequence[PollChangeConfirmation]:
    """Return the confirmed changes, in their order."""
    query = select(PollChangeConfirmation).where(PollChangeConfirmation.poll_id == poll_id)
    return db.session.scalars(
        query.order_by(PollChangeConfirmation.confirmed_at, PollChangeConfirmation.change_id)
    ).all()


def fingerprint_of(poll: Poll) -> str:
    """Return the fingerprint that holds now: of the frozen rules, or of the newest confirmed change."""
    changes = changes_of(poll.id)
    return changes[-1].fingerprint if changes else poll.fingerprint or ""


def waits_for_ending(poll: Poll) -> bool:
    """Tell whether neither the chair nor the time has ended this vote of a meeting: its present are not known yet."""
    return db.session.get(MeetingPoll, poll.id) is not None and db.session.get(PollEnding, poll.id) is None


def present_of(poll: Poll, voted: set[int]) -> int | None:
    """Return how many units count as present in a vote of a meeting: those there at its end and those that voted.

    None for any other poll.
    """
    if db.session.get(MeetingPoll, poll.id) is None:
        return None
    ending = db.session.get(PollEnding, poll.id)
    return len(set(ending.present if ending else ()) | voted)
