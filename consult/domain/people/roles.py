"""The offices of a village, the rights each gives, and the title a roll has for each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Role(StrEnum):
    """An office, or being a villager."""

    VILLAGER = "villager"
    REPRESENTATIVE = "representative"
    GROUP_HEAD = "group_head"
    COUNCIL_MEMBER = "council_member"
    COMMITTEE_MEMBER = "committee_member"
    BRANCH_SECRETARY = "branch_secretary"
    BRANCH_MEMBER = "branch_member"
    """Of the Party branch's committee: 支部委员, and its deputy secretary."""
    PARTY_MEMBER = "party_member"
    SUPERVISOR = "supervisor"
    GRID_WORKER = "grid_worker"
    MEDIATOR = "mediator"
    HEAD_OF_MEDIATION = "head_of_mediation"
    CLERK = "clerk"
    COUNTY_OPERATOR = "county_operator"
    COLLECTIVE_REPRESENTATIVE = "collective_representative"
    COLLECTIVE_DIRECTOR = "collective_director"
    COLLECTIVE_SUPERVISOR = "collective_supervisor"
    JUSTICE_OFFICE = "justice_office"


SHOWN_IN_ORDER = (
    Role.BRANCH_SECRETARY,
    Role.BRANCH_MEMBER,
    Role.COMMITTEE_MEMBER,
    Role.SUPERVISOR,
    Role.CLERK,
    Role.GROUP_HEAD,
    Role.GRID_WORKER,
    Role.HEAD_OF_MEDIATION,
    Role.MEDIATOR,
    Role.COLLECTIVE_DIRECTOR,
    Role.COLLECTIVE_SUPERVISOR,
    Role.COUNCIL_MEMBER,
    Role.JUSTICE_OFFICE,
    Role.COUNTY_OPERATOR,
    Role.REPRESENTATIVE,
    Role.COLLECTIVE_REPRESENTATIVE,
    Role.PARTY_MEMBER,
)
"""The order in which pages name offices. Who holds several is named once, under the first of them."""

GROUP_SCOPED = frozenset({Role.GROUP_HEAD, Role.GRID_WORKER})
ORGANISATION_SCOPED = frozenset({Role.COLLECTIVE_REPRESENTATIVE, Role.COLLECTIVE_DIRECTOR, Role.COLLECTIVE_SUPERVISOR})
"""Of one collective organisation: with a group of that group's, without of the village's or the township's."""


@dataclass(frozen=True)
class HeldOffice:
    """An office that a person holds, and the group it is for; None: the whole village."""

    role: Role
    group_id: int | None = None


TITLES: dict[Role, str] = {
    Role.REPRESENTATIVE: "村民代表",
    Role.GROUP_HEAD: "村民小组组长",
    Role.COUNCIL_MEMBER: "村民理事会理事",
    Role.COMMITTEE_MEMBER: "村委会委员",
    Role.BRANCH_SECRETARY: "村党支部书记",
    Role.BRANCH_MEMBER: "村党支部委员",
    Role.PARTY_MEMBER: "中共党员",
    Role.SUPERVISOR: "村务监督委员会委员",
    Role.GRID_WORKER: "网格员",
    Role.MEDIATOR: "人民调解员",
    Role.HEAD_OF_MEDIATION: "调解委员会主任",
    Role.CLERK: "文书",
    Role.COUNTY_OPERATOR: "县级运维员",
    Role.COLLECTIVE_REPRESENTATIVE: "成员代表",
    Role.COLLECTIVE_DIRECTOR: "经济合作社理事",
    Role.COLLECTIVE_SUPERVISOR: "经济合作社监事",
    Role.JUSTICE_OFFICE: "司法所",
}
"""The word a roll has for each office, for those granted without one."""


@dataclass(frozen=True)
class Office:
    """An office as a roll names it: `title` is the roll's own word."""

    role: Role
    title: str


def in_force(since: date, until: date | None, *, ended: bool, on: date) -> bool:
    """Tell whether an office counts on a day: from its first day to its last, both included, unless it was ended."""
    return not ended and since <= on and (until is None or on <= until)


OFF_THE_ROLL = frozenset({Role.CLERK, Role.JUSTICE_OFFICE, Role.COUNTY_OPERATOR, Role.GRID_WORKER, Role.MEDIATOR})
"""Offices of people who stand on no roll of the village, as clerks of several villages and the town's justice office.

None of them has a seat in a body: the others are chosen from the villagers, the members or the Party branch.
"""
WRITES_CONSULTATIONS = frozenset({Role.COUNCIL_MEMBER, Role.COMMITTEE_MEMBER, Role.BRANCH_SECRETARY})
ANNOUNCES_POLLS = frozenset(
    {Role.COUNCIL_MEMBER, Role.COMMITTEE_MEMBER, Role.BRANCH_SECRETARY, Role.GROUP_HEAD, Role.COLLECTIVE_DIRECTOR}
)
"""Votes that decide each before the bodies of bodies.toml alone, as meetings."""
DECLARES_OUTCOMES = frozenset({Role.COMMITTEE_MEMBER, Role.BRANCH_SECRETARY, Role.COUNCIL_MEMBER})
KEEPS_THE_ROLL = frozenset({Role.CLERK, Role.COMMITTEE_MEMBER})
SETTLES_RIGHTS = KEEPS_THE_ROLL | {Role.BRANCH_SECRETARY, Role.SUPERVISOR}
"""Give, change and end offices and change ways in: two persons of different offices of these."""
SETTLES_RULES = SETTLES_RIGHTS | {Role.COLLECTIVE_DIRECTOR, Role.COLLECTIVE_SUPERVISOR}
"""Ask for a rule of one's own and confirm it: two persons of different offices of these."""
SETS_BASIS = frozenset({Role.BRANCH_SECRETARY, Role.COMMITTEE_MEMBER})
"""Ask for the source that makes phone votes of a body formal."""
CONFIRMS_BASIS = SETS_BASIS | {Role.SUPERVISOR}
ANSWERS_PROPOSALS = frozenset({Role.COUNCIL_MEMBER, Role.COMMITTEE_MEMBER, Role.BRANCH_SECRETARY})
"""Moves consultations on, merges, answers, sums up, hides words, hands out tasks."""
DECIDES_APPEALS = ANSWERS_PROPOSALS | {Role.SUPERVISOR}
READS_HIDDEN = ANSWERS_PROPOSALS | {Role.SUPERVISOR}
SETS_ANSWER_RULE = frozenset({Role.COMMITTEE_MEMBER, Role.BRANCH_SECRETARY})
"""Asks for another number of endorsements that oblige the council to answer; a second officer confirms it."""
WATCHES_DAYS = frozenset({Role.SUPERVISOR, Role.JUSTICE_OFFICE})
"""Are told of what is late: the supervisors at once, the town's justice office when it stays late (owed.toml)."""
ACCEPTS_WORK = frozenset({Role.REPRESENTATIVE})
HELPS_VOTERS = frozenset(
    {
        Role.GRID_WORKER,
        Role.GROUP_HEAD,
        Role.COUNCIL_MEMBER,
        Role.COMMITTEE_MEMBER,
        Role.REPRESENTATIVE,
        Role.MEDIATOR,
        Role.CLERK,
        Role.SUPERVISOR,
    }
)
"""Fill in for voters who are present, mark who took part on paper, carry the box."""
COUNTS_BALLOTS = frozenset(
    {
        Role.COUNCIL_MEMBER,
        Role.COMMITTEE_MEMBER,
        Role.BRANCH_SECRETARY,
        Role.SUPERVISOR,
        Role.GROUP_HEAD,
        Role.CLERK,
        Role.REPRESENTATIVE,
    }
)
"""Enter count sheets; each sheet takes two of them."""
CHANGES_POLLS = frozenset({Role.COUNCIL_MEMBER, Role.COMMITTEE_MEMBER, Role.BRANCH_SECRETARY, Role.SUPERVISOR})
"""Extend, add by appeal, cancel: two persons of different offices of these."""
OPENS_VOTES = ANNOUNCES_POLLS | CHANGES_POLLS
"""Say whether a matter with the words of an earlier vote is the same one."""
DECIDES_CONTESTS = CHANGES_POLLS
"""Say whether a contested vote counts: two persons of different offices and houses of these."""
CONFIRMS_THE_TIME = CHANGES_POLLS | {Role.CLERK}
"""Say what time it is when the clock is in doubt: two of different offices where polls hang on it."""
SCRUTINEERS = frozenset({Role.SUPERVISOR, Role.COUNTY_OPERATOR})
"""Recount with the choices, which no other office sees."""
LOOKS_INTO_POLLS = CHANGES_POLLS | SCRUTINEERS
"""Are alarmed when a poll does not add up."""
CALLS_MEETINGS = ANNOUNCES_POLLS
"""Each those of the bodies that bodies.toml says; the same offices open, decide and close them."""
RUNS_MEETINGS = CALLS_MEETINGS | {Role.CLERK}
"""Keeps their record too."""
MARKS_TURNOUT = COUNTS_BALLOTS | HELPS_VOTERS
"""Mark on the roll who took part on paper or by hand, undo a wrong mark, and confirm marks after the close."""
STAFFS_CHECK_IN = RUNS_MEETINGS | COUNTS_BALLOTS | HELPS_VOTERS
READS_MEETING_PAPERS = RUNS_MEETINGS | {Role.SUPERVISOR}
"""Minutes before they are confirmed, the sign-in sheet, the archive: they name people."""
SENDS_MANY_FILES = RUNS_MEETINGS | KEEPS_THE_ROLL | {Role.MEDIATOR, Role.HEAD_OF_MEDIATION}
"""Photograph minutes, sheets, letters and papers for others, and have a larger allowance of files a day."""
RECORDS_STEPS = frozenset({Role.BRANCH_SECRETARY, Role.COMMITTEE_MEMBER})
RECORDS_PAPERS = RECORDS_STEPS | {Role.COLLECTIVE_DIRECTOR}
MEDIATES = frozenset({Role.MEDIATOR, Role.HEAD_OF_MEDIATION})
"""A case is theirs when they are assigned to it; where no head is in office, every mediator stands in for one."""
BRINGS_CASES = MEDIATES | ANSWERS_PROPOSALS | {Role.GRID_WORKER}
"""File for somebody who is present, or hand over a quarrel as a clue; those who do not mediate see only where it stands."""
READS_CASE_FIGURES = MEDIATES | {Role.SUPERVISOR, Role.JUSTICE_OFFICE}


def holds_any(held: Iterable[Role], wanted: frozenset[Role]) -> bool:
    """Tell whether one of the roles held is among those wanted."""
    return any(role in wanted for role in held)
