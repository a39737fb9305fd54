"""Secret ballots: what was chosen, under a key that only the voter can derive. No person, no time, no order."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from consult.models.base import Base


class SecretBallot(Base):
    """One choice. The roll entry says that a unit voted; no row joins the two."""

    __tablename__ = "secret_ballot"
    __table_args__ = {"sqlite_with_rowid": False}

    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    """SHA-256 of the token on the voter's receipt, in hexadecimal."""
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    choice: Mapped[str]
    """Option numbers as canonical JSON, like a named ballot's."""
