"""Who took part in a consultation, and who holds which office today."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import or_, select, union

from consult.models.base import db
from consult.models.people.villages import Departure, RoleGrant
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


def holders(village_id: int, roles: Collection[str], *, on: date) -> set[int]:
    """Return the ids of people who hold one of these offices on a day and have not departed."""
    query = (
        select(RoleGrant.person_id)
        .outerjoin(Departure, Departure.person_id == RoleGrant.person_id)
        .where(RoleGrant.village_id == village_id, RoleGrant.role.in_(sorted(roles)), RoleGrant.ended_at.is_(None))
        .where(RoleGrant.since <= on, or_(RoleGrant.until.is_(None), RoleGrant.until >= on))
        .where(Departure.person_id.is_(None))
    )
    return set(db.session.scalars(query))
