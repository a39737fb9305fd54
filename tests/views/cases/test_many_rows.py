"""An agreement with many rows: what the list of people named is carried into it, and the page stays light."""

import pytest

from consult.domain.cases.acts import CaseAct
from consult.domain.cases.parties.party_lists import read_list
from consult.domain.cases.states import CaseRole, CaseState
from consult.services.cases import membership, transitions
from consult.services.cases.transitions import Transition
from tests.cases import a_case, act, course, opened
from tests.views.cases.test_payment_table import a_day
from tests.village import Cast


def agreed_in_session(village: Cast, workers: int) -> str:
    """As many workers as a list names, each with what is owed to them, and one who owes it."""
    leung = village.aunt_leung
    address = a_case(
        village,
        CaseState.ASSIGNED,
        key="many-rows",
        sides=[
            membership.party_of(village.old_chan.row(), CaseRole.RESPONDENT),
            membership.party_of(village.ah_fong.row(), CaseRole.APPLICANT),
        ],
    )
    people, _ = read_list("\n".join(f"工人{chr(0x4E00 + n)} {1000 + n}" for n in range(workers)))
    listed = {"side": "applicant", "people": [one.as_facts() for one in people]}
    act(village, address, leung, CaseAct.ADD_PARTIES, listed)
    yes = {"answer": "yes", "on": a_day(village), "how": "当面"}
    case, by = opened(village, leung, address), leung.act(language="zh-Hans-CN", key="yes")
    everybody = [one.number for one in case.situation.sides()]
    transitions.do_each(case, [Transition(CaseAct.CONSENT, {"party": n, **yes}) for n in everybody], by)
    session = next(facts for _, step, facts, _ in course(village) if step is CaseAct.HOLD_SESSION)
    act(village, address, leung, CaseAct.HOLD_SESSION, {**session, "proposal": "付清"})
    return address


def on_form(client) -> dict[str, str]:
    sent = {
        one["name"]: one.get("value", "")
        for one in client.page.select("form[data-private] input[name]")
        if one.get("type") not in ("checkbox", "submit", "radio")
    }
    sent |= {one["name"]: one.get_text().strip() for one in client.page.select("form[data-private] textarea")}
    for one in client.page.select("form[data-private] select"):
        chosen = one.select_one("option[selected]")
        sent[one["name"]] = chosen["value"] if chosen else ""
    return {name: value for name, value in sent.items() if name != "csrf_token"}


def test_what_a_list_named_is_carried_into_a_row_for_each_and_one_day_is_enough(app, as_person, village):
    with app.app_context():
        address = agreed_in_session(village, 12)
        day = a_day(village)
    leung, at = as_person(village.aunt_leung), f"/rongxi/cases/{address}/agree"
    leung.get(at)
    form = on_form(leung)
    assert [form[f"amount_{n}"] for n in range(1, 13)] == [str(1000 + n) for n in range(12)]
    assert form["by_1"] == "1" and form["what_1"] and form["due_1"] == "", "by when nobody has said"
    form |= {"form": "written", "terms": "付清"}
    assert leung.send(f"{at}?sent=1", at=at, **form).status_code == 422
    assert [one["href"] for one in leung.page.select("#mistakes a")] == ["#due_all"], "said once"
    assert leung.send(f"{at}?sent=1", at=at, **form | {"due_all": day, "due_2": ""}).status_code == 303
    with app.app_context():
        rows = opened(village, village.aunt_leung, address).situation.agreement.rows
        assert [row.amount_fen for row in rows] == [100_000 + 100 * n for n in range(12)]
        assert {row.due_on.isoformat() for row in rows} == {day} and [len(row.to) for row in rows] == [1] * 12


def test_one_row_is_opened_at_a_time_and_what_was_typed_stays(app, as_person, village):
    with app.app_context():
        address = agreed_in_session(village, 12)
        day = a_day(village)
    leung, at = as_person(village.aunt_leung), f"/rongxi/cases/{address}/agree"
    leung.get(at)
    assert not leung.page.select("select[name=by_5]")
    line = leung.page.select("[data-said]")[0].get_text()
    assert line.endswith("1000 元"), "a sum says of what"
    form = on_form(leung) | {"terms": "付清工钱", "edit_row": "5"}
    assert leung.send(f"{at}?sent=1", at=at, **form).status_code == 200
    assert leung.page.select_one("select[name=by_5] option[selected]")["value"] == "1"
    assert (
        not leung.page.select("select[name=by_4]") and leung.page.select_one("#terms").get_text().strip() == "付清工钱"
    )
    leung.send(f"{at}?sent=1", at=at, **on_form(leung) | {"due_1": "2027-01-31", "edit_row": "5"})
    assert "2027年1月31日" in leung.page.select("[data-said]")[0].get_text(), "a day as one reads it"
    wrong = on_form(leung) | {"amount_4": "viel", "form": "written", "due_all": day}
    assert leung.send(f"{at}?sent=1", at=at, **wrong).status_code == 422
    assert leung.page.select_one("#amount_4")["value"] == "viel", "a row with a mistake is open"


@pytest.mark.parametrize("workers", [38])
def test_the_lists_of_people_on_the_page_do_not_grow_with_the_rows(app, as_person, village, workers):
    with app.app_context():
        address = agreed_in_session(village, workers)
        day = a_day(village)
    leung, at = as_person(village.aunt_leung), f"/rongxi/cases/{address}/agree"
    leung.get(at)
    once = len(leung.page.select("option"))
    more = {
        "plan_what": "付",
        "plan_by": "1",
        "plan_to": [str(n) for n in range(3, workers + 3)],
        "plan_total": "300",
        "plan_count": "2",
        "plan_first": day,
        "plan_every": "month",
        "plan_way": "",
        "make_plan": "1",
    }
    answer = leung.send(f"{at}?sent=1", at=at, **on_form(leung) | more)
    assert answer.status_code == 200 and len(leung.page.select("[name^=what_]")) >= 3 * workers
    print("BYTES", len(answer.data))
    assert len(leung.page.select("option")) == once
