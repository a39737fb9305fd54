"""Files that were uploaded, each of a village and of the person who sent it; and how much a person used in a day."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from consult.models.base import Base, UTCDateTime


class StoredFile(Base):
    """A picture or recording on the disk. Rows of other tables name it; the log holds its salted digest."""

    __tablename__ = "stored_file"
    __table_args__ = (UniqueConstraint("village_id", "name"), Index(None, "owner_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who sent it. None: kept before owners were noted, or by a command."""
    folder: Mapped[str]
    """That of services.core.files: pictures or recordings."""
    name: Mapped[str]
    """Random, and the name of the file on the disk. Of those kept by earlier versions: their SHA-256."""
    salt: Mapped[str]
    """Empty: kept by an earlier version, and its digest in the log has no salt."""
    digest: Mapped[str]
    """SHA-256 over salt and content, as it stands in the log."""
    seconds: Mapped[int | None]
    """The length of a recording."""
    stored_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Allowance(Base):
    """How much of one kind one person used on one day. Who it is, stands under a keyed hash: cases count here too."""

    __tablename__ = "allowance"

    mark: Mapped[str] = mapped_column(primary_key=True)
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    used: Mapped[int] = mapped_column(BigInteger)
    counted_on: Mapped[date] = mapped_column(index=True)
