"""A proposal being written: kept on the server after each small step, so that a lost phone or line loses nothing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from consult.models import Person, ProposalDraft, db
from consult.services.core import transactions

MOST = 10
"""More than anybody needs; the oldest makes room."""


def begin(person: Person, *, key: str, now: datetime) -> ProposalDraft:
    """A new empty draft, or the one that this key began."""
    known = select(ProposalDraft).where(ProposalDraft.request_key == key, ProposalDraft.person_id == person.id)
    draft = db.session.scalar(known)
    if draft is None:
        for old in drafts_of(person)[MOST - 1 :]:
            db.session.delete(old)
        draft = ProposalDraft(
            village_id=person.village_id, person_id=person.id, request_key=key, fields={}, written_at=now
        )
        db.session.add(draft)
    transactions.commit()
    return draft


def keep(draft: ProposalDraft, fields: Mapping[str, Any], *, now: datetime) -> None:
    """Put what one step said beside what the others said."""
    draft.fields = {**draft.fields, **fields}
    draft.written_at = now
    transactions.commit()


def discard(draft: ProposalDraft) -> None:
    db.session.delete(draft)
    transactions.commit()


def drafts_of(person: Person) -> list[ProposalDraft]:
    """One's own drafts, newest first."""
    query = select(ProposalDraft).where(ProposalDraft.person_id == person.id).order_by(ProposalDraft.id.desc())
    return list(db.session.scalars(query))


def find(person: Person, draft_id: int) -> ProposalDraft | None:
    """One of this person's own."""
    return db.session.scalar(
        select(ProposalDraft).where(ProposalDraft.id == draft_id, ProposalDraft.person_id == person.id)
    )
