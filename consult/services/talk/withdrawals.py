"""Ending a consultation early: withdrawn by the proposer. And relating two of them. Mergers: mergers.py."""

from consult.domain.audit import Tag
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.refusals import Reason, Refused
from consult.domain.talk.phases import PhaseAct
from consult.models import Consultation, Relation, Withdrawal, db
from consult.models.talk.participant_queries import participants
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.messages import notifications
from consult.services.talk import phases
from consult.services.talk.duty import owed_answers


@atomic
def withdraw(consultation: Consultation, reason: str, act: Act) -> None:
    """Withdraw the actor's own proposal; it stays readable. Twice is the same as once. Raises Refused."""
    transactions.lock(consultation)
    if consultation.proposal.proposed_by != act.actor_id:
        raise Refused(Reason.NOT_PROPOSER)
    if db.session.get(Withdrawal, consultation.id) is not None:
        return
    phases.refuse_unless_open(consultation, PhaseAct.WITHDRAW)
    db.session.add(
        Withdrawal(
            consultation_id=consultation.id,
            village_id=act.village_id,
            reason=reason,
            withdrawn_by=act.actor_id,
            withdrawn_at=act.now,
        )
    )
    db.session.flush()
    owed = consultation.answer_due_on is not None
    _tell_participants(consultation, "withdrawn_with_duty" if owed else "withdrawn", act)
    owed_answers.over(consultation, now=act.now)
    audit.record(Tag.CONSULTATION_WITHDRAWN, f"consultation:{consultation.id}", act)


@atomic
def relate(consultation: Consultation, other: Consultation | None, act: Act) -> None:
    """Link two consultations to each other. Twice is the same as once. Raises Refused."""
    if other is None or not _are_two_of_one_village(consultation, other):
        raise Refused(Reason.ONLY_INTO_ANOTHER)
    first, second = sorted((consultation.id, other.id))
    transactions.queue_for(f"relation:{first}:{second}")
    if db.session.get(Relation, (first, second)) is None:
        db.session.add(
            Relation(
                consultation_id=first,
                other_id=second,
                village_id=act.village_id,
                made_by=act.actor_id,
                made_at=act.now,
            )
        )
        audit.record(Tag.CONSULTATION_RELATED, f"consultation:{first}", act, other=second)


def _are_two_of_one_village(consultation: Consultation, other: Consultation) -> bool:
    return other.id != consultation.id and other.village_id == consultation.village_id


def _tell_participants(consultation: Consultation, kind: str, act: Act) -> None:
    notifications.tell(
        participants(consultation.id) - {act.actor_id},
        NotificationEvent.CHANGED,
        f"withdrawn:{consultation.id}",
        village_id=consultation.village_id,
        consultation_id=consultation.id,
        now=act.now,
        kind=kind,
        title=consultation.proposal.title,
    )
