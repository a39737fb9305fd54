"""Codes belong to the browser that asked; guessing is bounded; nobody keeps another out."""

import json
from datetime import timedelta
from fractions import Fraction

import pytest
from sqlalchemy import select

from consult import clock
from consult.domain.audit import Tag
from consult.domain.people import pins
from consult.domain.people.codes import (
    CODE_TRIES,
    LONG,
    LONGEST,
    RESERVED,
    SHORT,
    STRANGERS,
    TryLimits,
    chance_of_any_number,
    is_short_code,
)
from consult.domain.phone_numbers import phone_number, takes_messages
from consult.domain.refusals import Reason, Refused
from consult.models import AuditEntry, OneTimeCode, Village, db
from consult.services.core import crypto
from consult.services.people import codes
from consult.services.people.limits.askers import Asker, known_number, number_of
from consult.web.words import refusal_words

MINE, OTHER = Asker("my browser"), Asker("another browser")
BAR = Fraction(1, 10_000)


def number(n: int) -> str:
    return f"137{n:08}"


def ask(cast, phone: str, asker: Asker = MINE, *, at=timedelta(0)) -> Reason | None:
    return refusal(lambda: codes.ask(cast.id, phone, now=clock.now() + at, asker=asker))


def check(cast, phone: str, typed: str, asker: Asker = MINE, *, at=timedelta(0)) -> Reason | None:
    return refusal(lambda: codes.check(cast.id, phone, typed, now=clock.now() + at, asker=asker))


def refusal(act) -> Reason | None:
    try:
        act()
    except Refused as refused:
        return refused.reason
    return None


def last_code(config) -> str:
    return json.loads((config.instance_path / "outbox.jsonl").read_text().splitlines()[-1])["code"]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10 ** len(code):0{len(code)}d}"


def tried(cast, tries: int, *, length: int = LONG, phone: str = "13700000000", known: bool = False) -> None:
    """So many wrong codes were typed today, whoever typed them."""
    now = clock.now()
    row = OneTimeCode(
        village_id=cast.id,
        phone_mark=crypto.mark("phone", phone),
        code_mark="-",
        sent_at=now - timedelta(hours=2),
        expires_at=now - timedelta(hours=1),
        used_at=now - timedelta(hours=1),
        asker_mark="somebody",
        length=length,
        tries=tries,
        known=known,
    )
    db.session.add(row)
    db.session.commit()


def test_the_chance_that_any_account_is_guessed_in_a_day_is_under_one_in_ten_thousand():
    assert pins.chance_of_any_account() < BAR


def test_the_chance_would_be_too_large_without_the_limit_of_the_server():
    unlimited = TryLimits(number=50, session=50, village_short=10_000, village=0, server_short=10_000, server=0)
    assert chance_of_any_number(unlimited) > BAR


@pytest.mark.both_databases
def test_wrong_tries_in_another_browser_neither_kill_nor_use_up_my_code(inside, config):
    ask(inside, inside.ah_fong.phone)
    mine = last_code(config)
    for _ in range(3 * CODE_TRIES):
        assert check(inside, inside.ah_fong.phone, wrong(mine), OTHER) is Reason.WRONG_CODE
    assert check(inside, inside.ah_fong.phone, mine) is None


def test_the_right_code_opens_nothing_in_another_browser(inside, config):
    ask(inside, inside.ah_fong.phone)
    assert check(inside, inside.ah_fong.phone, last_code(config), OTHER) is Reason.WRONG_CODE
    assert check(inside, inside.ah_fong.phone, last_code(config)) is None


def test_a_code_asked_by_another_browser_leaves_mine_alive(inside, config):
    ask(inside, inside.ah_fong.phone)
    mine = last_code(config)
    ask(inside, inside.ah_fong.phone, OTHER, at=timedelta(minutes=2))
    assert check(inside, inside.ah_fong.phone, mine, at=timedelta(minutes=3)) is None


@pytest.mark.both_databases
def test_asking_anew_gives_no_new_tries_at_a_number(inside, config):
    for n in range(STRANGERS.number // CODE_TRIES):
        browser, at = Asker(f"browser {n}"), timedelta(minutes=2 * n)
        assert ask(inside, inside.ah_fong.phone, browser, at=at) is None
        code = last_code(config)
        for _ in range(CODE_TRIES):
            assert check(inside, inside.ah_fong.phone, wrong(code), browser, at=at) is Reason.WRONG_CODE
    later = timedelta(hours=3)
    assert ask(inside, inside.ah_fong.phone, Asker("a new one"), at=later) is Reason.CODES_CAPPED
    assert ask(inside, inside.ah_fong.phone, Asker("a new one"), at=timedelta(days=2)) is None


def test_who_has_signed_in_on_this_phone_before_is_not_kept_out_by_strangers(inside, config):
    tried(inside, STRANGERS.number, phone=inside.ah_fong.phone)
    mark = crypto.mark("phone", inside.ah_fong.phone)
    mine = Asker("my phone", frozenset({known_number(mark)}))
    assert ask(inside, inside.ah_fong.phone, OTHER) is Reason.CODES_CAPPED
    assert ask(inside, inside.ah_fong.phone, mine) is None
    assert check(inside, inside.ah_fong.phone, last_code(config), mine) is None


def test_ten_codes_asked_by_strangers_keep_no_owner_out(inside):
    for n in range(10):
        hours = timedelta(hours=n // 4, minutes=2 * n)
        assert ask(inside, inside.ah_fong.phone, Asker(f"browser {n}"), at=hours) is None
    mine = Asker("my phone", frozenset({number_of(inside.ah_fong.phone)}))
    assert ask(inside, inside.ah_fong.phone, OTHER, at=timedelta(hours=4)) is Reason.WAIT_FOR_CODE
    assert ask(inside, inside.ah_fong.phone, mine, at=timedelta(hours=4)) is None


def test_a_known_number_is_made_up_by_nobody(inside):
    tried(inside, STRANGERS.number, phone=inside.ah_fong.phone)
    forged = Asker("x", frozenset({crypto.mark("phone", inside.ah_fong.phone)[:24], inside.ah_fong.phone, ""}))
    assert ask(inside, inside.ah_fong.phone, forged) is Reason.CODES_CAPPED


def test_one_session_has_twenty_wrong_tries_a_day_over_all_numbers(inside):
    for n in range(STRANGERS.session // CODE_TRIES):
        ask(inside, number(n), at=timedelta(minutes=n))
        for _ in range(CODE_TRIES):
            assert check(inside, number(n), "12345678", at=timedelta(minutes=n)) is Reason.WRONG_CODE
    assert ask(inside, number(99), at=timedelta(hours=2)) is Reason.CODES_CAPPED


def test_one_session_asks_ten_codes_an_hour_over_all_numbers(inside):
    for n in range(10):
        assert ask(inside, number(n), at=timedelta(seconds=n)) is None
    assert ask(inside, number(99), at=timedelta(minutes=20)) is Reason.WAIT_FOR_CODE
    assert ask(inside, number(99), OTHER, at=timedelta(minutes=20)) is None


def test_many_wrong_codes_make_the_codes_longer_instead_of_keeping_people_out(inside, config):
    ask(inside, inside.ah_fong.phone)
    short = last_code(config)
    assert len(short) == SHORT
    tried(inside, STRANGERS.village_short, length=SHORT)
    assert check(inside, inside.ah_fong.phone, short) is Reason.CODE_TOO_SHORT
    assert ask(inside, inside.ah_fong.phone, at=timedelta(minutes=2)) is None
    long = last_code(config)
    assert len(long) == LONG
    assert check(inside, inside.ah_fong.phone, long[:7], at=timedelta(minutes=2)) is Reason.SHORT_CODE
    assert check(inside, inside.ah_fong.phone, long, at=timedelta(minutes=2)) is None


def facts(cast) -> list[dict[str, str]]:
    entries = db.session.scalars(
        select(AuditEntry).where(AuditEntry.tag == Tag.CODES_CAPPED).order_by(AuditEntry.number)
    )
    return [json.loads(one.facts) for one in entries if one.village_id == cast.id]


@pytest.mark.both_databases
def test_beyond_the_limit_of_a_village_codes_are_longest_and_nobody_is_kept_out(inside, config):
    ask(inside, inside.ah_fong.phone)
    tried(inside, STRANGERS.village)
    for _ in range(3):
        assert check(inside, inside.ah_fong.phone, last_code(config)) is Reason.CODE_TOO_SHORT
    assert ask(inside, inside.ah_fong.phone, at=timedelta(minutes=2)) is None
    assert len(last_code(config)) == LONGEST
    assert check(inside, inside.ah_fong.phone, last_code(config), at=timedelta(minutes=2)) is None
    assert facts(inside) == [{"cap": "village", "what": "tries"}], "the alarm, once a day"
    assert inside.row().codes_capped_at is not None


def test_the_wrong_code_that_reaches_a_limit_raises_the_alarm(inside, config):
    ask(inside, inside.ah_fong.phone)
    tried(inside, STRANGERS.village_short - 1, length=SHORT)
    assert check(inside, inside.ah_fong.phone, wrong(last_code(config))) is Reason.WRONG_CODE
    assert facts(inside) == [{"cap": "village", "what": "tries"}]


def test_the_limit_of_the_server_counts_over_all_villages_and_all_are_told(inside, config):
    tried(inside, STRANGERS.server)
    there = db.session.scalars(select(Village).where(Village.id != inside.id)).one()
    assert refusal(lambda: codes.ask(there.id, inside.mr_wong.phone, now=clock.now())) is None
    assert len(last_code(config)) == LONGEST
    assert all(one.codes_capped_at for one in db.session.scalars(select(Village)))


@pytest.mark.both_databases
@pytest.mark.parametrize("on_roll", [True, False], ids=["on the roll", "on no roll"])
def test_no_length_of_a_code_tells_whether_a_number_is_on_the_roll(inside, on_roll):
    """Wrong codes for one number, then a look at how many digits the page asks for at another one."""
    one, seen = inside.ah_fong.phone if on_roll else number(1), []
    for n in range(STRANGERS.village_short // CODE_TRIES):
        browser, at = Asker(f"browser {n}"), timedelta(minutes=2 * n)
        assert ask(inside, one, browser, at=at) is None
        for _ in range(CODE_TRIES):
            assert check(inside, one, "123456", browser, at=at) is Reason.WRONG_CODE
        assert ask(inside, number(50 + n), OTHER, at=at + timedelta(minutes=1)) is None
        seen.append(codes.length_of(inside.id, number(50 + n), OTHER))
    assert seen == [SHORT, LONG]


@pytest.mark.both_databases
def test_what_is_typed_for_numbers_on_no_roll_makes_no_code_longest_and_keeps_nobody_out(inside, config):
    for n in range(STRANGERS.village // CODE_TRIES):
        browser, at = Asker(f"browser {n}"), timedelta(seconds=n)
        assert ask(inside, number(n), browser, at=at) is None
        for _ in range(CODE_TRIES):
            assert check(inside, number(n), "1" * LONGEST, browser, at=at) is Reason.WRONG_CODE
    assert ask(inside, inside.ah_fong.phone, at=timedelta(minutes=2)) is None
    assert len(last_code(config)) == LONG
    assert check(inside, inside.ah_fong.phone, last_code(config), at=timedelta(minutes=2)) is None


def sent_today(cast, n: int, phone: str, *, sent: bool = True) -> None:
    now, mark = clock.now(), crypto.mark("phone", phone)
    at = {"sent_at": now - timedelta(hours=5), "expires_at": now - timedelta(hours=4), "used_at": now, "sent": sent}
    rows = [OneTimeCode(village_id=cast.id, phone_mark=mark, code_mark="-", asker_mark=f"{i}", **at) for i in range(n)]
    db.session.add_all(rows)
    db.session.commit()


def test_one_stranger_who_asks_for_numbers_on_no_roll_uses_up_nothing(app, inside, config):
    sent_today(inside, config.codes_per_day + 1, "13711111111", sent=False)
    sent_today(inside, RESERVED, inside.ah_fong.phone)
    assert ask(inside, inside.ah_fong.phone) is None


def test_a_village_pays_for_its_codes_of_a_day_and_for_the_first_ones_of_each_number(app, inside, config):
    sent_today(inside, config.codes_per_day * 4 // 5, "13711111111")
    for n in range(RESERVED):
        assert ask(inside, inside.ah_fong.phone, at=timedelta(minutes=2 * n)) is None
    later = timedelta(minutes=10)
    assert ask(inside, inside.ah_fong.phone, at=later) is Reason.CODES_CAPPED
    assert facts(inside) == [{"cap": "village", "what": "messages"}]
    mine = Asker("my phone", frozenset({number_of(inside.ah_fong.phone)}))
    assert ask(inside, inside.ah_fong.phone, mine, at=later) is None


def test_slips_before_the_right_code_count_no_longer(inside, config):
    for n in range(4):
        at = timedelta(hours=n)
        ask(inside, inside.ah_fong.phone, at=at)
        code = last_code(config)
        for _ in range(CODE_TRIES - 1):
            assert check(inside, inside.ah_fong.phone, wrong(code), at=at) is Reason.WRONG_CODE
        assert check(inside, inside.ah_fong.phone, code, at=at) is None, f"hour {n}"


def test_a_clock_that_leapt_ahead_gives_no_new_codes_and_no_new_tries(inside, config):
    for n in range(STRANGERS.number // CODE_TRIES):
        ask(inside, inside.ah_fong.phone, Asker(f"browser {n}"), at=timedelta(minutes=2 * n))
        for _ in range(CODE_TRIES):
            check(inside, inside.ah_fong.phone, "000000", Asker(f"browser {n}"), at=timedelta(minutes=2 * n))
    inside.row().clock_trusted_at = clock.now() + timedelta(hours=1)
    db.session.commit()
    assert ask(inside, inside.ah_fong.phone, at=timedelta(days=3)) is Reason.CODES_CAPPED


def test_a_code_seen_to_be_too_old_stays_dead_when_the_clock_steps_back(inside, config):
    ask(inside, inside.ah_fong.phone)
    code = last_code(config)
    assert check(inside, inside.ah_fong.phone, code, at=timedelta(minutes=11)) is Reason.WRONG_CODE
    assert check(inside, inside.ah_fong.phone, code, at=timedelta(minutes=2)) is Reason.WRONG_CODE


def test_limits_hold_when_the_clock_steps_back(inside):
    assert ask(inside, inside.ah_fong.phone, at=timedelta(hours=1)) is None
    assert ask(inside, inside.ah_fong.phone) is Reason.WAIT_FOR_CODE


@pytest.mark.parametrize(
    "text", ["13800000001", "+86 165 0000 0001", "+852 9123 4567", "+852 5123 4567", "+853 6612 3456"]
)
def test_codes_go_to_mobile_numbers_of_the_mainland_hong_kong_and_macau(text):
    assert takes_messages(phone_number(text) or "")


@pytest.mark.parametrize(
    "text", ["+852 2123 4567", "+853 2812 3456", "+44 7700 900123", "+1 900 555 0100", "12345678901"]
)
def test_codes_go_to_no_other_number(inside, text):
    assert ask(inside, text) is Reason.NOT_A_PHONE


def test_a_long_code_is_short_until_its_last_digit():
    assert is_short_code("1234567", LONG) and not is_short_code("12345678", LONG)


def test_the_sentences_name_another_way_in(inside):
    for reason in (Reason.CODES_CAPPED, Reason.WAIT_FOR_CODE):
        sentence = refusal_words.refusal(Refused(reason, minutes=5))
        assert "户卡" in sentence and "村委会" in sentence
