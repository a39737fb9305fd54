"""Violence between those of a case: what the desk notes of it, and what the case shows of itself from then on.

The note is read by the desk alone. The title that both sides read gives nothing away; the real one stands in the note.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from consult.domain.cases.acts import CaseAct, Field, FieldKind
from consult.domain.cases.choices import neutral_title
from consult.domain.cases.situation import ActEntry, Danger, Facts, PlannedAct, Situation
from consult.domain.refusals import Reason, Refused

ASKED = (
    Field("violence", FieldKind.TICK, needed=False),
    Field("vulnerable", FieldKind.TICK, needed=False),
    Field("safe_way", needed=False),
    Field("no_message", FieldKind.TICK, needed=False),
)
"""Asked at the desk when a case is written down, and when it is accepted; kept in a note for the desk."""
NAMES = frozenset(field.name for field in ASKED)
TITLED = frozenset({CaseAct.ACCEPT, CaseAct.CORRECT})
"""Acts that give a case its title."""


@dataclass(frozen=True)
class Parted:
    """The words of an act for its own readers, and the note for the desk; None where there is none."""

    facts: dict[str, Any]
    note: dict[str, Any] | None


def parted(act: CaseAct, facts: Facts, before: Situation) -> Parted:
    """Take what only the desk may read out of what was said; the title of a case with danger goes with it."""
    said = {name: value for name, value in facts.items() if act is CaseAct.NOTE_DANGER or name not in NAMES}
    marked = bool(facts.get("violence")) or before.danger is not None
    if act not in TITLED or not marked:
        return Parted(said, note_of(facts) if act is not CaseAct.NOTE_DANGER else None)
    note = {**(note_of(facts) or {}), "title": facts.get("title", "")}
    return Parted({**said, "title": neutral_title()}, note)


def note_of(facts: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the note that a form about something else leaves for the desk; None where no violence was named."""
    if not facts.get("violence"):
        return None
    return {name: facts[name] for name in NAMES - {"violence"} if facts.get(name)}


def refuse_empty(act: PlannedAct) -> None:
    """Refuse a note in which nothing is ticked or written: it would mark the case all the same. Raises Refused."""
    if not any(act.facts.values()):
        raise Refused(Reason.CASE_DANGER_UNSAID)


def noted(s: Situation, entry: ActEntry) -> Situation:
    """Return the situation with what a note says; what an earlier one said stays unless it is said anew."""
    was, facts = s.danger or Danger(), entry.facts
    return replace(
        s,
        danger=Danger(
            in_danger=frozenset(int(n) for n in facts.get("in_danger") or ()) | was.in_danger,
            vulnerable=bool(facts.get("vulnerable")) or was.vulnerable,
            crime=bool(facts.get("crime")) or was.crime,
            safe_way=facts.get("safe_way") or was.safe_way,
            no_message=bool(facts.get("no_message")) or was.no_message,
            title=facts.get("title") or was.title or (s.title if s.title != neutral_title() else ""),
        ),
    )


def is_discreet(s: Situation) -> bool:
    """Tell whether the case has a title that gives nothing away; a party's own reading shows no more than that."""
    return s.title == neutral_title()


def is_guarded(s: Situation) -> bool:
    """Tell whether papers that others hold leave out phones and homes: somebody may be in danger, as far as the reader sees."""
    return s.danger is not None or is_discreet(s)


def title_for_desk(s: Situation) -> str:
    """Return the real title, for pages and papers of the desk alone."""
    return s.danger.title if s.danger is not None and s.danger.title else s.title
