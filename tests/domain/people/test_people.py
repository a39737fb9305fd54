"""Phones, ages, masks, codes."""

from datetime import date

import pytest

from consult.domain import phone_numbers
from consult.domain.people import codes, people, roles
from consult.domain.people.roles import Role
from consult.domain.people.roll.words import office_words, words


def test_names_and_phones_are_masked():
    assert (people.masked_name("张小明"), people.masked_name("李四")) == ("张*明", "李*")
    assert phone_numbers.masked_phone("13812345678") == "138****5678"
    assert phone_numbers.masked_phone("+85291234567") == "+852****4567"


@pytest.mark.parametrize(
    ("name", "masked"), [("大", "*"), ("", ""), ("葛\U000e0100", "*"), ("葛\U000e0100天", "葛\U000e0100*")]
)
def test_a_name_of_one_character_is_masked_and_a_mark_on_it_is_none_of_its_own(name, masked):
    assert people.masked_name(name) == masked


def test_born_on_leap_day_is_of_age_on_the_first_of_march():
    born = date(2008, 2, 29)
    assert not people.is_adult(born, date(2026, 2, 28))
    assert people.is_adult(born, date(2026, 3, 1))


def test_codes_have_no_look_alikes():
    assert not set("0O1IL") & set(codes.new_code(4000))


def test_a_code_is_read_as_people_type_it():
    assert codes.as_typed(" k7qm-４txp ") == "K7QM4TXP"


def test_one_cell_may_name_several_offices():
    named = [words().offices.get(word) for word in office_words("村党支部书记、村委会主任")]
    assert named == [Role.BRANCH_SECRETARY, Role.COMMITTEE_MEMBER]


def test_an_office_nobody_knows_is_named_not_guessed():
    assert office_words("护林员") == ["护林员"] and "护林员" not in words().offices


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
