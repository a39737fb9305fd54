"""Named selects about polls that are set aside."""

from sqlalchemy import select

from consult.models.polls.poll_faults import PollFault
from consult.models.polls.polls import Poll, PollTally
from consult.models.talk.consultations import Proposal

SET_ASIDE = (
    select(
        PollFault.poll_id, PollFault.village_id, PollFault.kind, PollFault.noted_at, Proposal.title, Proposal.language
    )
    .join(Poll, Poll.id == PollFault.poll_id)
    .join(Proposal, Proposal.consultation_id == Poll.consultation_id)
    .outerjoin(PollTally, PollTally.poll_id == Poll.id)
    .where(PollTally.poll_id.is_(None), Poll.stands)
    .order_by(PollFault.poll_id)
)
"""Polls that are set aside now, of all villages."""
