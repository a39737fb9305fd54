"""Mediation cases. What people said stands in ciphers; in the clear are only codes, days, and keyed marks.

Who may read a case is a row of `case_reader`: a keyed mark instead of a person, and the case's key wrapped for that
reader alone. Without the data key the database does not tell who quarrels with whom.
"""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from consult.domain.cases.acts import CaseAct
from consult.domain.cases.states import CaseState, MediaKind, Source
from consult.models.base import Base, Choice, UTCDateTime


class MediationCase(Base):
    __tablename__ = "mediation_case"
    __table_args__ = (
        UniqueConstraint("village_id", "year", "number"),
        Index(None, "village_id", "state", "due_on"),
        Index(None, "village_id", "id"),
        Index(None, "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    address: Mapped[str] = mapped_column(unique=True)
    """What stands in its URL: cannot be guessed."""
    year: Mapped[int | None]
    number: Mapped[int | None]
    """Given when it is handed in."""
    source: Mapped[Source] = mapped_column(Choice(Source))
    kind: Mapped[str] = mapped_column(default="")
    """A category of choices.toml."""
    state: Mapped[CaseState] = mapped_column(Choice(CaseState))
    due_kind: Mapped[str] = mapped_column(default="")
    """domain.cases.clocks.Clock, or empty."""
    due_on: Mapped[date | None]
    confirm_by: Mapped[date | None] = mapped_column(index=True)
    """Until when both may ask the court together; empty once they did, or where there is nothing to confirm."""
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    news_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """The newest thing that its parties should hear of."""
    cipher: Mapped[str] = mapped_column(default="")
    """The line a list shows of it, and a draft's words until it is handed in."""


class CaseEntry(Base):
    """One act, with what was said. Rows are only ever added."""

    __tablename__ = "case_entry"
    __table_args__ = (Index(None, "village_id", "day"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("mediation_case.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    act: Mapped[CaseAct] = mapped_column(Choice(CaseAct))
    code: Mapped[str]
    """A code of choices.toml for the month's figures, or nothing."""
    state: Mapped[CaseState] = mapped_column(Choice(CaseState))
    """Where the case stood afterwards."""
    due_on: Mapped[date | None]
    written_at: Mapped[datetime] = mapped_column(UTCDateTime)
    day: Mapped[date]
    """The day of it by the village's clock."""
    audience: Mapped[str]
    """domain.cases.states.Audience, or `p` and the number of a party."""
    cipher: Mapped[str]
    request_key: Mapped[str] = mapped_column(unique=True)


class CaseReader(Base):
    """Access of a reader, by a keyed mark, with the keys wrapped for them. Deleted when it is revoked."""

    __tablename__ = "case_reader"
    __table_args__ = (Index(None, "reader_mark", "case_id"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("mediation_case.id"), primary_key=True)
    reader_mark: Mapped[str] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    part: Mapped[str]
    """domain.cases.states.CaseRole, for a party with its number: applicant:1."""
    wrapped: Mapped[str]
    """Empty for a recused reader."""
    seen_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When this reader last looked. News is what came later: no message is written that would name who is in a case."""


class CaseName(Base):
    """A keyed mark of each party's name, for hints to mediators about other cases between the same people."""

    __tablename__ = "case_name"
    __table_args__ = (Index(None, "name_mark"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("mediation_case.id"), primary_key=True)
    name_mark: Mapped[str] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))


class CaseFile(Base):
    """A photo or a spoken message, encrypted on the disk under a name that tells nothing."""

    __tablename__ = "case_file"
    __table_args__ = (Index(None, "case_id", "entry_number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("mediation_case.id"))
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    entry_number: Mapped[int]
    """0 while the case is a draft, or the form it came with has to be put right."""
    form_mark: Mapped[str] = mapped_column(default="")
    """Of that form, so that a photo need not be taken twice."""
    name: Mapped[str] = mapped_column(unique=True)
    media: Mapped[MediaKind] = mapped_column(Choice(MediaKind))
    audience: Mapped[str]
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)


class CaseView(Base):
    """One line of the access log of a case. The reader stands in the cipher; the parties are shown it."""

    __tablename__ = "case_view"
    __table_args__ = (Index(None, "case_id", "viewed_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("mediation_case.id"))
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    viewed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    cipher: Mapped[str]


class CaseLink(Base):
    """A case and a consultation that belong together, by a keyed mark: only who may read both is shown it."""

    __tablename__ = "case_link"
    __table_args__ = (Index(None, "consultation_mark"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("mediation_case.id"), primary_key=True)
    consultation_mark: Mapped[str] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))


class Screening(Base):
    """A round of the mediators to find disputes early (排查): a count, and no name."""

    __tablename__ = "sweep"
    __table_args__ = (Index(None, "village_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    day: Mapped[date]
    found: Mapped[int]
    noted_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    noted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    request_key: Mapped[str] = mapped_column(unique=True)


class CaseReport(Base):
    """The figures of a period as they were handed in: counts, and nobody's name. Never changed afterwards."""

    __tablename__ = "case_report"
    __table_args__ = (UniqueConstraint("village_id", "period"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    period: Mapped[str]
    """2026-11, 2026-Q4, 2026-H2 or 2026."""
    first: Mapped[date]
    last: Mapped[date]
    figures: Mapped[str]
    """As JSON: domain.cases.reports.MonthlyReport."""
    handed_in_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    handed_in_at: Mapped[datetime] = mapped_column(UTCDateTime)
    request_key: Mapped[str] = mapped_column(unique=True)
