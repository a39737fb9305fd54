"""Ways in: the phone numbers by which people sign in. A change of one ends the sign-ins that came by it."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, update

from consult.domain.audit import Tag
from consult.domain.messages.notifications import NUMBER_CHANGED
from consult.domain.people.sign_ins import SignInWay
from consult.models import Account, Person, SignIn, db
from consult.models.people import right_queries
from consult.services.core import audit, crypto, transactions
from consult.services.core.acts import Act
from consult.services.messages import deliveries


def number_of(person: Person) -> str:
    """Return a person's phone number, of somebody off the roll that of their account; empty for none."""
    holder = person if person.account_id is None else db.session.get_one(Account, person.account_id)
    return crypto.unseal(holder.phone_cipher) if holder.phone_cipher else ""


def is_first(person: Person) -> bool:
    """Tell whether a person never had a number: what comes now replaces nothing."""
    never = person.phone_mark is None and person.number_since is None
    return never and not right_queries.had_number(person.id)


def hold(person_ids: Collection[int]) -> None:
    """Lock people and their open sign-ins until the commit, before the log is written: their ways in will change."""
    people = select(Person.id).where(Person.id.in_(person_ids)).order_by(Person.id)
    opened = select(SignIn.id).where(SignIn.person_id.in_(person_ids), SignIn.ended_at.is_(None)).order_by(SignIn.id)
    for rows in (people, opened):
        db.session.execute(rows.with_for_update())


def set_number(person: Person, number: str, act: Act, *, change_id: int = 0) -> None:
    """Give a person another phone number, or none, in the unit of work at hand.

    The number before is told, and the sign-ins by code end, wherever they are.
    """
    transactions.lock(person)
    old, first = number_of(person), is_first(person)
    if old == number:
        return
    person.phone_cipher = crypto.seal(number) if number else None
    person.phone_mark = crypto.mark("phone", number) if number else None
    person.number_since = act.now
    end_sign_ins(person.id, SignInWay.CODE, act.now)
    db.session.flush()
    audit.record(Tag.NUMBER_CHANGED, f"person:{person.id}", act, change=change_id, first=first)
    if old:
        transactions.after_commit(lambda: deliveries.send_aside(old, NUMBER_CHANGED, {}))


def end_sign_ins(person_id: int, way: SignInWay, now: datetime) -> None:
    """End all sign-ins of a person that came by one way."""
    opened = (SignIn.person_id == person_id, SignIn.way == way, SignIn.ended_at.is_(None))
    db.session.execute(update(SignIn).where(*opened).values(ended_at=now))
