"""An act of one party is that party's alone: who leaves, for whom the case goes on, and when it ends for all."""

import itertools
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.domain.cases import rules
from consult.domain.cases.act_table import RULES
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.facts import fold, unsigned
from consult.domain.cases.situation import ActEntry, CaseActor, PlannedAct, Situation
from consult.domain.cases.states import ENDED, IN_WORK, CaseRole, CaseState, Standing
from consult.domain.refusals import Reason, Refused

DAY = date(2026, 8, 11)
A1, A2, B1, B2 = 1, 2, 3, 4
FOUR = [
    {"part": "applicant", "name": "甲一", "person": 11},
    {"part": "applicant", "name": "甲二", "person": 12},
    {"part": "respondent", "name": "乙一", "person": 13},
    {"part": "respondent", "name": "乙二", "person": 14},
]
FILED = (CaseAct.FILE, {"title": "", "kind": "neighbours", "parties": FOUR})
TAKEN = (
    FILED,
    (CaseAct.ACCEPT, {"title": "水", "kind": "neighbours", "tag": None}),
    (CaseAct.TAKE_ON, {"assigned": [[7, "调"]]}),
)
YES = tuple((CaseAct.CONSENT, {"party": n, "answer": "yes"}) for n in (A1, A2, B1, B2))


def no(n: int) -> tuple[CaseAct, dict[str, Any]]:
    return CaseAct.CONSENT, {"party": n, "answer": "no", "sure": True}


def withdraw(*who: int) -> tuple[CaseAct, dict[str, Any]]:
    return CaseAct.WITHDRAW, {"who": list(who), "reason": "不争了", "sure": True}


def settle(*who: int) -> tuple[CaseAct, dict[str, Any]]:
    return CaseAct.SETTLE_THEMSELVES, {"who": list(who), "how": "私下谈好", "sure": True}


def entries(*rows, state: CaseState = CaseState.ASSIGNED) -> list[ActEntry]:
    at = datetime(2026, 8, 11, 3, tzinfo=UTC)
    return [
        ActEntry(number=n, act=act, state=state, at=at, on=DAY, audience="all", facts=facts)
        for n, (act, facts) in enumerate(rows, 1)
    ]


def after(*rows) -> Situation:
    return fold(entries(*rows))


def then(state: CaseState, before: tuple, step: tuple) -> CaseState:
    return rules.state_after(step[0], state, after(*before), after(*before, step))


def standings(s: Situation) -> dict[int, Standing]:
    return {one.number: one.standing for one in s.parties}


def why_not(act: CaseAct, s: Situation, facts: dict, *, part=CaseRole.MEDIATOR, mine=0) -> Reason | None:
    planned = PlannedAct(facts, s, CaseActor(99, "", part, mine), DAY)
    try:
        said = rules.complete(act, planned)
        rules.refuse(act, PlannedAct(said, s, planned.actor, DAY))
    except Refused as refusal:
        return refusal.reason
    return None


@pytest.mark.parametrize("state", sorted(IN_WORK))
@pytest.mark.parametrize("step", [no(A2), withdraw(A2), settle(A2), no(B1), withdraw(B1), settle(B1)])
def test_one_of_several_leaves_and_the_case_goes_on_for_the_others(state, step):
    leaving = step[1].get("party") or step[1]["who"][0]
    assert then(state, (*TAKEN, *YES), step) is state
    s = after(*TAKEN, *YES, step)
    assert standings(s) == {n: Standing.TAKES_PART for n in (A1, A2, B1, B2)} | {leaving: s.party(leaving).standing}
    assert s.party(leaving).standing is not Standing.TAKES_PART and s.party(leaving).left_on == DAY
    assert s.ended_on is None
    assert [one.number for one in s.sides()] == [n for n in (A1, A2, B1, B2) if n != leaving]
    assert rules.offered(CaseAct.HOLD_SESSION, state, CaseRole.MEDIATOR, s) is (state is not CaseState.ACCEPTED)


@pytest.mark.parametrize(
    ("first", "last", "end"),
    [
        (withdraw(A1), withdraw(A2), CaseState.WITHDRAWN),
        (no(A1), withdraw(A2), CaseState.WITHDRAWN),
        (settle(A1), settle(A2), CaseState.SELF_SETTLED),
        (settle(B1), settle(B2), CaseState.SELF_SETTLED),
        (no(A1), no(A2), CaseState.TERMINATED),
        (withdraw(B1), withdraw(B2), CaseState.TERMINATED),
        (settle(B1), no(B2), CaseState.TERMINATED),
    ],
)
def test_the_case_ends_with_the_last_of_a_side(first, last, end):
    assert then(CaseState.MEDIATING, (*TAKEN, *YES), first) is CaseState.MEDIATING
    assert then(CaseState.MEDIATING, (*TAKEN, *YES, first), last) is end
    assert after(*TAKEN, *YES, first, last).ended_on == DAY


@pytest.mark.parametrize("step", [no(A2), withdraw(A2), settle(B1)])
def test_what_cannot_be_divided_ends_when_one_leaves_whichever_was_said_first(step):
    joint = (CaseAct.INDIVISIBLE, {"ground": "inheritance", "reason": "兄弟共有", "sure": True})
    assert then(CaseState.MEDIATING, (*TAKEN, *YES), joint) is CaseState.MEDIATING
    assert then(CaseState.MEDIATING, (*TAKEN, *YES, joint), step) in ENDED
    assert then(CaseState.MEDIATING, (*TAKEN, *YES, step), joint) is CaseState.TERMINATED
    assert after(*TAKEN, *YES, step, joint).ended_on == DAY
    kept = standings(after(*TAKEN, *YES, joint, step))
    assert list(kept.values()).count(Standing.TAKES_PART) == 3, "the others have not left"


def test_an_agreement_not_yet_in_effect_is_made_anew_and_one_in_effect_stays():
    rows = [{"by": B1, "what": "赔", "amount": 100, "due": "2026-09-01"}]
    agreed = (
        CaseAct.AGREE,
        {"form": "written", "on": "2026-08-11", "facts": "", "terms": "", "rows": rows},
    )
    before = (*TAKEN, *YES, agreed)
    assert then(CaseState.AGREED_IN_WRITING, before, no(A2)) is CaseState.MEDIATING
    assert after(*before, no(A2)).agreement is None
    signed = (
        CaseAct.SIGN,
        {"on": "2026-08-11", "signed": [1, 3, 4], "mediator_signed": True, "sealed": True, "files": 1},
    )
    fresh = after(*TAKEN, *YES, no(A2), agreed, signed)
    assert unsigned(fresh) == [] and fresh.agreement.effective_on == DAY, "who left does not sign"


def test_who_left_comes_back_with_their_yes_and_a_case_that_had_ended_so_is_in_work_again():
    back = (CaseAct.RETURN_PARTY, {"party": A2, "their_yes": True, "how": "来村委说"})
    s = after(*TAKEN, *YES, withdraw(A2), back)
    assert s.party(A2).standing is Standing.TAKES_PART and s.consents[A2] and s.party(A2).left_on is None
    gone = (*TAKEN, *YES, withdraw(A1), withdraw(A2))
    assert rules.offered(CaseAct.RETURN_PARTY, CaseState.WITHDRAWN, CaseRole.HEAD, after(*gone))
    assert then(CaseState.WITHDRAWN, gone, back) is CaseState.ASSIGNED
    assert after(*gone, back).ended_on is None
    assert standings(after(*gone, back))[A1] is Standing.WITHDREW, "and nobody else"
    assert not rules.offered(CaseAct.RETURN_PARTY, CaseState.MEDIATING, CaseRole.HEAD, after(*TAKEN, *YES))
    by_desk = after(*TAKEN, *YES, withdraw(A2), (CaseAct.TERMINATE, {"ground": "impossible"}))
    assert not rules.offered(CaseAct.RETURN_PARTY, CaseState.TERMINATED, CaseRole.HEAD, by_desk)


def test_an_old_entry_without_names_still_ends_the_case_and_an_old_no_stays_an_end():
    s = after(*TAKEN, (CaseAct.WITHDRAW, {"reason": "不争了"}))
    assert s.ended_on == DAY and set(standings(s).values()) == {Standing.TAKES_PART}
    old = fold([*entries(*TAKEN), *entries(no(A2), state=CaseState.TERMINATED)])
    assert old.ended_on == DAY and old.party(A2).standing is Standing.REFUSED


def test_each_speaks_for_themselves_and_an_agent_for_the_principal_alone():
    agent = (
        CaseAct.ADD_PARTY,
        {"party": {"part": "agent", "name": "代", "person": 15, "for_party": A2, "may_agree": True}},
    )
    s = after(*TAKEN, *YES, agent)
    said = {"reason": "", "sure": True}
    for part, mine, may in (
        (CaseRole.APPLICANT, A1, A1),
        (CaseRole.RESPONDENT, B1, B1),
        (CaseRole.AGENT, 5, A2),
    ):
        planned = PlannedAct(said, s, CaseActor(0, "", part, mine), DAY)
        assert rules.complete(CaseAct.WITHDRAW, planned)["who"] == [may]
        others = {A1, A2, B1, B2} - {may}
        assert all(why_not(CaseAct.WITHDRAW, s, {**said, "who": [n]}, part=part, mine=mine) for n in others)
        assert all(why_not(CaseAct.CONSENT, s, {"answer": "yes", "party": n}, part=part, mine=mine) for n in others)
    mute = after(*TAKEN, *YES, (agent[0], {"party": {**agent[1]["party"], "may_agree": False}}))
    assert why_not(CaseAct.WITHDRAW, mute, said, part=CaseRole.AGENT, mine=5) is Reason.CASE_NOT_THE_AGENT


def test_the_desk_says_who_it_is_and_nobody_leaves_twice_or_without_a_second_look():
    s = after(*TAKEN, *YES, withdraw(A2))
    assert why_not(CaseAct.WITHDRAW, s, {"sure": True}) is Reason.CASE_PARTY_LEFT
    assert why_not(CaseAct.WITHDRAW, s, {"who": [A2], "sure": True}) is Reason.CASE_PARTY_LEFT
    assert why_not(CaseAct.CONSENT, s, {"party": A2, "answer": "yes"}) is Reason.CASE_PARTY_LEFT
    for act in (CaseAct.WITHDRAW, CaseAct.SETTLE_THEMSELVES):
        assert why_not(act, s, {"who": [A1]}) is Reason.CASE_NOT_SURE
        assert rules.wants_second_look(act, {"who": [A1]})
        assert not rules.wants_second_look(act, {"who": [A1], "sure": True})
    assert rules.wants_second_look(CaseAct.CONSENT, {"answer": "no"})
    assert not rules.wants_second_look(CaseAct.CONSENT, {"answer": "yes"})


def test_chosen_representatives_sign_for_those_who_let_them_agree_and_no_answer_is_taken_from_them():
    rows = [{"by": B1, "what": "赔", "amount": 100, "due": "2026-09-01"}]
    agreed = (CaseAct.AGREE, {"form": "written", "on": "2026-08-11", "facts": "", "terms": "", "rows": rows})
    sign = (CaseAct.SIGN, {"on": "2026-08-11", "signed": [A1, B1], "mediator_signed": True, "sealed": True, "files": 1})
    for authority, lacking in (("agree", ["4"]), ("speak", ["2", "4"])):
        elected = (CaseAct.ELECT_REPRESENTATIVE, {"chosen": A1, "chosen_by": [A2], "authority": authority})
        assert unsigned(after(*TAKEN, *YES, elected, agreed, sign)) == lacking
        assert standings(after(*TAKEN, elected)) == standings(after(*TAKEN))
        assert after(*TAKEN, elected, no(A1)).party(A2).standing is Standing.TAKES_PART
    left = (CaseAct.ELECT_REPRESENTATIVE, {"chosen": A1, "chosen_by": [A2], "authority": "agree"})
    assert after(*TAKEN, *YES, left, withdraw(A1)).signs_for(A2) == A2


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"chosen": A1, "chosen_by": [A2], "files": 1}, None),
        ({"chosen": A1, "chosen_by": [A1, A2], "files": 1}, None),
        ({"chosen": A1, "chosen_by": [A2], "files": 0}, Reason.CASE_PROOF_MISSING),
        ({"chosen": A1, "chosen_by": [A1], "files": 1}, Reason.CASE_ONE_SIDE_CHOOSES),
        ({"chosen": A1, "chosen_by": [B1], "files": 1}, Reason.CASE_ONE_SIDE_CHOOSES),
    ],
)
def test_representatives_are_chosen_within_a_side_by_others_with_a_paper(facts, reason):
    assert why_not(CaseAct.ELECT_REPRESENTATIVE, after(*TAKEN), facts) is reason


# Every act there is, in any order, by anybody: nobody's standing changes but that of those whom the act names.

LEAVE_OR_RETURN = {
    CaseAct.CONSENT,
    CaseAct.WITHDRAW,
    CaseAct.SETTLE_THEMSELVES,
    CaseAct.RETURN_PARTY,
    CaseAct.REMOVE_PARTY,
}
NAMED = {"on": "2026-08-11", "until": "2026-09-20", "ground": "impossible", "result": "again", "level": "town"}


def facts_of(act: CaseAct, n: int) -> dict[str, Any]:
    """The facts of an act that names party n where it names one."""
    row = {"by": n, "what": "赔", "amount": 100, "due": "2026-09-01"}
    more: dict[CaseAct, dict[str, Any]] = {
        CaseAct.CONSENT: {"party": n, "answer": "no"},
        CaseAct.WITHDRAW: {"who": [n]},
        CaseAct.SETTLE_THEMSELVES: {"who": [n]},
        CaseAct.AGREE: {"form": "written", "facts": "", "terms": "", "rows": [row]},
        CaseAct.SIGN: {"signed": [n]},
        CaseAct.ADD_PARTY: {"party": {"part": "respondent", "name": "新"}},
        CaseAct.ADD_PARTIES: {"parties": [{"part": "respondent", "name": "新"}]},
        CaseAct.ADD_GUARDIAN: {"party": {"part": "guardian", "name": "母", "for_party": n}},
        CaseAct.INDIVISIBLE: {"ground": "inheritance"},
        CaseAct.ELECT_REPRESENTATIVE: {"chosen": n, "chosen_by": [A1, A2], "authority": "agree"},
        CaseAct.TOLD_IN_PERSON: {"told": [n], "way": "at_home"},
        CaseAct.CALL_SESSION: {"at": "19:30", "place": "祠堂"},
    }
    usual = {
        "party": n,
        "member": n,
        "who_asks": n,
        "person": 40 + n,
        "capacity": "limited",
        "assigned": [[7, "调"]],
        "mediator": 7,
        "mediator_name": "调",
        "relation": "表兄",
        "as": "mediator",
        "title": "水",
        "kind": "neighbours",
        "row": 1,
    }
    return {**NAMED, **usual, **more.get(act, {})}


@pytest.mark.parametrize(("act", "n"), list(itertools.product(RULES, (A1, A2, B1, B2))), ids=str)
def test_no_act_of_one_party_changes_another_partys_standing(act, n):
    before = after(*TAKEN, *YES, withdraw(B2))
    changed = fold([*entries(*TAKEN, *YES, withdraw(B2)), *entries((act, facts_of(act, n)))])
    for one in before.parties:
        if one.number != n or act not in LEAVE_OR_RETURN:
            same = changed.party(one.number)
            assert (same.standing, same.left_on, same.gone) == (one.standing, one.left_on, one.gone), act


@given(st.lists(st.tuples(st.sampled_from(sorted(RULES)), st.sampled_from((A1, A2, B1, B2))), max_size=12))
def test_in_whatever_order_acts_come_each_changes_the_standing_of_those_alone_whom_it_names(steps):
    rows = list(TAKEN)
    s = after(*rows)
    for act, n in steps:
        rows.append((CaseAct(act), facts_of(CaseAct(act), n)))
        new = after(*rows)
        for one in s.parties:
            if one.number != n or act not in LEAVE_OR_RETURN:
                assert new.party(one.number).standing is one.standing
                assert new.party(one.number).gone is one.gone
        s = new


def test_the_days_of_the_mediation_run_on_for_those_who_stay():
    s = after(*TAKEN, *YES, withdraw(A2))
    assert s.clock_from == DAY and s.clock_from + timedelta(30) > DAY
