"""The participants of a consultation."""

from sqlalchemy import select, union

from consult.models.base import db
from consult.models.talk.comments import Comment
from consult.models.talk.consultations import Endorsement, Proposal


def participants(consultation_id: int) -> set[int]:
    """Return the ids of the proposer, the endorsers and the commenters of a consultation."""
    query = union(
        select(Proposal.proposed_by).where(Proposal.consultation_id == consultation_id),
        select(Endorsement.person_id).where(Endorsement.consultation_id == consultation_id),
        select(Comment.person_id).where(Comment.consultation_id == consultation_id),
    )
    return set(db.session.scalars(query))
