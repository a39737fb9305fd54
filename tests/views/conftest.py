"""Meetings in the three states that pages are tested in, and a matter that was talked over."""

import pytest
from flask import Flask

from consult.domain.talk.comments import Stance
from consult.domain.talk.moderation import ReportGround
from consult.models import Comment, db
from consult.services.meetings import minutes
from consult.services.people.roll import long_readings
from consult.services.talk import moderation
from tests.meetings import a_called_meeting, a_held_meeting, begin_vote, everybody, meeting, open_it, seat
from tests.village import Cast, a_matter, say


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """Wait for a roll that is read beside the request, on a busy machine as well; else its page says that it is read."""
    monkeypatch.setattr(long_readings, "PATIENCE_SECONDS", 60.0)


@pytest.fixture
def called(app, village):
    """(meeting, vote)"""
    with app.app_context():
        return a_called_meeting(village)


@pytest.fixture
def running(app, village):
    """Five are here, the vote is open. (meeting, vote)"""
    with app.app_context():
        meeting_id, poll_id = a_called_meeting(village)
        seat(village, meeting_id, *everybody(village)[:5])
        open_it(village, meeting_id)
        begin_vote(village, meeting_id, poll_id)
        return meeting_id, poll_id


@pytest.fixture
def held(app, village):
    with app.app_context():
        found = a_held_meeting(village, key="held")
        minutes.confirm(meeting(found[0]), village.old_chan.act())
        return found


@pytest.fixture
def matter(app: Flask, village: Cast) -> int:
    """A matter that was talked over: a comment that stands and one that was hidden; another matter beside it."""
    with app.app_context():
        matter = a_matter(village)
        a_matter(village, key="other")
        say(village, matter, village.ah_kwok, Stance.CONCERN, "莲藕塘怎么办")
        moderation.hide(
            db.session.get(Comment, say(village, matter, village.ah_kwok, Stance.CONCERN, "坏话")),
            ReportGround.INSULT,
            "骂人",
            village.sister_chow.act(now=village.row().founded_at),
        )
    return matter
