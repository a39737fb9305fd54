"""Village › Group › Household › Person: the people a roll names, and the offices they hold."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from consult.domain.people.people import DepartureKind
from consult.domain.people.roles import Role
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
    codes_capped_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When codes by phone last reached a limit of the village or the server: its officers see it for a day."""
    second_factor_needed: Mapped[bool] = mapped_column(default=False, server_default=false())
    """The offices of the keepers count only in sign-ins with a second factor."""


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


class Person(Base):
    """A person on the roll. Many never sign in; several may share one phone."""

    __tablename__ = "person"
    __table_args__ = (
        Index(None, "village_id", "phone_mark"),
        Index(None, "village_id", "roll_position"),
        Index(None, "household_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"))
    roll_position: Mapped[int]
    name: Mapped[str]
    relation: Mapped[str] = mapped_column(default="")
    sex: Mapped[str] = mapped_column(default="")
    born: Mapped[date]
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

    household: Mapped[Household] = relationship(foreign_keys=[household_id])
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
    granted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    granted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    person: Mapped[Person] = relationship(foreign_keys=[person_id])


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
    """An uploaded roll waiting for the clerk's yes. The rows are encrypted: they hold phone numbers."""

    __tablename__ = "roll_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"), index=True)
    filename: Mapped[str]
    rows_cipher: Mapped[str]
    uploaded_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    uploaded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
