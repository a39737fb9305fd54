"""The head of the minutes in the reader's words, the same on the page and on paper."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from consult.domain.meetings.meetings import Quorum
from consult.domain.meetings.minutes import Minutes, Present, SittingLine
from consult.models import CheckIn, Meeting
from consult.services.meetings import attendance
from consult.services.meetings.appointments import Appointment
from consult.services.meetings.attendance import Attended, CalledUnit
from consult.web import filters
from consult.web.words import code_words, meeting_words, sitting_words
from consult.web.words.lists import DOT, clauses, listed
from consult.web.words.names import shown_name

Pair = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class WrittenMinutes:
    """The minutes with everything that page, print and PDF say of them."""

    text: Minutes
    lines: Sequence[CheckIn]
    """The standing lines of the desk, for the lists of names."""
    chair: str
    recorder: str
    """Names; empty: not named yet."""
    chair_id: int | None
    quorum: Quorum
    """By those who came before the end."""
    afterwards: bool
    """Recorded in the app long after the meeting."""
    unit: str
    """What the roll counts, "person" or "household"."""
    days: Sequence[Appointment]
    """The hour and the place of each day on which it was held."""
    confirmations: Sequence[Any]
    confirmed: str
    """Digest that the chair confirmed last; empty: none."""
    pairs: Sequence[Pair] = ()
    marks: Sequence[str] = ()
    """Remarks that stand before the first line."""

    @property
    def up_to_date(self) -> bool:
        """Whether the chair has confirmed the minutes as they stand."""
        return self.confirmed == self.text.digest()


def worded(meeting: Meeting, written: WrittenMinutes) -> WrittenMinutes:
    """Return the minutes with their head and their remarks in the reader's language."""
    return replace(written, pairs=pairs(meeting, written), marks=marks(written))


def marks(written: WrittenMinutes) -> list[str]:
    """Return the remarks that stand before the first line."""
    found = []
    if written.afterwards:
        found.append(_("Recorded afterwards: the meeting was opened in the app long after its hour."))
    if not written.confirmed:
        found.append(_("Draft: the chair has not confirmed it yet."))
    elif not written.up_to_date:
        found.append(_("Something was corrected since the chair confirmed it; it must be confirmed again."))
    return found


def pairs(meeting: Meeting, written: WrittenMinutes) -> list[Pair]:
    """Return when, where, who came, whether they were enough; and each rule that was not kept, with its reason."""
    text: Minutes = written.text
    group = f"{DOT}{meeting.group.name}" if meeting.group else ""
    rows = [
        (_("Name of the meeting"), meeting.title),
        (_("Time of the meeting"), _when(meeting, text)),
        (_("Place of the meeting"), sitting_words.places_held(written.days)),
        (_("Kind of meeting"), code_words.body(meeting.body) + group),
        (_("Chair"), _name(written.chair)),
        (_("Recorder"), _name(written.recorder)),
        *_attendance(text.present, written.unit),
        (_("Quorum"), _enough(written)),
    ]
    return rows + [(term, said) for term, said in _exceptions(meeting) if said]


def _when(meeting: Meeting, text: Minutes) -> str:
    if text.sittings:
        return clauses(_sitting(one, meeting) for one in text.sittings)
    return _from_to(text.began_at or meeting.starts_at, text.ended_at)


def _from_to(began: datetime, ended: datetime | None) -> str:
    """Return two instants in words; the day of the second is said where it is another one."""
    first = f"{filters.long_day(began)} {filters.clock_time(began)}"
    return str(_("%(first)s to %(last)s", first=first, last=filters.time_beside(ended, began))) if ended else first


def _sitting(one: SittingLine, meeting: Meeting) -> str:
    """Return one day of a meeting that was adjourned: from when to when, and how many units were there."""
    here = code_words.units(one.present, meeting.call.unit.value if meeting.call else "person")
    came = _("Present %(present)s", present=here)
    return clauses([_from_to(one.began_at, one.ended_at), came])


def _attendance(present: Present, unit: str) -> list[Pair]:
    ways = listed(f"{meeting_words.way(code)} {n}" for code, n in present.by_way.items())
    units = code_words.units(present.came, unit)
    came = [str(_("%(name)s (%(why)s)", name=units, why=ways)) if ways else units]
    if present.late:
        came.append(_("%(n)s came later", n=present.late))
    if present.left:
        came.append(_("%(n)s left earlier", n=present.left))
    if present.typed_in:
        came.append(_("%(n)s entered from paper afterwards", n=present.typed_in))
    away = [code_words.units(present.excused + present.absent, unit)]
    if present.excused:
        away.append(_("%(n)s of them excused", n=present.excused))
    rows = [
        (_("Expected"), code_words.units(present.expected, unit)),
        (_("Came"), clauses(came)),
        (_("Did not come"), clauses(away)),
    ]
    if present.sitting_in:
        guests = (str(_("%(name)s (%(why)s)", name=_name(name), why=why)) for name, why in present.sitting_in)
        rows.append((_("Sat in"), listed(guests)))
    return rows


def names(meeting: Meeting, lines: Sequence[CheckIn] | None = None) -> list[tuple[str, list[str]]]:
    """Return the lists of names, each under its heading: who came, who was excused, who stayed away. For officers.

    `lines` are the standing lines of the desk where they were read before.
    """
    found = attendance.of_meeting(meeting, lines)
    headings = {
        Attended.PRESENT: _("Those who came"),
        Attended.EXCUSED: _("Those who were excused"),
        Attended.ABSENT: _("Those who stayed away"),
    }
    lists = [(heading, found.of(attended)) for attended, heading in headings.items()]
    return [(heading, [_called(unit) for unit in units]) for heading, units in lists if units]


def _called(unit: CalledUnit) -> str:
    if not unit.by:
        return unit.name
    return str(_("%(name)s (%(why)s)", name=unit.name, why=_("%(name)s came", name=unit.by)))


def _enough(written: WrittenMinutes) -> str:
    quorum = written.quorum
    if quorum.share is None:
        return str(_("How many must come is set by the charter."))
    share = filters.share_words(quorum.share.as_facts())
    needed: str = _("%(share)s is %(needed)s", share=share, needed=code_words.units(quorum.needed, written.unit))
    outcome: str = _("reached") if quorum.reached else _("not reached")
    return str(_("%(label)s: %(words)s", label=needed, words=outcome))


def _exceptions(meeting: Meeting) -> list[Pair]:
    return [
        (_("Short notice because"), meeting.short_notice_reason or ""),
        (_("Party organisation's study"), meeting.study_exception or ""),
        (_("Authorised by the assembly"), meeting.authorisation or ""),
    ]


def _name(name: str) -> str:
    return shown_name(name) if name else ""
