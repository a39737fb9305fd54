"""Meetings: their states, how a call is planned, how many full days of notice, and when there is a quorum."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum

from consult.domain import instants
from consult.domain.form_errors import FormError
from consult.domain.law.bodies import Share
from consult.domain.numbers import read_number
from consult.domain.text_fields import line

TITLE_LENGTH, PLACE_LENGTH, REASON_LENGTH = 60, 60, 200
LONGEST_SPEECH = 30
EARLY_OPENING = timedelta(minutes=30)
"""A meeting may be opened so long before its hour, so that those who come in time miss no vote."""
LATE_RECORD = timedelta(hours=12)
"""A meeting opened in the app later than this after its hour is recorded afterwards, and its minutes say so."""


class MeetingState(StrEnum):
    """The states of a meeting."""

    DRAFTED = "drafted"
    CALLED = "called"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class MeetingChangeKind(StrEnum):
    """A change of a called meeting before it opens."""

    MOVED = "moved"
    CANCELLED = "cancelled"


class RsvpAnswer(StrEnum):
    """The answer of a person who is called."""

    COMING = "coming"
    NOT_COMING = "not_coming"
    PROXY = "proxy"


@dataclass(frozen=True)
class MeetingPlan:
    """The contents of a call beside its agenda. The body fixes the unit that is counted. Instants are aware."""

    body: str
    group_id: int | None
    title: str
    place: str
    starts_at: datetime
    speech_minutes: int = 3


def state_of(*, called: bool, opened: bool, closed: bool, cancelled: bool) -> MeetingState:
    """Return the state of a meeting from what has happened to it."""
    if cancelled:
        return MeetingState.CANCELLED
    if closed:
        return MeetingState.CLOSED
    if opened:
        return MeetingState.OPEN
    return MeetingState.CALLED if called else MeetingState.DRAFTED


def read_meeting_form(
    form: Mapping[str, str], *, bodies: Collection[str], groups: Collection[int], zone: tzinfo, now: datetime
) -> tuple[MeetingPlan | None, dict[str, FormError]]:
    """Return a plan from the fields of a form, or every mistake in it, by field."""
    mistakes: dict[str, FormError] = {}
    body, group = form.get("body", ""), form.get("group_id", "")
    if body not in bodies:
        mistakes["body"] = FormError.NOT_OFFERED
    if group and group not in map(str, groups):
        mistakes["group_id"] = FormError.NOT_OFFERED
    title = line(form, "title", TITLE_LENGTH, mistakes)
    place = line(form, "place", PLACE_LENGTH, mistakes)
    starts_at = instants.read_instant(form, "starts_at", zone, mistakes)
    if starts_at is not None and starts_at <= now:
        mistakes["starts_at"] = FormError.DAY_PAST
    minutes = read_number(form.get("speech_minutes", "3"), least=1, most=LONGEST_SPEECH)
    if minutes is None:
        mistakes["speech_minutes"] = FormError.OUT_OF_BOUNDS
    if mistakes or starts_at is None or minutes is None:
        return None, mistakes
    plan = MeetingPlan(
        body=body,
        group_id=int(group) if group else None,
        title=title,
        place=place,
        starts_at=starts_at,
        speech_minutes=minutes,
    )
    return plan, {}


def full_days_between(called_on: date, starts_on: date) -> int:
    """Return the full days of notice: neither the day of the notice nor the day of the meeting counts. Civil Code 201."""
    return max(0, (starts_on - called_on).days - 1)


@dataclass(frozen=True)
class Quorum:
    """Units that are here, against those that must be. `share` None: the body's charter sets it."""

    present: int
    roll: int
    share: Share | None

    @property
    def needed(self) -> int:
        """How many units must be here."""
        return self.share.needed(self.roll) if self.share else 0

    @property
    def missing(self) -> int:
        """How many more units must come."""
        return max(0, self.needed - self.present)

    @property
    def reached(self) -> bool:
        """Whether enough units are here."""
        return self.share is None or self.share.met_by(self.present, self.roll)


def too_early_to_open(*, starts_at: datetime, now: datetime) -> bool:
    """Tell whether it is too early to open a meeting."""
    return now < starts_at - EARLY_OPENING


def recorded_afterwards(*, starts_at: datetime, opened_at: datetime) -> bool:
    """Tell whether a meeting was opened in the app long after its hour."""
    return opened_at > starts_at + LATE_RECORD
