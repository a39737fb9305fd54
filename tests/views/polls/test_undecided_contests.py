"""What pages say of a contest on which two officers do not agree: while they can, where the result hangs on it, and after it."""

from datetime import timedelta

import pytest

from consult import clock
from consult.models import Poll, db
from consult.services.polls import closing
from tests import hours
from tests.services.polls.test_undecided_contests import three_minds
from tests.village import close, help_to_vote, vote
from tests.ways import made, mark

LATER = timedelta(days=5)


@pytest.fixture
def helped(app, village) -> int:
    poll = made(app, village)
    with app.app_context():
        vote(village, poll, village.old_chan, 1)
        vote(village, poll, village.uncle_ho, 1)
        help_to_vote(village, poll, village.ah_fong, 2, helper=village.ah_keung, witness=village.ms_yip)
        three_minds(village, poll, village.ah_fong)
        db.session.remove()
    return poll


def more_votes(app, village, poll: int, *who) -> None:
    """More who agree; five of eight are a quorum, so that one vote more or less decides it where five came."""
    with app.app_context():
        for one in who:
            vote(village, poll, one, 1)
        db.session.remove()


def test_an_officer_says_otherwise_on_the_same_page(app, as_person, village, helped):
    chan = as_person(village.old_chan)
    chan.get(f"/rongxi/polls/{helped}/contests/")
    assert "您可以改" in chan.text("#main") and chan.page.select_one("form[action$=opinions]") is not None
    chan.submit(f"/rongxi/polls/{helped}/contests/", upheld="no", reason="签了字")
    chan.get(f"/rongxi/polls/{helped}/contests/")
    assert chan.page.select_one("form[action$=opinions]") is None and "签了字" in chan.text("#main")


def test_a_result_that_stands_without_it_names_it_and_so_does_the_page_of_the_voter(
    app, as_person, village, helped, monkeypatch
):
    more_votes(app, village, helped, village.sister_chow, village.aunt_leung, village.ah_kwok)
    monkeypatch.setenv("CONSULT_CLOCK_SHIFT", hours.later(LATER))
    with app.app_context():
        closing.declare(db.session.get_one(Poll, helped), village.old_chan.act(now=clock.now()))
        db.session.remove()
    chan, fong = as_person(village.old_chan), as_person(village.ah_fong)
    chan.get(f"/rongxi/polls/{helped}")
    assert "两位村干部没有一致的：1" in chan.text("#main")
    chan.get(f"/rongxi/polls/{helped}/contests/")
    assert "结果不取决于它" in chan.text("#main") and chan.page.select_one("form[action$=opinions]") is None
    fong.get(f"/rongxi/polls/{helped}/my-vote")
    assert "呢一票照投嘅計" in fong.text("#main")


def test_a_result_that_hangs_on_it_is_not_to_be_declared_and_the_page_says_what_comes_next(
    app, as_person, village, helped, monkeypatch
):
    more_votes(app, village, helped, village.sister_chow, village.aunt_leung)
    monkeypatch.setenv("CONSULT_CLOCK_SHIFT", hours.later(LATER))
    with app.app_context():
        close(at=clock.now())
        db.session.remove()
    chan = as_person(village.old_chan)
    chan.get(f"/rongxi/polls/{helped}")
    hangs = chan.page.select_one("#next")
    assert hangs is not None and "还可以取得一致" in hangs.get_text() and "1 票有异议" in hangs.get_text()
    assert chan.page.select_one("form[action$=declaration]") is None


def test_one_of_the_house_is_not_offered_what_another_of_it_has_said(app, as_person, village):
    poll = made(app, village, body="VG_house", group_id=village.upper_group, paper=True)
    with app.app_context():
        mark(village, poll, village.ah_fong, by=village.ms_yip)
        db.session.remove()
    fong, kwok = as_person(village.ah_fong), as_person(village.ah_kwok)
    for one in (fong, kwok):
        one.get(f"/rongxi/polls/{poll}/my-vote")
        assert one.page.select_one("a[href$='contests/new']") is not None
    fong.submit(f"/rongxi/polls/{poll}/contests/new", reason="没有去")
    kwok.get(f"/rongxi/polls/{poll}/my-vote")
    assert kwok.page.select_one("a[href$='contests/new']") is None and kwok.page.select_one("#said") is not None
    assert kwok.get(f"/rongxi/polls/{poll}/contests/new").status_code == 409
