"""Hand the caseload of a mediator to a colleague: by themselves, or by the head for somebody who is leaving or has left.

Each case is an act of its own under its own lock, so that one which cannot be handed over holds up no other.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from consult.domain.cases.acts import CaseAct
from consult.domain.cases.office.act_rows import HANDED_OVER_IN
from consult.domain.people.roles import MEDIATES
from consult.domain.refusals import Reason, Refused
from consult.models.cases import case_queries
from consult.models.people import role_queries
from consult.services.cases import conflicts, keys, membership, reading, transitions
from consult.services.cases.conflicts import Closeness
from consult.services.cases.reading import Opened, Reader
from consult.services.cases.transitions import Transition
from consult.services.core.acts import Act

MOST = 200
"""Cases that are handed over by one form."""
STATES = sorted(state.value for state in HANDED_OVER_IN)
OF_THE_CASE = frozenset(
    {
        Reason.CASE_OTHER_PART,
        Reason.CASE_OTHER_STATE,
        Reason.CASE_NOTHING_NEW,
        Reason.CASE_MEDIATOR_CLOSE,
        Reason.CASE_HEAD_NAMES,
        Reason.CASE_MEDIATOR_IS_PARTY,
    }
)
"""Refusals of one case, which stays where it is; any other refuses the whole form."""


@dataclass(frozen=True)
class Held:
    """A case that a mediator has in hand."""

    case: Opened
    close: Closeness | None = None
    """How the colleague is close to a party; None: not close, or no colleague is chosen yet."""
    is_party: bool = False

    @property
    def stays(self) -> bool:
        """Tell whether it is left out: the head names somebody else for it."""
        return self.is_party or self.close is not None


def givers(village_id: int) -> list[tuple[int, str]]:
    """Return those who have cases in hand, in office or not, by the name on the roll."""
    once = role_queries.ever_held(village_id, sorted(MEDIATES))
    held = case_queries.load(village_id, STATES)
    having = [one for one in sorted(once) if held.get(keys.mark(keys.of_person(one)))]
    return [(int(one), str(name)) for one, name in membership.named(having)]


def held_by(reader: Reader, giver: int, *, on: date, taker: int = 0) -> list[Held]:
    """Return the cases that somebody mediates, as far as the reader may read them, with the hints about a colleague.

    A mediator sees their own, the head those of everybody.
    """
    if giver != reader.person.id and not reader.heads:
        return []
    mark = keys.mark(keys.of_person(giver))
    addresses = case_queries.mediated_by(reader.person.village_id, mark, STATES, most=MOST)
    cases = [case for address in addresses if (case := reading.opened(address, reader)) is not None]
    return [_held(case, taker, on) for case in cases if giver in dict(case.situation.mediators)]


def _held(case: Opened, taker: int, on: date) -> Held:
    if not taker:
        return Held(case)
    s = case.situation
    is_party = taker in {party.person_id for party in s.present()}
    if taker in dict(s.mediators) and not is_party:
        return Held(case)
    close = conflicts.closeness(s, [taker], case.row.village_id, on=on)[taker]
    return Held(case, close if close.is_known else None, is_party)


def hand_over(held: Iterable[Held], giver: int, taker: int, note: str, act: Act) -> list[Opened]:
    """Hand over all but those that are left out; the same key does each once. Return those that stayed. Raises Refused."""
    if giver == taker:
        raise Refused(Reason.CASE_NOTHING_NEW)
    return [one.case for one in held if one.stays or not _hand_over(one.case, giver, taker, note, act)]


def _hand_over(case: Opened, giver: int, taker: int, note: str, act: Act) -> bool:
    """Hand one case over. False where it moved on meanwhile, or the colleague turned out to be close to a party."""
    facts = {"mediator": taker, "giver": giver, "note": note, "despite": False, "reason": ""}
    try:
        transitions.do(case, Transition(CaseAct.HAND_OVER, facts), act)
    except Refused as refusal:
        if refusal.reason not in OF_THE_CASE:
            raise
        return False
    return True
