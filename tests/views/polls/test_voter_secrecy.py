"""While a secret poll is open, who has voted is shown to nobody but those who were assigned to give out paper."""

import re
from datetime import timedelta

import pytest

from consult import clock
from consult.domain.refusals import Reason
from consult.models import AuditEntry, Poll, db
from consult.services.polls.counting import paper_tickers
from tests.village import a_poll, close, help_to_vote, number_of, vote_in_secret
from tests.ways import refused

pytestmark = pytest.mark.both_databases
OFFICERS = ["old_chan", "aunt_leung", "uncle_ho", "ms_yip", "sister_chow", "ah_keung"]


@pytest.fixture(params=[False, True], ids=["phone only", "paper too"])
def poll(request, app, village) -> int:
    with app.app_context():
        made = a_poll(village, secret=True, paper=request.param, turnout_shown=False)
        vote_in_secret(village, made, village.ah_fong, 1)
        db.session.remove()
        return made


@pytest.fixture
def with_paper(app, village) -> int:
    with app.app_context():
        made = a_poll(village, secret=True, paper=True, turnout_shown=False)
        vote_in_secret(village, made, village.ah_fong, 1)
        db.session.remove()
        return made


def number(app, poll: int, who) -> int:
    with app.app_context():
        found = number_of(poll, who)
        db.session.remove()
        return found


@pytest.mark.parametrize("who", OFFICERS)
def test_no_office_alone_sees_who_has_voted(app, as_person, village, poll, who):
    """The list, its print, the page of marks, and what a refused mark would tell."""
    officer, voted = as_person(getattr(village, who)), number(app, poll, village.ah_fong)
    assert officer.get(f"/rongxi/polls/{poll}/voter-list").status_code == 403
    assert officer.get(f"/rongxi/polls/{poll}/attendance").status_code == 200
    assert village.ah_fong.name not in officer.text("#main") and officer.page.select_one("#numbers") is None
    tried = officer.send(f"/rongxi/polls/{poll}/attendance", numbers="1-8", channel="paper")
    assert tried.status_code == 403 and f": {voted}" not in tried.text
    visit = {"place": "坑尾", "visited_at": "2020-01-01T09:00", "visited": "1-8", "key": "k" * 20}
    workers = {"name1": village.ah_keung.name, "code1": "01-003", "name2": village.ms_yip.name, "code2": "02-003"}
    assert officer.send(f"/rongxi/polls/{poll}/attendance/visits", **visit, **workers).status_code == 403


@pytest.mark.parametrize("who", OFFICERS)
def test_a_helper_is_not_told_who_has_voted_by_typing_numbers(app, as_person, village, poll, who):
    officer = as_person(getattr(village, who))
    shown = []
    for voter in (village.ah_fong, village.ah_kwok):
        n = number(app, poll, voter)
        officer.get(f"/rongxi/polls/{poll}/assistances/new?number={n}")
        shown.append(officer.text("main").replace(voter.name, "").replace(str(n), ""))
    assert shown[0] == shown[1]


SPOILT = {
    "a choice that is none": {"choice": "99"},
    "a key that is none": {"choice": "1", "key": "x"},
    "a witness who is the helper": {"choice": "1", "code": "01-003"},
}


@pytest.mark.parametrize("spoilt", SPOILT)
def test_a_ballot_that_cannot_be_cast_for_another_does_not_tell_who_has_voted(app, as_person, village, poll, spoilt):
    """A helper sent choices that are none for every number, and read in the refusals who had voted; no trace."""
    keung = as_person(village.ah_keung)
    witness = village.ah_keung if "witness" in spoilt else village.ms_yip
    stated = {"is_here": "1", "read_back": "1", "code": "02-003", "name": witness.name}
    said = []
    for voter in (village.ah_fong, village.ah_kwok):
        fields = stated | {"number": str(number(app, poll, voter))} | SPOILT[spoilt]
        assert keung.send(f"/rongxi/polls/{poll}/assistances", **fields).status_code >= 400
        said.append(re.sub(r"\d", "", keung.text("#main")))  # the number that was typed comes back
    assert said[0] == said[1]


def test_the_letter_page_of_a_secret_vote_does_not_tell_the_household_who_has_voted(app, as_person, village):
    """It takes no letter, whether somebody of the household has voted or nobody: it says the same, and no name."""
    said = []
    for voted in (True, False):
        with app.app_context():
            made = a_poll(village, secret=True, body="VA_people", key=f"secret-{voted}")
            if voted:
                vote_in_secret(village, made, village.ah_kwok, 1)
            db.session.remove()
        fong = as_person(village.ah_fong)
        assert fong.get(f"/rongxi/polls/{made}/proxies/new").status_code == 403
        said.append(fong.text("main"))
    assert said[0] == said[1] and village.ah_kwok.name not in said[0]


def test_scrutineers_see_letters_helpers_and_visits_only_after_the_close(app, as_person, village, with_paper):
    """Each of them names units that have voted."""
    with app.app_context():
        help_to_vote(village, with_paper, village.old_chan, 1, helper=village.ah_keung, witness=village.ms_yip)
        db.session.remove()
    ho = as_person(village.uncle_ho)
    assert ho.get(f"/rongxi/polls/{with_paper}/scrutiny").status_code == 403
    assert ho.get(f"/rongxi/polls/{with_paper}/scrutiny/letters/1").status_code == 403
    ho.get(f"/rongxi/polls/{with_paper}")
    assert ho.page.select_one("a[href$=scrutiny]") is None


def test_who_was_assigned_by_another_officer_sees_the_list_and_ticks(app, as_person, village, with_paper):
    chan, yip = as_person(village.old_chan), as_person(village.ms_yip)
    chan.submit(f"/rongxi/polls/{with_paper}/attendance", "form:has(#name)", name=village.ms_yip.name, code="02-003")
    assert village.ms_yip.name in chan.text("#ticking ~ .ledger")
    assert chan.get(f"/rongxi/polls/{with_paper}/voter-list").status_code == 403, "assigning is not being assigned"
    yip.get(f"/rongxi/polls/{with_paper}/voter-list")
    assert len(yip.page.select("tbody tr")) == 8 and len(yip.page.select("td[colspan]")) == 1
    n = number(app, with_paper, village.old_chan)
    marking = "form:has(#numbers)"
    assert (
        yip.submit(f"/rongxi/polls/{with_paper}/attendance", marking, numbers=str(n), channel="paper").status_code < 400
    )
    assert village.old_chan.name in yip.text("main")
    with app.app_context():
        assert db.session.query(AuditEntry).filter_by(tag="ticker:assigned").count() == 1


def test_an_assignment_that_is_ended_closes_list_print_and_marks_at_once(app, as_person, village, with_paper):
    chan, yip = as_person(village.old_chan), as_person(village.ms_yip)
    attendance = f"/rongxi/polls/{with_paper}/attendance"
    chan.submit(attendance, "form:has(#name)", name=village.ms_yip.name, code="02-003")
    assert yip.get(f"/rongxi/polls/{with_paper}/voter-list").status_code == 200
    assert chan.submit(attendance, "form[action$=ending]").status_code < 400
    assert village.ms_yip.name not in chan.text("main")
    assert yip.get(f"/rongxi/polls/{with_paper}/voter-list").status_code == 403
    n = number(app, with_paper, village.old_chan)
    assert yip.send(attendance, numbers=str(n), channel="paper").status_code == 403
    yip.get(attendance)
    assert village.ah_fong.name not in yip.text("#main") and yip.page.select_one("#numbers") is None
    with app.app_context():
        assert db.session.query(AuditEntry).filter_by(tag="ticker:ended").count() == 1


def test_only_officers_who_change_polls_end_an_assignment_and_only_one_of_that_poll(
    app, as_person, village, with_paper
):
    with app.app_context():
        row = db.session.get_one(Poll, with_paper)
        ticker = paper_tickers.assign(row, village.ms_yip.row(), village.old_chan.act(key="a")).id
        other = a_poll(village, secret=True, paper=True, key="other")
        db.session.remove()
    path = f"/rongxi/polls/{with_paper}/attendance/tickers/{ticker}/ending"
    assert as_person(village.ah_fong).send(path).status_code == 403
    assert as_person(village.old_chan).send(path.replace(str(with_paper), str(other), 1)).status_code == 404
    assert as_person(village.ms_yip).get(f"/rongxi/polls/{with_paper}/voter-list").status_code == 200


def test_who_is_assigned_anew_after_an_ending_sees_the_list_again(inside):
    poll = a_poll(inside, secret=True, paper=True)
    row, who = db.session.get_one(Poll, poll), inside.ms_yip
    first = paper_tickers.assign(row, who.row(), inside.old_chan.act(key="a"))
    paper_tickers.end(first, inside.uncle_ho.act())
    paper_tickers.end(first, inside.old_chan.act())
    assert not paper_tickers.sees_voters(row, who.id, clock.now())
    paper_tickers.assign(row, who.row(), inside.old_chan.act(key="b"))
    assert paper_tickers.sees_voters(row, who.id, clock.now())
    assert db.session.query(AuditEntry).filter_by(tag="ticker:ended").count() == 1


def test_nobody_assigns_themselves_and_only_officers_are_assigned(app, as_person, village, with_paper):
    chan = as_person(village.old_chan)
    own = chan.submit(
        f"/rongxi/polls/{with_paper}/attendance", "form:has(#name)", name=village.old_chan.name, code="01-002"
    )
    assert own.status_code == 403
    stranger = {"name": village.ah_fong.name, "code": "01-001"}
    assert chan.submit(f"/rongxi/polls/{with_paper}/attendance", "form:has(#name)", **stranger).status_code == 403
    nobody = {"name": "谁", "code": "01-001"}
    wrong = chan.submit(f"/rongxi/polls/{with_paper}/attendance", "form:has(#name)", **nobody)
    assert wrong.status_code == 422 and chan.page.select_one("#name")["value"] == "谁"


def test_an_assignment_ends_by_itself_and_is_of_one_poll_with_paper(inside):
    poll = a_poll(inside, secret=True, paper=True, closes_at=clock.now() + timedelta(days=3))
    phone = a_poll(inside, secret=True, key="phone")
    row = lambda one: db.session.get_one(Poll, one)  # noqa: E731
    paper_tickers.assign(row(poll), inside.ms_yip.row(), inside.old_chan.act(key="a"))
    assert paper_tickers.sees_voters(row(poll), inside.ms_yip.id, clock.now())
    assert not paper_tickers.sees_voters(row(phone), inside.ms_yip.id, clock.now())
    assert not paper_tickers.sees_voters(row(poll), inside.ms_yip.id, clock.now() + paper_tickers.LASTS)
    act = inside.old_chan.act(key="b")
    assert refused(paper_tickers.assign, row(phone), inside.ms_yip.row(), act) is Reason.CHANNEL_NOT_OFFERED


def test_before_and_after_a_secret_poll_and_in_a_named_one_the_list_is_there(app, as_person, village):
    with app.app_context():
        over = a_poll(village, key="over", secret=True)
        close(at=clock.now() + timedelta(days=4))
        named = a_poll(village, paper=True, closes_at=clock.now() + timedelta(days=9))
        later = {"opens_at": clock.now() + timedelta(days=6), "closes_at": clock.now() + timedelta(days=9)}
        coming = a_poll(village, key="coming", secret=True, paper=True, **later)
        db.session.remove()
    yip = as_person(village.ms_yip)
    for poll in (named, coming, over):
        assert yip.get(f"/rongxi/polls/{poll}/voter-list").status_code == 200
