"""Rebuild the search index from the records."""

from sqlalchemy import delete, select

from consult.models import Comment, Notice, Proposal, SearchEntry, SearchPair, db
from consult.services.board import notice_texts
from consult.services.talk import search_texts


def rebuild(village_id: int) -> int:
    """Rebuild a village's index from its records. Return the number of texts."""
    entries = select(SearchEntry.id).where(SearchEntry.village_id == village_id)
    db.session.execute(delete(SearchPair).where(SearchPair.entry_id.in_(entries)))
    db.session.execute(delete(SearchEntry).where(SearchEntry.village_id == village_id))
    proposals = db.session.scalars(
        select(Proposal).where(Proposal.village_id == village_id).order_by(Proposal.id)
    ).all()
    shown = select(Comment).where(Comment.village_id == village_id, Comment.hidden_at.is_(None)).order_by(Comment.id)
    comments = db.session.scalars(shown).all()
    notices = db.session.scalars(select(Notice).where(Notice.village_id == village_id).order_by(Notice.id)).all()
    for proposal in proposals:
        search_texts.put_proposal(proposal, now=proposal.proposed_at)
    for comment in comments:
        search_texts.put_comment(comment)
    for notice in notices:
        notice_texts.put_notice(notice)
    return len(proposals) + len(comments) + len(notices)
