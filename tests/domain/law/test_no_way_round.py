"""The walk: every body before every kind of matter, of every owner, with everything on record but one. None gets round a gate.

What the law says is written here a second time and by hand, as a table of who may decide what; the data are held against it.
"""

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from consult.domain.law import bodies, matters, motion_checks, vote_gates
from consult.domain.law.matters import MatterPaper
from consult.domain.law.motion_checks import Check, LawQuestion
from consult.domain.law.motions import AS_PROPOSED, ItemText, Motion
from consult.domain.law.vote_gates import Door, Exceptions
from consult.domain.people.roles import HeldOffice, Role
from consult.domain.refusals import Reason, Refused

TODAY = date(2026, 12, 1)
LONG_AGO = date(2026, 11, 1)
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
OWN_AFFAIRS = {"VC", "BOARD"}
"""They decide how they do their own work, which is no kind of matter here: VCL 34, CEO 29."""
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


EARLIER, THEN, LATER = (datetime(2026, 10, day, tzinfo=UTC) for day in (1, 2, 3))
TEXTS = {
    "the proposal's own": AS_PROPOSED,
    "there before the study": ItemText(differs=True, written_at=EARLIER),
    "written at the same instant": ItemText(differs=True, written_at=THEN),
    "written since": ItemText(differs=True, written_at=LATER),
    "of unknown age": ItemText(differs=True),
}
"""The texts with which an item may come, where study, check and signatures were put on record THEN."""
OF_TODAY = {"the proposal's own", "there before the study"}


def decides(
    where: tuple[str, int | None],
    motion: Motion,
    *,
    authorisation: str = "村民会议2026年3月1日授权",
    text: ItemText = AS_PROPOSED,
) -> bool:
    """Whether a vote that decides could begin: all gates, as the doors ask them."""
    rule, group = body(where[0]), where[1]
    if (
        rule.consultative or not vote_gates.decides(rule, motion) or where[0] == "PARTY"
    ):  # the members decide their review
        return False
    try:
        vote_gates.refuse_formal(rule, motion, title="")
        door = Door(
            body=rule,
            group_id=group,
            exceptions=Exceptions("急", authorisation),
            known_on=LONG_AGO,
            voted_on=TODAY,
            text=text,
        )
        vote_gates.refuse_unless_open(door, motion, title="")
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
        assert decides(where, without["kind"]) is (where[0] in OWN_AFFAIRS), (where, owner)
        assert not decides(where, without["check"]), (where, owner)
        assert decides(where, without["study"]) is (right and code in UNSTUDIED), (where, owner)
        if where[0] == "VRA" and right and code not in FREE:
            assert not decides(where, whole, authorisation=""), (where, owner)
            assert decides(where, replace(whole, papers=frozenset(MatterPaper)), authorisation=""), (where, owner)
    assert walked or not DECIDES[code]


@pytest.mark.parametrize("code", sorted(DECIDES))
def test_no_text_comes_to_a_vote_but_the_one_that_was_studied_checked_and_signed(code):
    walked = 0
    for where, owner, (name, text) in itertools.product(WHERE, OWNERS, TEXTS.items()):
        right = where[0] in DECIDES[code] and owner_is_right(code, owner, where[1])
        whole = Motion(1, code, owner, studied=True, check=YES, papers=PAPERS)
        whole = replace(whole, studied_at=THEN, checked_at=THEN, signed_at=THEN)
        assert decides(where, whole, text=text) is (right and name in OF_TODAY), (where, owner, name)
        checked_since = replace(
            whole, checked_at=datetime.max.replace(tzinfo=UTC), signed_at=datetime.max.replace(tzinfo=UTC)
        )
        fits = name in OF_TODAY or (code in UNSTUDIED and text.written_at is not None)
        assert decides(where, checked_since, text=text) is (right and fits), (where, owner, name)
        studied_since = replace(whole, studied_at=datetime.max.replace(tzinfo=UTC))
        assert decides(where, studied_since, text=text) is (right and name in OF_TODAY), (where, owner, name)
        walked += right
    assert walked or not DECIDES[code]


def test_signatures_stand_for_the_text_that_was_signed():
    signed = Motion(1, "fund_raising", None, studied=True, check=YES, papers={MatterPaper.HOUSEHOLD_SIGNATURES})
    signed = replace(signed, studied_at=LATER, checked_at=LATER, signed_at=THEN)
    assert decides(("VRA", None), signed, text=ItemText(differs=True, written_at=EARLIER))
    assert not decides(("VRA", None), replace(signed, signed_at=EARLIER), text=ItemText(differs=True, written_at=THEN))
    assert decides(("VA_house", None), replace(signed, signed_at=EARLIER), text=ItemText(differs=True, written_at=THEN))


@pytest.mark.parametrize("added", [False, True])
def test_a_notice_is_shortened_by_a_reason_of_its_own_and_only_where_the_law_knows_one(added):
    """The whole table of bodies: what is told today and voted on today, noticed or added on the spot."""
    motion = Motion(1, "public_works", None, studied=True, check=YES)
    for row in bodies.all_rows():
        for said in ("", "桥断了"):
            rule = body(row.code, row.province or "广东")
            door = Door(
                body=rule, group_id=None, exceptions=Exceptions(said), known_on=TODAY, voted_on=TODAY, added=added
            )
            shut = rule.notice_days > 0 and not (said and rule.notice_waivable)
            reasons = {Reason.ADDED_AFTER_NOTICE} if added else {Reason.NOTICE_TOO_SHORT, Reason.NOTICE_CANNOT_BE_SHORT}
            assert (why_shut(door, motion) in reasons) is shut, (row.code, said)


def test_nothing_written_for_an_item_shortens_the_days_for_which_its_plan_lies_open():
    budget = Motion(1, "collective_budget", None, studied=True, check=YES)
    door = Door(
        body=body("CRA"), group_id=None, exceptions=Exceptions("急"), known_on=TODAY, voted_on=TODAY, added=True
    )
    assert why_shut(door, budget) is Reason.PLAN_NOT_OPEN_LONG_ENOUGH


def why_shut(door: Door, motion: Motion) -> Reason | None:
    try:
        vote_gates.refuse_unless_open(door, motion, title="")
    except Refused as refusal:
        return refusal.reason
    return None


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
