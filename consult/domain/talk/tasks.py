"""Tasks of a resolution: their forms and their states."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from consult.domain.form_errors import FormError, fen
from consult.domain.instants import read_day
from consult.domain.text_fields import line, long_text

TITLE_LENGTH, PROGRESS_LENGTH, WORDS_LENGTH = 60, 1000, 100
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


def state_of(due_on: date, done_at: datetime | None, accepted_at: datetime | None, *, today: date) -> TaskState:
    """Return the state of a task on a day. It is late from the day after `due_on`."""
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
