"""Revising a proposal: new words, what was struck stays readable, whose suggestion was taken up is said."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from consult.domain.audit import Tag, canonical, sha256
from consult.domain.law.bodies import internal_codes
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.refusals import Reason, Refused
from consult.domain.talk.comments import Stance
from consult.domain.talk.consultations import Draft
from consult.domain.talk.phases import Phase, PhaseAct
from consult.models import Comment, Consultation, Person, Poll, Proposal, ProposalRevision, db
from consult.models.meetings import meeting_queries
from consult.models.talk.participant_queries import participants
from consult.services.core import audit, search, transactions
from consult.services.messages import notifications
from consult.services.talk import consultations, phases


def revise(
    consultation: Consultation,
    draft: Draft,
    actor: Person,
    *,
    base: int,
    reason: str,
    accepted: Collection[int],
    in_office: bool,
    key: str,
    now: datetime,
) -> ProposalRevision:
    """Replace the words. `base` is the revision they were written on, `accepted` the suggestions they take up.

    The same key revises once. Raises Refused: not the proposer, a vote announced, somebody revised meanwhile.
    """
    earlier = db.session.scalar(select(ProposalRevision).where(ProposalRevision.request_key == key))
    if earlier is not None:
        return earlier
    proposal = consultation.proposal
    transactions.lock(proposal)
    refuse_unless_revisable(consultation, actor, in_office=in_office)
    if meeting_queries.stands_on_agenda(consultation.id):
        raise Refused(Reason.ON_AN_AGENDA)
    if base != proposal.revision:
        raise Refused(Reason.REVISED_MEANWHILE)
    _replace(proposal, draft)
    revision = ProposalRevision(
        proposal_id=proposal.id,
        number=proposal.revision,
        village_id=proposal.village_id,
        words=draft.as_facts(),
        reason=reason,
        request_key=key,
        revised_by=actor.id,
        revised_at=now,
    )
    db.session.add(revision)
    db.session.flush()
    search.put_proposal(proposal, now=now)
    authors = _credit(consultation.id, proposal.revision, accepted)
    _tell(consultation, revision, authors, actor, now)
    audit.record(
        Tag.PROPOSAL_REVISED,
        f"proposal:{proposal.id}",
        village_id=proposal.village_id,
        actor_id=actor.id,
        now=now,
        revision=revision.number,
        digest=sha256(canonical(revision.words)),
    )
    transactions.commit()
    return revision


def refuse_unless_revisable(consultation: Consultation, actor: Person, *, in_office: bool) -> None:
    """The proposer while it is raised or discussed; the council once it has taken it up. Raises Refused."""
    phases.refuse_unless_open(consultation, PhaseAct.REVISE)
    taken_up = in_office and consultation.phase == Phase.DISCUSS
    if consultation.proposal.proposed_by != actor.id and not taken_up:
        raise Refused(Reason.NOT_PROPOSER)
    announced = select(Poll.id).where(Poll.consultation_id == consultation.id, Poll.announced_at.is_not(None))
    announced = announced.where(Poll.body.not_in(internal_codes()))  # a step before: what was said there is taken up
    if db.session.scalar(announced.limit(1)) is not None:
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
    """Mark the suggestions taken up, and return whose they are."""
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


def _tell(
    consultation: Consultation, revision: ProposalRevision, authors: set[int], actor: Person, now: datetime
) -> None:
    subject, title = f"revision:{revision.proposal_id}.{revision.number}", consultation.proposal.title
    others = participants(consultation.id) - authors - {actor.id}
    for people, event, kind in (
        (authors - {actor.id}, NotificationEvent.ANSWERED, "suggestion_accepted"),
        (others, NotificationEvent.CHANGED, "revised"),
    ):
        notifications.tell(
            people,
            event,
            subject,
            village_id=consultation.village_id,
            consultation_id=consultation.id,
            now=now,
            kind=kind,
            title=title,
            revision=revision.number,
        )
