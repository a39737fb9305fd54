"""Who stands on the roll of a poll."""

from datetime import date

from consult.domain.law import bodies, voting_rolls
from consult.domain.law.voting_rolls import Villager
from consult.domain.people.roles import Role

DAY = date(2026, 12, 1)


def villager(id: int, *, household: int = 1, group: int = 1, born: date = date(1970, 1, 1), **facts):
    defaults = {"is_head": False, "represents": False, "collective_member": False, "offices": frozenset()}
    return Villager(id=id, household_id=household, group_id=group, born=born, **(defaults | facts))


def freeze(villagers, code: str, group: int | None = None):
    return voting_rolls.freeze(villagers, bodies.find(code, province="", on=DAY), group_id=group, on=DAY)


def test_eighteen_on_the_day_may_vote_and_a_day_younger_may_not():
    people = [villager(1, born=date(2008, 12, 1)), villager(2, born=date(2008, 12, 2))]
    assert [u.person_id for u in freeze(people, "VA_people")] == [1]


def test_a_household_has_one_unit_and_its_chosen_adult_speaks_for_it():
    people = [villager(1, is_head=True), villager(2, represents=True), villager(3, household=2)]
    units = freeze(people, "VA_house")
    assert [(u.unit, u.person_id) for u in units] == [("household:1", 2), ("household:2", 3)]


def test_without_a_choice_the_head_speaks_and_without_a_head_the_oldest_adult():
    assert freeze([villager(1), villager(2, is_head=True)], "VA_house")[0].person_id == 2
    older = villager(2, born=date(1950, 1, 1))
    assert freeze([villager(1), older], "VA_house")[0].person_id == 2


def test_a_head_who_is_a_child_does_not_speak():
    people = [villager(1, is_head=True, born=date(2012, 1, 1)), villager(2)]
    assert freeze(people, "VA_house")[0].person_id == 2


def test_a_household_of_children_only_has_no_unit():
    assert freeze([villager(1, born=date(2015, 1, 1))], "VA_house") == []


def test_a_group_meeting_is_of_one_group():
    people = [villager(1, group=1), villager(2, household=2, group=2)]
    assert [u.person_id for u in freeze(people, "VG_people", group=2)] == [2]


def test_the_representative_assembly_is_of_representatives_and_committee_members():
    people = [
        villager(1, offices=frozenset({Role.REPRESENTATIVE})),
        villager(2, offices=frozenset({Role.COMMITTEE_MEMBER})),
        villager(3, offices=frozenset({Role.GRID_WORKER})),
    ]
    assert [u.person_id for u in freeze(people, "VRA")] == [1, 2]


def test_the_collective_counts_its_own_members_only():
    people = [villager(1, collective_member=True), villager(2)]
    assert [u.person_id for u in freeze(people, "CM")] == [1]


def test_two_offices_give_one_seat():
    people = [villager(1, offices=frozenset({Role.REPRESENTATIVE, Role.COMMITTEE_MEMBER}))]
    assert len(freeze(people, "VRA")) == 1


def test_units_are_numbered_in_the_order_of_the_roll():
    assert [u.number for u in freeze([villager(n, household=n) for n in (5, 3, 9)], "VA_people")] == [1, 2, 3]
