"""Answers to acts on votes, ballots that do not count, and decisions on contests. Rows are only added."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from consult.domain.polls.acts_on_votes import VoidReason
from consult.models.base import Base, Choice, UTCDateTime


class VoteAnswer(Base):
    """An officer looked at a letter, or a witness or the voter said whether a helped vote was so."""

    __tablename__ = "vote_answer"
    __table_args__ = (ForeignKeyConstraint(["poll_id", "number"], ["roll_entry.poll_id", "roll_entry.number"]),)

    poll_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    rev: Mapped[int] = mapped_column(primary_key=True)
    """Of the ballot."""
    said_by: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    sound: Mapped[bool]
    """Whether the letter is one, or the witness or voter says that it was so."""
    reason: Mapped[str] = mapped_column(default="", server_default="")
    """Why not; empty for a yes."""
    device_of: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who was signed in where a witness said it with their own PIN. None: on their own sign-in."""
    said_at: Mapped[datetime] = mapped_column(UTCDateTime)


class VoidedBallot(Base):
    """A named ballot that was cast and does not count."""

    __tablename__ = "voided_ballot"
    __table_args__ = (
        ForeignKeyConstraint(
            ["poll_id", "number", "rev"], ["ballot_event.poll_id", "ballot_event.number", "ballot_event.rev"]
        ),
    )

    poll_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    rev: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    why: Mapped[VoidReason] = mapped_column(Choice(VoidReason))
    voided_at: Mapped[datetime] = mapped_column(UTCDateTime)


class ContestOpinion(Base):
    """An officer's word on a contest. Two of one mind, of different offices and houses, decide it.

    Until then a later word of the same officer takes the place of the earlier one, which stays.
    """

    __tablename__ = "contest_opinion"

    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id"), primary_key=True)
    said_by: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    turn: Mapped[int] = mapped_column(primary_key=True, default=1, server_default="1", autoincrement=False)
    """Counts this officer's words on the contest from 1; the newest holds."""
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    office: Mapped[str]
    upheld: Mapped[bool]
    in_box: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Of an upheld contest of a mark: a paper was given into the box for it, or a hand counted, so that it stays."""
    reason: Mapped[str]
    said_at: Mapped[datetime] = mapped_column(UTCDateTime)


class ContestRuling(Base):
    """A contest as two officers decided it."""

    __tablename__ = "contest_ruling"
    __table_args__ = (
        CheckConstraint("first_id <> second_id", name="two_persons"),
        CheckConstraint("first_office <> second_office", name="two_offices"),
        ForeignKeyConstraint(
            ["contest_id", "first_id", "first_turn"],
            ["contest_opinion.contest_id", "contest_opinion.said_by", "contest_opinion.turn"],
            name="first",
        ),
        ForeignKeyConstraint(
            ["contest_id", "second_id", "second_turn"],
            ["contest_opinion.contest_id", "contest_opinion.said_by", "contest_opinion.turn"],
            name="second",
        ),
    )

    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id"), primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    upheld: Mapped[bool]
    in_box: Mapped[bool] = mapped_column(default=False, server_default=false())
    """As both officers said."""
    first_id: Mapped[int]
    first_turn: Mapped[int] = mapped_column(default=1, server_default="1")
    """Which word of theirs."""
    first_office: Mapped[str]
    second_id: Mapped[int]
    second_turn: Mapped[int] = mapped_column(default=1, server_default="1")
    second_office: Mapped[str]
    ruled_at: Mapped[datetime] = mapped_column(UTCDateTime)
