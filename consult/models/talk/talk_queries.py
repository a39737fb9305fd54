"""Named selects for the page of one consultation."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, case, exists, false, func, or_, select

from consult.domain.numbers import read_id
from consult.domain.search import SearchKind
from consult.domain.talk.phases import Phase
from consult.models.base import db
from consult.models.search import SearchEntry, holding
from consult.models.talk.consultations import (
    Consultation,
    Endorsement,
    Merger,
    PhaseEntry,
    Proposal,
    ProposalRevision,
    Relation,
    Withdrawal,
)
from consult.models.talk.moderation import ContentReport, Removal
from consult.models.talk.statements import Statement
from consult.models.talk.tasks import Progress, Task


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
    """How many endorse a proposal, whether the reader does, how many tasks and statements there are, and what was spent."""

    endorsers: int
    endorsed: bool
    tasks: int
    statements: int
    spent: int
    """In fen."""


def counts(consultation_id: int, reader_id: int | None) -> ConsultationCounts:
    """Return the numbers of a consultation, in one query."""
    behind = select(func.count()).where(Endorsement.consultation_id == consultation_id)
    mine = behind.where(Endorsement.person_id == (reader_id or 0))
    tasks = select(func.count()).where(Task.consultation_id == consultation_id)
    statements = select(func.count()).where(Statement.consultation_id == consultation_id, Statement.hidden_at.is_(None))
    spent = select(func.sum(Progress.spent_fen)).join(Task, Task.id == Progress.task_id)
    spent = spent.where(Task.consultation_id == consultation_id)
    asked = (behind, mine, tasks, statements, spent)
    row = db.session.execute(select(*(q.scalar_subquery() for q in asked))).one()
    return ConsultationCounts(row[0], bool(row[1]), row[2], row[3], int(row[4] or 0))


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


def others(
    village_id: int, but: int, *, most: int = 30, words: str = "", before: int | None = None
) -> list[ConsultationChoice]:
    """Return the village's other consultations that go on, newest first, for merging and relating.

    `words`: those whose title, place or text holds all of these terms, by the search index, or whose number it is.
    `before` is the id of the last one seen.
    """
    ended = (
        exists().where(Merger.consultation_id == Consultation.id),
        exists().where(Withdrawal.consultation_id == Consultation.id),
    )
    query = (
        select(Consultation.id, Proposal.title, Consultation.year, Consultation.number)
        .join(Proposal, Proposal.consultation_id == Consultation.id)
        .where(Consultation.village_id == village_id, Consultation.id != but, *(~one for one in ended))
        .order_by(Consultation.id.desc())
    )
    if words:
        query = query.where(_is_meant(village_id, words))
    query = query.where(Consultation.id < before) if before else query
    return [ConsultationChoice(*row) for row in db.session.execute(query.limit(most))]


def _is_meant(village_id: int, words: str) -> ColumnElement[bool]:
    """Return the condition that a consultation has this number, as 2026-05, or holds these words."""
    year, number = (read_id(part) for part in words.strip().partition("-")[::2])
    if year is not None and number is not None:
        return and_(Consultation.year == year, Consultation.number == number)
    held = holding(village_id, words)
    if held is None:
        return false()
    found = select(SearchEntry.consultation_id).where(*held, SearchEntry.kind == SearchKind.PROPOSAL)
    return Consultation.id.in_(found)


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
