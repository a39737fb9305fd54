"""The figures of a month, as the village reports them to the town, and what the public page may show of them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from statistics import median

from consult.domain.cases.acts import CaseAct
from consult.domain.cases.states import SHUT, CaseState

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
    before: int = 0
    """In hand on the day before the month began."""
    filed: int = 0
    closed: int = 0
    in_hand: int = 0
    accepted: int = 0
    by_kind: Counter[str] = field(default_factory=Counter)
    by_source: Counter[str] = field(default_factory=Counter)
    succeeded: int = 0
    failed: int = 0
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
    followed_up: int = 0
    overdue: int = 0
    days: list[int] = field(default_factory=list)
    """From filing to agreement, of each case settled in the month."""
    settled: dict[int, int] = field(default_factory=dict)
    """Which these are, with the number of the entry. What was broken and settled anew is one, of its first month."""

    @property
    def reconciles(self) -> bool:
        """Tell whether what was in hand and what came is what was closed and what is in hand."""
        return self.before + self.filed == self.closed + self.in_hand

    @property
    def median_days(self) -> int | None:
        """Return the median of the days from filing to agreement."""
        return int(median(self.days)) if self.days else None


def report(
    events: Iterable[ReportEvent], first: date, last: date, *, sweeps: int = 0, amount_fen: int = 0
) -> MonthlyReport:
    """Return the figures of a span of days, both ends included. `events`: up to its end, in the order of each case."""
    found = MonthlyReport(sweeps=sweeps, amount_fen=amount_fen)
    filed_on: dict[int, date] = {}
    newest: dict[int, ReportEvent] = {}
    stood: dict[int, ReportEvent] = {}
    settled: set[int] = set()
    for event in events:
        before = newest.get(event.case_id)
        if before is None:
            filed_on[event.case_id] = event.on
        if event.on >= first:
            _count(found, event, before)
        else:
            stood[event.case_id] = event
        if _settles(event) and event.case_id not in settled:
            settled.add(event.case_id)
            if event.on >= first:
                _count_settled(found, event, filed_on[event.case_id])
        newest[event.case_id] = event
    found.before = sum(_in_hand(event) for event in stood.values())
    found.in_hand = sum(_in_hand(event) for event in newest.values())
    found.overdue = sum(_in_hand(e) and e.due_on is not None and e.due_on < last for e in newest.values())
    return found


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
        found.by_kind[event.code] += 1
        found.by_source[event.source] += 1
    found.failed += act == CaseAct.TERMINATE or (act == CaseAct.CONSENT and state is CaseState.TERMINATED)
    found.handed_on += act in (CaseAct.ESCALATE, CaseAct.DECLINE)
    found.followed_up += act == CaseAct.FOLLOW_UP
    found.court_applied += act == CaseAct.APPLY_CONFIRMATION
    found.court_confirmed += act == CaseAct.CONFIRMATION and event.code == "confirmed"
    if act == CaseAct.COURT_RESULT:
        found.court[event.code] += 1
    if act == CaseAct.CLOSE and event.code:
        kind, _, people = event.code.partition(":")
        found.prevented[kind] += 1
        found.people[kind] += int(people)


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
