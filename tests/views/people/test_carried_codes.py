"""Codes of cards, doors and receipts stand in no address for longer than one request, and in new QR codes not even that."""

from datetime import timedelta

from consult import clock
from consult.models import db
from consult.services.meetings import check_ins
from consult.web import qr_codes
from consult.web.guards import carried_codes
from tests import hours
from tests.meetings import a_called_meeting
from tests.views.people.test_cards import code as code


def test_a_card_printed_before_still_opens_without_a_script_and_its_address_is_replaced(client, code, village):
    answer = client.get(f"/rongxi/card?code={code}")
    assert answer.status_code == 303 and answer.location == "/rongxi/card/opened"
    assert code not in answer.text and code not in answer.headers.get("Set-Cookie", ""), "sealed, also in the cookie"
    client.submit("/rongxi/card/opened", person_id=str(village.ah_fong.id), pin="739264")
    assert village.ah_fong.name in client.text(".acting")
    assert client.get("/rongxi/card/opened").location == "/rongxi/card", "who is in carries it no longer"


def test_new_cards_have_their_code_behind_the_hash_on_the_page_and_on_paper(as_person, code, village, monkeypatch):
    drawn: list[str] = []
    for name in ("inline", "for_print"):
        draw = getattr(qr_codes, name)
        monkeypatch.setattr(qr_codes, name, lambda address, draw=draw: drawn.append(address) or draw(address))
    yip = as_person(village.ms_yip)
    yip.get(f"/rongxi/cards?group={village.upper_group}")
    yip.get(f"/rongxi/cards.pdf?group={village.upper_group}")
    assert len(drawn) == 6 and sum(one.endswith(f"/rongxi/card#{code}") for one in drawn) == 2
    assert not [one for one in drawn if "?" in one]


def test_a_code_that_is_typed_or_sent_on_by_the_script_is_in_no_address(client, code):
    assert client.get("/rongxi/card").status_code == 200
    opened = client.submit("/rongxi/card", code=code)
    assert opened.request.path == "/rongxi/card/opened" and not opened.request.query_string
    assert client.page.select_one("main input[name=person_id]")


def test_a_code_is_carried_for_ten_minutes_and_not_out_of_the_door(client, code, monkeypatch):
    client.submit("/rongxi/card", code=code)
    monkeypatch.setenv("CONSULT_CLOCK_SHIFT", hours.later(carried_codes.KEPT + timedelta(seconds=1)))
    assert client.get("/rongxi/card/opened").status_code == 303
    client.submit("/rongxi/card", code=code)
    client.send("/rongxi/sign-in/end", at="/rongxi/card")
    assert client.get("/rongxi/card/opened").status_code == 303


def test_a_wrong_code_behind_an_old_address_gets_its_sentence_and_stays_typed(client, village):
    answer = client.get("/rongxi/card?code=AAAABBBBCCCC", follow_redirects=True)
    assert (
        answer.status_code == 422 and answer.request.path == "/rongxi/card/opened" and not answer.request.query_string
    )
    assert client.page.select_one("#code")["value"] == "AAAABBBBCCCC"


def test_the_code_of_the_door_comes_along_through_a_sign_in_and_in_no_address(app, client, code, village):
    with app.app_context():
        meeting, _ = a_called_meeting(village)
        door = check_ins.screen_codes(meeting, clock.now())[0]
        db.session.remove()
    answer = client.get(f"/rongxi/meetings/{meeting}/sign-in?code={door}")
    assert answer.status_code == 303 and door not in answer.location
    asked = client.get(answer.location, follow_redirects=True)
    assert "/sign-in" in asked.request.path and door not in asked.request.full_path and door not in asked.text
    client.submit("/rongxi/card", code=code)
    client.press(person_id=str(village.ah_fong.id), pin="739264")
    client.get(f"/rongxi/meetings/{meeting}/sign-in")
    assert client.page.select_one("main form input[name=code]")["value"] == door


def test_no_path_with_a_code_leads_away_or_is_a_fault(client):
    for slug, leads_to in (("a%0D%0Ab", "a%0D%0Ab"), ("%5Cexample.cn", "%5Cexample.cn"), ("榕", "%E6%A6%95")):
        answer = client.get(f"/{slug}/card?code=AAAABBBBCCCC")
        assert (answer.status_code, answer.location) == (303, f"/{leads_to}/card/opened")
        assert client.get(answer.location).status_code in (400, 404)
