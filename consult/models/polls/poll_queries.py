"""Named selects about polls. Each is one query, whatever the number of villagers, polls or ballots."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, case, exists, func, or_, select
from sqlalchemy.orm import joinedload

from consult.domain.audit import commitment
from consult.domain.law.bodies import internal_codes
from consult.domain.polls.acts_on_votes import CountedAs
from consult.domain.polls.frozen import FrozenPoll
from consult.domain.polls.polls import ELECTRONIC, Channel, Standing
from consult.models.base import db
from consult.models.people import household_queries
from consult.models.people.villages import Person
from consult.models.polls import act_queries, channel_queries
from consult.models.polls.acts_on_votes import ContestRuling, VoidedBallot
from consult.models.polls.channels import Assistance, AttendanceMark, MarkUndoing, VoteDispute
from consult.models.polls.further_votes import FurtherVote
from consult.models.polls.meeting_links import MeetingPoll
from consult.models.polls.polls import BallotEvent, Declaration, Poll, PollOption, PollTally, RollEntry, Turnout
from consult.models.polls.secret_ballots import SecretBallot
from consult.models.talk.consultations import Consultation, Proposal


def poll_of(village_id: int, poll_id: int) -> Select[tuple[Poll]]:
    """Select one poll with all its page shows."""
    return (
        select(Poll)
        .where(Poll.id == poll_id, Poll.village_id == village_id)
        .options(
            joinedload(Poll.consultation).joinedload(Consultation.proposal).joinedload(Proposal.recording),
            joinedload(Poll.group),
            joinedload(Poll.tally),
            joinedload(Poll.declaration),
            joinedload(Poll.turnout),
            joinedload(Poll.options),
            joinedload(Poll.meeting_poll),
        )
    )


def units_that_voted(poll_id: int) -> list[tuple[str, str, int]]:
    """Return (salt, channel, newest revision) of each unit that took part by any channel; of paper and hands revision 0.

    A unit that is marked may have a ballot too, which does not count.
    """
    query = select(RollEntry.salt, RollEntry.channel, RollEntry.rev).where(
        RollEntry.poll_id == poll_id, RollEntry.channel.is_not(None)
    )
    rows = db.session.execute(query)
    return [(row.salt, str(row.channel), row.rev if row.channel in ELECTRONIC else 0) for row in rows]


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
    select(
        Proposal.title,
        Proposal.language,
        Poll.closes_at,
        Poll.closing_seen_at,
        Poll.cancelled_at,
        Poll.annulled_at,
        MeetingPoll.meeting_id,
    )
    .join(Proposal, Proposal.consultation_id == Poll.consultation_id)
    .outerjoin(MeetingPoll, MeetingPoll.poll_id == Poll.id)
    .where(Poll.id == bindparam("poll_id"))
)


def heading_of(poll_id: int) -> dict[str, Any]:
    """Return what a receipt tells of its poll: title, language, times, its meeting, and what became of it."""
    return dict(db.session.execute(_HEADING, {"poll_id": poll_id}).one()._mapping)


_OF_MEETINGS = select(MeetingPoll.poll_id)
"""Votes of meetings are given there: the meeting is what waits."""


def polls_waiting_for(person: Person, *, now: datetime, on: date, most: int = 20) -> Sequence[Row[Any]]:
    """Return open polls in which this person votes for a unit that has not voted, soonest to close first.

    `on`: the day in the village, for who speaks for the household.
    """
    mine = RollEntry.unit == f"person:{person.id}"
    if household_queries.speaker(person.household_id, on=on) == person.id:
        mine = or_(mine, RollEntry.unit == f"household:{person.household_id}")
    theirs = or_(RollEntry.person_id == person.id, RollEntry.household_id == person.household_id)
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
        .join(Proposal, Proposal.consultation_id == Poll.consultation_id)
        .where(theirs, mine, RollEntry.channel.is_(None))
        .where(
            Poll.village_id == person.village_id,
            Poll.opens_at <= now,
            Poll.closes_at > now,
            Poll.stands,
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


def number_of(poll_id: int, person: Person, *, by_household: bool) -> int | None:
    """Return the roll number of the unit that a person belongs to: of their household, or their own. None: none."""
    mine = RollEntry.household_id == person.household_id if by_household else RollEntry.person_id == person.id
    return db.session.scalar(select(RollEntry.number).where(RollEntry.poll_id == poll_id, mine).limit(1))


def vote_runs_since(village_id: int, *, now: datetime) -> datetime | None:
    """Return since when a vote is announced that has not closed, the earliest of them; None: no vote is."""
    query = select(func.min(Poll.announced_at)).where(Poll.village_id == village_id, Poll.stands, Poll.closes_at > now)
    return db.session.scalar(query)


def polls_running(village_id: int, *, now: datetime, most: int = 10) -> Sequence[Row[Any]]:
    """Return announced polls that have not closed, soonest to close first."""
    query = (
        select(
            Poll.id,
            Poll.opens_at,
            Poll.closes_at,
            Poll.body,
            Poll.question,
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
            Poll.stands,
            Poll.closes_at > now,
        )
        .where(Poll.id.not_in(_OF_MEETINGS), Poll.body.not_in(internal_codes()))
        .order_by(Poll.closes_at)
        .limit(most)
    )
    return db.session.execute(query).all()


def to_count(village_id: int, *, now: datetime, most: int = 5) -> Sequence[Row[Any]]:
    """Return polls with paper or hands that are closed and not counted: (id, title, language), the first closed first."""
    query = (
        select(Poll.id, Proposal.title, Proposal.language)
        .join(Proposal, Proposal.consultation_id == Poll.consultation_id)
        .outerjoin(PollTally, PollTally.poll_id == Poll.id)
        .where(Poll.village_id == village_id, Poll.stands, Poll.closes_at <= now)
        .where(or_(Poll.paper, Poll.hands), PollTally.poll_id.is_(None))
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
            Poll.annulled_at,
            Poll.body,
        )
        .join(Declaration, Declaration.poll_id == Poll.id)
        .join(Proposal, Proposal.consultation_id == Poll.consultation_id)
        .where(Poll.village_id == village_id, Poll.body.not_in(internal_codes()))
        .order_by(Declaration.declared_at.desc())
        .limit(most)
    )
    return db.session.execute(query).all()


_OF_BALLOT = and_(
    VoidedBallot.poll_id == BallotEvent.poll_id,
    VoidedBallot.number == BallotEvent.number,
    VoidedBallot.rev == BallotEvent.rev,
)
_IS_VOID = exists().where(_OF_BALLOT)


def voided(poll_id: int) -> dict[tuple[int, int], str]:
    """Return why ballots do not count, by roll number and revision."""
    query = select(VoidedBallot.number, VoidedBallot.rev, VoidedBallot.why).where(VoidedBallot.poll_id == poll_id)
    return {(row.number, row.rev): row.why.value for row in db.session.execute(query)}


def current_ballots(poll_id: int) -> Sequence[Row[Any]]:
    """Count 1: for each unit the ballot with its highest revision unless it is void, told by the ballots alone."""
    newest = (
        select(BallotEvent.number, func.max(BallotEvent.rev).label("rev"))
        .where(BallotEvent.poll_id == poll_id)
        .group_by(BallotEvent.number)
        .subquery()
    )
    query = select(BallotEvent.channel, BallotEvent.choice).join(
        newest, and_(BallotEvent.number == newest.c.number, BallotEvent.rev == newest.c.rev)
    )
    return db.session.execute(query.where(BallotEvent.poll_id == poll_id, ~_IS_VOID)).all()


def entered_ballots(poll_id: int) -> Sequence[Row[Any]]:
    """Count 2: for each roll entry that voted by a ballot the one of the revision it names."""
    query = (
        select(RollEntry.channel, BallotEvent.choice)
        .join(BallotEvent, act_queries.of_newest(BallotEvent))
        .where(RollEntry.poll_id == poll_id, RollEntry.channel.in_(ELECTRONIC))
    )
    return db.session.execute(query).all()


def voted_numbers(poll_id: int) -> Sequence[int]:
    """Roll numbers of the units that voted, by whatever channel."""
    query = select(RollEntry.number).where(RollEntry.poll_id == poll_id, RollEntry.channel.is_not(None))
    return db.session.scalars(query).all()


class NotedUnits(NamedTuple):
    """How many units of a closed poll its page has to tell of, and which vote came after it."""

    late: int
    """Marked from the paper list after the close."""
    new_ways: int
    """Voted by way of a number or card newer than the announcement."""
    undone: int = 0
    """Marks that were undone after the close."""
    helped: int = 0
    """Voters for whom somebody filled the ballot in."""
    asked_again: int | None = None
    """The vote that was announced after this one, on the same matter and before the same body; None: none was."""


_LATE = channel_queries.standing_marks(bindparam("poll_id")).where(AttendanceMark.late).with_only_columns(func.count())
_UNDONE_LATE = select(func.count()).where(MarkUndoing.poll_id == bindparam("poll_id"), MarkUndoing.late)
_NEW_WAYS = (
    select(func.count()).select_from(RollEntry).where(RollEntry.poll_id == bindparam("poll_id"), RollEntry.new_way)
)
_HELPED = select(func.count(Assistance.number.distinct())).where(Assistance.poll_id == bindparam("poll_id"))
_ASKED_AGAIN = select(func.max(FurtherVote.poll_id)).where(FurtherVote.earlier_id == bindparam("poll_id"))
_NOTED = select(
    *(one.scalar_subquery() for one in (_LATE, _NEW_WAYS, _UNDONE_LATE, _HELPED, _ASKED_AGAIN)),
)


def noted_units(poll_id: int) -> NotedUnits:
    """Return what is told of a poll's units and of the vote after it, in one statement. For pages after the close only."""
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


_COUNTED_AS = case(
    (RollEntry.channel != Channel.PAPER, CountedAs.VOTE.value),
    (RollEntry.unit.startswith("household:"), CountedAs.HOUSEHOLD_PAPER.value),
    else_=CountedAs.PAPER.value,
).label("counted_as")


_VOTER: Any = bindparam("voter")
_UNITS: Any = bindparam("units", expanding=True)


def _counted_for() -> ColumnElement[bool]:
    """Tell whether a roll entry holds the voter's own vote: given in person or with a helper, by a letter of theirs, or on paper.

    Not of hands: in a meeting the chair's ending marks all who are there. Not an act of others that is contested, or was rightly.
    """
    dismissed = exists().where(ContestRuling.contest_id == VoteDispute.id, ~ContestRuling.upheld)
    contested = exists().where(act_queries.of_unit(VoteDispute), act_queries.stands_yet(), ~dismissed)
    return or_(
        and_(RollEntry.voted_by == _VOTER, RollEntry.channel == Channel.PHONE),
        and_(
            or_(
                and_(RollEntry.voted_by == _VOTER, RollEntry.channel == Channel.ASSISTED),
                and_(RollEntry.person_id == _VOTER, RollEntry.channel == Channel.PROXY),
                and_(RollEntry.unit.in_(_UNITS), RollEntry.channel == Channel.PAPER),
            ),
            ~contested,
        ),
    )


def _voter(person: Person) -> dict[str, Any]:
    """Return what `_counted_for` asks of a person: their number, and their units on a roll by person and by household."""
    return {"voter": person.id, "units": [f"person:{person.id}", f"household:{person.household_id}"]}


_OWN_VOTE = (
    select(BallotEvent.choice, VoidedBallot.why.label("void"), _COUNTED_AS)
    .select_from(RollEntry)
    .outerjoin(BallotEvent, and_(act_queries.of_newest(BallotEvent), RollEntry.channel == Channel.PHONE))
    .outerjoin(VoidedBallot, act_queries.of_newest(VoidedBallot))
    .where(RollEntry.poll_id == bindparam("poll"), _counted_for())
)
_COUNTED_OF_ANY = (
    select(RollEntry.poll_id, _COUNTED_AS)
    .join(Declaration, Declaration.poll_id == RollEntry.poll_id)
    .join(Poll, Poll.id == RollEntry.poll_id)
    .outerjoin(VoidedBallot, act_queries.of_newest(VoidedBallot))
    .where(_counted_for(), VoidedBallot.poll_id.is_(None), Poll.annulled_at.is_(None))
)
_COUNTED_OF = _COUNTED_OF_ANY.where(RollEntry.poll_id.in_(bindparam("polls", expanding=True)))
_NEWEST_COUNTED = (
    _COUNTED_OF_ANY.add_columns(Proposal.title, Proposal.language)
    .join(Proposal, Proposal.consultation_id == Poll.consultation_id)
    .where(or_(RollEntry.person_id == _VOTER, RollEntry.household_id == bindparam("household")))
    .order_by(Declaration.declared_at.desc(), RollEntry.poll_id.desc())
    .limit(1)
)
"""All are made once: to write them anew took a third of the pages that ask them."""


def own_vote(poll_id: int, person: Person) -> Row[Any] | None:
    """Return a person's vote: `counted_as`, `void`, and `choice` of a named one they gave on a phone. None: they have none."""
    return db.session.execute(_OWN_VOTE, {"poll": poll_id, **_voter(person)}).first()


def counted_of(person: Person, poll_ids: Collection[int]) -> dict[int, CountedAs]:
    """Return in which of these polls this person's vote is in the declared count, and as what. Without those annulled."""
    if not poll_ids:
        return {}
    rows = db.session.execute(_COUNTED_OF, {"polls": list(poll_ids), **_voter(person)})
    return {row.poll_id: CountedAs(row.counted_as) for row in rows}


def newest_counted(person: Person) -> Row[Any] | None:
    """Return the poll declared last in which this person's vote is counted: `poll_id`, `title`, `language`, `counted_as`."""
    asked = {**_voter(person), "household": person.household_id}
    return db.session.execute(_NEWEST_COUNTED, asked).first()


def labels_of(poll_ids: Collection[int]) -> dict[tuple[int, int], tuple[str, str]]:
    """Return the label of each option with the kind of its poll, by poll and number of the option."""
    query = select(PollOption.poll_id, PollOption.number, PollOption.label, Poll.kind)
    query = query.join(Poll, Poll.id == PollOption.poll_id).where(Poll.id.in_(poll_ids))
    return {(row.poll_id, row.number): (row.label, row.kind) for row in db.session.execute(query)} if poll_ids else {}


_FATE = (Poll.id, Poll.closes_at, Poll.closing_seen_at, Poll.cancelled_at, Poll.annulled_at)
"""What tells of a poll what became of it, for its receipts."""


def receipts_of(person: Person, *, most: int = 50) -> Sequence[Row[Any]]:
    """Return the receipts of everything this person cast, newest first; `void`: why one does not count, or None."""
    query = (
        select(
            BallotEvent.receipt,
            BallotEvent.cast_at,
            BallotEvent.rev,
            BallotEvent.choice,
            BallotEvent.channel,
            *_FATE,
            Proposal.title,
            Proposal.language,
            RollEntry.rev.label("newest_rev"),
            VoidedBallot.why.label("void"),
        )
        .join(Poll, Poll.id == BallotEvent.poll_id)
        .outerjoin(VoidedBallot, _OF_BALLOT)
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
        select(*_FATE, Proposal.title, Proposal.language)
        .join(Proposal, Proposal.consultation_id == Poll.consultation_id)
        .join(RollEntry, RollEntry.poll_id == Poll.id)
        .where(RollEntry.voted_by == person.id, Poll.secret)
        .order_by(Poll.closes_at.desc())
        .limit(most)
    )
    return db.session.execute(query).all()


def homes_of(poll_id: int, numbers: Sequence[int]) -> Sequence[int]:
    """Return the households of some roll numbers."""
    query = select(RollEntry.household_id).where(RollEntry.poll_id == poll_id, RollEntry.number.in_(numbers))
    return db.session.scalars(query.distinct()).all()


def people_of(poll_id: int, numbers: Sequence[int]) -> Sequence[int]:
    """Return the persons by whom some roll numbers stand on the roll."""
    query = select(RollEntry.person_id).where(RollEntry.poll_id == poll_id, RollEntry.number.in_(numbers))
    return db.session.scalars(query.distinct()).all()


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
        .where(BallotEvent.poll_id == poll_id, RollEntry.channel.in_(ELECTRONIC))
        .order_by(BallotEvent.receipt)
    )
    return db.session.scalars(query).all()


def announced(consultation_ids: Collection[int], bodies: Collection[str], group_id: int | None) -> Sequence[Row[Any]]:
    """Return the votes of some bodies on one matter, proposed once or more often, oldest first.

    Announced and not cancelled; annulled ones too.
    """
    query = (
        select(
            Poll.id,
            Poll.consultation_id,
            Poll.standing,
            Poll.closes_at,
            Poll.annulled_at,
            Poll.frozen,
            Declaration.outcome,
            Declaration.declared_at,
            MeetingPoll.meeting_id,
        )
        .outerjoin(Declaration, Declaration.poll_id == Poll.id)
        .outerjoin(MeetingPoll, MeetingPoll.poll_id == Poll.id)
        .where(Poll.consultation_id.in_(consultation_ids), Poll.body.in_(bodies))
        .where(Poll.group_id.is_not_distinct_from(group_id))
        .where(Poll.announced_at.is_not(None), Poll.cancelled_at.is_(None))
    )
    return db.session.execute(query.order_by(Poll.id)).all()


def version_of(poll_id: int) -> tuple[int, int]:
    """Return the matter of an announced vote, and the revision of the proposal that it froze."""
    row = db.session.execute(select(Poll.consultation_id, Poll.frozen).where(Poll.id == poll_id)).one()
    return row.consultation_id, FrozenPoll.from_facts(row.frozen).proposal_revision


def of_other_matters(village_id: int, consultation_id: int) -> Sequence[Row[Any]]:
    """Return the votes of a village on other matters that were announced and not cancelled, oldest first.

    (id, consultation_id, body, group_id, standing, frozen).
    """
    query = select(Poll.id, Poll.consultation_id, Poll.body, Poll.group_id, Poll.standing, Poll.frozen).where(
        Poll.village_id == village_id,
        Poll.consultation_id != consultation_id,
        Poll.announced_at.is_not(None),
        Poll.cancelled_at.is_(None),
    )
    return db.session.execute(query.order_by(Poll.id)).all()


def stand_or_annulled(*consultation_ids: int) -> Sequence[Poll]:
    """Return the votes on some matters that were announced and not cancelled, newest first."""
    query = (
        select(Poll)
        .where(Poll.consultation_id.in_(consultation_ids), Poll.announced_at.is_not(None), Poll.cancelled_at.is_(None))
        .options(joinedload(Poll.meeting_poll), joinedload(Poll.declaration))
    )
    return db.session.scalars(query.order_by(Poll.id.desc())).all()


def void_receipts(poll_id: int) -> dict[str, str]:
    """Return the receipt codes of the ballots that do not count, and why each does not."""
    query = select(BallotEvent.receipt, VoidedBallot.why).join(VoidedBallot, _OF_BALLOT)
    return {row.receipt: row.why.value for row in db.session.execute(query.where(BallotEvent.poll_id == poll_id))}


def all_receipts(poll_id: int) -> set[str]:
    """Return every receipt code that was given in a vote, those of replaced ballots too."""
    return set(db.session.scalars(select(BallotEvent.receipt).where(BallotEvent.poll_id == poll_id)))


def deciding(consultation_id: int, body: str, group_id: int | None) -> Sequence[Row[Any]]:
    """Return the votes of a body that decide on a proposal, or did: (id, outcome, meeting_id). Without those cancelled.

    `outcome`: None: not declared. `meeting_id`: None: no vote of a meeting.
    """
    query = (
        select(Poll.id, Declaration.outcome, MeetingPoll.meeting_id)
        .outerjoin(Declaration, Declaration.poll_id == Poll.id)
        .outerjoin(MeetingPoll, MeetingPoll.poll_id == Poll.id)
        .where(Poll.consultation_id == consultation_id, Poll.body == body)
        .where(Poll.group_id == group_id if group_id is not None else Poll.group_id.is_(None))
        .where(Poll.standing == Standing.FORMAL, Poll.stands)
    )
    return db.session.execute(query.order_by(Poll.id)).all()
