"""Named selects for the page of one consultation."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import case, func, or_, select

from consult.domain.talk.phases import Phase
from consult.models.base import db
from consult.models.talk.consultations import (
    Consultation,
    Endorsement,
    Merger,
    PhaseEntry,
    Proposal,
    ProposalRevision,
    Relation,
)
from consult.models.talk.moderation import ContentReport, Removal
from consult.models.talk.statements import Statement
from consult.models.talk.tasks import Task


class LinkKind(StrEnum):
    """How another consultation belongs to this one: related, merged into it (FROM), or this one into that (INTO)."""

    RELATED = "related"
    INTO = "into"
    FROM = "from"


@dataclass(frozen=True)
class LinkedConsultation:
    """Another consultation that belongs to the one at hand."""

    id: int
    title: str
    language: str
    how: LinkKind


@dataclass(frozen=True)
class ConsultationChoice:
    """A consultation as a choice in a form."""

    id: int
    title: str
    year: int
    number: int


@dataclass(frozen=True)
class ConsultationCounts:
    """How many endorse a proposal, whether the reader does, and how many tasks and statements there are."""

    endorsers: int
    endorsed: bool
    tasks: int
    statements: int


def counts(consultation_id: int, reader_id: int | None) -> ConsultationCounts:
    """Return the numbers of a consultation, in one query."""
    behind = select(func.count()).where(Endorsement.consultation_id == consultation_id)
    mine = behind.where(Endorsement.person_id == (reader_id or 0))
    tasks = select(func.count()).where(Task.consultation_id == consultation_id)
    statements = select(func.count()).where(Statement.consultation_id == consultation_id, Statement.hidden_at.is_(None))
    row = db.session.execute(select(*(q.scalar_subquery() for q in (behind, mine, tasks, statements)))).one()
    return ConsultationCounts(row[0], bool(row[1]), row[2], row[3])


def phase_entries(consultation_id: int) -> Sequence[PhaseEntry]:
    """Return the steps of a consultation into its phases, oldest first."""
    query = select(PhaseEntry).where(PhaseEntry.consultation_id == consultation_id).order_by(PhaseEntry.number)
    return db.session.scalars(query).all()


def opened_by_officer(consultation_id: int) -> bool:
    """Tell whether the council opened it: a villager's proposal begins in RAISE, the council's in DISCUSS."""
    first = db.session.get(PhaseEntry, (consultation_id, 1))
    return first is not None and first.phase != Phase.RAISE


def linked(consultation_id: int) -> list[LinkedConsultation]:
    """Return related consultations, the one it was merged into, and those merged into it."""
    other = case((Relation.consultation_id == consultation_id, Relation.other_id), else_=Relation.consultation_id)
    related = select(other.label("id"), func.max(LinkKind.RELATED.value).label("how")).where(
        or_(Relation.consultation_id == consultation_id, Relation.other_id == consultation_id)
    )
    into = select(Merger.into_id.label("id"), func.max(LinkKind.INTO.value).label("how")).where(
        Merger.consultation_id == consultation_id
    )
    from_ = select(Merger.consultation_id.label("id"), func.max(LinkKind.FROM.value).label("how")).where(
        Merger.into_id == consultation_id
    )
    union = (
        related.group_by(other)
        .union_all(into.group_by(Merger.into_id), from_.group_by(Merger.consultation_id))
        .subquery()
    )
    query = select(Proposal.consultation_id.label("id"), Proposal.title, Proposal.language, union.c.how)
    rows = db.session.execute(
        query.join(union, union.c.id == Proposal.consultation_id).order_by(Proposal.consultation_id)
    )
    return [LinkedConsultation(row.id, row.title, row.language, LinkKind(row.how)) for row in rows]


def revisions(proposal_id: int, *, most: int, before: int | None = None) -> Sequence[ProposalRevision]:
    """Return the newest revisions, newest first; `before` a number, only older ones."""
    query = select(ProposalRevision).where(ProposalRevision.proposal_id == proposal_id)
    query = query.where(ProposalRevision.number < before) if before else query
    return db.session.scalars(query.order_by(ProposalRevision.number.desc()).limit(most)).all()


def others(village_id: int, but: int, *, most: int = 100) -> list[ConsultationChoice]:
    """Return the village's other consultations that were not merged, newest first, for merging and relating."""
    ended = select(Merger.consultation_id)
    query = (
        select(Consultation.id, Proposal.title, Consultation.year, Consultation.number)
        .join(Proposal, Proposal.consultation_id == Consultation.id)
        .where(Consultation.village_id == village_id, Consultation.id != but, Consultation.id.not_in(ended))
        .order_by(Consultation.id.desc())
    )
    return [ConsultationChoice(*row) for row in db.session.execute(query.limit(most))]


def removal_of(subject: str) -> Removal | None:
    """Return the newest removal of this content."""
    return db.session.scalar(select(Removal).where(Removal.subject == subject).order_by(Removal.id.desc()).limit(1))


def reports_waiting(village_id: int, *, most: int = 50) -> Sequence[ContentReport]:
    """Return reports that are not settled, oldest first."""
    query = (
        select(ContentReport)
        .where(ContentReport.village_id == village_id, ContentReport.settled_at.is_(None))
        .order_by(ContentReport.id)
    )
    return db.session.scalars(query.limit(most)).all()


def removals(village_id: int, *, most: int = 50) -> Sequence[Removal]:
    """Return removals in force, those with an open appeal first."""
    waiting = case((Removal.appealed_at.is_not(None) & Removal.decided_at.is_(None), 0), else_=1)
    query = select(Removal).where(Removal.village_id == village_id, Removal.restored_at.is_(None))
    return db.session.scalars(query.order_by(waiting, Removal.id.desc()).limit(most)).all()
