"""Named selects about polls. Each is one query, whatever the number of villagers, polls or ballots."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import joinedload

from consult.domain.audit import commitment
from consult.domain.law.bodies import UnitKind, internal_codes
from consult.models.base import db
from consult.models.people.villages import Household, Person
from consult.models.polls.channels import AttendanceMark
from consult.models.polls.meeting_links import MeetingPoll
from consult.models.polls.polls import BallotEvent, Declaration, Poll, RollEntry, Turnout
from consult.models.polls.secret_ballots import SecretBallot
from consult.models.talk.consultations import Consultation, Proposal


def poll_of(village_id: int, poll_id: int) -> Select[tuple[Poll]]:
    """Select one poll with all its page shows."""
    return (
        select(Poll)
        .where(Poll.id == poll_id, Poll.village_id == village_id)
        .options(
            joinedload(Poll.consultation).joinedload(Consultation.proposal),
            joinedload(Poll.group),
            joinedload(Poll.tally),
            joinedload(Poll.declaration),
            joinedload(Poll.turnout),
            joinedload(Poll.options),
            joinedload(Poll.meeting_poll),
        )
    )


def units_that_voted(poll_id: int) -> list[tuple[str, str, int]]:
    """Return (salt, channel, newest revision) of each unit that took part by any channel."""
    query = select(RollEntry.salt, RollEntry.channel, RollEntry.rev).where(
        RollEntry.poll_id == poll_id, RollEntry.channel.is_not(None)
    )
    return [(row.salt, str(row.channel), row.rev) for row in db.session.execute(query)]


def salts_of_units(poll_id: int) -> dict[int, str]:
    """Return the salt of each unit of a roll, by number."""
    query = select(RollEntry.number, RollEntry.salt).where(RollEntry.poll_id == poll_id)
    return {row.number: row.salt for row in db.session.execute(query)}


def numbered_commitments(poll_id: int) -> list[dict[str, Any]]:
    """Return each roll number with the commitment to its unit: a voter who knows the own salt finds the own entry."""
    query = select(RollEntry.number, RollEntry.salt, RollEntry.unit).where(RollEntry.poll_id == poll_id)
    rows = db.session.execute(query.order_by(RollEntry.number))
    return [{"number": row.number, "commitment": commitment(row.salt, row.unit)} for row in rows]


def all_ballots(poll_id: int) -> Sequence[BallotEvent]:
    """Return every named ballot, those that were replaced too."""
    query = select(BallotEvent).where(BallotEvent.poll_id == poll_id)
    return db.session.scalars(query.order_by(BallotEvent.number, BallotEvent.rev)).all()


_HEADING = (
    select(Proposal.title, Proposal.language, Poll.closes_at)
    .join(Proposal, Proposal.consultation_id == Poll.consultation_id)
    .where(Poll.id == bindparam("poll_id"))
)


def heading_of(poll_id: int) -> dict[str, Any]:
    """Return title, language and closing time of a receipt's poll."""
    return dict(db.session.execute(_HEADING, {"poll_id": poll_id}).one()._mapping)


_OF_MEETINGS = select(MeetingPoll.poll_id)
"""Votes of meetings are given there: the meeting is what waits."""


def polls_waiting_for(person: Person, *, now: datetime, most: int = 20) -> Sequence[Row[Any]]:
    """Return open polls in which this person speaks for a unit that has not voted, soonest to close first."""
    unit = Poll.frozen["rule"]["unit"].as_string()  # FrozenPoll.rule.unit, in SQL
    mine = or_(
        and_(unit == UnitKind.PERSON.value, RollEntry.person_id == person.id),
        and_(
            unit == UnitKind.HOUSEHOLD.value,
            RollEntry.household_id == person.household_id,
            func.coalesce(Household.representative_id, RollEntry.person_id) == person.id,
        ),
    )
    query = (
        select(
            Poll.id,
            Poll.closes_at,
            Poll.question,
            Poll.standing,
            Proposal.title,
            Proposal.summary,
            Proposal.language,
            Proposal.cost_fen,
        )
        .join(RollEntry, RollEntry.poll_id == Poll.id)
        .join(Household, Household.id == RollEntry.household_id)
        .join(Proposal, Proposal.consultation_id == Poll.consultation_id)
        .where(RollEntry.household_id == person.household_id, mine, RollEntry.channel.is_(None))
        .where(
            Poll.village_id == person.village_id,
            Poll.opens_at <= now,
            Poll.closes_at > now,
            Poll.cancelled_at.is_(None),
        )
        .where(Poll.id.not_in(_OF_MEETINGS))
        .order_by(Poll.closes_at)
        .limit(most)
    )
    return db.session.execute(query).all()


def on_roll(poll_id: int, person: Person) -> bool:
    """Tell whether a person is on a poll's roll in person."""
    query = select(RollEntry.number).where(RollEntry.poll_id == poll_id, RollEntry.person_id == person.id)
    return db.session.scalar(query.limit(1)) is not None


def vote_runs_since(village_id: int, *, now: datetime) -> datetime | None:
    """Return since when a vote is announced that has not closed, the earliest of them; None: no vote is."""
    query = select(func.min(Poll.announced_at)).where(
        Poll.village_id == village_id, Poll.announced_at.is_not(None), Poll.closes_at > now, Poll.cancelled_at.is_(None)
    )
    return db.session.scalar(query)


def polls_running(village_id: int, *, now: datetime, most: int = 10) -> Sequence[Row[Any]]:
    """Return announced polls that have not closed, soonest to close first."""
    query = (
        select(
            Poll.id,
            Poll.opens_at,
            Poll.closes_at,
            Poll.body,
            Proposal.title,
            Proposal.language,
            Turnout.units,
            Poll.roll_people,
            Poll.roll_households,
        )
        .join(Proposal, Proposal.consultation_id == Poll.consultation_id)
        .outerjoin(Turnout, Turnout.poll_id == Poll.id)
        .where(
            Poll.village_id == village_id,
            Poll.announced_at.is_not(None),
            Poll.closes_at > now,
            Poll.cancelled_at.is_(None),
        )
        .where(Poll.id.not_in(_OF_MEETINGS), Poll.body.not_in(internal_codes()))
        .order_by(Poll.closes_at)
        .limit(most)
    )
    return db.session.execute(query).all()


def polls_decided(village_id: int, *, most: int = 5) -> Sequence[Row[Any]]:
    """Return the newest declared outcomes."""
    query = (
        select(
            Poll.id,
            Poll.standing,
            Proposal.title,
            Proposal.language,
            Declaration.outcome,
            Declaration.facts,
            Declaration.declared_at,
        )
        .join(Declaration, Declaration.poll_id == Poll.id)
        .join(Proposal, Proposal.consultation_id == Poll.consultation_id)
        .where(Poll.village_id == village_id, Poll.body.not_in(internal_codes()))
        .order_by(Declaration.declared_at.desc())
        .limit(most)
    )
    return db.session.execute(query).all()


def current_ballots(poll_id: int) -> Sequence[Row[Any]]:
    """Count 1: for each unit the ballot with its highest revision, told by the ballots alone."""
    newest = (
        select(BallotEvent.number, func.max(BallotEvent.rev).label("rev"))
        .where(BallotEvent.poll_id == poll_id)
        .group_by(BallotEvent.number)
        .subquery()
    )
    query = select(BallotEvent.channel, BallotEvent.choice).join(
        newest, and_(BallotEvent.number == newest.c.number, BallotEvent.rev == newest.c.rev)
    )
    return db.session.execute(query.where(BallotEvent.poll_id == poll_id)).all()


def entered_ballots(poll_id: int) -> Sequence[Row[Any]]:
    """Count 2: for each marked roll entry the ballot of the revision it names."""
    query = (
        select(RollEntry.channel, BallotEvent.choice)
        .join(
            BallotEvent,
            and_(
                BallotEvent.poll_id == RollEntry.poll_id,
                BallotEvent.number == RollEntry.number,
                BallotEvent.rev == RollEntry.rev,
            ),
        )
        .where(RollEntry.poll_id == poll_id, RollEntry.channel.is_not(None))
    )
    return db.session.execute(query).all()


def voted_numbers(poll_id: int) -> Sequence[int]:
    """Roll numbers of the units that voted, by whatever channel."""
    query = select(RollEntry.number).where(RollEntry.poll_id == poll_id, RollEntry.channel.is_not(None))
    return db.session.scalars(query).all()


class NotedUnits(NamedTuple):
    """How many units of a closed poll its page has to tell of."""

    late: int
    """Marked from the paper list after the close."""
    new_ways: int
    """Voted by way of a number or card newer than the announcement."""


_LATE = select(func.count()).where(AttendanceMark.poll_id == bindparam("poll_id"), AttendanceMark.late)
_NEW_WAYS = (
    select(func.count()).select_from(RollEntry).where(RollEntry.poll_id == bindparam("poll_id"), RollEntry.new_way)
)
_NOTED = select(_LATE.scalar_subquery(), _NEW_WAYS.scalar_subquery())


def noted_units(poll_id: int) -> NotedUnits:
    """Count what is told of a poll's units, in one statement. For pages after the close only."""
    return NotedUnits(*db.session.execute(_NOTED, {"poll_id": poll_id}).one())


def new_ways(poll_id: int) -> int:
    """Count the ballots cast by way of a number or card newer than the announcement. For pages after the close only."""
    return db.session.scalar(_NEW_WAYS, {"poll_id": poll_id}) or 0


def secret_ballots(poll_id: int) -> Sequence[Row[Any]]:
    """Return keys and choices, in the order of the keys: for the count and the scrutineers, never for a page."""
    query = select(SecretBallot.key, SecretBallot.choice).where(SecretBallot.poll_id == poll_id)
    return db.session.execute(query.order_by(SecretBallot.key)).all()


def counted_keys(poll_id: int) -> Sequence[str]:
    """Return the keys of the secret ballots that were counted. No choices: a voter could be made to show theirs."""
    query = select(SecretBallot.key).where(SecretBallot.poll_id == poll_id).order_by(SecretBallot.key)
    return db.session.scalars(query).all()


def ballots_of(poll: Poll, number: int) -> Sequence[BallotEvent]:
    """Return all ballots one unit has cast, newest first: its own history."""
    query = select(BallotEvent).where(BallotEvent.poll_id == poll.id, BallotEvent.number == number)
    return db.session.scalars(query.order_by(BallotEvent.rev.desc())).all()


def receipts_of(person: Person, *, most: int = 50) -> Sequence[Row[Any]]:
    """Return the receipts of everything this person cast, newest first."""
    query = (
        select(
            BallotEvent.receipt,
            BallotEvent.cast_at,
            BallotEvent.rev,
            Poll.id,
            Proposal.title,
            Proposal.language,
            RollEntry.rev.label("newest_rev"),
        )
        .join(Poll, Poll.id == BallotEvent.poll_id)
        .join(Proposal, Proposal.consultation_id == Poll.consultation_id)
        .join(RollEntry, and_(RollEntry.poll_id == BallotEvent.poll_id, RollEntry.number == BallotEvent.number))
        .where(BallotEvent.actor_id == person.id)
        .order_by(BallotEvent.cast_at.desc())
        .limit(most)
    )
    return db.session.execute(query).all()


def secret_votes_of(person: Person, *, most: int = 50) -> Sequence[Row[Any]]:
    """Return the secret polls in which this person gave a unit's vote; their choice is not known."""
    query = (
        select(Poll.id, Poll.closes_at, Proposal.title, Proposal.language)
        .join(Proposal, Proposal.consultation_id == Poll.consultation_id)
        .join(RollEntry, RollEntry.poll_id == Poll.id)
        .where(RollEntry.voted_by == person.id, Poll.secret)
        .order_by(Poll.closes_at.desc())
        .limit(most)
    )
    return db.session.execute(query).all()


def counted_receipts(poll_id: int) -> Sequence[str]:
    """Return the receipt codes that were counted, in the order of the codes. No names, no choices."""
    query = (
        select(BallotEvent.receipt)
        .join(
            RollEntry,
            and_(
                RollEntry.poll_id == BallotEvent.poll_id,
                RollEntry.number == BallotEvent.number,
                RollEntry.rev == BallotEvent.rev,
            ),
        )
        .where(BallotEvent.poll_id == poll_id)
        .order_by(BallotEvent.receipt)
    )
    return db.session.scalars(query).all()
