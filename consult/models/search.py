"""The search index: one entry for each text, and its pairs of characters. Can be rebuilt from the records."""

from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, Index, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column

from consult.domain import search as rules
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


def holding(village_id: int, query: str) -> tuple[ColumnElement[bool], ...] | None:
    """Return the conditions of the entries of a village that hold every term of a query; None: it has no term."""
    terms = rules.terms(query)
    if not terms:
        return None
    wanted = sorted(set().union(*map(rules.pairs, terms)))
    held = [SearchEntry.plain.contains(term, autoescape=True) for term in terms]
    if not wanted:  # single characters only, which no pair leads to: the texts of one village are read
        return SearchEntry.village_id == village_id, *held
    entries = (
        select(SearchPair.entry_id)
        .where(SearchPair.village_id == village_id, SearchPair.pair.in_(wanted))
        .group_by(SearchPair.entry_id)
        .having(func.count() == len(wanted))
    )
    return SearchEntry.village_id == village_id, SearchEntry.id.in_(entries), *held
