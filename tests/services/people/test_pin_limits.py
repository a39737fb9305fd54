"""Wrong PINs and second proofs: who tries them uses up the part of strangers, and locks no house and no officer out."""

import json
from datetime import timedelta
from fractions import Fraction

import pyotp
import pytest
from sqlalchemy import select

from consult import clock
from consult.domain.audit import Tag
from consult.domain.people import pins as rules
from consult.domain.people.codes import Cap
from consult.domain.people.pins import LIMITS, OLD_PINS, TRIES_OF_BROWSER, Guessed
from consult.domain.people.sign_ins import SignInWay
from consult.domain.refusals import Reason, Refused
from consult.models import AuditEntry, Notification, SignInAttempt, Village, db
from consult.services.people import cards, proofs, second_factors, sign_ins
from consult.services.people.limits.askers import Asker, new_lane
from tests.hours import today

PIN, WRONG = "739264", "820461"
AT_ONCE = TRIES_OF_BROWSER[0][0]


@pytest.fixture
def card(inside):
    """Ah Fong's card, in use."""
    cards.issue(inside.upper_group, inside.ms_yip.act())
    unclaimed = cards.unclaimed(inside.upper_group)
    found = next(one for one, _ in unclaimed if one.household_id == inside.ah_fong.household_id)
    cards.claim(found, inside.ah_fong.id, PIN, on=today(), now=clock.now())
    return found


def enter(card, pin: str, asker: Asker, *, at=timedelta(0)) -> Reason | None:
    try:
        cards.holder_by_pin(card, pin, on=today(), now=clock.now() + at, asker=asker)
    except Refused as refused:
        return refused.reason
    return None


def used(card, *, tries: int = LIMITS[Guessed.PIN].of_one, mark: str | None = None) -> None:
    """Strangers typed so many wrong PINs at a card today, each in a browser of its own."""
    now = clock.now() - timedelta(hours=1)
    facts = {"village_id": card.village_id, "mark": mark or cards.mark_of(card), "tried_at": now, "what": "pins"}
    db.session.add_all([SignInAttempt(asker_mark=f"stranger {n}", **facts) for n in range(tries)])
    db.session.commit()


def known(card, name: str = "my phone") -> Asker:
    return Asker(name, frozenset({new_lane(cards.mark_of(card))}))


def facts(village_id: int) -> list[dict[str, str]]:
    query = select(AuditEntry.facts).where(AuditEntry.village_id == village_id, AuditEntry.tag == Tag.CODES_CAPPED)
    return [json.loads(one) for one in db.session.scalars(query)]


def told(who, kind: str) -> int:
    rows = db.session.scalars(select(Notification).where(Notification.person_id == who.id))
    return sum(one.facts.get("kind") == kind for one in rows)


def test_the_chance_that_any_account_is_guessed_in_a_day_is_under_one_in_ten_thousand_cards_included():
    assert rules.chance_of_any_account() < Fraction(1, 10_000)
    assert rules.possible_pins() == 10**6 - 10 - 2 * 5


def test_with_pins_of_four_digits_one_try_a_day_would_be_too_many():
    assert Fraction(1, 10**4) >= Fraction(1, 10_000)
    assert Fraction(LIMITS[Guessed.PIN].server or 0, 10**4) > Fraction(1, 10_000)


@pytest.mark.both_databases
def test_a_neighbour_with_a_photo_of_the_card_locks_nobody_out_who_came_in_before(inside, card):
    for n in range(LIMITS[Guessed.PIN].of_one):
        assert enter(card, WRONG, Asker(f"stranger {n}")) is Reason.WRONG_PIN
    assert enter(card, PIN, Asker("one more")) is Reason.PINS_CAPPED
    assert enter(card, PIN, known(card)) is None
    assert enter(card, PIN, Asker("one more"), at=timedelta(days=1, minutes=1)) is None


def test_the_house_is_told_once_and_the_officers_see_an_alarm_that_names_nobody(inside, card):
    for n in range(LIMITS[Guessed.PIN].of_one + 3):
        enter(card, WRONG, Asker(f"stranger {n}"))
    assert told(inside.ah_fong, "card_tried") == told(inside.ah_kwok, "card_tried") == 1
    assert told(inside.old_chan, "card_tried") == 0
    assert facts(inside.id) == [{"what": "pins", "cap": Cap.CARD}]
    assert inside.row().codes_capped_at is not None


def test_one_browser_waits_after_five_wrong_ones_and_no_other_browser_does(inside, card):
    for _ in range(AT_ONCE):
        assert enter(card, WRONG, Asker("stranger")) is Reason.WRONG_PIN
    assert enter(card, PIN, Asker("stranger")) is Reason.WAIT_FOR_PIN
    assert enter(card, PIN, Asker("another")) is None


def test_the_browsers_of_one_house_use_up_nothing_of_each_other(inside, card):
    mine, other = known(card), known(card, "the phone that was stolen")
    for n in range(TRIES_OF_BROWSER[1][0]):
        assert enter(card, WRONG, other, at=timedelta(minutes=4 * n)) is Reason.WRONG_PIN
    assert enter(card, WRONG, other, at=timedelta(hours=2)) is Reason.WAIT_FOR_PIN
    assert enter(card, PIN, mine, at=timedelta(hours=2)) is None
    thief = Asker("session of his own", other.numbers)
    assert enter(card, PIN, thief, at=timedelta(hours=2)) is Reason.WAIT_FOR_PIN, "a new session is no new lane"


def test_no_browser_makes_up_that_it_is_known(inside, card):
    used(card)
    lane = new_lane(cards.mark_of(card))
    for forged in ("0" * 32, lane[:8] + "0" * 24, new_lane("card:999"), ""):
        assert enter(card, PIN, Asker("x", frozenset({forged}))) is Reason.PINS_CAPPED


def test_slips_before_the_right_pin_count_no_longer(inside, card):
    for n in range(LIMITS[Guessed.PIN].of_one):
        assert enter(card, WRONG, Asker("new phone"), at=timedelta(minutes=n)) is Reason.WRONG_PIN
        assert enter(card, PIN, Asker("new phone"), at=timedelta(minutes=n)) is None
    assert db.session.scalars(select(SignInAttempt)).all() == []


@pytest.mark.parametrize(("limit", "cap"), [("village", Cap.VILLAGE), ("server", Cap.SERVER)])
def test_the_limits_of_village_and_server_keep_only_strange_browsers_waiting(inside, card, limit, cap):
    used(card, tries=getattr(LIMITS[Guessed.PIN], limit), mark="card:999")
    assert enter(card, PIN, Asker("new phone")) is Reason.PINS_CAPPED
    assert enter(card, PIN, known(card)) is None
    assert {"what": "pins", "cap": cap} in facts(inside.id)
    others = db.session.scalars(select(Village).where(Village.id != inside.id)).all()
    assert all(bool(one.codes_capped_at) == (cap == Cap.SERVER) for one in others)


def test_who_is_signed_in_proves_it_again_whatever_strangers_type(inside, card):
    used(card)
    token = sign_ins.begin(inside.ah_fong.row(), SignInWay.CARD, now=clock.now())
    mine = sign_ins.find(token, now=clock.now())
    assert mine is not None
    proofs.check(mine, PIN, Asker("her phone"), on=today(), now=clock.now())
    with pytest.raises(Refused) as refused:
        proofs.check(mine, WRONG, Asker("her phone"), on=today(), now=clock.now())
    assert refused.value.reason is Reason.WRONG_PIN


def test_a_pin_that_may_be_short_leaves_strangers_few_tries_until_it_is_known_to_be_long(inside, card):
    card.pin_digits = None
    db.session.commit()
    used(card, tries=OLD_PINS)
    assert enter(card, PIN, Asker("new phone")) is Reason.PINS_CAPPED
    assert enter(card, PIN, known(card)) is None
    assert card.pin_digits == len(PIN)
    assert enter(card, PIN, Asker("new phone")) is None


def test_a_clock_that_leapt_ahead_gives_no_new_tries(inside, card):
    used(card)
    inside.row().clock_trusted_at = clock.now()
    db.session.commit()
    assert enter(card, PIN, Asker("new phone"), at=timedelta(days=2)) is Reason.PINS_CAPPED


def test_who_got_past_a_first_proof_keeps_the_officer_out_of_no_browser_that_came_in_before(inside):
    """Somebody has her PIN and types second proofs: she is told, and a browser in which she gave one goes on."""
    secret, clerk = second_factors.new_secret(), inside.ms_yip
    second_factors.set_up_app(clerk.row(), secret, pyotp.TOTP(secret).at(clock.now()), clerk.act())

    def prove(digits: str, asker: Asker) -> Reason | None:
        try:
            second_factors.prove(clerk.row(), digits, now=clock.now() + timedelta(minutes=2), asker=asker)
        except Refused as refused:
            return refused.reason
        return None

    for n in range(LIMITS[Guessed.PROOF].of_one):
        assert prove("000000", Asker(f"stranger {n}")) is Reason.WRONG_DIGITS
    right = pyotp.TOTP(secret).at(clock.now() + timedelta(minutes=2))
    assert prove(right, Asker("one more")) is Reason.PINS_CAPPED
    assert told(clerk, "factor_tried") == 1 and facts(inside.id) == [{"what": "proofs", "cap": Cap.CARD}]
    assert prove(right, Asker("her computer", frozenset({new_lane(second_factors.mark_of(clerk.id))}))) is None
