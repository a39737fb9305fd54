"""Requests that wait for a second person: what is the same for all kinds of them. Each kind states its own parts.

A kind keeps its own table, locks, words and entries of the log. Here stand where a request is, why it cannot be confirmed or
dropped any more, and how it lapses.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import QueryableAttribute

from consult.domain.people.right_changes import has_lapsed, numbers
from consult.domain.people.roles import Role
from consult.domain.people.two_persons import Asked, RequestState, state_of
from consult.domain.refusals import Reason, Refused
from consult.models import db
from consult.services.core import sure_time, transactions
from consult.services.core.acts import Act
from consult.services.core.each import each
from consult.services.core.transactions import atomic
from consult.services.people import villages


class AskedRow(Protocol):
    """A row that keeps who asked."""

    id: Any
    village_id: Any
    asked_by: Any
    asked_office: Any
    asked_at: Any


Row = TypeVar("Row", bound=AskedRow)


@dataclass(frozen=True, kw_only=True)
class RequestKind(Generic[Row]):
    """One kind of requests of two persons."""

    name: str
    """In the operator's log, where one of them fails to lapse."""
    model: type[Row]
    confirmed_by: Collection[Role]
    """Offices that may be the second one."""
    state: Callable[[Row], RequestState]
    """Where a locked request stands, by what the database says now."""
    waiting: Callable[[], Collection[ColumnElement[bool]]]
    """The conditions of those that wait."""
    lock: Callable[[Row], object]
    """Lock what it is about, and then the request."""
    end: Callable[[Row, RequestState, Act], None]
    """Write that it lapsed, tell who asked, and log it."""
    over: Callable[[datetime], Collection[ColumnElement[bool]]] = lambda _now: ()
    """Conditions under which one lapses before its time: what it is about is over. It may find too many."""
    is_over: Callable[[Row, datetime], bool] = lambda _row, _past: False
    """Whether what it is about is over, of a locked row and at an instant that has surely passed."""

    def was_confirmed(self, row: Row) -> bool:
        """Tell whether it was confirmed before. Raises Refused for one that has ended otherwise."""
        state = self.state(row)
        if state is RequestState.LAPSED:
            raise Refused(Reason.REQUEST_LAPSED)
        if state is RequestState.DROPPED:
            raise Refused(Reason.RIGHT_STOPPED)
        return state is RequestState.CONFIRMED

    def refuse_second(self, row: Row, office: str, act: Act) -> None:
        """Refuse who cannot be its second person."""
        if reason := villages.why_not_second(asked_of(row), office, act, allowed=self.confirmed_by):
            raise Refused(reason)

    def may_be_dropped(self, row: Row) -> bool:
        """Tell whether it waits. Raises Refused for one that was confirmed: it is in force."""
        state = self.state(row)
        if state is RequestState.CONFIRMED:
            raise Refused(Reason.RIGHT_IN_FORCE)
        return state is RequestState.WAITS

    def lapse_due(self, *, now: datetime) -> list[int]:
        """End what nobody confirmed in time, or what is over, and tell who asked. Return the ids."""
        model: Any = self.model
        due = or_(model.asked_at <= now - numbers().lapse, *self.over(now))
        ids = db.session.scalars(select(model.id).where(due, *self.waiting()).order_by(model.id)).all()
        db.session.rollback()
        return each(self.name, ids, lambda one: self._lapse_if_due(one, now))

    @atomic
    def _lapse_if_due(self, row_id: int, now: datetime) -> None:
        row = db.session.get_one(self.model, row_id)
        self.lock(row)
        past = sure_time.surely_past(row.village_id, now)
        waits = self.state(row) is RequestState.WAITS
        if waits and (self.is_over(row, past) or has_lapsed(row.asked_at, past)):
            self.end(row, RequestState.LAPSED, Act.by_system(row.village_id, now=now))


def kept_in_row(
    *,
    name: str,
    model: type[Row],
    confirmed_by: Collection[Role],
    ended_at: QueryableAttribute[Any],
    ended_by: QueryableAttribute[Any] | None = None,
    end: Callable[[Row, Act], None],
) -> RequestKind[Row]:
    """Return a kind whose rows keep their ends themselves, and which locks the village before the row.

    `ended_at`, `ended_by`: the columns of an end without confirmation; ended by nobody, or without such a column: it lapsed.
    """
    columns: Any = model

    def lock(row: Row) -> None:
        villages.locked(row.village_id)
        transactions.lock(row)

    def state(row: Any) -> RequestState:
        by = getattr(row, ended_by.key) if ended_by is not None else None
        ended = getattr(row, ended_at.key) is not None
        return state_of(confirmed=row.confirmed_at is not None, ended=ended, ended_by=by)

    return RequestKind(
        name=name,
        model=model,
        confirmed_by=confirmed_by,
        state=state,
        waiting=lambda: (columns.confirmed_at.is_(None), ended_at.is_(None)),
        lock=lock,
        end=lambda row, _state, act: end(row, act),
    )


def asked_of(row: AskedRow) -> Asked:
    """Return the first half of a request."""
    return Asked(row.asked_by, row.asked_office, row.asked_at)
