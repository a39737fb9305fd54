"""What a meeting is at an instant, read from its rows: its state, its quorum, its votes."""

from datetime import date

from sqlalchemy import select

from consult.domain.law import bodies
from consult.domain.law.bodies import Body, Share
from consult.domain.meetings import meetings as rules
from consult.domain.meetings.agendas import Result
from consult.domain.meetings.meetings import MeetingState, Quorum
from consult.domain.polls.polls import Outcome
from consult.domain.refusals import Reason, Refused
from consult.models import AgendaItem, Declaration, Meeting, MeetingPoll, Poll, PollEnding, Village, db
from consult.models.meetings import check_in_queries
from consult.services.people.villages import local_day

REASONS = {
    MeetingState.DRAFTED: Reason.MEETING_NOT_CALLED,
    MeetingState.CALLED: Reason.MEETING_NOT_OPEN,
    MeetingState.OPEN: Reason.MEETING_OPENED,
    MeetingState.CLOSED: Reason.MEETING_CLOSED,
    MeetingState.CANCELLED: Reason.MEETING_CANCELLED,
}
"""Why something cannot be done in this state."""


def state_of(meeting: Meeting) -> MeetingState:
    return rules.state_of(
        called=meeting.called_at is not None,
        opened=meeting.opened_at is not None,
        closed=meeting.closed_at is not None,
        cancelled=meeting.cancelled_at is not None,
    )


def refuse_unless(meeting: Meeting, *states: MeetingState) -> None:
    """Raises Refused when the meeting is in none of these states."""
    state = state_of(meeting)
    if state not in states:
        raise Refused(REASONS[state])


def body_of(meeting: Meeting, *, on: date | None = None) -> Body:
    """The rule of a meeting's body: on the day of the call, or on a given day while it is a draft."""
    village = db.session.get_one(Village, meeting.village_id)
    day = local_day(village, meeting.called_at) if meeting.called_at else on or local_day(village, meeting.drafted_at)
    return bodies.find(meeting.body, province=village.province, on=day)


def by_household(meeting: Meeting) -> bool:
    return bool(meeting.frozen and meeting.frozen["rule"]["unit"] == "household")


def quorum_of(meeting: Meeting) -> Quorum:
    """Who is here now against the frozen rule. Two numbers, one query."""
    present, roll = check_in_queries.present_and_roll(meeting.id)
    share = meeting.frozen["rule"]["quorum"] if meeting.frozen else None
    return Quorum(present, roll, Share.from_facts(share) if share else None)


def open_vote(meeting_id: int) -> int | None:
    """The vote that is going on: opened, and neither ended nor cancelled."""
    query = (
        select(Poll.id)
        .join(MeetingPoll, MeetingPoll.poll_id == Poll.id)
        .outerjoin(PollEnding, PollEnding.poll_id == Poll.id)
        .where(MeetingPoll.meeting_id == meeting_id, Poll.announced_at.is_not(None))
        .where(PollEnding.poll_id.is_(None), Poll.cancelled_at.is_(None))
    )
    return db.session.scalar(query.limit(1))


def refuse_open_votes(meeting_id: int) -> None:
    """Raises Refused while a vote goes on, or is ended and not declared."""
    if open_vote(meeting_id) is not None:
        raise Refused(Reason.VOTE_IS_OPEN)
    query = (
        select(Poll.id)
        .join(MeetingPoll, MeetingPoll.poll_id == Poll.id)
        .outerjoin(Declaration, Declaration.poll_id == Poll.id)
        .where(MeetingPoll.meeting_id == meeting_id, Poll.announced_at.is_not(None))
        .where(Declaration.poll_id.is_(None), Poll.cancelled_at.is_(None))
    )
    if db.session.scalar(query.limit(1)) is not None:
        raise Refused(Reason.VOTE_NOT_DECLARED)


def result_by_vote(meeting_id: int, item: int) -> Result | None:
    """The outcome of an item's newest vote; None: it was not voted on. Raises Refused while one is not declared."""
    query = (
        select(Poll.id, Declaration.outcome)
        .join(MeetingPoll, MeetingPoll.poll_id == Poll.id)
        .join(AgendaItem, AgendaItem.id == MeetingPoll.item_id)
        .outerjoin(Declaration, Declaration.poll_id == Poll.id)
        .where(AgendaItem.meeting_id == meeting_id, AgendaItem.number == item)
        .where(Poll.announced_at.is_not(None), Poll.cancelled_at.is_(None))
        .order_by(Poll.id.desc())
    )
    votes = db.session.execute(query).all()
    if any(vote.outcome is None for vote in votes):
        raise Refused(Reason.VOTE_NOT_DECLARED)
    if not votes:
        return None
    return Result.CARRIED if votes[0].outcome == Outcome.CARRIED else Result.NOT_CARRIED
