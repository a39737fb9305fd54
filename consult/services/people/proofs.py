"""Let a person who is signed in prove again who they are, before an act that must not be done by a finder of the phone."""

from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import select

from consult.domain.people.sign_ins import SignInWay
from consult.domain.refusals import Reason, Refused
from consult.models import HouseholdCard, Person, SignIn, db
from consult.services.people import cards, codes, ways_in
from consult.services.people.limits.askers import Asker


class ProofWay(StrEnum):
    """The means by which a person proves again who they are."""

    PIN = "pin"
    """The PIN of their own household card."""
    CODE = "code"
    """A code to their own phone, for those who have no PIN."""
    NOTHING = "nothing"
    """In the demo village, where anybody may be anybody."""


def way_of(sign_in: SignIn) -> ProofWay:
    """Return how a person can prove again who they are. Raises Refused where there is no way."""
    if sign_in.way is SignInWay.DEMO:
        return ProofWay.NOTHING
    if own_card(sign_in.person) is not None:
        return ProofWay.PIN
    if not ways_in.number_of(sign_in.person):
        raise Refused(Reason.NO_WAY_TO_PROVE)
    return ProofWay.CODE


def is_free(sign_in: SignIn) -> bool:
    """Tell whether nobody need prove anything here: in the demo village."""
    return sign_in.way is SignInWay.DEMO


def own_card(person: Person) -> HouseholdCard | None:
    """Return the card that a person has claimed, with a PIN; None where there is none."""
    query = select(HouseholdCard).where(
        HouseholdCard.person_id == person.id, HouseholdCard.withdrawn_at.is_(None), HouseholdCard.pin_hash.is_not(None)
    )
    return db.session.scalar(query.order_by(HouseholdCard.id.desc()).limit(1))


def send_code(person: Person, asker: Asker, *, now: datetime) -> None:
    """Send a code to a person's own number. Raises Refused."""
    codes.ask(person.village_id, ways_in.number_of(person), now=now, asker=asker)


def check(sign_in: SignIn, typed: str, asker: Asker, *, on: date, now: datetime) -> None:
    """Check the PIN or the code of a sign-in's person. Raises Refused where it is wrong, or tried too often."""
    person, way = sign_in.person, way_of(sign_in)
    if way is ProofWay.PIN:
        card = own_card(person)
        own = replace(asker, sign_in=str(sign_in.id))  # who is signed in cannot be kept from it by those who are not
        if card is None or cards.holder_by_pin(card, typed, on=on, now=now, asker=own).id != person.id:
            raise Refused(Reason.WRONG_PIN)
    elif way is ProofWay.CODE:
        people = codes.check(person.village_id, ways_in.number_of(person), typed, now=now, asker=asker)
        if person.id not in {one.id for one in people}:
            raise Refused(Reason.WRONG_CODE)


def check_pin_of(person: Person, typed: str, asker: Asker, *, on: date, now: datetime) -> None:
    """Check the PIN of somebody who acts on another person's phone, who is signed in there. Raises Refused.

    Tries count as those of a stranger to the card, unless this browser has used it: who is signed in gains no tries by it.
    """
    card = own_card(person)
    if card is None:
        raise Refused(Reason.COUNTER_HAS_NO_PIN)
    if cards.holder_by_pin(card, typed, on=on, now=now, asker=asker).id != person.id:
        raise Refused(Reason.WRONG_PIN)
