"""Tasks of a resolution: their forms and their states."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol

from consult.domain.form_errors import FormError, fen
from consult.domain.instants import read_day
from consult.domain.text_fields import line, long_text

TITLE_LENGTH, PROGRESS_LENGTH, WORDS_LENGTH, REASON_LENGTH = 60, 1000, 100, 200
ACCEPTANCES_NEEDED = 2
"""How many different villagers' representatives must accept the work."""
RATINGS_SHOWN_FROM = 5
"""Fewer ratings are not shown: they could identify people."""


class TaskState(StrEnum):
    """The progress of a task."""

    UNDER_WAY = "under_way"
    LATE = "late"
    DONE = "done"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"


class TaskChangeKind(StrEnum):
    """The ways in which an officer puts right a mistaken task."""

    CORRECTION = "correction"
    """Another person in charge, another day, another budget."""
    WITHDRAWAL = "withdrawal"


class TaskChangeEnd(StrEnum):
    """The ends of a wish for more money than was decided, which waits for a second person."""

    CONFIRMED = "confirmed"
    DROPPED = "dropped"
    LAPSED = "lapsed"


class Stage(StrEnum):
    """The subject of a note of progress: the place before, the work under way, the work done."""

    BEFORE = "before"
    UNDER_WAY = "under_way"
    DONE = "done"


@dataclass(frozen=True)
class TaskPlan:
    """A task as assigned. `budget_fen`: in fen, None without a budget of its own."""

    title: str
    due_on: date
    budget_fen: int | None


@dataclass(frozen=True)
class ProgressNote:
    """Progress as noted. `spent_fen`: in fen, None if nothing was spent."""

    stage: Stage
    text: str
    spent_fen: int | None


@dataclass(frozen=True)
class TaskTerms:
    """The terms of a task that may be corrected: who is in charge, the day, the budget in fen (None without one)."""

    owner_id: int
    due_on: date
    budget_fen: int | None


@dataclass(frozen=True)
class Sums:
    """The money of a resolution in fen: what was decided (None: no sum), what its tasks take, what was spent."""

    decided: int | None
    budgets: int
    """The budgets of its tasks; of a task that was withdrawn, what had been spent on it."""
    spent: int

    @property
    def overspent(self) -> int:
        """Return by how much the spending is over the decided sum; 0 while it is not."""
        return max(0, self.spent - self.decided) if self.decided is not None else 0

    def with_budget(self, old: int, new: int) -> int:
        """Return what the tasks take in all when one of them has another budget."""
        return self.budgets - old + new


class _Noted(Protocol):
    noted_at: Any


class _Looked(Protocol):
    looked_at: Any
    accepted: Any
    person_id: Any


class _Asked(Protocol):
    asked_at: Any


@dataclass(frozen=True)
class TaskMoment:
    """One thing in the story of a task: a note of progress, a look at the work, or a correction."""

    at: datetime
    kind: str
    """note, look or change."""
    row: object


def story(notes: Sequence[_Noted], looks: Sequence[_Looked], changes: Sequence[_Asked]) -> list[TaskMoment]:
    """Return what happened to a task in the order of time; of one instant notes come before looks, looks before changes."""
    moments = [
        *(TaskMoment(one.noted_at, "note", one) for one in notes),
        *(TaskMoment(one.looked_at, "look", one) for one in looks),
        *(TaskMoment(one.asked_at, "change", one) for one in changes),
    ]
    return sorted(moments, key=lambda one: one.at)


def accepted_by(looks: Sequence[_Looked], *, done_at: datetime | None) -> set[int]:
    """Return who has accepted the work since it was done last: each of them signs once."""
    return {one.person_id for one in looks if one.accepted and done_at is not None and one.looked_at >= done_at}


def still_needed(looks: Sequence[_Looked], *, done_at: datetime | None, owner_id: int) -> int:
    """Return how many representatives have yet to accept the work; the owner is none of them."""
    return max(0, ACCEPTANCES_NEEDED - len(accepted_by(looks, done_at=done_at) - {owner_id}))


def may_rate(looks: Sequence[_Looked], *, done_at: datetime | None, rated_at: datetime | None) -> bool:
    """Tell whether somebody may rate the work now: it is done, and they have not rated it since it was sent back last."""
    if done_at is None:
        return False
    return rated_at is None or any(not one.accepted and one.looked_at >= rated_at for one in looks)


def state_of(
    due_on: date,
    done_at: datetime | None,
    accepted_at: datetime | None,
    withdrawn_at: datetime | None = None,
    *,
    today: date,
) -> TaskState:
    """Return the state of a task on a day. It is late from the day after `due_on`."""
    if withdrawn_at is not None:
        return TaskState.WITHDRAWN
    if accepted_at is not None:
        return TaskState.ACCEPTED
    if done_at is not None:
        return TaskState.DONE
    return TaskState.LATE if today > due_on else TaskState.UNDER_WAY


def days_late(due_on: date, today: date) -> int:
    """Return how many days ago a task was due; 0 while it is not late."""
    return max(0, (today - due_on).days)


def read_task_plan(form: Mapping[str, str], *, today: date) -> tuple[TaskPlan | None, dict[str, FormError]]:
    """Return the task of a form, or None and every mistake by field. It may not be due before `today`."""
    mistakes: dict[str, FormError] = {}
    title = line(form, "title", TITLE_LENGTH, mistakes)
    budget = _money(form, "budget", mistakes)
    due_on = _day(form, "due_on", today, mistakes)
    return (None if mistakes or due_on is None else TaskPlan(title, due_on, budget)), mistakes


def read_task_terms(
    form: Mapping[str, str], owner_id: int | None, *, kept: date, today: date
) -> tuple[TaskTerms | None, str, dict[str, FormError]]:
    """Return the corrected terms of a form and the reason, or None and every mistake by field.

    `kept`: the day that stands there now, which may stay though it is past. `owner_id`: None: nobody of that name.
    """
    mistakes: dict[str, FormError] = {}
    reason = line(form, "reason", REASON_LENGTH, mistakes)
    budget = _money(form, "budget", mistakes)
    due_on = _day(form, "due_on", min(kept, today), mistakes)
    if due_on is not None and due_on != kept and due_on < today:
        mistakes["due_on"] = FormError.DAY_PAST
    if owner_id is None:
        mistakes["name"] = FormError.NOBODY_THERE
    if mistakes or due_on is None or owner_id is None:
        return None, reason, mistakes
    return TaskTerms(owner_id, due_on, budget), reason, {}


def read_reason(form: Mapping[str, str], name: str) -> tuple[str, dict[str, FormError]]:
    """Return the reason in a field, and the mistake in it."""
    mistakes: dict[str, FormError] = {}
    return line(form, name, REASON_LENGTH, mistakes), mistakes


def read_progress_note(form: Mapping[str, str]) -> tuple[ProgressNote | None, dict[str, FormError]]:
    """Return the note of progress of a form, or None and every mistake by field."""
    mistakes: dict[str, FormError] = {}
    text = long_text(form, "text", PROGRESS_LENGTH, mistakes)
    spent = _money(form, "spent", mistakes)
    if form.get("stage") not in list(Stage):
        mistakes["stage"] = FormError.NOT_OFFERED
    return (None if mistakes else ProgressNote(Stage(form["stage"]), text, spent)), mistakes


def read_yes_or_no(form: Mapping[str, str], name: str) -> tuple[tuple[bool, str] | None, dict[str, FormError]]:
    """Return yes or no (field `name`) and the words why (`name`_words), or None and every mistake by field.

    Words are required, except where `accepted` is yes.
    """
    mistakes: dict[str, FormError] = {}
    said = form.get(name, "")
    words = line(form, f"{name}_words", WORDS_LENGTH, mistakes, may_be_empty=name == "accepted" and said == "yes")
    if said not in ("yes", "no"):
        mistakes[name] = FormError.NOT_OFFERED
    return (None if mistakes else (said == "yes", words)), mistakes


def _money(form: Mapping[str, str], name: str, mistakes: dict[str, FormError]) -> int | None:
    text = form.get(name, "").strip()
    amount = fen(text) if text else None
    if text and amount is None:
        mistakes[name] = FormError.NOT_MONEY
    return amount


def _day(form: Mapping[str, str], name: str, today: date, mistakes: dict[str, FormError]) -> date | None:
    day = read_day(form.get(name, ""))
    if day is None:
        mistakes[name] = FormError.NOT_A_DAY
        return None
    if day < today:
        mistakes[name] = FormError.DAY_PAST
    return day
