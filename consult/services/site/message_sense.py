"""Judge messages anew at the moment when they are sent: what they ask for may be done, over or somewhere else."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from consult.domain.board.notices import NoticeTag
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.messages.outbox import MessageChannel, Unsent
from consult.models import Meeting, NotificationSwitch, OutboxMessage, Poll, Village, db
from consult.models.meetings import check_in_queries
from consult.models.polls import voter_queries
from consult.services.meetings import appointments
from consult.services.messages.outbox import Judged
from consult.services.people.villages import local_day

OF_VOTES_TO_COME = frozenset({NoticeTag.POLL_ANNOUNCED, NoticeTag.POLL_EXTENDED})
OF_MEETINGS_TO_COME = frozenset({NoticeTag.MEETING_CALLED, NoticeTag.MEETING_CHANGED, NoticeTag.AGENDA_ADDED})


def judge(messages: Sequence[OutboxMessage], now: datetime) -> Judged:
    """Say which messages of one event are not sent, and with which facts the others are."""
    first = messages[0]
    dropped: dict[int, Unsent] = {}
    facts: Mapping[str, Any] = first.facts
    if first.channel == MessageChannel.ROBOT:
        facts, dropped = _of_group(messages)
        return Judged(dropped, facts)
    if first.template == NotificationEvent.VOTE_REMINDER and "poll" in facts:
        facts, dropped = _of_poll(messages, now)
    if first.template == NotificationEvent.MEETING_REMINDER and "meeting" in facts:
        dropped = _of_meeting(messages, now)
    return Judged(_unwilling(messages) | dropped, facts)


def _of_group(messages: Sequence[OutboxMessage]) -> tuple[Mapping[str, Any], dict[int, Unsent]]:
    """Ask nobody to a vote or a meeting that was called off or moved; tell an extended vote by its new end."""
    template, facts = messages[0].template, messages[0].facts
    if template in OF_VOTES_TO_COME and facts.get("poll"):
        poll = db.session.get(Poll, int(facts["poll"]))
        if poll is None or not poll.stands:
            return facts, _all(messages, Unsent.CALLED_OFF)
        return {**facts, "closes_at": poll.closes_at.isoformat()}, {}
    if template in OF_MEETINGS_TO_COME and facts.get("meeting"):
        meeting = db.session.get(Meeting, int(facts["meeting"]))
        if meeting is None or meeting.cancelled_at is not None or meeting.closed_at is not None:
            return facts, _all(messages, Unsent.CALLED_OFF)
        if datetime.fromisoformat(facts["closes_at"]) != meeting.starts_at:
            return facts, _all(messages, Unsent.MOVED)
    return facts, {}


def _of_poll(messages: Sequence[OutboxMessage], now: datetime) -> tuple[Mapping[str, Any], dict[int, Unsent]]:
    """Remind only those who can still vote and have not; an extended poll by its new end."""
    facts = messages[0].facts
    poll = db.session.get(Poll, int(facts["poll"]))
    if poll is None or not poll.stands:
        return facts, _all(messages, Unsent.CALLED_OFF)
    if poll.closing_seen_at is not None or now >= poll.closes_at:
        return facts, _all(messages, Unsent.TOO_LATE)
    today = local_day(db.session.get_one(Village, poll.village_id), now)
    still = voter_queries.speakers(poll, on=today, not_voted=True)
    voted = {one.id: Unsent.VOTED for one in messages if one.person_id not in still}
    return {**facts, "closes_at": poll.closes_at.isoformat()}, voted


def _of_meeting(messages: Sequence[OutboxMessage], now: datetime) -> dict[int, Unsent]:
    """Remind only those who are still called and may come; of a meeting that was moved another message is written."""
    facts = messages[0].facts
    meeting = db.session.get(Meeting, int(facts["meeting"]))
    if meeting is None or meeting.cancelled_at is not None or meeting.closed_at is not None:
        return _all(messages, Unsent.CALLED_OFF)
    if facts.get("starts_at") != meeting.starts_at.isoformat():
        return _all(messages, Unsent.MOVED)
    today = local_day(db.session.get_one(Village, meeting.village_id), now)
    called = set(check_in_queries.called_persons(meeting.id, on=today))
    called -= check_in_queries.away(meeting.id, since=appointments.answers_since(meeting))
    return {one.id: Unsent.NOT_CALLED for one in messages if one.person_id not in called}


def _unwilling(messages: Sequence[OutboxMessage]) -> dict[int, Unsent]:
    """Return the messages whose event the person turned off since it was written."""
    template = messages[0].template
    people = [one.person_id for one in messages if one.person_id is not None]
    if not people or template not in {event.value for event in NotificationEvent}:
        return {}
    query = select(NotificationSwitch.person_id).where(
        NotificationSwitch.person_id.in_(people), NotificationSwitch.event == NotificationEvent(template)
    )
    off = set(db.session.scalars(query))
    return {one.id: Unsent.UNWILLING for one in messages if one.person_id in off}


def _all(messages: Sequence[OutboxMessage], why: Unsent) -> dict[int, Unsent]:
    return {one.id: why for one in messages}
