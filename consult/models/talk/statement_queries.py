"""Named selects about statements. A person's reactions are read for that person, or all at once for the groups."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select

from consult.domain.talk.phases import Phase
from consult.models.base import db
from consult.models.people.data_requests import DataLock
from consult.models.talk.consultations import Consultation
from consult.models.talk.statements import CommonGround, Reaction, Statement


@dataclass(frozen=True)
class ReactionCount:
    """How many reactions a consultation has now, and how many its last finding was computed from, and when."""

    consultation_id: int
    village_id: int
    reactions: int
    counted: int | None
    computed_at: datetime | None


def shown(consultation_id: int) -> Sequence[Statement]:
    """Return every statement that is not hidden, oldest first."""
    query = select(Statement).where(Statement.consultation_id == consultation_id, Statement.hidden_at.is_(None))
    return db.session.scalars(query.order_by(Statement.id)).all()


def next_for(consultation_id: int, person_id: int) -> Statement | None:
    """Return a statement this person has not reacted to: that with the fewest reactions, then the oldest."""
    reacted = select(Reaction.statement_id).where(
        Reaction.consultation_id == consultation_id, Reaction.person_id == person_id
    )
    seen = select(func.count()).where(Reaction.statement_id == Statement.id).scalar_subquery()
    query = select(Statement).where(
        Statement.consultation_id == consultation_id, Statement.hidden_at.is_(None), Statement.id.not_in(reacted)
    )
    return db.session.scalar(query.order_by(seen, Statement.id).limit(1))


def progress(consultation_id: int, person_id: int) -> tuple[int, int]:
    """Return how many statements this person has reacted to, and how many there are."""
    mine = and_(Reaction.statement_id == Statement.id, Reaction.person_id == person_id)
    query = (
        select(func.count(Reaction.statement_id), func.count(Statement.id))
        .outerjoin(Reaction, mine)
        .where(Statement.consultation_id == consultation_id, Statement.hidden_at.is_(None))
    )
    reacted, all_ = db.session.execute(query).one()
    return reacted, all_


def all_reactions(consultation_id: int) -> dict[int, dict[int, int]]:
    """Return person → statement → position, for the computation only: without hidden statements and without people whose
    data is locked.
    """
    query = (
        select(Reaction.person_id, Reaction.statement_id, Reaction.position)
        .join(Statement, Statement.id == Reaction.statement_id)
        .where(Reaction.consultation_id == consultation_id, Statement.hidden_at.is_(None))
        .where(Reaction.person_id.not_in(DataLock.people()))
    )
    reactions: dict[int, dict[int, int]] = {}
    for person_id, statement_id, position in db.session.execute(query):
        reactions.setdefault(person_id, {})[statement_id] = position
    return reactions


def reaction_counts() -> list[ReactionCount]:
    """Return how many reactions there are in each consultation under discussion that has any."""
    query = (
        select(
            Reaction.consultation_id,
            Reaction.village_id,
            func.count().label("reactions"),
            func.max(CommonGround.reactions).label("counted"),
            func.max(CommonGround.computed_at).label("computed_at"),
        )
        .outerjoin(CommonGround, CommonGround.consultation_id == Reaction.consultation_id)
        .join(Consultation, Consultation.id == Reaction.consultation_id)
        .where(Consultation.phase == Phase.DISCUSS)
        .group_by(Reaction.consultation_id, Reaction.village_id)
    )
    return [ReactionCount(*row) for row in db.session.execute(query)]


def computed(consultation_id: int) -> CommonGround | None:
    """Return the last computation for a consultation."""
    return db.session.get(CommonGround, consultation_id)
