"""The one notice of a meeting's results: every vote that it declared, posted when it is over."""

from sqlalchemy import select

from consult.domain.board.notices import ENDED, NoticeTag
from consult.domain.messages.notifications import NotificationEvent
from consult.models import Declaration, Meeting, MeetingPoll, Notice, Poll, Village, db
from consult.models.meetings import check_in_queries, meeting_queries
from consult.services.board import notices
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.meetings import check_ins, meeting_messages, meeting_states
from consult.services.people import villages
from consult.services.polls import polls


@atomic
def post(meeting: Meeting, act: Act) -> Notice | None:
    """Post all results of a meeting that has just been closed, in the unit of work at hand.

    The notices of the single votes, which their bundles bind, keep their addresses and hang no more by themselves. None:
    nothing was decided, or the body only prepares.
    """
    declared = declared_votes(meeting.id)
    if not declared or meeting_states.body_of(meeting).internal:
        return None
    villages.locked(meeting.village_id)
    titles = [item.title for item in meeting_queries.agenda(meeting.id)]
    words = [said for poll in declared for said in (poll.question, *polls.resolution_of(poll).words)]
    subject = notices.Subject(meeting.title, [meeting.title, meeting.place, *titles, *words], meeting=meeting)
    _, expected = check_in_queries.present_and_roll(meeting.id)
    facts = {
        "votes": [poll.id for poll in declared],
        "expected": expected,
        "came": len(check_ins.arrived_ever(meeting.id)),
    }
    return notices.hang(NoticeTag.MEETING_RESULTS, subject, act, facts=facts)


@atomic
def tell_over(meeting: Meeting, act: Act) -> None:
    """Tell the board and all who are called that an adjourned meeting is over: the day that was told is not held.

    In the unit of work at hand; village and meeting are locked.
    """
    if not meeting_states.body_of(meeting).internal:
        told_for = meeting.starts_at
        subject = notices.Subject(
            meeting.title, [meeting.title], meeting=meeting, hangs_until=told_for, closes_at=told_for
        )
        facts = {"kind": ENDED, "starts_at": told_for.isoformat(), "place": meeting.place}
        notices.hang(NoticeTag.MEETING_CANCELLED, subject, act, facts=facts)
    today = villages.local_day(db.session.get_one(Village, meeting.village_id), act.now)
    called = set(check_in_queries.called_persons(meeting.id, on=today)) - {act.actor_id}
    meeting_messages.tell_of_meeting(
        meeting,
        NotificationEvent.MEETING_CALLED,
        called,
        now=act.now,
        kind="meeting_ended",
        subject=f"meeting_end:{meeting.id}",
    )


def declared_votes(meeting_id: int) -> list[Poll]:
    """Return the votes of a meeting that were declared, oldest first."""
    query = (
        select(Poll)
        .join(MeetingPoll, MeetingPoll.poll_id == Poll.id)
        .join(Declaration, Declaration.poll_id == Poll.id)
        .where(MeetingPoll.meeting_id == meeting_id, Poll.stands)
        .order_by(Poll.id)
    )
    return list(db.session.scalars(query))
