"""Days of events: each act has one, in the order of the steps; what follows from a day follows from the real one."""

from datetime import date, timedelta

import pytest

from consult.domain.cases import clocks, rules
from consult.domain.cases.act_table import RULES
from consult.domain.cases.acts import ABOUT_ENTRIES, DONE_AS_WRITTEN, CaseAct, FieldKind
from consult.domain.cases.day_order import FOLLOWS
from consult.domain.cases.facts import fold
from consult.domain.cases.situation import ActEntry, CaseActor, PlannedAct
from consult.domain.cases.states import CaseRole
from consult.domain.refusals import Reason, Refused
from tests.domain.cases.test_case_rules import FILED, ROWS, SIGNED, TAKEN, UP_TO_SESSION, WRITTEN, YES, entries

DESK = CaseActor(7, "调", CaseRole.MEDIATOR)


def why_not(act: CaseAct, facts: dict, done: list[ActEntry], today: date) -> Refused | None:
    try:
        rules.refuse(act, PlannedAct(facts, fold(done), DESK, today, done))
    except Refused as refusal:
        return refusal
    return None


def test_every_act_has_a_row_in_the_order_of_days():
    assert set(FOLLOWS) == set(CaseAct) - ABOUT_ENTRIES - {CaseAct.FILE}
    assert all(step in CaseAct for steps in FOLLOWS.values() for step in steps)


def test_every_act_that_happens_has_a_day_of_its_own_that_costs_no_tap():
    for act, rule in RULES.items():
        on = [field for field in rule.fields if field.name == "on"]
        if act in DONE_AS_WRITTEN - {CaseAct.CALL_SESSION}:
            assert not on, act
        else:
            kind = FieldKind.COMING_DAY if act is CaseAct.CALL_SESSION else FieldKind.PAST_DAY
            assert [field.kind for field in on] == [kind], act


def test_what_was_settled_in_the_yard_is_entered_later_with_its_real_days():
    """Taken, mediated, agreed and signed on the 3rd; typed in on the 11th: the court's thirty days run from the 3rd."""
    on = {"on": "2026-08-03"}
    filed = (FILED[0], {**FILED[1], **on})
    accepted = (CaseAct.ACCEPT, {"title": "水沟", "kind": "neighbours", **on})
    done = [filed, accepted, TAKEN, *YES, (CaseAct.HOLD_SESSION, {**on, "identity_seen": True})]
    today = date(2026, 8, 11)
    written = entries(*done)
    assert why_not(CaseAct.AGREE, {**WRITTEN, **on}, written, today) is None
    s = fold(entries(*done, (CaseAct.AGREE, {**WRITTEN, **on}), (CaseAct.SIGN, {**SIGNED[1], **on})))
    assert s.filed_on == s.accepted_on == s.clock_from == date(2026, 8, 3)
    assert clocks.settle_by(s) == date(2026, 9, 2) and clocks.confirm_by(s) == date(2026, 9, 2)
    late = [entry for entry in written if entry.entered_late]
    assert [entry.act for entry in late] == [CaseAct.FILE, CaseAct.ACCEPT, CaseAct.HOLD_SESSION]
    assert all(entry.on == today for entry in written)


AGREED_ON_11 = (*UP_TO_SESSION, (CaseAct.AGREE, WRITTEN), SIGNED)


@pytest.mark.parametrize(
    ("act", "facts", "done", "step", "day"),
    [
        (CaseAct.ACCEPT, {}, (FILED,), CaseAct.FILE, "2026-08-11"),
        (CaseAct.HOLD_SESSION, {"result": "again"}, UP_TO_SESSION, CaseAct.ACCEPT, "2026-08-11"),
        (CaseAct.INVESTIGATE, {}, UP_TO_SESSION, CaseAct.FILE, "2026-08-11"),
        (CaseAct.AGREE, WRITTEN, UP_TO_SESSION, CaseAct.HOLD_SESSION, "2026-08-11"),
        (CaseAct.SIGN, {"sealed": True}, (*UP_TO_SESSION, (CaseAct.AGREE, WRITTEN)), CaseAct.AGREE, "2026-08-11"),
        (CaseAct.PERFORM, {"row": 1}, AGREED_ON_11, CaseAct.AGREE, "2026-08-11"),
        (CaseAct.FOLLOW_UP, {"performed": "part"}, AGREED_ON_11, CaseAct.AGREE, "2026-08-11"),
        (CaseAct.APPLY_CONFIRMATION, {}, AGREED_ON_11, CaseAct.SIGN, "2026-08-12"),
        (CaseAct.TERMINATE, {"ground": "impossible"}, UP_TO_SESSION, CaseAct.HOLD_SESSION, "2026-08-11"),
        (CaseAct.WITHDRAW, {}, UP_TO_SESSION, CaseAct.FILE, "2026-08-11"),
    ],
)
def test_no_step_lies_before_the_one_it_follows_and_the_refusal_names_it(act, facts, done, step, day):
    steps, bound = entries(*done), date.fromisoformat(day)
    for early in (bound - timedelta(1), date(1990, 1, 1)):
        refusal = why_not(act, {**facts, "on": early.isoformat()}, steps, date(2026, 9, 1))
        assert refusal is not None and refusal.reason is Reason.CASE_BEFORE_STEP
        assert refusal.facts["day"] == bound and refusal.facts["act"] == act
        assert CaseAct(refusal.facts["step"]) is step or fold(steps).days[CaseAct(refusal.facts["step"])] == bound
    again = why_not(act, {**facts, "on": day}, steps, date(2026, 9, 1))
    assert again is None or again.reason is not Reason.CASE_BEFORE_STEP


def test_a_visit_that_finds_all_done_is_not_before_the_last_point_was_done():
    paid = [(CaseAct.PERFORM, {"row": n, "on": "2026-08-20"}) for n in (1, 2)]
    done = entries(*AGREED_ON_11, *paid)
    visit = {"performed": "all", "on": "2026-08-19"}
    refusal = why_not(CaseAct.FOLLOW_UP, visit, done, date(2026, 9, 1))
    assert refusal is not None and refusal.facts["step"] == "perform"
    assert why_not(CaseAct.FOLLOW_UP, {**visit, "performed": "part"}, done, date(2026, 9, 1)) is None


def test_a_breach_is_not_before_the_day_it_was_owed_by_nor_measured_by_the_day_of_entry():
    done = entries(*AGREED_ON_11)
    assert ROWS[0]["due"] == "2026-09-01"
    late = date(2026, 12, 1)
    refusal = why_not(CaseAct.BREACH, {"row": 1, "on": "2026-09-01"}, done, late)
    assert refusal is not None and refusal.reason is Reason.CASE_NOT_DUE
    assert why_not(CaseAct.BREACH, {"row": 1, "on": "2026-09-02"}, done, late) is None


def test_entries_without_a_day_of_their_own_happened_when_they_were_written():
    (entry,) = entries((CaseAct.ACCEPT, {"title": "", "kind": "other"}))
    (call,) = entries((CaseAct.CALL_SESSION, {"on": "2026-08-25", "at": "9:00", "place": "祠堂"}))
    assert entry.happened == entry.on and not entry.entered_late
    assert call.happened == call.on
