"""Pages of officers off the roll: entered by a form, signed in by their number, a switch of village, no page of villagers."""

import json
import re
from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import text

from consult import clock
from consult.domain.people.right_changes import RightKind, RightStepKind
from consult.domain.people.roles import OFF_THE_ROLL, Role
from consult.models import Person, RightChange, RoleGrant, SignIn, db
from consult.services.core.acts import Act
from consult.services.people import right_lists, rights, second_factors
from consult.services.people.accounts import outside_officers
from consult.services.people.rights import WantedRight
from consult.services.site import village_addresses
from tests.accounts import JUSTICE, MAI, TERM, outside, outside_there, person_here
from tests.checks.test_routes import address
from tests.meetings import a_called_meeting
from tests.village import ORIGIN, Who, a_consultation, a_matter, a_poll

FORM = {
    "name": MAI.name,
    "organisation": MAI.organisation,
    "phone": MAI.number,
    "role": "clerk",
    "since": "2026-01-01",
    **ORIGIN,
    "way": "appointed",
}


@pytest.fixture
def mai(app, village) -> Who:
    """Clerk here and in Daling, on neither roll."""
    with app.app_context():
        here = outside(village)
        outside_there()
        return Who(here, MAI.name, 0, MAI.number)


@pytest.fixture
def there(app, mai) -> Who:
    with app.app_context():
        village_id = db.session.query(Person).filter(Person.name == MAI.name, Person.id != mai.id).one().village_id
        return Who(person_here(village_id, MAI).id, MAI.name, 0, MAI.number)


def code(config) -> str:
    return json.loads((config.instance_path / "outbox.jsonl").read_text().splitlines()[-1])["code"]


def test_somebody_off_the_roll_is_entered_by_a_form_and_a_second_officer(app, as_person, village):
    yip, ho = as_person(village.ms_yip), as_person(village.uncle_ho)
    yip.submit("/rongxi/offices/outside", "form.sheet", **FORM)
    waiting = ho.get("/rongxi/rights/").text
    assert MAI.name in waiting and MAI.organisation in waiting and ORIGIN["source_words"] in waiting
    assert MAI.number not in waiting
    ho.submit("/rongxi/rights/", "form[action$=confirmation]")
    assert MAI.name in ho.get("/rongxi/officers").text


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("name", {"name": ""}),
        ("organisation", {"organisation": " "}),
        ("phone", {"phone": "020 8888 6666"}),
        ("phone", {"phone": ""}),
        ("source_on", {"source_on": ""}),
        ("source_words", {"source_words": ""}),
        ("way", {"way": ""}),
        ("organisation", {"organisation": "司法所 13800000001"}),
    ],
)
def test_a_mistake_in_the_form_keeps_what_was_typed(as_person, village, field, changes):
    yip = as_person(village.ms_yip)
    answer = yip.submit("/rongxi/offices/outside", "form.sheet", **(FORM | changes))
    assert answer.status_code == 422
    assert yip.page.select_one(f"#{field}-mistake")
    if field != "name":
        assert yip.page.select_one("#name")["value"] == MAI.name


def test_a_number_of_this_roll_is_refused_with_a_sentence(as_person, village):
    yip = as_person(village.ms_yip)
    answer = yip.submit("/rongxi/offices/outside", "form.sheet", **(FORM | {"phone": village.ah_fong.phone}))
    assert answer.status_code == 409
    assert yip.page.select_one("#name")["value"] == MAI.name


def test_the_same_number_opens_each_of_the_villages(client, config, mai):
    for slug in ("rongxi", "daling"):
        client.submit(f"/{slug}/sign-in", phone=MAI.number)
        client.submit(f"/{slug}/sign-in/code", code=code(config))
        assert MAI.name in client.get(f"/{slug}/me").text


def test_one_tap_switches_the_village_and_the_old_one_is_left(as_person, mai, there):
    browser = as_person(mai)
    assert "大岭村" in browser.get("/rongxi/me").text
    went = browser.submit("/rongxi/me", "#villages form", person_id=str(there.id))
    assert went.request.path == "/daling/"
    assert browser.get("/daling/me").status_code == 200
    assert browser.get("/rongxi/me").status_code == 303


def test_who_is_in_a_closed_village_goes_on_to_the_open_one(app, as_person, village, mai, there):
    with app.app_context():
        by = [village.ms_yip.row(), village.uncle_ho.row()]
        assert village_addresses.close(village.id, by, Act.by_system(village.id, now=clock.now()))
        db.session.remove()
    went = as_person(mai).submit("/rongxi/me", "#villages form", person_id=str(there.id))
    assert went.request.path == "/daling/"


def test_a_second_tap_leads_to_the_same_page(as_person, mai, there):
    browser = as_person(mai)
    browser.get("/rongxi/me")
    form = {"csrf_token": browser.page.select_one("#villages input[name=csrf_token]")["value"], "person_id": there.id}
    for _ in range(2):
        answer = browser.post("/rongxi/me/villages", data=form)
        assert (answer.status_code, answer.location) == (303, "/daling/")
    assert browser.get("/daling/me").status_code == 200


def test_a_villager_switches_nowhere(as_person, village, mai, there):
    fong = as_person(village.ah_fong)
    assert "#villages" not in fong.get("/rongxi/me").text
    for wanted in (mai.id, there.id, village.ah_kwok.id):
        assert fong.send("/rongxi/me/villages", person_id=str(wanted)).status_code == 403


def test_a_stranger_switches_nowhere(client, village, there):
    assert client.send("/rongxi/me/villages", at="/rongxi/", person_id=str(there.id)).status_code == 401


def test_the_village_that_asks_for_a_second_proof_asks_those_who_come_by_a_switch(app, as_person, mai, there):
    with app.app_context():
        db.session.execute(text("DROP TRIGGER village_factors_by_two"))
        db.session.execute(text("UPDATE village SET second_factor_needed = 1 WHERE slug = 'daling'"))
        db.session.execute(text("UPDATE sign_in SET way = 'code'"))
        db.session.commit()
    browser = as_person(mai)
    with app.app_context():
        db.session.execute(text("UPDATE sign_in SET way = 'code'"))
        db.session.commit()
    browser.submit("/rongxi/me", "#villages form", person_id=str(there.id))
    assert browser.get("/daling/roll").status_code == 403


def test_a_sign_in_without_the_second_proof_of_the_account_does_not_switch(app, as_person, mai, there):
    browser = as_person(mai)
    with app.app_context():
        person, secret, now = person_here(1, MAI), second_factors.new_secret(), clock.now()
        digits = pyotp.TOTP(secret).at(now)
        second_factors.set_up_app(person, secret, str(digits), Act.of(person, now=now))
    answer = browser.submit("/rongxi/me", "#villages form", person_id=str(there.id))
    assert answer.status_code == 403
    assert browser.get("/daling/me").status_code == 303


@pytest.mark.sweep
def test_somebody_off_the_roll_is_refused_at_every_page_of_villagers(app, as_person, village, mai):
    with app.app_context():
        a_poll(village)
    browser, open_to_her = as_person(mai), []
    token = browser.token()
    for rule in app.url_map.iter_rules():
        if app.view_functions[rule.endpoint].access == "members":
            path = address(rule)
            answer = browser.get(path) if "GET" in rule.methods else browser.send(path, csrf_token=token)
            if answer.status_code != 403:
                open_to_her.append((path, answer.status))
    assert not open_to_her


ABOUT_ONESELF_OR_A_CASE = {
    "case_acts",
    "case_calendars",  # the days of the cases that the reader is part of
    "case_consents",
    "case_payments",
    "case_corrections",
    "case_pages",
    "case_papers",
    "home",
    "mergers",  # of one's own proposal: to all but the proposer and these officers it is not there
    "notifications",
    "me",
    "own_data",
    "proofs",
    "second_factors",
    "ways_in",
}


def test_what_is_open_to_somebody_off_the_roll_without_their_office_is_about_themselves_or_a_case(app):
    """A new page of villagers is `members_only`; whoever opens one to all who are signed in adds it here."""
    open_ones = {name.split(".")[0] for name, view in app.view_functions.items() if view.access == "signed_in"}
    assert open_ones == ABOUT_ONESELF_OR_A_CASE


@pytest.mark.sweep
@pytest.mark.parametrize("role", sorted(OFF_THE_ROLL))
def test_an_officer_off_the_roll_opens_the_pages_of_the_office_and_of_no_other(app, as_person, village, role):
    with app.app_context():
        who = replace(JUSTICE, number="13900000111")
        term_group = village.upper_group
        change = outside_officers.ask(
            who, role, replace(TERM, group_id=term_group), Role.COMMITTEE_MEMBER, village.old_chan.act()
        )
        rights.confirm(change.id, Role.SUPERVISOR, village.uncle_ho.act())
        person = Who(person_here(village.id, who).id, who.name, 0, who.number)
    browser, wrong = as_person(person), []
    for rule in app.url_map.iter_rules():
        access = app.view_functions[rule.endpoint].access
        if isinstance(access, tuple) and "GET" in rule.methods:
            answer = browser.get(address(rule))
            if (answer.status_code == 403) == (role.value in access) or answer.status_code >= 500:
                wrong.append((rule.rule, access, answer.status))
    for path in ("/rongxi/", "/rongxi/me", "/rongxi/me/data", "/rongxi/notices/", "/rongxi/cases/", "/rongxi/officers"):
        if browser.get(path).status_code != 200:
            wrong.append((path, "", "not 200"))
    assert not wrong


def test_public_pages_offer_nothing_of_villagers_to_somebody_off_the_roll(app, as_person, village, mai):
    with app.app_context():
        consultation = a_consultation(village)
        poll = a_poll(village)
    browser = as_person(mai)
    for path in (f"/rongxi/consultations/{consultation}", f"/rongxi/polls/{poll}", "/rongxi/petitions/"):
        assert browser.get(path).status_code == 200
        for form in browser.page.select("main form"):
            assert not any(
                word in form.get("action", "") for word in ("/comments", "/ballots", "/endorsement", "petitions")
            )


def test_whose_offices_are_over_is_signed_out_at_once(app, as_person, village, mai):
    browser = as_person(mai)
    assert browser.get("/rongxi/me").status_code == 200
    with app.app_context():
        for grant in db.session.query(RoleGrant).filter_by(person_id=mai.id):
            grant.ended_at = clock.now()
        db.session.commit()
    assert browser.get("/rongxi/me").status_code == 303


def test_a_new_and_an_ended_office_are_posted_on_the_board_with_two_names_and_where_it_comes_from(
    app, as_person, client, village, mai
):
    client.get("/rongxi/notices/")
    words = client.page.select_one("section[aria-labelledby=offices-posted]").get_text(" ", strip=True)
    for said in (MAI.name, MAI.organisation, village.old_chan.name, village.uncle_ho.name, TERM.origin.words):
        assert said in words
    assert MAI.number not in words
    yip, ho = as_person(village.ms_yip), as_person(village.uncle_ho)
    with app.app_context():
        (grant,) = [one.id for one in db.session.query(RoleGrant).filter_by(person_id=mai.id)]
    yip.submit("/rongxi/offices", f"form[action='/rongxi/offices/{grant}/end']")
    ho.submit("/rongxi/rights/", "form[action$=confirmation]")
    client.get("/rongxi/notices/")
    posted = client.page.select("section[aria-labelledby=offices-posted] li")
    assert len(posted) == 2
    assert village.ms_yip.name in posted[0].get_text()


def test_a_change_is_posted_for_fifteen_days_and_stays_among_the_offices(app, village, mai):
    with app.app_context():
        here, now = village.row(), clock.now()
        assert right_lists.posted(here, now=now + timedelta(days=15))
        assert not right_lists.posted(here, now=now + timedelta(days=17))
        board = right_lists.office_board(here, now=now + timedelta(days=17))
        assert any(one.person.name == MAI.name for _, officers in board.groups for one in officers)


def test_an_office_whose_term_the_law_ended_is_said_to_be_over_and_goes_on(app, client, as_person, village):
    """Nobody in the law ends a committee before the next one is elected; an election is due."""
    with app.app_context():
        (grant,) = db.session.query(RoleGrant).filter_by(person_id=village.old_chan.id)
        grant.since = grant.since.replace(year=grant.since.year - 6)
        db.session.commit()
    client.get("/rongxi/officers")
    assert client.page.select("main .due")
    assert as_person(village.old_chan).get("/rongxi/offices").status_code == 200


def test_my_sign_ins_of_all_villages_are_listed_and_ended_together(app, as_person, mai, there):
    here = as_person(mai)
    as_person(there)
    here.get("/rongxi/me")
    here.submit("/rongxi/me", "form[action$='others/end']")
    with app.app_context():
        open_ones = db.session.query(SignIn).filter(SignIn.ended_at.is_(None)).all()
        assert [one.person_id for one in open_ones] == [mai.id]


def test_an_officer_off_the_roll_opens_what_waits_for_them(app, as_person, village, mai):
    with app.app_context():
        wanted = WantedRight(
            kind=RightKind.OFFICE_GIVEN, person_id=village.aunt_leung.id, role=Role.GRID_WORKER, term=TERM
        )
        asked = rights.ask(wanted, "committee_member", village.old_chan.act(key="r"))
        assert asked is not None
    browser = as_person(mai)
    assert browser.get("/rongxi/me").status_code == 200
    assert browser.get("/rongxi/waiting").status_code == 200
    assert village.aunt_leung.name in browser.text("main")


def test_an_officer_off_the_roll_reads_of_an_office_and_says_no_to_it(app, as_person, village, mai):
    with app.app_context():
        wanted = WantedRight(kind=RightKind.OFFICE_GIVEN, person_id=mai.id, role=Role.GRID_WORKER, term=TERM)
        change = rights.ask(wanted, "committee_member", village.old_chan.act(key="r"))
        assert change is not None
        change_id = change.id
    browser = as_person(mai)
    browser.get("/rongxi/notifications/")
    assert browser.page.select("a[href='/rongxi/ways-in/']"), "the message leads there"
    assert browser.submit("/rongxi/ways-in/", f"form[action$='changes/{change_id}/stop']").status_code == 200
    with app.app_context():
        assert RightStepKind.STOPPED in rights.steps_of(db.session.get_one(RightChange, change_id))


@pytest.mark.sweep
def test_no_page_offers_an_officer_off_the_roll_what_only_villagers_open(app, as_person, village, mai):
    """Every link of the pages that she opens from the front page, three steps deep."""
    with app.app_context():
        a_matter(village)
        a_called_meeting(village)
        a_poll(village)
    browser = as_person(mai)
    seen: set[str] = set()
    following, refused = ["/rongxi/", "/rongxi/me"], []
    for _ in range(4):
        here, following = following, []
        for path in here:
            if path in seen:
                continue
            seen.add(path)
            if browser.get(path).status_code == 403:
                refused.append(path)
            elif browser.page is not None:
                links = {a["href"].partition("#")[0] for a in browser.page.select("main a[href^='/rongxi/']")}
                following += sorted(one for one in links if not FILES.search(one))
    assert not refused


FILES = re.compile(r"\.(zip|pdf|xlsx|ics|svg|mp3|csv)$|speech")
