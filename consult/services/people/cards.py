"""Household cards: printed for a group, claimed once, with a PIN, by one adult."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import joinedload
from werkzeug.security import check_password_hash, generate_password_hash

from consult.domain.audit import Tag
from consult.domain.people import sign_ins as rules
from consult.domain.people.codes import as_typed, new_code
from consult.domain.people.people import is_adult
from consult.domain.people.roll_headers import plain
from consult.domain.refusals import Reason, Refused
from consult.models import Departure, Household, HouseholdCard, Person, SignIn, SignInAttempt, db
from consult.services.core import audit, crypto, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.people import representatives, villages

CODE_LENGTH = 12


@atomic
def issue(group_id: int, act: Act) -> int:
    """Make one unclaimed card for every household of a group that has none. Return how many were made."""
    villages.locked(act.village_id)
    have = select(HouseholdCard.household_id).where(HouseholdCard.withdrawn_at.is_(None))
    query = select(Household.id).where(
        Household.village_id == act.village_id, Household.group_id == group_id, Household.id.not_in(have)
    )
    missing = db.session.scalars(query.order_by(Household.id)).all()
    for household_id in missing:
        _add(household_id, act)
    if missing:
        audit.record(Tag.CARDS_ISSUED, f"group:{group_id}", act, cards=len(missing))
    return len(missing)


@atomic
def issue_another(household_id: int, act: Act) -> None:
    """Make a further card: for another adult of a household, or instead of a withdrawn one."""
    _add(household_id, act)
    audit.record(Tag.CARDS_ISSUED, f"household:{household_id}", act, cards=1)


def _add(household_id: int, act: Act) -> None:
    code = new_code(CODE_LENGTH)
    db.session.add(
        HouseholdCard(
            village_id=act.village_id,
            household_id=household_id,
            code_mark=crypto.mark("card", code),
            code_cipher=crypto.seal(code),
            issued_by=act.actor_id,
            issued_at=act.now,
        )
    )


def unclaimed(group_id: int) -> Sequence[tuple[HouseholdCard, str]]:
    """Return the unclaimed cards of a group, each with its code, in the order of the households."""
    query = (
        select(HouseholdCard)
        .join(Household, Household.id == HouseholdCard.household_id)
        .where(Household.group_id == group_id, HouseholdCard.claimed_at.is_(None))
        .where(HouseholdCard.withdrawn_at.is_(None))
        .options(joinedload(HouseholdCard.household).joinedload(Household.group))
        .order_by(Household.code, HouseholdCard.id)
    )
    return [(card, printable(card)) for card in db.session.scalars(query)]


def household(village_id: int, code: str) -> Household:
    """Return the household with a code. Raises Refused."""
    query = select(Household).where(Household.village_id == village_id, Household.code == "".join(plain(code).split()))
    found = db.session.scalar(query.options(joinedload(Household.group)))
    if found is None:
        raise Refused(Reason.NO_SUCH_HOUSEHOLD)
    return found


def of_household(household_id: int) -> Sequence[HouseholdCard]:
    """Return the cards of a household that have not been withdrawn."""
    query = (
        select(HouseholdCard)
        .where(HouseholdCard.household_id == household_id, HouseholdCard.withdrawn_at.is_(None))
        .options(joinedload(HouseholdCard.person))
        .order_by(HouseholdCard.id)
    )
    return db.session.scalars(query).all()


def printable(card: HouseholdCard) -> str:
    """Return the code of an unclaimed card."""
    return crypto.unseal(card.code_cipher or "")


def find(village_id: int, typed: str) -> HouseholdCard:
    """Return the card with a code, claimed or not. Raises Refused."""
    mark = crypto.mark("card", as_typed(typed))
    card = db.session.scalar(
        select(HouseholdCard)
        .where(HouseholdCard.village_id == village_id, HouseholdCard.code_mark == mark)
        .where(HouseholdCard.withdrawn_at.is_(None))
        .options(joinedload(HouseholdCard.household))
    )
    if card is None:
        raise Refused(Reason.NO_SUCH_CARD)
    return card


def claim(card: HouseholdCard, person_id: int, pin: str, *, on: date, now: datetime) -> Person:
    """Give a card to one adult, with their PIN, and return them.

    Raises Refused if the card is claimed already, the PIN is weak or the person is no adult of the household.
    """
    pin = rules.digits(pin)
    weak = not rules.is_pin(pin)
    return _claim(card, person_id, None if weak else generate_password_hash(pin), on=on, now=now)


@atomic
def _claim(card: HouseholdCard, person_id: int, pin_hash: str | None, *, on: date, now: datetime) -> Person:
    _lock_in_use(card)
    if card.claimed_at is not None:
        raise Refused(Reason.CARD_CLAIMED)
    if pin_hash is None:
        raise Refused(Reason.WEAK_PIN)
    holder = next((p for p in representatives.adults_of(card.household_id, on=on) if p.id == person_id), None)
    if holder is None:
        raise Refused(Reason.NOT_IN_HOUSEHOLD)
    card.person_id, card.pin_hash, card.claimed_at, card.code_cipher = holder.id, pin_hash, now, None
    audit.record(Tag.CARD_CLAIMED, f"card:{card.id}", Act.of(holder, now=now), household=card.household_id)
    return holder


def _lock_in_use(card: HouseholdCard) -> None:
    """Lock a card. Raises Refused where it was withdrawn since it was found."""
    transactions.lock(card)
    if card.withdrawn_at is not None:
        raise Refused(Reason.NO_SUCH_CARD)


def holder_by_pin(card: HouseholdCard, pin: str, *, on: date, now: datetime) -> Person:
    """Return the holder of a claimed card if the PIN is right. Every wrong try is counted. Raises Refused.

    The try is counted before the PIN is compared, which is slow and holds no lock, and taken off the count when it
    was right: tries sent side by side are not more than tries sent one after the other.
    """
    attempt_id = _count_try(card, now=now)
    if card.pin_hash is None or not check_password_hash(card.pin_hash, rules.digits(pin)):
        raise Refused(Reason.WRONG_PIN)
    _forget_try(attempt_id)
    holder = db.session.get_one(Person, card.person_id)
    if db.session.get(Departure, holder.id) is not None or not is_adult(holder.born, on):
        raise Refused(Reason.NOT_ON_THE_ROLL_NOW)
    return holder


@atomic
def _count_try(card: HouseholdCard, *, now: datetime) -> int:
    """Note one try at a card's PIN and return its id. Raises Refused while too many wrong ones lie behind."""
    _lock_in_use(card)
    mark = f"card:{card.id}"
    tries = db.session.scalars(
        select(SignInAttempt.tried_at).where(
            SignInAttempt.village_id == card.village_id,
            SignInAttempt.mark == mark,
            SignInAttempt.tried_at > now - timedelta(days=1),
        )
    ).all()
    if wait := rules.wait_for(tries, rules.PIN_TRIES, now):
        raise Refused(Reason.WAIT_FOR_PIN, minutes=rules.minutes_of(wait))
    attempt = SignInAttempt(village_id=card.village_id, mark=mark, tried_at=now)
    db.session.add(attempt)
    db.session.flush()
    return attempt.id


@atomic
def _forget_try(attempt_id: int) -> None:
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.id == attempt_id))


@atomic
def withdraw(card: HouseholdCard, act: Act) -> None:
    """Withdraw a lost card and end the sign-ins it opened; twice is the same as once."""
    transactions.lock(card)
    if card.withdrawn_at is None:
        card.withdrawn_at, card.code_cipher = act.now, None
        _end_sign_ins_by_card(card.person_id, act.now)
        audit.record(Tag.CARD_WITHDRAWN, f"card:{card.id}", act)


def _end_sign_ins_by_card(person_id: int | None, now: datetime) -> None:
    opened = (SignIn.person_id == person_id, SignIn.way == rules.SignInWay.CARD, SignIn.ended_at.is_(None))
    db.session.execute(update(SignIn).where(*opened).values(ended_at=now))
