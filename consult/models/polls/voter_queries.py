"""Named selects about the voters of polls: those to be told, those who voted, polls of which to remind them."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import CompoundSelect, String, cast, exists, literal, select, union

from consult.domain.messages.notifications import NotificationEvent
from consult.domain.polls.polls import Channel
from consult.models.base import db
from consult.models.messages.notifications import Notification
from consult.models.people import household_queries
from consult.models.people.villages import Departure
from consult.models.polls.meeting_links import MeetingPoll
from consult.models.polls.polls import Poll, RollEntry


def speakers(poll: Poll, *, on: date, not_voted: bool = False) -> set[int]:
    """Return who may cast the ballots of a poll on a day: the people, or who speaks for the households."""
    of_unit = RollEntry.household_id if poll.by_household else RollEntry.person_id
    query = select(of_unit).where(RollEntry.poll_id == poll.id)
    if not poll.by_household:
        query = query.where(~exists().where(Departure.person_id == RollEntry.person_id))
    units = set(db.session.scalars(query.where(RollEntry.channel.is_(None)) if not_voted else query))
    if not poll.by_household:
        return units
    speaking = household_queries.speakers(poll.village_id, on=on)
    return {speaking[house] for house in units if house in speaking}


def voters(poll_id: int) -> set[int]:
    """Return who cast a ballot, and whose vote others gave or noted: by letter, on paper, by hand."""
    for_them = RollEntry.channel.in_((Channel.PROXY, Channel.PAPER, Channel.HANDS))
    cast_by = select(RollEntry.voted_by).where(RollEntry.poll_id == poll_id, RollEntry.voted_by.is_not(None))
    query: CompoundSelect[Any] = union(
        cast_by, select(RollEntry.person_id).where(RollEntry.poll_id == poll_id, for_them)
    )
    return {int(person_id) for person_id in db.session.scalars(query)}


def closing_before(instant: datetime, *, now: datetime) -> Sequence[Poll]:
    """Return the polls that are open now, close before an instant, and of which no one has been reminded."""
    subject = literal("poll:") + cast(Poll.id, String)
    reminded = exists().where(Notification.subject == subject, Notification.event == NotificationEvent.VOTE_REMINDER)
    query = select(Poll).where(
        Poll.stands,
        Poll.opens_at <= now,
        Poll.closes_at > now,
        Poll.closes_at <= instant,
        ~reminded,
        Poll.id.not_in(select(MeetingPoll.poll_id)),
    )
    return db.session.scalars(query).all()
