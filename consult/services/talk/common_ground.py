"""Short statements, one's own reactions to them, and what was found in common."""

from datetime import datetime

from sqlalchemy import select

from consult.domain.audit import Tag, sha256
from consult.domain.refusals import Reason, Refused
from consult.domain.talk.common_ground import Position
from consult.domain.talk.phases import PhaseAct
from consult.models import Consultation, Person, Reaction, Statement, db
from consult.services.core import audit, transactions
from consult.services.talk import phases


def write_statement(
    consultation: Consultation, text: str, actor: Person, *, language: str, key: str, now: datetime
) -> Statement:
    """Put up a statement; its writer agrees with it. The same key writes one. Raises Refused."""
    earlier = db.session.scalar(select(Statement).where(Statement.request_key == key, Statement.person_id == actor.id))
    if earlier is not None:
        return earlier
    phases.refuse_unless_open(consultation, PhaseAct.REACT)
    statement = Statement(
        village_id=actor.village_id,
        consultation_id=consultation.id,
        person_id=actor.id,
        text=text,
        language=language,
        request_key=key,
        written_at=now,
    )
    db.session.add(statement)
    db.session.flush()
    _put(statement, actor, Position.AGREE)
    audit.record(
        Tag.STATEMENT_WRITTEN,
        f"statement:{statement.id}",
        village_id=actor.village_id,
        actor_id=actor.id,
        now=now,
        digest=sha256(text),
    )
    transactions.commit()
    return statement


def react(statement: Statement, actor: Person, position: Position) -> None:
    """Agree, disagree or pass; a later word replaces the earlier one. Neither time nor log: it is nobody's business."""
    phases.refuse_unless_open(db.session.get_one(Consultation, statement.consultation_id), PhaseAct.REACT)
    if statement.hidden_at is not None:
        raise Refused(Reason.PHASE_CLOSED)
    _put(statement, actor, position)
    transactions.commit()


def _put(statement: Statement, actor: Person, position: Position) -> None:
    reaction = db.session.get(Reaction, (actor.id, statement.id))
    if reaction is None:
        reaction = Reaction(
            person_id=actor.id,
            statement_id=statement.id,
            village_id=actor.village_id,
            consultation_id=statement.consultation_id,
            position=int(position),
        )
        db.session.add(reaction)
    reaction.position = int(position)
