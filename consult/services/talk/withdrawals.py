"""Ending a consultation early: withdrawn by the proposer, or merged into another. And relating two of them."""

from consult.domain import versions
from consult.domain.audit import Tag
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.refusals import Reason, Refused
from consult.domain.talk.phases import PhaseAct
from consult.models import Consultation, Merger, Relation, Withdrawal, db
from consult.models.talk.participant_queries import participants
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.messages import notifications
from consult.services.talk import phases


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
    consultation.answer_due_on = None
    _tell_participants(consultation, "withdrawn", act)
    audit.record(Tag.CONSULTATION_WITHDRAWN, f"consultation:{consultation.id}", act)


@atomic
def merge(consultation: Consultation, into: Consultation | None, reason: str, act: Act) -> None:
    """Merge a consultation into another of the same village. Twice is the same as once. Raises Refused."""
    for row in sorted({consultation, into or consultation}, key=lambda one: one.id):
        transactions.lock(row)
    if db.session.get(Merger, consultation.id) is not None:
        return
    if into is None or not _are_two_of_one_village(consultation, into) or phases.has_ended(into):
        raise Refused(Reason.ONLY_INTO_ANOTHER)
    phases.refuse_unless_open(consultation, PhaseAct.WITHDRAW)
    versions.refuse_unless_same(act.seen, phases.shown_parts(consultation, "phase", "text"))
    db.session.add(
        Merger(
            consultation_id=consultation.id,
            village_id=act.village_id,
            into_id=into.id,
            reason=reason,
            merged_by=act.actor_id,
            merged_at=act.now,
        )
    )
    consultation.answer_due_on = None
    _tell_participants(consultation, "merged", act)
    audit.record(Tag.CONSULTATION_MERGED, f"consultation:{consultation.id}", act, into=into.id)


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
        f"{kind}:{consultation.id}",
        village_id=consultation.village_id,
        consultation_id=consultation.id,
        now=act.now,
        kind=kind,
        title=consultation.proposal.title,
    )
