"""The figures of a period, as the village reports them to the town, and what the public page may show of them.

Each case is counted once by where it ended: as settled in the period of its first agreement in effect, else by its last
end in the period of that end. A year is counted from the cases, so a case that ended anew counts once in it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from statistics import median
from typing import Any

from consult.domain.cases.acts import ABOUT_ENTRIES, CaseAct
from consult.domain.cases.corrected_entries import read_code
from consult.domain.cases.states import ENDED, SHUT, CaseState

TO_COURT = frozenset({CaseAct.SUE, CaseAct.ENFORCE})
"""In entries of earlier versions these led to TERMINATED; the agreement stands all the same."""
HIDDEN_BELOW = 5
"""A smaller count on a public page could point at people."""


@dataclass(frozen=True)
class ReportEvent:
    """One entry of a case, without a word of what was said in it."""

    case_id: int
    number: int
    act: str
    code: str
    state: str
    on: date
    due_on: date | None
    source: str


@dataclass
class MonthlyReport:
    """Counts of cases; `sweeps` counts rounds of the mediators, `people` people."""

    sweeps: int = 0
    found: int = 0
    """Disputes that the rounds found."""
    before: int = 0
    """In hand on the day before the month began."""
    filed: int = 0
    reopened: int = 0
    """Closed before, and opened again."""
    closed: int = 0
    in_hand: int = 0
    accepted: int = 0
    by_kind: Counter[str] = field(default_factory=Counter)
    by_source: Counter[str] = field(default_factory=Counter)
    parties: int = 0
    """People and organisations in dispute in the cases taken."""
    difficult: int = 0
    succeeded: int = 0
    failed: int = 0
    declined: int = 0
    withdrawn: int = 0
    self_settled: int = 0
    written: int = 0
    oral: int = 0
    amount_fen: int = 0
    performed: int = 0
    """Less what was taken back, be it of an earlier month: months add up to what was carried out."""
    court_applied: int = 0
    court_confirmed: int = 0
    court: Counter[str] = field(default_factory=Counter)
    prevented: Counter[str] = field(default_factory=Counter)
    people: Counter[str] = field(default_factory=Counter)
    handed_on: int = 0
    enforcement_asked: int = 0
    enforcement: Counter[str] = field(default_factory=Counter)
    sued: int = 0
    followed_up: int = 0
    overdue: int = 0
    days: list[int] = field(default_factory=list)
    """From filing to agreement, of each case settled in the month."""
    settled: dict[int, int] = field(default_factory=dict)
    """Which these are, with the number of the entry. What was broken and settled anew is one, of its first month."""
    taken: list[int] = field(default_factory=list)
    """The cases taken."""

    @property
    def reconciles(self) -> bool:
        """Tell whether what was in hand and what came is what was closed and what is in hand."""
        return self.before + self.filed + self.reopened == self.closed + self.in_hand

    @property
    def ended(self) -> int:
        """Return how many cases came to an outcome, each of them once."""
        return self.succeeded + self.failed + self.handed_on + self.declined + self.withdrawn + self.self_settled

    @property
    def median_days(self) -> int | None:
        """Return the median of the days from filing to agreement."""
        return int(median(self.days)) if self.days else None


def report(
    events: Iterable[ReportEvent], first: date, last: date, *, sweeps: int = 0, found: int = 0, amount_fen: int = 0
) -> MonthlyReport:
    """Return the figures of a span of days, both ends included.

    `events`: up to its end, in the order of each case, with the corrections that came later. What was corrected counts as
    it is now, in the month in which it was first written down.
    """
    counted = MonthlyReport(sweeps=sweeps, found=found, amount_fen=amount_fen)
    filed_on: dict[int, date] = {}
    newest: dict[int, ReportEvent] = {}
    stood: dict[int, ReportEvent] = {}
    ended: dict[int, ReportEvent] = {}
    hard: dict[int, ReportEvent] = {}
    settled: set[int] = set()
    applied: set[int] = set()
    for event in with_corrections(events):
        if event.on > last:
            continue
        before = newest.get(event.case_id)
        if before is None:
            filed_on[event.case_id] = event.on
        if event.on >= first:
            _count(counted, event, before)
        else:
            stood[event.case_id] = event
        if _settles(event) and event.case_id not in settled:
            settled.add(event.case_id)
            if event.on >= first:
                _count_settled(counted, event, filed_on[event.case_id])
        _note_end(ended, event, before)
        counted.court_applied += _applies_first(applied, event) and event.on >= first
        if event.act == CaseAct.NOTE_DIFFICULTY:
            hard[event.case_id] = event
        newest[event.case_id] = event
    for case_id, event in ended.items():
        if case_id not in settled and event.on >= first:
            _count_end(counted, CaseState(event.state))
    counted.difficult = sum(event.code == DIFFICULT and event.on >= first for event in hard.values())
    counted.before = sum(_in_hand(event) for event in stood.values())
    counted.in_hand = sum(_in_hand(event) for event in newest.values())
    counted.overdue = sum(_in_hand(e) and e.due_on is not None and e.due_on < last for e in newest.values())
    return counted


DIFFICULT = "difficult"


def _applies_first(applied: set[int], event: ReportEvent) -> bool:
    """Tell whether the case applies to the court for the first time, and keep it: what was not taken may be sent again."""
    anew = event.act == CaseAct.APPLY_CONFIRMATION and event.case_id not in applied
    if anew:
        applied.add(event.case_id)
    return anew


def _note_end(ended: dict[int, ReportEvent], event: ReportEvent, before: ReportEvent | None) -> None:
    """Keep the entry by which a case ended last; forget it where the case goes on."""
    anew = before is None or before.state != event.state
    if event.state in ENDED and anew and event.act not in TO_COURT:
        ended[event.case_id] = event
    elif event.state not in ENDED | SHUT:
        ended.pop(event.case_id, None)


def _count_end(found: MonthlyReport, state: CaseState) -> None:
    """Count a case that ended without an agreement in effect."""
    found.failed += state is CaseState.TERMINATED
    found.declined += state is CaseState.DECLINED
    found.withdrawn += state is CaseState.WITHDRAWN
    found.self_settled += state is CaseState.SELF_SETTLED
    found.handed_on += state is CaseState.ESCALATED


def with_corrections(events: Iterable[ReportEvent]) -> list[ReportEvent]:
    """Return the events with the states and codes that corrections gave them, without those that were struck."""
    found: dict[tuple[int, int], ReportEvent] = {}
    struck: set[tuple[int, int]] = set()
    for event in events:
        found[event.case_id, event.number] = event
        for number, state, code in read_code(event.code) if event.act in ABOUT_ENTRIES else ():
            place = (event.case_id, number)
            if not state:
                struck.add(place)
            elif (old := found.get(place)) is not None:
                found[place] = replace(old, state=state, code=code)
                struck.discard(place)
    return [event for place, event in found.items() if place not in struck]


def _in_hand(event: ReportEvent) -> bool:
    return event.state not in SHUT


def _settles(event: ReportEvent) -> bool:
    """Tell whether an agreement took effect by this entry."""
    signed = event.act == CaseAct.SIGN and event.state == CaseState.PERFORMING
    return signed or (event.act == CaseAct.AGREE and event.code == "oral")


def _count_settled(found: MonthlyReport, event: ReportEvent, filed_on: date) -> None:
    found.settled[event.case_id] = event.number
    found.succeeded += 1
    found.written += event.act == CaseAct.SIGN
    found.oral += event.act == CaseAct.AGREE
    found.days.append((event.on - filed_on).days)


def _count(found: MonthlyReport, event: ReportEvent, before: ReportEvent | None) -> None:
    """Count one entry of the month."""
    act, state = event.act, CaseState(event.state)
    shut_before = before is not None and before.state in SHUT
    found.filed += before is None
    found.closed += state in SHUT and not shut_before
    found.performed += act == CaseAct.PERFORM and state is CaseState.PERFORMED
    found.performed -= (
        act == CaseAct.TAKE_BACK and before is not None and before.state in (CaseState.PERFORMED, CaseState.FOLLOWED_UP)
    )
    if act == CaseAct.ACCEPT:
        found.accepted += 1
        found.taken.append(event.case_id)
        found.by_kind[event.code] += 1
        found.by_source[event.source] += 1
    found.reopened += shut_before and state not in SHUT
    found.sued += act == CaseAct.SUE
    found.enforcement_asked += act == CaseAct.ENFORCE
    if act == CaseAct.ENFORCEMENT_RESULT:
        found.enforcement[event.code] += 1
    found.followed_up += act == CaseAct.FOLLOW_UP
    found.court_confirmed += act == CaseAct.CONFIRMATION and event.code == "confirmed"
    if act == CaseAct.COURT_RESULT:
        found.court[event.code] += 1
    if act == CaseAct.CLOSE and event.code:
        kind, _, people = event.code.partition(":")
        found.prevented[kind] += 1
        found.people[kind] += int(people)


def as_facts(found: MonthlyReport) -> dict[str, Any]:
    """Return the figures of a report as they are handed in; no case is named in them."""
    return {name: value for name, value in vars(found).items() if name not in OF_CASES}


def from_facts(facts: Mapping[str, Any]) -> MonthlyReport:
    """Return the report that was handed in with these figures; those of an earlier version may lack some."""
    blank = MonthlyReport()
    known = {one.name for one in fields(MonthlyReport)} - OF_CASES
    counters = {name for name in known if isinstance(getattr(blank, name), Counter)}
    values: dict[str, Any] = {name: value for name, value in facts.items() if name in known}
    read: dict[str, Any] = {name: Counter(one) if name in counters else one for name, one in values.items()}
    return replace(blank, **read)


OF_CASES = frozenset({"settled", "taken"})
"""Fields that name cases by their id."""


def shown(count: int) -> str:
    """Return a count as a public page shows it: small ones as 1–4."""
    return str(count) if count == 0 or count >= HIDDEN_BELOW else f"1–{HIDDEN_BELOW - 1}"


def at_least(counts: Iterable[int]) -> int:
    """Return the sum of the cells that are shown; a sum of all would tell a hidden one: 6 and 1–4 make 10 with 4."""
    return sum(count for count in counts if count >= HIDDEN_BELOW)


def table(
    counts: Mapping[tuple[str, str], int], kinds: Sequence[str], months: Sequence[str]
) -> list[tuple[str, list[str]]]:
    """Return the counts by category and month; categories without any are left out."""
    rows = [(kind, [counts.get((kind, month), 0) for month in months]) for kind in kinds]
    return [(kind, [shown(count) for count in row]) for kind, row in rows if any(row)]
