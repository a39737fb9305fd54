"""What a poll is at an instant, read from its rows: its frozen rules, its state, its stored count, its fingerprint."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from consult.domain.polls import polls as rules
from consult.domain.polls.polls import PollState, Tally
from consult.domain.refusals import Reason, Refused
from consult.models import Declaration, Poll, PollChangeConfirmation, PollTally, Proposal, RollEntry, db


def frozen_of(poll: Poll) -> dict[str, Any]:
    """Everything that was frozen when it was announced. Raises Refused for a draft."""
    if poll.frozen is None:
        raise Refused(Reason.NOT_ANNOUNCED)
    return poll.frozen


def by_household(poll: Poll) -> bool:
    return bool(frozen_of(poll)["rule"]["unit"] == "household")


def state_of(poll: Poll, now: datetime) -> PollState:
    """From the rows as they stand now, not as the page loaded them."""
    return rules.state_of(
        announced=poll.announced_at is not None,
        opens_at=poll.opens_at,
        closes_at=poll.closes_at,
        tallied=stored_tally(poll) is not None,
        declared=db.session.get(Declaration, poll.id) is not None,
        now=now,
        cancelled=poll.cancelled_at is not None,
    )


def stored_tally(poll: Poll) -> Tally | None:
    row = db.session.get(PollTally, poll.id)
    return Tally.from_facts(row.counts) if row else None


def roll_size(poll: Poll) -> int:
    """Units on the roll: those frozen, and those added by appeal since."""
    return db.session.scalar(select(func.count()).where(RollEntry.poll_id == poll.id)) or 0


def author_of(consultation_id: int) -> int | None:
    """Who made the proposal: neither helps voters nor counts."""
    return db.session.scalar(select(Proposal.proposed_by).where(Proposal.consultation_id == consultation_id))


def changes_of(poll_id: int) -> Sequence[PollChangeConfirmation]:
    """The confirmed changes, in their order."""
    query = select(PollChangeConfirmation).where(PollChangeConfirmation.poll_id == poll_id)
    return db.session.scalars(
        query.order_by(PollChangeConfirmation.confirmed_at, PollChangeConfirmation.change_id)
    ).all()


def fingerprint_of(poll: Poll) -> str:
    """The fingerprint that holds now: of the frozen rules, or of the newest confirmed change."""
    changes = changes_of(poll.id)
    return changes[-1].fingerprint if changes else poll.fingerprint or ""
