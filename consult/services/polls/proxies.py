"""Voting with a letter for somebody of the same household who is away. One letter a holder, its photo kept."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from consult.domain.law.bodies import takes_letters
from consult.domain.refusals import Reason
from consult.models import Person, ProxyLetter, RollEntry, db
from consult.models.meetings import check_in_queries
from consult.services.polls.ballot_requests import BallotRequest


def why_not(order: BallotRequest, unit: Row[Any], *, by_household: bool, body: str) -> Reason | None:
    """Say why a letter may not be used: same household, one letter a holder and poll (docs/law.md 1.4)."""
    holder = db.session.get_one(Person, order.person_id)
    if by_household:
        return Reason.NO_PROXY_FOR_HOUSEHOLDS
    if not takes_letters(body):
        return Reason.NO_LETTERS_FOR_SEATS
    if holder.household_id != unit.household_id or holder.id == unit.person_id:
        return Reason.PROXY_OF_ANOTHER
    held = db.session.scalar(
        select(ProxyLetter.number).where(ProxyLetter.poll_id == order.poll_id, ProxyLetter.holder_id == holder.id)
    )
    return Reason.ONE_PROXY_EACH if held not in (None, unit.number) else None


def note(order: BallotRequest, unit: Row[Any], now: datetime) -> None:
    """Keep the letter with the first ballot it gives, in the ballot's transaction."""
    if db.session.get(ProxyLetter, (order.poll_id, unit.number)) is None:
        db.session.add(
            ProxyLetter(
                poll_id=order.poll_id,
                number=unit.number,
                village_id=order.village_id,
                giver_id=unit.person_id,
                holder_id=order.person_id,
                picture=order.letter,
                entered_at=now,
            )
        )
        db.session.flush()


def letters_at(meeting_id: int, holder: Person) -> dict[int, str]:
    """The letters somebody brought to the door of a meeting: the digest of each photo, by roll number."""
    return {
        unit.number: check_in_queries.letter_of(meeting_id, unit.number)
        for unit in check_in_queries.proxied_units(meeting_id, holder.id)
    }


def givers_for(poll_id: int, holder: Person) -> list[Row[Any]]:
    """Who of the holder's household is on the roll and has not voted: (number, name)."""
    query = (
        select(RollEntry.number, Person.name)
        .join(Person, Person.id == RollEntry.person_id)
        .where(RollEntry.poll_id == poll_id, RollEntry.household_id == holder.household_id)
        .where(RollEntry.person_id != holder.id, RollEntry.channel.is_(None))
        .order_by(RollEntry.number)
    )
    return list(db.session.execute(query).all())
