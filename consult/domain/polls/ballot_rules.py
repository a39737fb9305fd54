"""The decision whether a ballot may be cast: one pure function, asked by the act and by the page before it."""

from dataclasses import dataclass

from consult.domain.law.bodies import takes_letters
from consult.domain.polls import methods
from consult.domain.polls.acts_on_votes import is_superseded
from consult.domain.polls.frozen import FrozenPoll
from consult.domain.polls.polls import Channel, PollState, why_not_vote
from consult.domain.polls.units import Unit
from consult.domain.refusals import Reason


@dataclass(frozen=True)
class Holder:
    """The facts about the holder of a letter of proxy that the rule asks for."""

    household_id: int
    letter_for: int | None
    """The roll number whose letter this person has already used in the poll."""
    found_out: bool = False
    """Whether two officers found that an earlier act of theirs on this unit's vote in the poll was not so."""


@dataclass(frozen=True)
class Helper:
    """The facts about a helper that the rule on filling in asks for."""

    helper_id: int
    witness_id: int
    author_id: int | None
    """Who made the proposal."""
    helped: frozenset[int]
    """Roll numbers this helper has filled in for in the poll."""
    witnessed: bool = False
    """Whether the witness said so on the spot, with their own PIN."""
    one_house: bool = False
    """Whether helper and witness live in one house, where one may know the PIN of the other."""
    found_out: bool = False
    """Whether two officers found that an earlier act of the helper or the witness on this unit's vote was not so."""


@dataclass(frozen=True)
class Attempt:
    """A ballot to be cast. `holder` is set for a letter, `helper` for a voter who is helped."""

    person_id: int
    """Who casts: the voter, the helper, or the holder of a letter."""
    choice: tuple[int, ...]
    channel: Channel = Channel.PHONE
    for_another: bool = False
    """Whether the unit was named by its roll number, and is not simply the caster's own."""
    holder: Holder | None = None
    helper: Helper | None = None
    bar: Reason | None = None
    """Of a helper: why the vote that was filled in before is not to be changed, by what its voter has said of it."""


def why_not_ballot(attempt: Attempt, *, poll: FrozenPoll, state: PollState, unit: Unit | None) -> Reason | None:
    """Return the first reason against the ballot, None if it may be cast.

    In this order: time, unit, choice, helper. The same order shows a voter one reason at a time, the nearest first.
    For another's unit the choice and the helper come before the unit: a ballot that could not be cast anyhow must not
    tell whether that unit has voted.
    """
    if attempt.for_another:
        return (
            why_not_vote(state) or _why_not_marked(attempt, poll, unit) or why_not_unit(attempt, poll=poll, unit=unit)
        )
    return why_not_vote(state) or why_not_unit(attempt, poll=poll, unit=unit) or _why_not_marked(attempt, poll, unit)


def why_not_unit(attempt: Attempt, *, poll: FrozenPoll, unit: Unit | None) -> Reason | None:
    """Return the reason why this person may not cast this unit's ballot by this channel, whatever the choice."""
    if unit is None:
        return Reason.NO_SUCH_NUMBER if attempt.for_another else Reason.NOT_ON_ROLL
    if poll.meeting is not None and (reason := _why_not_present(attempt, unit)):
        return reason
    if attempt.holder is not None and (reason := _why_not_letter(attempt, attempt.holder, poll, unit)):
        return reason
    return _why_not_voter(attempt, poll, unit)


def _why_not_present(attempt: Attempt, unit: Unit) -> Reason | None:
    """Say why the unit may not vote in a meeting: it is absent, or another person attends for it."""
    there = unit.presence
    if there is None:
        return Reason.NOT_AT_MEETING
    if attempt.helper is not None or (attempt.for_another and attempt.holder is None):
        return None if there.in_person else Reason.HELD_BY_LETTER
    if unit.by_household and not there.identified:
        return Reason.SCAN_FIRST
    if there.attending_id == attempt.person_id:
        return None
    return Reason.HOUSEHOLD_IS_HERE if unit.by_household else Reason.NOT_AT_MEETING


def _why_not_letter(attempt: Attempt, holder: Holder, poll: FrozenPoll, unit: Unit) -> Reason | None:
    """Say why a letter does not count. Our default: same household, one letter each, none for households or seats."""
    if unit.by_household:
        return Reason.NO_PROXY_FOR_HOUSEHOLDS
    if not takes_letters(poll.rule.body):
        return Reason.NO_LETTERS_FOR_SEATS
    if not poll.takes_letters or (poll.secret and poll.meeting is None):
        return Reason.SECRET_NO_LETTERS  # where it is allowed, somebody looks at it before the vote: at the door
    if holder.household_id != unit.household_id or attempt.person_id == unit.person_id:
        return Reason.PROXY_OF_ANOTHER
    if holder.found_out:
        return Reason.HELPER_WAS_CONTESTED
    return Reason.ONE_PROXY_EACH if holder.letter_for not in (None, unit.number) else None


def _why_not_voter(attempt: Attempt, poll: FrozenPoll, unit: Unit) -> Reason | None:
    """Say why this person may not vote for the unit: it keeps its channel and voter, and its secret ballot."""
    if unit.person_left and not unit.by_household:  # also for a helper or with a letter
        return Reason.VOTER_LEFT
    helped = attempt.for_another and attempt.holder is None
    person_id = unit.speaker_id if helped else attempt.person_id
    own_instead = not attempt.for_another and is_superseded(unit.channel, secret=poll.secret)
    if unit.channel not in (None, attempt.channel) and not own_instead:
        return Reason.OTHER_CHANNEL
    if unit.channel is not None and poll.secret:
        return Reason.ALREADY_VOTED_SECRETLY
    if unit.channel is Channel.PROXY and attempt.holder is not None:
        return Reason.LETTER_VOTE_STAYS
    if unit.channel is not None and attempt.bar is not None:
        return attempt.bar
    voted_by = None if own_instead else unit.voted_by
    if voted_by not in (None, person_id):
        return Reason.HOUSEHOLD_HAS_VOTED
    if voted_by is None and unit.speaker_id is None:
        return Reason.NO_ADULT_IN_HOUSEHOLD
    if voted_by is None and unit.speaker_id != person_id and attempt.holder is None:
        return Reason.NOT_REPRESENTATIVE if unit.by_household else Reason.NOT_ON_ROLL
    return None


def _why_not_marked(attempt: Attempt, poll: FrozenPoll, unit: Unit | None) -> Reason | None:
    method = methods.of(poll.kind)
    if reason := method.why_not_choice(attempt.choice, options=len(poll.options), max_choices=poll.max_choices):
        return reason
    return _why_not_helper(attempt.helper, poll, unit) if attempt.helper and unit else None


def _why_not_helper(helper: Helper, poll: FrozenPoll, unit: Unit) -> Reason | None:
    """Say why this helper may not help: the author, the voter, an act found not so, a witness of their house, too many."""
    if helper.helper_id == helper.author_id:
        return Reason.HELPER_IS_AUTHOR
    if helper.helper_id == unit.speaker_id:
        return Reason.HELPER_IS_VOTER
    if helper.witness_id in (helper.helper_id, unit.speaker_id):
        return Reason.WITNESS_IS_ANOTHER
    if helper.one_house:
        return Reason.WITNESS_OF_HELPERS_HOUSE
    if helper.found_out:
        return Reason.HELPER_WAS_CONTESTED
    if poll.secret and not helper.witnessed:
        return Reason.WITNESS_PROVES_NOW  # what is in the box cannot be taken out again
    if poll.helper_cap is not None and len(helper.helped - {unit.number}) >= poll.helper_cap:
        return Reason.HELPER_HELPED_ENOUGH
    return None
