"""Verify cases and reports handed in against the log: nothing was added, changed or taken away. Needs no key, reads no word."""

import json
from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import select

from consult.domain.audit import Tag, sha256
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.agreements.earlier_states import states_meant
from consult.domain.cases.states import CaseState
from consult.models import AuditEntry, CaseEntry, CaseReport, MediationCase, db
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
    yield from _report_faults(village_id)


def _report_faults(village_id: int) -> Iterator[str]:
    """Yield a line for each report of a period that is not as it was handed in, by the log."""
    handed_in = select(AuditEntry.subject, AuditEntry.facts).where(
        AuditEntry.village_id == village_id, AuditEntry.tag == Tag.REPORT_HANDED_IN.value
    )
    logged = {row.subject: json.loads(row.facts)["digest"] for row in db.session.execute(handed_in)}
    kept = select(CaseReport.id, CaseReport.figures).where(CaseReport.village_id == village_id)
    there = {f"case_report:{row.id}": sha256(row.figures) for row in db.session.execute(kept)}
    for subject in sorted(logged.keys() | there.keys()):
        if subject not in there:
            yield f"{subject}: it stands in the log, but is gone"
        elif there[subject] != logged.get(subject):
            yield f"{subject}: its figures are not those that were handed in"


def _logged(village_id: int) -> dict[int, list[str]]:
    """Return the digests of each case's entries, in their order."""
    tags = (Tag.CASE_FILED.value, Tag.CASE_MOVED.value)
    query = select(AuditEntry).where(AuditEntry.village_id == village_id, AuditEntry.tag.in_(tags))
    found: dict[int, list[str]] = defaultdict(list)
    for entry in db.session.scalars(query.order_by(AuditEntry.number)):
        found[int(entry.subject.rpartition(":")[2])] += json.loads(entry.facts)["digests"]
    return found
