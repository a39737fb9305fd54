"""The texts of proposals and comments in the search index."""

from datetime import datetime

from sqlalchemy import or_, select

from consult.domain.search import SearchKind
from consult.domain.talk.moderation import mask_quotes
from consult.models import Comment, Proposal, Statement, db
from consult.services.core.search import put


def put_proposal(proposal: Proposal, *, now: datetime) -> None:
    """Index title, summary, place and text of a proposal."""
    text = " ".join(filter(None, (proposal.title, proposal.summary, proposal.place, proposal.text)))
    put(
        SearchKind.PROPOSAL,
        proposal.id,
        text,
        village_id=proposal.village_id,
        consultation_id=proposal.consultation_id,
        language=proposal.language,
        written_at=now,
    )


def put_thread(row: Comment | Statement, *, itself: bool = False) -> None:
    """Index anew what stands beside a comment that was hidden or shown again, which may quote it; `itself`: it, too."""
    if isinstance(row, Statement):
        return
    if itself:
        put_comment(row)
    first = row.parent_id or row.id
    beside = select(Comment).where(
        or_(Comment.parent_id == first, Comment.id == first), Comment.id != row.id, Comment.hidden_at.is_(None)
    )
    for comment in db.session.scalars(beside.order_by(Comment.id)).all():
        put_comment(comment)


def _hidden_beside(comment: Comment) -> list[str]:
    """Return the hidden words of the comment that this one replies to, and of the other replies."""
    if comment.parent_id is None:
        return []
    thread = or_(Comment.parent_id == comment.parent_id, Comment.id == comment.parent_id)
    return list(db.session.scalars(select(Comment.text).where(thread, Comment.hidden_at.is_not(None))))


def put_comment(comment: Comment) -> None:
    """Index a comment, without what it quotes of hidden words."""
    put(
        SearchKind.COMMENT,
        comment.id,
        mask_quotes(comment.text, _hidden_beside(comment)),
        village_id=comment.village_id,
        consultation_id=comment.consultation_id,
        language=comment.language,
        written_at=comment.written_at,
    )
