"""The needs of an act of a case from the database: to complete what was said, and to follow it up.

The second half of the table of acts: a row for each act that domain.cases.act_table marks with `needs_records`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from consult.domain.cases.act_table import RULES
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.situation import Facts, PlannedAct, Situation
from consult.domain.cases.states import DESK, CaseRole
from consult.domain.refusals import Reason, Refused
from consult.services.cases import case_notifications, conflicts, membership, parties_found, raising, sharing
from consult.services.cases.case_entries import NewEntry
from consult.services.cases.reading import Opened
from consult.services.core.acts import Act


@dataclass(frozen=True, kw_only=True)
class Done:
    """An act that was just written, and the case after it."""

    case: Opened
    entry: NewEntry
    number: int
    """Of the entry."""
    after: Situation
    by: Act


@dataclass(frozen=True)
class OnRecords:
    """The functions that complete one act and follow it up."""

    complete: Callable[[Opened, PlannedAct, Act], dict[str, Any]] | None = None
    """Return the facts with what the database knows beside them. Raises Refused."""
    after: tuple[Callable[[Done], None], ...] = ()


def complete(case: Opened, act: CaseAct, planned: PlannedAct, by: Act) -> Facts:
    """Return what was said, completed from the database. Raises Refused."""
    row = ON_RECORDS.get(act)
    return planned.facts if row is None or row.complete is None else row.complete(case, planned, by)


def follow(done: Done) -> None:
    """Change the row, its readers and its notices as the act wants it. In the unit of work at hand."""
    for change in ON_RECORDS[done.entry.act].after if done.entry.act in ON_RECORDS else ():
        change(done)


def _name_mediators(case: Opened, planned: PlannedAct, by: Act) -> dict[str, Any]:
    membership.refuse_parties(planned.before, planned.facts["mediators"])
    conflicts.refuse_close(case, planned, by)
    others = {name: value for name, value in planned.facts.items() if name != "mediators"}
    return {**others, "assigned": membership.named(planned.facts["mediators"])}


def _hand_over(case: Opened, planned: PlannedAct, by: Act) -> dict[str, Any]:
    """Name the mediators from now on: the colleague in the place of the giver, who is the actor or named by the head."""
    s, facts = planned.before, planned.facts
    giver, taker = int(facts.get("giver") or planned.actor.person_id), int(facts["mediator"])
    there = dict(s.mediators)
    if giver not in there or (giver != planned.actor.person_id and planned.actor.role is not CaseRole.HEAD):
        raise Refused(Reason.CASE_OTHER_PART)
    if taker == giver:
        raise Refused(Reason.CASE_NOTHING_NEW)
    membership.refuse_parties(s, [taker])
    if planned.actor.role is CaseRole.HEAD:
        conflicts.refuse_close(case, planned, by)
    else:
        conflicts.refuse_close_at_all(case, planned, taker)
    named = _name_mediator(case, planned, by)
    stay = [[one, name] for one, name in s.mediators if one not in (giver, taker)]
    assigned = [*stay, [taker, named["mediator_name"]]]
    return {**named, "giver": giver, "giver_name": there[giver], "assigned": assigned}


def _name_mediator(case: Opened, planned: PlannedAct, by: Act) -> dict[str, Any]:
    """Name a mediator who was chosen, refused or said to be related, as they are called now."""
    named = dict(membership.named([planned.facts["mediator"]]))
    return {**planned.facts, "mediator_name": named[planned.facts["mediator"]]}


def _find_parties(case: Opened, planned: PlannedAct, by: Act) -> dict[str, Any]:
    return parties_found.listed_facts(case, planned.facts)


def _find_guardian(case: Opened, planned: PlannedAct, by: Act) -> dict[str, Any]:
    return parties_found.guardian_facts(case, planned.facts)


def _follow_standings(done: Done) -> None:
    membership.follow_standings(done.case, done.after, done.entry.state)


def _find_party(case: Opened, planned: PlannedAct, by: Act) -> dict[str, Any]:
    return membership.party_facts(case, planned.facts)


def _find_identity(case: Opened, planned: PlannedAct, by: Act) -> dict[str, Any]:
    return membership.identity_facts(case, planned.facts)


def _open_consultation(case: Opened, planned: PlannedAct, by: Act) -> dict[str, Any]:
    return {**planned.facts, "consultation": raising.open_consultation(case, planned.facts, by)}


def _set_kind(done: Done) -> None:
    done.case.row.kind = done.entry.facts.get("kind") or done.case.row.kind


def _admit_applicant(done: Done) -> None:
    membership.admit_parties(done.case, done.after, only=CaseRole.APPLICANT)


def _admit_parties(done: Done) -> None:
    """Let the parties read the case, once it is accepted."""
    if done.after.accepted_on is not None:
        membership.admit_parties(done.case, done.after)


def _settle_members(done: Done) -> None:
    membership.revoke_removed(done.case, done.after)
    membership.exclude_close_officers(done.case, done.after, on=done.entry.day)
    membership.mark_names(done.case, done.after)


def _exclude_close_officers(done: Done) -> None:
    membership.exclude_close_officers(done.case, done.after, on=done.entry.day)


def _exclude_at_the_desks_word(done: Done) -> None:
    if done.case.part in DESK:
        membership.exclude_close_officers(done.case, done.after, on=done.entry.day)


def _take_on(case: Opened, planned: PlannedAct, by: Act) -> dict[str, Any]:
    conflicts.refuse_close(case, planned, by)
    return dict(planned.facts)


def _assign(done: Done) -> None:
    membership.assign(done.case, done.after, on=done.entry.day)


def _exclude_actor(done: Done) -> None:
    membership.recuse(done.case, done.by.actor.id)


def _tell_town(done: Done) -> None:
    case_notifications.tell_justice_office(done.case, f"town:{done.number}", on=done.entry.day, now=done.by.now)


def _hand_up(case: Opened, planned: PlannedAct, by: Act) -> dict[str, Any]:
    """Let the office above hand further up what is with it: a case that was opened again is the village's."""
    by_office = planned.actor.role is CaseRole.JUSTICE_OFFICE
    if by_office and not planned.before.escalated_to and not sharing.reads_all(case):
        raise Refused(Reason.CASE_OTHER_STATE)
    return dict(planned.facts)


def _cover_talk(case: Opened, planned: PlannedAct, by: Act) -> dict[str, Any]:
    return sharing.cover_talk(case, planned, by)


def _involve_justice_office(done: Done) -> None:
    case_notifications.involve_justice_office(done.case, f"town:{done.number}", on=done.entry.day, now=done.by.now)


def _involve_justice_office_if_nobody_is_left(done: Done) -> None:
    if done.case.part in DESK and not case_notifications.desk_of(done.case.row, on=done.entry.day):
        _involve_justice_office(done)


ON_RECORDS: dict[CaseAct, OnRecords] = {
    CaseAct.APPLY: OnRecords(after=(_admit_applicant,)),
    CaseAct.ACCEPT: OnRecords(after=(_admit_parties, _set_kind)),
    CaseAct.TAKE_ON: OnRecords(_take_on, (_assign, _exclude_close_officers)),
    CaseAct.ASSIGN: OnRecords(_name_mediators, (_assign, _exclude_close_officers)),
    CaseAct.HAND_OVER: OnRecords(_hand_over, (_assign, _exclude_close_officers)),
    CaseAct.REOPEN: OnRecords(after=(_follow_standings, _exclude_close_officers)),
    CaseAct.RECUSE: OnRecords(after=(_exclude_actor, _involve_justice_office_if_nobody_is_left)),
    CaseAct.CONSENT: OnRecords(after=(_follow_standings,)),
    CaseAct.WITHDRAW: OnRecords(after=(_follow_standings,)),
    CaseAct.SETTLE_THEMSELVES: OnRecords(after=(_follow_standings,)),
    CaseAct.RETURN_PARTY: OnRecords(after=(_follow_standings,)),
    CaseAct.ADD_PARTIES: OnRecords(
        _find_parties, (_admit_parties, _settle_members, _involve_justice_office_if_nobody_is_left)
    ),
    CaseAct.ADD_GUARDIAN: OnRecords(
        _find_guardian, (_admit_parties, _settle_members, _involve_justice_office_if_nobody_is_left)
    ),
    CaseAct.CHOOSE_MEDIATOR: OnRecords(_name_mediator),
    CaseAct.REFUSE_MEDIATOR: OnRecords(_name_mediator),
    CaseAct.DECLARE_KINSHIP: OnRecords(
        _name_mediator, (_exclude_at_the_desks_word, _involve_justice_office_if_nobody_is_left)
    ),
    CaseAct.ADD_PARTY: OnRecords(
        _find_party, (_admit_parties, _settle_members, _involve_justice_office_if_nobody_is_left)
    ),
    CaseAct.IDENTIFY: OnRecords(
        _find_identity, (_admit_parties, _settle_members, _involve_justice_office_if_nobody_is_left)
    ),
    CaseAct.REMOVE_PARTY: OnRecords(after=(_settle_members, _follow_standings)),
    CaseAct.INDIVISIBLE: OnRecords(after=(_follow_standings,)),
    CaseAct.TERMINATE: OnRecords(after=(_follow_standings,)),
    CaseAct.CORRECT: OnRecords(after=(_set_kind,)),
    CaseAct.ESCALATE: OnRecords(_hand_up, (_tell_town,)),
    CaseAct.SHARE: OnRecords(after=(_tell_town,)),
    CaseAct.TOWN_TALK: OnRecords(_cover_talk),
    CaseAct.RAISE: OnRecords(_open_consultation),
}
if set(ON_RECORDS) != {act for act, rule in RULES.items() if rule.needs_records}:
    raise LookupError("act_records and the table of acts do not name the same acts")
