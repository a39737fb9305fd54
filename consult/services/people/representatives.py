"""A household's adults choose who speaks for it. Any of them may; everybody in the house sees who chose whom."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select

from consult.domain.audit import Tag
from consult.domain.people.people import HEAD_OF_HOUSEHOLD, is_adult
from consult.domain.refusals import Reason, Refused
from consult.models import Departure, Household, Person, RepresentativeChoice, db
from consult.services.core import audit, transactions


def adults_of(household_id: int, *, on: date) -> Sequence[Person]:
    """The adults of a household who still live on the roll, in its order."""
    query = (
        select(Person)
        .outerjoin(Departure, Departure.person_id == Person.id)
        .where(Person.household_id == household_id, Departure.person_id.is_(None))
        .order_by(Person.roll_position)
    )
    return [p for p in db.session.scalars(query) if is_adult(p.born, on)]


def choose(person_id: int, actor: Person, *, on: date, now: datetime) -> None:
    """Let a person speak for the actor's household from now on. Polls it has voted in stay as they are."""
    adults = {p.id for p in adults_of(actor.household_id, on=on)}
    if actor.id not in adults or person_id not in adults:
        raise Refused(Reason.NOT_IN_HOUSEHOLD)
    household = db.session.get_one(Household, actor.household_id)
    transactions.lock(household)
    if household.representative_id == person_id:
        transactions.commit()
        return
    household.representative_id = person_id
    choice = RepresentativeChoice(
        village_id=actor.village_id, household_id=household.id, person_id=person_id, chosen_by=actor.id, chosen_at=now
    )
    db.session.add(choice)
    audit.record(
        Tag.REPRESENTATIVE_CHOSEN,
        f"household:{household.id}",
        village_id=actor.village_id,
        actor_id=actor.id,
        now=now,
        person=person_id,
    )
    transactions.commit()


def speaker_of(household: Household, adults: Sequence[Person]) -> int | None:
    """Who speaks for the household today: whom it chose, else its head, else its oldest adult."""
    chosen = household.representative_id
    if any(adult.id == chosen for adult in adults):
        return chosen
    eldest = min(adults, key=lambda p: (p.relation != HEAD_OF_HOUSEHOLD, p.born, p.id), default=None)
    return eldest.id if eldest else None


def history(household_id: int, *, most: int = 5) -> Sequence[RepresentativeChoice]:
    query = select(RepresentativeChoice).where(RepresentativeChoice.household_id == household_id)
    return db.session.scalars(query.order_by(RepresentativeChoice.chosen_at.desc()).limit(most)).all()
