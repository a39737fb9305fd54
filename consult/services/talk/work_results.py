"""The result of a work on the board: what became of a resolution."""

from sqlalchemy import select

from consult.domain.board.notices import NoticeTag
from consult.domain.refusals import Reason, Refused
from consult.domain.talk.council_requests import ACCEPTS
from consult.models import Consultation, Notice, Task, db
from consult.models.talk import comment_queries, consultation_queries, task_queries
from consult.services.board import notices
from consult.services.core import transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.law import four_deliberations
from consult.services.people import villages


@atomic
def post_result(consultation: Consultation, act: Act) -> Notice:
    """Post what became of a resolution: works, money, acceptances; once.

    Withdrawn tasks are named and hold nothing up. Raises Refused while a task is not accepted, or a paper that the law
    asks for is not on record.
    """
    villages.locked(consultation.village_id)
    transactions.lock(consultation)
    earlier = db.session.scalar(
        select(Notice).where(Notice.consultation_id == consultation.id, Notice.tag == NoticeTag.RESULT_POSTED)
    )
    if earlier is not None:
        return earlier
    tasks = db.session.scalars(select(Task).where(Task.consultation_id == consultation.id).order_by(Task.id)).all()
    live = [task for task in tasks if task.withdrawn_at is None]
    if not live or any(task.accepted_at is None for task in live):
        raise Refused(Reason.RESULT_NOT_READY)
    four_deliberations.refuse_unless_papers(consultation)
    facts = {
        "tasks": [[t.title, t.accepted_at.isoformat() if t.accepted_at else "", t.budget_fen] for t in live],
        "withdrawn": [t.title for t in tasks if t.withdrawn_at is not None],
        "spent_fen": sum(task_queries.spent(consultation.id).values()),
        "cost_fen": consultation_queries.decided_fen(consultation),
        **_stands_on(consultation),
    }
    proposal = consultation.proposal
    words = [proposal.title, *(task.title for task in tasks)]
    subject = notices.Subject(proposal.title, words, consultation=consultation)
    notice = notices.hang(NoticeTag.RESULT_POSTED, subject, act, facts=facts)
    four_deliberations.note_result(consultation, notice, act)
    return notice


def _stands_on(consultation: Consultation) -> dict[str, int]:
    """Return on what the work stands, for the notice: the vote that decided it, else the answer of the council."""
    poll = consultation_queries.deciding_poll(consultation.id)
    if poll is not None:
        return {"poll": poll}
    answers = comment_queries.official_answers(consultation.id)
    return {"answer": answers[0].id} if answers and answers[0].state in ACCEPTS else {}
