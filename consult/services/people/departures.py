"""Leaving the roll and coming onto it: put into force. Officers reach this through `rights`."""

from sqlalchemy import update

from consult.domain.audit import Tag
from consult.domain.people.people import DepartureKind
from consult.models import Departure, Person, SignIn, db
from consult.services.core import audit
from consult.services.core.acts import Act


def note(person: Person, kind: DepartureKind, act: Act) -> None:
    """Mark a person as moved or deceased, in the unit of work at hand; twice is the same as once."""
    if db.session.get(Departure, person.id) is not None:
        return
    db.session.add(
        Departure(
            person_id=person.id,
            village_id=person.village_id,
            kind=kind,
            noted_by=act.actor_id,
            noted_at=act.now,
        )
    )
    open_ones = (SignIn.person_id == person.id, SignIn.ended_at.is_(None))
    db.session.execute(update(SignIn).where(*open_ones).values(ended_at=act.now))
    db.session.flush()
    audit.record(Tag.PERSON_DEPARTED, f"person:{person.id}", act, kind=kind.value)


def await_second(person: Person, act: Act) -> None:
    """Let somebody new on the roll not count before a second person confirmed it, in the unit of work at hand."""
    kept = {"village_id": person.village_id, "noted_by": act.actor_id, "noted_at": act.now}
    db.session.add(Departure(person_id=person.id, kind=DepartureKind.AWAITED, **kept))
    db.session.flush()


def end(person: Person, act: Act) -> None:
    """Let somebody count who is new on the roll or back on it; twice is the same as once."""
    left = db.session.get(Departure, person.id)
    if left is None:
        return
    kind = left.kind
    db.session.delete(left)
    db.session.flush()
    db.session.expire(person, ["departure"])
    audit.record(Tag.PERSON_JOINED, f"person:{person.id}", act, kind=kind.value)
