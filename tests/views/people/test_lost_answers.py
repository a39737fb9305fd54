"""Signing in on a line that breaks: the form sent again opens the same sign-in, in that browser only, and not after a sign-out."""

import json
from datetime import timedelta

import pyotp
import pytest

from consult import clock
from consult.domain.people.codes import CODE_TRIES
from consult.domain.people.sign_ins import SENT_AGAIN
from consult.models import HouseholdCard, OneTimeCode, SignIn, db
from consult.services.people import cards, second_factors
from tests import hours
from tests.sent_twice import LostAnswers, drawn, lost_then_sent

PIN = "739264"


def messages(config) -> list[str]:
    return [json.loads(line)["code"] for line in (config.instance_path / "outbox.jsonl").read_text().splitlines()]


def rows(app, table=SignIn) -> int:
    with app.app_context():
        return db.session.query(table).count()


def acting(client) -> str:
    client.get("/rongxi/")
    return client.text(".acting") if client.page.select_one(".acting") else ""


@pytest.fixture
def later(monkeypatch):
    return lambda **gap: monkeypatch.setenv(hours.CLOCK_SHIFT, hours.later(timedelta(**gap)))


@pytest.fixture
def typed(client, config, village):
    """The page of the code with what was typed in it; nothing was sent yet."""
    client.submit("/rongxi/sign-in", phone=village.ah_fong.phone)
    action, fields = drawn(client)
    return action, fields | {"code": messages(config)[-1]}


def share_number(app, village) -> None:
    with app.app_context():
        village.ah_kwok.row().phone_mark = village.ah_fong.row().phone_mark
        db.session.commit()


def test_the_number_sent_again_after_a_lost_answer_leads_to_the_code(app, client, config, village):
    client.get("/rongxi/sign-in")
    _, again = lost_then_sent(client, "form.sheet", phone=village.ah_fong.phone)
    assert again.request.path == "/rongxi/sign-in/code" and again.status_code == 200
    assert len(messages(config)) == 1 == rows(app, OneTimeCode)
    client.press("form.sheet", code=messages(config)[-1])
    assert village.ah_fong.name in acting(client)


def test_an_unknown_number_sent_again_looks_the_same(app, client, village):
    client.get("/rongxi/sign-in")
    _, again = lost_then_sent(client, "form.sheet", phone="13999999999")
    assert again.request.path == "/rongxi/sign-in/code" and again.status_code == 200
    assert rows(app, OneTimeCode) == 1


def test_the_number_asked_for_in_another_browser_leads_to_no_code(app, client, village):
    client.submit("/rongxi/sign-in", phone=village.ah_fong.phone)
    other = app.test_client()
    answer = other.submit("/rongxi/sign-in", phone=village.ah_fong.phone)
    assert answer.status_code == 429 and other.get("/rongxi/sign-in/code").status_code == 303


def test_a_message_sent_again_whose_answer_was_lost_is_not_refused(client, config, village, later):
    client.submit("/rongxi/sign-in", phone=village.ah_fong.phone)
    later(seconds=61)
    client.get("/rongxi/sign-in/code")
    _, again = lost_then_sent(client, "form.row")
    assert again.status_code == 200 and len(messages(config)) == 2
    client.press("form.sheet", code=messages(config)[-1])
    assert village.ah_fong.name in acting(client)


def test_a_code_typed_again_after_a_lost_answer_opens_the_same_sign_in(app, client, typed, village, later):
    action, fields = typed
    with LostAnswers(client):
        assert client.post(action, data=fields).status_code == 303
    assert acting(client) == "" and rows(app) == 1
    later(minutes=2)
    assert client.post(action, data=fields, follow_redirects=True).request.path == "/rongxi/"
    assert village.ah_fong.name in acting(client) and rows(app) == 1


def test_a_code_typed_again_in_a_page_loaded_anew_opens_the_same_sign_in(app, client, typed, village):
    action, fields = typed
    with LostAnswers(client):
        client.post(action, data=fields)
    client.submit("/rongxi/sign-in/code", "form.sheet", code=fields["code"])
    assert village.ah_fong.name in acting(client) and rows(app) == 1


def test_a_code_opens_nothing_again_after_some_minutes(app, client, typed, later):
    action, fields = typed
    with LostAnswers(client):
        client.post(action, data=fields)
    later(seconds=SENT_AGAIN.total_seconds() + 1)
    assert client.post(action, data=fields).status_code == 422
    assert acting(client) == "" and rows(app) == 1


def test_a_code_opens_nothing_in_another_browser(app, client, typed, config, village):
    action, fields = typed
    client.post(action, data=fields)
    thief = app.test_client()
    thief.submit("/rongxi/sign-in", phone=village.ah_fong.phone)
    assert thief.get("/rongxi/sign-in/code").status_code == 303, "nobody asked for a code there"
    assert thief.send(action, at="/rongxi/sign-in", code=fields["code"]).status_code == 303
    assert acting(thief) == ""


def test_a_code_opens_nothing_in_another_browser_that_asked_for_its_own(app, client, typed, config, village, later):
    action, fields = typed
    client.post(action, data=fields)
    later(seconds=61)
    thief = app.test_client()
    thief.submit("/rongxi/sign-in", phone=village.ah_fong.phone)
    assert thief.press("form.sheet", code=fields["code"]).status_code == 422
    assert acting(thief) == ""


def test_a_wrong_code_opens_nothing_again_and_is_counted(app, client, typed):
    action, fields = typed
    with LostAnswers(client):
        client.post(action, data=fields)
    wrong = f"{(int(fields['code']) + 1) % 10**6:06d}"
    for _ in range(CODE_TRIES):
        assert client.post(action, data=fields | {"code": wrong}).status_code == 422
    assert client.post(action, data=fields).status_code == 422, "too many wrong ones: the right one opens nothing more"
    assert acting(client) == ""


def test_after_a_sign_out_the_code_opens_nothing_even_with_the_cookies_of_before(app, client, typed):
    """The next person at the phone goes back to the page of the code, and the browser still has its old session."""
    action, fields = typed
    with LostAnswers(client):
        client.post(action, data=fields)
    with LostAnswers(client):
        client.post(action, data=fields)
        client.submit("/rongxi/sign-in/leave", "form[action$='/end']")
    assert client.post(action, data=fields).status_code == 422
    assert acting(client) == "" and rows(app) == 1


def test_after_a_sign_out_nothing_waits_for_a_code_of_before(client, typed, config, village):
    action, fields = typed
    client.post(action, data=fields)
    client.submit("/rongxi/sign-in/leave", "form[action$='/end']")
    assert client.get("/rongxi/sign-in/code").location == "/rongxi/sign-in"
    client.submit("/rongxi/sign-in", phone=village.ah_fong.phone)
    assert len(messages(config)) == 2, "a browser that has signed in with the number before gets a code of its own"
    client.press("form.sheet", code=messages(config)[-1])
    assert village.ah_fong.name in acting(client)


def test_a_sign_in_ended_from_elsewhere_is_not_opened_again_by_its_code(app, client, typed):
    action, fields = typed
    with LostAnswers(client):
        client.post(action, data=fields)
    with app.app_context():
        db.session.query(SignIn).update({SignIn.ended_at: clock.now()})
        db.session.commit()
    assert client.post(action, data=fields).status_code == 422 and acting(client) == ""


def test_a_code_that_was_replaced_opens_nothing_again(client, typed, config, later):
    action, fields = typed
    with LostAnswers(client):
        later(seconds=61)
        client.submit("/rongxi/sign-in/code", "form.row")
    assert messages(config)[-1] != fields["code"]
    assert client.post(action, data=fields).status_code == 422


def test_the_form_of_the_code_sent_again_by_who_is_signed_in_leads_home(client, typed, village):
    action, fields = typed
    client.post(action, data=fields)
    assert client.post(action, data=fields).location == "/rongxi/"
    assert village.ah_fong.name in acting(client)


def test_a_choice_sent_again_opens_the_same_sign_in(app, client, typed, village):
    share_number(app, village)
    action, fields = typed
    with LostAnswers(client):
        assert client.post(action, data=fields).location == "/rongxi/sign-in/person"
    assert client.post(action, data=fields, follow_redirects=True).request.path == "/rongxi/sign-in/person"
    lost_then_sent(client, person_id=str(village.ah_kwok.id))
    assert village.ah_kwok.name in acting(client) and rows(app) == 1


def test_a_lost_choice_and_then_another_one_is_that_other_one(app, client, typed, village):
    share_number(app, village)
    client.post(typed[0], data=typed[1], follow_redirects=True)
    action, untouched = drawn(client)
    with LostAnswers(client):
        client.post(action, data=untouched | {"person_id": str(village.ah_kwok.id)})
    client.post(action, data=untouched | {"person_id": str(village.ah_fong.id)})
    assert village.ah_fong.name in acting(client)


def test_nobody_is_chosen_after_a_sign_out_whose_answer_was_lost(app, client, typed, village):
    """Signed out by a tap on a bad line: what is left in the browser lets the next person be nobody of that number."""
    share_number(app, village)
    client.post(typed[0], data=typed[1], follow_redirects=True)
    action, untouched = drawn(client)
    client.post(action, data=untouched | {"person_id": str(village.ah_fong.id)})
    client.get("/rongxi/sign-in/leave")
    with LostAnswers(client):
        client.press("form[action$='/end']")
    assert client.get("/rongxi/sign-in/person").status_code == 303
    assert client.post(action, data=untouched | {"person_id": str(village.ah_fong.id)}).status_code == 422
    assert acting(client) == ""


def test_a_sign_out_sent_again_signs_out(client, typed, village):
    client.post(typed[0], data=typed[1])
    client.get("/rongxi/sign-in/leave")
    first, again = lost_then_sent(client, "form[action$='/end']", follow=False)
    assert (first.status_code, first.location) == (again.status_code, again.location) and acting(client) == ""


def test_a_copied_cookie_of_a_sign_in_that_was_ended_opens_nothing_by_its_form(app, client, village, code):
    """The token of a sign-in is made of its form: once it has ended, the same form makes another one."""
    claim(client, code, village.ah_fong.id)
    client.submit("/rongxi/sign-in/leave", "form[action$='/end']")
    client.get(f"/rongxi/card?code={code}", follow_redirects=True)
    action, untouched = drawn(client)
    client.post(action, data=untouched | {"pin": PIN})
    ended = client.get_cookie("sign_in").value
    client.submit("/rongxi/sign-in/leave", "form[action$='/end']")
    client.post(action, data=untouched | {"pin": PIN})
    assert client.get_cookie("sign_in").value.split(".")[0] != ended.split(".")[0]
    client.set_cookie("sign_in", ended)
    assert acting(client) == ""


@pytest.fixture
def code(app, village) -> str:
    with app.app_context():
        cards.issue(village.upper_group, village.ms_yip.act())
        found = cards.unclaimed(village.upper_group)
        return next(code for card, code in found if card.household_id == village.ah_fong.household_id)


def claim(client, code: str, who: int, pin: str = PIN):
    return client.submit(f"/rongxi/card?code={code}", person_id=str(who), pin=pin)


def test_a_card_handed_in_again_after_a_lost_answer_signs_in(app, client, code, village):
    client.get(f"/rongxi/card?code={code}", follow_redirects=True)
    _, again = lost_then_sent(client, person_id=str(village.ah_fong.id), pin=PIN)
    assert again.request.path == "/rongxi/" and village.ah_fong.name in acting(client)
    assert rows(app) == 1
    with app.app_context():
        assert db.session.query(HouseholdCard.person_id).filter(HouseholdCard.person_id.is_not(None)).count() == 1


@pytest.mark.parametrize(("other_person", "pin"), [(True, PIN), (False, "918273")])
def test_a_card_handed_in_again_with_something_else_is_refused(app, client, code, village, other_person, pin):
    client.get(f"/rongxi/card?code={code}", follow_redirects=True)
    action, untouched = drawn(client)
    with LostAnswers(client):
        client.post(action, data=untouched | {"person_id": str(village.ah_fong.id), "pin": PIN})
    who = village.ah_kwok if other_person else village.ah_fong
    answer = client.post(action, data=untouched | {"person_id": str(who.id), "pin": pin})
    assert answer.status_code in (409, 422) and acting(client) == ""


def test_a_card_handed_in_in_another_browser_is_refused_even_with_its_pin(app, client, code, village):
    other = app.test_client()
    other.get(f"/rongxi/card?code={code}", follow_redirects=True)
    action, untouched = drawn(other)
    claim(client, code, village.ah_fong.id)
    answer = other.post(action, data=untouched | {"person_id": str(village.ah_fong.id), "pin": PIN})
    assert answer.status_code == 409 and acting(other) == ""


def test_a_card_handed_in_again_after_a_sign_out_or_too_late_is_refused(client, code, village, later):
    client.get(f"/rongxi/card?code={code}", follow_redirects=True)
    action, untouched = drawn(client)
    sent = untouched | {"person_id": str(village.ah_fong.id), "pin": PIN}
    with LostAnswers(client):
        client.post(action, data=sent)
    with LostAnswers(client):
        later(seconds=SENT_AGAIN.total_seconds() + 1)
        assert client.post(action, data=sent).status_code == 409
    later(seconds=1)
    with LostAnswers(client):
        client.post(action, data=sent)
        client.submit("/rongxi/sign-in/leave", "form[action$='/end']")
    assert client.post(action, data=sent).status_code == 409 and acting(client) == ""


def test_wrong_pins_at_a_card_handed_in_again_are_counted(client, code, village):
    client.get(f"/rongxi/card?code={code}", follow_redirects=True)
    action, untouched = drawn(client)
    sent = untouched | {"person_id": str(village.ah_fong.id)}
    with LostAnswers(client):
        client.post(action, data=sent | {"pin": PIN})
    answers = [client.post(action, data=sent | {"pin": f"82{n}913"}).status_code for n in range(6)]
    assert answers[-1] == 429 and client.post(action, data=sent | {"pin": PIN}).status_code == 429


def test_a_pin_sent_again_opens_one_sign_in(app, client, code, village):
    claim(client, code, village.ah_fong.id)
    other = app.test_client()
    other.get(f"/rongxi/card?code={code}", follow_redirects=True)
    _, again = lost_then_sent(other, pin=PIN)
    assert again.request.path == "/rongxi/" and village.ah_fong.name in acting(other) and rows(app) == 2


@pytest.fixture
def second(app, client, config, village):
    """The clerk's browser asks for the second proof; the secret of her app."""
    secret = second_factors.new_secret()
    with app.app_context():
        row, digits = village.ms_yip.row(), pyotp.TOTP(secret).at(clock.now() - timedelta(minutes=1))
        second_factors.set_up_app(row, secret, digits, village.ms_yip.act(now=clock.now() - timedelta(minutes=1)))
        db.session.remove()
    client.submit("/rongxi/sign-in", phone=village.ms_yip.phone)
    client.press("form.sheet", code=messages(config)[-1])
    return secret


def test_digits_of_an_app_sent_again_open_the_same_sign_in(app, client, second, village):
    _, again = lost_then_sent(client, digits=pyotp.TOTP(second).at(clock.now()))
    assert again.request.path == "/rongxi/" and village.ms_yip.name in acting(client) and rows(app) == 1


def test_digits_of_an_app_open_nothing_elsewhere_and_other_digits_nothing_here(
    app, client, second, config, village, later
):
    action, untouched = drawn(client)
    digits = pyotp.TOTP(second).at(clock.now())
    with LostAnswers(client):
        client.post(action, data=untouched | {"digits": digits})
    wrong = f"{(int(digits) + 1) % 10**6:06d}"
    assert client.post(action, data=untouched | {"digits": wrong}).status_code == 422
    with LostAnswers(client):
        client.post(action, data=untouched | {"digits": digits})
        client.submit("/rongxi/sign-in/leave", "form[action$='/end']")
    assert client.post(action, data=untouched | {"digits": digits}).status_code == 422
    assert acting(client) == ""
