"""Representatives of households: any adult may choose one, and all of them see who chose whom."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select

from consult.domain import versions
from consult.domain.audit import Tag
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.people import households
from consult.domain.people.households import Member
from consult.domain.people.people import is_adult
from consult.domain.refusals import Reason, Refused
from consult.models import Departure, Household, Person, RepresentativeChoice, db
from consult.services.core import audit, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.messages import notifications
from consult.services.people import villages


def adults_of(household_id: int | None, *, on: date) -> Sequence[Person]:
    """Return the adults of a household who still stand on the roll, in its order; nobody for somebody off the roll."""
    if household_id is None:
        return ()
    query = (
        select(Person)
        .outerjoin(Departure, Departure.person_id == Person.id)
        .where(Person.household_id == household_id, Departure.person_id.is_(None))
        .order_by(Person.roll_position)
    )
    return [p for p in db.session.scalars(query) if is_adult(p.born, on)]


@atomic
def choose(person_id: int, act: Act, *, on: date) -> None:
    """Let a person represent the actor's household from now on; polls it has voted in stay as they are. Raises Refused."""
    actor = act.actor
    villages.locked(actor.village_id)  # an import moves people from house to house, and departures are noted under it
    household = villages.home_of(actor)
    transactions.lock(household)
    adults = adults_of(actor.household_id, on=on)
    if not {actor.id, person_id} <= {p.id for p in adults}:
        raise Refused(Reason.NOT_IN_HOUSEHOLD)
    if household.representative_id == person_id:
        return
    versions.refuse_unless_same(act.seen, shown_parts(household))
    household.representative_id = person_id
    choice = RepresentativeChoice(
        village_id=actor.village_id,
        household_id=household.id,
        person_id=person_id,
        chosen_by=actor.id,
        chosen_at=act.now,
    )
    db.session.add(choice)
    db.session.flush()
    chosen = next(p.name for p in adults if p.id == person_id)
    notifications.tell(
        {p.id for p in adults} - {actor.id},
        NotificationEvent.RIGHTS,
        f"representative_choice:{choice.id}",
        village_id=actor.village_id,
        consultation_id=None,
        now=act.now,
        kind="speaker_chosen",
        name=chosen,
    )
    audit.record(Tag.REPRESENTATIVE_CHOSEN, f"household:{household.id}", act, person=person_id)


def shown_parts(household: Household) -> dict[str, object]:
    """Return what the page of a household shows of it, as it is now."""
    return {"speaker": household.representative_id}


def speaker_of(household: Household, adults: Sequence[Person], *, born: Mapping[int, date] | None = None) -> int | None:
    """Return the representative's id: the chosen adult, else the head of household, else the oldest adult.

    `born`: other dates of birth of some of them, by id, to see whom they would make the oldest.
    """
    members = [Member(adult.id, adult.relation, adult.born) for adult in adults if adult.born is not None]
    members = households.with_births(members, born or {})
    return households.speaker(members, household.representative_id, on=date.max)


def history(household_id: int, *, most: int = 5) -> Sequence[RepresentativeChoice]:
    """Return the newest choices of a household's representative."""
    query = select(RepresentativeChoice).where(RepresentativeChoice.household_id == household_id)
    return db.session.scalars(query.order_by(RepresentativeChoice.chosen_at.desc()).limit(most)).all()
