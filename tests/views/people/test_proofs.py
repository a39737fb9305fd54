"""Asked again who acts: a finder of an unlocked phone opens, closes, grants, exports and confirms nothing."""

import io
import json
from datetime import timedelta

import pytest

from consult import clock
from consult.domain.people.sign_ins import PROVEN_FOR_A_SITTING, SignInWay
from consult.domain.talk.council_requests import CouncilAct
from consult.models import AuditEntry, CouncilRequest, HouseholdCard, SignIn, db
from consult.services.people import cards, sign_ins
from consult.web.access import SIGN_IN_COOKIE
from consult.web.guards.proofs import ASKED_AGAIN, BEFORE_OTHERS
from tests import hours
from tests.checks.test_routes import address
from tests.client import controls
from tests.hours import today

PIN = "739264"
LATER = timedelta(minutes=30)


@pytest.fixture
def at(monkeypatch):
    return lambda gap: monkeypatch.setenv("CONSULT_CLOCK_SHIFT", hours.later(gap))


def signed_in(client, who) -> str:
    with client.application.app_context():
        token = sign_ins.begin(who.row(), SignInWay.CODE, now=clock.now())
    client.set_cookie(SIGN_IN_COOKIE, token)
    return token


def card_of(app, who) -> None:
    """A card of their own, claimed with a PIN."""
    with app.app_context():
        cards.issue(who.row().household.group_id, who.act())
        card = db.session.query(HouseholdCard).filter_by(household_id=who.household_id).one()
        cards.claim(card, who.id, PIN, on=today(), now=clock.now())


def code(app) -> str:
    outbox = app.config["CONSULT"].instance_path / "outbox.jsonl"
    return json.loads(outbox.read_text().splitlines()[-1])["code"]


def asked(app) -> list[int]:
    """The rules of endorsements that were asked for. It takes a proof to ask, and another officer to confirm."""
    with app.app_context():
        query = db.session.query(CouncilRequest).filter_by(kind=CouncilAct.ENDORSEMENT_RULE)
        return [one.facts["needed"] for one in query.order_by(CouncilRequest.id)]


def set_rule(client, to: int):
    return client.submit("/rongxi/endorsement-rule", needed=str(to), days="10", source="章程第12条")


@pytest.mark.sweep
def test_each_act_of_the_table_asks_before_anything_else(app, client, village):
    signed_in(client, village.old_chan)
    with app.app_context():
        db.session.query(SignIn).update({SignIn.proven_at: clock.now() - PROVEN_FOR_A_SITTING})
        db.session.commit()
    client.get("/rongxi/")
    token = str(client.page.select_one("input[name=csrf_token]")["value"])
    silent = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint in ASKED_AGAIN:
            post = "POST" in rule.methods
            answer = client.post(address(rule), data={"csrf_token": token}) if post else client.get(address(rule))
            if answer.status_code != 401 or not client.page.select("#ask"):
                silent.append((rule.endpoint, answer.status_code))
    assert not silent


def test_who_runs_a_meeting_of_two_hours_proves_it_once_and_nothing_else_gains_by_it(app, client, village, at):
    signed_in(client, village.old_chan)
    at(LATER)
    client.get("/rongxi/")
    token = str(client.page.select_one("input[name=csrf_token]")["value"])
    asked = {}
    for rule in app.url_map.iter_rules():
        if rule.endpoint in ASKED_AGAIN and "POST" in rule.methods:
            asked[rule.endpoint] = client.post(address(rule), data={"csrf_token": token}).status_code == 401
    assert {endpoint for endpoint, said in asked.items() if not said} == BEFORE_OTHERS


def test_shortly_after_the_sign_in_nobody_is_asked(app, client, village):
    signed_in(client, village.ms_yip)
    assert client.get("/rongxi/roll/export.csv").status_code == 200


def test_the_pin_of_the_own_card_does_the_act_in_one_step_and_keeps_the_form(app, client, village, at):
    card_of(app, village.old_chan)
    signed_in(client, village.old_chan)
    at(LATER)
    assert set_rule(client, 31).status_code == 401 and asked(app) == []
    client.press("#ask", proof=PIN)
    assert asked(app) == [31]
    set_rule(client, 32)
    assert asked(app)[-1] == 32  # not asked again for some minutes


def test_a_file_that_the_form_does_not_take_gains_no_time(app, client, village, at):
    """A finder of the phone hung a file on any form, and was not asked for an hour."""
    signed_in(client, village.old_chan)
    client.get("/rongxi/endorsement-rule")
    token = str(client.page.select_one("main input[name=csrf_token]")["value"])
    at(LATER)
    fields = {
        "csrf_token": token,
        "needed": "31",
        "days": "10",
        "town": "15",
        "source": "章程第12条",
        "picture": (io.BytesIO(b"x"), "x.jpg"),
    }
    assert client.post("/rongxi/endorsement-rule", data=fields).status_code == 401
    assert asked(app) == []


def test_a_wrong_pin_does_nothing_and_five_close_the_card(app, client, village, at):
    card_of(app, village.old_chan)
    signed_in(client, village.old_chan)
    at(LATER)
    set_rule(client, 31)
    for _ in range(5):
        assert client.press("#ask", proof="111222").status_code == 422
    assert client.press("#ask", proof=PIN).status_code == 429
    assert asked(app) == []


def test_who_has_no_pin_gets_a_code_to_the_own_phone(app, client, village, at):
    signed_in(client, village.old_chan)
    at(LATER)
    set_rule(client, 31)
    client.press("#ask")
    client.press("#ask", proof=code(app))
    assert asked(app) == [31]


def test_who_got_no_code_asks_for_another_on_the_same_page_and_nothing_that_was_typed_is_lost(app, client, village, at):
    signed_in(client, village.old_chan)
    at(LATER)
    set_rule(client, 31)
    client.press("#ask")
    first = code(app)
    at(LATER + timedelta(minutes=2))
    form = client.page.select_one("#ask")
    assert form.select_one("button[name=proof_step]")["value"] == "send"
    sent = controls(form) | {"proof_step": ["code", "send"]}  # the hidden field, then the pressed button
    assert client.post(str(form["action"]), data=sent).status_code == 401
    assert code(app) != first
    client.press("#ask", proof=code(app))
    assert asked(app) == [31]


def test_a_proof_gives_a_new_token_and_the_old_one_dies_after_a_moment(app, client, village, at):
    card_of(app, village.ms_yip)
    old = signed_in(client, village.ms_yip)
    at(LATER)
    client.get("/rongxi/roll/export.csv")
    assert client.press("#ask", proof=PIN).mimetype == "text/csv"
    assert not client.get_cookie(SIGN_IN_COOKIE).value.startswith(old)
    assert client.get("/rongxi/me").status_code == 200
    at(LATER + timedelta(minutes=1))
    assert client.get("/rongxi/me").status_code == 200
    client.set_cookie(SIGN_IN_COOKIE, old)
    assert client.get("/rongxi/me").status_code == 303


def test_a_second_tap_with_the_old_token_is_not_signed_out(app, client, village, at):
    card_of(app, village.ms_yip)
    old = signed_in(client, village.ms_yip)
    at(LATER)
    client.get("/rongxi/roll/export.csv")
    client.press("#ask", proof=PIN)
    client.set_cookie(SIGN_IN_COOKIE, old)
    assert client.get("/rongxi/roll/export.csv").mimetype == "text/csv"


def test_a_proof_of_one_sign_in_counts_in_no_other(app, client, village, at):
    card_of(app, village.ms_yip)
    other = app.test_client()
    signed_in(client, village.ms_yip)
    signed_in(other, village.ms_yip)
    at(LATER)
    client.get("/rongxi/roll/export.csv")
    client.press("#ask", proof=PIN)
    assert other.get("/rongxi/roll/export.csv").status_code == 401


def test_a_forged_step_is_no_proof(app, client, village, at):
    signed_in(client, village.old_chan)
    client.get("/rongxi/")
    token = str(client.page.select_one("input[name=csrf_token]")["value"])
    at(LATER)
    for step in ("pin", "code", "nothing", "send", "x", ""):
        data = {
            "csrf_token": token,
            "proof_step": step,
            "proof": "000000",
            "needed": "31",
            "days": "10",
            "town": "15",
            "source": "章程第12条",
        }
        assert client.post("/rongxi/endorsement-rule", data=data).status_code in (401, 422)
    assert asked(app) == []


def test_an_export_is_logged_with_its_kind_and_how_many_before_it_leaves(app, client, village):
    signed_in(client, village.ms_yip)
    client.get("/rongxi/roll/export.csv")
    with app.app_context():
        entry = db.session.query(AuditEntry).filter_by(tag="export:made").one()
        assert json.loads(entry.facts) == {"count": 9, "kind": "rolls.export", "of": ""}
        assert entry.actor_id == village.ms_yip.id


def test_an_export_that_was_not_made_is_not_logged(app, client, as_person, village, at):
    as_person(village.ah_fong).get("/rongxi/roll/export.csv")
    signed_in(client, village.ms_yip)
    at(LATER)
    client.get("/rongxi/roll/export.csv")
    with app.app_context():
        assert not db.session.query(AuditEntry).filter_by(tag="export:made").count()


OFFICERS_OWN = {"second_factors.begin_app", "second_factors.begin_passkey", "second_factors.end"}
"""Open to members, since an officer does them whose office does not count yet; each refuses villagers itself."""


OF_CASES = {"case_papers.show", "case_papers.volume", "case_papers.notice", "case_papers.export"}
"""Papers of cases, for their mediators and parties."""
OWN_DATA = {"own_data.ask", "own_data.end_lock", "own_data.export"}
"""What a neighbour at a shared phone could do to somebody, and nobody does every day."""


def test_villagers_are_asked_again_for_nothing_but_papers_of_cases_and_their_own_data(app, as_person, village):
    open_to_all = {
        name for name in ASKED_AGAIN if app.view_functions[name].access in ("members", "signed_in", "public")
    }
    assert open_to_all == OF_CASES | OWN_DATA | OFFICERS_OWN
    fong = as_person(village.ah_fong)
    for rule in app.url_map.iter_rules():
        if rule.endpoint in OFFICERS_OWN:
            assert fong.send(address(rule)).status_code == 403


def test_a_sign_in_knows_when_it_was_last_proved(app, client, village):
    signed_in(client, village.ms_yip)
    with app.app_context():
        assert db.session.query(SignIn).one().proven_at is not None
