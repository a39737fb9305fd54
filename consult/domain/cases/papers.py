"""The volume of a case: its documents in the official order (司法部 2010 formats), what must be there, what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from consult.domain.cases.acts import CaseAct
from consult.domain.cases.situation import ActEntry, Situation
from consult.domain.cases.states import CaseRole


class Paper(StrEnum):
    """A document of the volume of a case."""

    APPLICATION = "application"
    RIGHTS = "rights"
    IDENTITY = "identity"
    AUTHORITY = "authority"
    INVESTIGATION = "investigation"
    EVIDENCE = "evidence"
    RECORD = "record"
    AGREEMENT = "agreement"
    RECEIPTS = "receipts"
    FOLLOW_UP = "follow_up"
    CONFIRMATION = "confirmation"
    REMARKS = "remarks"
    BACK_COVER = "back_cover"


ORDER = tuple(Paper)
MADE_FROM: dict[Paper, frozenset[CaseAct]] = {
    Paper.APPLICATION: frozenset({CaseAct.FILE}),
    Paper.RIGHTS: frozenset({CaseAct.ACCEPT}),
    Paper.AUTHORITY: frozenset({CaseAct.ADD_PARTY}),
    Paper.INVESTIGATION: frozenset({CaseAct.INVESTIGATE}),
    Paper.EVIDENCE: frozenset({CaseAct.EVIDENCE, CaseAct.STATEMENT}),
    Paper.RECORD: frozenset({CaseAct.HOLD_SESSION}),
    Paper.AGREEMENT: frozenset({CaseAct.AGREE}),
    Paper.RECEIPTS: frozenset({CaseAct.PERFORM}),
    Paper.FOLLOW_UP: frozenset({CaseAct.FOLLOW_UP}),
    Paper.CONFIRMATION: frozenset({CaseAct.APPLY_CONFIRMATION, CaseAct.CONFIRMATION}),
    Paper.REMARKS: frozenset({CaseAct.CLOSE}),
}
"""The entries a document is filled from."""


@dataclass(frozen=True)
class Sheet:
    """One line of the index of a volume."""

    number: int
    paper: Paper
    needed: bool
    there: bool
    entries: tuple[ActEntry, ...]


def volume(entries: Sequence[ActEntry], s: Situation) -> list[Sheet]:
    """Return all thirteen documents, there or not."""
    found = {paper: tuple(e for e in entries if e.act in MADE_FROM.get(paper, ())) for paper in ORDER}
    agents = [party for party in s.parties if party.part is CaseRole.AGENT]
    added = [e for e in found[Paper.AUTHORITY] if e.facts["party"]["part"] == CaseRole.AGENT]
    found[Paper.AUTHORITY] = tuple(added)
    found[Paper.EVIDENCE] = tuple(e for e in found[Paper.EVIDENCE] if "way" not in e.facts)  # the application itself
    found[Paper.RECEIPTS] = tuple(performed(entries))
    found[Paper.CONFIRMATION] = found[Paper.CONFIRMATION] if s.court_on else ()
    agreed = s.agreement is not None and s.agreement.effective_on is not None
    seen = any(e.facts.get("identity_seen") for e in entries)
    needed = {
        Paper.APPLICATION: True,
        Paper.RIGHTS: s.accepted_on is not None,
        Paper.IDENTITY: agreed,
        Paper.AUTHORITY: bool(agents),
        Paper.RECORD: agreed,
        Paper.AGREEMENT: agreed,
        Paper.FOLLOW_UP: s.performed_on is not None,
        Paper.BACK_COVER: True,
    }
    there = {paper: bool(found[paper]) for paper in ORDER} | {
        Paper.IDENTITY: seen,
        Paper.AUTHORITY: bool(added) and all(e.facts.get("files") for e in added),
        Paper.AGREEMENT: agreed,
        Paper.BACK_COVER: True,
    }
    return [
        Sheet(number, paper, needed.get(paper, False), there[paper], found[paper])
        for number, paper in enumerate(ORDER, 1)
    ]


def performed(entries: Sequence[ActEntry]) -> list[ActEntry]:
    """Return the entries of what was done and not taken back, in their order."""
    found: list[ActEntry] = []
    for entry in entries:
        if entry.act is CaseAct.PERFORM:
            found.append(entry)
        if entry.act is CaseAct.TAKE_BACK:
            wrong = [one for one in found if int(one.facts["row"]) == int(entry.facts["row"])]
            found.remove(wrong[-1])
    return found


def missing(entries: Sequence[ActEntry], s: Situation) -> list[Paper]:
    """Return the documents that must be in the volume before it is closed, and are not."""
    return [sheet.paper for sheet in volume(entries, s) if sheet.needed and not sheet.there]
