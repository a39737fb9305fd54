"""A case in court, from the agreement to the archive; and cases that were taken to court before that was a state."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from consult import clock
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.agreements.earlier_states import mended
from consult.domain.cases.papers import Paper, volume
from consult.domain.cases.states import CaseState
from consult.domain.refusals import Reason
from consult.models import db
from consult.services.cases import case_verification, figures
from consult.services.people import villages
from consult.web.words.cases import case_agreement_words, case_papers
from tests.cases import a_case, act, opened, refused, row_of

DUE = 30


def day(cast, days: int = 0) -> str:
    return (villages.local_day(cast.row(), clock.now()) + timedelta(days)).isoformat()


def broken(cast, *, confirmed: bool) -> str:
    """An agreement of two points of which the second was not done in time."""
    address = a_case(cast, CaseState.PERFORMING)
    leung = cast.aunt_leung
    if confirmed:
        act(
            cast,
            address,
            leung,
            CaseAct.APPLY_CONFIRMATION,
            {"court": "清新区法院", "on": day(cast), "both_agree": True},
        )
        act(cast, address, leung, CaseAct.CONFIRMATION, {"result": "confirmed", "on": day(cast), "number": "司确1号"})
    late = clock.now() + timedelta(DUE)
    act(cast, address, cast.ah_fong, CaseAct.BREACH, {"row": 2, "words": "钱没有给"}, at=late)
    return address


def cover(app, cast, address: str) -> str:
    with app.test_request_context("/rongxi/", headers={"Cookie": "language=zh_Hans"}):
        app.preprocess_request()
        case = opened(cast, cast.aunt_leung, address)
        return "\n".join(value for _, value in case_papers.of_volume(case)["cover"]["pairs"]["rows"])


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("way", "state", "result", "code", "words"),
    [
        (CaseAct.ENFORCE, CaseState.ENFORCEMENT, CaseAct.ENFORCEMENT_RESULT, "enforced", "执行完毕"),
        (CaseAct.SUE, CaseState.LAWSUIT, CaseAct.COURT_RESULT, "maintained", "起诉"),
    ],
)
def test_what_went_to_court_is_archived_as_an_agreement_and_never_as_a_mediation_that_ended(
    app, inside, way, state, result, code, words
):
    address = broken(inside, confirmed=way is CaseAct.ENFORCE)
    leung, late = inside.aunt_leung, clock.now() + timedelta(DUE)
    on = day(inside, DUE)
    act(inside, address, leung, way, {"court": "清新区法院", "on": on}, at=late)
    case = opened(inside, leung, address)
    assert case.state is state and len(case.situation.undone()) == 2
    act(
        inside,
        address,
        leung,
        CaseAct.PERFORM,
        {"row": 2, "on": on, "amount": 20_000, "other_side_says": True},
        at=late,
    )
    assert refused(inside, address, leung, CaseAct.CLOSE, summary="完") is Reason.CASE_COURT_SILENT
    act(inside, address, leung, result, {"result": code, "on": on, "number": ""}, at=late)
    act(inside, address, leung, CaseAct.CLOSE, {"summary": "法院已有结果", "prevented": None, "people": None}, at=late)
    act(inside, address, leung, CaseAct.ARCHIVE, {"shelf": ""}, at=late)
    said = cover(app, inside, address)
    assert "达成书面协议" in said and words in said and "200" in said and "终止" not in said
    monthly = figures.of_span(inside.id, late.date() - timedelta(60), late.date())
    assert (monthly.succeeded, monthly.failed) == (1, 0) and monthly.reconciles
    assert list(case_verification.faults(inside.id)) == []


def test_a_case_of_the_past_that_ended_by_going_to_court_is_read_as_what_it_is(app, inside):
    address = broken(inside, confirmed=False)
    late = clock.now() + timedelta(DUE)
    act(inside, address, inside.aunt_leung, CaseAct.SUE, {"court": "清新区法院", "on": day(inside, DUE)}, at=late)
    entries = opened(inside, inside.aunt_leung, address).entries
    assert entries[-1].state is CaseState.LAWSUIT
    old = [*entries[:-1], replace(entries[-1], state=CaseState.TERMINATED)]
    assert mended(old) == entries
    case = opened(inside, inside.aunt_leung, address)
    with app.test_request_context("/rongxi/", headers={"Cookie": "language=zh_Hans"}):
        app.preprocess_request()
        lines = case_agreement_words.outcome(case.situation, old)
    assert any("起诉" in line for line in lines) and not any("终止" in line for line in lines)
    assert row_of(inside, address).state is CaseState.LAWSUIT
    assert db.session.execute(text("SELECT count(*) FROM case_entry WHERE state = 'terminated'")).scalar() == 0


def test_a_part_that_is_too_much_is_refused_and_each_of_several_owed_ticks_their_own(inside):
    address = a_case(inside, CaseState.PERFORMING)
    pays = {"row": 2, "on": day(inside), "amount": 120_001, "other_side_says": True}
    assert refused(inside, address, inside.aunt_leung, CaseAct.PERFORM, **pays) is Reason.CASE_TOO_MUCH_PAID
    act(inside, address, inside.ah_fong, CaseAct.PERFORM, {"row": 2, "on": day(inside), "amount": 20_000})
    assert opened(inside, inside.ah_fong, address).situation.row(2).left_fen == 100_000
    assert (
        refused(inside, address, inside.old_chan, CaseAct.PERFORM, row=2, on=day(inside)) is Reason.CASE_OTHER_SIDE_SAYS
    )


UP = {"level": "town", "office": "镇司法所", "reason": "第二次调解也谈不成。"}


def test_an_agreement_in_effect_is_carried_out_also_after_a_second_mediation_was_handed_up(inside):
    rows = [{"by": 2, "what": "补墙", "amount": None, "due": day(inside)}]
    address, leung = a_case(inside, CaseState.PERFORMING, rows=rows), inside.aunt_leung
    late = clock.now() + timedelta(2)
    again = {"both_agree": True, "reason": "换个办法。"}
    anew = {"form": "written", "facts": "没有补。", "terms": "改为赔钱。", "asked_written": False}
    act(inside, address, inside.ah_fong, CaseAct.BREACH, {"row": 1, "words": "没有补"}, at=late)
    act(inside, address, leung, CaseAct.MEDIATE_AGAIN, again, at=late)
    act(
        inside,
        address,
        leung,
        CaseAct.AGREE,
        {**anew, "on": day(inside, 2), "rows": [{**rows[0], "due": day(inside, 9)}]},
        at=late,
    )
    act(inside, address, leung, CaseAct.ESCALATE, UP, at=late)
    case = opened(inside, leung, address)
    assert case.state is CaseState.ESCALATED
    assert case.situation.agreement.terms == "陈伯坚装水槽，补贴墙面修缮费。", "what nobody signed binds nobody"
    act(inside, address, inside.ah_fong, CaseAct.PERFORM, {"row": 1, "on": day(inside, 2)}, at=late)
    case = opened(inside, leung, address)
    assert case.situation.performed_on and case.state is CaseState.ESCALATED, "the town has the case still"
    assert list(case_verification.faults(inside.id)) == []


def test_nothing_can_be_carried_out_of_what_was_handed_up_without_an_agreement(inside):
    address = a_case(inside, CaseState.ESCALATED)
    for step in (CaseAct.PERFORM, CaseAct.TAKE_BACK):
        assert refused(inside, address, inside.aunt_leung, step, row=1, reason="") is Reason.CASE_OTHER_STATE


@pytest.mark.parametrize(
    ("result", "confirmed", "again"),
    [("confirmed", True, False), ("not_confirmed", False, False), ("not_taken", None, True), ("withdrawn", None, True)],
)
def test_an_application_that_was_withdrawn_or_not_taken_can_be_made_again_and_the_agreement_stands(
    app, inside, result, confirmed, again
):
    address, leung = a_case(inside, CaseState.PERFORMING), inside.aunt_leung
    asks = {"court": "清新区法院", "on": day(inside), "both_agree": True}
    act(inside, address, leung, CaseAct.APPLY_CONFIRMATION, asks)
    assert row_of(inside, address).confirm_by is None, "nobody is reminded of what was done"
    act(inside, address, leung, CaseAct.CONFIRMATION, {"result": result, "on": day(inside), "number": ""})
    s = opened(inside, leung, address).situation
    assert (s.confirmed, s.court_on is None) == (confirmed, again)
    assert opened(inside, leung, address).state is CaseState.PERFORMING
    assert (row_of(inside, address).confirm_by is not None) is again
    with app.test_request_context("/rongxi/", headers={"Cookie": "language=zh_Hans"}):
        app.preprocess_request()
        case = opened(inside, leung, address)
        titles = [one["title"] for one in case_papers.of_paper(case, Paper.CONFIRMATION)["documents"]]
        assert len(titles) == 2, "the application and what became of it stay in the volume"
        assert any(sheet.paper is Paper.CONFIRMATION and sheet.entries for sheet in volume(case.entries, s))
    if again:
        act(inside, address, leung, CaseAct.APPLY_CONFIRMATION, asks, key="again")
        act(
            inside,
            address,
            leung,
            CaseAct.CONFIRMATION,
            {"result": "confirmed", "on": day(inside), "number": "1"},
            key="yes",
        )
        assert opened(inside, leung, address).situation.confirmed is True
    else:
        assert refused(inside, address, leung, CaseAct.APPLY_CONFIRMATION, **asks) is Reason.CASE_CANNOT_BE_CONFIRMED
    monthly = figures.of_span(inside.id, *(villages.local_day(inside.row(), clock.now()),) * 2)
    assert (monthly.court_applied, monthly.court_confirmed) == (1, int(again or confirmed))
