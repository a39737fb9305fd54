"""Codes by phone, household cards, offices: limits, lifetimes, and the same answer for everybody."""

import json
import logging
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from consult import clock
from consult.domain.people.office_terms import Term
from consult.domain.people.right_changes import RightKind
from consult.domain.people.roles import Role
from consult.domain.people.sign_ins import CardLoss, SignInWay
from consult.domain.refusals import Reason, Refused
from consult.models import Departure, HouseholdCard, OneTimeCode, SignIn, db
from consult.services.people import cards, codes, sign_ins
from consult.services.people.villages import roles_of
from tests.hours import today
from tests.rights import by_two, end, give


def ask(cast, phone: str, *, at=timedelta(0)) -> str:
    return codes.ask(cast.id, phone, now=clock.now() + at)


def check(cast, phone: str, code: str, *, at=timedelta(0)):
    return codes.check(cast.id, phone, code, now=clock.now() + at)


def sent(config) -> list[dict[str, str]]:
    path = config.instance_path / "outbox.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def why(act, *arguments, **facts) -> Reason:
    with pytest.raises(Refused) as refused:
        act(*arguments, **facts)
    db.session.rollback()
    return refused.value.reason


def test_a_code_reaches_the_number_and_lets_its_owner_in_once(inside, config):
    phone = ask(inside, "138 0000 0001")
    code = sent(config)[-1]["code"]
    assert [p.id for p in check(inside, phone, code)] == [inside.ah_fong.id]
    assert why(check, inside, phone, code) is Reason.WRONG_CODE


def test_an_unknown_number_gets_the_same_answer_and_no_message(inside, config):
    assert ask(inside, "13999999999") == "13999999999"
    assert sent(config) == []
    assert why(ask, inside, "13999999999") is Reason.WAIT_FOR_CODE
    assert why(check, inside, "13999999999", "123456") is Reason.WRONG_CODE


def test_a_code_dies_after_ten_minutes(inside, config):
    phone = ask(inside, inside.ah_fong.phone)
    assert why(check, inside, phone, sent(config)[-1]["code"], at=timedelta(minutes=10)) is Reason.WRONG_CODE


def test_after_five_wrong_tries_the_right_code_is_dead_too(inside, config):
    phone = ask(inside, inside.ah_fong.phone)
    right = sent(config)[-1]["code"]
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    for _ in range(5):
        assert why(check, inside, phone, wrong) is Reason.WRONG_CODE
    assert why(check, inside, phone, right) is Reason.WRONG_CODE


def test_a_number_gets_one_code_a_minute_five_an_hour_and_ten_a_day(inside):
    for n in range(5):
        ask(inside, inside.ah_fong.phone, at=timedelta(minutes=2 * n))
    assert why(ask, inside, inside.ah_fong.phone, at=timedelta(minutes=9)) is Reason.WAIT_FOR_CODE
    for n in range(5):
        ask(inside, inside.ah_fong.phone, at=timedelta(hours=2, minutes=2 * n))
    assert why(ask, inside, inside.ah_fong.phone, at=timedelta(hours=5)) is Reason.WAIT_FOR_CODE
    assert ask(inside, inside.ah_fong.phone, at=timedelta(hours=27))


def test_a_code_is_written_as_people_type_it(inside, config):
    phone = ask(inside, inside.ah_fong.phone)
    code = sent(config)[-1]["code"]
    wide = code.translate({ord("0") + n: ord("０") + n for n in range(10)})
    assert check(inside, phone, f" {wide[:3]} {wide[3:]} ")


def test_several_people_may_share_a_number_but_children_and_the_departed_do_not_count(inside, config):
    kwok, fong = inside.ah_kwok.row(), inside.ah_fong.row()
    kwok.phone_mark, inside.siu_ming.row().phone_mark = fong.phone_mark, fong.phone_mark
    db.session.commit()
    phone = ask(inside, inside.ah_fong.phone)
    assert {p.id for p in check(inside, phone, sent(config)[-1]["code"])} == {fong.id, kwok.id}
    db.session.add(Departure(person_id=kwok.id, village_id=inside.id, kind="moved", noted_at=clock.now()))
    db.session.commit()
    ask(inside, inside.ah_fong.phone, at=timedelta(minutes=2))
    assert len(check(inside, phone, sent(config)[-1]["code"], at=timedelta(minutes=2))) == 1


def test_a_code_stands_neither_in_the_database_nor_in_any_log(inside, config, caplog):
    caplog.set_level(logging.DEBUG)
    ask(inside, inside.ah_fong.phone)
    code = sent(config)[-1]["code"]
    assert code not in caplog.text and inside.ah_fong.phone not in caplog.text
    kept = db.session.scalars(select(OneTimeCode)).one()
    assert code not in repr(vars(kept))
    assert (config.instance_path / "outbox.jsonl").stat().st_mode & 0o077 == 0


def test_signing_out_ends_the_row_and_a_copied_cookie_is_dead(inside):
    token = sign_ins.begin(inside.ah_fong.row(), SignInWay.CODE, now=clock.now())
    assert db.session.scalars(select(SignIn)).one().token_hash != token
    assert sign_ins.find(token, now=clock.now()) is not None
    sign_ins.end(token, now=clock.now())
    assert sign_ins.find(token, now=clock.now()) is None


def test_a_sign_in_ends_by_itself_after_ninety_days(inside):
    token = sign_ins.begin(inside.ah_fong.row(), SignInWay.CODE, now=clock.now())
    assert sign_ins.find(token, now=clock.now() + timedelta(days=89)) is not None
    assert sign_ins.find(token, now=clock.now() + timedelta(days=90)) is None


@pytest.fixture
def card(inside):
    cards.issue(inside.upper_group, inside.ms_yip.act())
    found, code = next(
        (c, k) for c, k in cards.unclaimed(inside.upper_group) if c.household_id == inside.ah_fong.household_id
    )
    return found, code


def claim(cast, found, who, pin="739264"):
    return cards.claim(found, who.id, pin, on=today(), now=clock.now())


def enter(found, pin, *, at=timedelta(0)):
    return cards.holder_by_pin(found, pin, on=today(), now=clock.now() + at)


def test_every_household_of_a_group_gets_one_card_and_printing_again_makes_no_more(inside, card):
    assert cards.issue(inside.upper_group, inside.ms_yip.act()) == 0
    assert len(cards.unclaimed(inside.upper_group)) == 3


def test_a_card_is_claimed_once_by_one_adult_of_its_household(inside, card):
    found, _ = card
    assert why(claim, inside, found, inside.old_chan) is Reason.NOT_IN_HOUSEHOLD
    assert claim(inside, found, inside.ah_kwok).id == inside.ah_kwok.id
    assert why(claim, inside, found, inside.ah_fong) is Reason.CARD_CLAIMED
    assert found.code_cipher is None
    assert enter(found, "739264").id == inside.ah_kwok.id


@pytest.mark.parametrize("pin", ["1111", "1234", "4321", "12", "1234567", "abcd", ""])
def test_a_pin_that_anybody_would_guess_is_refused(inside, card, pin):
    assert why(claim, inside, card[0], inside.ah_fong, pin) is Reason.WEAK_PIN


def test_five_wrong_pins_mean_waiting_even_for_the_right_one(inside, card):
    claim(inside, card[0], inside.ah_fong)
    for _ in range(5):
        assert why(enter, card[0], "9999") is Reason.WRONG_PIN
    assert why(enter, card[0], "739264") is Reason.WAIT_FOR_PIN
    assert enter(card[0], "739264", at=timedelta(minutes=16))


def test_a_child_cannot_claim_a_card(inside):
    cards.issue(inside.upper_group, inside.ms_yip.act())
    found = next(c for c, _ in cards.unclaimed(inside.upper_group) if c.household_id == inside.siu_ming.household_id)
    assert why(claim, inside, found, inside.siu_ming) is Reason.NOT_IN_HOUSEHOLD


def test_a_withdrawn_card_opens_nothing(inside, card):
    found, code = card
    cards.withdraw(found, CardLoss.LOST, inside.ms_yip.act())
    assert why(cards.find, inside.id, code) is Reason.NO_SUCH_CARD


def test_a_card_withdrawn_while_its_holder_typed_is_neither_claimed_nor_opened(inside, card):
    """The page found the card before the clerk withdrew it."""
    cards.withdraw(card[0], CardLoss.LOST, inside.ms_yip.act())
    assert why(claim, inside, card[0], inside.ah_fong) is Reason.NO_SUCH_CARD
    kind, fong = RightKind.FURTHER_CARD, inside.ah_fong.id
    by_two(inside, kind=kind, person_id=fong, present_id=inside.ah_kwok.id, at_desk=True)
    another = next(c for c, _ in cards.unclaimed(inside.upper_group) if c.household_id == inside.ah_fong.household_id)
    claim(inside, another, inside.ah_fong)
    cards.withdraw(another, CardLoss.LOST, inside.ms_yip.act())
    assert why(enter, another, "739264") is Reason.NO_SUCH_CARD


def test_a_card_of_another_village_is_unknown_here(inside, card):
    assert why(cards.find, inside.mr_wong.row().village_id, card[1]) is Reason.NO_SUCH_CARD


def test_a_cards_code_stands_in_the_database_only_encrypted(inside, card):
    kept = db.session.get(HouseholdCard, card[0].id)
    assert card[1] not in repr(vars(kept))


def test_an_office_counts_within_its_term_and_ends_when_it_is_ended(inside):
    fong = inside.ah_fong.row()
    given = give(inside, inside.ah_fong, Role.MEDIATOR, Term(date(2026, 1, 1), date(2026, 12, 31)))
    assert Role.MEDIATOR in roles_of(fong, on=date(2026, 12, 31))
    assert Role.MEDIATOR not in roles_of(fong, on=date(2027, 1, 1))
    end(inside, given)
    assert roles_of(fong, on=date(2026, 6, 1)) == {Role.VILLAGER}


def test_withdrawing_a_card_ends_the_sign_ins_it_opened(inside, card):
    holder = claim(inside, card[0], inside.ah_kwok)
    token = sign_ins.begin(holder, SignInWay.CARD, now=clock.now())
    other = sign_ins.begin(inside.ah_kwok.row(), SignInWay.CODE, now=clock.now())
    cards.withdraw(card[0], CardLoss.LOST, inside.ms_yip.act())
    assert sign_ins.find(token, now=clock.now()) is None
    assert sign_ins.find(other, now=clock.now()) is not None


def test_who_leaves_the_roll_is_signed_out_everywhere(inside):
    token = sign_ins.begin(inside.ah_kwok.row(), SignInWay.CODE, now=clock.now())
    db.session.add(Departure(person_id=inside.ah_kwok.id, village_id=inside.id, kind="moved", noted_at=clock.now()))
    db.session.commit()
    assert sign_ins.find(token, now=clock.now()) is None


def test_a_code_that_is_too_short_costs_no_try(inside, config):
    phone = ask(inside, inside.ah_fong.phone)
    for _ in range(8):
        assert why(check, inside, phone, "12345") is Reason.SHORT_CODE
    assert check(inside, phone, sent(config)[-1]["code"])
