"""A vote in a meeting: who may vote, what the chair's ending does, and what it is held against."""

import pytest

from consult import clock
from consult.domain.polls.polls import PollState
from consult.domain.refusals import Reason, Refused
from consult.models import PollEnding, PollTally, db
from consult.services.polls import closing, count_sheets, poll_states
from consult.services.site import verification
from tests.meetings import a_called_meeting, begin_vote, count_hands, end_vote, everybody, open_it, poll, seat
from tests.village import vote

pytestmark = pytest.mark.both_databases


@pytest.fixture
def at_the_vote(inside):
    """Six of eight are here, the vote is open. (meeting, poll)"""
    meeting_id, poll_id = a_called_meeting(inside)
    open_it(inside, meeting_id)
    seat(inside, meeting_id, *everybody(inside)[:6])
    begin_vote(inside, meeting_id, poll_id)
    return meeting_id, poll_id


def test_phones_and_hands_are_one_tally_held_against_everybody_present(inside, at_the_vote):
    meeting_id, poll_id = at_the_vote
    vote(inside, poll_id, inside.ah_fong, 1)
    vote(inside, poll_id, inside.ah_kwok, 2)
    end_vote(inside, meeting_id, poll_id)
    count_hands(inside, poll_id, 3, 0, 0)  # of the four who are left one raises no hand
    declared = closing.declare(poll(poll_id), inside.old_chan.act())
    tally = declared.facts["tally"]
    assert (tally["roll"], tally["present"], tally["counts"]) == (8, 6, [4, 1, 0])
    assert tally["by_channel"] == {"hands": 4, "phone": 2}
    assert declared.outcome == "carried"
    assert declared.facts["verdict"]["majority"]["whole"] == 6
    assert not list(verification.verify(inside.row()))


def test_whoever_voted_by_phone_and_raises_a_hand_is_not_counted_twice(inside, at_the_vote):
    meeting_id, poll_id = at_the_vote
    vote(inside, poll_id, inside.ah_fong, 1)
    end_vote(inside, meeting_id, poll_id)
    with pytest.raises(Refused) as refusal:
        count_hands(inside, poll_id, 6, 0, 0)
    assert refusal.value.reason is Reason.MORE_THAN_MARKED
    assert refusal.value.facts == {"counted": 6, "marked": 5, "difference": 1}


def test_only_who_is_here_votes(inside, at_the_vote):
    _, poll_id = at_the_vote
    with pytest.raises(Refused) as refusal:
        vote(inside, poll_id, inside.ah_keung, 1)
    assert refusal.value.reason is Reason.NOT_AT_MEETING


def test_after_the_chair_ended_it_nobody_votes(inside, at_the_vote):
    meeting_id, poll_id = at_the_vote
    end_vote(inside, meeting_id, poll_id)
    with pytest.raises(Refused) as refusal:
        vote(inside, poll_id, inside.ah_fong, 1)
    assert refusal.value.reason is Reason.POLL_CLOSED
    assert poll_states.state_of(poll(poll_id), clock.now()) is PollState.CLOSED


def test_ending_twice_is_ending_once(inside, at_the_vote):
    meeting_id, poll_id = at_the_vote
    end_vote(inside, meeting_id, poll_id)
    first = db.session.get_one(PollEnding, poll_id).ended_at
    end_vote(inside, meeting_id, poll_id)
    assert db.session.get_one(PollEnding, poll_id).ended_at == first
    assert len(count_sheets.sheets_of(poll_id)) == 1


def test_no_vote_without_a_quorum(inside):
    meeting_id, poll_id = a_called_meeting(inside)
    open_it(inside, meeting_id)
    seat(inside, meeting_id, *everybody(inside)[:4])
    with pytest.raises(Refused) as refusal:
        begin_vote(inside, meeting_id, poll_id)
    assert refusal.value.reason is Reason.QUORUM_MISSING
    assert refusal.value.facts == {"missing": 1}
    assert db.session.get(PollTally, poll_id) is None
