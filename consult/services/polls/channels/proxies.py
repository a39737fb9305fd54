"""Voting with a letter for a member of the same household who is away. One letter a holder, its photo kept.

The vote counts once somebody of another house has looked at the letter: an officer who counts, or who took it in at the
door of the meeting that votes. The holder cannot change it.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, or_, select

from consult.domain.law.bodies import takes_letters
from consult.domain.people.waiting import Wait
from consult.domain.polls.ballot_rules import Holder
from consult.domain.polls.polls import Channel
from consult.domain.polls.units import Unit
from consult.domain.refusals import Reason, Refused
from consult.models import Person, Poll, ProxyLetter, RollEntry, VoteAnswer, db
from consult.models.polls import act_queries
from consult.services.core import transactions
from consult.services.core.acts import Act
from consult.services.core.uploads import stored_files
from consult.services.people import villages
from consult.services.people.two_persons import second_persons
from consult.services.people.two_persons.second_persons import Wanted
from consult.services.polls import meeting_port, poll_states
from consult.services.polls.ballot_requests import BallotRequest
from consult.services.polls.channels import telling


def holder_of(request: BallotRequest) -> Holder:
    """Return what the rule on letters needs of the person who casts. Ballots of one holder wait for each other."""
    transactions.queue_for(f"holder:{request.poll_id}:{request.person_id}")
    person = db.session.get_one(Person, request.person_id)
    return Holder(
        person.household_id or 0,
        letter_held(request.poll_id, request.person_id),
        found_out=person.id in act_queries.found_out(request.poll_id, request.number or 0),
    )


def letter_held(poll_id: int, holder_id: int) -> int | None:
    """Return the roll number for which somebody has voted with a letter that stands; None: none."""
    query = (
        select(ProxyLetter.number)
        .join(RollEntry, act_queries.of_newest(ProxyLetter))
        .where(ProxyLetter.poll_id == poll_id, ProxyLetter.holder_id == holder_id, RollEntry.channel == Channel.PROXY)
    )
    return db.session.scalars(query).first()


def letter_of(poll_id: int, number: int, rev: int) -> ProxyLetter | None:
    """Return the letter with which a ballot was cast."""
    query = select(ProxyLetter).filter_by(poll_id=poll_id, number=number, rev=rev)
    return db.session.scalars(query).first()


def refuse_unless_offered(poll: Poll, holder: Person) -> None:
    """Raise Refused where no letter can be used in a poll, or this person has used one: before any choice is made."""
    frozen = poll_states.frozen_of(poll)
    if frozen.by_household:
        raise Refused(Reason.NO_PROXY_FOR_HOUSEHOLDS)
    if not takes_letters(poll.body):
        raise Refused(Reason.NO_LETTERS_FOR_SEATS)
    if not frozen.takes_letters or (frozen.secret and frozen.meeting is None):
        raise Refused(Reason.SECRET_NO_LETTERS)
    if letter_held(poll.id, holder.id) is not None:
        raise Refused(Reason.ONE_PROXY_EACH)


def note(request: BallotRequest, unit: Unit, now: datetime) -> None:
    """Keep the letter with the ballot it gives, tell the giver and who may look at it. Without a letter: nothing."""
    if request.channel is not Channel.PROXY:
        return
    stored_files.fingerprint(request.village_id, request.letter)
    letter = ProxyLetter(
        poll_id=request.poll_id,
        number=unit.number,
        rev=unit.rev + 1,
        village_id=request.village_id,
        giver_id=unit.person_id,
        holder_id=request.person_id,
        picture=request.letter,
        entered_at=now,
    )
    db.session.add(letter)
    db.session.flush()
    poll, act = db.session.get_one(Poll, request.poll_id), Act(request.village_id, request.person_id, now)
    who = telling.name_of(letter.holder_id)
    telling.tell({letter.giver_id}, poll, "letter_for_you", (letter.number, letter.rev), act, who=who)
    if (looker := _looked_at_the_door(poll, letter)) is not None:
        db.session.add(
            VoteAnswer(
                poll_id=poll.id,
                number=letter.number,
                rev=letter.rev,
                said_by=looker,
                village_id=poll.village_id,
                sound=True,
                said_at=now,
            )
        )
        db.session.flush()
        return
    if poll.secret:  # what is in the box cannot be taken out again: nothing waits there
        raise Refused(Reason.SECRET_NO_LETTERS)
    second_persons.tell(
        Wanted(
            kind=Wait.LETTER,
            id=letter.id,
            homes=frozenset({unit.household_id}),
            people=frozenset({letter.giver_id, letter.holder_id}),
            facts={"kind": "second_letter", "title": poll.consultation.proposal.title, "poll": str(poll.id)},
        ),
        act,
    )


def _looked_at_the_door(poll: Poll, letter: ProxyLetter) -> int | None:
    """Return who took the letter in at the meeting that votes, if they are of another house than the letter."""
    if poll.meeting_poll is None:
        return None
    looker = meeting_port.meetings().letter_taken_by(poll.meeting_poll.meeting_id, letter.number)
    if looker is None:
        return None
    house = villages.own_house(db.session.get_one(Person, looker))
    return None if house.concerns((letter.giver_id, letter.holder_id)) else looker


def letters_at(meeting_id: int, holder: Person) -> dict[int, str]:
    """Return the letters a person brought to a meeting: the name of each photo, by roll number."""
    return meeting_port.meetings().letters_of(meeting_id, holder.id)


def givers_for(poll_id: int, holder: Person) -> list[Row[Any]]:
    """Return (number, name) of those of the holder's household who are on the roll and have not voted.

    In a secret poll also those who have: who did is told to nobody while it is open.
    """
    query = (
        select(RollEntry.number, Person.name)
        .join(Person, Person.id == RollEntry.person_id)
        .where(RollEntry.poll_id == poll_id, RollEntry.household_id == holder.household_id)
        .join(Poll, Poll.id == RollEntry.poll_id)
        .where(RollEntry.person_id != holder.id, or_(RollEntry.channel.is_(None), Poll.secret))
        .order_by(RollEntry.number)
    )
    return list(db.session.execute(query).all())
