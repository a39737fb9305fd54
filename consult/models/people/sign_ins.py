"""Sign-ins, and the codes, cards and attempts they come from."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, false, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from consult.domain.people.second_factors import FactorChange, FactorKind
from consult.domain.people.sign_ins import SignInWay
from consult.models.base import Base, Choice, UTCDateTime
from consult.models.people.villages import Household, Person


class SignIn(Base):
    """One browser acting as one person. The token itself lives only in the cookie."""

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    way: Mapped[SignInWay] = mapped_column(Choice(SignInWay))
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    device: Mapped[str] = mapped_column(default="other", server_default="other")
    """The family of the browser, a value of Device."""
    shared: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Several people use this phone."""
    used_on: Mapped[date | None]
    """The last day of use, for the person's own list. The instant stands in the cookie only: a GET writes nothing."""
    proven_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When the person last proved who they are: at the sign-in, or when asked again."""
    second_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When a second factor was given."""
    renewed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When the token was last exchanged for a new one."""
    earlier_hash: Mapped[str | None] = mapped_column(index=True)
    """Of the token before, which counts for a moment longer: a second tap comes with it."""

    person: Mapped[Person] = relationship()


class OneTimeCode(Base):
    """A six-digit code asked for. Kept for unknown numbers too, so that both look the same."""

    __tablename__ = "one_time_code"
    __table_args__ = (Index(None, "village_id", "phone_mark", "sent_at"), Index(None, "sent_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    phone_mark: Mapped[str]
    code_mark: Mapped[str]
    sent_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When it was used, replaced, or first seen to be too old: it opens nothing after that, whatever the clock does."""
    asker_mark: Mapped[str] = mapped_column(default="", server_default="")
    """Keyed hash of the browser session that asked; no other one can use it or try at it."""
    known: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Asked by a browser that has signed in with this number before."""
    length: Mapped[int] = mapped_column(default=6, server_default="6")
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    """Wrong ones."""
    sent: Mapped[bool] = mapped_column(default=True, server_default=true())
    """Its number stands on the roll. What is asked for other numbers opens nothing, and uses up no message of others."""


class SignInAttempt(Base):
    """One wrong try at a PIN or a second proof, counted by browser, card, village and server, never by address."""

    __tablename__ = "attempt"
    __table_args__ = (Index(None, "village_id", "mark", "tried_at"), Index(None, "what", "tried_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    mark: Mapped[str]
    """The card, or whose second proof it is."""
    tried_at: Mapped[datetime] = mapped_column(UTCDateTime)
    what: Mapped[str] = mapped_column(default="", server_default="")
    """A value of Guessed."""
    asker_mark: Mapped[str] = mapped_column(default="", server_default="")
    """Keyed hash of the browser session that tried."""
    lane: Mapped[str] = mapped_column(default="", server_default="")
    """Keyed hash of what makes the browser a known one; empty: a strange one, counted for all of them."""


class HouseholdCard(Base):
    """A printed card. The first adult to claim it, with a PIN of their own, is its one holder."""

    __tablename__ = "household_card"
    __table_args__ = (Index(None, "household_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"))
    code_mark: Mapped[str] = mapped_column(unique=True)
    code_cipher: Mapped[str | None]
    """The printable code, encrypted; wiped when the card is claimed."""
    issued_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    issued_at: Mapped[datetime] = mapped_column(UTCDateTime)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    pin_hash: Mapped[str | None]
    pin_digits: Mapped[int | None]
    """How many digits the PIN has; None: not known, it was chosen before 0.8.0 and not typed since."""
    claimed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_why: Mapped[str] = mapped_column(default="", server_default="")
    """The officer's reason, a value of CardLoss; empty: the house withdrew it itself."""
    returned_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When the house brought it back."""
    returned_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    household: Mapped[Household] = relationship()
    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])


class SecondFactor(Base):
    """What an officer proves themselves with beside PIN or code: a shared secret of an app, or a passkey."""

    __tablename__ = "second_factor"
    __table_args__ = (Index(None, "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[FactorKind] = mapped_column(Choice(FactorKind))
    secret_cipher: Mapped[str | None]
    """Of an app: the shared secret, sealed with the data key."""
    last_step: Mapped[int] = mapped_column(default=0)
    """Of an app: the number of the last interval whose digits were used; no digits work twice."""
    credential_id: Mapped[str | None] = mapped_column(unique=True)
    public_key: Mapped[str | None]
    sign_count: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class RecoveryCode(Base):
    """One of the codes on paper that stand in once each for a lost second factor."""

    __tablename__ = "recovery_code"
    __table_args__ = (Index(None, "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    code_mark: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class FactorRequest(Base):
    """What one officer asked about second factors, and another of a different office confirmed."""

    __tablename__ = "factor_request"
    __table_args__ = (Index(None, "village_id", "asked_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    kind: Mapped[FactorChange] = mapped_column(Choice(FactorChange))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Whose factors end; None where it is a rule of the village."""
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_office: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    confirmed_office: Mapped[str | None]
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    lapsed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When it was noted that nobody confirmed it in time."""

    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])
    asker: Mapped[Person] = relationship(foreign_keys=[asked_by])
