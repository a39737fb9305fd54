"""A proposal being written: kept on the server after each step, so that a lost phone or connection loses nothing."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from consult.domain.allowances import Use
from consult.models import Person, ProposalDraft, db
from consult.services.core import transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.core.uploads import allowances

MOST = 10
"""Drafts kept for one person; the oldest is deleted for the next."""


@atomic
def begin(act: Act) -> ProposalDraft:
    """Return a new empty draft, or the one that this key began."""
    transactions.queue_for(f"drafts:{act.actor_id}")
    earlier = transactions.earlier(ProposalDraft, act.key, person_id=act.actor_id)
    if earlier is not None:
        return earlier
    for old in drafts_of(act.actor)[MOST - 1 :]:
        db.session.delete(old)
    draft = ProposalDraft(
        village_id=act.village_id, person_id=act.actor_id, request_key=act.key, fields={}, written_at=act.now
    )
    db.session.add(draft)
    allowances.spend(Use.DRAFTS, act)
    return draft


@atomic
def keep(draft_id: int, fields: Mapping[str, Any], act: Act) -> ProposalDraft | None:
    """Add the fields of one step to those of the others. None: the actor has no such draft any more."""
    transactions.queue_for(f"drafts:{act.actor_id}")
    draft = find(act.actor, draft_id)
    if draft is not None:
        draft.fields = {**draft.fields, **fields}
        draft.written_at = act.now
    return draft


@atomic
def discard(draft_id: int, act: Act) -> None:
    """Delete a draft of the actor, if it is still there."""
    transactions.queue_for(f"drafts:{act.actor_id}")
    draft = find(act.actor, draft_id)
    if draft is not None:
        db.session.delete(draft)


def drafts_of(person: Person) -> list[ProposalDraft]:
    """Return a person's own drafts, newest first."""
    query = select(ProposalDraft).where(ProposalDraft.person_id == person.id).order_by(ProposalDraft.id.desc())
    return list(db.session.scalars(query))


def find(person: Person, draft_id: int) -> ProposalDraft | None:
    """Return one of this person's own drafts."""
    return db.session.scalar(
        select(ProposalDraft).where(ProposalDraft.id == draft_id, ProposalDraft.person_id == person.id)
    )


def by_key(person: Person, key: str) -> ProposalDraft | None:
    """Return one of this person's own drafts by its key."""
    query = select(ProposalDraft).where(ProposalDraft.request_key == key, ProposalDraft.person_id == person.id)
    return db.session.scalar(query.execution_options(populate_existing=True))
