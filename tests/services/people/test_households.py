"""A household by its code, as people say it, without reading all of the village's."""

import pytest

from consult.models import Group, Household, db
from consult.services.people.roll.persons import find_household

pytestmark = pytest.mark.both_databases


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("06-004", "06-004"),
        ("6-4", "06-004"),
        ("６－４", "06-004"),
        ("6-40", "6-40"),
        ("a12", "A-012"),
        ("A 12", "A-012"),
    ],
)
def test_a_household_is_found_by_its_code_said_without_zeros(inside, said, found):
    group = db.session.get_one(Group, inside.upper_group)
    for code in ("06-004", "6-40", "16-4", "A-012"):
        db.session.add(Household(village_id=inside.id, group_id=group.id, code=code))
    db.session.commit()
    house = find_household(inside.id, said)
    if said == "a12":  # one part, where the code has two
        assert house is None
    else:
        assert house is not None and house.code == found


@pytest.mark.parametrize("said", ["", "%", "6", "99-9", "_"])
def test_no_household_is_found_by_what_is_no_code_of_one(inside, said):
    db.session.add(Household(village_id=inside.id, group_id=inside.upper_group, code="06-004"))
    db.session.commit()
    assert find_household(inside.id, said) is None


def test_two_that_are_the_same_without_zeros_are_told_apart_by_the_whole_code_only(inside):
    for code in ("06-004", "6-04"):
        db.session.add(Household(village_id=inside.id, group_id=inside.upper_group, code=code))
    db.session.commit()
    assert find_household(inside.id, "6-4") is None
    assert find_household(inside.id, "6-04") is not None
