"""What was paid on one day, in one table: each line an entry, once, and each creditor for their own alone."""

import pytest

from consult import clock
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.applications import Side
from consult.domain.cases.states import CaseRole, CaseState
from consult.models import db
from consult.services.cases import membership, transitions
from consult.services.cases.transitions import Transition
from consult.services.people import villages
from tests.cases import a_case, a_photo, act, course, opened
from tests.village import Cast

WORKERS = 38


def a_day(village: Cast) -> str:
    return villages.local_day(village.row(), clock.now()).isoformat()


def wages(village: Cast, workers: int = WORKERS) -> str:
    """Old Chan owes each of many workers wages of their own; Ah Fong is the first of them."""
    debtor, everybody, leung = workers + 1, range(1, workers + 2), village.aunt_leung
    sides = [membership.party_of(village.ah_fong.row(), CaseRole.APPLICANT)]
    sides += [Side(CaseRole.APPLICANT, f"工人{chr(0x4E00 + n)}") for n in range(1, workers)]
    sides.append(membership.party_of(village.old_chan.row(), CaseRole.RESPONDENT))
    rows = [
        {"by": debtor, "to": [n], "what": "付工钱", "amount": 100_000 + n, "due": a_day(village)}
        for n in range(1, workers + 1)
    ]
    usual = {step: facts for _, step, facts, _ in course(village, rows=rows)}
    address = a_case(village, CaseState.ASSIGNED, sides=sides)
    case, by = opened(village, leung, address), leung.act(language="zh-Hans-CN", key="yes")
    yes = {"answer": "yes", "on": a_day(village), "how": "当面"}
    transitions.do_each(case, [Transition(CaseAct.CONSENT, {"party": n, **yes}) for n in everybody], by)
    for step in (CaseAct.HOLD_SESSION, CaseAct.AGREE):
        act(village, address, leung, step, usual[step])
    signing = {**usual[CaseAct.SIGN], "signed": list(everybody)}
    act(village, address, leung, CaseAct.SIGN, signing, media=(a_photo(),))
    return address


def paid(village: Cast, address: str) -> list:
    case = opened(village, village.aunt_leung, address)
    db.session.expire_all()
    return [one for one in case.entries if one.act is CaseAct.PERFORM]


@pytest.fixture
def crew(app, village) -> str:
    with app.app_context():
        return wages(village)


def ticked(form: dict, *numbers: int) -> dict:
    return form | {f"paid_{n}": "1" for n in numbers}


def filled(client) -> dict:
    return {
        one["name"]: one.get("value", "")
        for one in client.page.select("form[data-private] input[name]")
        if one.get("type") not in ("checkbox", "submit", "radio") and one["name"] not in ("csrf_token",)
    }


def test_payments_of_one_day_are_one_form_with_what_is_due_and_one_sending(app, as_person, village, crew):
    leung, at = as_person(village.aunt_leung), f"/rongxi/cases/{crew}/payments"
    leung.get(f"/rongxi/cases/{crew}")
    assert leung.page.select_one(f"main a[href$='/cases/{crew}/payments']")
    leung.get(at)
    form = filled(leung)
    assert form["amount_1"] == "1000.01" and form[f"amount_{WORKERS}"] == "1000.38"
    assert not leung.page.select("input[type=checkbox][checked]"), "nobody has said yet that they were paid"
    sent = ticked(form, *range(1, WORKERS + 1))
    assert leung.send(at, at=at, **sent).status_code == 303
    assert leung.send(at, at="/rongxi/me", **sent).status_code == 303, "a double tap"
    with app.app_context():
        found = paid(village, crew)
        assert [one.facts["row"] for one in found] == list(range(1, WORKERS + 1))
        assert opened(village, village.aunt_leung, crew).state is CaseState.PERFORMED


def test_a_smaller_amount_is_a_part_and_what_is_not_ticked_stays_open(app, as_person, village, crew):
    leung, at = as_person(village.aunt_leung), f"/rongxi/cases/{crew}/payments"
    leung.get(at)
    assert leung.send(at, at=at, **ticked(filled(leung) | {"amount_2": "400"}, 1, 2)).status_code == 303
    with app.app_context():
        rows = {row.number: row for row in opened(village, village.aunt_leung, crew).situation.agreement.rows}
        assert rows[1].done_on and rows[2].left_fen == 60_002 and rows[3].paid_fen == 0
    leung.get(at)
    assert "amount_1" not in filled(leung) and filled(leung)["amount_2"] == "600.02"


def test_a_line_that_cannot_stand_is_named_and_nothing_is_lost(app, as_person, village, crew):
    leung, at = as_person(village.aunt_leung), f"/rongxi/cases/{crew}/payments"
    leung.get(at)
    form = filled(leung)
    for wrong in ({"amount_3": "9999"}, {"amount_3": "viel"}):
        assert leung.send(at, at=at, **ticked(form | wrong, 1, 3)).status_code == 422
        named = [one["href"] for one in leung.page.select("#mistakes a")]
        assert named in (["#paid_3"], ["#amount_3"])
        assert leung.page.select_one("#amount_3")["value"] == wrong["amount_3"]
        assert [one["id"] for one in leung.page.select("input[type=checkbox][checked]")] == ["paid_1", "paid_3"]
    assert leung.send(at, at=at, **ticked(form, 1) | {"on": "2999-01-01"}).status_code == 422
    assert leung.send(at, at=at, **form).status_code == 422, "nothing is ticked"
    with app.app_context():
        assert paid(village, crew) == []


def test_a_line_that_its_creditor_ticked_meanwhile_is_said_and_the_others_stay(app, as_person, village, crew):
    leung, at = as_person(village.aunt_leung), f"/rongxi/cases/{crew}/payments"
    leung.get(at)
    form = filled(leung)
    as_person(village.ah_fong).submit(f"/rongxi/cases/{crew}/perform", row="1")
    assert leung.send(at, at="/rongxi/me", **ticked(form, 1, 2)).status_code == 409
    assert [one["id"] for one in leung.page.select("input[type=checkbox][checked]")] == ["paid_2"]


def test_each_creditor_ticks_their_own_and_nobody_elses(app, as_person, village, crew):
    fong, at = as_person(village.ah_fong), f"/rongxi/cases/{crew}/payments"
    fong.get(at)
    assert [one["name"] for one in fong.page.select("input[type=checkbox][name^=paid]")] == ["paid_1"]
    assert fong.send(at, at=at, **ticked(filled(fong), 2)).status_code == 422
    assert fong.send(at, at=at, **ticked(filled(fong), 1, 2)).status_code == 422
    with app.app_context():
        assert not paid(village, crew), "all or none"
    assert fong.send(at, at=at, **ticked(filled(fong), 1)).status_code == 303
    with app.app_context():
        assert [one.facts["row"] for one in paid(village, crew)] == [1]
    assert as_person(village.old_chan).get(at).text.count('name="paid_') == 0
    assert as_person(village.ah_kwok).get(at).status_code == 404


def test_one_tap_ticks_all_lines_and_writes_nothing_down_yet(app, as_person, village, crew):
    leung, at = as_person(village.aunt_leung), f"/rongxi/cases/{crew}/payments"
    answer = leung.send(at, at=at, all_paid="1", amount_1="5", key="k")
    assert answer.status_code == 200
    ticks = leung.page.select("form[data-private] input[type=checkbox][name^=paid_]")
    assert len(ticks) == WORKERS and all(one.has_attr("checked") for one in ticks)
    assert leung.page.select_one("#amount_1")["value"] == "5", "what was typed stays"
    with app.app_context():
        assert not paid(village, crew)
    creditor = as_person(village.ah_fong)
    creditor.get(at)
    assert creditor.page.select_one("button[name=all_paid]") is None, "a creditor ticks their own"
