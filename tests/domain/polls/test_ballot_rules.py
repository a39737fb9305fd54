"""Whether a ballot may be cast: one decision, in one order."""

from dataclasses import replace

import pytest

from consult.domain.law.bodies import UnitKind
from consult.domain.polls.ballot_rules import Attempt, Helper, Holder, why_not_ballot
from consult.domain.polls.frozen import FrozenMeeting
from consult.domain.polls.polls import Channel, PollState
from consult.domain.polls.units import Presence, Unit
from consult.domain.refusals import Reason
from tests.domain.polls.test_polls import a_frozen_poll

HOUSEHOLD = Unit(7, "household:4", 4, 1, 1, None, None, 0)
PERSON = Unit(7, "person:1", 4, 1, None, None, None, 0)
BY_HOUSEHOLD, BY_PERSON = a_frozen_poll(), a_frozen_poll(UnitKind.PERSON)
MINE = Attempt(1, (1,))
OPEN = PollState.OPEN


def why(attempt=MINE, *, poll=BY_HOUSEHOLD, state=OPEN, unit=HOUSEHOLD) -> Reason | None:
    return why_not_ballot(attempt, poll=poll, state=state, unit=unit)


def test_time_comes_before_the_unit_and_the_unit_before_the_choice():
    late, stranger, nothing = PollState.CLOSED, replace(HOUSEHOLD, house_speaker_id=2), Attempt(1, ())
    assert why(nothing, state=late, unit=stranger) is Reason.POLL_CLOSED
    assert why(nothing, unit=stranger) is Reason.NOT_REPRESENTATIVE
    assert why(nothing) is Reason.NOT_A_CHOICE
    assert why() is None


def test_a_number_that_is_not_on_the_roll_is_told_from_a_person_who_is_not():
    assert why(unit=None) is Reason.NOT_ON_ROLL
    assert why(replace(MINE, for_another=True), unit=None) is Reason.NO_SUCH_NUMBER


def test_a_secret_ballot_cannot_be_replaced():
    voted = replace(PERSON, voted_by=1, channel=Channel.PHONE)
    assert why(poll=replace(BY_PERSON, secret=True), unit=voted) is Reason.ALREADY_VOTED_SECRETLY
    assert why(poll=BY_PERSON, unit=voted) is None


IN_MEETING = replace(BY_HOUSEHOLD, meeting=FrozenMeeting(3, 1, "f"))
HERE = Presence(1, identified=True, in_person=True)


@pytest.mark.parametrize(
    ("presence", "reason"),
    [
        (None, Reason.NOT_AT_MEETING),
        (replace(HERE, identified=False), Reason.SCAN_FIRST),
        (replace(HERE, attending_id=2), Reason.HOUSEHOLD_IS_HERE),
        (HERE, None),
    ],
)
def test_in_a_meeting_the_person_who_attends_for_the_household_votes(presence, reason):
    assert why(poll=IN_MEETING, unit=replace(HOUSEHOLD, presence=presence)) is reason


@pytest.mark.parametrize(("in_person", "reason"), [(True, None), (False, Reason.HELD_BY_LETTER)])
def test_in_a_meeting_a_helper_fills_in_only_for_a_voter_who_is_in_the_room(in_person, reason):
    helped = Attempt(5, (1,), Channel.ASSISTED, for_another=True, helper=Helper(5, 6, None, frozenset()))
    unit = replace(HOUSEHOLD, presence=replace(HERE, in_person=in_person))
    assert why(helped, poll=IN_MEETING, unit=unit) is reason


LETTER = Attempt(2, (1,), Channel.PROXY, for_another=True, holder=Holder(4, None))


@pytest.mark.parametrize(
    ("attempt", "poll", "unit", "reason"),
    [
        (LETTER, BY_PERSON, PERSON, None),
        (LETTER, BY_HOUSEHOLD, HOUSEHOLD, Reason.NO_PROXY_FOR_HOUSEHOLDS),
        (replace(LETTER, holder=Holder(8, None)), BY_PERSON, PERSON, Reason.PROXY_OF_ANOTHER),
        (replace(LETTER, person_id=1), BY_PERSON, PERSON, Reason.PROXY_OF_ANOTHER),
        (replace(LETTER, holder=Holder(4, 9)), BY_PERSON, PERSON, Reason.ONE_PROXY_EACH),
        (replace(LETTER, holder=Holder(4, 7)), BY_PERSON, PERSON, None),
    ],
)
def test_a_letter_is_of_the_same_household_and_one_each(attempt, poll, unit, reason):
    assert why(attempt, poll=poll, unit=unit) is reason


FORMAL = replace(BY_PERSON, helper_cap=3)
HELPED = Attempt(5, (1,), Channel.ASSISTED, for_another=True, helper=Helper(5, 6, 8, frozenset({1, 2})))


@pytest.mark.parametrize(
    ("helper", "reason"),
    [
        (Helper(5, 6, 8, frozenset({1, 2})), None),
        (Helper(5, 6, 5, frozenset()), Reason.HELPER_IS_AUTHOR),
        (Helper(1, 6, 8, frozenset()), Reason.HELPER_IS_VOTER),
        (Helper(5, 5, 8, frozenset()), Reason.WITNESS_IS_ANOTHER),
        (Helper(5, 1, 8, frozenset()), Reason.WITNESS_IS_ANOTHER),
        (Helper(5, 6, 8, frozenset({1, 2, 3})), Reason.HELPER_HELPED_ENOUGH),
        (Helper(5, 6, 8, frozenset({1, 2, 7})), None),
    ],
)
def test_a_helper_is_neither_author_nor_voter_nor_witness_and_helps_few(helper, reason):
    assert why(replace(HELPED, helper=helper), poll=FORMAL, unit=PERSON) is reason


def test_nobody_votes_for_a_household_without_adults_also_no_helper():
    empty = replace(HOUSEHOLD, house_speaker_id=None)
    assert why(unit=empty) is Reason.NO_ADULT_IN_HOUSEHOLD
    assert why(replace(MINE, for_another=True), unit=empty) is Reason.NO_ADULT_IN_HOUSEHOLD


def test_nobody_votes_in_the_place_of_a_person_who_left():
    left = replace(PERSON, person_left=True)
    assert why(poll=BY_PERSON, unit=left) is Reason.VOTER_LEFT
    assert why(replace(MINE, for_another=True), poll=BY_PERSON, unit=left) is Reason.VOTER_LEFT


def test_a_household_votes_though_the_one_whom_the_roll_names_left():
    assert why(unit=replace(HOUSEHOLD, person_left=True)) is None
