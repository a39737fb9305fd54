"""My own page, and what this browser keeps of me."""

import base64

from consult.models import SignIn, db


def test_my_page_names_me_my_group_my_household_and_my_offices(as_person, village):
    keung = as_person(village.ah_keung)
    keung.get("/rongxi/me")
    assert keung.page.h1.get_text() == village.ah_keung.name
    assert "上围" in keung.text() and "01-003" in keung.text()
    assert "小组组长" in keung.text()


def test_the_name_of_who_is_acting_stands_on_every_page_with_a_way_out(as_person, village):
    fong = as_person(village.ah_fong)
    for path in ("/rongxi/", "/rongxi/me", "/rongxi/notices/", "/rongxi/consultations/", "/rongxi/polls/mine"):
        fong.get(path)
        assert village.ah_fong.name in fong.text(".acting"), path
        assert fong.page.select_one(".acting a[href='/rongxi/sign-in/leave']"), path


def test_only_who_keeps_the_roll_is_led_to_roll_offices_and_cards(as_person, village):
    for who, shown in ((village.ms_yip, True), (village.ah_fong, False), (village.aunt_leung, False)):
        client = as_person(who)
        client.get("/rongxi/me")
        links = {link["href"] for link in client.page.select("main a[href]")}
        assert ({"/rongxi/roll", "/rongxi/offices", "/rongxi/cards"} <= links) is shown


def test_how_i_read_is_chosen_on_my_page(as_person, village):
    chan = as_person(village.old_chan)
    shown = chan.submit("/rongxi/me", "form.sheet", elder="1", language="yue_Hant")
    assert shown.request.path == "/rongxi/me"
    assert chan.page.html["lang"] == "yue-Hant-HK" and "elder" in chan.page.html["class"]
    chan.submit("/rongxi/me", "form.sheet", elder="0", language="en")
    assert chan.page.html["lang"] == "en" and "elder" not in chan.page.html.get("class", [])


def test_signing_in_as_somebody_ends_the_sign_in_before(app, client, village):
    for who in (village.ah_fong, village.old_chan):
        client.submit("/rongxi/sign-in", phone=who.phone)
        outbox = (app.config["CONSULT"].instance_path / "outbox.jsonl").read_text()
        client.submit("/rongxi/sign-in/code", code=outbox.splitlines()[-1].split('"code": "')[1][:6])
        assert who.name in client.text(".acting")
    with app.app_context():
        assert [row.ended_at is None for row in db.session.query(SignIn).order_by(SignIn.id)] == [False, True]


def test_the_browsers_cookie_does_not_hold_the_number_in_clear(client, village):
    client.submit("/rongxi/sign-in", phone=village.ah_fong.phone)
    value = client.get_cookie("page").value
    readable = base64.urlsafe_b64decode(value.split(".")[0 if value[0] != "." else 1] + "==")
    assert village.ah_fong.phone.encode() not in readable and village.ah_fong.phone not in value


def test_a_wrong_code_comes_back_as_typed_with_a_sentence(client, village):
    client.submit("/rongxi/sign-in", phone=village.ah_fong.phone)
    answer = client.submit("/rongxi/sign-in/code", code="12345")
    assert answer.status_code == 422
    field = client.page.select_one("#code")
    assert (field["value"], field["autocomplete"], field["inputmode"]) == ("12345", "one-time-code", "numeric")
    assert "5" in client.text("#code-mistake") and "1" in client.text("#code-mistake")


def test_a_choice_of_language_needs_the_pages_token(client, village):
    assert client.post("/preferences", data={"language": "en"}).status_code == 400


def test_the_only_adult_of_a_household_is_told_that_the_vote_is_theirs(as_person, village):
    chan = as_person(village.old_chan)
    chan.get("/rongxi/household")
    assert "只有您一位" in chan.text() and not chan.page.select("main form")
    fong = as_person(village.ah_fong)
    fong.get("/rongxi/household")
    assert len(fong.page.select("main form input[type=radio]")) == 2
