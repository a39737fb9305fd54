"""A poll, its frozen roll, its ballots, its tally and its declaration."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Select,
    UniqueConstraint,
    and_,
    false,
    select,
    true,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from consult.domain.polls import methods
from consult.domain.polls.frozen import FrozenPoll
from consult.domain.polls.methods.method import VotingMethod
from consult.domain.polls.polls import Channel, Outcome, Standing
from consult.models.base import Base, Choice, UTCDateTime
from consult.models.people.villages import Group
from consult.models.polls.meeting_links import MeetingPoll
from consult.models.talk.consultations import Consultation


class Poll(Base):
    """What is asked, by which rule and when. Everything from `body` to `closes_at` is frozen once `announced_at` is set."""

    __tablename__ = "poll"
    __table_args__ = (
        Index(None, "village_id", "closes_at"),
        Index(None, "consultation_id"),
        CheckConstraint("opens_at < closes_at", name="opens_before_it_closes"),
        {"sqlite_autoincrement": True},  # votes planned for a meeting are deleted with their item
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("village_group.id"))
    body: Mapped[str]
    """A code of domain/bodies.toml; it fixes the unit (person or household) and the rule."""
    kind: Mapped[str]
    """Code of a voting method of domain/polls/methods."""
    question: Mapped[str]
    max_choices: Mapped[int] = mapped_column(default=1)
    secret: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether ballots are kept apart from voters (secret_ballots.py); otherwise they are named."""
    paper: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether paper ballots count too; then the count waits for the count sheets."""
    hands: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether raised hands at a meeting count too."""
    turnout_shown: Mapped[bool] = mapped_column(default=True, server_default=true())
    """Whether the page shows how many have voted while the poll is open."""
    standing: Mapped[Standing] = mapped_column(Choice(Standing))
    standing_source: Mapped[str] = mapped_column(default="")
    short_notice_reason: Mapped[str] = mapped_column(default="")
    """Why fewer full days of notice were given than the body's rule asks; empty: they were given."""
    opens_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closes_at: Mapped[datetime] = mapped_column(UTCDateTime)
    drafted_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    drafted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    request_key: Mapped[str] = mapped_column(unique=True)
    announced_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    announced_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    adult_on: Mapped[date | None]
    """The day on which voters had to be 18: the day of opening, in the village's time zone."""
    frozen: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """FrozenPoll.to_facts(): the very document whose hash is the fingerprint."""
    fingerprint: Mapped[str | None]
    roll_people: Mapped[int | None]
    roll_households: Mapped[int | None]
    cancelled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """Set only with a confirmed change that cancels the poll; closes_at moves only with one that extends it."""

    annulled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """Set only with a confirmed change that annuls the poll, once it is counted. Its figures stay."""

    closing_seen_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When its closing time was first seen to be past: it stays closed from then on, whatever the clock says."""

    consultation: Mapped[Consultation] = relationship()
    group: Mapped[Group | None] = relationship()
    options: Mapped[list["PollOption"]] = relationship(order_by="PollOption.number")
    tally: Mapped["PollTally | None"] = relationship(viewonly=True)
    declaration: Mapped["Declaration | None"] = relationship(viewonly=True)
    turnout: Mapped["Turnout | None"] = relationship(viewonly=True)
    meeting_poll: Mapped[MeetingPoll | None] = relationship(viewonly=True)
    """Set for a vote of a meeting."""

    @classmethod
    def that_decide(cls, consultation_id: int) -> Select[tuple[int]]:
        """Return the select of the votes on a proposal that decide it, or did. Without a quorum nothing was decided."""
        inquorate = select(Declaration.poll_id).where(Declaration.outcome == Outcome.INQUORATE)
        return select(cls.id).where(
            cls.consultation_id == consultation_id,
            cls.standing == Standing.FORMAL,
            cls.stands,
            cls.id.not_in(inquorate),
        )

    @classmethod
    def that_decided(cls, since: datetime) -> Select[tuple[int]]:
        """Return the select of the votes declared since an instant that decided something: neither advisory nor inquorate."""
        declared = select(Declaration.poll_id).where(
            Declaration.declared_at >= since, Declaration.outcome != Outcome.INQUORATE
        )
        return select(cls.id).where(cls.standing == Standing.FORMAL, cls.stands, cls.id.in_(declared))

    @hybrid_property
    def stands(self) -> bool:
        """Tell whether it was announced, and neither cancelled nor annulled since: it holds its matter. Also in selects."""
        return self.announced_at is not None and self.cancelled_at is None and self.annulled_at is None

    @stands.inplace.expression
    @classmethod
    def _stands(cls) -> ColumnElement[bool]:
        return and_(*cls.where_stands())

    @classmethod
    def where_stands(cls) -> tuple[ColumnElement[bool], ...]:
        """Return the conditions of `stands`, for a select that is put together from parts."""
        return cls.announced_at.is_not(None), cls.cancelled_at.is_(None), cls.annulled_at.is_(None)

    @property
    def frozen_poll(self) -> FrozenPoll | None:
        """What was frozen at the announcement; None for a draft."""
        return FrozenPoll.from_facts(self.frozen) if self.frozen is not None else None

    @property
    def by_household(self) -> bool:
        """Whether each household has one vote. False for a draft, whose rule is not frozen yet."""
        frozen = self.frozen_poll
        return frozen is not None and frozen.by_household

    @property
    def method(self) -> VotingMethod:
        """How it is answered, counted and judged."""
        return methods.of(self.kind)


class PollOption(Base):
    __tablename__ = "poll_option"

    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    label: Mapped[str]
    """For a motion: support | oppose | abstain. Otherwise the village's own words."""


class RollEntry(Base):
    """One unit that may vote: a person, or a household with who speaks for it."""

    __tablename__ = "roll_entry"
    __table_args__ = (
        UniqueConstraint("poll_id", "unit"),
        Index(None, "person_id", "poll_id"),
        Index(None, "household_id", "poll_id"),
    )

    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    unit: Mapped[str]
    """person:17 or household:4: what may not stand on one roll twice."""
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    """The voter; for a household the person who spoke for it when the roll was frozen."""
    voted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who cast the unit's ballot. From then on only this person can change it."""
    channel: Mapped[Channel | None] = mapped_column(Choice(Channel))
    """None: not yet voted."""
    rev: Mapped[int] = mapped_column(default=0)
    new_way: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Cast by somebody whose number or card came after the announcement. Says nothing of the choice."""
    salt: Mapped[str] = mapped_column(default="", server_default="")
    """Hides the unit behind the commitment that stands in the frozen roll. Empty: frozen before there were any."""


class BallotEvent(Base):
    """A named ballot, or its replacement. Only ever added: the highest `rev` counts."""

    __tablename__ = "ballot_event"
    __table_args__ = (
        ForeignKeyConstraint(["poll_id", "number"], ["roll_entry.poll_id", "roll_entry.number"]),
        UniqueConstraint("poll_id", "idem_key"),
        UniqueConstraint("receipt"),
    )

    poll_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    rev: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    choice: Mapped[str]
    """Option numbers as canonical JSON: [1], [2,5]."""
    channel: Mapped[Channel] = mapped_column(Choice(Channel))
    actor_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    helper_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    idem_key: Mapped[str]
    receipt: Mapped[str]
    salt: Mapped[str]
    """Hides the choice behind the commitment that stands in the audit log."""
    cast_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Turnout(Base):
    """How many units have voted: a number for the page. The tally is counted from ballots, never from this."""

    __tablename__ = "turnout"

    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    units: Mapped[int] = mapped_column(default=0)


class PollTally(Base):
    """The counts, written once when the poll closes."""

    __tablename__ = "poll_tally"

    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    counts: Mapped[dict[str, Any]] = mapped_column(JSON)
    """domain.polls.Tally.as_facts()"""
    counted_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Declaration(Base):
    """The outcome, signed by a person with the office. Immutable."""

    __tablename__ = "declaration"

    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    outcome: Mapped[Outcome] = mapped_column(Choice(Outcome))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    declared_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    declared_at: Mapped[datetime] = mapped_column(UTCDateTime)


class BodyStanding(Base):
    """A village's own rule that phone votes of a body are formal, with the source it relies on."""

    __tablename__ = "body_standing"

    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"), primary_key=True)
    body: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str]
    set_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    set_at: Mapped[datetime] = mapped_column(UTCDateTime)


class StandingChange(Base):
    """A formal basis of a body that one officer asked for, and another of another office confirmed. Empty: none any more."""

    __tablename__ = "standing_change"
    __table_args__ = (
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> asked_by", name="two_persons"),
        CheckConstraint("confirmed_office IS NULL OR confirmed_office <> asked_office", name="two_offices"),
        CheckConstraint(
            "confirmed_at IS NULL OR (confirmed_by IS NOT NULL AND confirmed_office IS NOT NULL AND ended_at IS NULL)",
            name="confirmed_by_somebody",
        ),
        Index(None, "village_id", "body"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    body: Mapped[str]
    source: Mapped[str]
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_office: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    confirmed_office: Mapped[str | None]
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When it was dropped, or lapsed."""
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """None: it lapsed."""
