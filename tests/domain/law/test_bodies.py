"""bodies.toml: the numbers of the law, each with its source."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from consult.domain.law import bodies
from consult.domain.law.bodies import QuorumBase, UnitKind

TODAY = date(2026, 12, 1)


def body(code: str, province: str = ""):
    return bodies.find(code, province=province, on=TODAY)


def test_all_bodies_of_the_law_are_there():
    assert bodies.codes() == [
        "VA_people",
        "VA_house",
        "VRA",
        "VG_people",
        "VG_house",
        "CM",
        "CRA",
        "BOARD",
        "NONMEMBER",
        "PARTY",
        "VC",
        "COUNCIL",
        "TWO_COMMITTEES",
    ]


def test_every_row_names_its_source_and_the_day_it_holds_from():
    assert all(row.source and row.valid_from <= TODAY for row in bodies.all_rows())


def test_the_villagers_assembly_by_persons_needs_more_than_half_and_by_households_two_thirds():
    assert (body("VA_people").quorum.needed(1464), body("VA_house").quorum.needed(412)) == (733, 275)


@pytest.mark.parametrize(("code", "needed"), [("CM", 200), ("NONMEMBER", 225), ("CRA", 200), ("BOARD", 151)])
def test_the_collective_counts_against_all_its_members(code, needed):
    found = body(code)
    assert found.base is QuorumBase.ALL
    assert found.majority.needed(300) == needed


@pytest.mark.parametrize("code", ["VA_people", "VA_house", "CM", "NONMEMBER"])
def test_assemblies_take_ten_days_of_notice(code):
    assert body(code).notice_days == 10


def test_the_law_names_an_online_form_for_the_collective_members_only():
    assert {row.code for row in bodies.all_rows() if row.online} == {"CM", "NONMEMBER"}


def test_the_council_only_advises():
    assert body("COUNCIL").consultative


def test_households_vote_in_two_bodies():
    assert {row.code for row in bodies.all_rows() if row.unit is UnitKind.HOUSEHOLD} == {"VA_house", "VG_house"}


def test_a_provinces_own_row_goes_before_the_nations():
    assert body("VRA").notice_days == 0
    assert body("VRA", province="海南").notice_days == 3
    assert body("VA_people", province="海南").notice_days == 10


def test_before_its_day_a_rule_does_not_hold():
    with pytest.raises(KeyError):
        bodies.find("VA_people", province="", on=date(2025, 12, 31))


def test_ten_days_of_notice_are_ten_full_days():
    assert bodies.first_opening_day(date(2026, 3, 1), 10) == date(2026, 3, 12)


def test_without_notice_days_a_poll_may_open_the_same_day():
    assert bodies.first_opening_day(date(2026, 3, 1), 0) == date(2026, 3, 1)


def test_a_share_survives_being_frozen():
    for row in bodies.all_rows():
        assert bodies.Share.from_facts(row.majority.as_facts()) == row.majority


FUTURE = date(2027, 3, 1)


def future(**changes: object) -> list[bodies.Body]:
    """The rows of today, with a province's own and a newer national one for the representatives."""
    nation, own = body("VRA"), body("VRA", "海南")
    return [nation, own, replace(nation, valid_from=FUTURE, source="new", **changes)]


@pytest.mark.parametrize(
    ("supersedes", "source"),
    [((), "海南"), (("海南",), "new"), (("*",), "new"), (("浙江",), "海南")],
)
def test_a_newer_national_row_takes_the_place_of_a_provinces_older_one_where_it_says_so(supersedes, source):
    rows = future(supersedes=frozenset(supersedes))
    assert source in bodies.find("VRA", province="海南", on=FUTURE, rows=rows).source
    before = bodies.find("VRA", province="海南", on=FUTURE - timedelta(days=1), rows=rows)
    assert "海南" in before.source, "not before its day"


def test_a_provinces_row_made_after_it_goes_before_it_again():
    rows = future(supersedes=frozenset("*"))
    rows.append(replace(body("VRA", "海南"), valid_from=FUTURE + timedelta(days=30), source="newest"))
    assert bodies.find("VRA", province="海南", on=FUTURE + timedelta(days=31), rows=rows).source == "newest"


def test_after_its_last_day_a_row_does_not_hold():
    rows = [body("VRA"), replace(body("VRA", "海南"), valid_until=FUTURE)]
    assert "海南" in bodies.find("VRA", province="海南", on=FUTURE, rows=rows).source
    assert "海南" not in bodies.find("VRA", province="海南", on=FUTURE + timedelta(days=1), rows=rows).source


def test_only_national_rows_say_whose_place_they_take():
    assert not [row for row in bodies.all_rows() if row.supersedes and row.province]
    assert all(row.valid_until is None or row.valid_from <= row.valid_until for row in bodies.all_rows())
