"""The state of a meeting, its quorum and its votes, read from its rows."""

from datetime import datetime

from sqlalchemy import select

from consult.domain.law.bodies import Body
from consult.domain.meetings import meetings as rules
from consult.domain.meetings.agendas import Result
from consult.domain.meetings.meetings import MeetingState, Quorum
from consult.domain.polls.polls import Outcome
from consult.domain.refusals import Reason, Refused
from consult.models import AgendaItem, Declaration, Meeting, MeetingPoll, Poll, PollEnding, Village, db
from consult.models.meetings import check_in_queries
from consult.services.law import rule_changes
from consult.services.people.villages import local_day

REASONS = {
    MeetingState.DRAFTED: Reason.MEETING_NOT_CALLED,
    MeetingState.CALLED: Reason.MEETING_NOT_OPEN,
    MeetingState.OPEN: Reason.MEETING_OPENED,
    MeetingState.ADJOURNED: Reason.MEETING_ADJOURNED,
    MeetingState.CLOSED: Reason.MEETING_CLOSED,
    MeetingState.CANCELLED: Reason.MEETING_CANCELLED,
}
"""Why something cannot be done in this state."""
COMING = (MeetingState.CALLED, MeetingState.OPEN, MeetingState.ADJOURNED)
"""Those who are called may come to it: it is called and not over."""
RESULTS = {
    Outcome.CARRIED: Result.CARRIED,
    Outcome.NOT_CARRIED: Result.NOT_CARRIED,
    Outcome.INQUORATE: Result.INQUORATE,
}


def state_of(meeting: Meeting) -> MeetingState:
    """Return the state of a meeting from its row."""
    return rules.state_of(
        called=meeting.called_at is not None,
        opened=meeting.opened_at is not None,
        closed=meeting.closed_at is not None,
        cancelled=meeting.cancelled_at is not None,
        adjourned=meeting.adjourned_at is not None,
    )


def refuse_unless(meeting: Meeting, *states: MeetingState) -> None:
    """Refuse unless the meeting is in one of these states."""
    state = state_of(meeting)
    if state not in states:
        raise Refused(REASONS[state])


def refuse_unless_addable(meeting: Meeting, *, now: datetime) -> None:
    """Refuse to add words or arrivals to the record of a meeting that was closed too many days ago."""
    village = db.session.get_one(Village, meeting.village_id)
    closed_on = local_day(village, meeting.closed_at) if meeting.closed_at is not None else None
    if reason := rules.why_not_added(closed_on=closed_on, today=local_day(village, now)):
        raise Refused(reason, days=rules.LATE_ADDITIONS)


def body_of(meeting: Meeting) -> Body:
    """Return the rule of a meeting's body in force on the day of the meeting; once it is called, on the day it was called for."""
    village = db.session.get_one(Village, meeting.village_id)
    day = meeting.call.adult_on if meeting.call else local_day(village, meeting.starts_at)
    called_at = meeting.called_at  # what was settled after the call does not change it
    return rule_changes.body_in_force(village, meeting.body, meeting.group_id, on=day, settled_by=called_at)


def by_household(meeting: Meeting) -> bool:
    """Tell whether each household is one unit of the roll; a draft has no roll."""
    return meeting.call is not None and meeting.call.by_household


def quorum_of(meeting: Meeting) -> Quorum:
    """Return the units that are here now against the frozen rule."""
    present, roll = check_in_queries.present_and_roll(meeting.id)
    return Quorum(present, roll, meeting.call.quorum if meeting.call else None)


def open_vote(meeting_id: int) -> int | None:
    """Return the id of the vote that is open: neither ended nor cancelled."""
    query = (
        select(Poll.id)
        .join(MeetingPoll, MeetingPoll.poll_id == Poll.id)
        .outerjoin(PollEnding, PollEnding.poll_id == Poll.id)
        .where(MeetingPoll.meeting_id == meeting_id, Poll.stands)
        .where(PollEnding.poll_id.is_(None))
    )
    return db.session.scalar(query.limit(1))


def refuse_open_votes(meeting_id: int) -> None:
    """Refuse while a vote is open, or ended and not declared."""
    if open_vote(meeting_id) is not None:
        raise Refused(Reason.VOTE_IS_OPEN)
    query = (
        select(Poll.id)
        .join(MeetingPoll, MeetingPoll.poll_id == Poll.id)
        .outerjoin(Declaration, Declaration.poll_id == Poll.id)
        .where(MeetingPoll.meeting_id == meeting_id, Poll.stands)
        .where(Declaration.poll_id.is_(None))
    )
    if db.session.scalar(query.limit(1)) is not None:
        raise Refused(Reason.VOTE_NOT_DECLARED)


def result_by_vote(meeting_id: int, item: int) -> Result | None:
    """Return the outcome of an item's newest vote; None: it was not voted on. Raises Refused while one is not declared."""
    query = (
        select(Poll.id, Declaration.outcome)
        .join(MeetingPoll, MeetingPoll.poll_id == Poll.id)
        .join(AgendaItem, AgendaItem.id == MeetingPoll.item_id)
        .outerjoin(Declaration, Declaration.poll_id == Poll.id)
        .where(AgendaItem.meeting_id == meeting_id, AgendaItem.number == item)
        .where(Poll.stands)
        .order_by(Poll.id.desc())
    )
    votes = db.session.execute(query).all()
    if any(vote.outcome is None for vote in votes):
        raise Refused(Reason.VOTE_NOT_DECLARED)
    if not votes:
        return None
    return RESULTS[Outcome(votes[0].outcome)]
