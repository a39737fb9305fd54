"""What is owed by an agreement: plans, part payments, whose word counts; broken, paid late, before a court, visited."""

import itertools
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.domain.cases import clocks, rules
from consult.domain.cases.act_table import RULES
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.agreements.asked import is_asked
from consult.domain.cases.agreements.earlier_states import states_meant
from consult.domain.cases.agreements.endings import endings_of
from consult.domain.cases.agreements.plans import DAYS, MONTHS, day_of, instalments
from consult.domain.cases.choices import (
    choices,
    confirmation_rule,
    grounds,
    known_grounds,
    may_be_confirmed,
    may_concern_the_village,
)
from consult.domain.cases.clocks import Clock
from consult.domain.cases.facts import fold
from consult.domain.cases.forms import MOST_ROWS, Offered, SentForm, read_act_form, read_plan
from consult.domain.cases.situation import ActEntry, CaseActor, PlannedAct, Situation
from consult.domain.cases.states import AT_COURT, CaseRole, CaseState
from consult.domain.form_errors import FormError
from consult.domain.refusals import Reason, Refused

TODAY, LATER = date(2026, 8, 11), date(2026, 12, 1)
BOSS, FIRST, SECOND, THIRD = 1, 2, 3, 4
FILED = (
    CaseAct.FILE,
    {
        "title": "",
        "kind": "labour",
        "parties": [{"part": "respondent", "name": "茶厂"}, *({"part": "applicant", "name": n} for n in "甲乙丙")],
    },
)
ACCEPTED = (CaseAct.ACCEPT, {"title": "工钱", "kind": "labour", "tag": None})
ROWS = [
    {"by": BOSS, "to": [FIRST], "what": "工钱", "amount": 100_000, "due": "2026-09-01", "way": "transfer"},
    {"by": BOSS, "to": [SECOND], "what": "工钱", "amount": 100_001, "due": "2026-10-01", "way": "cash"},
]
TERMS = {"form": "written", "on": "2026-08-11", "facts": "", "terms": ""}
SIGNED = (
    CaseAct.SIGN,
    {"on": "2026-08-12", "signed": [1, 2, 3, 4], "mediator_signed": True, "sealed": True, "files": 1},
)


def begun(*rows: dict) -> tuple:
    return (FILED, ACCEPTED, (CaseAct.AGREE, {**TERMS, "rows": list(rows or ROWS)}), SIGNED)


def entries(*rows, on: date = TODAY, state: CaseState = CaseState.APPLIED) -> list[ActEntry]:
    at = datetime(2026, 8, 11, 3, tzinfo=UTC)
    return [
        ActEntry(number=n, act=act, state=state, at=at, on=on, audience="all", facts=facts)
        for n, (act, facts) in enumerate(rows, 1)
    ]


def why_not(rows: tuple, act: CaseAct, facts: dict, *, party: int = 0, today: date = LATER) -> Reason | None:
    """Why an act is refused by its checks, with what the table adds to the facts."""
    s = fold(entries(*rows))
    me = s.party(party)
    planned = PlannedAct(facts, s, CaseActor(0, "", me.part if me else CaseRole.MEDIATOR, party), today, entries(*rows))
    try:
        said = rules.complete(act, planned)
        rules.refuse(act, PlannedAct(said, s, planned.actor, today, planned.entries))
    except Refused as refusal:
        return refusal.reason
    return None


def done(rows: tuple, act: CaseAct, facts: dict, *, party: int = 0) -> tuple:
    """The rows with one more act, as the table completes it."""
    s = fold(entries(*rows))
    me = s.party(party)
    actor = CaseActor(0, "", me.part if me else CaseRole.MEDIATOR, party)
    return (*rows, (act, rules.complete(act, PlannedAct(facts, s, actor, LATER))))


def goes(state: CaseState, rows: tuple, act: CaseAct, facts: dict) -> CaseState:
    return rules.state_after(act, state, fold(entries(*rows)), fold(entries(*rows, (act, facts))))


def paid(row: int, amount: int | None = None, on: str = "2026-09-05") -> dict:
    return {"row": row, "on": on, "amount": amount}


# Plans.


@given(st.integers(1, 10**9), st.integers(1, 400), st.dates(date(2026, 1, 1), date(2040, 1, 1)))
def test_the_parts_of_a_plan_add_up_to_the_fen_and_the_last_one_takes_the_remainder(total, count, first):
    if total < count:
        return
    parts = instalments(total, count, first, "month")
    amounts = [amount for amount, _ in parts]
    assert sum(amounts) == total and len(set(amounts[:-1])) <= 1
    assert amounts[-1] >= amounts[0] and amounts[-1] - amounts[0] < count


@pytest.mark.parametrize(
    ("first", "every", "days"),
    [
        ("2026-12-31", "month", ["2026-12-31", "2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30"]),
        ("2027-08-30", "half_year", ["2027-08-30", "2028-02-29", "2028-08-30", "2029-02-28", "2029-08-30"]),
        ("2028-02-29", "year", ["2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"]),
        ("2026-11-30", "quarter", ["2026-11-30", "2027-02-28", "2027-05-30", "2027-08-30", "2027-11-30"]),
        ("2026-12-28", "two_weeks", ["2026-12-28", "2027-01-11", "2027-01-25", "2027-02-08", "2027-02-22"]),
    ],
)
def test_a_day_that_a_month_does_not_have_is_its_last_and_the_next_one_is_the_day_again(first, every, days):
    assert [day_of(date.fromisoformat(first), n, every).isoformat() for n in range(5)] == days


def test_every_way_to_repeat_is_offered_and_known():
    assert set(choices("every")) == MONTHS.keys() | DAYS.keys()


OFFERED = Offered(parties=[BOSS, *range(2, 12)], mediators=[7], rows=[1])
PLAN = {"plan_what": "工钱", "plan_by": "1", "plan_total": "4000", "plan_count": "1", "plan_first": "2026-09-30"}


def test_ten_workers_of_one_company_are_ten_rows_in_one_step():
    workers = [str(n) for n in range(2, 12)]
    rows, mistakes = read_plan(SentForm(PLAN | {"plan_to": "2"}, {"plan_to": workers}), OFFERED, TODAY)
    assert mistakes == {} and [row["to"] for row in rows] == [[n] for n in range(2, 12)]
    assert {(row["by"], row["amount"], row["due"]) for row in rows} == {(BOSS, 400_000, "2026-09-30")}


def test_twelve_monthly_instalments_are_one_step_and_four_hundred_rows_the_most():
    rows, mistakes = read_plan(SentForm(PLAN | {"plan_count": "12", "plan_total": "1000"}), OFFERED, TODAY)
    assert mistakes == {} and len(rows) == 12 and rows[-1]["amount"] == 8337 and rows[0]["amount"] == 8333
    assert rows[5]["due"] == "2027-02-28" and rows[6]["due"] == "2027-03-30"
    for count, fits in ((str(MOST_ROWS), True), (str(MOST_ROWS + 1), False), ("0", False), ("-1", False)):
        _, mistakes = read_plan(SentForm(PLAN | {"plan_count": count}), OFFERED, TODAY)
        assert mistakes == ({} if fits else {"plan_count": FormError.OUT_OF_BOUNDS}), count
    full = SentForm(PLAN | {"plan_count": "399", "what_1": "赔", "what_2": "修"})
    assert read_plan(full, OFFERED, TODAY)[1] == {"plan_count": FormError.OUT_OF_BOUNDS}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"plan_what": ""}, "plan_what"),
        ({"plan_by": "99"}, "plan_by"),
        ({"plan_total": "很多"}, "plan_total"),
        ({"plan_total": "0.01", "plan_count": "2"}, "plan_count"),
        ({"plan_first": "2026-02-30"}, "plan_first"),
        ({"plan_every": "hour"}, "plan_every"),
        ({"plan_way": "iou"}, "plan_way"),
        ({"plan_to": "1"}, "plan_to"),
    ],
)
def test_each_mistake_of_a_plan_is_told_at_its_field_and_makes_no_row(changes, field):
    rows, mistakes = read_plan(SentForm(PLAN | changes), OFFERED, TODAY)
    assert rows == [] and set(mistakes) == {field}


def test_a_row_says_to_whom_and_in_which_way_and_no_number_of_an_account():
    form = {"form": "written", "on": "2026-08-11", "facts": "欠", "terms": "还", "by_1": "1", "due_1": "2026-09-01"}
    fields = RULES[CaseAct.AGREE].fields
    good = form | {"what_1": "转到双方约定的账户", "to_1": "3", "way_1": "transfer", "amount_1": "4000"}
    facts, mistakes = read_act_form(fields, SentForm(good), OFFERED, TODAY)
    assert mistakes == {} and (facts["rows"][0]["to"], facts["rows"][0]["way"]) == ([3], "transfer")
    for changes, field in (
        ({"what_1": "转到 6222020200112233445"}, "what_1"),
        ({"to_1": "1"}, "to_1"),
        ({"to_1": "99"}, "to_1"),
        ({"way_1": "iou"}, "way_1"),
    ):
        assert set(read_act_form(fields, SentForm(good | changes), OFFERED, TODAY)[1]) == {field}


# Payments, and whose word counts.


@given(st.lists(st.integers(1, 60_000), min_size=1, max_size=8))
def test_part_payments_are_exact_and_no_more_is_taken_than_is_owed(amounts):
    rows, left = begun(), 100_000
    for amount in amounts:
        refusal = why_not(rows, CaseAct.PERFORM, paid(1, amount))
        if left == 0:
            assert refusal is Reason.CASE_ROW_DONE
        elif amount > left:
            assert refusal is Reason.CASE_TOO_MUCH_PAID
        else:
            assert refusal is None
            rows, left = done(rows, CaseAct.PERFORM, paid(1, amount)), left - amount
        row = fold(entries(*rows)).row(1)
        assert row.left_fen == left and (row.done_on is not None) is (left == 0)


def test_a_part_of_what_has_no_sum_and_nothing_at_all_are_refused():
    no_sum = begun({"by": BOSS, "what": "道歉", "amount": None, "due": "2026-09-01"})
    assert why_not(no_sum, CaseAct.PERFORM, paid(1, 100)) is Reason.CASE_NO_SUM
    assert why_not(no_sum, CaseAct.PERFORM, paid(1)) is None
    assert why_not(begun(), CaseAct.PERFORM, paid(1, 0)) is Reason.CASE_NOTHING_NEW


def test_each_creditor_ticks_their_own_and_the_debtors_word_never_counts():
    said = {CaseAct.PERFORM: paid, CaseAct.BREACH: lambda row: {"row": row, "on": LATER.isoformat()}}
    for act, (row, creditor) in itertools.product((CaseAct.PERFORM, CaseAct.BREACH), ((1, FIRST), (2, SECOND))):
        for party in (BOSS, FIRST, SECOND, THIRD):
            expected = None if party == creditor else Reason.CASE_OTHER_SIDE_SAYS
            assert why_not(begun(), act, said[act](row), party=party) is expected, (act, row, party)
        assert why_not(begun(), act, said[act](row)) is None  # the desk, for whoever said so


def test_what_is_owed_to_all_is_done_when_each_of_them_said_so_and_one_speaks_for_nobody_else():
    rows = begun({"by": BOSS, "what": "工钱", "amount": 400_000, "due": "2026-09-01"})
    for n, worker in enumerate((FIRST, SECOND, THIRD), 1):
        rows = done(rows, CaseAct.PERFORM, paid(1, 400_000), party=worker)
        row = fold(entries(*rows)).row(1)
        assert row.heard == set(range(2, 2 + n)) and (row.done_on is not None) is (n == 3)
        if n < 3:
            assert why_not(rows, CaseAct.PERFORM, paid(1), party=worker) is Reason.CASE_NOTHING_NEW
    by_desk = {**paid(1), "heard": [FIRST, SECOND]}
    half = done(begun({**ROWS[0], "to": []}), CaseAct.PERFORM, by_desk)
    assert fold(entries(*half)).row(1).done_on is None and fold(entries(*half)).row(1).heard == {FIRST, SECOND}
    assert why_not(begun(), CaseAct.PERFORM, {**paid(1), "heard": [THIRD]}) is Reason.CASE_NOT_OWED_TO


def test_the_last_payment_is_taken_back_and_no_other():
    rows = done(done(begun(), CaseAct.PERFORM, paid(1, 40_000)), CaseAct.PERFORM, paid(1, 60_000))
    assert fold(entries(*rows)).row(1).done_on
    back = (*rows, (CaseAct.TAKE_BACK, {"row": 1}))
    assert fold(entries(*back)).row(1).left_fen == 60_000
    assert fold(entries(*back, (CaseAct.TAKE_BACK, {"row": 1}))).row(1).payments == ()
    assert why_not(begun(), CaseAct.TAKE_BACK, {"row": 1}) is Reason.CASE_NOTHING_NEW


def test_an_entry_of_the_past_without_creditor_way_or_amount_folds_as_it_did():
    old = begun({"by": BOSS, "what": "赔", "amount": 5, "due": "2026-09-01"})
    s = fold(entries(*old, (CaseAct.PERFORM, {"row": 1, "on": "2026-08-20"})))
    assert s.row(1).done_on == date(2026, 8, 20) and s.performed_on and s.creditors(s.row(1)) == {2, 3, 4}


# States as the facts give them.

BROKEN = (*begun(), (CaseAct.BREACH, {"row": 1}))


def test_what_is_paid_late_heals_the_breach_by_itself():
    assert goes(CaseState.PERFORMING, begun(), CaseAct.BREACH, {"row": 1}) is CaseState.BREACHED
    assert goes(CaseState.BREACHED, BROKEN, CaseAct.PERFORM, paid(1, 40_000)) is CaseState.BREACHED
    assert goes(CaseState.BREACHED, BROKEN, CaseAct.PERFORM, paid(1)) is CaseState.PERFORMING
    last = done(BROKEN, CaseAct.PERFORM, paid(2))
    assert goes(CaseState.BREACHED, last, CaseAct.PERFORM, paid(1)) is CaseState.PERFORMED
    assert goes(CaseState.BREACHED, BROKEN, CaseAct.DEFER, {"row": 1, "until": "2027-01-01"}) is CaseState.PERFORMING
    assert goes(CaseState.BREACHED, BROKEN, CaseAct.URGE, {"on": "2026-09-03"}) is CaseState.BREACHED


@pytest.mark.parametrize(("act", "confirmed"), [(CaseAct.ENFORCE, True), (CaseAct.SUE, None), (CaseAct.SUE, False)])
def test_one_goes_to_court_only_for_what_is_owed_and_due(act, confirmed):
    court = {"court": "县院", "on": "2026-12-01"}
    rows = BROKEN
    if confirmed is not None:
        asked = (CaseAct.APPLY_CONFIRMATION, {"on": "2026-08-13"})
        said = (CaseAct.CONFIRMATION, {"result": "confirmed" if confirmed else "not_confirmed"})
        rows = (*begun(), asked, said, (CaseAct.BREACH, {"row": 1}))
    assert rules.offered(act, CaseState.BREACHED, CaseRole.MEDIATOR, fold(entries(*rows)))
    assert why_not(rows, act, court) is None
    assert why_not(rows, act, {**court, "on": "2026-09-01"}) is Reason.CASE_NOT_DUE  # judged on the day it happened
    actor = CaseActor(0, "", CaseRole.MEDIATOR)
    assert act in rules.listed(CaseState.BREACHED, actor, fold(entries(*rows)), LATER)
    assert act not in rules.listed(CaseState.PERFORMING, actor, fold(entries(*begun())), LATER)


def court_case(way: CaseAct) -> tuple:
    return (*BROKEN, (way, {"court": "县院", "on": "2026-11-01"}))


@pytest.mark.parametrize("way", [CaseAct.ENFORCE, CaseAct.SUE])
def test_in_court_the_agreement_stands_and_is_paid_ticked_and_taken_back_as_before(way):
    state = CaseState.ENFORCEMENT if way is CaseAct.ENFORCE else CaseState.LAWSUIT
    rows = court_case(way)
    assert goes(CaseState.BREACHED, BROKEN, way, {"court": "县院", "on": "2026-11-01"}) is state
    assert fold(entries(*rows)).ended_on is None and len(fold(entries(*rows)).undone()) == 2
    assert goes(state, rows, CaseAct.PERFORM, paid(1, 40_000)) is state
    both = done(rows, CaseAct.PERFORM, paid(1))
    assert goes(state, both, CaseAct.PERFORM, paid(2)) is CaseState.PERFORMED
    all_paid = done(both, CaseAct.PERFORM, paid(2))
    assert goes(CaseState.PERFORMED, all_paid, CaseAct.TAKE_BACK, {"row": 2}) is state


@pytest.mark.parametrize(
    ("way", "result", "table"),
    [
        (CaseAct.SUE, CaseAct.COURT_RESULT, "court_result"),
        (CaseAct.ENFORCE, CaseAct.ENFORCEMENT_RESULT, "enforcement_result"),
    ],
)
def test_a_case_in_court_is_closed_with_the_courts_word_and_not_before(way, result, table):
    rows = court_case(way)
    state = CaseState.ENFORCEMENT if way is CaseAct.ENFORCE else CaseState.LAWSUIT
    assert not rules.offered(CaseAct.CLOSE, state, CaseRole.MEDIATOR, fold(entries(*rows)))
    for code in choices(table):
        spoken = (*rows, (result, {"result": code, "on": "2026-11-20"}))
        s = fold(entries(*spoken))
        if code == "withdrawn":
            assert s.suit is None and goes(state, rows, result, spoken[-1][1]) is CaseState.BREACHED
            continue
        assert goes(state, rows, result, spoken[-1][1]) is state
        assert rules.offered(CaseAct.CLOSE, state, CaseRole.MEDIATOR, s)
        assert clocks.due(state, s) == (Clock.CLOSE, date(2026, 11, 27))
        void = code in ("annulled", "invalid")
        assert rules.offered(CaseAct.PERFORM, state, CaseRole.MEDIATOR, s) is not void


def test_a_second_mediation_that_fails_leaves_the_agreement_as_it_was():
    again = (*BROKEN, (CaseAct.MEDIATE_AGAIN, {}))
    ground = {"ground": "impossible", "reason": "谈不拢"}
    assert goes(CaseState.MEDIATING, again, CaseAct.TERMINATE, ground) is CaseState.BREACHED
    anew = (*again, (CaseAct.AGREE, {**TERMS, "rows": [ROWS[0]]}))
    assert goes(CaseState.AGREED_IN_WRITING, anew, CaseAct.TERMINATE, ground) is CaseState.BREACHED
    kept = fold(entries(*anew, (CaseAct.TERMINATE, ground)))
    assert len(kept.agreement.rows) == 2 and kept.agreement.effective_on == date(2026, 8, 12)
    assert endings_of(entries(*again, (CaseAct.TERMINATE, ground), state=CaseState.BREACHED)) == []


# Visits.

ALL_PAID = done(done(begun(), CaseAct.PERFORM, paid(1)), CaseAct.PERFORM, paid(2))


@pytest.mark.parametrize(("performed", "satisfied"), list(itertools.product(choices("performed"), choices("yes_no"))))
def test_a_visit_that_finds_fault_neither_counts_as_visited_nor_lets_the_case_close_in_silence(performed, satisfied):
    visit = {"on": "2026-09-10", "performed": performed, "satisfied": satisfied}
    fine = (performed, satisfied) == ("all", "yes")
    state = goes(CaseState.PERFORMED, ALL_PAID, CaseAct.FOLLOW_UP, visit)
    assert state is (CaseState.FOLLOWED_UP if fine else CaseState.PERFORMED)
    rows = (*ALL_PAID, (CaseAct.FOLLOW_UP, visit))
    s = fold(entries(*rows))
    close = {"summary": "完"}
    refusal = why_not(rows, CaseAct.CLOSE, close)
    assert (refusal is Reason.CASE_FINDING_OPEN) is not fine
    assert why_not(rows, CaseAct.CLOSE, {**close, "although": "双方都说算了"}) is not Reason.CASE_FINDING_OPEN
    listed = rules.listed(state, CaseActor(0, "", CaseRole.MEDIATOR), s, LATER)
    assert all((act in listed) is not fine for act in (CaseAct.URGE, CaseAct.MEDIATE_AGAIN)) and CaseAct.CLOSE in listed
    again = (*rows, (CaseAct.FOLLOW_UP, {"on": "2026-09-20", "performed": "all", "satisfied": "yes"}))
    assert fold(entries(*again)).finding is None


def test_a_case_that_was_handed_up_with_something_owed_is_closed_with_a_reason_and_not_in_silence():
    up = (
        (CaseAct.ESCALATE, {"level": "town", "office": "镇司法所", "reason": "难"}),
        (CaseAct.RECEIPT, {"on": "2026-09-05"}),
    )
    close = {"summary": "完"}
    owing = (*begun(), *up)
    assert why_not(owing, CaseAct.CLOSE, close) is Reason.CASE_STILL_OWED
    assert is_asked(CaseAct.CLOSE, "although", fold(entries(*owing)), LATER)
    assert why_not(owing, CaseAct.CLOSE, {**close, "although": "镇里接着管"}) is not Reason.CASE_STILL_OWED
    for nothing_owed in ((*ALL_PAID, *up), (FILED, ACCEPTED, *up)):
        assert why_not(nothing_owed, CaseAct.CLOSE, close) is not Reason.CASE_STILL_OWED
        assert not is_asked(CaseAct.CLOSE, "although", fold(entries(*nothing_owed)), LATER)


def test_a_visit_without_an_agreement_finds_nothing_to_be_carried_out():
    visit = (CaseAct.FOLLOW_UP, {"on": "2026-09-10", "performed": "none", "satisfied": "no"})
    assert fold(entries(FILED, ACCEPTED, visit)).finding is None


# Confirmation.


@pytest.mark.parametrize("kind", choices("kind"))
def test_every_rule_of_confirmation_has_its_article_and_asks_a_question_that_is_put(kind):
    from consult.web.words.cases.case_agreement_words import QUESTIONS

    for tag in ("", *choices("tag")):
        rule = confirmation_rule(kind, tag)
        assert rule is None or (rule.asks in QUESTIONS and rule.source)
    assert may_be_confirmed(kind, "")


def test_of_a_homestead_the_desk_says_that_the_terms_decide_no_boundary():
    assert confirmation_rule("homestead", "").asks == "title"
    assert confirmation_rule("homestead", "eaves_light_way") is None
    assert confirmation_rule("labour", "") is None and confirmation_rule("contract", "loan") is None


def test_an_oral_agreement_and_one_that_the_court_rejected_are_not_taken_to_court_for_confirmation():
    oral = fold(entries(FILED, ACCEPTED, (CaseAct.AGREE, {**TERMS, "form": "oral", "rows": ROWS})))
    asked = (*begun(), (CaseAct.APPLY_CONFIRMATION, {"on": "2026-08-13"}))
    rejected = fold(entries(*asked, (CaseAct.CONFIRMATION, {"result": "not_confirmed"})))
    good = fold(entries(*begun()))
    for s, may in ((good, True), (oral, False), (rejected, False), (fold(entries(*asked)), False)):
        assert rules.offered(CaseAct.APPLY_CONFIRMATION, CaseState.PERFORMING, CaseRole.HEAD, s) is may


def test_what_a_court_took_is_written_down_with_the_warning_though_it_was_late():
    late = {"court": "县院", "on": "2026-10-20"}
    assert why_not(begun(), CaseAct.APPLY_CONFIRMATION, late) is Reason.CASE_CONFIRMATION_LATE
    took = {**late, "court_took_it": True}
    assert why_not(begun(), CaseAct.APPLY_CONFIRMATION, took) is None
    assert done(begun(), CaseAct.APPLY_CONFIRMATION, took)[-1][1]["against"] == ["late"]
    actor, s = CaseActor(0, "", CaseRole.HEAD), fold(entries(*begun()))
    assert CaseAct.APPLY_CONFIRMATION in rules.listed(CaseState.PERFORMING, actor, s, date(2026, 9, 11))
    assert CaseAct.APPLY_CONFIRMATION not in rules.listed(CaseState.PERFORMING, actor, s, date(2026, 9, 12))


# Grounds.


def test_labour_disputes_may_be_mediated_and_an_entry_of_the_past_is_still_read():
    assert "labour" in choices("kind") and "labour_arbitration" not in grounds()
    assert known_grounds()["labour_arbitration"].goes_to == "arbitration"
    assert all(any(mark in one.source for mark in "0123456789") for one in grounds().values())


@pytest.mark.parametrize(
    ("kind", "tag", "may"),
    [
        ("contract", "loan", False),
        ("labour", "", False),
        ("family", "support", False),
        ("neighbours", "irrigation", True),
        ("village_affairs", "", True),
        ("neighbours", "loan", False),
    ],
)
def test_a_private_loan_is_no_matter_of_the_whole_village(kind, tag, may):
    assert may_concern_the_village(kind, tag) is may
    s = Situation(kind=kind, tag=tag)
    assert rules.offered(CaseAct.RAISE, CaseState.MEDIATING, CaseRole.MEDIATOR, s) is may
    for state in (CaseState.WITHDRAWN, CaseState.SELF_SETTLED):
        assert not rules.offered(CaseAct.RAISE, state, CaseRole.MEDIATOR, s)


def test_each_ending_leaves_its_ground_its_day_and_who_was_told_of_the_other_ways():
    at = datetime(2026, 8, 20, 3, tzinfo=UTC)

    def entry(number, act, state, facts):
        return ActEntry(number=number, act=act, state=state, at=at, on=TODAY, audience="all", facts=facts)

    no = entry(1, CaseAct.CONSENT, CaseState.TERMINATED, {"party": FIRST, "answer": "no"})
    told = entry(2, CaseAct.TELL_WAYS, CaseState.TERMINATED, {"told": [FIRST, SECOND], "on": "2026-08-10"})
    (refused,) = endings_of([no, told])
    assert (refused.ground, refused.party, refused.on) == ("refused", FIRST, TODAY)
    assert refused.told == {FIRST: date(2026, 8, 10), SECOND: date(2026, 8, 10)}
    facts = {"ground": "in_court", "reason": "法院已受理", "told": [FIRST], "told_on": "2026-08-09"}
    (declined,) = endings_of([entry(1, CaseAct.DECLINE, CaseState.DECLINED, facts)])
    assert (declined.ground, declined.reason, declined.told) == ("in_court", "法院已受理", {FIRST: date(2026, 8, 9)})
    up = entry(3, CaseAct.ESCALATE, CaseState.ESCALATED, {"level": "town", "reason": "难"})
    assert [one.act for one in endings_of([no, told, up])] == [CaseAct.CONSENT, CaseAct.ESCALATE]


def test_entries_written_before_the_court_had_states_of_its_own_are_read_as_what_they_meant():
    sign, sue, close = CaseAct.SIGN, CaseAct.SUE, CaseAct.CLOSE
    old = [
        (sign, CaseState.PERFORMING),
        (CaseAct.BREACH, CaseState.BREACHED),
        (sue, CaseState.TERMINATED),
        (CaseAct.NOTE, CaseState.TERMINATED),
        (close, CaseState.CLOSED),
    ]
    assert states_meant(old)[2:] == [CaseState.LAWSUIT, CaseState.LAWSUIT, CaseState.CLOSED]
    assert states_meant([(CaseAct.ENFORCE, CaseState.TERMINATED)]) == [CaseState.ENFORCEMENT]
    ended = [(CaseAct.TERMINATE, CaseState.TERMINATED), (CaseAct.NOTE, CaseState.TERMINATED)]
    assert states_meant(ended) == [CaseState.TERMINATED] * 2
    assert {CaseState.ENFORCEMENT, CaseState.LAWSUIT} == AT_COURT
