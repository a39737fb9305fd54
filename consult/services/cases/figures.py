"""The figures of cases: a month's report, and what the public page shows of a year."""

from collections import Counter
from datetime import date, timedelta

from consult.domain.audit import Tag
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.reports import MonthlyReport, ReportEvent, report
from consult.models import MediationCase, Screening, db
from consult.models.cases import case_queries
from consult.services.cases import reading
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic


def month_of(first: date) -> tuple[date, date]:
    """Return the first and the last day of a month."""
    following = (first.replace(day=28) + timedelta(7)).replace(day=1)
    return first.replace(day=1), following - timedelta(1)


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
    monthly = report(events, first, last, sweeps=case_queries.sweeps(village_id, first, last))
    monthly.amount_fen = sum(_sum(case_id, number) for case_id, number in monthly.settled.items())
    return monthly


def _sum(case_id: int, settled: int) -> int:
    """Return what the agreement that took effect by an entry moves, in fen; opened with the head's key."""
    case = reading.as_head(db.session.get_one(MediationCase, case_id))
    agreed = [e for e in case.entries if e.act is CaseAct.AGREE and e.number <= settled] if case is not None else []
    return sum(row["amount"] or 0 for row in agreed[-1].facts["rows"]) if agreed else 0


def accepted(village_id: int, first: date, last: date) -> Counter[tuple[str, str]]:
    """Return how many cases were accepted, by category and month (2026-07)."""
    rows = case_queries.accepted_by_month(village_id, first, last)
    return Counter((row.kind, f"{row.day:%Y-%m}") for row in rows)


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
