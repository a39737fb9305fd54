"""Terms of offices and the ways to them, as the law has them."""

from datetime import date

import pytest

from consult.domain.people import office_terms
from consult.domain.people.office_terms import OfficeSource
from consult.domain.people.roles import OFF_THE_ROLL, Role


@pytest.mark.parametrize(
    ("role", "years"),
    [
        (Role.COMMITTEE_MEMBER, 5),
        (Role.REPRESENTATIVE, 5),
        (Role.GROUP_HEAD, 5),
        (Role.SUPERVISOR, 5),
        (Role.COLLECTIVE_DIRECTOR, 5),
        (Role.COLLECTIVE_REPRESENTATIVE, 5),
        (Role.HEAD_OF_MEDIATION, 3),
    ],
)
def test_a_term_has_the_years_of_the_law_and_names_its_article(role, years):
    rule = office_terms.rules()[role]
    assert rule.years == years
    assert rule.law.startswith("《")


def test_the_last_day_is_the_one_before_the_same_day_of_the_last_year():
    assert office_terms.last_day(Role.COMMITTEE_MEMBER, date(2026, 3, 1)) == date(2031, 2, 28)
    assert office_terms.last_day(Role.COMMITTEE_MEMBER, date(2028, 2, 29)) == date(2033, 2, 27)
    assert office_terms.last_day(Role.CLERK, date(2026, 3, 1)) is None


def test_a_term_is_over_on_the_day_after_its_last():
    first = date(2026, 3, 1)
    assert not office_terms.is_over(Role.GROUP_HEAD, first, on=date(2031, 2, 28))
    assert office_terms.is_over(Role.GROUP_HEAD, first, on=date(2031, 3, 1))
    assert not office_terms.is_over(Role.CLERK, first, on=date(2060, 1, 1))


def test_nobody_appoints_those_whom_villagers_and_members_elect():
    elected = {role for role, rule in office_terms.rules().items() if OfficeSource.APPOINTED not in rule.ways}
    assert {Role.COMMITTEE_MEMBER, Role.SUPERVISOR, Role.REPRESENTATIVE, Role.COLLECTIVE_DIRECTOR} <= elected
    assert office_terms.may_come_by(Role.CLERK, OfficeSource.APPOINTED)
    assert office_terms.may_come_by(Role.BRANCH_SECRETARY, OfficeSource.APPOINTED)


def test_no_office_of_somebody_off_the_roll_is_one_that_the_law_lets_villagers_elect():
    assert not OFF_THE_ROLL & office_terms.rules().keys()
