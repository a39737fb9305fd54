"""The entries of a case that the justice office of the town reads after a hand-up: those chosen, and no more.

Private talk is shown only with the yes of the party whose it is. What is written later is asked about again.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from consult.domain.cases.acts import ABOUT_ENTRIES, CaseAct
from consult.domain.cases.situation import ActEntry, CaseActor, PlannedAct, Situation
from consult.domain.cases.states import DESK, REPRESENTATIVES, Audience, CaseRole, CaseState, own
from consult.domain.refusals import Reason, Refused

ALWAYS = frozenset({CaseAct.FILE, CaseAct.ESCALATE, CaseAct.RECEIPT})
"""Who is in the case and why it is handed up: without these there is nothing to hand up. And that office's own receipt."""
HANDS_OVER = frozenset({CaseAct.ESCALATE, CaseAct.SHARE})
NEVER = frozenset({CaseAct.NOTE_DANGER, CaseAct.TOLD_IN_PERSON, CaseAct.TOWN_TALK})
"""Notes of the desk that are not for the office above, and the consents themselves."""
WITH_THEIR_ENTRY = ABOUT_ENTRIES
"""Corrections say what an entry said: the office reads a chosen one as it is in force, and none of the others."""


def is_talk(entry: ActEntry) -> bool:
    """Tell whether an entry is the private talk of one party."""
    return entry.audience not in list(Audience)


def talk_audiences(s: Situation, party: int) -> frozenset[str]:
    """Return the audiences in which a party's own talk stands: their own, and those of who represents them."""
    speak = [one.number for one in s.parties if one.part in REPRESENTATIVES and one.for_party == party]
    return frozenset(own(number) for number in (party, *speak))


def may_be_chosen(entry: ActEntry) -> bool:
    """Tell whether the desk may choose an entry for the town: no private talk, no phone, no note about danger."""
    contact = entry.act is CaseAct.NOTE and "phone" in entry.facts
    return not is_talk(entry) and not contact and entry.act not in ALWAYS | NEVER | WITH_THEIR_ENTRY


def likely(entries: Iterable[ActEntry]) -> list[int]:
    """Return the numbers that are chosen unless the desk says otherwise: what both sides know."""
    return [one.number for one in entries if may_be_chosen(one) and one.audience == Audience.ALL]


def talk_of(entries: Iterable[ActEntry], s: Situation, party: int) -> list[int]:
    """Return the numbers of a party's own talk so far, consents left out."""
    there = talk_audiences(s, party)
    return [one.number for one in entries if one.audience in there and one.act not in NEVER | WITH_THEIR_ENTRY]


def chosen(act: PlannedAct) -> dict[str, Any]:
    """Return the facts with the entries that are handed over. Raises Refused for a yes without the way it was given."""
    able = {one.number for one in act.entries if may_be_chosen(one)}
    if act.actor.role is CaseRole.JUSTICE_OFFICE:  # handing a case further up gives the office itself nothing more
        return {**act.facts, "share": []}
    share = act.facts.get("share")
    share = likely(act.entries) if share is None else [int(n) for n in share if int(n) in able]
    if act.facts.get("talk_of") and not act.facts.get("talk_how"):
        raise Refused(Reason.CASE_TALK_HOW)
    return {**act.facts, "share": share}


def refuse_yes_without_how(act: PlannedAct) -> None:
    """Refuse a party's yes that the desk writes down without the way it was given. Raises Refused."""
    if act.actor.role in DESK and act.facts["answer"] == "yes" and not act.facts.get("how"):
        raise Refused(Reason.CASE_TALK_HOW)


def read_by_town(entries: Sequence[ActEntry], s: Situation) -> dict[int, date]:
    """Return the numbers of the entries that the town reads, each with the day on which that was allowed.

    A party's yes before the hand-up counts for what they had said by then. A consent that was taken back counts no more.
    """
    found: dict[int, date] = {}
    handed = next((one for one in entries if one.act is CaseAct.ESCALATE), None)
    if handed is None:
        return found
    for entry in entries:
        if entry.act in ALWAYS:
            found[entry.number] = entry.happened
        by_office = entry.facts.get("as") == CaseRole.JUSTICE_OFFICE
        if entry.act in HANDS_OVER and not by_office:
            share = entry.facts.get("share")
            earlier = likely(one for one in entries if one.number < entry.number)
            found.update(dict.fromkeys(earlier if share is None else map(int, share), entry.happened))
        elif entry.act is CaseAct.TOWN_TALK and entry.facts["answer"] == "yes":
            found.update(dict.fromkeys(map(int, entry.facts["covers"]), entry.happened))
        elif entry.act is CaseAct.TOWN_TALK:
            stopped = talk_audiences(s, int(entry.facts["party"]))
            gone = {one.number for one in entries if one.audience in stopped}
            found = {number: day for number, day in found.items() if number not in gone}
        if by_office:
            found[entry.number] = entry.happened
    there = {
        one.number for one in entries if one.act not in WITH_THEIR_ENTRY or one.facts.get("as") == "justice_office"
    }
    return {number: day for number, day in found.items() if number in there}


def refuse_not_handed_up(state: CaseState, s: Situation) -> None:
    """Refuse to hand over more of a case that was not handed up. Raises Refused."""
    if not s.escalated_to:
        raise Refused(Reason.CASE_OTHER_STATE)


def is_handed_up(s: Situation, actor: CaseActor, today: date) -> bool:
    """Tell whether the consent to show one's talk to the town is asked for on the page: after a hand-up, or by the desk."""
    return bool(s.escalated_to) or actor.role in DESK
