"""What pages say of confidence: what the town reads, danger, who has to be told in person."""

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from consult.domain.cases.acts import CaseAct
from consult.domain.cases.choices import dangers as danger_sources
from consult.domain.cases.confidence import sharing
from consult.domain.cases.situation import ActEntry, Situation
from consult.domain.cases.states import Audience, CaseRole
from consult.services.cases import sharing as town_copies
from consult.services.cases.reading import Opened
from consult.web import filters
from consult.web.words.cases.case_state_words import act, recorded
from consult.web.words.lists import listed


@dataclass(frozen=True)
class OfTown:
    """What the justice office of the town reads of a case, in words."""

    all: bool
    days: dict[int, str]
    """A sentence by the number of an entry that it reads."""


def with_town(said: str) -> str:
    """Add to the words for who reads something that the town reads it too."""
    return str(_("%(who)s; the justice office of the town reads it too", who=said))


def entry_line(entry: ActEntry) -> str:
    """Return an entry in a few words: its day, what it is, and that it is for mediators where it is."""
    said = f"{filters.long_day(entry.happened)} {recorded(entry.act)}"
    return str(_("%(entry)s (mediators only so far)", entry=said)) if entry.audience == Audience.DESK else said


def read_by_town(case: Opened) -> set[int]:
    """Return the numbers of the entries that the town reads."""
    if town_copies.reads_all(case):
        return {entry.number for entry in case.written}
    return set(sharing.read_by_town(case.entries, case.situation))


def of_town(case: Opened, s: Situation) -> OfTown:
    """Return what the town reads, entry by entry, as the reader is told it."""
    if case.part is CaseRole.JUSTICE_OFFICE:
        return OfTown(town_copies.reads_all(case), {})
    allowed = sharing.read_by_town(case.entries, s)
    return OfTown(
        town_copies.reads_all(case),
        {e.number: _sentence(case, e, allowed) for e in case.written if e.number in allowed},
    )


def _sentence(case: Opened, entry: ActEntry, allowed: dict[int, date]) -> str:
    day = filters.long_day(allowed[entry.number])
    if sharing.is_talk(entry) and case.mine:
        return str(_("The town may read it too; you agreed on %(day)s", day=day))
    if sharing.is_talk(entry):
        return str(_("The town may read it too; the party agreed on %(day)s", day=day))
    return str(_("The town may read it too, since %(day)s", day=day))


DANGERS: dict[str, LazyString] = {
    "police": _l("In danger now: ring 110 together. The police come, write it down, and may give a written warning."),
    "protection_order": _l(
        "A protection order of the court costs nothing and needs no divorce: it can bar the other from violence, from "
        "coming near and from the home. The committee may apply for whoever is afraid to, or is a minor or without "
        "full capacity. The court decides within 72 hours, in urgent cases within 24."
    ),
    "duty_to_report": _l(
        "A child or a person without full capacity is concerned: you must report it to the police at once. Write down "
        "that you did: “Reported to the police”."
    ),
    "no_pressing": _l(
        "What may be a crime is not mediated, and nobody is pressed to make peace. Do not bring them to one table. A "
        "party may refuse or stop at any time."
    ),
}
"""Of each row of the table `danger` of choices.toml, what the desk is told."""


def read_by_the_other_side() -> str:
    """Warn the desk before it writes, of a case with danger, what both sides read."""
    return str(
        _(
            "Both sides read this, also the one who is feared. Write no word of violence, of the police or of where "
            "somebody is; that belongs into “%(act)s”.",
            act=act(CaseAct.NOTE_DANGER),
        )
    )


def dangers(s: Situation) -> list[str]:
    """Return what the desk is told of a case in which somebody may be in danger, with the articles."""
    if s.danger is None:
        return []
    names = [party.name for party in s.parties if party.number in s.danger.in_danger]
    found = [str(_("Who may be in danger: %(names)s", names=listed(names)))] if names else []
    if s.danger.safe_way:
        found.append(str(_("Safe to reach them: %(way)s", way=s.danger.safe_way)))
    if s.danger.no_message:
        found.append(str(_("No message goes to their phone. Tell them in person.")))
    told = [name for name in DANGERS if name != "duty_to_report" or s.danger.vulnerable]
    sources = danger_sources()
    return found + [str(_("%(words)s (%(articles)s)", words=DANGERS[name], articles=sources[name])) for name in told]
