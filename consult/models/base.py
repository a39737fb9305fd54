"""The ground of all tables: names of constraints, instants that are always aware and in UTC, columns of enums."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy import CheckConstraint, DateTime, Dialect, MetaData, String
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The base class of all models."""

    metadata = MetaData(naming_convention=NAMING)


class OurSession(Session):
    """A session that can be closed whatever became of its connection."""

    def close(self) -> None:
        """Give the connection back. One that the database ended meanwhile leaves nothing to roll back."""
        try:
            super().close()
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
            self.invalidate()


db = SQLAlchemy(model_class=Base, session_options={"class_": OurSession})


class UTCDateTime(TypeDecorator[datetime]):
    """An instant. Refuses naive values: SQLite would give them back as if they were local."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        instant: datetime = value
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


Member = TypeVar("Member", bound=StrEnum)


class Choice(TypeDecorator[Member]):
    """One of an enum's values, kept as text; refuses any other. `check_choices` adds the CHECK of each such column."""

    impl = String
    cache_ok = True

    def __init__(self, members: type[Member]) -> None:
        super().__init__()
        self.members = members

    @property
    def stored(self) -> tuple[str, ...]:
        """The texts that the column may hold, in the order of the enum."""
        return tuple(member.value for member in self.members)

    def process_bind_param(self, value: Member | str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else self.members(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> Member | None:  # noqa: ARG002
        return None if value is None else self.members(value)


def check_choices(metadata: MetaData) -> None:
    """Add to each column of a Choice the CHECK that the database keeps it by; call it when all tables are declared."""
    for table in metadata.tables.values():
        for column in list(table.columns):
            if isinstance(column.type, Choice):
                allowed = ", ".join(f"'{value}'" for value in column.type.stored)
                table.append_constraint(CheckConstraint(f"{column.name} IN ({allowed})", name=f"{column.name}_known"))
