"""Voting with a letter for a member of the same household who is away. One letter a holder, its photo kept."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, or_, select

from consult.domain.polls.ballot_rules import Holder
from consult.domain.polls.polls import Channel
from consult.domain.polls.units import Unit
from consult.models import Person, Poll, ProxyLetter, RollEntry, db
from consult.services.core.uploads import stored_files
from consult.services.polls import meeting_port
from consult.services.polls.ballot_requests import BallotRequest


def holder_of(request: BallotRequest) -> Holder:
    """Return what the rule on letters needs of the person who casts."""
    person = db.session.get_one(Person, request.person_id)
    used = select(ProxyLetter.number).where(
        ProxyLetter.poll_id == request.poll_id, ProxyLetter.holder_id == request.person_id
    )
    return Holder(person.household_id, db.session.scalar(used))


def note(request: BallotRequest, unit: Unit, now: datetime) -> None:
    """Keep the letter with the first ballot it gives, in the ballot's unit of work. Without a letter: nothing."""
    if request.channel is not Channel.PROXY:
        return
    stored_files.fingerprint(request.village_id, request.letter)
    if db.session.get(ProxyLetter, (request.poll_id, unit.number)) is None:
        db.session.add(
            ProxyLetter(
                poll_id=request.poll_id,
                number=unit.number,
                village_id=request.village_id,
                giver_id=unit.person_id,
                holder_id=request.person_id,
                picture=request.letter,
                entered_at=now,
            )
        )
        db.session.flush()


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
