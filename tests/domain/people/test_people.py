"""Phones, ages, masks, codes."""

from datetime import date

import pytest

from consult.domain.people import codes, people, roles
from consult.domain.people.roles import Role


@pytest.mark.parametrize(
    "typed",
    [
        "13812345678",
        "138 1234 5678",
        "138-1234-5678",
        "+86 13812345678",
        "0086 138 1234 5678",
        "8613812345678",
        "１３８１２３４５６７８",
        "13812345678.0",
    ],
)
def test_a_mobile_number_has_one_stored_form(typed):
    assert people.phone_number(typed) == "13812345678"


@pytest.mark.parametrize("typed", ["", "1381234567", "23812345678", "138123456789", "零三八", "0763-3312345"])
def test_what_is_no_mobile_number_is_none(typed):
    assert people.phone_number(typed) is None


def test_a_hong_kong_number_keeps_its_country():
    assert people.phone_number("+852 9123 4567") == "+85291234567"


def test_names_and_phones_are_masked():
    assert (people.masked_name("张小明"), people.masked_name("李四")) == ("张*明", "李*")
    assert people.masked_phone("13812345678") == "138****5678"


def test_born_on_leap_day_is_of_age_on_the_first_of_march():
    born = date(2008, 2, 29)
    assert not people.is_adult(born, date(2026, 2, 28))
    assert people.is_adult(born, date(2026, 3, 1))


def test_codes_have_no_look_alikes():
    assert not set("0O1IL") & set(codes.new_code(4000))


def test_a_code_is_read_as_people_type_it():
    assert codes.as_typed(" k7qm-４txp ") == "K7QM4TXP"


def test_one_cell_may_name_several_offices():
    known, unknown = roles.offices_in("村党支部书记、村委会主任")
    assert [o.role for o in known] == [Role.BRANCH_SECRETARY, Role.COMMITTEE_MEMBER]
    assert unknown == []


def test_an_office_nobody_knows_is_named_not_guessed():
    assert roles.offices_in("护林员") == ([], ["护林员"])


@pytest.mark.parametrize(
    ("on", "counts"),
    [(date(2026, 1, 1), True), (date(2025, 12, 31), False), (date(2030, 12, 31), True), (date(2031, 1, 1), False)],
)
def test_an_office_counts_from_its_first_day_to_its_last(on, counts):
    assert roles.in_force(date(2026, 1, 1), date(2030, 12, 31), ended=False, on=on) is counts


def test_an_office_that_was_ended_counts_no_more():
    assert not roles.in_force(date(2026, 1, 1), None, ended=True, on=date(2026, 6, 1))


@pytest.mark.parametrize("said", ["06-004", "6-4", "６－４", " 06 004 ", "6—4"])
def test_a_households_code_is_known_without_its_zeros_and_with_any_hyphen(said):
    assert people.bare_code(said) == people.bare_code("06-004")


@pytest.mark.parametrize("other", ["64", "6-40", "60-4", "006-0041", ""])
def test_another_code_is_not_taken_for_it(other):
    assert people.bare_code(other) != people.bare_code("06-004")
