"""Named selects about the answers that the council owes."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, select

from consult.models.base import db
from consult.models.talk.comments import OfficialAnswer
from consult.models.talk.consultations import Consultation, Merger, Proposal, Withdrawal


def unanswered(by: date) -> Sequence[Row[Any]]:
    """Return proposals whose answer is owed by a day and has not been given: (id, village_id, title, answer_due_on)."""
    answered = select(OfficialAnswer.consultation_id)
    query = (
        select(Consultation.id, Consultation.village_id, Proposal.title, Consultation.answer_due_on)
        .join(Proposal, Proposal.consultation_id == Consultation.id)
        .where(Consultation.answer_due_on.is_not(None), Consultation.answer_due_on <= by)
        .where(Consultation.id.not_in(answered))
        .where(Consultation.id.not_in(select(Withdrawal.consultation_id)))
        .where(Consultation.id.not_in(select(Merger.consultation_id)))
    )
    return db.session.execute(query).all()
