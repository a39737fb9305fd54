"""The pages of signing in, of one's own choices, and of the demo that exists in demo mode only."""

import dataclasses
import json
from datetime import timedelta
from urllib.parse import unquote

import pytest
from sqlalchemy import func, select

from consult import clock, create_app
from consult.demo import seed_village
from consult.domain.people.office_terms import Term
from consult.domain.people.roles import Role
from consult.models import Person, SignIn, Village, db
from consult.services.core.acts import Act
from consult.services.people import grants
from tests import hours
from tests.cases import a_case
from tests.client import Client
from tests.rolls import answer_page
from tests.village import FOUNDED, ORIGIN


def code(config) -> str:
    return json.loads((config.instance_path / "outbox.jsonl").read_text().splitlines()[-1])["code"]


def ask(client, phone: str):
    return client.submit("/rongxi/sign-in", phone=phone)


def test_known_and_unknown_numbers_see_the_same_page(client, village):
    known = ask(client, village.ah_fong.phone)
    words = client.text()
    unknown = ask(client, "13999999999")
    assert (known.status_code, known.request.path) == (unknown.status_code, unknown.request.path)
    assert words.replace("138****0001", "") == client.text().replace("139****9999", "")


def share_number(app, village) -> None:
    with app.app_context():
        village.ah_kwok.row().phone_mark = village.ah_fong.row().phone_mark
        db.session.commit()


def test_two_on_one_number_choose_who_is_acting(app, client, config, village):
    share_number(app, village)
    ask(client, village.ah_fong.phone)
    shown = client.submit("/rongxi/sign-in/code", code=code(config))
    assert shown.request.path == "/rongxi/sign-in/person"
    assert village.ah_fong.name in shown.text and village.ah_kwok.name in shown.text
    client.submit("/rongxi/sign-in/person", person_id=str(village.ah_kwok.id))
    assert village.ah_kwok.name in client.text(".acting")


def offered(client) -> list[str]:
    client.get("/rongxi/sign-in/leave")
    return [one.get_text().strip() for one in client.page.select("form[action$=person] button")]


@pytest.fixture
def family(app, client, config, village, monkeypatch):
    """Ah Fong signs in on the family's phone; it can be another time of day."""
    share_number(app, village)
    ask(client, village.ah_fong.phone)
    client.submit("/rongxi/sign-in/code", code=code(config))
    client.submit("/rongxi/sign-in/person", person_id=str(village.ah_fong.id))

    def at(**gap: int) -> None:
        monkeypatch.setenv("CONSULT_CLOCK_SHIFT", hours.later(timedelta(**gap)))

    return at


def test_not_you_offers_the_others_and_not_oneself(client, village, family):
    assert offered(client) == [village.ah_kwok.name]


def test_a_family_changes_for_hours_without_a_code_each_time(client, village, family):
    family(hours=2)
    client.submit("/rongxi/sign-in/leave", "form[action$=person]", person_id=str(village.ah_kwok.id))
    assert village.ah_kwok.name in client.text(".acting")
    family(hours=4)
    assert offered(client) == [village.ah_fong.name], "three hours since the last change"
    family(hours=8)
    assert offered(client) == []


def test_a_change_without_a_code_proves_nobody(app, client, village, family):
    family(hours=2)
    client.submit("/rongxi/sign-in/leave", "form[action$=person]", person_id=str(village.ah_kwok.id))
    with app.app_context():
        newest = db.session.query(SignIn).order_by(SignIn.id.desc()).first()
        assert newest.person_id == village.ah_kwok.id
        assert newest.started_at - newest.proven_at >= timedelta(hours=1, minutes=59)


def test_an_officer_of_the_family_takes_a_code_after_ten_minutes(app, client, village, family):
    with app.app_context():
        act = Act.by_system(village.id, now=FOUNDED)
        grants.grant(village.ah_kwok.row(), Role.BRANCH_SECRETARY, Term(FOUNDED.date()), act)
    assert offered(client) == [village.ah_kwok.name]
    family(minutes=11)
    assert offered(client) == []


def test_on_a_phone_of_strangers_everybody_takes_a_code_after_ten_minutes(client, village, family):
    client.set_cookie("shared", "1")
    family(minutes=11)
    assert offered(client) == []


def test_nobody_acts_as_somebody_who_does_not_share_the_number(client, config, village):
    ask(client, village.ah_fong.phone)
    client.submit("/rongxi/sign-in/code", code=code(config))
    assert client.send("/rongxi/sign-in/person", person_id=str(village.old_chan.id)).status_code == 422


def test_without_a_code_nobody_chooses_anybody(client, village):
    assert client.send("/rongxi/sign-in/person", person_id=str(village.old_chan.id)).status_code == 422
    assert client.get("/rongxi/sign-in/code").status_code == 303


def test_signing_in_leads_back_to_where_one_was_and_never_to_another_site(client, config, village):
    client.submit("/rongxi/sign-in?next=/rongxi/me", phone=village.ah_fong.phone)
    assert client.submit("/rongxi/sign-in/code", code=code(config)).request.path == "/rongxi/me"


def test_the_way_to_a_case_stands_sealed_in_the_address_and_leads_there_after_the_sign_in(app, client, config, village):
    with app.app_context():
        path = f"/rongxi/cases/{a_case(village)}"
    asked = client.get(f"{path}/story")
    assert asked.status_code == 303 and path not in unquote(asked.location), asked.location
    shown = client.submit(asked.location, phone=village.ah_fong.phone)
    assert path not in client.get(asked.location).text + shown.text
    assert client.submit("/rongxi/sign-in/code", code=code(config)).request.path.startswith(path)


def test_a_sealed_way_that_was_typed_by_hand_leads_home(client, config, village):
    client.submit("/rongxi/sign-in?next=gAAAAAnothing", phone=village.ah_fong.phone)
    assert client.submit("/rongxi/sign-in/code", code=code(config)).request.path == "/rongxi/"


@pytest.mark.parametrize("path", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_an_address_of_another_site_is_never_followed(client, village, path):
    assert client.send("/preferences", language="en", next=path).location == "/"


def test_signing_out_really_ends_the_session(app, as_person, village):
    fong = as_person(village.ah_fong)
    cookie = fong.get_cookie("sign_in").value
    fong.submit("/rongxi/sign-in/leave", "form[action$='/end']")
    fong.set_cookie("sign_in", cookie)
    assert fong.get("/rongxi/me").status_code == 303
    with app.app_context():
        assert db.session.query(SignIn).one().ended_at is not None


def test_the_sign_in_cookie_cannot_be_read_by_scripts_or_sent_from_other_sites(client, config, village):
    ask(client, village.ah_fong.phone)
    client.get("/rongxi/sign-in/code")
    token = client.page.select_one("main input[name=csrf_token]")["value"]
    answer = client.post("/rongxi/sign-in/code", data={"csrf_token": token, "code": code(config)})
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith("sign_in="))
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie


def test_language_and_big_type_are_kept_for_the_browser(client, village):
    client.send("/preferences", language="yue_Hant", next="/rongxi/")
    client.send("/preferences", elder="1", next="/rongxi/")
    client.get("/rongxi/")
    assert client.page.html["lang"] == "yue-Hant-HK"
    assert "elder" in client.page.html["class"]


def test_language_is_kept_for_the_person_on_every_phone(app, as_person, village):
    as_person(village.old_chan).send("/preferences", language="yue_Hans", next="/rongxi/")
    again = as_person(village.old_chan)
    again.get("/rongxi/")
    assert again.page.html["lang"] == "yue-Hans-CN"
    with app.app_context():
        assert db.session.get(Person, village.old_chan.id).language == "yue_Hans"


@pytest.mark.parametrize(
    ("header", "lang"),
    [
        ("zh-CN,zh;q=0.9", "zh-Hans-CN"),
        ("zh-HK", "yue-Hant-HK"),
        ("zh-TW", "yue-Hant-HK"),
        ("yue-Hant-HK", "yue-Hant-HK"),
        ("yue-CN", "yue-Hans-CN"),
        ("zh-Hans-HK", "zh-Hans-CN"),
        ("en-GB", "en"),
        ("fr,de", "zh-Hans-CN"),
        ("", "zh-Hans-CN"),
        ("zh-yue", "yue-Hant-HK"),
        ("xx-bad-_;;", "zh-Hans-CN"),
    ],
)
def test_a_new_browser_gets_the_language_it_asks_for(client, village, header, lang):
    client.get("/rongxi/", headers={"Accept-Language": header})
    assert client.page.html["lang"] == lang


def test_content_keeps_its_own_language_on_a_page_of_another(app, client, village):
    from tests.village import a_consultation

    with app.app_context():
        a_consultation(village)
    client.get("/rongxi/consultations/1", headers={"Accept-Language": "en"})
    assert client.page.h1["lang"] == "zh-Hans-CN"


def test_outside_demo_mode_there_is_no_demo_at_all(app, client, village):
    assert not [rule for rule in app.url_map.iter_rules() if "demo" in rule.rule]
    assert client.get("/demo", follow_redirects=True).status_code == 404
    assert client.send("/demo/sign-in", person_id="1").status_code == 404
    assert not client.page.select(".demo")


def test_in_demo_mode_one_can_be_anybody_of_the_cast_and_every_page_says_so(config, demo_village):
    app = create_app(dataclasses.replace(config, mode="demo"))
    app.test_client_class = Client
    app.extensions["watch"] = type("Quiet", (), {"queries": []})()
    with app.app_context():
        there = db.session.scalar(select(func.count()).select_from(Village))
        seed_village.seed(now=clock.now())
        assert db.session.scalar(select(func.count()).select_from(Village)) == there, "doing it again changes nothing"
        db.session.remove()
    client = app.test_client()
    assert isinstance(client, Client)
    client.get("/demo")
    button = client.page.select("button[name=person_id]")[2]
    shown = client.send("/demo/sign-in", at="/demo", person_id=button["value"], follow=True)
    assert shown.request.path == "/rongxi/"
    for path in ("/rongxi/", "/rongxi/polls/1", "/rongxi/me", "/rongxi/notices/", "/offline"):
        client.get(path)
        assert client.page.select(".demo"), path
    with app.app_context():
        db.engine.dispose()


def test_the_clerk_uploads_looks_and_confirms_and_others_may_not(app, as_person, village):
    from consult.config import ROOT

    data = (ROOT / "consult" / "data" / "rongxi-roll.xlsx").open("rb")
    yip = as_person(village.ms_yip)
    shown = yip.submit("/rongxi/roll/imports/new", file=(data, "roll.xlsx"))
    assert "1,621" in yip.text(".facts") and yip.page.select_one("form[action$=confirmation]") is None
    answer_page(app, yip, village.ms_yip, shown.request.path)
    assert yip.submit(shown.request.path, "form[action$=confirmation]").status_code == 200
    assert yip.send(f"{shown.request.path}/confirmation").status_code == 303
    for path in ("/rongxi/roll", shown.request.path, "/rongxi/roll/export.xlsx", "/rongxi/cards", "/rongxi/offices"):
        assert as_person(village.ah_fong).get(path).status_code == 403
    assert as_person(village.mr_wong).get(shown.request.path).status_code == 303


def test_a_bad_file_comes_back_with_sentences_that_name_the_place(as_person, village):
    import io

    yip = as_person(village.ms_yip)
    bad = "村民小组,户号,姓名\n上围,01-001,陈大\n".encode()
    answer = yip.submit("/rongxi/roll/imports/new", file=(io.BytesIO(bad), "roll.csv"))
    assert answer.status_code == 422
    assert "第 1 行“出生日期”列" in yip.text(".mistakes")
    assert "陈大" not in answer.text


def test_an_export_is_a_file_with_a_name_and_is_kept_by_no_cache(as_person, village):
    answer = as_person(village.ms_yip).get("/rongxi/roll/export.csv")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_the_clerk_gives_an_office_and_ends_it(as_person, village):
    yip = as_person(village.ms_yip)
    yip.submit(
        "/rongxi/offices",
        "form.sheet",
        code="01-001",
        name=village.ah_fong.name,
        role="mediator",
        since="2026-01-01",
        **ORIGIN,
    )
    assert village.ah_fong.name in yip.text()
    answer = yip.submit(
        "/rongxi/offices", "form.sheet", code="01-001", name="无此人", role="mediator", since="2026-01-01", **ORIGIN
    )
    assert answer.status_code == 422
    assert yip.page.select_one("#name")["value"] == "无此人"


def test_the_clerk_makes_a_further_card_and_withdraws_a_lost_one(as_person, village):
    yip = as_person(village.ms_yip)
    yip.submit("/rongxi/cards/household", "form[method=get]", code="01-001")
    form, present = "form[action$=household][method=post]", str(village.ah_kwok.id)
    page = "/rongxi/cards/household?code=01-001"
    yip.submit(page, form, person_id=str(village.ah_fong.id), present_id=present)
    yip.get(page)
    assert not yip.page.select(".ledger .fingerprint"), "it waits for a second person"
    as_person(village.uncle_ho).submit("/rongxi/rights/", "form[action$=confirmation]", at_desk="1")
    yip.get(page)
    assert len(yip.page.select(".ledger .fingerprint")) == 1
    yip.submit(page, ".ledger form")
    assert len(yip.page.select(".ledger .fingerprint")) == 0
    assert yip.get("/rongxi/cards/household?code=99-999").status_code == 422


def again(client, **fields: str):
    return client.submit("/rongxi/sign-in/code", "form[action$='/sign-in/code/again']", **fields)


def sent(config) -> list[dict[str, str]]:
    return [json.loads(line) for line in (config.instance_path / "outbox.jsonl").read_text().splitlines()]


def test_another_code_is_sent_after_a_minute_and_the_field_stays_before_it(client, config, village, monkeypatch):
    ask(client, village.ah_fong.phone)
    early = again(client)
    assert early.status_code == 429 and client.page.select_one("#mistakes") and client.page.select_one("#code")
    monkeypatch.setenv(hours.CLOCK_SHIFT, hours.later(timedelta(seconds=61)))
    assert again(client).request.path == "/rongxi/sign-in/code"
    assert [one.get("by", "") for one in sent(config)] == ["", ""]


def test_a_code_is_read_out_by_a_call_where_the_provider_can(client, config, village, monkeypatch):
    ask(client, village.ah_fong.phone)
    monkeypatch.setenv(hours.CLOCK_SHIFT, hours.later(timedelta(seconds=61)))
    again(client, by="call")
    assert sent(config)[-1]["by"] == "call"
    client.submit("/rongxi/sign-in/code", code=code(config))
    assert village.ah_fong.name in client.text(".acting")


def test_the_same_number_written_otherwise_leads_to_the_code_that_is_on_its_way(client, config, village):
    ask(client, village.ah_fong.phone)
    found = ask(client, f"+86 {village.ah_fong.phone[:3]} {village.ah_fong.phone[3:]}")
    assert found.request.path == "/rongxi/sign-in/code" and len(sent(config)) == 1
    assert ask(client, "13999999999").request.path == "/rongxi/sign-in/code"


def test_who_goes_back_to_say_that_the_phone_is_shared_is_heard(app, client, config, village):
    ask(client, village.ah_fong.phone)
    assert client.submit("/rongxi/sign-in", phone=village.ah_fong.phone, shared="1").request.path.endswith("/code")
    client.submit("/rongxi/sign-in/code", code=code(config))
    with app.app_context():
        assert db.session.query(SignIn).one().shared


def test_a_phone_on_which_somebody_else_signs_in_is_asked_whether_it_is_shared(client, config, village):
    for who in (village.ah_fong, village.ah_kwok):
        ask(client, who.phone)
        client.submit("/rongxi/sign-in/code", code=code(config))
    client.get("/rongxi/")
    assert client.page.select_one("main a[href$='#shared']") is not None
    client.submit("/rongxi/sign-in/leave", "#shared", shared="0")
    client.get("/rongxi/")
    assert client.page.select_one("main a[href$='#shared']") is None


def test_an_empty_code_of_a_card_gets_a_sentence(client, village):
    assert client.submit("/rongxi/card", code=" ").status_code == 422
    assert client.page.select_one("#mistakes a[href='#code']") is not None
    assert client.get("/rongxi/card").status_code == 200 and client.page.select_one("#mistakes") is None
