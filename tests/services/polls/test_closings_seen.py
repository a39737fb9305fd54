"""A poll that was seen to be past its close stays closed, whatever the clock says later, and no other poll with it."""

from datetime import timedelta

import pytest

from consult import clock
from consult.domain.refusals import Reason, Refused
from consult.models import Poll, PollTally, db
from consult.services.polls import closing, poll_states
from tests import hours
from tests.village import a_poll, close, vote

pytestmark = pytest.mark.both_databases
LATER = timedelta(days=4)
BACK = timedelta(minutes=2)


def reason_of(act, *args, **named) -> Reason:
    with pytest.raises(Refused) as refusal:
        act(*args, **named)
    db.session.rollback()
    return refusal.value.reason


def test_a_late_ballot_that_was_refused_is_refused_again_when_the_clock_steps_back(inside):
    poll = a_poll(inside)
    closes_at = db.session.get(Poll, poll).closes_at
    assert reason_of(vote, inside, poll, inside.ah_fong, 1, at=closes_at + timedelta(seconds=20)) is Reason.POLL_CLOSED
    assert reason_of(vote, inside, poll, inside.ah_fong, 1, at=closes_at - BACK) is Reason.POLL_CLOSED


def test_a_poll_that_waits_for_its_sheets_stays_closed_when_the_clock_is_a_day_old(inside):
    poll = a_poll(inside, paper=True)
    assert close(at=clock.now() + LATER) == [], "an officer counts it"
    assert reason_of(vote, inside, poll, inside.ah_fong, 1, at=clock.now()) is Reason.POLL_CLOSED
    assert db.session.get(PollTally, poll) is None


def test_a_poll_that_was_seen_past_its_close_is_counted_also_by_an_earlier_clock(inside):
    poll = a_poll(inside)
    vote(inside, poll, inside.ah_fong, 1)
    poll_states.note_closings(now=clock.now() + LATER)
    closing.close(db.session.get(Poll, poll), inside.old_chan.act(now=clock.now()))
    assert db.session.get(PollTally, poll).counts["present"] == 1


def test_another_poll_of_the_village_goes_on_when_the_clock_was_ahead_for_a_close(inside):
    short, other = a_poll(inside), a_poll(inside, key="other", closes_at=clock.now() + 2 * LATER)
    assert close(at=clock.now() + LATER) == [short]
    vote(inside, other, inside.ah_fong, 1, at=clock.now())
    assert reason_of(vote, inside, short, inside.ah_fong, 1, at=clock.now()) is Reason.POLL_CLOSED


def test_before_the_close_nothing_is_noted(inside):
    a_poll(inside)
    assert poll_states.note_closings(now=clock.now()) == []


def test_a_result_that_a_page_has_shown_is_followed_by_no_ballot(app, village, client, monkeypatch):
    """The named result stands on the page from the close on, also where no job has counted it."""
    with app.app_context():
        poll = a_poll(village)
        vote(village, poll, village.old_chan, 1)
        db.session.remove()
    monkeypatch.setenv("CONSULT_CLOCK_SHIFT", hours.later(LATER))
    assert client.get(f"/rongxi/polls/{poll}/outcome.json").json["counts"][0]["count"] == 1
    with app.app_context():
        assert reason_of(vote, village, poll, village.ah_fong, 2, at=clock.now() - LATER) is Reason.POLL_CLOSED


def test_after_a_clock_that_was_ahead_the_village_lives_in_the_present_again(app, village, as_person, monkeypatch):
    """Two comments have two instants, and not both that of the last close."""
    with app.app_context():
        a_poll(village)
        assert close(at=clock.now() + LATER)
        db.session.remove()
    member = as_person(village.ah_fong)
    assert member.get("/rongxi/").status_code == 200
    from consult.web import access

    with app.test_request_context("/rongxi/"):
        app.preprocess_request()
        assert abs(access.now() - clock.now()) < timedelta(minutes=1)
