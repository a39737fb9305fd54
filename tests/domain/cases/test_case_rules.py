"""What is refused of a mediation case, and what its entries add up to."""

import itertools
from datetime import UTC, date, datetime, timedelta

import pytest

from consult.domain.cases import clocks, rules
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.choices import choices
from consult.domain.cases.facts import fold, unsigned
from consult.domain.cases.situation import ActEntry, CaseActor, PlannedAct, Situation
from consult.domain.cases.states import CaseRole, CaseState
from consult.domain.refusals import Reason, Refused

TODAY = date(2026, 8, 11)
A, B, AGENT = 1, 2, 3
PEOPLE = [
    {"part": "applicant", "name": "甲", "person": 11},
    {"part": "respondent", "name": "乙", "person": 12},
    {"part": "agent", "name": "丙", "for_party": 2, "may_agree": True},
]
FILED = (CaseAct.FILE, {"title": "", "kind": "neighbours", "parties": PEOPLE[:2]})
ACCEPTED = (CaseAct.ACCEPT, {"title": "水沟", "kind": "neighbours", "tag": "irrigation"})
TAKEN = (CaseAct.TAKE_ON, {"assigned": [[7, "调"]]})
YES = ((CaseAct.CONSENT, {"party": A, "answer": "yes"}), (CaseAct.CONSENT, {"party": B, "answer": "yes"}))
SESSION = (CaseAct.HOLD_SESSION, {"on": "2026-08-11", "identity_seen": True})
ROWS = [
    {"by": B, "what": "赔", "amount": 50_000, "due": "2026-09-01"},
    {"by": A, "what": "让路", "amount": None, "due": "2026-10-01"},
]
WRITTEN = {"form": "written", "on": "2026-08-11", "facts": "水沟塞了", "terms": "各让一步", "rows": ROWS}
AGREED = (CaseAct.AGREE, WRITTEN)
SIGNED = (CaseAct.SIGN, {"on": "2026-08-12", "signed": [A, B], "mediator_signed": True, "sealed": True, "files": 1})
UP_TO_SESSION = (FILED, ACCEPTED, TAKEN, *YES, SESSION)
UP_TO_SIGNED = (*UP_TO_SESSION, AGREED, SIGNED)


def entries(*rows, on: date = TODAY) -> list[ActEntry]:
    at = datetime(2026, 8, 11, 3, tzinfo=UTC)
    return [
        ActEntry(number=n, act=act, state=CaseState.APPLIED, at=at, on=on, audience="all", facts=facts)
        for n, (act, facts) in enumerate(rows, 1)
    ]


def after(*rows, on: date = TODAY) -> Situation:
    return fold(entries(*rows, on=on))


def why_not(
    act: CaseAct, s: Situation, facts: dict, *, rows=(), part=CaseRole.MEDIATOR, mine=0, today=TODAY
) -> Reason | None:
    try:
        rules.refuse(act, PlannedAct(facts, s, CaseActor(0, "", part, mine), today, entries(*rows)))
    except Refused as refusal:
        return refusal.reason
    return None


def why_not_offered(act: CaseAct, state: CaseState, s: Situation, part: CaseRole = CaseRole.MEDIATOR) -> Reason | None:
    try:
        rules.refuse_unless_offered(act, state, part, s)
    except Refused as refusal:
        return refusal.reason
    return None


def state_after(act: CaseAct, state: CaseState, before: tuple, facts: dict) -> CaseState:
    return rules.state_after(act, state, after(*before), after(*before, (act, facts)))


def test_without_everybodys_yes_no_session_is_held():
    for said in [(), YES[:1], YES[1:]]:
        s = after(FILED, ACCEPTED, TAKEN, *said)
        assert why_not_offered(CaseAct.HOLD_SESSION, CaseState.ASSIGNED, s) is Reason.CASE_CONSENT_MISSING
    refused = after(FILED, ACCEPTED, TAKEN, YES[0], (CaseAct.CONSENT, {"party": B, "answer": "no"}))
    assert why_not_offered(CaseAct.HOLD_SESSION, CaseState.ASSIGNED, refused) is Reason.CASE_OTHER_SIDE_MISSING
    assert why_not_offered(CaseAct.HOLD_SESSION, CaseState.ASSIGNED, after(FILED, ACCEPTED, TAKEN, *YES)) is None


def test_whoever_joins_a_side_later_must_say_yes_too():
    joined = (CaseAct.ADD_PARTY, {"party": {"part": "respondent", "name": "丁"}})
    s = after(FILED, ACCEPTED, TAKEN, *YES, joined)
    assert why_not_offered(CaseAct.HOLD_SESSION, CaseState.MEDIATING, s) is Reason.CASE_CONSENT_MISSING
    kin = after(FILED, ACCEPTED, TAKEN, *YES, (CaseAct.ADD_PARTY, {"party": {"part": "kin", "name": "婆"}}))
    assert why_not_offered(CaseAct.HOLD_SESSION, CaseState.MEDIATING, kin) is None


@pytest.mark.parametrize("there", [[], PEOPLE[:1], PEOPLE[1:2], [PEOPLE[0], PEOPLE[0]]])
def test_nobody_is_mediated_with_themselves(there):
    s = after((CaseAct.FILE, {"title": "", "kind": "other", "parties": there}), ACCEPTED, TAKEN, *YES)
    assert why_not_offered(CaseAct.HOLD_SESSION, CaseState.ASSIGNED, s) is Reason.CASE_OTHER_SIDE_MISSING


@pytest.mark.parametrize(
    "state", [CaseState.ACCEPTED, CaseState.ASSIGNED, CaseState.INVESTIGATING, CaseState.MEDIATING]
)
def test_a_party_that_refuses_ends_the_mediation(state):
    no = {"party": B, "answer": "no"}
    assert state_after(CaseAct.CONSENT, state, (FILED, ACCEPTED, TAKEN, YES[0]), no) is CaseState.TERMINATED
    assert state_after(CaseAct.CONSENT, state, (FILED, ACCEPTED, TAKEN, *YES), no) is CaseState.TERMINATED
    assert state_after(CaseAct.CONSENT, state, (FILED, ACCEPTED, TAKEN, YES[0]), YES[1][1]) is state
    assert after(FILED, ACCEPTED, (CaseAct.CONSENT, no)).ended_on == TODAY


def test_when_the_last_mediator_steps_back_the_case_waits_for_another():
    two = (CaseAct.ASSIGN, {"assigned": [[7, "调"], [8, "解"]]})
    assert state_after(CaseAct.ASSIGN, CaseState.ACCEPTED, (FILED, ACCEPTED), two[1]) is CaseState.ASSIGNED
    assert state_after(CaseAct.ASSIGN, CaseState.MEDIATING, (FILED, ACCEPTED, TAKEN), two[1]) is CaseState.MEDIATING
    assert (
        state_after(CaseAct.RECUSE, CaseState.MEDIATING, (FILED, ACCEPTED, two), {"assigned": [[8, "解"]]})
        is CaseState.MEDIATING
    )
    assert (
        state_after(CaseAct.RECUSE, CaseState.MEDIATING, (FILED, ACCEPTED, TAKEN), {"assigned": []})
        is CaseState.ACCEPTED
    )


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, None),
        ({"form": "oral", "rows": [{**ROWS[0], "due": "2026-08-11"}]}, None),  # paid on the spot
        ({"form": "oral", "rows": [{**ROWS[1], "due": "2026-08-11"}]}, None),
        ({"form": "oral", "rows": [ROWS[0]]}, Reason.CASE_MUST_BE_WRITTEN),  # money is owed
        ({"form": "oral", "rows": [ROWS[1]]}, Reason.CASE_MUST_BE_WRITTEN),  # not done on the spot
        ({"form": "oral", "rows": [{**ROWS[0], "due": "2026-08-11"}, ROWS[1]]}, Reason.CASE_MUST_BE_WRITTEN),
        ({"form": "oral", "rows": [{**ROWS[0], "due": "2026-08-12"}]}, Reason.CASE_MUST_BE_WRITTEN),
        (
            {"form": "oral", "rows": [{**ROWS[1], "due": "2026-08-11"}], "asked_written": True},
            Reason.CASE_MUST_BE_WRITTEN,
        ),
    ],
)
def test_an_agreement_is_written_unless_all_is_done_on_the_spot_and_nobody_asks(changes, reason):
    assert why_not(CaseAct.AGREE, after(*UP_TO_SESSION), {**WRITTEN, **changes}) is reason


def test_no_point_of_an_agreement_is_due_before_the_day_on_which_they_agreed():
    s, rows = after(*UP_TO_SESSION), [ROWS[0], {**ROWS[1], "due": "2026-08-10"}]
    with pytest.raises(Refused) as refusal:
        rules.refuse(
            CaseAct.AGREE, PlannedAct({**WRITTEN, "rows": rows}, s, CaseActor(0, "", CaseRole.MEDIATOR), TODAY)
        )
    assert refusal.value.reason is Reason.CASE_DUE_BEFORE_AGREED and refusal.value.facts == {"n": 2}


def test_when_the_time_is_over_it_is_asked_whether_they_agreed_all_the_same():
    s, last = after(*UP_TO_SESSION), date(2026, 9, 10)
    assert clocks.settle_by(s) == last
    late = last + timedelta(1)
    rows = [{**ROWS[1], "by": B}]
    in_time, too_late = ({**WRITTEN, "rows": rows, "on": day.isoformat()} for day in (last, late))
    assert why_not(CaseAct.AGREE, s, in_time, today=late) is None  # written down a day later
    assert why_not(CaseAct.AGREE, s, too_late, today=late) is Reason.CASE_TIME_EXPIRED
    assert why_not(CaseAct.AGREE, s, {**too_late, "all_the_same": True}, today=late) is None
    more = after(*UP_TO_SESSION, (CaseAct.EXTEND, {"until": "2026-09-20"}))
    assert why_not(CaseAct.AGREE, more, too_late, today=late) is None


def test_an_extension_is_longer_than_what_there_was():
    s = after(*UP_TO_SESSION)
    assert why_not(CaseAct.EXTEND, s, {"until": "2026-09-10"}) is Reason.NOT_LATER
    assert why_not(CaseAct.EXTEND, s, {"until": "2026-09-11"}) is None
    assert why_not(CaseAct.EXTEND, s, {"until": "2027-02-10"}) is None
    assert why_not(CaseAct.EXTEND, s, {"until": "2027-02-11"}) is Reason.CASE_EXTENDED_FAR  # after 183 days it is asked
    assert why_not(CaseAct.EXTEND, s, {"until": "2030-01-01", "all_the_same": True}) is None
    more = after(*UP_TO_SESSION, (CaseAct.EXTEND, {"until": "2026-10-01"}))
    assert why_not(CaseAct.EXTEND, more, {"until": "2026-10-01"}) is Reason.NOT_LATER


def test_time_expired_is_no_ground_while_time_runs():
    s = after(*UP_TO_SESSION)
    assert why_not(CaseAct.TERMINATE, s, {"ground": "time_expired"}, today=date(2026, 9, 10)) is Reason.CASE_TIME_RUNS
    assert why_not(CaseAct.TERMINATE, s, {"ground": "time_expired"}, today=date(2026, 9, 11)) is None
    sure = {"ground": "time_expired", "all_the_same": True}
    assert why_not(CaseAct.TERMINATE, s, sure, today=date(2026, 9, 10)) is None
    for ground in set(choices("terminate")) - {"time_expired"}:
        assert why_not(CaseAct.TERMINATE, s, {"ground": ground}) is None


GOES = [{"signed": [A]}, {"signed": [B]}, {"mediator_signed": True}, {"sealed": True}, {"files": 1}]


@pytest.mark.parametrize("order", list(itertools.permutations(range(5)))[::7])
def test_a_written_agreement_takes_effect_with_the_last_signature_whatever_the_order(order):
    rows = [*UP_TO_SESSION, AGREED]
    for n in order:
        assert unsigned(after(*rows)) and after(*rows).agreement.effective_on is None
        before, facts = tuple(rows), {"on": "2026-08-12", **GOES[n]}
        rows.append((CaseAct.SIGN, facts))
        state = state_after(CaseAct.SIGN, CaseState.AGREED_IN_WRITING, before, facts)
        assert state is (CaseState.PERFORMING if n == order[-1] else CaseState.AGREED_IN_WRITING)
    assert not unsigned(after(*rows)) and after(*rows).agreement.effective_on == date(2026, 8, 12)


@pytest.mark.parametrize("lacking", range(5))
def test_one_signature_that_lacks_is_named_and_keeps_it_without_effect(lacking):
    s = after(
        *UP_TO_SESSION,
        AGREED,
        *((CaseAct.SIGN, {"on": "2026-08-12", **one}) for n, one in enumerate(GOES) if n != lacking),
    )
    assert unsigned(s) == [["1", "2", "mediator", "seal", "photo"][lacking]]
    assert s.agreement.effective_on is None and clocks.confirm_by(s) is None


def test_it_takes_effect_on_the_newest_day_even_if_that_was_written_down_first():
    s = after(
        *UP_TO_SESSION,
        AGREED,
        (CaseAct.SIGN, {"on": "2026-08-14", "signed": [A, B]}),
        (CaseAct.SIGN, {"on": "2026-08-12", "mediator_signed": True, "sealed": True, "files": 2}),
    )
    assert s.agreement.effective_on == date(2026, 8, 14)
    once_more = fold([*entries(*UP_TO_SIGNED), *entries((CaseAct.SIGN, {"on": "2026-08-20", "files": 1}))])
    assert once_more.agreement.effective_on == date(2026, 8, 12)


def test_signing_nothing_is_refused_and_signing_without_an_agreement_changes_nothing():
    assert (
        why_not(CaseAct.SIGN, after(*UP_TO_SESSION, AGREED), {"on": "2026-08-12", "signed": []})
        is Reason.CASE_NOTHING_NEW
    )
    assert all(why_not(CaseAct.SIGN, after(*UP_TO_SESSION, AGREED), one) is None for one in GOES)
    assert after(*UP_TO_SESSION, SIGNED).agreement is None and unsigned(after(*UP_TO_SESSION)) == []


def test_an_oral_agreement_binds_at_once():
    oral = {**WRITTEN, "form": "oral", "rows": [{**ROWS[1], "due": "2026-08-11"}]}
    assert after(*UP_TO_SESSION, (CaseAct.AGREE, oral)).agreement.effective_on == TODAY
    assert state_after(CaseAct.AGREE, CaseState.MEDIATING, UP_TO_SESSION, oral) is CaseState.AGREED_ORALLY
    assert state_after(CaseAct.AGREE, CaseState.MEDIATING, UP_TO_SESSION, WRITTEN) is CaseState.AGREED_IN_WRITING


@pytest.mark.parametrize("act", [CaseAct.PERFORM, CaseAct.BREACH])
def test_whether_it_was_done_is_said_by_the_other_side(act):
    s, late = after(*UP_TO_SIGNED), date(2026, 12, 1)
    for row, debtor, other in ((1, B, A), (2, A, B)):
        facts = {"row": row} | ({"on": "2026-08-20"} if act is CaseAct.PERFORM else {})
        parts = {A: CaseRole.APPLICANT, B: CaseRole.RESPONDENT}
        assert why_not(act, s, facts, part=parts[debtor], mine=debtor, today=late) is Reason.CASE_OTHER_SIDE_SAYS
        assert why_not(act, s, facts, part=parts[other], mine=other, today=late) is None
        assert why_not(act, s, facts, today=late) is None
    joined = after(*UP_TO_SIGNED, (CaseAct.ADD_PARTY, {"party": {"part": "respondent", "name": "丁"}}))
    beside = why_not(act, joined, {"row": 1}, part=CaseRole.RESPONDENT, mine=3, today=late)
    assert beside is Reason.CASE_OTHER_SIDE_SAYS


def test_a_point_is_done_once_and_the_last_one_ends_the_performance():
    first, second = ({"row": n, "on": "2026-08-20"} for n in (1, 2))
    assert state_after(CaseAct.PERFORM, CaseState.PERFORMING, UP_TO_SIGNED, first) is CaseState.PERFORMING
    done = (*UP_TO_SIGNED, (CaseAct.PERFORM, first))
    assert after(*done).agreement.rows[0].done_on == date(2026, 8, 20) and after(*done).performed_on is None
    assert why_not(CaseAct.PERFORM, after(*done), first) is Reason.CASE_ROW_DONE
    assert state_after(CaseAct.PERFORM, CaseState.BREACHED, done, second) is CaseState.PERFORMED
    assert after(*done, (CaseAct.PERFORM, second)).performed_on == date(2026, 8, 20)
    assert why_not(CaseAct.PERFORM, after(*done), {"row": 9, "on": "2026-08-20"}) is Reason.CASE_ROW_DONE


def test_a_point_ticked_by_mistake_is_owed_again_and_the_case_goes_back_to_where_it_is_carried_out():
    first, second = (CaseAct.PERFORM, {"row": 1, "on": "2026-08-20"}), (CaseAct.PERFORM, {"row": 2, "on": "2026-08-20"})
    all_done = (*UP_TO_SIGNED, first, second)
    back = {"row": 1, "reason": "按错了"}
    s = after(*all_done, (CaseAct.TAKE_BACK, back))
    assert [row.number for row in s.undone()] == [1] and s.performed_on is None
    assert state_after(CaseAct.TAKE_BACK, CaseState.PERFORMED, all_done, back) is CaseState.PERFORMING
    broken = (*UP_TO_SIGNED, (CaseAct.BREACH, {"row": 1}), first)
    assert state_after(CaseAct.TAKE_BACK, CaseState.PERFORMING, broken, back) is CaseState.BREACHED
    oral = (CaseAct.AGREE, {**WRITTEN, "form": "oral"})
    assert (
        state_after(CaseAct.TAKE_BACK, CaseState.FOLLOWED_UP, (*UP_TO_SESSION, oral, first, second), back)
        is CaseState.AGREED_ORALLY
    )
    assert why_not_offered(CaseAct.TAKE_BACK, CaseState.PERFORMING, after(*UP_TO_SIGNED)) is Reason.CASE_OTHER_STATE


def test_title_and_category_are_put_right_and_what_is_the_same_is_no_correction():
    s = after(*UP_TO_SESSION)
    right = {"title": "水渠", "kind": "damages", "tag": None, "reason": "写错"}
    assert why_not(CaseAct.CORRECT, s, right) is None
    assert why_not(CaseAct.CORRECT, s, {"title": s.title, "kind": s.kind, "tag": s.tag}) is Reason.CASE_NOTHING_NEW
    mended = after(*UP_TO_SESSION, (CaseAct.CORRECT, right))
    assert (mended.title, mended.kind, mended.tag) == ("水渠", "damages", "") and mended.accepted_on == TODAY


def test_nothing_is_broken_before_its_day_is_over():
    s = after(*UP_TO_SIGNED)
    assert why_not(CaseAct.BREACH, s, {"row": 1}, today=date(2026, 9, 1)) is Reason.CASE_NOT_DUE
    assert why_not(CaseAct.BREACH, s, {"row": 1}, today=date(2026, 9, 2)) is None
    later = after(*UP_TO_SIGNED, (CaseAct.DEFER, {"row": 1, "until": "2026-09-15"}))
    assert [row.due_on for row in later.agreement.rows] == [date(2026, 9, 15), date(2026, 10, 1)]
    assert why_not(CaseAct.BREACH, later, {"row": 1}, today=date(2026, 9, 15)) is Reason.CASE_NOT_DUE


def test_mediating_again_starts_the_thirty_days_anew_and_a_new_agreement_forgets_the_courts_answer():
    no = (CaseAct.CONFIRMATION, {"result": "not_confirmed"})
    again = fold(
        [
            *entries(
                *UP_TO_SIGNED,
                (CaseAct.EXTEND, {"until": "2026-09-20"}),
                (CaseAct.APPLY_CONFIRMATION, {"on": "2026-08-13"}),
                no,
            ),
            *entries((CaseAct.MEDIATE_AGAIN, {}), on=date(2026, 10, 9)),
        ]
    )
    assert again.confirmed is False and clocks.settle_by(again) == date(2026, 11, 9)
    anew = after(
        *UP_TO_SIGNED, (CaseAct.APPLY_CONFIRMATION, {"on": "2026-08-13"}), no, (CaseAct.MEDIATE_AGAIN, {}), AGREED
    )
    assert (anew.court_on, anew.confirmed, anew.performed_on) == (None, None, None)
    assert unsigned(anew) == ["1", "2", "mediator", "seal", "photo"]


def test_while_it_is_performed_one_mediates_again_only_where_the_court_did_not_confirm():
    asked = (*UP_TO_SIGNED, (CaseAct.APPLY_CONFIRMATION, {"on": "2026-08-13"}))
    for rows, result in ((UP_TO_SIGNED, None), (asked, None), (asked, "confirmed"), (asked, "not_confirmed")):
        s = after(*rows, *([(CaseAct.CONFIRMATION, {"result": result})] if result else []))
        may = result == "not_confirmed"
        assert (why_not_offered(CaseAct.MEDIATE_AGAIN, CaseState.PERFORMING, s) is None) is may
        assert why_not_offered(CaseAct.MEDIATE_AGAIN, CaseState.BREACHED, s) is None


def test_the_court_enforces_only_what_it_confirmed_and_one_may_sue_in_any_case():
    s = Situation()
    assert why_not_offered(CaseAct.ENFORCE, CaseState.BREACHED, s) is Reason.CASE_NOT_CONFIRMED
    assert why_not_offered(CaseAct.ENFORCE, CaseState.BREACHED, Situation(confirmed=False)) is Reason.CASE_NOT_CONFIRMED
    assert why_not_offered(CaseAct.ENFORCE, CaseState.BREACHED, Situation(confirmed=True)) is None
    assert why_not_offered(CaseAct.SUE, CaseState.BREACHED, s) is None
