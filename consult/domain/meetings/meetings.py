"""Meetings: their states, how a call is planned, how many full days of notice, and when there is a quorum."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum
from itertools import pairwise

from consult.domain import instants
from consult.domain.form_errors import FormError
from consult.domain.law.bodies import Share
from consult.domain.numbers import read_number
from consult.domain.refusals import Reason
from consult.domain.text_fields import line

TITLE_LENGTH, PLACE_LENGTH, REASON_LENGTH = 60, 60, 200
LONGEST_BREAK = 30
"""Days within which a meeting that was adjourned goes on. Ours: later, those who are called would not know it any more."""
LONGEST_SPEECH = 30
EARLY_OPENING = timedelta(minutes=30)
"""A meeting may be opened so long before its hour, so that those who come in time miss no vote."""
LATE_RECORD = timedelta(hours=12)
"""A meeting opened in the app later than this after its hour is recorded afterwards, and its minutes say so."""


LATE_ADDITIONS = 14
"""Days after the end was noted within which words and arrivals may still be added. Ours: later, nobody remembers what was
said and who came. They are marked as late and change no vote; corrections and photos of signed pages have no such day."""


class MeetingState(StrEnum):
    """The states of a meeting."""

    DRAFTED = "drafted"
    CALLED = "called"
    OPEN = "open"
    ADJOURNED = "adjourned"
    """Between two sittings: it goes on another day with the same roll and the same items."""
    CLOSED = "closed"
    CANCELLED = "cancelled"


class MeetingChangeKind(StrEnum):
    """A change of a called meeting's hour and place, or its end before it opens."""

    MOVED = "moved"
    CANCELLED = "cancelled"
    ADJOURNED = "adjourned"
    """It was broken off and goes on then and there."""


ANNOUNCED_BEFORE = (MeetingChangeKind.MOVED, MeetingChangeKind.CANCELLED)
"""What may become of a meeting before it opens."""


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


def state_of(*, called: bool, opened: bool, closed: bool, cancelled: bool, adjourned: bool = False) -> MeetingState:
    """Return the state of a meeting from what has happened to it."""
    if cancelled:
        return MeetingState.CANCELLED
    if closed:
        return MeetingState.CLOSED
    if opened:
        return MeetingState.ADJOURNED if adjourned else MeetingState.OPEN
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


def why_not_resumed_at(resumes_at: datetime, *, now: datetime, zone: tzinfo) -> FormError | None:
    """Return what is wrong with the hour at which an adjourned meeting is to go on; None: nothing.

    Another day, so that those who are called can be told; at most LONGEST_BREAK days later.
    """
    today, day = instants.local_day(zone, now), instants.local_day(zone, resumes_at)
    if day <= today:
        return FormError.DAY_PAST
    return FormError.DAY_TOO_FAR if day > today + timedelta(days=LONGEST_BREAK) else None


def too_early_to_open(*, starts_at: datetime, now: datetime) -> bool:
    """Tell whether it is too early to open a meeting."""
    return now < starts_at - EARLY_OPENING


def is_in_doubt(*, begins_on: date, today: date, waits: bool) -> bool:
    """Tell whether the day that was told is over and nothing says that the meeting was held: its convener is asked.

    `waits`: it is called and was not opened, or it was adjourned and did not go on.
    """
    return waits and begins_on < today


def why_not_added(*, closed_on: date | None, today: date) -> Reason | None:
    """Return why words and arrivals may not be added to a record any more; None: they may. `closed_on` None: not closed."""
    if closed_on is None or today <= closed_on + timedelta(days=LATE_ADDITIONS):
        return None
    return Reason.TOO_LATE_TO_ADD


def answers_since(told: Sequence[tuple[datetime, date]]) -> datetime | None:
    """Return the instant since which an answer to the call is about the day that is told now; None: each answer is.

    `told`: when each hour of the meeting was told, and the day in the village; the call first.
    """
    since = None
    for (_, before), (at, day) in pairwise(told):
        since = at if day != before else since
    return since


def recorded_afterwards(*, starts_at: datetime, opened_at: datetime) -> bool:
    """Tell whether a meeting was opened in the app long after its hour."""
    return opened_at > starts_at + LATE_RECORD
