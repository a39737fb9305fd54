"""The figures of cases: a month's report, and what the public page shows of a year."""

from collections import Counter
from datetime import date, datetime, timedelta

from sqlalchemy import select

from consult.domain.audit import Tag
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.reports import MonthlyReport, ReportEvent, report
from consult.models import MediationCase, Person, Screening, db
from consult.models.cases import case_queries
from consult.services.cases import reading
from consult.services.core import audit, transactions


def month_of(first: date) -> tuple[date, date]:
    """The first and the last day of a month."""
    following = (first.replace(day=28) + timedelta(7)).replace(day=1)
    return first.replace(day=1), following - timedelta(1)


def of_span(village_id: int, first: date, last: date) -> MonthlyReport:
    events = [
        ReportEvent(row.case_id, row.number, row.act, row.code, row.state, row.day, row.due_on, row.source)
        for row in case_queries.events(village_id, last)
    ]
    found = report(events, first, last, sweeps=case_queries.sweeps(village_id, first, last))
    found.amount_fen = sum(_sum(case_id, number) for case_id, number in found.settled.items())
    return found


def _sum(case_id: int, settled: int) -> int:
    """What the agreement that took effect by an entry moves, in fen: opened with the head's key, and only added up."""
    case = reading.as_head(db.session.get_one(MediationCase, case_id))
    agreed = [e for e in case.entries if e.act is CaseAct.AGREE and e.number <= settled] if case is not None else []
    return sum(row["amount"] or 0 for row in agreed[-1].facts["rows"]) if agreed else 0


def accepted(village_id: int, first: date, last: date) -> Counter[tuple[str, str]]:
    """Cases accepted, by category and month (2026-07)."""
    rows = case_queries.accepted_by_month(village_id, first, last)
    return Counter((row.kind, f"{row.day:%Y-%m}") for row in rows)


def note_sweep(actor: Person, day: date, found: int, *, key: str, now: datetime) -> None:
    """The mediators went round. The same key notes it once."""
    if db.session.scalar(select(Screening.id).where(Screening.request_key == key)) is not None:
        return
    db.session.add(
        Screening(village_id=actor.village_id, day=day, found=found, noted_by=actor.id, noted_at=now, request_key=key)
    )
    db.session.flush()
    audit.record(
        Tag.SWEEP_NOTED,
        "sweep",
        village_id=actor.village_id,
        actor_id=actor.id,
        now=now,
        day=day.isoformat(),
        found=found,
    )
    transactions.commit()
