"""The volume of a case: its documents in the official order (司法部 2010 formats), what must be there, what is missing.

Beside the thirteen of the ministry's list a volume holds what a case left: the register of acceptance, the notice that
it is not taken or that mediation ended, the letter by which it was handed on. Letters to parties go out and are not in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from consult.domain.cases.acts import CaseAct
from consult.domain.cases.agreements.endings import endings_of
from consult.domain.cases.situation import ActEntry, Situation
from consult.domain.cases.states import CaseRole, Source


class Paper(StrEnum):
    """A document of the volume of a case."""

    APPLICATION = "application"
    REGISTER = "register"
    """Of acceptance; of a case that nobody applied for it stands in the place of the application."""
    DECLINED = "declined"
    """Tells that the committee does not take the case, on which ground, and where else to go."""
    RIGHTS = "rights"
    IDENTITY = "identity"
    AUTHORITY = "authority"
    SUMMONS = "summons"
    """A letter that calls a party to a session."""
    INVESTIGATION = "investigation"
    EVIDENCE = "evidence"
    RECORD = "record"
    AGREEMENT = "agreement"
    REMINDER = "reminder"
    """A letter that says to a party what they have to do, and by when."""
    RECEIPTS = "receipts"
    FOLLOW_UP = "follow_up"
    CONFIRMATION = "confirmation"
    ENDED = "ended"
    """Tells that mediation ended: who ended it or on which ground, and the other ways (人民调解法 26)."""
    TRANSFER = "transfer"
    """The letter by which a case is handed on, with a slip that confirms its receipt."""
    REMARKS = "remarks"
    BACK_COVER = "back_cover"


ORDER = tuple(Paper)
SENT = frozenset({Paper.SUMMONS, Paper.REMINDER})
"""Letters that are handed to the parties: a copy is in no volume."""
IF_ANY = SENT | {Paper.REGISTER, Paper.DECLINED, Paper.ENDED, Paper.TRANSFER}
"""Documents beside the ministry's thirteen: listed only where there is one."""
MADE_FROM: dict[Paper, frozenset[CaseAct]] = {
    Paper.APPLICATION: frozenset({CaseAct.FILE}),
    Paper.REGISTER: frozenset({CaseAct.FILE}),
    Paper.DECLINED: frozenset({CaseAct.DECLINE, CaseAct.TELL_WAYS}),
    Paper.RIGHTS: frozenset({CaseAct.ACCEPT}),
    Paper.AUTHORITY: frozenset({CaseAct.ADD_PARTY}),
    Paper.SUMMONS: frozenset({CaseAct.CALL_SESSION}),
    Paper.INVESTIGATION: frozenset({CaseAct.INVESTIGATE}),
    Paper.EVIDENCE: frozenset({CaseAct.EVIDENCE, CaseAct.STATEMENT}),
    Paper.RECORD: frozenset({CaseAct.HOLD_SESSION}),
    Paper.AGREEMENT: frozenset({CaseAct.AGREE}),
    Paper.REMINDER: frozenset({CaseAct.AGREE, CaseAct.DEFER}),
    Paper.RECEIPTS: frozenset({CaseAct.PERFORM}),
    Paper.FOLLOW_UP: frozenset({CaseAct.FOLLOW_UP}),
    Paper.CONFIRMATION: frozenset({CaseAct.APPLY_CONFIRMATION, CaseAct.CONFIRMATION}),
    Paper.ENDED: frozenset(
        {CaseAct.TERMINATE, CaseAct.CONSENT, CaseAct.WITHDRAW, CaseAct.SETTLE_THEMSELVES, CaseAct.TELL_WAYS}
    ),
    Paper.TRANSFER: frozenset({CaseAct.ESCALATE, CaseAct.RECEIPT}),
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
    """Return the thirteen documents, there or not, and which others there are, each at its place."""
    found = {paper: tuple(e for e in entries if e.act in MADE_FROM.get(paper, ())) for paper in ORDER}
    agents = [party for party in s.parties if party.part is CaseRole.AGENT]
    added = [e for e in found[Paper.AUTHORITY] if e.facts["party"]["part"] == CaseRole.AGENT]
    found[Paper.AUTHORITY] = tuple(added)
    found[Paper.EVIDENCE] = tuple(e for e in found[Paper.EVIDENCE] if "way" not in e.facts)  # the application itself
    found[Paper.RECEIPTS] = tuple(performed(entries))
    asked = s.court_on is not None or CaseAct.CONFIRMATION in {e.act for e in entries}  # also where it was taken back
    found[Paper.CONFIRMATION] = found[Paper.CONFIRMATION] if asked else ()
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
    there |= _if_any(entries, s)
    listed = [paper for paper in ORDER if paper not in IF_ANY or there[paper]]
    return [
        Sheet(number, paper, needed.get(paper, False), there[paper], found[paper])
        for number, paper in enumerate([paper for paper in listed if paper not in SENT], 1)
    ] + [Sheet(0, paper, False, True, found[paper]) for paper in listed if paper in SENT]


def _if_any(entries: Sequence[ActEntry], s: Situation) -> dict[Paper, bool]:
    """Tell which of the documents beside the thirteen there are."""
    ended = {one.act for one in endings_of(entries)}
    agreed = s.agreement is not None and (not s.agreement.written or s.agreement.effective_on is not None)
    return {
        Paper.REGISTER: any(e.act is CaseAct.FILE and e.facts.get("source") == Source.APPLICATION for e in entries),
        Paper.DECLINED: CaseAct.DECLINE in ended,
        Paper.SUMMONS: s.session is not None,
        Paper.REMINDER: agreed and bool(s.undone()),
        Paper.ENDED: bool(ended - {CaseAct.DECLINE, CaseAct.ESCALATE}),
        Paper.TRANSFER: any(e.act is CaseAct.ESCALATE for e in entries),
    }


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
