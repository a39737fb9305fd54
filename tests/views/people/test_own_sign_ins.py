"""Where I am signed in: the list, its ends, and what stays of a sign-in in a browser that several people use."""

import json
from datetime import timedelta

import pytest

from consult import clock
from consult.domain.people.roles import Role
from consult.domain.people.sign_ins import SignInWay
from consult.models import SignIn, db
from consult.services.people import sign_ins
from consult.services.people.sign_ins import Phone
from consult.web.access import SIGN_IN_COOKIE
from tests import hours, rights
from tests.checks.test_routes import address

ANDROID = "Mozilla/5.0 (Linux; Android 14; V2302A) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36"


@pytest.fixture
def at(monkeypatch):
    """Let the app live so much later."""
    return lambda gap: monkeypatch.setenv("CONSULT_CLOCK_SHIFT", hours.later(gap))


def code(app) -> str:
    outbox = app.config["CONSULT"].instance_path / "outbox.jsonl"
    return json.loads(outbox.read_text().splitlines()[-1])["code"]


def sign_in(client, who, **ticks):
    """Through the real forms."""
    client.submit("/rongxi/sign-in", phone=who.phone, **ticks)
    return client.submit("/rongxi/sign-in/code", code=code(client.application))


def begun(client, who, **facts) -> str:
    """By a code, without the forms."""
    with client.application.app_context():
        token = sign_ins.begin(who.row(), SignInWay.CODE, now=clock.now(), **facts)
    client.set_cookie(SIGN_IN_COOKIE, token)
    return token


def is_in(client) -> bool:
    return client.get("/rongxi/me").status_code == 200


def test_my_page_lists_my_sign_ins_by_device_day_and_way(app, client, village):
    client.environ_base["HTTP_USER_AGENT"] = ANDROID
    sign_in(client, village.ah_fong)
    begun(app.test_client(), village.ah_fong)
    client.get("/rongxi/me")
    rows = client.page.select("#sign-ins + ul li")
    assert len(rows) == 2
    assert any("安卓" in row.text and "短" in row.text for row in rows)
    assert len(client.page.select("#sign-ins + ul form")) == 1  # the one at hand ends by signing out


def test_a_sign_in_of_mine_can_be_ended_from_another_phone(app, client, village):
    lost = app.test_client()
    begun(lost, village.ah_fong)
    begun(client, village.ah_fong)
    assert is_in(lost)
    client.submit("/rongxi/me", "#sign-ins + ul form")
    assert not is_in(lost) and is_in(client)


def test_all_others_end_at_once_and_the_one_at_hand_goes_on(app, client, village):
    others = [app.test_client() for _ in range(3)]
    for other in others:
        begun(other, village.ah_fong)
    begun(client, village.ah_fong)
    client.submit("/rongxi/me", "form[action$='others/end']")
    assert [is_in(other) for other in others] == [False] * 3 and is_in(client)


def test_nobody_ends_the_sign_in_of_another(app, as_person, client, village):
    begun(client, village.ah_fong)
    with app.app_context():
        hers = db.session.query(SignIn).one().id
    as_person(village.old_chan).send(f"/rongxi/me/sign-ins/{hers}/end")
    assert is_in(client)


def test_the_list_says_the_last_day_of_use(app, client, village, at):
    begun(client, village.ah_fong)
    at(timedelta(days=5))
    assert is_in(client)
    with app.app_context():
        row = db.session.query(SignIn).one()
        assert (row.used_on - row.started_at.date()).days in (5, 6)


def test_on_a_shared_phone_half_an_hour_without_use_ends_the_sign_in(client, village, at):
    sign_in(client, village.ah_fong, shared="1")
    for minutes in (20, 40, 60):
        at(timedelta(minutes=minutes))
        assert is_in(client)
    at(timedelta(minutes=91))
    assert not is_in(client)
    assert not is_in(client)


def test_the_tick_of_a_shared_phone_is_there_for_the_next_person(client, village):
    sign_in(client, village.ah_fong, shared="1")
    client.submit("/rongxi/me", "form[action$='sign-in/end']")
    client.get("/rongxi/sign-in")
    assert client.page.select_one("#shared[checked]")


@pytest.mark.parametrize("forged", ["{token}", "{token}.99999999999.0", "{token}.99999999999."])
def test_a_forged_instant_of_use_keeps_no_sign_in_alive(client, village, at, forged):
    token = begun(client, village.ah_fong, phone=Phone(shared=True))
    at(timedelta(minutes=31))
    client.set_cookie(SIGN_IN_COOKIE, forged.format(token=token))
    assert not is_in(client)


def test_an_officer_is_signed_out_after_an_hour_without_use_and_a_villager_is_not(app, client, village, at):
    officer = app.test_client()
    begun(officer, village.ms_yip)
    begun(client, village.ah_fong)
    at(timedelta(minutes=59))
    assert is_in(officer)
    at(timedelta(minutes=59 + 61))
    assert not is_in(officer) and is_in(client)


def test_an_officers_sign_in_ends_after_twelve_hours_of_use(client, village, at):
    begun(client, village.ms_yip)
    for minutes in range(30, 12 * 60, 30):
        at(timedelta(minutes=minutes))
        assert is_in(client)
    at(timedelta(hours=12, minutes=1))
    assert not is_in(client)


def test_a_villager_who_looks_in_once_a_month_stays_signed_in(client, village, at):
    begun(client, village.ah_fong)
    for days in (29, 58, 87):
        at(timedelta(days=days))
        assert is_in(client)


def test_what_a_screen_asks_for_by_itself_keeps_no_sign_in_alive(client, village, at):
    begun(client, village.ms_yip)
    for minutes in (20, 40, 59):
        at(timedelta(minutes=minutes))
        client.get("/rongxi/", headers={"HX-Request": "true"})
    at(timedelta(minutes=61))
    assert not is_in(client)


@pytest.mark.sweep
def test_no_page_of_a_person_may_be_kept_by_the_browser(app, as_person, village):
    chan, kept = as_person(village.old_chan), []
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint != "static":
            answer = chan.get(address(rule))
            if answer.mimetype == "text/html" and "no-store" not in answer.headers.get("Cache-Control", ""):
                kept.append(rule.rule)
    assert not kept


def test_signing_out_lets_the_browser_drop_pages_and_drafts(client, village):
    begun(client, village.ah_fong)
    answer = client.submit("/rongxi/me", "form[action$='sign-in/end']", follow=False)
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'


def test_another_person_on_the_same_phone_finds_no_pages_of_the_one_before(client, village):
    begun(client, village.ah_fong)
    client.submit("/rongxi/sign-in", phone=village.old_chan.phone)
    answer = client.submit("/rongxi/sign-in/code", code=code(client.application), follow=False)
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'


def test_officers_see_that_codes_reached_a_limit_and_villagers_do_not(app, as_person, village):
    with app.app_context():
        village.row().codes_capped_at = clock.now()
        db.session.commit()
    yip, fong = as_person(village.ms_yip), as_person(village.ah_fong)
    yip.get("/rongxi/")
    assert yip.page.select(".urgent[role=alert]")
    fong.get("/rongxi/")
    assert not fong.page.select(".urgent[role=alert]")


def test_a_browser_remembers_the_number_it_signed_in_with_and_a_shared_one_does_not(app, client, village):
    sign_in(client, village.ah_fong)
    assert client.get_cookie("numbers") is not None
    shared = app.test_client()
    sign_in(shared, village.old_chan, shared="1")
    assert shared.get_cookie("numbers") is None


def test_the_first_act_after_a_change_of_offices_gives_a_new_token(app, client, village):
    old = begun(client, village.ah_fong)
    with app.app_context():
        later = clock.now() + timedelta(seconds=1)
        rights.give(village, village.ah_fong, Role.PARTY_MEMBER, now=later)
    client.send("/rongxi/notifications/reading", up_to="1")
    kept = client.get_cookie(SIGN_IN_COOKIE).value
    assert not kept.startswith(old) and is_in(client)
