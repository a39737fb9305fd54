"""The parties whom a case has something for: who is told by a message, and who in person."""

from dataclasses import replace
from datetime import date, timedelta

from consult.domain.cases.acts import CaseAct
from consult.domain.cases.clocks import SOON_DAYS, Clock
from consult.domain.cases.situation import ActEntry, Party, Situation
from consult.domain.cases.states import IN_WORK, CaseRole, CaseState

TELLS = frozenset(
    {
        CaseAct.ACCEPT,
        CaseAct.CALL_SESSION,
        CaseAct.AGREE,
        CaseAct.DEFER,
        CaseAct.MEDIATE_AGAIN,
        CaseAct.APPLY_CONFIRMATION,
        CaseAct.CONFIRMATION,
        CaseAct.TERMINATE,
        CaseAct.ESCALATE,
    }
)
"""The parties are asked something, have to come or to sign, or must know that it ended."""
DUE_FOR_PARTIES = frozenset({Clock.SESSION.value, Clock.PERFORM.value})


def may_be_written_to(s: Situation, party: Party) -> bool:
    """Tell whether a message may go to a party's phone. `s`: as the desk reads it.

    Where nobody in particular was named as in danger, none goes to anybody who brought the case.
    """
    if s.danger is None or not s.danger.no_message:
        return True
    endangered = s.danger.in_danger or {one.number for one in s.sides() if one.part is CaseRole.APPLICANT}
    return party.number not in endangered and party.for_party not in endangered


def newest(s: Situation, entry: ActEntry) -> int:
    """Return the number of the newest entry that the parties have to hear of, after this one."""
    return entry.number if entry.act in TELLS else s.news


def told(s: Situation, entry: ActEntry) -> Situation:
    """Return the situation after parties were told in person."""
    ones = dict.fromkeys((int(n) for n in entry.facts["told"]), (entry.number, entry.happened))
    return replace(s, told={**s.told, **ones})


def to_tell(s: Situation, today: date, *, due_kind: str, due_on: date | None) -> tuple[Party, ...]:
    """Return the parties who were not told in person since there was something to hear, or since a day came near."""
    near = due_on - timedelta(SOON_DAYS) if due_on is not None and due_kind in DUE_FOR_PARTIES else None
    is_near = near is not None and today >= near
    if not s.news and not is_near:
        return ()
    found = []
    for party in s.sides():
        number, day = s.told.get(party.number, (0, date.min))
        if number < s.news or (is_near and near is not None and day < near):
            found.append(party)
    return tuple(found)


def notices(s: Situation, state: CaseState, *, due_kind: str, due_on: date | None) -> str:
    """Return which printed notice there is now: of a session, of a day that is due, or none."""
    if s.session is not None and state in IN_WORK:
        return "session"
    return "due" if due_on is not None and due_kind == Clock.PERFORM.value else ""
