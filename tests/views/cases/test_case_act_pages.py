"""The forms of the acts of a case: what they offer, and that a mistake or a quicker hand loses nothing."""

from datetime import timedelta

from consult.domain.cases.acts import CaseAct
from consult.domain.cases.states import CaseState
from consult.domain.people.roles import Role
from consult.models import db
from tests import hours
from tests.cases import a_case, act, grant, opened
from tests.views.cases.test_case_pages import filed
from tests.views.cases.test_cases import TOLD


def test_a_mediator_said_to_be_related_to_a_party_is_pointed_out_before_anybody_is_named(app, as_person, village):
    with app.app_context():
        grant(village.uncle_ho, Role.MEDIATOR)
        address = a_case(village, CaseState.ACCEPTED)
        db.session.remove()
    at = f"/rongxi/cases/{address}/declare_kinship"
    sent = {"key": "k", "mediator": str(village.uncle_ho.id), "party": "2", "relation": "他的小舅子"}
    fong = as_person(village.ah_fong)
    assert fong.send(at, at=at, **{**sent, "relation": ""}).status_code == 422
    assert fong.send(at, at=at, **sent).status_code == 303
    leung = as_person(village.aunt_leung)
    for page in (f"/rongxi/cases/{address}", f"/rongxi/cases/{address}/assign"):
        assert leung.get(page).status_code == 200
        hint = leung.text(".urgent")
        assert village.uncle_ho.name in hint and "陈伯坚" in hint and "小舅子" in hint
    assert "小舅子" not in as_person(village.old_chan).get(f"/rongxi/cases/{address}").get_data(as_text=True)


def test_who_is_looked_for_on_the_roll_is_offered_by_name_with_household_and_group(app, as_person, village):
    address = filed(as_person(village.ah_fong))
    leung = as_person(village.aunt_leung)
    at = f"/rongxi/cases/{address}/identify"
    leung.get(at)
    offered = [(one["value"], one.find_next("label").get_text()) for one in leung.page.select("input[name=code]")]
    assert offered == [("01-002", "陈伯坚\N{NO-BREAK SPACE}· 01-002\N{NO-BREAK SPACE}· 上围")]
    assert leung.send(at, at=at, key="i", party="2", code="01-002").status_code == 303
    leung.get(f"/rongxi/cases/{address}")
    assert "01-002" in leung.text(".parties")


def test_a_household_is_found_by_its_code_as_people_say_it(app, as_person, village):
    leung = as_person(village.aunt_leung)
    sent = {
        "source": "application",
        "kind": "water",
        "applicant": "李桂芳",
        "applicant_code": "1-1",
        "respondent": "陈伯坚",
        "respondent_code": "０１－２",
        "words": TOLD,
        "way": "come",
        "phone": "",
        "present": "1",
        "key": "h",
        "consultation": "",
    }
    address = leung.send("/rongxi/cases/desk", at="/rongxi/cases/desk", **sent).location.split("/")[-1]
    leung.get(f"/rongxi/cases/{address}")
    assert "01-001" in leung.text(".parties") and "01-002" in leung.text(".parties")


def test_what_was_written_comes_back_when_somebody_else_was_quicker(app, as_person, village):
    with app.app_context():
        address = a_case(village, CaseState.MEDIATING)
        db.session.remove()
    at = f"/rongxi/cases/{address}/terminate"
    leung = as_person(village.aunt_leung)
    leung.get(at)
    with app.app_context():
        act(village, address, village.ah_fong, CaseAct.WITHDRAW, {"reason": "不要了", "sure": True})
        db.session.remove()
    sent = {"key": "t", "ground": "impossible", "reason": "两家谈了三次都谈不拢", "told_ways": "1"}
    answer = leung.send(at, at="/rongxi/me", **sent)
    assert answer.status_code == 409 and leung.page.select_one(".mistakes")
    assert leung.page.select_one("textarea[name=reason]").get_text(strip=True) == "两家谈了三次都谈不拢"
    assert leung.get(at).status_code == 409
    assert leung.page.select_one(f"main a[href$='/cases/{address}']"), "and one finds back to the case"


def test_a_mistake_in_a_row_of_the_agreement_says_in_which(app, as_person, village):
    with app.app_context():
        address = a_case(village, CaseState.MEDIATING)
        db.session.remove()
    at = f"/rongxi/cases/{address}/agree"
    leung = as_person(village.aunt_leung)
    rows = {
        "by_1": "2",
        "what_1": "装水槽",
        "amount_1": "",
        "due_1": "2099-01-01",
        "by_2": "2",
        "what_2": "赔",
        "amount_2": "多",
        "due_2": "",
    }
    sent = {"key": "a", "form": "written", "on": "2026-01-01", "facts": "水", "terms": "装", **rows}
    assert leung.send(at, at=at, **sent).status_code == 422
    assert "第 2 条：金额" in leung.text(".mistakes") and "第 2 条：期限" in leung.text(".mistakes")


def test_nobody_is_sent_to_court_by_a_case_that_is_over(app, as_person, village):
    with app.app_context():
        address = a_case(village, CaseState.PERFORMING)
        db.session.remove()
    leung = as_person(village.aunt_leung)
    leung.get(f"/rongxi/cases/{address}")
    assert "一起去法院" in leung.text("section[aria-labelledby=agreement]")
    with app.app_context():
        up = {"level": "town", "office": "镇司法所", "reason": "要镇里盯着"}
        act(village, address, village.aunt_leung, CaseAct.ESCALATE, up)
        db.session.remove()
    leung.get(f"/rongxi/cases/{address}")
    assert "一起去法院" not in leung.text("section[aria-labelledby=agreement]")
    assert "镇司法所只能看标明的那几条" in leung.text()


def test_every_form_says_who_will_read_what_is_written_in_it(app, as_person, village):
    with app.app_context():
        address = a_case(village, CaseState.MEDIATING)
        db.session.remove()
    said, expected = (
        {},
        {
            ("ah_fong", "statement"): "淨係你同調解員睇到",
            ("ah_fong", "declare_kinship"): "淨係你同調解員睇到，你講到嗰位調解員都睇到",
            ("aunt_leung", "declare_kinship"): "双方和调解员都能看到",
            ("aunt_leung", "extend"): "双方和调解员都能看到",
            ("aunt_leung", "note"): "仅调解员可见",
            ("aunt_leung", "raise"): "全村都会看到，请不要写名字",
        },
    )
    for name, step in expected:
        client = as_person(getattr(village, name))
        client.get(f"/rongxi/cases/{address}/{step}")
        said[name, step] = client.text("form p.aside")
    assert said == expected


def test_a_mediator_who_takes_it_on_sees_that_they_are_said_to_be_related(app, as_person, village):
    with app.app_context():
        address = a_case(village, CaseState.ACCEPTED)
        told = {"mediator": village.aunt_leung.id, "mediator_name": "梁秀珍", "party": 2, "relation": "姨妈"}
        act(village, address, village.ah_fong, CaseAct.DECLARE_KINSHIP, told)
        db.session.remove()
    leung = as_person(village.aunt_leung)
    leung.get(f"/rongxi/cases/{address}/take_on")
    assert "姨妈" in leung.text(".urgent")


def test_only_who_was_not_found_yet_is_looked_for_on_the_roll(app, as_person, village):
    leung = as_person(village.aunt_leung)
    address = filed(as_person(village.ah_fong))
    leung.get(f"/rongxi/cases/{address}/identify")
    assert [one["value"] for one in leung.page.select("input[name=party]")] == ["2"]
    with app.app_context():
        act(village, address, village.aunt_leung, CaseAct.IDENTIFY, {"party": 2, "code": "01-002"})
        db.session.remove()
    leung.get(f"/rongxi/cases/{address}")
    assert not leung.page.select(f"a[href$='/{address}/identify']")


def test_a_day_before_the_agreement_is_pointed_out_in_its_own_line(app, as_person, village):
    with app.app_context():
        address = a_case(village, CaseState.MEDIATING)
        db.session.remove()
    at, leung = f"/rongxi/cases/{address}/agree", as_person(village.aunt_leung)
    rows = {"by_1": "2", "what_1": "装水槽", "due_1": "2099-01-01", "by_5": "2", "what_5": "赔", "due_5": "2025-12-31"}
    sent = {"key": "a", "form": "written", "on": "2026-01-01", "facts": "水", "terms": "装", **rows}
    assert leung.send(at, at=at, **sent).status_code == 422
    assert leung.page.select_one("#due_5-mistake") and "第 5 条：期限" in leung.text(".mistakes")
    assert not leung.page.select("details:not([open]) #due_5"), "what is wrong is not folded away"


def test_the_debtor_is_not_asked_to_say_that_it_was_not_done(app, as_person, village, monkeypatch):
    with app.app_context():
        address = a_case(village, CaseState.PERFORMING)
        db.session.remove()
    monkeypatch.setenv("CONSULT_CLOCK_SHIFT", hours.later(timedelta(days=30)))
    for who, offered in ((village.old_chan, 0), (village.ah_fong, 1)):
        client = as_person(who)
        client.get(f"/rongxi/cases/{address}")
        assert len(client.page.select(f"a[href$='/{address}/breach']")) == offered


def test_a_line_of_the_inbox_about_a_case_says_the_day_and_no_hour(app, as_person, village):
    with app.app_context():
        act(village, a_case(village), village.ah_fong, CaseAct.STATEMENT, {"words": "水又来了"})
        db.session.remove()
    leung = as_person(village.aunt_leung)
    leung.get("/rongxi/notifications/")
    told = leung.page.select("main li time")
    assert told and all("T" not in one["datetime"] and ":" not in one.get_text() for one in told)


def agreement_form(app, as_person, village):
    with app.app_context():
        address = a_case(village, CaseState.MEDIATING)
        db.session.remove()
    return as_person(village.aunt_leung), f"/rongxi/cases/{address}/agree"


def test_more_rows_are_had_without_a_script_and_nothing_typed_is_lost(app, as_person, village):
    client, at = agreement_form(app, as_person, village)
    client.get(at)
    assert [one["name"] for one in client.page.select("input[name^=what_]")] == ["what_1", "what_2", "what_3"]
    typed = {"key": "k", "terms": "分期还", "what_3": "还钱", "by_3": "2", "rows_shown": "3", "more_rows": "1"}
    assert client.send(at, at=at, **typed).status_code == 200
    assert len(client.page.select("input[name^=what_]")) == 9
    assert client.page.select_one("#what_3")["value"] == "还钱" and "分期还" in client.page.select_one("#terms").text
    assert not client.page.select(".mistakes")


def test_a_plan_fills_rows_that_can_be_changed_and_are_then_agreed_on(app, as_person, village):
    client, at = agreement_form(app, as_person, village)
    plan = {
        "plan_what": "还钱",
        "plan_by": "2",
        "plan_to": ["1"],
        "plan_total": "1000",
        "plan_count": "12",
        "plan_first": "2027-01-31",
        "plan_every": "month",
        "plan_way": "transfer",
    }
    today = client.get(at) and client.page.select_one("#on")["value"]
    words = {"key": "k", "form": "written", "on": today, "facts": "借钱", "terms": "分期还"}
    wrong = client.send(at, at=at, **words, **{**plan, "plan_first": "2027-02-30"}, make_plan="1")
    assert wrong.status_code == 422 and client.page.select_one("#plan_first-mistake")
    assert client.page.select_one("#plan_total")["value"] == "1000"
    assert client.send(at, at=at, **words, **plan, make_plan="1").status_code == 200
    rows = {one["name"]: one["value"] for one in client.page.select("main input[name]") if one.get("value")}
    rows |= {
        one["name"]: one.select_one("option[selected]")["value"]
        for one in client.page.select("main select[name]")
        if one.select_one("option[selected]")
    }
    assert [rows[f"due_{n}"] for n in (1, 2, 12)] == ["2027-01-31", "2027-02-28", "2027-12-31"]
    assert (rows["amount_11"], rows["amount_12"], rows["to_12"]) == ("83.33", "83.37", "1")
    sent = {name: value for name, value in rows.items() if name.rpartition("_")[2].isdecimal()}
    assert client.send(at, at=at, **words, **sent).status_code == 303
    with app.app_context():
        found = opened(village, village.aunt_leung, at.split("/")[-2])
        agreed = found.situation.agreement
        assert len(agreed.rows) == 12 and sum(row.amount_fen for row in agreed.rows) == 100_000
        db.session.remove()


def test_a_form_of_four_hundred_rows_arrives_whole(app, as_person, village):
    client, at = agreement_form(app, as_person, village)
    today = client.get(at) and client.page.select_one("#on")["value"]
    words = {"key": "k", "form": "written", "on": today, "facts": "欠工钱", "terms": "付清"}
    row = {"by": "2", "to": "1", "what": "工钱", "amount": "1", "due": "2027-01-31", "way": "cash"}
    rows = {f"{name}_{n}": value for n in range(1, 401) for name, value in row.items()}
    assert client.send(at, at=at, **words, **rows).status_code == 303


def test_an_act_that_has_no_form_of_its_own_has_no_page(app, as_person, village):
    with app.app_context():
        address = a_case(village, CaseState.MEDIATING)
        db.session.remove()
    leung = as_person(village.aunt_leung)
    for one in (CaseAct.FILE, CaseAct.CORRECT_ENTRY, CaseAct.CONFIRM_CORRECTION):
        assert leung.get(f"/rongxi/cases/{address}/{one}").status_code == 404
        assert leung.send(f"/rongxi/cases/{address}/{one}").status_code == 404
