"""Verify cases against the log: no entry, report or round was added, changed or taken away. Needs no key and reads no word."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from consult.domain.audit import Tag, sha256
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.agreements.earlier_states import states_meant
from consult.domain.cases.states import CaseState
from consult.models import AuditEntry, CaseEntry, CaseReport, MediationCase, Screening, db
from consult.services.cases.case_entries import digest_of

NOT_FILED = (CaseState.DRAFT.value, CaseState.DISCARDED.value)


def faults(village_id: int) -> Iterator[str]:
    """Yield a line for each case whose entries are not those of the log, or that does not stand where its last entry left it."""
    logged, written = _logged(village_id), defaultdict(list)
    stood: dict[int, list[tuple[CaseAct, CaseState]]] = defaultdict(list)
    query = select(CaseEntry).where(CaseEntry.village_id == village_id).order_by(CaseEntry.case_id, CaseEntry.number)
    for entry in db.session.scalars(query.execution_options(yield_per=1000)):
        written[entry.case_id].append(digest_of(entry))
        stood[entry.case_id].append((entry.act, entry.state))
    for case in db.session.execute(
        select(MediationCase.id, MediationCase.state).where(
            MediationCase.village_id == village_id, MediationCase.state.not_in(NOT_FILED)
        )
    ):
        if written[case.id] != logged[case.id]:
            yield f"case:{case.id}: its entries are not those of the log"
        elif states_meant(stood[case.id])[-1:] != [case.state]:
            yield f"case:{case.id}: it does not stand where its last entry left it"
    yield from (f"case:{one}: it stands in the log, but is gone" for one in sorted(logged.keys() - written.keys()))
    yield from _numbers(village_id)
    yield from _reports(village_id)
    yield from _rounds(village_id)


def _numbers(village_id: int) -> Iterator[str]:
    """Yield a line for each case that has another number than it was filed under."""
    numbers = {
        row.id: (row.year, row.number)
        for row in db.session.execute(
            select(MediationCase.id, MediationCase.year, MediationCase.number).where(
                MediationCase.village_id == village_id
            )
        )
    }
    for subject, facts in _said(village_id, Tag.CASE_FILED):
        case = int(subject.rpartition(":")[2])
        if case in numbers and numbers[case] != (facts["year"], facts["of_year"]):
            yield f"case:{case}: it has another number than it was filed under"


def _reports(village_id: int) -> Iterator[str]:
    """Yield a line for each report that is not the one that was handed in."""
    rows = db.session.scalars(select(CaseReport).where(CaseReport.village_id == village_id))
    there = {f"case_report:{one.id}": (one.period, sha256(one.figures)) for one in rows}
    logged = {subject: (facts["period"], facts["digest"]) for subject, facts in _said(village_id, Tag.REPORT_HANDED_IN)}
    for subject in sorted(there.keys() | logged.keys()):
        if subject not in there:
            yield f"{subject}: it stands in the log, but is gone"
        elif there[subject] != logged.get(subject):
            yield f"{subject}: its figures are not those that were handed in"


def _rounds(village_id: int) -> Iterator[str]:
    """Yield a line where the rounds that were noted are not those of the log."""
    rows = db.session.execute(select(Screening.day, Screening.found).where(Screening.village_id == village_id))
    there = Counter((row.day.isoformat(), row.found) for row in rows)
    logged = Counter((facts["day"], facts["found"]) for _subject, facts in _said(village_id, Tag.SWEEP_NOTED))
    if there != logged:
        yield f"village:{village_id}: its rounds of mediation are not those of the log"


def _said(village_id: int, tag: Tag) -> list[tuple[str, dict[str, Any]]]:
    """Return subject and facts of all lines of a tag."""
    query = select(AuditEntry.subject, AuditEntry.facts).where(
        AuditEntry.village_id == village_id, AuditEntry.tag == tag.value
    )
    return [(row.subject, json.loads(row.facts)) for row in db.session.execute(query)]


def _logged(village_id: int) -> dict[int, list[str]]:
    """Return the digests of each case's entries, in their order."""
    tags = (Tag.CASE_FILED.value, Tag.CASE_MOVED.value)
    query = select(AuditEntry).where(AuditEntry.village_id == village_id, AuditEntry.tag.in_(tags))
    found: dict[int, list[str]] = defaultdict(list)
    for entry in db.session.scalars(query.order_by(AuditEntry.number)):
        found[int(entry.subject.rpartition(":")[2])] += json.loads(entry.facts)["digests"]
    return found
