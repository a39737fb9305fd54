"""Closing, counting and declaring. Closing is a job and, without it, part of the next act."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Protocol

from consult.domain import versions
from consult.domain.audit import Tag
from consult.domain.board.notices import NoticeTag
from consult.domain.law.bodies import internal_codes
from consult.domain.law.four_deliberations import Resolution
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.polls import bundle_lists, methods
from consult.domain.polls.poll_faults import FaultKind
from consult.domain.polls.polls import ELECTRONIC, Channel, Outcome, RollMarks, Standing, Tally, Verdict
from consult.domain.polls.secret_ballots import digest
from consult.domain.refusals import Reason, Refused
from consult.domain.talk.phases import Phase
from consult.models import Declaration, Poll, PollTally, db
from consult.models.polls import act_queries, channel_queries, poll_queries, voter_queries
from consult.models.talk.participant_queries import participants
from consult.services.board import notices
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.law import four_deliberations
from consult.services.people import villages
from consult.services.polls import ballot_shuffle, count_sheets, meeting_port, poll_messages, poll_states
from consult.services.polls.channels import answers, voiding
from consult.services.polls.counting import contested_outcomes, openings, poll_faults, told_entries
from consult.services.polls.counting.poll_faults import DoesNotAddUp
from consult.services.polls.poll_states import frozen_of
from consult.services.polls.requests import roll_appeals
from consult.services.polls.sealing.keys import KeyHidden, KeyMissing
from consult.services.talk import phases
from consult.services.talk.duty import owed_answers


class CountsDiffer(DoesNotAddUp):
    """Ballots and roll disagree: the database was changed by hand. Nothing is closed; the log must be verified."""


class Marked(Protocol):
    """A row of a counted ballot: its channel, and its option numbers as JSON."""

    @property
    def channel(self) -> str:
        """Return the value of its Channel."""
        ...

    @property
    def choice(self) -> str:
        """Return its option numbers as JSON."""
        ...


def close(poll: Poll, act: Act) -> None:
    """Count twice, compare, store. Already closed: nothing. Raises Refused before the time, DoesNotAddUp, NotShuffled.

    Not to be called inside a unit of work where the poll is secret: its ballots are shuffled between two.
    """
    _store_tally(poll, _prepare(poll, act), act)


def _prepare(poll: Poll, act: Act) -> int | None:
    """End a meeting's vote whose time is over. Of a poll older than the seals, shuffle the ballots; return how many.

    The ending stays where the count is refused after it. Raises Refused, NotShuffled.
    """
    if poll_states.stored_tally(poll) is not None:
        return None
    poll_states.refuse_while_in_doubt(poll.village_id)
    if poll_states.waits_for_ending(poll):
        _end_by_time(poll, act)
    _refuse_unless_countable(poll, act.now)
    return ballot_shuffle.shuffle(poll.id) if _is_shuffled(poll) else None


def _is_shuffled(poll: Poll) -> bool:
    """Tell whether a poll has secret ballots that were never sealed. Opened ones are written in the order of their keys."""
    return poll.secret and frozen_of(poll).seal is None


@atomic
def _end_by_time(poll: Poll, act: Act) -> None:
    meeting_port.lock_meeting_of(poll)
    transactions.lock(poll)
    if poll_states.waits_for_ending(poll) and is_past(poll, act.now):
        meeting_port.meetings().end_by_time(poll, act)


@atomic
def _store_tally(poll: Poll, shuffled: int | None, act: Act) -> None:
    if poll_states.stored_tally(poll) is not None:
        return
    poll_states.refuse_while_in_doubt(poll.village_id)
    meeting_port.lock_meeting_of(poll)
    transactions.lock(poll)
    if db.session.get(PollTally, poll.id, populate_existing=True) is not None:
        return
    _refuse_unless_countable(poll, act.now)
    if _is_shuffled(poll) and shuffled != ballot_shuffle.ballots_of(poll.id):  # one came in while it waited
        raise ballot_shuffle.NotShuffled
    system = Act.by_system(poll.village_id, now=act.now)
    if not poll.secret:
        voiding.void_unanswered(poll, system)
    openings.open_ballots(poll, act)
    tally = count(poll)
    row = PollTally(poll_id=poll.id, village_id=poll.village_id, counts=tally.as_facts(), counted_at=act.now)
    db.session.add(row)
    poll_messages.settle(poll, now=act.now)
    audit.record(Tag.POLL_CLOSED, f"poll:{poll.id}", system, **tally.as_facts(), **_bound(poll))


def _bound(poll: Poll) -> dict[str, Any]:
    """Return the digests of what the bundle of the poll will show."""
    bound = {
        "marks": bundle_lists.digest(bundle_lists.marks(poll_queries.units_that_voted(poll.id))),
        "listed": bundle_lists.digest(listed_ballots(poll)),
        "rules": poll_states.fingerprint_of(poll),
        "told": told_entries.digest(poll),
    }
    bound |= {"ballots": digest(_secret(poll))} if poll.secret else {}
    return bound | _told_beside(poll)


def _told_beside(poll: Poll) -> dict[str, Any]:
    """Return how acts on others' votes ended, and appeals of those left off the roll, where there were any."""
    acts, appeals = act_queries.counts_of(poll.id), roll_appeals.numbers(poll.id)
    return ({"acts": acts} if acts else {}) | ({"appeals": appeals.as_facts()} if appeals.all else {})


def listed_ballots(poll: Poll) -> list[dict[str, Any]]:
    """Return the ballots of a closed poll as everybody may see them."""
    if poll.secret:
        return bundle_lists.secret(key for key, _ in _secret(poll))
    salts, voided = poll_queries.salts_of_units(poll.id), poll_queries.voided(poll.id)
    return bundle_lists.named(poll_queries.all_ballots(poll.id), salts, voided)


def is_past(poll: Poll, now: datetime) -> bool:
    """Tell whether the poll's closing time is past, or was seen to be past before."""
    return poll.closing_seen_at is not None or now >= poll.closes_at


def _refuse_unless_countable(poll: Poll, now: datetime) -> None:
    poll_states.refuse_unless_standing(poll)
    if poll.announced_at is None or not is_past(poll, now):
        raise Refused(Reason.NOT_CLOSED_YET)
    if refusal := why_not_countable(poll, now):
        raise refusal


def why_not_countable(poll: Poll, now: datetime) -> Refused | None:
    """Return what a count still waits for: letters, contests, count sheets. None: nothing."""
    reason = answers.why_not_countable(poll, now)
    return Refused(reason) if reason else count_sheets.why_not_countable(poll)


def open_ballots(poll: Poll, act: Act) -> None:
    """Open sealed ballots before an officer declares, once the count sheets are in: before, nobody is to know of them.

    Raises Refused where it is not the time, DoesNotAddUp.
    """
    if poll_states.waits_for_ending(poll):
        raise Refused(Reason.NOT_CLOSED_YET)
    _refuse_unless_countable(poll, act.now)
    _open_alone(poll, act)


@atomic
def _open_alone(poll: Poll, act: Act) -> None:
    poll_states.refuse_while_in_doubt(poll.village_id)
    meeting_port.lock_meeting_of(poll)
    transactions.lock(poll)
    if poll_states.stored_tally(poll) is None:
        openings.open_ballots(poll, act)


def count(poll: Poll) -> Tally:
    """Return the tally of the ballots, held against what the roll has marked. Raises CountsDiffer."""
    try:
        return _count(poll)
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise CountsDiffer(f"poll {poll.id}: a ballot or sheet cannot be read ({type(error).__name__})") from error


def _count(poll: Poll) -> Tally:
    if poll.secret:
        ballots = _secret(poll)
        first = second = _tally(poll, [(Channel.PHONE.value, json.loads(choice)) for _, choice in ballots])
        there = len(ballots)
    else:
        newest = poll_queries.current_ballots(poll.id)
        first, second = _tally(poll, _pairs(newest)), _tally(poll, _pairs(poll_queries.entered_ballots(poll.id)))
        there = len(newest)
    marked = sum(first.by_channel.get(channel, 0) for channel in ELECTRONIC)
    if first != second or marked != there:
        raise CountsDiffer(f"poll {poll.id}: the ballots give {first} ({there}), the roll gives {second} ({marked})")
    return first


def _pairs(rows: Iterable[Marked]) -> list[tuple[str, list[int]]]:
    return [(str(row.channel), json.loads(row.choice)) for row in rows]


def _secret(poll: Poll) -> list[tuple[str, str]]:
    return [(row.key, row.choice) for row in poll_queries.secret_ballots(poll.id)]


def _tally(poll: Poll, ballots: Sequence[tuple[str, list[int]]]) -> Tally:
    frozen = frozen_of(poll)
    method, options = methods.of(frozen.kind), len(frozen.options)
    if any(method.why_not_choice(choice, options=options, max_choices=frozen.max_choices) for _, choice in ballots):
        raise CountsDiffer(f"poll {poll.id}: a ballot chooses what was not offered")
    return method.count(
        ballots,
        roll=poll_states.roll_size(poll),
        options=options,
        marks=_marks_of(poll),
        sheets=count_sheets.counted(poll.id),
        present=poll_states.present_of(poll, set(poll_queries.voted_numbers(poll.id))),
    )


def _marks_of(poll: Poll) -> RollMarks:
    """Return what the roll says of those who took part; a poll that was counted before by marks alone is recounted so."""
    stored = poll_states.stored_tally(poll)
    by_channel = count_sheets.marked_by_channel(poll.id)
    if stored is not None and stored.returned is None:
        return RollMarks(by_channel=by_channel, are_presence=True)
    return RollMarks(by_channel=by_channel, late=channel_queries.late_marks(poll.id, by_two=True))


def tally_of(poll: Poll) -> Tally | None:
    """Return the stored tally; for a poll past its time that no job has closed yet, the count itself, written nowhere.

    None where it must not be known yet (secret ballots sealed, count sheets missing, a meeting's vote not ended) and
    where it cannot be known: the poll does not add up.
    """
    if stored := poll_states.stored_tally(poll):
        return stored
    if _is_not_seen_ahead(poll):
        return None
    try:
        return count(poll)
    except CountsDiffer:
        return None


def _is_not_seen_ahead(poll: Poll) -> bool:
    """Tell whether the ballots alone do not give the count, or must not be looked at before it is stored."""
    sealed = poll.secret or poll.paper or poll.hands or poll_states.waits_for_ending(poll)
    return sealed or not answers.is_settled(poll)


def fault_of(poll: Poll) -> FaultKind | None:
    """Return why a poll past its time cannot be counted, also before a job has noted it. None: it can."""
    if (noted := poll_faults.fault_of(poll)) or poll_states.stored_tally(poll) is not None:
        return noted
    if _is_not_seen_ahead(poll):
        return None
    try:
        count(poll)
    except CountsDiffer as fault:
        return fault.kind
    return None


def verdict_of(poll: Poll, tally: Tally) -> Verdict:
    """Return what the tally means under the poll's frozen rule."""
    return contested_outcomes.verdict_of(poll, tally)


def declare(poll: Poll, act: Act) -> Declaration:
    """Close if need be, sign the outcome and post it. A second time returns the first declaration. Raises Refused.

    A process that may not read the key of a secret poll leaves its count to the job runner.
    """
    try:
        return _declare(poll, _prepare(poll, act), act)
    except (ballot_shuffle.NotShuffled, KeyHidden, KeyMissing):
        raise Refused(Reason.NOT_COUNTED_YET) from None
    except DoesNotAddUp:
        raise Refused(Reason.POLL_SET_ASIDE) from None


def shown_parts(poll: Poll) -> dict[str, object]:
    """Return what a page shows before the outcome is declared: the figures of all sheets that are confirmed."""
    return {"sheets": [[channel, figures.text()] for channel, figures in count_sheets.counted(poll.id)]}


@atomic
def _declare(poll: Poll, shuffled: int | None, act: Act) -> Declaration:
    villages.locked(poll.village_id)  # the notice is numbered in it: village before poll
    meeting_port.lock_meeting_of(poll)
    transactions.lock(poll)
    transactions.lock(poll.consultation)  # it moves on: before the head of the log
    _store_tally(poll, shuffled, act)
    declared = db.session.get(Declaration, poll.id, populate_existing=True)
    if declared is not None:
        return declared
    if poll.annulled_at is not None:
        raise Refused(Reason.POLL_ANNULLED)
    versions.refuse_unless_same(act.seen, shown_parts(poll))
    tally = poll_states.stored_tally(poll)
    if tally is None:
        raise Refused(Reason.NOT_COUNTED_YET)
    _refuse_while_contested(poll, tally, act.now)
    contested_outcomes.end_undecided(poll, act)
    verdict = verdict_of(poll, tally)
    facts: dict[str, Any] = {"tally": tally.as_facts(), "verdict": verdict.as_facts()}
    declaration = Declaration(
        poll_id=poll.id,
        village_id=poll.village_id,
        outcome=verdict.outcome,
        facts=facts,
        declared_by=act.actor.id,
        declared_at=act.now,
    )
    db.session.add(declaration)
    db.session.flush()
    owed_answers.met_by_vote(poll.consultation, now=act.now)
    bound = {"told": told_entries.digest(poll), "notice": _is_decision(poll), **_told_beside(poll)}
    audit.record(Tag.POLL_DECLARED, f"poll:{poll.id}", act, **facts, **bound)
    _make_known(poll, tally, verdict, act)
    return declaration


def _refuse_while_contested(poll: Poll, tally: Tally, now: datetime) -> None:
    """Refuse while a contest is open whose day has not passed, and where the outcome hangs on contested votes in the count."""
    if act_queries.what_waits(
        poll.id, on=answers.day_for_contests(poll, now)
    ).contests:  # whether letters wait, too, or not
        raise Refused(Reason.CONTESTS_WAIT)
    if contested_outcomes.votes_it_hangs_on(poll, tally, now):
        raise Refused(Reason.CONTEST_TOUCHES_OUTCOME)


def _make_known(poll: Poll, tally: Tally, verdict: Verdict, act: Act) -> None:
    """Enter the outcome into the meeting's record; for a decision tell those concerned and post the notice."""
    facts = {"tally": tally.as_facts(), "verdict": verdict.as_facts()}
    if poll.meeting_poll is not None:
        meeting_port.meetings().note_declared(poll, verdict.outcome, facts, act)
    notice = None
    if _is_decision(poll):
        phases.pass_into(poll.consultation, Phase.DECIDE, now=act.now)
        concerned = voter_queries.voters(poll.id) | participants(poll.consultation_id)
        poll_messages.tell_of_poll(
            poll, concerned - {act.actor.id}, NotificationEvent.DECIDED, now=act.now, outcome=verdict.outcome.value
        )
        shown = {**facts, "new_ways": poll_queries.new_ways(poll.id)}
        notice = notices.post(NoticeTag.POLL_DECLARED, poll, act, facts=shown)
    if verdict.outcome is Outcome.CARRIED:
        four_deliberations.note_resolution(poll.consultation, _resolution(poll, tally), notice, act)


def _is_decision(poll: Poll) -> bool:
    """Tell whether the outcome is the decision and is posted: a step on the way is neither, nor is it for the board."""
    return poll.body not in internal_codes()


def _resolution(poll: Poll, tally: Tally) -> Resolution:
    """Return a carried vote as the four deliberations know it."""
    votes = dict(zip(poll.method.fixed_options, tally.counts, strict=False))
    return Resolution(
        body=poll.body,
        formal=poll.standing == Standing.FORMAL,
        poll_id=poll.id,
        question=poll.question,
        expected=tally.roll,
        present=tally.present,
        support=votes.get("support", 0),
        oppose=votes.get("oppose", 0),
        abstain=votes.get("abstain", 0),
    )
