"""The figures of cases: the report of a period, what was handed in of it, and what the public page shows of a year."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import select

from consult.domain.audit import Tag, sha256
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.corrected_entries import read_code
from consult.domain.cases.office import periods
from consult.domain.cases.office.periods import Period
from consult.domain.cases.reports import MonthlyReport, ReportEvent, as_facts, from_facts, report
from consult.domain.refusals import Reason, Refused
from consult.models import CaseReport, MediationCase, Screening, Village, db
from consult.models.cases import case_queries
from consult.services.cases import keys, reading
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.people import villages


def period_of(village: Village, name: str) -> Period | None:
    """Return a period by its name; it begins on the day after the month before it closed, as that was handed in."""
    period = periods.read(name, village.report_closing_day)
    if period is None:
        return None
    before = handed_in(village.id, periods.month_before(period.begins))
    return period if before is None else replace(period, first=min(before.last + timedelta(1), period.last))


def of_period(village_id: int, period: Period, *, today: date) -> MonthlyReport:
    """Return the figures of a period: as they were handed in, or as the cases stand, with the parties of those taken."""
    kept = handed_in(village_id, period.name)
    if kept is not None:
        return from_facts(json.loads(kept.figures))
    found = of_span(village_id, period.first, min(period.last, today))
    found.parties = _parties(village_id, found.taken)
    return found


def handed_in(village_id: int, name: str) -> CaseReport | None:
    """Return the report of a period if it was handed in."""
    query = select(CaseReport).where(CaseReport.village_id == village_id, CaseReport.period == name)
    return db.session.scalars(query).first()


def all_handed_in(village_id: int) -> set[str]:
    """Return the names of the periods that were handed in."""
    return set(db.session.scalars(select(CaseReport.period).where(CaseReport.village_id == village_id)))


@atomic
def hand_in(period: Period, act: Act, *, today: date) -> CaseReport:
    """Keep the figures of a period as they are handed in; what is corrected later changes them no more. Raises Refused."""
    villages.locked(act.village_id)
    kept = handed_in(act.village_id, period.name)
    if kept is not None:
        return kept
    if period.last >= today:  # what is done later on its last day would stand in no report
        raise Refused(Reason.CASE_REPORT_RUNS)
    found = of_period(act.village_id, period, today=today)
    figures = json.dumps(as_facts(found), ensure_ascii=False, sort_keys=True)
    kept = CaseReport(
        village_id=act.village_id,
        period=period.name,
        first=period.first,
        last=period.last,
        figures=figures,
        handed_in_by=act.actor.id,
        handed_in_at=act.now,
        request_key=act.key,
    )
    db.session.add(kept)
    db.session.flush()
    audit.record(Tag.REPORT_HANDED_IN, f"case_report:{kept.id}", act, period=period.name, digest=sha256(figures))
    return kept


@atomic
def set_closing_day(day: int | None, act: Act) -> None:
    """Set on which day of the month the figures close; None: on the last. Periods that were handed in stay."""
    row = villages.locked(act.village_id)
    if row.report_closing_day != day:
        row.report_closing_day = day
        audit.record(Tag.REPORT_DAY_SET, f"village:{row.id}", act, day=day)


def _parties(village_id: int, cases: Sequence[int]) -> int:
    """Return how many parties in dispute some cases have, by the lines of lists, opened with the head's key."""
    reader = keys.of_head(village_id)
    rows = case_queries.lines(cases, keys.mark(reader))
    return sum(len(reading.line_of(row.cipher, keys.unwrap(reader, row.wrapped)).get("names", ())) for row in rows)


def of_span(village_id: int, first: date, last: date) -> MonthlyReport:
    """Return the report of a span of days, with the sums of its agreements (fen)."""
    events = [
        ReportEvent(
            case_id=row.case_id,
            number=row.number,
            act=row.act,
            code=row.code,
            state=row.state,
            on=row.day,
            due_on=row.due_on,
            source=row.source,
        )
        for row in case_queries.events(village_id, last)
    ]
    rounds, found = case_queries.sweeps(village_id, first, last)
    monthly = report(events, first, last, sweeps=rounds, found=found)
    monthly.amount_fen = sum(_sum(case_id, number) for case_id, number in monthly.settled.items())
    return monthly


def _sum(case_id: int, settled: int) -> int:
    """Return what the agreement that took effect by an entry moves, in fen; opened with the head's key."""
    case = reading.as_head(db.session.get_one(MediationCase, case_id))
    agreed = [e for e in case.entries if e.act is CaseAct.AGREE and e.number <= settled] if case is not None else []
    return sum(row["amount"] or 0 for row in agreed[-1].facts["rows"]) if agreed else 0


def accepted(village_id: int, first: date, last: date) -> Counter[tuple[str, str]]:
    """Return how many cases were accepted, by category and month (2026-07), as corrected."""
    changed = {
        (row.case_id, number): code if state else None
        for row in case_queries.corrections(village_id)
        for number, state, code in read_code(row.code)
    }
    rows = case_queries.accepted_by_month(village_id, first, last)
    kinds = ((row, changed.get((row.case_id, row.number), row.kind)) for row in rows)
    return Counter((kind, f"{row.day:%Y-%m}") for row, kind in kinds if kind)


@atomic
def note_screening(day: date, found: int, act: Act) -> None:
    """Note a round of the mediators (排查) and how many matters they found; the same key notes it once."""
    if transactions.earlier(Screening, act.key) is not None:
        return
    db.session.add(
        Screening(
            village_id=act.village_id,
            day=day,
            found=found,
            noted_by=act.actor.id,
            noted_at=act.now,
            request_key=act.key,
        )
    )
    audit.record(Tag.SWEEP_NOTED, "sweep", act, day=day.isoformat(), found=found)
