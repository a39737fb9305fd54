"""Short statements and each villager's reactions to them."""

from consult.domain.audit import Tag, sha256
from consult.domain.refusals import Reason, Refused
from consult.domain.talk.common_ground import Position
from consult.domain.talk.phases import PhaseAct
from consult.models import Consultation, Reaction, Statement, db
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.talk import phases


@atomic
def write_statement(consultation: Consultation, text: str, act: Act) -> Statement:
    """Add a statement, with its writer's agreement. The same key writes one. Raises Refused."""
    transactions.lock(consultation)
    earlier = transactions.earlier(Statement, act.key, person_id=act.actor_id)
    if earlier is not None:
        return earlier
    phases.refuse_unless_open(consultation, PhaseAct.REACT)
    statement = Statement(
        village_id=act.village_id,
        consultation_id=consultation.id,
        person_id=act.actor_id,
        text=text,
        language=act.language,
        request_key=act.key,
        written_at=act.now,
    )
    db.session.add(statement)
    db.session.flush()
    _set_position(statement, Position.AGREE, act)
    audit.record(Tag.STATEMENT_WRITTEN, f"statement:{statement.id}", act, digest=sha256(text))
    return statement


@atomic
def react(statement: Statement, position: Position, act: Act) -> None:
    """Set or replace the actor's position on a statement. Neither its time nor a log entry is kept. Raises Refused."""
    consultation = db.session.get_one(Consultation, statement.consultation_id)
    transactions.lock(consultation, share=True)  # its phase stays until this is done
    transactions.lock(statement, share=True)
    transactions.queue_for(f"reaction:{statement.id}:{act.actor_id}")
    phases.refuse_unless_open(consultation, PhaseAct.REACT)
    if statement.hidden_at is not None:
        raise Refused(Reason.PHASE_CLOSED)
    _set_position(statement, position, act)


def _set_position(statement: Statement, position: Position, act: Act) -> None:
    reaction = db.session.get(Reaction, (act.actor_id, statement.id))
    if reaction is None:
        reaction = Reaction(
            person_id=act.actor_id,
            statement_id=statement.id,
            village_id=act.village_id,
            consultation_id=statement.consultation_id,
        )
        db.session.add(reaction)
    reaction.position = int(position)
