"""The end of a mediation that came to no agreement: on which ground, when, and who was told of the other ways."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from consult.domain.cases.acts import CaseAct
from consult.domain.cases.situation import ActEntry
from consult.domain.cases.states import ENDED, CaseState


@dataclass(frozen=True)
class Ending:
    """The end of a mediation, and who was then told of arbitration, the authorities and the court (人民调解法 26)."""

    state: CaseState
    act: CaseAct
    on: date
    ground: str = ""
    """A code of choices.toml: of `decline` or of `terminate`."""
    reason: str = ""
    party: int = 0
    """Who refused, where that ended it."""
    told: dict[int, date] = field(default_factory=dict)
    """The parties who were told of the other ways, each with the day."""
    told_ways: bool = False
    """Said to have been told, without names."""


TABLE = {CaseAct.DECLINE: "decline", CaseAct.TERMINATE: "terminate"}
ENDS = frozenset(
    {
        CaseAct.DECLINE,
        CaseAct.TERMINATE,
        CaseAct.CONSENT,
        CaseAct.WITHDRAW,
        CaseAct.SETTLE_THEMSELVES,
        CaseAct.ESCALATE,
    }
)


BEGINS_ANEW = frozenset({CaseAct.MEDIATE_AGAIN, CaseAct.REOPEN})


def endings_of(entries: Sequence[ActEntry]) -> list[Ending]:
    """Return how the mediation ended, as of its newest beginning; a case that ended and was handed up has two."""
    begun = max((entry.number for entry in entries if entry.act in BEGINS_ANEW), default=0)
    ends = [one for one in entries if one.act in ENDS and one.state in ENDED and one.number > begun]
    return [_ending(entry, entries) for entry in ends]


def _ending(entry: ActEntry, entries: Sequence[ActEntry]) -> Ending:
    facts = entry.facts
    told = {int(one): day_of(entry, "told_on") for one in facts.get("told") or ()}
    for later in entries:
        if later.act is CaseAct.TELL_WAYS and later.number > entry.number:
            told |= {int(one): day_of(later, "on") for one in later.facts.get("told") or ()}
    refused = entry.act is CaseAct.CONSENT
    return Ending(
        state=entry.state,
        act=entry.act,
        on=day_of(entry, "on"),
        ground=REFUSED if refused else facts.get("ground") or "",
        reason=facts.get("reason") or facts.get("how") or "",
        party=int(facts.get("party") or 0) if refused else 0,
        told=told,
        told_ways=bool(facts.get("told_ways")),
    )


REFUSED = "refused"
"""The ground of a case that a party's no ended (人民调解法 17, 26)."""


def day_of(entry: ActEntry, name: str) -> date:
    """Return the day that a field of an entry says, or the day of the entry."""
    said = entry.facts.get(name)
    return date.fromisoformat(said) if said else entry.on
