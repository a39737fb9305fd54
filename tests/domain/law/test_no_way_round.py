"""The walk: every body before every kind of matter, of every owner, with everything on record but one. None gets round a gate.

What the law says is written here a second time and by hand, as a table of who may decide what; the data are held against it.
"""

import itertools
from dataclasses import replace
from datetime import date

import pytest

from consult.domain.law import bodies, matters, motion_checks, vote_gates
from consult.domain.law.matters import MatterPaper
from consult.domain.law.motion_checks import Check, LawQuestion
from consult.domain.law.motions import Motion
from consult.domain.law.vote_gates import Exceptions
from consult.domain.people.roles import HeldOffice, Role
from consult.domain.refusals import Refused

TODAY = date(2026, 12, 1)
UPPER, LOWER = 11, 12
ASSEMBLY = {"VA_people", "VA_house"}
DECIDES = {
    "village_planning": ASSEMBLY | {"VRA"},
    "lost_work_allowance": ASSEMBLY | {"VRA"},
    "collective_proceeds": ASSEMBLY | {"VRA"},
    "public_works": ASSEMBLY | {"VRA"},
    "fund_raising": ASSEMBLY | {"VRA"},
    "key_assistance": ASSEMBLY | {"VRA"},
    "other_village_matter": ASSEMBLY | {"VRA"},
    "village_rules": ASSEMBLY,
    "representative_assembly": ASSEMBLY,
    "committee_report": ASSEMBLY | {"VRA"},
    "committee_appraisal": ASSEMBLY | {"VRA"},
    "revoking_committee_decision": ASSEMBLY | {"VRA"},
    "revoking_representatives_decision": ASSEMBLY,
    "group_matter": {"VG_people", "VG_house"},
    "collective_charter": {"CM"},
    "collective_rules": {"CM", "CRA"},
    "collective_members": {"CM"},
    "collective_report": {"CM", "CRA"},
    "directors_pay": {"CM", "CRA"},
    "collective_budget": {"CM", "CRA"},
    "land_and_shares": {"CM"},
    "contracting_plan": {"CM"},
    "land_to_outsiders": {"CM"},
    "commercial_land": {"CM", "CRA"},
    "forest_land": {"CM"},
    "land_compensation": {"CM"},
    "investment": {"CM", "CRA"},
    "merger": {"CM"},
    "nonmember_rights": {"NONMEMBER"},
    "consultation": set[str](),
}
"""Which bodies decide what: VCL 27 to 32, CEO 15, 26, 28, LAL 63, by hand."""
UNSTUDIED = {"group_matter", "committee_report", "committee_appraisal", "collective_report", "consultation"}
FREE = {"committee_appraisal"}
"""The representatives need no authorisation of the assembly for it: VCL 38."""
PREPARE = {"PARTY", "TWO_COMMITTEES", "VC", "BOARD", "COUNCIL"}
YES = Check({question.value: "yes" for question in LawQuestion}, "")
PAPERS = frozenset(MatterPaper) - {MatterPaper.AUTHORISATION}
OWNERS = (None, UPPER, LOWER)
WHERE = [(row.code, group) for row in bodies.all_rows() if not row.province for group in OWNERS if row.is_of(group)]


def body(code: str, province: str = "广东") -> bodies.Body:
    return bodies.find(code, province=province, on=TODAY)


def owner_is_right(code: str, owner: int | None, group: int | None) -> bool:
    if DECIDES[code] & ASSEMBLY:
        return owner is None and group is None
    return owner == group and (owner is not None or code != "group_matter")


def decides(where: tuple[str, int | None], motion: Motion, *, authorisation: str = "村民会议2026年3月1日授权") -> bool:
    """Whether a vote that decides could begin: all gates, as the doors ask them."""
    rule, group = body(where[0]), where[1]
    if rule.consultative or not vote_gates.decides(rule, motion) or where[0] in PREPARE:
        return False
    try:
        vote_gates.refuse_formal(motion, title="")
        vote_gates.refuse_unless_ripe(rule, group, motion, Exceptions("急", authorisation), title="")
    except Refused:
        return False
    return True


def test_the_table_by_hand_names_every_kind_of_matter():
    assert set(DECIDES) == set(matters.codes())


@pytest.mark.parametrize("code", sorted(DECIDES))
def test_no_body_of_no_group_decides_what_is_not_its_own(code):
    walked = 0
    for where, owner in itertools.product(WHERE, OWNERS):
        whole = Motion(1, code, owner, studied=True, check=YES, papers=PAPERS)
        right = where[0] in DECIDES[code] and owner_is_right(code, owner, where[1])
        assert decides(where, whole) is right, (where, owner)
        walked += right
        without = {
            "kind": Motion(1, None, owner, studied=True, check=YES, papers=PAPERS),
            "study": Motion(1, code, owner, studied=False, check=YES, papers=PAPERS),
            "check": Motion(1, code, owner, studied=True, check=None, papers=PAPERS),
        }
        assert not decides(where, without["kind"]) and not decides(where, without["check"]), (where, owner)
        assert decides(where, without["study"]) is (right and code in UNSTUDIED), (where, owner)
        if where[0] == "VRA" and right and code not in FREE:
            assert not decides(where, whole, authorisation=""), (where, owner)
            assert decides(where, replace(whole, papers=frozenset(MatterPaper)), authorisation=""), (where, owner)
    assert walked or not DECIDES[code]


@pytest.mark.parametrize(
    "question", sorted({LawQuestion.POWER, LawQuestion.LAWFUL, LawQuestion.RIGHTS, LawQuestion.WOMEN})
)
def test_a_no_to_a_question_of_law_stops_every_kind_everywhere(question):
    no = Check({**YES.answers, question.value: "no"}, "见说明")
    for code, where, owner in itertools.product(DECIDES, WHERE, OWNERS):
        assert not decides(where, Motion(1, code, owner, studied=True, check=no, papers=PAPERS))


def test_a_doubt_about_money_is_shown_and_stops_nothing():
    unsure = Check({**YES.answers, "money": "no"}, "等镇里答复")
    motion = Motion(1, "public_works", None, studied=True, check=unsure)
    assert decides(("VA_house", None), motion)
    assert {q for q, rule in motion_checks.rules().items() if not rule.stops} == {LawQuestion.MONEY}


def test_representatives_raise_money_only_with_the_households_signatures():
    motion = Motion(1, "fund_raising", None, studied=True, check=YES)
    assert decides(("VA_house", None), motion) and not decides(("VRA", None), motion)
    signed = Motion(1, "fund_raising", None, studied=True, check=YES, papers={MatterPaper.HOUSEHOLD_SIGNATURES})
    assert decides(("VRA", None), signed)


CONVENERS = {
    "VA_people": {Role.COMMITTEE_MEMBER},
    "VA_house": {Role.COMMITTEE_MEMBER},
    "VRA": {Role.COMMITTEE_MEMBER},
    "VG_people": {Role.GROUP_HEAD, Role.COMMITTEE_MEMBER},
    "VG_house": {Role.GROUP_HEAD, Role.COMMITTEE_MEMBER},
    "CM": {Role.COLLECTIVE_DIRECTOR},
    "CRA": {Role.COLLECTIVE_DIRECTOR},
    "BOARD": {Role.COLLECTIVE_DIRECTOR},
    "NONMEMBER": {Role.COLLECTIVE_DIRECTOR},
    "PARTY": {Role.BRANCH_SECRETARY},
    "VC": {Role.COMMITTEE_MEMBER},
    "COUNCIL": {Role.COUNCIL_MEMBER, Role.COMMITTEE_MEMBER, Role.BRANCH_SECRETARY},
    "TWO_COMMITTEES": {Role.BRANCH_SECRETARY, Role.COMMITTEE_MEMBER},
}
"""Who calls, where there is a collective organisation: VCL 25, 30, 32, CEO 27, by hand."""
ACTING = {Role.COMMITTEE_MEMBER, Role.GROUP_HEAD}
"""Who calls the members where there is none: VCL 28.4, 32.3, CEO 64."""


@pytest.mark.parametrize("has_collective", [True, False])
def test_nobody_calls_a_body_but_its_conveners(has_collective):
    for where, role, of in itertools.product(WHERE, Role, OWNERS):
        rule, group = body(where[0]), where[1]
        if vote_gates.why_not_scope(rule, group, has_collective=has_collective) is not None:
            assert not has_collective and where[0] in ("CRA", "BOARD")
            continue
        acts = rule.of_a_collective and not has_collective
        able = role in (ACTING if acts else CONVENERS[where[0]])
        of_own = role in (Role.GROUP_HEAD, Role.COLLECTIVE_DIRECTOR)
        may = able and (of == group if of_own else True)
        why = vote_gates.why_not_convener(rule, group, held={HeldOffice(role, of)}, has_collective=has_collective)
        assert (why is None) is may, (where, role, of)


def test_only_the_villagers_assembly_knows_a_shorter_notice_and_says_by_which_article():
    waivable = {row.code: row.notice_waivable for row in bodies.all_rows() if row.notice_waivable}
    assert waivable == {code: "《村民委员会组织法》第二十五条第二款" for code in ASSEMBLY}


def test_in_zhejiang_the_assembly_votes_by_ballot():
    for code in ASSEMBLY:
        assert vote_gates.why_not_hands(body(code, "浙江"), hands=True, formal=True) is not None
        assert vote_gates.why_not_hands(body(code, "浙江"), hands=False, formal=True) is None
        assert vote_gates.why_not_hands(body(code, "浙江"), hands=True, formal=False) is None
        assert vote_gates.why_not_hands(body(code), hands=True, formal=True) is None
