"""Village › Group › Household › Person: the people a roll names, and the offices they hold."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BindParameter,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    UniqueConstraint,
    and_,
    false,
    or_,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from consult.domain.people.office_terms import OfficeSource
from consult.domain.people.people import DepartureKind
from consult.domain.people.roles import Role
from consult.domain.people.roll.questions import WordKind
from consult.models.base import Base, Choice, UTCDateTime


class Village(Base):
    """A village, with its clock and its own rules."""

    __tablename__ = "village"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    province: Mapped[str] = mapped_column(default="")
    collective: Mapped[str] = mapped_column(default="", server_default="")
    """The name of its collective organisation (经济联合社); empty: there is none, and the committee acts for it."""
    is_township: Mapped[bool] = mapped_column(default=False, server_default=false())
    """It is the collective organisation of a township: its roll are that organisation's members."""
    timezone: Mapped[str] = mapped_column(default="Asia/Shanghai")
    founded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    clock_trusted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """While the clock is in doubt: the last instant at which it was right. None: it is not in doubt."""
    endorsements_needed: Mapped[int] = mapped_column(default=20, server_default="20")
    """So many villagers behind a proposal oblige the council to answer it."""
    answer_days: Mapped[int] = mapped_column(default=15, server_default="15")
    """In so many days, counted from the day after."""
    town_days: Mapped[int | None]
    """For so many days an answer is late before the town is told. None: as owed.toml says."""
    report_closing_day: Mapped[int | None]
    """The day of the month on which the figures of mediation close; None: the last."""
    codes_capped_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When codes by phone last reached a limit of the village or the server: its officers see it for a day."""
    second_factor_needed: Mapped[bool] = mapped_column(default=False, server_default=false())
    """The offices of the keepers count only in sign-ins with a second factor."""
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """Since when its pages can only be read; None: it is open."""


class FormerSlug(Base):
    """A part of addresses that a village had before: printed QR codes with it lead on to the one it has."""

    __tablename__ = "former_slug"

    slug: Mapped[str] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"), index=True)
    left_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Group(Base):
    """A group of villagers (村民小组)."""

    __tablename__ = "village_group"
    __table_args__ = (UniqueConstraint("village_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    name: Mapped[str]
    position: Mapped[int]
    collective: Mapped[str] = mapped_column(default="", server_default="")
    """The name of its own collective organisation (经济合作社); empty: there is none."""


class Household(Base):
    """A household, by the code that the roll gives it."""

    __tablename__ = "household"
    __table_args__ = (UniqueConstraint("village_id", "code"), Index(None, "group_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("village_group.id"))
    code: Mapped[str]
    representative_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", use_alter=True))
    """Who speaks for the household now. None: the head, or the oldest adult."""

    group: Mapped[Group] = relationship()


class Account(Base):
    """One way in of somebody who holds offices in several villages and stands on the roll of none of them."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    phone_cipher: Mapped[str | None]
    phone_mark: Mapped[str | None] = mapped_column(unique=True)
    """HMAC of the number. No officer of a village changes it."""
    number_since: Mapped[datetime] = mapped_column(UTCDateTime)


class Person(Base):
    """A person on the roll, or an officer who stands on no roll here. Many never sign in; several may share one phone."""

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint(
            "(household_id IS NOT NULL AND born IS NOT NULL AND account_id IS NULL) OR "
            "(household_id IS NULL AND born IS NULL AND phone_mark IS NULL AND relation = '' "
            "AND collective_group_id IS NULL AND NOT collective_member)",
            name="on_the_roll_or_off_it",
        ),
        UniqueConstraint("account_id", "village_id"),
        Index(None, "village_id", "phone_mark"),
        Index(None, "village_id", "roll_position"),
        Index(None, "household_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    household_id: Mapped[int | None] = mapped_column(ForeignKey("household.id"))
    """None: off the roll. They hold offices here and are no villager: no vote, no voice, in no count of people."""
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """Of somebody off the roll, once an office of theirs was confirmed: how they sign in."""
    organisation: Mapped[str] = mapped_column(default="", server_default="")
    """Of somebody off the roll: where they work."""
    roll_position: Mapped[int]
    name: Mapped[str]
    relation: Mapped[str] = mapped_column(default="")
    sex: Mapped[str] = mapped_column(default="")
    born: Mapped[date | None]
    phone_cipher: Mapped[str | None]
    phone_mark: Mapped[str | None]
    """HMAC of the number: finds it without the database knowing it."""
    number_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When this number took effect; None: before such days were noted."""
    residence: Mapped[str] = mapped_column(default="")
    collective_member: Mapped[bool] = mapped_column(default=False)
    """Of the village's collective organisation, or the township's."""
    collective_group_id: Mapped[int | None] = mapped_column(ForeignKey("village_group.id"))
    """The group of whose collective organisation they are a member; of another group than the house perhaps."""
    lives_by_own_labour: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Of 16 or 17, and full of capacity by 民法典 18(2)."""
    lacks_capacity: Mapped[bool] = mapped_column(default=False, server_default=false())
    """An adult without full civil capacity: 民法典 21, 22."""
    language: Mapped[str | None]
    elder_mode: Mapped[bool | None]

    household: Mapped[Household | None] = relationship(foreign_keys=[household_id])
    account: Mapped[Account | None] = relationship()
    departure: Mapped["Departure | None"] = relationship(primaryjoin="Departure.person_id == Person.id", viewonly=True)


class Departure(Base):
    """A person who moved away or died. People are never deleted from the records."""

    __tablename__ = "departure"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"), index=True)
    kind: Mapped[DepartureKind] = mapped_column(Choice(DepartureKind))
    noted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    noted_at: Mapped[datetime] = mapped_column(UTCDateTime)


class RoleGrant(Base):
    """An office held by a person, with its scope and term."""

    __tablename__ = "role_grant"
    __table_args__ = (Index(None, "village_id", "role"), Index(None, "person_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[Role] = mapped_column(Choice(Role))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("village_group.id"))
    """The group the office is for; None: the whole village (a county operator: the county)."""
    title: Mapped[str] = mapped_column(default="")
    """The office in the village's own words, as the roll names it."""
    since: Mapped[date]
    until: Mapped[date | None]
    source: Mapped[OfficeSource | None] = mapped_column(Choice(OfficeSource))
    """Where the office comes from. None: a roll named it, or it is older than these columns."""
    source_on: Mapped[date | None]
    """The day of the election or of the paper."""
    source_words: Mapped[str] = mapped_column(default="", server_default="")
    """Which meeting elected, or who appointed by which paper."""
    granted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    granted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    person: Mapped[Person] = relationship(foreign_keys=[person_id])

    @classmethod
    def in_force(cls, on: date | BindParameter[date]) -> ColumnElement[bool]:
        """Return what holds of the offices that are held on a day."""
        return and_(cls.ended_at.is_(None), cls.since <= on, or_(cls.until.is_(None), cls.until >= on))


class RepresentativeChoice(Base):
    """Who in a household chose whom to speak for it; the newest is in force."""

    __tablename__ = "representative_choice"
    __table_args__ = (Index(None, "village_id", "household_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    chosen_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    chosen_at: Mapped[datetime] = mapped_column(UTCDateTime)


class RollImport(Base):
    """An uploaded roll waiting for the clerk's yes. Rows and answers are encrypted: they hold phone numbers."""

    __tablename__ = "roll_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"), index=True)
    filename: Mapped[str]
    rows_cipher: Mapped[str]
    """The rows as written; empty while they are read, and once they are taken in."""
    answers_cipher: Mapped[str] = mapped_column(default="", server_default="")
    """What the clerk answered to the questions of the roll."""
    people_read: Mapped[int] = mapped_column(default=0, server_default="0")
    reading_seen_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When a long reading last said how far it is; None: it is at its end."""
    problems: Mapped[list[Any]] = mapped_column(JSON, default=list, server_default="[]")
    """Why a file that was read after the page had answered cannot be taken in: what was expected where."""
    uploaded_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    uploaded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class RollWord(Base):
    """What a word of the village's rolls means, as a clerk assigned it once."""

    __tablename__ = "roll_word"

    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"), primary_key=True)
    kind: Mapped[WordKind] = mapped_column(Choice(WordKind), primary_key=True)
    word: Mapped[str] = mapped_column(primary_key=True)
    meaning: Mapped[str]
    """The answer: an office, yes, no or none."""
    set_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    set_at: Mapped[datetime] = mapped_column(UTCDateTime)
