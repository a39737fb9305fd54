"""Meetings in the three states that pages are tested in."""

import pytest

from consult.services.meetings import minutes
from tests.meetings import a_called_meeting, a_held_meeting, begin_vote, everybody, meeting, open_it, seat


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
