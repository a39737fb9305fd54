"""The head of the minutes in the reader's words, the same on the page and on paper."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext as _

from consult.domain.meetings.meetings import Quorum
from consult.domain.meetings.minutes import Minutes, Present
from consult.models import Meeting
from consult.web import filters
from consult.web.words import code_words, meeting_words
from consult.web.words.lists import listed
from consult.web.words.names import shown_name

Pair = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class WrittenMinutes:
    """The minutes with everything that page, print and PDF say of them."""

    text: Minutes
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
    group = f" · {meeting.group.name}" if meeting.group else ""
    rows = [
        (_("When"), _when(meeting, text)),
        (_("Where"), meeting.place),
        (_("Who meets"), code_words.body(meeting.body) + group),
        (_("Chair"), _name(written.chair)),
        (_("Recorder"), _name(written.recorder)),
        *_attendance(text.present, written.unit),
        (_("Were there enough?"), _enough(written)),
    ]
    return rows + [(term, said) for term, said in _exceptions(meeting) if said]


def _when(meeting: Meeting, text: Minutes) -> str:
    began = text.began_at or meeting.starts_at
    until = f" – {filters.clock_time(text.ended_at)}" if text.ended_at else ""
    return f"{filters.long_day(began)} {filters.clock_time(began)}{until}"


def _attendance(present: Present, unit: str) -> list[Pair]:
    ways = " · ".join(f"{meeting_words.way(code)} {n}" for code, n in present.by_way.items())
    came = [f"{code_words.units(present.came, unit)} ({ways})" if ways else code_words.units(present.came, unit)]
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
        (_("Came"), " · ".join(came)),
        (_("Did not come"), " · ".join(away)),
    ]
    if present.sitting_in:
        rows.append((_("Sat in"), listed(f"{_name(name)} ({why})" for name, why in present.sitting_in)))
    return rows


def _enough(written: WrittenMinutes) -> str:
    quorum = written.quorum
    if quorum.share is None:
        return str(_("How many must come is set by the charter."))
    share = filters.share_words(quorum.share.as_facts())
    needed: str = _("%(share)s is %(needed)s", share=share, needed=code_words.units(quorum.needed, written.unit))
    outcome: str = _("reached") if quorum.reached else _("not reached")
    return f"{needed}: {outcome}"


def _exceptions(meeting: Meeting) -> list[Pair]:
    return [
        (_("Short notice because"), meeting.short_notice_reason or ""),
        (_("Party organisation's study"), meeting.study_exception or ""),
        (_("Authorised by the assembly"), meeting.authorisation or ""),
    ]


def _name(name: str) -> str:
    return shown_name(name) if name else ""
