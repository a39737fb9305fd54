"""The words for changes of rights: what is asked for, and what became of it."""

from collections.abc import Iterable
from datetime import date

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from markupsafe import Markup

from consult.domain.people.office_terms import OfficeSource
from consult.domain.people.people import HEAD_OF_HOUSEHOLD, DepartureKind
from consult.domain.people.right_changes import RightKind
from consult.domain.people.sign_ins import CardLoss
from consult.models import Person, RightChange, RoleGrant
from consult.web import filters
from consult.web.words import refusal_words, tagging
from consult.web.words.lists import dotted

TITLES: dict[RightKind, LazyString] = {
    RightKind.OFFICE_GIVEN: _l("Office given: %(role)s"),
    RightKind.OFFICE_CHANGED: _l("Office changed: %(role)s"),
    RightKind.OFFICE_ENDED: _l("Office ended: %(role)s"),
    RightKind.NUMBER_CHANGED: _l("Another phone number"),
    RightKind.FIRST_NUMBER: _l("A first phone number"),
    RightKind.HOUSE_CHANGED: _l("Another household"),
    RightKind.GROUP_CHANGED: _l("Another group for the household"),
    RightKind.HEAD_CHANGED: _l("Head of the household"),
    RightKind.MEMBER_CHANGED: _l("Member of the collective"),
    RightKind.CORRECTED: _l("Name or date of birth corrected"),
    RightKind.JOINED: _l("New on the roll, or back on it"),
    RightKind.FURTHER_CARD: _l("A further household card"),
    RightKind.DEPARTURE: _l("Moved away or deceased"),
    RightKind.ERASURE: _l("Erase number, cards, sign-ins and messages"),
}
STATES: dict[str, LazyString] = {
    "waiting": _l("waits"),
    "dropped": _l("dropped by an officer"),
    "stopped": _l("stopped by the house"),
    "applied": _l("in force"),
    "lapsed": _l("lapsed: not confirmed in time, or not possible any more"),
}
LOSSES: dict[CardLoss, LazyString] = {
    CardLoss.LOST: _l("it is lost"),
    CardLoss.STOLEN: _l("it was stolen"),
    CardLoss.ASKED: _l("its holder asked for it"),
    CardLoss.WRONG_PERSON: _l("somebody claimed it who should not have it"),
}
HOUSE_IS_THERE = _l("The household is there already")
SOURCES: dict[OfficeSource, LazyString] = {
    OfficeSource.ELECTED: _l("elected"),
    OfficeSource.BY_ELECTION: _l("chosen for a vacant seat"),
    OfficeSource.APPOINTED: _l("appointed"),
}
NOBODY_PRESENT = _l("Nobody: it waits 24 hours")


def waits_for_another() -> str:
    """Return what the one who asked reads."""
    return str(gettext("Waits for a second person: somebody of another office must confirm it."))


def ways() -> list[tuple[str, str]]:
    """Return the ways to an office for a form; none comes first."""
    return [("", gettext("Choose one")), *((one.value, str(words)) for one, words in SOURCES.items())]


def origin(of: RoleGrant | RightChange) -> Markup:
    """Return where an office comes from, in one line; empty where nobody said it."""
    if of.source is None:
        return Markup("")
    day = filters.long_day_mark(of.source_on) if of.source_on else ""
    return _line([str(SOURCES[of.source]), day, tagging.tagged(of.source_words or "")])


def place(person: Person) -> Markup:
    """Return where somebody is found: group and household on the roll, else where they work."""
    if person.household is not None:
        return _line([person.household.group.name, person.household.code])
    return _line([gettext("not on the roll"), tagging.tagged(person.organisation or "")])


def _line(parts: Iterable[str]) -> Markup:
    """Join what is known; what people wrote keeps its language."""
    return Markup("\N{NO-BREAK SPACE}· ").join(part for part in parts if part)


def title(change: RightChange) -> str:
    """Return what a change is about."""
    return named(change.kind, change.role or "")


def named(kind: str, role: str) -> str:
    """Return what a change of a kind is about; `role` is the office, empty for none."""
    return str(TITLES[RightKind(kind)]) % {"role": refusal_words.role(role) if role else ""}


def identity(name: str, born: date | None) -> str:
    """Return a corrected name as the second officer reads it, with the date of birth where that is another one too."""
    return dotted((name, filters.long_day(born))) if born else name


def particulars(change: RightChange, *, group: str, house: str, number: str, present: str) -> Markup:
    """Return the particulars of a change in one line: place, days, number, who stands at the desk."""
    parts = [group, house, number]
    if change.since and change.kind is not RightKind.OFFICE_ENDED:
        parts.append(gettext("from %(day)s", day=filters.long_day(change.since)))
    if change.until and change.kind is not RightKind.OFFICE_ENDED:
        parts.append(gettext("until %(day)s", day=filters.long_day(change.until)))
    parts.append(origin(change))
    if change.kind is RightKind.HEAD_CHANGED:
        head = change.relation == HEAD_OF_HOUSEHOLD
        parts.append(gettext("becomes head") if head else gettext("is head no more: %(what)s", what=change.relation))
    if change.kind is RightKind.MEMBER_CHANGED:
        parts.append(gettext("becomes a member") if change.collective else gettext("is a member no more"))
    if change.kind is RightKind.JOINED and change.person.collective_member:
        parts.append(gettext("member of the collective"))
    if change.departure:
        moved = change.departure is DepartureKind.MOVED
        parts.append(gettext("moved away") if moved else gettext("deceased"))
    if present:
        parts.append(gettext("%(name)s of the house is at the desk", name=present))
    return _line(parts)
