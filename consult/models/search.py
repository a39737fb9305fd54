"""The search index: one entry for each text, and its pairs of characters. Can be rebuilt from the records."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from consult.domain.search import SearchKind
from consult.models.base import Base, Choice, UTCDateTime


class SearchEntry(Base):
    """One indexed text."""

    __tablename__ = "search_entry"
    __table_args__ = (UniqueConstraint("subject"), Index(None, "village_id", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    subject: Mapped[str]
    """proposal:3, comment:17 or notice:4"""
    kind: Mapped[SearchKind] = mapped_column(Choice(SearchKind))
    consultation_id: Mapped[int | None] = mapped_column(ForeignKey("consultation.id"))
    """None: about a meeting."""
    text: Mapped[str]
    """As it is shown."""
    plain: Mapped[str]
    """As it is searched: domain.search.plain()."""
    language: Mapped[str]
    written_at: Mapped[datetime] = mapped_column(UTCDateTime)


class SearchPair(Base):
    """One pair of neighbouring characters of a text."""

    __tablename__ = "search_pair"
    __table_args__ = (Index(None, "entry_id"),)

    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"), primary_key=True)
    pair: Mapped[str] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("search_entry.id"), primary_key=True)
