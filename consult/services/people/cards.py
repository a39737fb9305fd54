"""Household cards: printed for a group, claimed once, with a PIN, by one adult.

The first card of a household is made by one officer; every further one is a change of rights of the adult it is for.
"""

from collections.abc import Sequence
from datetime import date, datetime
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.security import check_password_hash, generate_password_hash

from consult.domain.audit import Tag
from consult.domain.people import right_changes as right_rules
from consult.domain.people import sign_ins as rules
from consult.domain.people.codes import CARD_LENGTH, as_typed, new_code
from consult.domain.people.people import is_adult
from consult.domain.people.pins import Guessed
from consult.domain.people.roll.headers import plain
from consult.domain.refusals import Reason, Refused
from consult.models import Departure, Household, HouseholdCard, Person, RightChange, Village, db
from consult.models.people import right_queries
from consult.services.core import audit, crypto, sure_time, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.people import representatives, right_messages, villages, ways_in
from consult.services.people.limits import pins
from consult.services.people.limits.askers import Asker
from consult.services.people.limits.pins import Guess


@atomic
def issue(group_id: int, act: Act, *, tell: bool = False) -> int:
    """Make one unclaimed card for every household of a group that never had one. Return how many were made.

    `tell`: a vote runs, and each of these houses is told that a card was made for it.

    A card instead of a withdrawn one is a further card, which takes two officers; the operator, after the data key was
    lost, makes them all anew.
    """
    villages.locked(act.village_id)
    have = select(HouseholdCard.household_id)
    if act.actor_id is None:
        have = have.where(HouseholdCard.withdrawn_at.is_(None))
    query = select(Household.id).where(
        Household.village_id == act.village_id, Household.group_id == group_id, Household.id.not_in(have)
    )
    missing = db.session.scalars(query.order_by(Household.id)).all()
    today = villages.local_day(db.session.get_one(Village, act.village_id), act.now)
    for household_id in missing:
        card = _add(household_id, act, issued_by=act.actor_id)
        if tell:
            db.session.flush()
            right_messages.card_made(card, act, on=today)
    if missing:
        audit.record(Tag.CARDS_ISSUED, f"group:{group_id}", act, cards=len(missing), change=0)
    return len(missing)


def add_further(change: RightChange, act: Act) -> HouseholdCard:
    """Make a further card for one adult, by a change of rights that took effect, in the unit of work at hand."""
    card = _add(villages.home_of(change.person).id, act, issued_by=change.asked_by)
    db.session.flush()
    audit.record(Tag.CARDS_ISSUED, f"household:{card.household_id}", act, cards=1, change=change.id)
    return card


def _add(household_id: int, act: Act, *, issued_by: int | None) -> HouseholdCard:
    code = new_code(CARD_LENGTH)
    card = HouseholdCard(
        village_id=act.village_id,
        household_id=household_id,
        code_mark=crypto.mark("card", code),
        code_cipher=crypto.seal(code),
        issued_by=issued_by,
        issued_at=act.now,
    )
    db.session.add(card)
    return card


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


def claim(
    card: HouseholdCard, person_id: int, pin: str, *, on: date, now: datetime, vote_since: datetime | None = None
) -> Person:
    """Give a card to one adult, with their PIN, and return them.

    Raises Refused if the card is claimed already, was made while a vote runs (`vote_since`: when the earliest was
    announced) and less than a day ago, if the PIN is weak or the person is no adult of the household.
    """
    further = right_queries.card_is_for(card.id) is not None
    sure = sure_time.surely_past(card.village_id, now)
    if wait := None if further else right_rules.wait_for_claim(card.issued_at, vote_since, sure):
        raise Refused(Reason.CARD_IS_NEW, hours=-(-int(wait.total_seconds()) // 3600))
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
    holder = next((p for p in claimants(card, on=on) if p.id == person_id), None)
    if holder is None:
        raise Refused(Reason.NOT_IN_HOUSEHOLD)
    card.person_id, card.pin_hash, card.claimed_at, card.code_cipher = holder.id, pin_hash, now, None
    card.pin_digits = rules.PIN_LENGTH
    act = Act.of(holder, now=now)
    right_messages.card_claimed(card, holder, act, on=on)
    audit.record(Tag.CARD_CLAIMED, f"card:{card.id}", act, household=card.household_id, person=holder.id)
    return holder


def claimants(card: HouseholdCard, *, on: date) -> list[Person]:
    """Return who may claim a card: of a further one the adult it was made for, else every adult of the house."""
    meant_for = right_queries.card_is_for(card.id)
    adults = representatives.adults_of(card.household_id, on=on)
    return [one for one in adults if meant_for in (None, one.id)]


def _lock_in_use(card: HouseholdCard) -> None:
    """Lock a card. Raises Refused where it was withdrawn since it was found."""
    transactions.lock(card)
    if card.withdrawn_at is not None:
        raise Refused(Reason.NO_SUCH_CARD)


def holder_by_pin(card: HouseholdCard, pin: str, *, on: date, now: datetime, asker: Asker | None = None) -> Person:
    """Return the holder of a claimed card if the PIN is right. Every wrong try is counted. Raises Refused."""
    typed, guess = rules.digits(pin), _guess(card, asker or Asker())
    tell = partial(_tell_house, card, now, on)
    pins.count(guess, now=now, hold=partial(_lock_in_use, card), tell=tell)
    if card.pin_hash is None or not check_password_hash(card.pin_hash, typed):
        pins.was_wrong(guess, now=now, tell=tell)
        raise Refused(Reason.WRONG_PIN)
    pins.was_right(guess)
    if card.pin_digits != len(typed):
        _note_digits(card, len(typed))
    holder = db.session.get_one(Person, card.person_id)
    if db.session.get(Departure, holder.id) is not None or not is_adult(holder.born, on):
        raise Refused(Reason.NOT_ON_THE_ROLL_NOW)
    return holder


def _guess(card: HouseholdCard, asker: Asker) -> Guess:
    old = card.pin_digits is None or card.pin_digits < rules.PIN_LENGTH
    return Guess(Guessed.PIN, card.village_id, mark_of(card), asker, old_pin=old)


@atomic
def _note_digits(card: HouseholdCard, digits: int) -> None:
    """Note how long a PIN is, which was chosen before its length was kept."""
    _lock_in_use(card)
    card.pin_digits = digits


@atomic
def _tell_house(card: HouseholdCard, now: datetime, on: date) -> None:
    """Tell the house, once a day, that wrong PINs were typed at its card until strange browsers were refused."""
    right_messages.card_tried(card, Act.by_system(card.village_id, now=now), on=on)


def mark_of(card: HouseholdCard) -> str:
    """Return what tries at a card are counted under, and what a browser that opened it knows."""
    return f"card:{card.id}"


def household_of(card_id: int) -> int:
    """Return the id of the household that a card is of."""
    return db.session.get_one(HouseholdCard, card_id).household_id


@atomic
def withdraw(card: HouseholdCard, why: rules.CardLoss, act: Act) -> None:
    """Withdraw a card as one officer; the house can bring it back. Twice is the same as once.

    Raises Refused for a card that the house brought back before: one officer locks nobody out.
    """
    transactions.lock(card)
    if card.returned_at is not None and act.actor.household_id != card.household_id:
        raise Refused(Reason.CARD_BROUGHT_BACK)
    _end(card, act, why=why.value)


@atomic
def end(card_id: int, act: Act) -> None:
    """Withdraw a card for good that somebody of the house says no to; twice is the same as once."""
    card = db.session.get_one(HouseholdCard, card_id)
    transactions.lock(card)
    _end(card, act, why="")


def _end(card: HouseholdCard, act: Act, *, why: str) -> None:
    """Close a card at once and end the sign-ins it opened. One that an officer withdrew is closed for good by the house."""
    if card.withdrawn_at is not None:
        if card.withdrawn_why and not why:
            card.withdrawn_why = ""
        return
    card.withdrawn_at, card.withdrawn_by, card.withdrawn_why, card.code_cipher = act.now, act.actor_id, why, None
    if card.person_id is not None:
        ways_in.end_sign_ins(card.person_id, rules.SignInWay.CARD, act.now)
    right_messages.card_withdrawn(card, act, on=_today(act))
    audit.record(Tag.CARD_WITHDRAWN, f"card:{card.id}", act, why=why, **act.said_of_command)


@atomic
def bring_back(card_id: int, act: Act) -> None:
    """Let a claimed card open again that an officer withdrew a few days ago; twice is the same as once. Raises Refused."""
    card = db.session.get_one(HouseholdCard, card_id)
    transactions.lock(card)
    if card.withdrawn_at is None and card.returned_at is not None:
        return
    if not may_bring_back(card, now=act.now, on=_today(act)):
        raise Refused(Reason.CARD_NOT_BROUGHT_BACK, days=right_rules.numbers().card_back.days)
    card.withdrawn_at, card.withdrawn_by, card.withdrawn_why = None, None, ""
    card.returned_at, card.returned_by = act.now, act.actor_id
    right_messages.card_brought_back(card, act, on=_today(act))
    audit.record(Tag.CARD_BROUGHT_BACK, f"card:{card.id}", act)


def may_bring_back(card: HouseholdCard, *, now: datetime, on: date) -> bool:
    """Tell whether the house may bring a card back: withdrawn by an officer, not long ago, its holder still at home."""
    if card.withdrawn_at is None or not card.withdrawn_why or card.pin_hash is None:
        return False
    at_home = card.person_id in {one.id for one in representatives.adults_of(card.household_id, on=on)}
    past = sure_time.surely_past(card.village_id, now)
    return at_home and past < card.withdrawn_at + right_rules.numbers().card_back


def withdrawn_lately(household_id: int, *, now: datetime, on: date) -> list[HouseholdCard]:
    """Return the cards of a household that an officer withdrew and the house may bring back."""
    query = select(HouseholdCard).where(
        HouseholdCard.household_id == household_id, HouseholdCard.withdrawn_at.is_not(None)
    )
    query = query.options(joinedload(HouseholdCard.person)).order_by(HouseholdCard.id)
    return [card for card in db.session.scalars(query) if may_bring_back(card, now=now, on=on)]


def _today(act: Act) -> date:
    return villages.local_day(db.session.get_one(Village, act.village_id), act.now)
