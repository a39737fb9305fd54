"""The texts of proposals and comments in the search index."""

from datetime import datetime

from consult.domain.search import SearchKind
from consult.models import Comment, Proposal
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


def put_comment(comment: Comment) -> None:
    """Index a comment."""
    put(
        SearchKind.COMMENT,
        comment.id,
        comment.text,
        village_id=comment.village_id,
        consultation_id=comment.consultation_id,
        language=comment.language,
        written_at=comment.written_at,
    )
