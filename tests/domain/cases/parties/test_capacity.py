"""Who acts for themselves, and who through a statutory representative (民法典 17-24)."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest

from consult.domain.cases import act_checks, rules
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.facts import after
from consult.domain.cases.parties import capacity
from consult.domain.cases.parties.capacity import Capacity, Noted, acts_for, capacity_on
from consult.domain.cases.situation import ActEntry, CaseActor, Party, PlannedAct, Situation
from consult.domain.cases.states import CaseRole, CaseState
from consult.domain.refusals import Reason, Refused

DAY = date(2026, 8, 11)


def child(born: date | None, noted: str = "", **more) -> Party:
    return Party(1, CaseRole.APPLICANT, "陈小明", 11, born=born, capacity=noted, **more)


OTHER = Party(2, CaseRole.RESPONDENT, "李四", 12, born=date(1980, 1, 1))
MOTHER = Party(3, CaseRole.GUARDIAN, "王芳", 13, for_party=1, relation="母亲", proof="household_register")
FATHER = Party(4, CaseRole.GUARDIAN, "陈大文", 14, for_party=1)


def case(one: Party, *more: Party) -> Situation:
    return Situation(parties=(one, OTHER, *more))


@pytest.mark.parametrize(
    ("born", "noted", "found"),
    [
        (None, "", Capacity.FULL),
        (date(2008, 8, 11), "", Capacity.FULL),  # eighteen today
        (date(2008, 8, 12), "", Capacity.LIMITED),  # tomorrow
        (date(2018, 8, 11), "", Capacity.LIMITED),  # eight today
        (date(2018, 8, 12), "", Capacity.NONE),
        (date(2010, 8, 11), Noted.OWN_INCOME, Capacity.FULL),  # sixteen today (18 II)
        (date(2010, 8, 12), Noted.OWN_INCOME, Capacity.LIMITED),
        (date(2018, 8, 12), Noted.LIMITED, Capacity.NONE),
        (date(2010, 1, 1), Noted.FULL, Capacity.LIMITED),  # a note makes no child of full age
        (date(1950, 1, 1), Noted.LIMITED, Capacity.LIMITED),
        (date(1950, 1, 1), Noted.NONE, Capacity.NONE),
        (date(1950, 1, 1), Noted.FULL, Capacity.FULL),
        (None, Noted.NONE, Capacity.NONE),
    ],
)
def test_capacity_follows_the_age_on_the_day_and_the_note_of_the_desk(born, noted, found):
    assert capacity_on(child(born, noted), DAY) is found


def test_an_organisation_acts_through_its_head():
    assert capacity_on(Party(1, CaseRole.APPLICANT, "茶厂", body="company", capacity=Noted.NONE), DAY) is Capacity.FULL


def test_for_a_minor_each_of_the_representatives_acts_and_not_the_minor():
    s = case(child(date(2015, 3, 1)), MOTHER, FATHER)
    assert acts_for(s, 1, DAY) == ()
    assert acts_for(s, 3, DAY) == acts_for(s, 4, DAY) == (1,)
    assert acts_for(s, 2, DAY) == (2,)


def test_from_the_eighteenth_birthday_on_the_party_acts_and_the_representative_no_more():
    s = case(child(date(2008, 8, 12)), MOTHER)
    birthday = date(2026, 8, 12)
    assert acts_for(s, 1, DAY) == () and acts_for(s, 3, DAY) == (1,)
    assert acts_for(s, 1, birthday) == (1,) and acts_for(s, 3, birthday) == ()


def test_a_parent_who_is_a_party_too_acts_for_both():
    father = Party(2, CaseRole.APPLICANT, "陈大文", 14, born=date(1980, 1, 1))
    s = Situation(parties=(child(date(2015, 3, 1)), father, Party(3, CaseRole.GUARDIAN, "陈大文", 14, for_party=1)))
    assert acts_for(s, 2, DAY) == (2, 1)


def why_not(act: CaseAct, s: Situation, facts: dict, *, part=CaseRole.MEDIATOR, mine=0) -> Reason | None:
    actor = CaseActor(0, "", part, mine)
    try:
        said = rules.complete(act, PlannedAct(facts, s, actor, DAY))
        rules.refuse(act, PlannedAct(said, s, actor, DAY))
    except Refused as refusal:
        return refusal.reason
    return None


LEAVES = {"who": [1], "sure": True}
ACTS = [
    (CaseAct.CONSENT, {"party": 1, "answer": "yes"}),
    (CaseAct.CONSENT, {"party": 1, "answer": "no", "sure": True}),
    (CaseAct.WITHDRAW, LEAVES),
    (CaseAct.SETTLE_THEMSELVES, LEAVES),
]


@pytest.mark.parametrize(("act", "facts"), ACTS)
def test_a_minor_neither_agrees_nor_leaves_by_themselves_on_the_phone_or_through_the_desk(act, facts):
    alone, spoken = case(child(date(2015, 3, 1))), case(child(date(2015, 3, 1)), MOTHER)
    own = {name: value for name, value in facts.items() if name not in ("who", "party")}
    for s in (alone, spoken):
        assert why_not(act, s, own, part=CaseRole.APPLICANT, mine=1) is Reason.CASE_REPRESENTATIVE_ACTS
    assert why_not(act, alone, facts) is Reason.CASE_REPRESENTATIVE_MISSING
    assert why_not(act, spoken, facts) is None
    assert why_not(act, spoken, own, part=CaseRole.GUARDIAN, mine=3) is None
    assert why_not(act, spoken, {**facts, "who": [2], "party": 2}, part=CaseRole.GUARDIAN, mine=3) is not None


def test_what_the_desk_writes_down_names_the_representative_who_said_it():
    s = case(child(date(2015, 3, 1)), MOTHER, FATHER)
    for part, mine, name in ((CaseRole.MEDIATOR, 0, "王芳"), (CaseRole.GUARDIAN, 4, "陈大文")):
        planned = PlannedAct({"party": 1, "answer": "yes"}, s, CaseActor(0, "", part, mine), DAY)
        assert rules.complete(CaseAct.CONSENT, planned)["said_by"] == name


def test_no_case_of_a_minor_is_taken_and_no_paper_signed_without_a_representative():
    alone, spoken = case(child(date(2015, 3, 1))), case(child(date(2015, 3, 1)), MOTHER)
    assert why_not(CaseAct.ACCEPT, alone, {}) is Reason.CASE_REPRESENTATIVE_MISSING
    assert why_not(CaseAct.ACCEPT, spoken, {}) is None
    assert why_not(CaseAct.SIGN, alone, {"signed": [1]}) is Reason.CASE_REPRESENTATIVE_MISSING
    assert why_not(CaseAct.SIGN, spoken, {"signed": [1]}) is None


@pytest.mark.parametrize(
    ("name", "person", "for_party", "reason"),
    [
        ("王芳", 13, 1, None),
        ("外婆", None, 1, None),
        ("李四", 12, 1, Reason.CASE_REPRESENTATIVE_OTHER_SIDE),
        ("李四", None, 1, Reason.CASE_REPRESENTATIVE_OTHER_SIDE),
        ("陈小明", 11, 1, Reason.CASE_PARTY_THERE),
        ("王芳", 13, 2, Reason.CASE_PARTY_ACTS_ALONE),
    ],
)
def test_the_other_side_represents_nobody_and_who_acts_alone_needs_nobody(name, person, for_party, reason):
    facts = {"for_party": for_party, "name": name, "party": {"person": person}}
    assert why_not(CaseAct.ADD_GUARDIAN, case(child(date(2015, 3, 1))), facts) is reason


def test_own_earnings_count_at_sixteen_and_seventeen_and_a_lack_of_capacity_needs_its_paper():
    for born, reason in (
        (date(2010, 1, 1), None),
        (date(2012, 1, 1), Reason.CASE_OWN_INCOME_AGE),
        (date(1990, 1, 1), Reason.CASE_OWN_INCOME_AGE),
        (None, Reason.CASE_OWN_INCOME_AGE),
    ):
        assert why_not(CaseAct.NOTE_CAPACITY, case(child(born)), {"party": 1, "capacity": "own_income"}) is reason


RULING = {"ruling": "（2026）粤1802民特12号"}
GROWN, MINOR = date(1950, 1, 1), date(2015, 3, 1)


@pytest.mark.parametrize(
    ("born", "noted", "said", "more", "reason"),
    [
        (GROWN, "", "none", {"proof_seen": True}, Reason.CASE_COURT_FINDS_CAPACITY),
        (None, "", "limited", {"proof_seen": True}, Reason.CASE_COURT_FINDS_CAPACITY),
        (GROWN, "", "limited", RULING, Reason.CASE_PROOF_MISSING),
        (GROWN, "", "none", {**RULING, "proof_seen": True}, None),
        (None, "", "none", {"born": "2015-03-01", "proof_seen": True}, None),
        (MINOR, "", "none", {"proof_seen": True}, None),
        (MINOR, "", "none", {}, Reason.CASE_PROOF_MISSING),
        (GROWN, "none", "full", {}, Reason.CASE_COURT_FINDS_CAPACITY),
        (GROWN, "none", "full", RULING, None),
        (GROWN, "", "full", {}, None),
        (GROWN, "", "none", {"born": "2015-03-01", "proof_seen": True}, Reason.CASE_COURT_FINDS_CAPACITY),
        (GROWN, "none", "full", {"born": "2015-03-01"}, Reason.CASE_COURT_FINDS_CAPACITY),
        (GROWN, "", "own_income", {"born": "2010-01-01"}, Reason.CASE_OWN_INCOME_AGE),
    ],
)
def test_a_court_alone_finds_that_an_adult_lacks_capacity_or_has_it_again(born, noted, said, more, reason):
    s = case(replace(child(born), capacity=noted))
    assert why_not(CaseAct.NOTE_CAPACITY, s, {"party": 1, "capacity": said, **more}) is reason


def noted(said: str, on: date, **more) -> Party:
    """The child after a note of the desk, with the day of birth that the roll has."""
    facts = {"party": 1, "capacity": said, "proof_seen": True, **more}
    at = datetime.combine(on, time(12), UTC)
    entry = ActEntry(
        number=2, act=CaseAct.NOTE_CAPACITY, state=CaseState.ASSIGNED, at=at, on=on, audience="all", facts=facts
    )
    party = after(case(child(None)), entry).party(1)
    assert party is not None
    return replace(party, born=date(2008, 9, 1))


def test_a_note_of_a_minor_that_no_court_made_ends_with_the_minority():
    """Eighteen on 1 September 2026: from then on a court alone finds that capacity lacks (民法典 24)."""
    for said in ("limited", "none"):
        party = noted(said, DAY)
        assert capacity_on(party, date(2026, 8, 31)) is Capacity(said)
        assert capacity_on(party, date(2026, 9, 1)) is Capacity.FULL
    by_court = noted("none", DAY, **RULING)
    assert capacity_on(by_court, date(2026, 9, 1)) is Capacity.NONE
    of_an_adult = noted("none", date(2026, 9, 2))  # by an earlier version, which asked for no ruling
    assert capacity_on(of_an_adult, date(2026, 9, 3)) is Capacity.NONE


def test_the_ages_of_the_law_stand_in_the_table():
    assert capacity.ages() == {"adult": 18, "limited_from": 8, "own_income_from": 16}


def test_a_mother_who_is_a_party_too_gives_her_childs_word_and_the_child_does_not():
    minor, mother = child(date(2015, 3, 1)), Party(5, CaseRole.APPLICANT, "王芳", 13, born=date(1985, 1, 1))
    s = case(minor, mother, MOTHER)
    assert capacity.answers_for(s, 5, DAY) == {1, 5} and capacity.answers_for(s, 1, DAY) == set()
    agent = Party(6, CaseRole.AGENT, "律师", 16, for_party=5, may_agree=True)
    assert capacity.answers_for(case(minor, mother, agent), 6, DAY) == set(), "an agent confirms nobody's own word"


def test_a_representative_without_a_code_is_found_on_the_roll_later_unless_they_may_not_act():
    unknown = Party(3, CaseRole.GUARDIAN, "王芳", None, for_party=1)
    s = case(child(date(2015, 3, 1)), unknown)
    assert [one.number for one in s.unidentified()] == [3]
    act_checks.refuse_all_identified(CaseState.ASSIGNED, s)
    desk = CaseActor(7, "梁姐", CaseRole.MEDIATOR)
    capacity.refuse_unfit_identity(PlannedAct({"party": 3, "person": 13}, s, desk, DAY))
    with pytest.raises(Refused) as refused:
        capacity.refuse_unfit_identity(PlannedAct({"party": 3, "person": 12}, s, desk, DAY))
    assert refused.value.reason is Reason.CASE_REPRESENTATIVE_OTHER_SIDE
