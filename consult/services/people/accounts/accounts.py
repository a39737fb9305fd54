"""Accounts of officers off the roll: find, connect with a village, give another number as the operator.

The number is the account's own: no officer of a village sees it after the office was confirmed, or changes it. Who enters a
number that has an account already gives its holder an office more, and nothing else.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update

from consult.domain.audit import Tag
from consult.domain.instants import days_anywhere
from consult.domain.messages.notifications import NUMBER_CHANGED
from consult.domain.people import retention
from consult.domain.people.sign_ins import SignInWay
from consult.domain.refusals import Reason, Refused
from consult.models import Account, Departure, Person, RoleGrant, SignIn, db
from consult.services.core import audit, crypto, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.messages import deliveries


def people_of(person: Person) -> Sequence[Person]:
    """Return everybody whom the account of a person is, in the order of the villages; somebody on a roll is alone."""
    if person.account_id is None:
        return [person]
    query = select(Person).outerjoin(Departure, Departure.person_id == Person.id).order_by(Person.village_id)
    return db.session.scalars(query.where(Person.account_id == person.account_id, Departure.person_id.is_(None))).all()


def ids_of(person: Person) -> list[int]:
    """Return the ids of everybody whom the account of a person is."""
    return [one.id for one in people_of(person)]


def by_number(village_id: int, number: str) -> Person | None:
    """Return who in a village has the account of a number."""
    account = select(Account.id).where(Account.phone_mark == crypto.mark("phone", number)).scalar_subquery()
    return db.session.scalar(select(Person).where(Person.village_id == village_id, Person.account_id == account))


def is_on_roll(village_id: int, number: str) -> bool:
    """Tell whether a number is that of somebody on a village's roll: they would be two persons by one phone."""
    query = select(Person.id).outerjoin(Departure, Departure.person_id == Person.id)
    theirs = (Person.village_id == village_id, Person.phone_mark == crypto.mark("phone", number))
    return db.session.scalar(query.where(*theirs, Departure.person_id.is_(None)).limit(1)) is not None


def connect(person: Person, number: str, act: Act) -> None:
    """Let a person off the roll sign in by the account of a number, a new one where there is none, in the act at hand.

    Nothing tells whether there was one: the holder proves the number, and a second proof the account has, at the sign-in.
    Raises Refused.
    """
    if person.account_id is not None:
        return
    if is_on_roll(person.village_id, number):
        raise Refused(Reason.NUMBER_ON_ROLL)
    mark = crypto.mark("phone", number)
    transactions.queue_for(f"account:{mark}")
    account = db.session.scalar(select(Account).where(Account.phone_mark == mark))
    if account is None:
        account = Account(phone_cipher=crypto.seal(number), phone_mark=mark, number_since=act.now)
        db.session.add(account)
        db.session.flush()
    if by_number(person.village_id, number) is not None:
        raise Refused(Reason.NUMBER_OF_ANOTHER)
    person.account_id = account.id
    db.session.flush()


@atomic
def forget_unused(*, now: datetime) -> int:
    """Take the number from accounts whose last office ended as long ago as retention.toml says. Return how many."""
    before = now - timedelta(days=retention.elsewhere()["account"].days)
    lasting = or_(RoleGrant.until.is_(None), RoleGrant.until >= days_anywhere(before)[0])
    in_use = (
        select(Person.account_id)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(Person.account_id.is_not(None), or_(RoleGrant.ended_at > before, RoleGrant.ended_at.is_(None) & lasting))
    )
    unused = update(Account).where(Account.id.not_in(in_use), Account.phone_mark.is_not(None))
    forgotten = unused.where(Account.number_since < before).values(phone_cipher=None, phone_mark=None)
    return int(db.session.connection().execute(forgotten).rowcount)


@atomic
def change_number(person: Person, number: str, act: Act) -> None:
    """Give the account of a person another number, as the operator, in all its villages. The number before is told.

    Sign-ins by code end everywhere; a second proof stays. Twice is the same as once. Raises Refused.
    """
    if person.account_id is None or act.actor_id is not None:
        raise Refused(Reason.HOLDS_AN_ACCOUNT)
    mark = crypto.mark("phone", number)
    transactions.queue_for(f"account:{mark}")
    account = db.session.get_one(Account, person.account_id, with_for_update=True, populate_existing=True)
    if account.phone_mark == mark:
        return
    people = people_of(person)
    if db.session.scalar(select(Account.id).where(Account.phone_mark == mark)) is not None:
        raise Refused(Reason.NUMBER_OF_ANOTHER)
    if any(is_on_roll(one.village_id, number) for one in people):
        raise Refused(Reason.NUMBER_ON_ROLL)
    old = crypto.unseal(account.phone_cipher) if account.phone_cipher else ""
    account.phone_cipher, account.phone_mark, account.number_since = crypto.seal(number), mark, act.now
    by_code = (SignIn.person_id.in_([one.id for one in people]), SignIn.way == SignInWay.CODE)
    db.session.execute(update(SignIn).where(*by_code, SignIn.ended_at.is_(None)).values(ended_at=act.now))
    db.session.flush()
    for one in people:
        here = Act.by_system(one.village_id, now=act.now)
        audit.record(Tag.NUMBER_CHANGED, f"person:{one.id}", here, change=0, first=False)
    if old:
        transactions.after_commit(lambda: deliveries.send_aside(old, NUMBER_CHANGED, {}))
