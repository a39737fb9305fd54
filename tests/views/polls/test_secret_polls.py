"""A secret poll's pages: honest words, no code in an address, nothing from which a result follows."""

from datetime import timedelta

import pytest

from consult import clock
from consult.models import SealedBallot, db
from tests import hours
from tests.client import Client
from tests.village import close, vote_in_secret
from tests.ways import made

pytestmark = pytest.mark.both_databases
LATER = timedelta(days=4)


def test_a_secret_vote_is_cast_in_two_looks_and_its_code_is_in_no_address(app, as_person, village):
    poll = made(app, village, secret=True)
    fong = as_person(village.ah_fong)
    fong.submit(f"/rongxi/polls/{poll}", choice="2")
    answer = fong.press("#confirm form")
    code = "".join(li.text for li in fong.page.select(".code li"))
    assert len(code) == 26 and answer.request.query_string == b"" and answer.headers["Cache-Control"] == "no-store"
    with app.app_context():
        assert db.session.query(SealedBallot).count() == 1
    again = fong.get(f"/rongxi/polls/{poll}")
    assert fong.page.select_one(".stones") is None and code not in again.text
    assert fong.get(f"/rongxi/polls/{poll}/receipt").status_code == 303
    fong.get("/rongxi/polls/mine")
    assert len(fong.page.select(".ledger li")) == 1 and code not in fong.text()


def test_the_page_says_honestly_what_a_secret_vote_hides_and_what_not(app, as_person, village):
    poll = made(app, village, secret=True)
    chan = as_person(village.old_chan)
    chan.get(f"/rongxi/polls/{poll}")
    assert "只有投票期间能控制服务器本身的人" in chan.text("#ballot"), "once, before anything is chosen"


def pages_of(client: Client, poll: int) -> list[tuple[int, int, str]]:
    """Length, status and tag of everything a reader can ask of a running poll."""
    paths = [
        f"/rongxi/polls/{poll}",
        f"/rongxi/polls/{poll}/outcome.json",
        f"/rongxi/polls/{poll}/receipts",
        f"/rongxi/polls/{poll}/bundle.zip",
        "/rongxi/",
        "/rongxi/notices/",
    ]
    found = []
    for path in paths:
        answer = client.get(path)
        found.append((len(answer.data), answer.status_code, answer.headers.get("ETag", "")))
    return found


@pytest.mark.parametrize("who", ["ah_kwok", "old_chan", "uncle_ho"])
def test_no_page_no_tag_and_no_length_tells_how_a_secret_poll_goes(app, as_person, village, who):
    """Two villages in which everything is the same but the choices give the same pages in every role."""
    polls = [made(app, village, secret=True, key=f"p{n}", turnout_shown=False) for n in (1, 2)]
    with app.app_context():
        for poll, choices in zip(polls, ((1, 1, 1), (2, 3, 2)), strict=True):
            for one, choice in zip((village.ah_fong, village.ah_keung, village.sister_chow), choices, strict=True):
                vote_in_secret(village, poll, one, choice)
        db.session.remove()
    client = as_person(getattr(village, who))
    first, second = (pages_of(client, poll) for poll in polls)
    assert [row[:2] for row in first] == [row[:2] for row in second]
    assert {row[1] for row in first} <= {200, 404, 409}


def test_the_turnout_is_shown_only_where_the_poll_says_so(app, client, village):
    shown, hidden = (made(app, village, key=f"t{n}", turnout_shown=n == 1) for n in (1, 2))
    assert "截止后公布" in client.get(f"/rongxi/polls/{shown}").text
    assert "截止后公布" not in client.get(f"/rongxi/polls/{hidden}").text


def test_after_the_close_the_keys_are_listed_and_no_choice_is(app, client, village):
    poll = made(app, village, secret=True)
    with app.app_context():
        for who in (village.ah_fong, village.old_chan):
            vote_in_secret(village, poll, who, 1)
        close(at=clock.now() + LATER)
    page = client.get(f"/rongxi/polls/{poll}/receipts")
    keys = [li["data-key"] for li in client.page.select("#keys li")]
    assert keys == sorted(keys) and len(keys) == 2 and "赞成" not in client.text("#main")
    assert page.status_code == 200


def test_before_the_mixing_the_page_says_that_it_is_being_counted(app, client, village, monkeypatch):
    poll = made(app, village, secret=True)
    monkeypatch.setenv("CONSULT_CLOCK_SHIFT", hours.later(LATER))
    page = client.get(f"/rongxi/polls/{poll}")
    assert page.status_code == 200 and client.page.select_one(".tally") is None
    assert client.get(f"/rongxi/polls/{poll}/receipts").status_code == 404
    assert "counts" not in client.get(f"/rongxi/polls/{poll}/outcome.json").json
