"""Offices: each has its place."""

from consult.domain.people.roles import SHOWN_IN_ORDER, Role


def test_every_office_has_its_place_among_those_that_pages_name():
    assert sorted(SHOWN_IN_ORDER) == sorted(set(Role) - {Role.VILLAGER})
