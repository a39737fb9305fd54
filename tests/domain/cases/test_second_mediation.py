"""A second mediation beside an agreement in effect: whoever leaves it is bound by the agreement as before."""

from datetime import date

import pytest

from consult.domain.cases import rules
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.facts import fold
from consult.domain.cases.states import CaseRole, CaseState, Standing
from consult.domain.refusals import Reason
from tests.domain.cases.test_case_agreements import (
    BOSS,
    FIRST,
    ROWS,
    SECOND,
    TERMS,
    THIRD,
    begun,
    done,
    entries,
    paid,
    why_not,
)

BREACH = (CaseAct.BREACH, {"row": 1, "on": "2026-09-03"})
AGAIN = (*begun(), BREACH, (CaseAct.MEDIATE_AGAIN, {"on": "2026-09-04"}))
ANEW = (*AGAIN, (CaseAct.AGREE, {**TERMS, "on": "2026-09-05", "rows": [{**ROWS[0], "due": "2026-12-31"}]}))
LEAVE = {
    CaseAct.WITHDRAW: lambda *who: {"who": list(who), "sure": True},
    CaseAct.CONSENT: lambda who: {"party": who, "answer": "no", "sure": True},
}


def goes(state: CaseState, rows: tuple, act: CaseAct, facts: dict) -> CaseState:
    return rules.state_after(act, state, fold(entries(*rows)), fold(entries(*rows, (act, facts))))


@pytest.mark.parametrize("rows", [AGAIN, ANEW])
@pytest.mark.parametrize("act", list(LEAVE))
def test_the_last_of_a_side_leaves_and_the_agreement_in_effect_stands_with_all_its_parties(rows, act):
    """Also where another was written and not signed: it is dropped."""
    said = LEAVE[act](BOSS)
    assert goes(CaseState.MEDIATING, rows, act, said) is CaseState.BREACHED
    s = fold(entries(*rows, (act, said)))
    assert s.agreement and s.agreement.effective_on == date(2026, 8, 12) and s.breached == {1} and s.earlier is None
    assert {one.standing for one in s.parties} == {Standing.TAKES_PART}
    assert s.creditors(s.row(1)) == {FIRST}
    ended = (*rows, (act, said))
    assert why_not(ended, CaseAct.PERFORM, paid(1), party=FIRST) is None
    assert rules.offered(CaseAct.MEDIATE_AGAIN, CaseState.BREACHED, CaseRole.HEAD, s)


def test_one_of_several_leaves_the_second_mediation_and_what_is_owed_to_them_stays_owed():
    owed_to_all = {"by": BOSS, "what": "工钱", "amount": 300, "due": "2026-09-01"}
    again = (*begun(owed_to_all), BREACH, (CaseAct.MEDIATE_AGAIN, {"on": "2026-09-04"}))
    left = (*again, (CaseAct.WITHDRAW, LEAVE[CaseAct.WITHDRAW](THIRD)))
    assert goes(CaseState.MEDIATING, again, *left[-1]) is CaseState.MEDIATING
    s = fold(entries(*left))
    assert s.party(THIRD).standing is Standing.WITHDREW and s.creditors(s.row(1)) == {FIRST, SECOND, THIRD}
    over = (*left, (CaseAct.TERMINATE, {"ground": "impossible"}))
    assert goes(CaseState.MEDIATING, left, *over[-1]) is CaseState.BREACHED
    assert fold(entries(*over)).party(THIRD).standing is Standing.TAKES_PART
    assert why_not(over, CaseAct.PERFORM, {**paid(1), "heard": [THIRD]}) is None


def test_who_left_before_the_agreement_is_neither_bound_by_it_nor_brought_back():
    filed, accepted, agreed, signed = begun({"by": BOSS, "what": "工钱", "amount": 300, "due": "2026-09-01"})
    gone = (CaseAct.WITHDRAW, LEAVE[CaseAct.WITHDRAW](THIRD))
    again = (filed, accepted, gone, agreed, signed, BREACH, (CaseAct.MEDIATE_AGAIN, {}))
    s = fold(entries(*again, (CaseAct.CONSENT, LEAVE[CaseAct.CONSENT](BOSS))))
    assert s.creditors(s.row(1)) == {FIRST, SECOND} and s.party(THIRD).standing is Standing.WITHDREW
    assert s.party(BOSS).standing is Standing.TAKES_PART


def test_all_of_a_side_settle_themselves_and_the_case_ends_with_that():
    facts = {"who": [BOSS], "how": "私下谈好", "sure": True}
    assert goes(CaseState.MEDIATING, AGAIN, CaseAct.SETTLE_THEMSELVES, facts) is CaseState.SELF_SETTLED
    assert fold(entries(*AGAIN, (CaseAct.SETTLE_THEMSELVES, facts))).party(BOSS).standing is Standing.SETTLED


def test_all_is_performed_on_the_newest_day_of_a_payment_whichever_was_entered_last():
    late = done(done(begun(), CaseAct.PERFORM, paid(1, on="2026-09-20")), CaseAct.PERFORM, paid(2, on="2026-09-06"))
    assert fold(entries(*late)).performed_on == date(2026, 9, 20)
    visit = {"performed": "all", "satisfied": "yes", "on": "2026-09-10"}
    assert why_not(late, CaseAct.FOLLOW_UP, visit) is Reason.CASE_BEFORE_STEP
    assert why_not(late, CaseAct.FOLLOW_UP, {**visit, "on": "2026-09-20"}) is None


def test_who_comes_back_does_so_after_they_left_whenever_others_left():
    filed, accepted, *_ = begun()
    gone = [
        (CaseAct.WITHDRAW, {**LEAVE[CaseAct.WITHDRAW](n), "on": on}) for n, on in ((2, "2026-08-20"), (3, "2026-09-01"))
    ]
    rows, back = (filed, accepted, *gone), {"party": 2, "their_yes": True, "how": ""}
    assert why_not(rows, CaseAct.RETURN_PARTY, {**back, "on": "2026-08-19"}) is Reason.CASE_BEFORE_STEP
    assert why_not(rows, CaseAct.RETURN_PARTY, {**back, "on": "2026-08-20"}) is None


# Whose word counts of what was paid.

MOTHER, CHILD, BOSS_OF_BOTH, MOTHER_FOR_CHILD = 1, 2, 3, 4
FAMILY = (
    (
        CaseAct.FILE,
        {
            "title": "",
            "kind": "labour",
            "parties": [
                {"part": "applicant", "name": "母", "person": 11},
                {"part": "applicant", "name": "子", "person": 12},
                {"part": "respondent", "name": "茶厂"},
            ],
        },
    ),
    (CaseAct.NOTE_CAPACITY, {"party": CHILD, "capacity": "limited", "born": "2015-01-01", "proof_seen": True}),
    (CaseAct.ADD_GUARDIAN, {"party": {"part": "guardian", "name": "母", "person": 11, "for_party": CHILD}}),
    (CaseAct.ACCEPT, {"title": "工钱", "kind": "labour", "tag": None}),
    (CaseAct.AGREE, {**TERMS, "rows": [{**ROWS[0], "by": BOSS_OF_BOTH, "to": to} for to in ([MOTHER], [CHILD], [])]}),
    (CaseAct.SIGN, {"on": "2026-08-12", "signed": [1, 2, 3], "mediator_signed": True, "sealed": True, "files": 1}),
)


def test_a_mother_who_is_a_party_herself_says_for_her_child_that_it_was_paid_and_the_child_does_not():
    for row in (1, 2, 3):
        assert why_not(FAMILY, CaseAct.PERFORM, paid(row), party=MOTHER) is None
        assert why_not(FAMILY, CaseAct.PERFORM, paid(row), party=CHILD) is Reason.CASE_OTHER_SIDE_SAYS
        assert why_not(FAMILY, CaseAct.PERFORM, paid(row), party=BOSS_OF_BOTH) is Reason.CASE_OTHER_SIDE_SAYS
    both = fold(entries(*done(FAMILY, CaseAct.PERFORM, paid(3), party=MOTHER))).row(3)
    assert both.done_on is not None, "she speaks for both to whom it is owed"
    able = (
        *FAMILY,
        (
            CaseAct.NOTE_CAPACITY,
            {"party": CHILD, "capacity": "full", "born": "2001-01-01", "ruling": "（2026）粤1802民特12号"},
        ),
    )
    assert why_not(able, CaseAct.PERFORM, paid(2), party=MOTHER) is Reason.CASE_OTHER_SIDE_SAYS
    assert why_not(able, CaseAct.PERFORM, paid(2), party=CHILD) is None
