"""Officers are reminded of what the law asks for again and again; each of their own, near its end, and nobody is ranked."""

from datetime import date

import pytest

from consult.domain.law import duties
from consult.domain.people.roles import HeldOffice, Role


def codes(on: date, *held: HeldOffice) -> list[tuple[str, int | None]]:
    return [(duty.code, group) for duty, group in duties.to_remind(held, on=on)]


@pytest.mark.parametrize(
    ("on", "first", "last"),
    [
        (date(2026, 1, 1), date(2026, 1, 1), date(2026, 3, 31)),
        (date(2026, 6, 30), date(2026, 4, 1), date(2026, 6, 30)),
        (date(2026, 12, 31), date(2026, 10, 1), date(2026, 12, 31)),
    ],
)
def test_a_quarter_is_one_of_the_calendar(on, first, last):
    assert duties.all_rows()[0].period(on) == (first, last)


def test_a_year_is_one_of_the_calendar():
    assert duties.all_rows()[1].period(date(2028, 2, 29)) == (date(2028, 1, 1), date(2028, 12, 31))


def test_the_representatives_meeting_is_called_to_mind_in_the_last_days_of_a_quarter():
    committee = HeldOffice(Role.COMMITTEE_MEMBER)
    assert ("representatives_meet", None) not in codes(date(2026, 8, 30), committee)
    assert ("representatives_meet", None) in codes(date(2026, 8, 31), committee)
    assert ("representatives_meet", None) in codes(date(2026, 9, 30), committee)


def test_a_director_is_reminded_of_their_own_organisation_and_a_villager_of_nothing():
    december = date(2026, 12, 15)
    assert codes(december, HeldOffice(Role.COLLECTIVE_DIRECTOR, 7)) == [("members_meet", 7)]
    assert codes(december, HeldOffice(Role.COLLECTIVE_DIRECTOR)) == [("members_meet", None)]
    assert codes(december, HeldOffice(Role.VILLAGER)) == []
