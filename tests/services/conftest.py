"""What tests of services in more than one area ask for."""

import pytest

from tests.meetings import a_called_meeting, begin_vote, everybody, open_it, seat
from tests.village import Cast


@pytest.fixture
def voting(inside: Cast) -> tuple[int, int]:
    """Six of eight are here, paper and hands are offered, the vote is open. (meeting, poll)"""
    meeting_id, poll_id = a_called_meeting(inside, paper=True)
    seat(inside, meeting_id, *everybody(inside)[:6])
    open_it(inside, meeting_id)
    begin_vote(inside, meeting_id, poll_id)
    return meeting_id, poll_id
