"""Revisions of a proposal: the old text stays readable, and the suggestions taken up are credited."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from consult.domain.audit import Tag, canonical, sha256
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.refusals import Reason, Refused
from consult.domain.search import plain
from consult.domain.talk import differences
from consult.domain.talk.comments import Stance
from consult.domain.talk.consultations import Draft
from consult.domain.talk.phases import Phase, PhaseAct
from consult.models import Comment, Consultation, Person, Proposal, ProposalRevision, db
from consult.models.talk import consultation_queries, moderation_queries
from consult.models.talk.participant_queries import participants
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.law import four_deliberations
from consult.services.messages import notifications
from consult.services.talk import consultations, phases, search_texts

TEXTS = ("title", "summary", "place", "text")
"""The fields of a proposal whose differences are shown."""


def revise(
    consultation: Consultation,
    draft: Draft,
    act: Act,
    *,
    base: int,
    reason: str,
    accepted: Collection[int],
    in_office: bool,
) -> ProposalRevision:
    """Replace the text of a proposal. The same key revises once.

    `base` is the number of the revision it was written on, `accepted` the ids of the suggestions it takes up.
    Raises Refused: not the proposer, a vote announced, on an agenda, revised meanwhile, words that are hidden.
    """
    kept = _differences(consultation, draft, base)  # slow: outside of the lock
    why = _Why(base, reason, tuple(accepted), in_office, kept)
    return _revise(consultation, draft, act, why)


@dataclass(frozen=True)
class _Why:
    """What a revision rests on, why it is made, and its differences to the revision it was written on."""

    base: int
    reason: str
    accepted: tuple[int, ...]
    in_office: bool
    differences: dict[str, list[list[str | int]]] | None


def _differences(consultation: Consultation, draft: Draft, base: int) -> dict[str, list[list[str | int]]] | None:
    """Return what a revision changes, as it is stored; None where there is no such base, which is refused later."""
    old = db.session.get(ProposalRevision, (consultation.proposal.id, base))
    if old is None:
        return None
    changed = differences.changed_fields(old.words, draft.as_facts(), TEXTS)
    return {name: differences.to_steps(parts) for name, parts in changed.items()}


def changes(
    old: ProposalRevision, new: ProposalRevision, budget: differences.Budget
) -> dict[str, list[differences.DifferencePart]]:
    """Return the differences of each field that changed: the stored ones, or compared as far as the budget lasts."""
    if new.differences is None:
        return differences.changed_fields(old.words, new.words, TEXTS, budget)
    return {
        name: differences.from_steps(old.words[name], new.words[name], steps) for name, steps in new.differences.items()
    }


@atomic
def _revise(consultation: Consultation, draft: Draft, act: Act, why: _Why) -> ProposalRevision:
    transactions.lock(consultation)
    proposal = consultation.proposal
    transactions.lock(proposal)
    earlier = transactions.earlier(ProposalRevision, act.key)
    if earlier is not None:
        return earlier
    refuse_unless_revisable(consultation, act.actor, in_office=why.in_office)
    if consultation_queries.stands_on_agenda(consultation.id):
        raise Refused(Reason.ON_AN_AGENDA)
    if why.base != proposal.revision:
        raise Refused(Reason.REVISED_MEANWHILE)
    said = _letters(draft.as_facts())
    if any(_letters(words) == said for words in moderation_queries.hidden_words(proposal)):
        raise Refused(Reason.WORDS_ARE_HIDDEN)
    _replace(proposal, draft)
    revision = ProposalRevision(
        proposal_id=proposal.id,
        number=proposal.revision,
        village_id=proposal.village_id,
        words=draft.as_facts(),
        reason=why.reason,
        differences=why.differences,
        request_key=act.key,
        revised_by=act.actor_id,
        revised_at=four_deliberations.next_instant(consultation.id, act.now),
    )
    db.session.add(revision)
    db.session.flush()
    search_texts.put_proposal(proposal, now=act.now)
    authors = _credit(consultation.id, proposal.revision, why.accepted)
    _tell(consultation, revision, authors, act)
    audit.record(
        Tag.PROPOSAL_REVISED,
        f"proposal:{proposal.id}",
        act,
        revision=revision.number,
        digest=sha256(canonical(revision.words)),
    )
    return revision


def _letters(words: Mapping[str, Any]) -> str:
    """Return the texts of a revision without blanks and punctuation, one form of each character."""
    return "".join(plain(str(words.get(name) or "")).replace(" ", "") for name in TEXTS)


def refuse_unless_revisable(consultation: Consultation, person: Person, *, in_office: bool) -> None:
    """Raise Refused unless this person may revise the proposal now.

    The proposer may while it is raised or discussed, the council (`in_office`) while it is discussed; neither while a vote
    holds it, nor once a formal vote carried it.
    """
    phases.refuse_unless_open(consultation, PhaseAct.REVISE)
    taken_up = in_office and consultation.phase is Phase.DISCUSS
    if consultation.proposal.proposed_by != person.id and not taken_up:
        raise Refused(Reason.NOT_PROPOSER)
    if phases.holding_vote(consultation.id) is not None or consultation_queries.is_resolved(consultation.id):
        raise Refused(Reason.TEXT_FROZEN)


def _replace(proposal: Proposal, draft: Draft) -> None:
    proposal.title, proposal.summary, proposal.text = draft.title, draft.summary, draft.text
    proposal.place, proposal.cost_fen = draft.place, draft.cost_fen
    for source in list(proposal.funding):
        db.session.delete(source)
    db.session.flush()
    db.session.expire(proposal, ["funding"])
    for row in consultations.funding_rows(draft, proposal.village_id):
        row.proposal_id = proposal.id
        db.session.add(row)
    proposal.revision += 1


def _credit(consultation_id: int, number: int, accepted: Collection[int]) -> set[int]:
    """Mark the suggestions taken up, and return the ids of their authors."""
    query = select(Comment).where(
        Comment.consultation_id == consultation_id,
        Comment.id.in_(accepted),
        Comment.stance == Stance.SUGGESTION,
        Comment.accepted_in.is_(None),
        Comment.hidden_at.is_(None),
    )
    taken = db.session.scalars(query).all() if accepted else []
    for comment in taken:
        comment.accepted_in = number
    return {comment.person_id for comment in taken}


def _tell(consultation: Consultation, revision: ProposalRevision, authors: set[int], act: Act) -> None:
    subject, title = f"revision:{revision.proposal_id}.{revision.number}", consultation.proposal.title
    others = participants(consultation.id) - authors - {act.actor_id}
    for people, event, kind in (
        (authors - {act.actor_id}, NotificationEvent.ANSWERED, "suggestion_accepted"),
        (others, NotificationEvent.CHANGED, "revised"),
    ):
        notifications.tell(
            people,
            event,
            subject,
            village_id=consultation.village_id,
            consultation_id=consultation.id,
            now=act.now,
            kind=kind,
            title=title,
            revision=revision.number,
        )
