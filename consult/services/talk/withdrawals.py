"""How a consultation ends before its time: withdrawn by the proposer, or merged into another. And which are related."""

from datetime import datetime

from consult.domain.audit import Tag
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.refusals import Reason, Refused
from consult.domain.talk.phases import PhaseAct
from consult.models import Consultation, Merger, Person, Relation, Withdrawal, db
from consult.models.talk.participant_queries import participants
from consult.services.core import audit, transactions
from consult.services.messages import notifications
from consult.services.talk import phases


def withdraw(consultation: Consultation, reason: str, actor: Person, *, now: datetime) -> None:
    """Take a proposal back, and say why. It stays readable. Twice is the same as once. Raises Refused."""
    transactions.lock(consultation)
    if consultation.proposal.proposed_by != actor.id:
        raise Refused(Reason.NOT_PROPOSER)
    if db.session.get(Withdrawal, consultation.id) is not None:
        return
    phases.refuse_unless_open(consultation, PhaseAct.WITHDRAW)
    db.session.add(
        Withdrawal(
            consultation_id=consultation.id,
            village_id=actor.village_id,
            reason=reason,
            withdrawn_by=actor.id,
            withdrawn_at=now,
        )
    )
    consultation.answer_due_on = None
    _tell(consultation, "withdrawn", actor, now)
    audit.record(
        Tag.CONSULTATION_WITHDRAWN,
        f"consultation:{consultation.id}",
        village_id=actor.village_id,
        actor_id=actor.id,
        now=now,
    )
    transactions.commit()


def merge(consultation: Consultation, into: Consultation | None, reason: str, actor: Person, *, now: datetime) -> None:
    """Let it go on as part of another. Twice is the same as once. Raises Refused."""
    transactions.lock(consultation)
    if db.session.get(Merger, consultation.id) is not None:
        return
    if into is None or into.id == consultation.id or into.village_id != consultation.village_id or _ended(into):
        raise Refused(Reason.ONLY_INTO_ANOTHER)
    phases.refuse_unless_open(consultation, PhaseAct.WITHDRAW)
    db.session.add(
        Merger(
            consultation_id=consultation.id,
            village_id=actor.village_id,
            into_id=into.id,
            reason=reason,
            merged_by=actor.id,
            merged_at=now,
        )
    )
    consultation.answer_due_on = None
    _tell(consultation, "merged", actor, now)
    audit.record(
        Tag.CONSULTATION_MERGED,
        f"consultation:{consultation.id}",
        village_id=actor.village_id,
        actor_id=actor.id,
        now=now,
        into=into.id,
    )
    transactions.commit()


def relate(consultation: Consultation, other: Consultation | None, actor: Person, *, now: datetime) -> None:
    """Link two consultations to each other. Twice is the same as once. Raises Refused."""
    if other is None or other.id == consultation.id or other.village_id != consultation.village_id:
        raise Refused(Reason.ONLY_INTO_ANOTHER)
    first, second = sorted((consultation.id, other.id))
    if db.session.get(Relation, (first, second)) is None:
        db.session.add(
            Relation(consultation_id=first, other_id=second, village_id=actor.village_id, made_by=actor.id, made_at=now)
        )
        audit.record(
            Tag.CONSULTATION_RELATED,
            f"consultation:{first}",
            village_id=actor.village_id,
            actor_id=actor.id,
            now=now,
            other=second,
        )
    transactions.commit()


def _ended(consultation: Consultation) -> bool:
    return any(db.session.get(ending, consultation.id) is not None for ending in (Withdrawal, Merger))


def _tell(consultation: Consultation, kind: str, actor: Person, now: datetime) -> None:
    notifications.tell(
        participants(consultation.id) - {actor.id},
        NotificationEvent.CHANGED,
        f"{kind}:{consultation.id}",
        village_id=consultation.village_id,
        consultation_id=consultation.id,
        now=now,
        kind=kind,
        title=consultation.proposal.title,
    )
