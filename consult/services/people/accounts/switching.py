"""Switch between the villages of one account: the sign-in at hand goes on as that of the same person elsewhere."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from consult.domain.people.roles import Role
from consult.domain.refusals import Reason, Refused
from consult.models import Notification, Person, SignIn, Village, db
from consult.services.core import transactions
from consult.services.core.transactions import atomic
from consult.services.people import second_factors, sign_ins, villages
from consult.services.people.accounts import accounts


@dataclass(frozen=True)
class Place:
    """A village in which the holder of an account has offices today."""

    village: Village
    person: Person
    offices: tuple[Role, ...]
    unread: int
    """Lines in the inbox there that were not read."""


def places_of(person: Person, *, now: datetime) -> list[Place]:
    """Return the villages of an account in which its holder has an office now; none for somebody on a roll."""
    if villages.is_on_roll(person):
        return []
    people = accounts.people_of(person)
    waiting = select(Notification.person_id, func.count()).where(
        Notification.person_id.in_([one.id for one in people]), Notification.read_at.is_(None)
    )
    unread = dict(db.session.execute(waiting.group_by(Notification.person_id)).tuples().all())
    found = []
    for one in people:
        village = db.session.get_one(Village, one.village_id)
        held = villages.roles_of(one, on=villages.local_day(village, now))
        if held:
            found.append(Place(village, one, tuple(sorted(held)), unread.get(one.id, 0)))
    return found


def destination(person: Person, person_id: int, *, now: datetime) -> Place:
    """Return the place where a person wants to act: of their own account, with an office now. Raises Refused."""
    found = next((one for one in places_of(person, now=now) if one.person.id == person_id), None)
    if found is None:
        raise Refused(Reason.NO_OFFICE_THERE)
    return found


def lacks_second_proof(sign_in: SignIn) -> bool:
    """Tell whether the account has a second proof that this sign-in did not give."""
    return sign_in.second_at is None and bool(second_factors.of_person(sign_in.person_id))


@atomic
def switch(sign_in: SignIn, place: Place, *, now: datetime) -> str:
    """Let a sign-in go on as that of the same person in another village, and return its new token. Twice is as once.

    Its beginning, its end, the phone and the proofs stay what they were: nothing lasts longer, or is proven, by a switch.
    """
    transactions.lock(sign_in)
    if sign_in.ended_at is not None or sign_in.person.account_id != place.person.account_id:
        raise Refused(Reason.NOT_SIGNED_IN)
    if sign_in.person_id != place.person.id:
        sign_in.person_id, sign_in.village_id, sign_in.used_on = place.person.id, place.village.id, None
        db.session.flush()
        db.session.expire(sign_in, ["person"])
    return sign_ins.renew(sign_in, now=now)
