"""The council's official answer, and the recorder's summary: numbered, signed, never changed."""

from datetime import datetime

from sqlalchemy import func, select

from consult.domain.audit import Tag, sha256
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.talk.comments import AnswerState
from consult.models import Consultation, OfficialAnswer, OpinionSummary, Person, db
from consult.models.talk.participant_queries import participants
from consult.services.core import audit, transactions
from consult.services.messages import notifications
from consult.services.talk import phases


def answer(
    consultation: Consultation,
    state: AnswerState,
    reason: str,
    actor: Person,
    *,
    language: str,
    key: str,
    now: datetime,
) -> OfficialAnswer:
    """Answer a proposal for the council. The newest answer counts. The same key answers once. Raises Refused."""
    earlier = db.session.scalar(select(OfficialAnswer).where(OfficialAnswer.request_key == key))
    if earlier is not None:
        return earlier
    transactions.lock(consultation)
    phases.refuse_ended(consultation)
    given = OfficialAnswer(
        village_id=actor.village_id,
        consultation_id=consultation.id,
        state=state.value,
        reason=reason,
        number=_next(OfficialAnswer, consultation.id),
        language=language,
        request_key=key,
        answered_by=actor.id,
        answered_at=now,
    )
    db.session.add(given)
    db.session.flush()
    notifications.tell(
        participants(consultation.id) - {actor.id},
        NotificationEvent.ANSWERED,
        f"answer:{given.id}",
        village_id=actor.village_id,
        consultation_id=consultation.id,
        now=now,
        kind="official_answer",
        title=consultation.proposal.title,
        state=state.value,
    )
    audit.record(
        Tag.PROPOSAL_ANSWERED,
        f"consultation:{consultation.id}",
        village_id=actor.village_id,
        actor_id=actor.id,
        now=now,
        number=given.number,
        state=state.value,
        digest=sha256(reason),
    )
    transactions.commit()
    return given


def sum_up(
    consultation: Consultation, text: str, actor: Person, *, language: str, key: str, now: datetime
) -> OpinionSummary:
    """Write down what people think, under one's own name. Its hash goes into the log. The same key signs once."""
    earlier = db.session.scalar(select(OpinionSummary).where(OpinionSummary.request_key == key))
    if earlier is not None:
        return earlier
    transactions.lock(consultation)
    phases.refuse_ended(consultation)
    summary = OpinionSummary(
        village_id=actor.village_id,
        consultation_id=consultation.id,
        number=_next(OpinionSummary, consultation.id),
        text=text,
        language=language,
        digest=sha256(text),
        request_key=key,
        signed_by=actor.id,
        signed_at=now,
    )
    db.session.add(summary)
    db.session.flush()
    audit.record(
        Tag.SUMMARY_SIGNED,
        f"consultation:{consultation.id}",
        village_id=actor.village_id,
        actor_id=actor.id,
        now=now,
        number=summary.number,
        digest=summary.digest,
    )
    transactions.commit()
    return summary


def _next(model: type[OfficialAnswer] | type[OpinionSummary], consultation_id: int) -> int:
    last = db.session.scalar(select(func.max(model.number)).where(model.consultation_id == consultation_id))
    return (last or 0) + 1
