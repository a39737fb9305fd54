"""Secret ballots while a poll is open: boxes that only the key of the poll opens. The count puts them into secret_ballot."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from consult.models.base import Base, UTCDateTime


class SealingKey(Base):
    """A public key, made ahead by the job runner and taken by one poll. Its private key lies outside the database."""

    __tablename__ = "sealing_key"

    public_key: Mapped[str] = mapped_column(primary_key=True)
    """X25519, in hexadecimal."""
    mac_key_cipher: Mapped[str]
    """The public key and the key of the ballots' MACs, sealed under DATA_KEY: SQL alone makes no other pair."""
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    village_id: Mapped[int | None] = mapped_column(ForeignKey("village.id"))
    poll_id: Mapped[int | None] = mapped_column(ForeignKey("poll.id"), unique=True)
    """None: no poll has taken it yet."""
    folder: Mapped[str] = mapped_column(default="", server_default="")
    """The mark of the folder that the private key was written to. Empty: made before schema 0018."""
    opened_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When the ballots were opened for the count. From then on the private key is to be destroyed."""


class SealedBallot(Base):
    """One box: key and choice, encrypted. No person, no time, no row order; deleted when it is opened for the count."""

    __tablename__ = "sealed_ballot"
    __table_args__ = {"sqlite_with_rowid": False}

    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    slot: Mapped[str] = mapped_column(primary_key=True)
    """A MAC of the voter's token, by which a retry is recognised. The key that is listed later does not follow from it."""
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    box: Mapped[bytes] = mapped_column(LargeBinary)
    mac: Mapped[str]
    """Of poll, slot and box, under a key that SQL does not show."""
    retry: Mapped[str] = mapped_column(default="", server_default="")
    """A MAC of token, unit, channel and voter: it tells a retry from a used token that is tried on somebody else.
    Empty: cast before schema 0018."""
