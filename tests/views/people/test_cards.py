"""Household cards on the page: claimed once, opened with a PIN, printed by the clerk and by nobody else."""

import json
from datetime import timedelta

import pytest

from consult import clock
from consult.domain.people.pins import LIMITS, Guessed
from consult.domain.people.sign_ins import CardLoss
from consult.models import AuditEntry, Departure, HouseholdCard, db
from consult.services.people import cards
from tests import hours

WIDE = {ord("0") + n: ord("０") + n for n in range(10)}


@pytest.fixture
def code(app, village) -> str:
    """The code of the one card of Ah Fong's household."""
    with app.app_context():
        cards.issue(village.upper_group, village.ms_yip.act())
        return next(
            code
            for card, code in cards.unclaimed(village.upper_group)
            if card.household_id == village.ah_fong.household_id
        )


@pytest.fixture
def claimed(client, code, village) -> str:
    """Ah Fong's card, her PIN 7392; she is signed in with it in `client`."""
    client.submit(f"/rongxi/card?code={code}", person_id=str(village.ah_fong.id), pin="739264")
    return code


def enter(client, code: str, pin: str):
    return client.submit(f"/rongxi/card?code={code}", pin=pin)


def test_the_holder_scans_says_who_and_chooses_a_pin(client, code, village):
    shown = client.submit(f"/rongxi/card?code={code}", person_id=str(village.ah_fong.id), pin="739264")
    assert shown.request.path == "/rongxi/"
    assert village.ah_fong.name in client.text(".acting")


def test_the_code_can_be_typed_in_small_letters_with_spaces(client, code):
    spaced = " ".join((code[:4], code[4:8], code[8:])).lower()
    assert client.submit("/rongxi/card", code=spaced).status_code == 200
    assert client.page.select_one("main input[name=person_id]")


def test_whoever_finds_a_card_reads_no_full_name_on_it(client, code, village):
    answer = client.get(f"/rongxi/card?code={code}", follow_redirects=True)
    assert village.ah_fong.name not in answer.text and village.ah_kwok.name not in answer.text
    assert "*" in client.text("#person_id")


def test_a_card_withdrawn_while_its_page_stood_open_is_named_where_a_code_is_typed(app, client, code, village):
    client.get(f"/rongxi/card?code={code}", follow_redirects=True)
    with app.app_context():
        card = cards.find(village.id, code)
        cards.withdraw(card, CardLoss.LOST, village.ms_yip.act())
        db.session.remove()
    for path in ("claim", "sign-in"):
        answer = client.send(f"/rongxi/card/{path}", code=code, person_id=str(village.ah_fong.id), pin="739264")
        assert answer.status_code == 422 and client.page.select_one("#mistakes a[href='#code']")
        assert client.page.select_one("#code")["value"] == code


def test_a_second_claim_is_refused(app, client, claimed, village):
    late = app.test_client()
    answer = late.send(
        "/rongxi/card/claim", at="/rongxi/card", code=claimed, person_id=str(village.ah_kwok.id), pin="8251"
    )
    assert answer.status_code == 409
    assert late.get("/rongxi/me").status_code == 303
    with app.app_context():
        holders = db.session.query(HouseholdCard.person_id).filter(HouseholdCard.person_id.is_not(None)).all()
        assert holders == [(village.ah_fong.id,)]


def test_nobody_claims_it_for_another_household_or_for_a_child(client, code, village):
    for who in (village.old_chan, village.siu_ming):
        answer = client.send("/rongxi/card/claim", at="/rongxi/card", code=code, person_id=str(who.id), pin="739264")
        assert answer.status_code == 403


def test_a_weak_pin_comes_back_with_a_sentence_and_the_name_still_chosen(client, code, village):
    answer = client.submit(f"/rongxi/card?code={code}", person_id=str(village.ah_kwok.id), pin="1234")
    assert answer.status_code == 422
    assert client.page.select_one("#pin-mistake") and "1234" not in str(client.page.select_one("#pin"))
    assert client.page.select_one(f"input[name=person_id][value='{village.ah_kwok.id}']").has_attr("checked")


def test_the_card_and_its_pin_sign_in_on_any_phone(app, claimed, village):
    other = app.test_client()
    enter(other, claimed, "739264".translate(WIDE))
    assert village.ah_fong.name in other.text(".acting")


def test_five_wrong_pins_mean_waiting(app, claimed):
    guesser = app.test_client()
    assert [enter(guesser, claimed, f"820{n}").status_code for n in range(5)] == [422] * 5
    assert enter(guesser, claimed, "739264").status_code == 429
    assert guesser.get("/rongxi/me").status_code == 303


def test_whoever_left_the_roll_cannot_use_the_card(app, claimed, village):
    with app.app_context():
        db.session.add(
            Departure(person_id=village.ah_fong.id, village_id=village.id, kind="moved", noted_at=clock.now())
        )
        db.session.commit()
    assert enter(app.test_client(), claimed, "739264").status_code == 403


@pytest.mark.parametrize("way", ["claim", "sign-in"])
def test_an_unknown_code_opens_nothing(client, village, way):
    assert client.submit("/rongxi/card", code="AAAA BBBB CCCC").status_code == 422
    assert client.send(f"/rongxi/card/{way}", at="/rongxi/card", code="AAAA", pin="739264").status_code == 422


def test_the_clerk_prints_a_card_for_every_household_of_a_group(as_person, village):
    yip = as_person(village.ms_yip)
    yip.submit("/rongxi/cards", "form[action$=cards]", group=str(village.upper_group))
    printed = yip.page.select(".cards li")
    assert len(printed) == 3 and all(card.select_one("svg") for card in printed)
    again = [card.get_text() for card in printed]
    yip.submit("/rongxi/cards", "form[action$=cards]", group=str(village.upper_group))
    assert [card.get_text() for card in yip.page.select(".cards li")] == again


def test_codes_of_unclaimed_cards_are_shown_to_who_proves_it_again_and_each_time_is_logged(
    app, as_person, village, monkeypatch
):
    """Whoever finds the clerk's phone unlocked could claim a card of each house, and nobody would know who had read it."""
    yip = as_person(village.ms_yip)
    yip.submit("/rongxi/cards", "form[action$=cards]", group=str(village.upper_group))
    pages = (f"/rongxi/cards?group={village.upper_group}", "/rongxi/cards/household?code=01-001")
    for page in pages:
        assert yip.get(page).status_code == 200
    yip.get("/rongxi/cards")
    with app.app_context():
        logged = [json.loads(one.facts) for one in db.session.query(AuditEntry).filter_by(tag="export:made")]
        of = f"group:{village.upper_group}"
        assert logged == [
            {"count": 3, "kind": "cards.index", "of": of},
            {"count": 3, "kind": "cards.index", "of": of},
            {"count": 1, "kind": "cards.household", "of": of},
        ], "no codes on the page: no entry"
    monkeypatch.setenv("CONSULT_CLOCK_SHIFT", hours.later(timedelta(minutes=20)))
    for page in pages:
        assert yip.get(page).status_code == 401 and "fingerprint" not in str(yip.page)


def test_a_claimed_card_is_never_printed_again(as_person, claimed, village):
    yip = as_person(village.ms_yip)
    yip.get(f"/rongxi/cards?group={village.upper_group}")
    assert len(yip.page.select(".cards li")) == 2
    yip.get("/rongxi/cards/household?code=01-001")
    assert claimed[:4] not in yip.text()


def test_cards_and_groups_of_another_village_are_not_there(app, as_person, claimed, village):
    with app.app_context():
        foreign = village.mr_wong.row().household
        theirs = foreign.group_id
        db.session.add(
            HouseholdCard(village_id=foreign.village_id, household_id=foreign.id, code_mark="x", issued_at=clock.now())
        )
        db.session.commit()
        card = db.session.query(HouseholdCard.id).filter_by(code_mark="x").scalar()
    yip = as_person(village.ms_yip)
    assert yip.send("/rongxi/cards", group=str(theirs)).status_code == 404
    assert yip.send(f"/rongxi/cards/{card}/withdrawal").status_code == 404
    assert yip.send("/rongxi/cards/9999/withdrawal").status_code == 404


def test_a_neighbour_with_a_photo_of_the_card_keeps_its_holder_out_of_no_phone_that_came_in_before(
    app, client, claimed
):
    client.send("/rongxi/sign-in/end")
    for n in range(2 * LIMITS[Guessed.PIN].of_one):
        enter(app.test_client(), claimed, f"82046{n % 10}")
    assert enter(app.test_client(), claimed, "739264").status_code == 429
    assert enter(client, claimed, "739264").status_code == 200
    assert client.get("/rongxi/me").status_code == 200


def test_the_cookie_of_a_known_card_opens_nothing_by_itself_and_is_not_left_on_a_shared_phone(
    app, client, code, village
):
    client.submit(f"/rongxi/card?code={code}", person_id=str(village.ah_fong.id), pin="739264", shared="1")
    assert client.get_cookie("numbers") is None
    mine, other = app.test_client(), app.test_client()
    enter(mine, code, "739264")
    other.set_cookie("numbers", mine.get_cookie("numbers").value)
    assert other.get("/rongxi/me").status_code == 303
