"""Counting and judging: the law's arithmetic, in whole numbers."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.domain.law.bodies import QuorumBase, Share, UnitKind
from consult.domain.polls import ballot_rules, frozen, methods, polls
from consult.domain.polls.ballot_rules import Attempt
from consult.domain.polls.frozen import FrozenPoll, FrozenRule
from consult.domain.polls.polls import Channel, Outcome, PollKind, PollState, Standing, Tally
from consult.domain.polls.units import Unit
from consult.domain.refusals import Reason

MORE_THAN_HALF = Share(Fraction(1, 2), strict=True)
TWO_THIRDS = Share(Fraction(2, 3))
THREE_QUARTERS = Share(Fraction(3, 4))
OPENS = datetime(2026, 12, 1, 1, tzinfo=UTC)
CLOSES = OPENS + timedelta(days=2)


def motion(support: int, oppose: int, abstain: int, *, roll: int) -> Tally:
    present = support + oppose + abstain
    return Tally(roll, present, (support, oppose, abstain), {"phone": present})


def a_rule(quorum: Share | None, majority: Share, base: QuorumBase, unit: UnitKind = UnitKind.PERSON) -> FrozenRule:
    return FrozenRule("VA_people", unit, quorum, majority, base, 10, "村组法")


def verdict(
    tally: Tally,
    *,
    quorum: Share | None = TWO_THIRDS,
    majority: Share = MORE_THAN_HALF,
    base: QuorumBase = QuorumBase.PRESENT,
):
    return methods.of(PollKind.MOTION).judge(tally, rule=a_rule(quorum, majority, base), max_choices=1)


def test_two_thirds_of_412_households_are_275():
    assert TWO_THIRDS.needed(412) == 275


def test_two_thirds_of_87_are_58_and_58_suffice():
    assert TWO_THIRDS.needed(87) == 58
    assert TWO_THIRDS.met_by(58, 87)
    assert not TWO_THIRDS.met_by(57, 87)


def test_more_than_half_of_43_are_22():
    assert MORE_THAN_HALF.needed(43) == 22


def test_exactly_half_of_the_roll_is_not_a_quorum_where_more_than_half_is_asked():
    assert verdict(motion(50, 0, 0, roll=100), quorum=MORE_THAN_HALF).outcome is Outcome.INQUORATE
    assert verdict(motion(51, 0, 0, roll=100), quorum=MORE_THAN_HALF).outcome is Outcome.CARRIED


def test_exactly_two_thirds_of_the_roll_are_a_quorum():
    assert verdict(motion(200, 0, 0, roll=300)).outcome is Outcome.CARRIED
    assert verdict(motion(199, 0, 0, roll=300)).outcome is Outcome.INQUORATE


def test_exactly_half_of_those_present_do_not_carry_a_motion():
    assert verdict(motion(150, 150, 0, roll=400)).outcome is Outcome.NOT_CARRIED


def test_abstentions_count_towards_the_quorum_but_not_for_the_motion():
    found = verdict(motion(100, 0, 200, roll=400))
    assert found.quorum is not None and found.quorum.met
    assert found.outcome is Outcome.NOT_CARRIED


def test_two_thirds_of_all_members_are_harder_than_half_of_those_present():
    tally = motion(260, 20, 0, roll=400)
    assert verdict(tally).outcome is Outcome.CARRIED
    assert verdict(tally, majority=TWO_THIRDS, base=QuorumBase.ALL).outcome is Outcome.NOT_CARRIED
    assert verdict(motion(267, 0, 0, roll=400), majority=TWO_THIRDS, base=QuorumBase.ALL).outcome is Outcome.CARRIED


def test_three_quarters_of_all_members_include_exactly_three_quarters():
    assert THREE_QUARTERS.met_by(300, 400)
    assert not THREE_QUARTERS.met_by(299, 400)


def test_nobody_voting_carries_nothing():
    assert verdict(motion(0, 0, 0, roll=10), quorum=None).outcome is Outcome.NOT_CARRIED


def test_a_body_without_a_quorum_of_its_own_says_so():
    assert verdict(motion(3, 1, 0, roll=10), quorum=None, base=QuorumBase.ALL).quorum is None


@given(
    part=st.integers(0, 10**6),
    whole=st.integers(1, 10**6),
    n=st.integers(1, 9),
    d=st.integers(1, 9),
    strict=st.booleans(),
)
def test_the_number_needed_is_the_smallest_that_meets_the_share(part, whole, n, d, strict):
    share = Share(Fraction(min(n, d), max(n, d)), strict)
    needed = share.needed(whole)
    assert share.met_by(part, whole) == (part >= needed)


@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 500), st.integers(0, 500))
def test_more_support_never_turns_carried_into_not_carried(support, oppose, abstain, away):
    roll = support + oppose + abstain + away + 1
    before = verdict(motion(support, oppose, abstain, roll=roll)).outcome
    after = verdict(motion(support + 1, oppose, abstain, roll=roll)).outcome
    assert not (before is Outcome.CARRIED and after is not Outcome.CARRIED)


ballots = st.lists(st.tuples(st.sampled_from(["phone", "paper", "hands"]), st.integers(1, 4).map(lambda n: [n])))


@given(ballots, st.randoms())
def test_the_order_of_ballots_does_not_change_the_tally(cast, random):
    first = polls.count(cast, roll=1000, options=4)
    random.shuffle(cast)
    assert polls.count(cast, roll=1000, options=4) == first


@given(ballots)
def test_channels_and_options_add_up_to_those_present(cast):
    tally = polls.count(cast, roll=1000, options=4)
    assert sum(tally.counts) == sum(tally.by_channel.values()) == tally.present == len(cast)


@given(ballots)
def test_a_tally_survives_being_stored(cast):
    tally = polls.count(cast, roll=1000, options=4)
    assert Tally.from_facts(tally.as_facts()) == tally


def chosen(counts: tuple[int, ...], *, present: int, kind: PollKind = PollKind.SINGLE_CHOICE, most: int = 1):
    tally = Tally(present, present, counts, {"phone": present})
    rule = a_rule(None, MORE_THAN_HALF, QuorumBase.PRESENT)
    return methods.of(kind).judge(tally, rule=rule, max_choices=most)


def test_the_most_chosen_answer_needs_the_majority_too():
    assert chosen((4, 3, 3), present=10).outcome is Outcome.NOT_CARRIED
    assert chosen((6, 3, 1), present=10).winners == (1,)


def test_an_approval_fills_its_places_with_the_most_approved():
    assert chosen((9, 6, 8, 2), present=10, kind=PollKind.APPROVAL, most=2).winners == (1, 3)


def test_a_tie_for_the_last_place_carries_none_of_the_tied():
    found = chosen((9, 7, 7, 2), present=10, kind=PollKind.APPROVAL, most=2)
    assert found.winners == (1,)
    assert found.tied


def test_an_approval_may_fill_fewer_places_than_there_are():
    found = chosen((9, 2, 1), present=10, kind=PollKind.APPROVAL, most=2)
    assert found.winners == (1,)
    assert not found.tied


@pytest.mark.parametrize(
    ("moment", "state"),
    [
        (OPENS - timedelta(microseconds=1), PollState.ANNOUNCED),
        (OPENS, PollState.OPEN),
        (CLOSES - timedelta(microseconds=1), PollState.OPEN),
        (CLOSES, PollState.CLOSED),
    ],
)
def test_a_poll_opens_and_closes_by_time_alone(moment, state):
    found = polls.state_of(announced=True, opens_at=OPENS, closes_at=CLOSES, tallied=False, declared=False, now=moment)
    assert found is state


def test_a_clock_stepping_back_never_reopens_a_counted_poll():
    state = polls.state_of(announced=True, opens_at=OPENS, closes_at=CLOSES, tallied=True, declared=False, now=OPENS)
    assert state is PollState.CLOSED


def test_a_draft_cannot_be_voted_on():
    assert polls.why_not_vote(PollState.DRAFTED) is Reason.POLL_NOT_OPEN_YET
    assert polls.why_not_vote(PollState.DECLARED) is Reason.POLL_CLOSED
    assert polls.why_not_vote(PollState.OPEN) is None


def a_frozen_poll(unit: UnitKind = UnitKind.HOUSEHOLD, kind: str = PollKind.MOTION) -> FrozenPoll:
    return FrozenPoll(
        format=frozen.FORMAT,
        poll_id=1,
        village_id=1,
        group_id=None,
        kind=kind,
        proposal_revision=1,
        proposal_digest="d",
        question="您赞成吗？",
        options=("support", "oppose", "abstain"),
        max_choices=1,
        secret=False,
        channels=(Channel.PHONE,),
        turnout_shown=True,
        helper_cap=None,
        rule=a_rule(None, MORE_THAN_HALF, QuorumBase.PRESENT, unit),
        standing=Standing.ADVISORY,
        standing_source="",
        short_notice_reason="",
        opens_at=OPENS,
        closes_at=CLOSES,
        announced_at=OPENS,
        adult_on=OPENS.date(),
        roll_units=1,
        roll_digest="r",
    )


def unit(voter_id: int | None = 1, voted_by: int | None = None, channel: Channel | None = None) -> Reason | None:
    """Why person 1 may not vote for household 4 whose representative is `voter_id`; None: it is not on the roll."""
    found = None if voter_id is None else Unit(7, "household:4", 4, 9, voter_id, voted_by, channel, 0)
    return ballot_rules.why_not_unit(Attempt(1, (1,)), poll=a_frozen_poll(), unit=found)


def test_who_speaks_for_the_household_may_vote_and_change_the_vote():
    assert unit() is None
    assert unit(voted_by=1, channel=Channel.PHONE) is None


def test_another_member_of_the_household_may_not():
    assert unit(voter_id=2) is Reason.NOT_REPRESENTATIVE


def test_a_household_that_has_voted_cannot_vote_again_through_a_new_representative():
    assert unit(voter_id=1, voted_by=2, channel=Channel.PHONE) is Reason.HOUSEHOLD_HAS_VOTED


def test_a_vote_given_on_paper_cannot_be_given_by_phone():
    assert unit(channel=Channel.PAPER) is Reason.OTHER_CHANNEL


def test_who_is_not_on_the_roll_may_not_vote():
    assert unit(voter_id=None) is Reason.NOT_ON_ROLL


@pytest.mark.parametrize("choice", [[], [0], [4], [1, 1]])
def test_what_is_no_option_is_no_choice(choice):
    assert methods.of(PollKind.MOTION).why_not_choice(choice, options=3, max_choices=1) is Reason.NOT_A_CHOICE


def test_a_motion_takes_one_answer_and_an_approval_up_to_its_limit():
    assert methods.of(PollKind.MOTION).why_not_choice([1, 2], options=3, max_choices=1) is Reason.TOO_MANY_CHOICES
    assert methods.of(PollKind.APPROVAL).why_not_choice([1, 2], options=3, max_choices=2) is None
    assert methods.of(PollKind.APPROVAL).why_not_choice([1, 2, 3], options=3, max_choices=2) is Reason.TOO_MANY_CHOICES
