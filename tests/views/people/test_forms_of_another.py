"""A form does something only for the person it was drawn for: a phone is handed on, a page stays open."""

import pytest
from sqlalchemy import func, select

from consult.extensions import MARK_SEPARATOR
from consult.models import AuditEntry, BallotEvent, Comment, RollAppeal, SignIn, db
from consult.web.access import FOR_NOBODY
from tests.checks.test_routes import address
from tests.village import a_consultation, a_poll, sign_in_as

WORDS = "我写了很久的一段话，不想丢"


def drawn_for(client, who, at: str = "/rongxi/") -> str:
    """The token of a page that was opened as somebody."""
    sign_in_as(client, who)
    client.get(at, follow_redirects=True)
    return str(client.page.select_one("input[name=csrf_token]")["value"])


def written(app) -> dict[str, int]:
    with app.app_context():
        return {t.name: db.session.scalar(select(func.count()).select_from(t)) for t in db.metadata.sorted_tables}


@pytest.mark.sweep
def test_no_form_drawn_for_somebody_else_does_anything(app, client, village):
    token = drawn_for(client, village.ah_fong)
    sign_in_as(client, village.old_chan)
    before, taken = written(app), []
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()):
            answer = client.post(address(rule), data={"csrf_token": token, "text": WORDS})
            if answer.status_code != 409 or village.old_chan.name not in client.text():
                taken.append((rule.rule, answer.status_code))
    assert not taken
    assert written(app) == before


@pytest.mark.sweep
def test_no_form_drawn_for_somebody_else_does_anything_when_htmx_sends_it(app, client, village):
    token = drawn_for(client, village.ah_fong)
    sign_in_as(client, village.old_chan)
    taken = []
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()):
            answer = client.post(address(rule), data={"csrf_token": token}, headers={"HX-Request": "true"})
            if answer.status_code != 409 or client.page.select_one("#who") is None:
                taken.append((rule.rule, answer.status_code))
    assert not taken


@pytest.mark.sweep
def test_a_form_that_was_drawn_for_nobody_is_taken_after_a_sign_in_only_where_it_says_nothing_in_a_name(
    app, client, village
):
    """A page that a stranger opened in another tab, and somebody signs in meanwhile: they are asked before it is theirs."""
    client.get("/rongxi/sign-in")
    token = str(client.page.select_one("main input[name=csrf_token]")["value"])
    taken = set()
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()):
            sign_in_as(client, village.old_chan)
            if client.post(address(rule), data={"csrf_token": token, "text": WORDS}).status_code != 409:
                taken.add(rule.endpoint)
    assert taken == FOR_NOBODY - {"demo.sign_in"}
    assert {app.view_functions[one].access for one in taken} == {"public"}


def test_an_appeal_of_a_stranger_is_in_nobodys_name_without_a_question(app, client, village):
    with app.app_context():
        poll = a_poll(village, key="roll")
    client.get(f"/rongxi/polls/{poll}/appeals/new")
    form = client.page.select_one("form[action$='/made']")
    data = {one["name"]: one.get("value", "") for one in form.select("input[name]")} | {"name": "陈小明"}
    sign_in_as(client, village.old_chan)
    assert client.post(str(form["action"]), data=data).status_code == 409
    assert "陈小明" in client.text("#who") and village.old_chan.name in client.text("#who")
    with app.app_context():
        assert db.session.query(RollAppeal).count() == 0


@pytest.fixture
def consultation(app, village) -> int:
    with app.app_context():
        return a_consultation(village)


def test_the_words_are_kept_and_sent_by_who_says_that_they_are_theirs(app, client, village, consultation):
    page = f"/rongxi/consultations/{consultation}"
    token = drawn_for(client, village.ah_fong, page)
    form = next(f for f in client.page.select("form[action$=comments]"))
    sign_in_as(client, village.old_chan)
    data = {"csrf_token": token, "text": WORDS, "stance": "question", "key": "k1"}
    answer = client.post(str(form["action"]), data=data)
    assert answer.status_code == 409 and WORDS in client.text("#who")
    with app.app_context():
        assert db.session.query(Comment).count() == 0
    client.press("#who form")
    with app.app_context():
        assert db.session.query(Comment).one().person_id == village.old_chan.id


def test_words_sent_after_the_sign_in_ended_are_kept_and_go_out_after_signing_in_again(
    app, client, village, consultation
):
    page = f"/rongxi/consultations/{consultation}"
    token = drawn_for(client, village.ah_fong, page)
    action = str(client.page.select_one("form[action$=comments]")["action"])
    with app.app_context():
        db.session.query(SignIn).update({"ended_at": SignIn.started_at})
        db.session.commit()
    data = {"csrf_token": token, "text": WORDS, "stance": "question", "key": "k1"}
    assert client.post(action, data=data).status_code == 401
    assert WORDS in client.text("#who")
    kept = client.page
    sign_in_as(client, village.ah_fong)
    client.page = kept
    assert client.press("#who form").status_code == 409  # drawn for nobody: asked once who it is
    client.press("#who form")
    with app.app_context():
        assert db.session.query(Comment).one().person_id == village.ah_fong.id


def test_words_of_somebody_who_signed_out_are_shown_to_nobody_and_sent_by_nobody(app, client, village, consultation):
    """Back to a page that stood open, after its writer signed out: to nobody signed in, and to the next person."""
    page = f"/rongxi/consultations/{consultation}"
    token = drawn_for(client, village.ah_fong, page)
    action = str(client.page.select_one("form[action$=comments]")["action"])
    client.get("/rongxi/me")
    client.press("form[action$='/sign-in/end']")
    data = {"csrf_token": token, "text": WORDS, "stance": "question", "key": "k1"}
    for who, status in ((None, 401), (village.old_chan, 409)):
        if who is not None:
            sign_in_as(client, who)
        for headers in ({}, {"HX-Request": "true"}):
            assert client.post(action, data=data, headers=headers).status_code == status
            assert WORDS not in str(client.page) and not client.page.select("#who form")
            assert "不再显示" in client.text("#who")
        old = data | {"csrf_token": f"old-token{token[token.rindex(MARK_SEPARATOR) :]}"}
        assert client.post(action, data=old).status_code == 400
        assert WORDS not in str(client.page), "a page that has grown old, sent by Back"
    with app.app_context():
        assert db.session.query(Comment).count() == 0


def test_a_form_of_mediation_that_the_phone_keeps_under_seal_is_not_repeated_to_who_sends_it_now(app, client, village):
    token = drawn_for(client, village.ah_fong, "/rongxi/cases/new/story?kind=neighbours")
    action = str(client.page.select_one("main form[data-private]")["action"])
    with app.app_context():
        db.session.query(SignIn).update({"ended_at": SignIn.started_at})
        db.session.commit()
    data = {"csrf_token": token, "story": WORDS, "kept_mark": "0123456789abcdef"}
    assert client.post(action, data=data).status_code == 401
    assert WORDS not in str(client.page) and "锁在这部手机里" in client.text("#who")
    sign_in_as(client, village.old_chan)
    assert client.post(action, data=data).status_code == 409
    assert WORDS not in str(client.page) and not client.page.select("#who form")


def test_a_ballot_is_never_cast_for_another_than_the_page_says(app, client, village):
    with app.app_context():
        poll = a_poll(village)
    token = drawn_for(client, village.ah_fong, f"/rongxi/polls/{poll}")
    sign_in_as(client, village.old_chan)
    data = {"csrf_token": token, "choice": "1", "key": "k"}
    for path in ("ballots/look", "ballots"):
        assert client.post(f"/rongxi/polls/{poll}/{path}", data=data).status_code == 409
        assert not client.page.select("#who input[name=choice]")
    with app.app_context():
        assert db.session.query(BallotEvent).count() == 0
        assert not db.session.scalar(select(AuditEntry.number).where(AuditEntry.tag == "ballot:cast"))


def test_ballot_second_look_and_button_name_the_voter_and_the_household(app, as_person, village):
    with app.app_context():
        poll = a_poll(village, body="VA_house")
    fong = as_person(village.ah_fong)
    fong.get(f"/rongxi/polls/{poll}")
    assert village.ah_fong.name in fong.text("#ballot") and "01-001" in fong.text("#ballot")
    fong.submit(f"/rongxi/polls/{poll}", "#ballot form", choice="1")
    assert village.ah_fong.name in fong.text("#confirm") and "01-001" in fong.text("#confirm")
    assert village.ah_fong.name in fong.text("#confirm button")


def test_a_form_without_the_mark_of_a_sign_in_is_refused(client, village):
    token = drawn_for(client, village.ah_fong)
    bare = token.rpartition("~")[0]
    assert client.post("/preferences", data={"csrf_token": bare, "language": "en"}).status_code == 400


def test_a_strangers_page_may_still_sign_in_when_another_tab_has(client, village):
    client.get("/rongxi/sign-in")
    token = str(client.page.select_one("main input[name=csrf_token]")["value"])
    sign_in_as(client, village.old_chan)
    assert client.post("/rongxi/sign-in", data={"csrf_token": token, "phone": village.ah_fong.phone}).status_code == 303


def test_no_secret_is_put_into_the_page_that_asks_who_it_is(client, village):
    token = drawn_for(client, village.ah_fong)
    sign_in_as(client, village.old_chan)
    answer = client.post("/rongxi/card/sign-in", data={"csrf_token": token, "pin": "739264", "code": "ABCDEFGH"})
    assert answer.status_code == 409 and "739264" not in answer.text and "ABCDEFGH" not in answer.text


def test_the_page_without_a_line_that_a_phone_keeps_is_nobodys(client, village):
    """The worker keeps one copy for all who sign in on the phone: its own forms are sent by whoever is there."""
    token = drawn_for(client, village.ah_fong, "/offline")
    assert token.endswith("~") and not {"data-mark", "data-holder", "data-left"} & set(client.page.html.attrs)
    sign_in_as(client, village.old_chan)
    assert client.post("/preferences", data={"csrf_token": token, "elder": "1", "next": "/"}).status_code == 303
