"""Corrections of entries of cases: once, under the lock, with readers, figures and second looks that follow."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from consult import clock
from consult.domain import versions
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.states import CaseRole, CaseState
from consult.domain.people.roles import Role
from consult.domain.refusals import Reason, Refused
from consult.models import CaseEntry, db
from consult.services.cases import case_verification, corrections, figures
from consult.services.cases.corrections import NewCorrection
from consult.services.core.acts import Act
from consult.services.people import villages
from tests.cases import a_case, act, grant, opened, row_of
from tests.village import Cast, Who


def number_of(cast: Cast, address: str, step: CaseAct, who: Who | None = None) -> int:
    found = opened(cast, who or cast.aunt_leung, address)
    assert found is not None
    return [entry.number for entry in found.written if entry.act is step][-1]


def correct(cast: Cast, address: str, who: Who, number: int, said: dict[str, Any] | None = None, **more: Any) -> None:
    case = opened(cast, who, address)
    assert case is not None
    new = NewCorrection(number, said or {}, "记错了", void=said is None)
    corrections.correct(case, new, who.act(key=more.pop("key", f"fix-{number}-{who.id}-{len(case.written)}"), **more))


def confirm(cast: Cast, address: str, who: Who, number: int, answer: str = "yes") -> None:
    case = opened(cast, who, address)
    assert case is not None
    corrections.confirm(case, number, answer, who.act(key=f"look-{number}-{who.id}-{len(case.written)}"))


def why_not(what, *args, **more) -> Reason:
    with pytest.raises(Refused) as refusal:
        what(*args, **more)
    db.session.rollback()
    return refusal.value.reason


@pytest.fixture
def two(inside: Cast) -> Cast:
    """A mediator and a head."""
    grant(inside.ms_yip, Role.HEAD_OF_MEDIATION)
    db.session.commit()
    return inside


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("end", "step", "back"),
    [
        (CaseState.DECLINED, CaseAct.DECLINE, CaseState.APPLIED),
        (CaseState.WITHDRAWN, CaseAct.WITHDRAW, CaseState.APPLIED),
        (CaseState.TERMINATED, CaseAct.TERMINATE, CaseState.MEDIATING),
        (CaseState.CLOSED, CaseAct.CLOSE, CaseState.FOLLOWED_UP),
        (CaseState.ARCHIVED, CaseAct.ARCHIVE, CaseState.CLOSED),
    ],
)
def test_an_end_by_mistake_is_struck_and_the_case_stands_where_it_stood(inside, end, step, back):
    address = a_case(inside, end)
    correct(inside, address, inside.aunt_leung, number_of(inside, address, step))
    case = opened(inside, inside.aunt_leung, address)
    assert case.state is back and step not in case.situation.acts
    assert [entry.act for entry in case.written][-2:] == [step, CaseAct.CORRECT_ENTRY]
    assert list(case_verification.faults(inside.id)) == []


@pytest.mark.both_databases
def test_a_wrong_tick_at_signing_is_taken_away_by_two_and_the_words_can_be_mended(two):
    address = a_case(two, CaseState.PERFORMING)
    sign, agree = (number_of(two, address, step) for step in (CaseAct.SIGN, CaseAct.AGREE))
    assert why_not(correct, two, address, two.aunt_leung, agree, {"terms": "x"}) is Reason.CASE_WORDS_SIGNED
    correct(two, address, two.aunt_leung, sign)
    assert opened(two, two.aunt_leung, address).state is CaseState.PERFORMING
    assert why_not(correct, two, address, two.aunt_leung, sign) is Reason.CASE_CORRECTION_WAITS
    assert why_not(confirm, two, address, two.aunt_leung, sign) is Reason.CASE_SECOND_PERSON
    confirm(two, address, two.ms_yip, sign)
    case = opened(two, two.aunt_leung, address)
    assert case.state is CaseState.AGREED_IN_WRITING and row_of(two, address).confirm_by is None
    assert not case.situation.agreement.signed and case.situation.agreement.effective_on is None


@pytest.mark.both_databases
def test_a_no_recorded_for_the_wrong_party_is_put_right_by_that_party(inside):
    address = a_case(inside, CaseState.ASSIGNED)
    no = {"party": 1, "answer": "no", "sure": True}
    act(inside, address, inside.aunt_leung, CaseAct.CONSENT, no)
    wrong = number_of(inside, address, CaseAct.CONSENT)
    assert opened(inside, inside.ah_fong, address).state is CaseState.TERMINATED
    said = {"party": 1, "answer": "yes", "sure": False}
    correct(inside, address, inside.aunt_leung, wrong, said)
    assert why_not(confirm, inside, address, inside.old_chan, wrong) is Reason.CASE_SECOND_PERSON
    confirm(inside, address, inside.ah_fong, wrong)
    case = opened(inside, inside.ah_fong, address)
    assert case.state is CaseState.ASSIGNED and case.situation.consents == {1: True} and case.situation.ended_on is None


def test_what_the_second_look_refuses_stands_as_it_was(two):
    address = a_case(two, CaseState.PERFORMING)
    sign = number_of(two, address, CaseAct.SIGN)
    correct(two, address, two.aunt_leung, sign)
    confirm(two, address, two.ms_yip, sign, "no")
    case = opened(two, two.aunt_leung, address)
    assert case.state is CaseState.PERFORMING and not any(one.corrections for one in case.entries)


def test_the_real_days_are_put_right_in_order_and_the_clock_follows(inside):
    address = a_case(inside, CaseState.ASSIGNED)
    before = row_of(inside, address).due_on
    today = villages.local_day(inside.row(), clock.now())
    accept = number_of(inside, address, CaseAct.ACCEPT)
    said = {"title": "屋檐滴水纠纷", "kind": "neighbours", "tag": "eaves_light_way", "rights_told": True}
    earlier = {**said, "on": (today - timedelta(4)).isoformat()}
    assert why_not(correct, inside, address, inside.aunt_leung, accept, earlier) is Reason.CASE_BEFORE_STEP
    filed = opened(inside, inside.aunt_leung, address).written[0]
    names = {f"name_{n}": row["name"] for n, row in enumerate(filed.facts["parties"], 1)}
    correct(inside, address, inside.aunt_leung, 1, {**names, "on": earlier["on"]})
    correct(inside, address, inside.aunt_leung, accept, earlier)
    s = opened(inside, inside.aunt_leung, address).situation
    assert s.filed_on == s.accepted_on == today - timedelta(4)
    assert row_of(inside, address).due_on < before


def test_a_name_and_a_household_put_right_change_who_reads(inside):
    """The other side was found in the wrong household: that reader loses the case, the right one reads it."""
    address = a_case(inside, CaseState.ASSIGNED)
    kin = {"side": "kin", "name": "陈志强", "code": "01-003", "both_agree": True, "for_party": None, "authority": None}
    act(inside, address, inside.aunt_leung, CaseAct.ADD_PARTY, kin)
    assert opened(inside, inside.ah_keung, address).part is CaseRole.KIN
    number = number_of(inside, address, CaseAct.ADD_PARTY)
    correct(inside, address, inside.aunt_leung, number, {**kin, "name": "陈国强", "code": "01-001"})
    assert opened(inside, inside.ah_keung, address) is None
    assert opened(inside, inside.ah_kwok, address).part is CaseRole.KIN
    twice = {**kin, "name": "陈伯坚", "code": "01-002"}
    assert why_not(correct, inside, address, inside.aunt_leung, number, twice) is Reason.CASE_PARTY_THERE


def test_a_partys_own_words_are_corrected_by_themselves_and_stay_between_them_and_the_desk(inside):
    address = a_case(inside, CaseState.ASSIGNED)
    act(inside, address, inside.ah_fong, CaseAct.STATEMENT, {"words": "他占了三尺"})
    number = number_of(inside, address, CaseAct.STATEMENT, inside.ah_fong)
    assert why_not(correct, inside, address, inside.aunt_leung, number, {"words": "x"}) is Reason.CASE_OWN_WORDS
    assert why_not(correct, inside, address, inside.old_chan, number, {"words": "x"}) is Reason.CASE_OTHER_STATE
    correct(inside, address, inside.ah_fong, number, {"words": "他占了一尺"})
    assert "他占了一尺" in str([e.facts for e in opened(inside, inside.aunt_leung, address).entries])
    assert "尺" not in str([e.facts for e in opened(inside, inside.old_chan, address).written])


def test_what_is_struck_in_the_hand_up_closes_the_case_to_the_town(inside):
    grant(inside.uncle_ho, Role.JUSTICE_OFFICE)
    db.session.commit()
    address = a_case(inside, CaseState.ESCALATED)
    assert opened(inside, inside.uncle_ho, address) is not None
    correct(inside, address, inside.aunt_leung, number_of(inside, address, CaseAct.ESCALATE))
    assert opened(inside, inside.uncle_ho, address) is None
    assert opened(inside, inside.aunt_leung, address).state is CaseState.MEDIATING


def test_figures_and_the_public_table_follow_a_corrected_category(inside):
    address = a_case(inside, CaseState.ACCEPTED)
    today = villages.local_day(inside.row(), clock.now())
    month = (today.replace(day=1), today)
    said = {"title": "屋檐", "kind": "contract", "tag": None, "rights_told": True}
    correct(inside, address, inside.aunt_leung, number_of(inside, address, CaseAct.ACCEPT), said)
    assert figures.of_span(inside.id, *month).by_kind == {"contract": 1}
    assert {kind for kind, _month in figures.accepted(inside.id, *month)} == {"contract"}
    assert row_of(inside, address).kind == "contract"


@pytest.mark.both_databases
def test_two_who_correct_one_entry_at_once_do_it_once_and_the_second_is_told(app, village):
    with app.app_context():
        address = a_case(village, CaseState.DECLINED)
        number = number_of(village, address, CaseAct.DECLINE)
        case = opened(village, village.aunt_leung, address)
        seen = versions.token(corrections.shown_parts(case, number))
        db.session.remove()

    def tap(n: int) -> str:
        with app.app_context():
            try:
                said = {"ground": "crime", "reason": f"第{n}次", "on": None}
                acting = village.aunt_leung.act(key=f"tap-{n}")
                found = opened(village, village.aunt_leung, address)
                corrections.correct(found, NewCorrection(number, said, "理由写错"), _seeing(acting, seen))
            except Refused as refusal:
                return refusal.reason.value
            finally:
                db.session.remove()
            return "done"

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(tap, range(2)))
    assert answers == ["changed_meanwhile", "done"]
    with app.app_context():
        assert db.session.query(CaseEntry).filter_by(act="correct_entry").count() == 1
        db.session.remove()


def _seeing(acting: Act, seen: str) -> Act:
    return replace(acting, seen=seen)


def test_one_form_sent_twice_corrects_once(inside):
    address = a_case(inside, CaseState.DECLINED)
    number = number_of(inside, address, CaseAct.DECLINE)
    for _ in range(2):
        correct(inside, address, inside.aunt_leung, number, key="one-form")
    assert db.session.query(CaseEntry).filter_by(act="correct_entry").count() == 1
