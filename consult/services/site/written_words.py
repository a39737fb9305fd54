"""Verify that the words in the records are those whose hashes are in the log."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Select, select

from consult.domain.audit import Tag, canonical, sha256
from consult.domain.characters import MASK
from consult.domain.talk.consultations import Draft
from consult.models import (
    AuditEntry,
    Comment,
    OfficialAnswer,
    OpinionSummary,
    Proposal,
    ProposalRevision,
    Removal,
    Village,
    db,
)
from consult.models.talk import moderation_queries

OF_COMMENTS = (Tag.COMMENT_WRITTEN, Tag.QUESTION_ANSWERED)


def faults(village: Village) -> Iterator[str]:
    """Yield a line for each text that differs from the logged one, or that was never logged."""
    yield from _comments(village.id)
    yield from _revisions(village.id)
    yield from _signed(village.id, Tag.PROPOSAL_ANSWERED, OfficialAnswer)
    yield from _signed(village.id, Tag.SUMMARY_SIGNED, OpinionSummary)


def _logged(village_id: int, *tags: Tag) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield subject and facts of the log entries with these tags."""
    query = select(AuditEntry.subject, AuditEntry.facts).where(
        AuditEntry.village_id == village_id, AuditEntry.tag.in_([tag.value for tag in tags])
    )
    for subject, facts in db.session.execute(query):
        yield subject, json.loads(facts)


def _comments(village_id: int) -> Iterator[str]:
    logged = {subject: facts["digest"] for subject, facts in _logged(village_id, *OF_COMMENTS)}
    for comment_id, text in db.session.execute(
        select(Comment.id, Comment.text).where(Comment.village_id == village_id)
    ):
        if logged.get(f"comment:{comment_id}") != sha256(text):
            yield f"comment {comment_id}: its words are not those in the log"


def _revisions(village_id: int) -> Iterator[str]:
    """Compare each later revision with the log, and each proposal with its newest revision."""
    logged = {(subject, f["revision"]): f["digest"] for subject, f in _logged(village_id, Tag.PROPOSAL_REVISED)}
    newest: dict[int, ProposalRevision] = {}
    query = select(ProposalRevision).where(ProposalRevision.village_id == village_id).order_by(ProposalRevision.number)
    for revision in db.session.scalars(query):
        newest[revision.proposal_id] = revision
        known = logged.get((f"proposal:{revision.proposal_id}", revision.number))
        if revision.number > 1 and known != sha256(canonical(revision.words)):
            yield f"proposal {revision.proposal_id}, revision {revision.number}: its words are not those in the log"
    hidden = select(Removal.subject).where(Removal.village_id == village_id, Removal.restored_at.is_(None))
    masked = set(db.session.scalars(hidden.where(Removal.subject.startswith("revision:"))))
    for proposal in db.session.scalars(select(Proposal).where(Proposal.village_id == village_id)):
        if proposal.id not in newest or _words(proposal) != _shown(proposal, newest[proposal.id], masked):
            yield f"proposal {proposal.id}: its words are not those of its newest revision"


def _shown(proposal: Proposal, newest: ProposalRevision, masked: set[str]) -> dict[str, object]:
    """Return what must stand in a proposal: the words of its newest revision, or the mask while they are hidden."""
    if moderation_queries.words_subject(proposal.id, newest.number) not in masked:
        return newest.words
    hidden = MASK
    return newest.words | {"title": hidden, "summary": hidden, "text": "", "place": ""}


def _words(proposal: Proposal) -> dict[str, object]:
    funding = tuple((source.name, source.amount_fen) for source in proposal.funding)
    draft = Draft(
        title=proposal.title,
        summary=proposal.summary,
        text=proposal.text,
        cost_fen=proposal.cost_fen,
        funding=funding,
        place=proposal.place,
    )
    return draft.as_facts()


def _of(model: Any, village_id: int) -> Select[Any]:
    return select(model).where(model.village_id == village_id)


def _signed(village_id: int, tag: Tag, model: type[OfficialAnswer] | type[OpinionSummary]) -> Iterator[str]:
    logged = {(subject, facts["number"]): facts["digest"] for subject, facts in _logged(village_id, tag)}
    rows: Sequence[OfficialAnswer | OpinionSummary] = db.session.scalars(_of(model, village_id)).all()
    for row in rows:
        words = row.reason if isinstance(row, OfficialAnswer) else row.text
        if logged.get((f"consultation:{row.consultation_id}", row.number)) != sha256(words):
            yield f"{model.__tablename__} {row.id}: its words are not those in the log"
