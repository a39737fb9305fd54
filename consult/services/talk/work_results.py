"""The result of a work on the board: what became of a resolution."""

from sqlalchemy import select

from consult.domain.board.notices import NoticeTag
from consult.domain.refusals import Reason, Refused
from consult.models import Consultation, Notice, Task, db
from consult.models.talk import task_queries
from consult.services.board import notices
from consult.services.core import transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.law import four_deliberations
from consult.services.people import villages


@atomic
def post_result(consultation: Consultation, act: Act) -> Notice:
    """Post what became of a resolution: works, money, acceptances; once.

    Raises Refused while a task is not accepted, or a paper that the law asks for is not on record.
    """
    villages.locked(consultation.village_id)
    transactions.lock(consultation)
    earlier = db.session.scalar(
        select(Notice).where(Notice.consultation_id == consultation.id, Notice.tag == NoticeTag.RESULT_POSTED)
    )
    if earlier is not None:
        return earlier
    tasks = db.session.scalars(select(Task).where(Task.consultation_id == consultation.id).order_by(Task.id)).all()
    if not tasks or any(task.accepted_at is None for task in tasks):
        raise Refused(Reason.RESULT_NOT_READY)
    four_deliberations.refuse_unless_papers(consultation)
    facts = {
        "tasks": [[t.title, t.accepted_at.isoformat() if t.accepted_at else "", t.budget_fen] for t in tasks],
        "spent_fen": sum(task_queries.spent(consultation.id).values()),
        "cost_fen": consultation.proposal.cost_fen,
    }
    proposal = consultation.proposal
    words = [proposal.title, *(task.title for task in tasks)]
    subject = notices.Subject(proposal.title, words, consultation=consultation)
    notice = notices.hang(NoticeTag.RESULT_POSTED, subject, act, facts=facts)
    four_deliberations.note_result(consultation, notice, act)
    return notice
