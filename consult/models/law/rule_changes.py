"""Rules of a village's own, each settled by two persons: of its charter, of a collective organisation, of a voter."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from consult.domain.law.rule_changes import RuleKind
from consult.models.base import Base, Choice, UTCDateTime
from consult.models.people.villages import Person


class RuleChange(Base):
    """A rule that one officer asks for and another confirms; a charter's holds from its day until a newer one takes its place."""

    __tablename__ = "rule_change"
    __table_args__ = (
        CheckConstraint("person_id IS NULL OR person_id <> asked_by", name="not_for_oneself"),
        CheckConstraint(
            "confirmed_by IS NULL OR (confirmed_by <> asked_by AND confirmed_office <> asked_office "
            "AND (person_id IS NULL OR person_id <> confirmed_by))",
            name="two_persons",
        ),
        CheckConstraint("confirmed_by IS NULL OR dropped_by IS NULL", name="one_end"),
        Index(None, "village_id", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    kind: Mapped[RuleKind] = mapped_column(Choice(RuleKind))
    body: Mapped[str] = mapped_column(default="", server_default="")
    """Of a charter's rule: a code of bodies.toml."""
    group_id: Mapped[int | None] = mapped_column(ForeignKey("village_group.id"))
    """The group whose body or whose organisation it is; None: the village's."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Of a voter: who."""
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    source: Mapped[str]
    """The charter's article, the certificate, or the paper, in words."""
    valid_from: Mapped[date]
    request_key: Mapped[str] = mapped_column(unique=True)
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_office: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    confirmed_office: Mapped[str] = mapped_column(default="", server_default="")
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    dropped_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    dropped_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])
    asker: Mapped[Person] = relationship(foreign_keys=[asked_by])
