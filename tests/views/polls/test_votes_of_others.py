"""Pages about votes that others gave or noted: the own house, a witness's PIN, a letter at a door, a ballot that does not count."""

from datetime import timedelta

import pytest

from consult import clock
from consult.domain.law.rule_changes import CharterRule, RuleKind
from consult.domain.people.office_terms import Term
from consult.domain.people.roles import Role
from consult.domain.people.sign_ins import SignInWay
from consult.models import Assistance, HouseholdCard, Poll, ProxyLetter, RollEntry, RuleChange, VoteAnswer, db
from consult.models.polls import act_queries
from consult.services.core.acts import Act
from consult.services.meetings import check_ins
from consult.services.people import cards, grants, sign_ins
from consult.services.polls import closing
from consult.services.polls.channels import answers
from consult.web.access import SIGN_IN_COOKIE
from tests import hours
from tests.hours import today
from tests.meetings import a_called_meeting, begin_vote, end_vote, everybody, meeting, open_it, seat, seat_number
from tests.services.polls.test_acts_on_votes import contest, rule
from tests.views.polls.test_acts_on_votes import letter
from tests.village import FOUNDED, Cast, Who, a_photo, close, vote
from tests.ways import ask_late, made, mark, number

LATER = timedelta(days=4)
PIN = "739264"


@pytest.fixture
def officer(app, village) -> Who:
    """Ah Kwok, who marks and counts, and lives with Ah Fong."""
    with app.app_context():
        term, act = Term(FOUNDED.date()), Act.by_system(village.id, now=FOUNDED)
        grants.grant(village.ah_kwok.row(), Role.COUNCIL_MEMBER, term, act)
        db.session.remove()
    return village.ah_kwok


def test_numbers_of_the_own_house_come_back_with_the_reason_and_are_named_before(app, as_person, village, officer):
    poll = made(app, village, paper=True)
    own, other = number(app, poll, village.ah_fong), number(app, poll, village.aunt_leung)
    kwok, page = as_person(officer), f"/rongxi/polls/{poll}/attendance"
    refused = kwok.submit(page, "form:has(#numbers)", numbers=f"{own}, {other}", channel="paper")
    assert refused.status_code == 403 and str(own) in kwok.text("#main")
    assert kwok.page.select_one("#numbers").text.strip() == f"{own}, {other}"
    kwok.get(page)
    token = kwok.page.select_one("input[name=csrf_token]")["value"]
    kwok.post(f"{page}/names", data={"numbers": f"{own}, {other}", "csrf_token": token})
    named = [bool(line.select(".aside")) for line in kwok.page.select("#who li")]
    assert named == [n == own for n in sorted((own, other))], "before anybody is marked"
    with app.app_context():
        assert db.session.get_one(RollEntry, (poll, other)).channel is None


def test_late_marks_of_the_own_house_have_no_button(app, as_person, village, officer, monkeypatch):
    poll = made(app, village, paper=True)
    n = number(app, poll, village.ah_fong)
    with app.app_context():
        ask_late(village, poll, n, by=village.old_chan, office="committee_member")
        db.session.remove()
    monkeypatch.setenv("CONSULT_CLOCK_SHIFT", hours.later(LATER))
    for who, there in ((officer, False), (village.uncle_ho, True)):
        client = as_person(who)
        client.get(f"/rongxi/polls/{poll}/late-marks/")
        assert (client.page.select_one("form[action$=confirmation]") is not None) is there


# the witness's PIN


def signed_in(app, client, who: Who):
    with app.app_context():
        token = sign_ins.begin(who.row(), SignInWay.CODE, now=clock.now())
        db.session.remove()
    client.set_cookie(SIGN_IN_COOKIE, token)
    return client


@pytest.fixture
def helping(app, client, village):
    """Group head Ah Keung, at the page on which Ms Yip, who has a card, is named as the witness."""
    poll = made(app, village)
    with app.app_context():
        cards.issue(village.ms_yip.row().household.group_id, village.ms_yip.act())
        card = db.session.query(HouseholdCard).filter_by(household_id=village.ms_yip.household_id).one()
        cards.claim(card, village.ms_yip.id, PIN, on=today(), now=clock.now())
        db.session.remove()
    keung = signed_in(app, client, village.ah_keung)
    keung.submit(f"/rongxi/polls/{poll}/assistances/new", number=str(number(app, poll, village.ah_fong)))
    keung.press("section.ballot form", choice="1")
    return keung


def say_with(client, village: Cast, pin: str):
    fields = {"is_here": "1", "read_back": "1", "name": village.ms_yip.name, "code": "02-003"}
    return client.press("section.ballot form", **fields, pin=pin)


def test_the_witnesss_own_pin_counts_the_vote_at_once(app, village, helping):
    assert say_with(helping, village, PIN).status_code == 200
    with app.app_context():
        said = db.session.query(VoteAnswer).one()
        assert (said.said_by, said.device_of, said.sound) == (village.ms_yip.id, village.ah_keung.id, True)


def test_a_wrong_pin_keeps_all_that_was_typed_but_the_pin_and_casts_nothing(app, village, helping):
    assert say_with(helping, village, "111111").status_code == 422
    assert helping.page.select_one("#name")["value"] == village.ms_yip.name
    assert helping.page.select_one("#code")["value"] == "02-003"
    assert not helping.page.select_one("#pin").get("value")
    assert helping.page.select_one("#pin-mistake, .mistake") is not None
    assert helping.page.select_one("#is_here").has_attr("checked")
    with app.app_context():
        assert db.session.query(Assistance).count() == 0
    assert say_with(helping, village, PIN).status_code == 200, "the words are there: only the PIN is typed anew"


def test_a_witnesss_pin_cannot_be_tried_out_on_this_page(app, village, helping):
    for n in range(6):
        say_with(helping, village, f"1111{n:02}")
    assert say_with(helping, village, PIN).status_code == 422, "too many tries: the right one says nothing any more"
    with app.app_context():
        assert db.session.query(Assistance).count() == 0


# letters


def test_a_letter_that_is_counted_already_is_looked_at_no_more(app, as_person, village, monkeypatch):
    poll = made(app, village)
    one = letter(app, village, poll)
    yip = as_person(village.ms_yip)
    assert yip.send(f"/rongxi/polls/{poll}/letters/{one}/answer", sound="no", reason="").status_code == 422
    with app.app_context():
        answers.look(db.session.get_one(ProxyLetter, one), village.ms_yip.act(), sound=True)
        close(at=clock.now() + LATER)
        closing.declare(db.session.get_one(Poll, poll), village.old_chan.act(now=clock.now() + LATER))
        db.session.remove()
    monkeypatch.setenv("CONSULT_CLOCK_SHIFT", hours.later(LATER))
    chan = as_person(village.old_chan)
    address = f"/rongxi/polls/{poll}/letters/"
    assert chan.get(address).status_code == 200 and not chan.page.select("form[action$=answer]")
    assert chan.send(f"{address}{one}/answer", sound="no", reason="没有字").status_code == 409
    assert chan.send(f"{address}{one}/answer", sound="no", reason="").status_code == 409
    with app.app_context():
        assert act_queries.counts_of(poll) == {}


def test_a_charter_lets_a_letter_shown_at_the_door_vote_in_secret(app, as_person, village):
    with app.app_context():
        charter = RuleChange(
            village_id=village.id,
            kind=RuleKind.CHARTER,
            body="VA_people",
            facts=CharterRule(secret_letters=True, source="村民自治章程 31").as_facts(),
            source="村民自治章程 31",
            valid_from=today(-timedelta(days=1)),
            request_key="charter",
            asked_by=village.old_chan.id,
            asked_office="committee_member",
            asked_at=clock.now(),
            confirmed_by=village.uncle_ho.id,
            confirmed_office="supervisor",
            confirmed_at=clock.now(),
        )
        db.session.add(charter)
        db.session.commit()
        meeting_id, poll_id = a_called_meeting(village, secret=True, hands=False)
        absent = seat_number(meeting_id, village.ah_kwok)
        seat(village, meeting_id, *[who for who in everybody(village)[:6] if who is not village.ah_kwok])
        photo = a_photo(village.ah_keung)
        check_ins.bring_letter(meeting(meeting_id), absent, village.ah_fong.row(), photo, village.ah_keung.act())
        open_it(village, meeting_id)
        begin_vote(village, meeting_id, poll_id)
        db.session.remove()
    fong = as_person(village.ah_fong)
    fong.submit(f"/rongxi/polls/{poll_id}/proxies/new", number=str(absent), choice="1")
    assert fong.press().status_code == 200
    with app.app_context():
        assert db.session.query(VoteAnswer).one().said_by == village.ah_keung.id, "who took it in has looked at it"
        assert answers.why_not_countable(db.session.get_one(Poll, poll_id), clock.now()) is None
        db.session.remove()


# what does not count, and hands


def test_my_receipts_say_which_does_not_count_and_why(app, as_person, village):
    poll = made(app, village, body="VA_house")
    with app.app_context():
        vote(village, poll, village.ah_fong, 1)
        rule(contest(poll, village.ah_kwok, "没有商量"), village, upheld=True)
        db.session.remove()
    fong = as_person(village.ah_fong)
    fong.get("/rongxi/polls/mine")
    why = fong.page.select_one("main .ledger .due")
    assert why is not None and "唔計" in why.text


def test_the_poll_page_shows_raised_hands_that_no_line_tells_of(app, as_person, village):
    with app.app_context():
        meeting_id, poll_id = a_called_meeting(village)
        seat(village, meeting_id, *everybody(village)[:6])
        open_it(village, meeting_id)
        begin_vote(village, meeting_id, poll_id)
        end_vote(village, meeting_id, poll_id)
        db.session.remove()
    fong = as_person(village.ah_fong)
    fong.get(f"/rongxi/polls/{poll_id}")
    assert village.old_chan.name in fong.text("#my-act")
    assert fong.page.select_one("#my-act a[href$='contests/new']") is not None
    fong.get("/rongxi/notifications/")
    assert fong.page.select_one(f"main a[href$='/polls/{poll_id}/my-vote']") is None


def test_a_marked_household_reads_that_the_wrong_mark_was_undone_and_why(app, as_person, village):
    poll = made(app, village, paper=True)
    with app.app_context():
        mark(village, poll, village.ah_fong, by=village.ms_yip)
        rule(contest(poll, village.ah_fong), village, upheld=True)
        db.session.remove()
    fong = as_person(village.ah_fong)
    fong.get(f"/rongxi/polls/{poll}")
    assert fong.page.select_one("#ballot .stones") is not None and "看过了" in fong.text("#main")
    fong.get("/rongxi/notifications/")
    assert fong.page.select_one(f"main a[href*='/polls/{poll}']") is not None
    assert fong.send(f"/rongxi/polls/{poll}/contests", reason="").status_code == 409
