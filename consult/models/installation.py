"""What the database knows of the installation it belongs to."""

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from consult.models.base import Base


class Installation(Base):
    """One row: by it a start knows whether the data key at hand is the one this database was sealed under."""

    __tablename__ = "installation"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key_check: Mapped[str]
    """A keyed hash of a fixed text under the data key."""
    mark_key_cipher: Mapped[str]
    """The key of all keyed marks, sealed under the data key: it stays when the data key changes."""
    witnesses: Mapped[str] = mapped_column(default="", server_default="")
    """The files that keep the heads of the logs, a line for each: a start misses one that is not there."""
    rotated_to: Mapped[str] = mapped_column(default="", server_default="")
    """During a change of the data key: the check of the new one."""
