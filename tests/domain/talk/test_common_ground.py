"""What may be said of opinion groups: sizes and tenths, nothing small, nothing that tells one person's answer."""

import json
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from consult.domain.talk import common_ground as rules
from consult.domain.talk.common_ground import Cell, Finding
from tests.planted import village

NOW = datetime(2026, 7, 1, tzinfo=UTC)
REACTIONS = st.dictionaries(
    st.integers(1000, 1040), st.dictionaries(st.integers(1, 8), st.sampled_from((-1, 0, 1)), max_size=8), max_size=40
)


def test_a_statement_is_common_only_when_most_of_every_group_agree():
    cells = {1: (Cell(10, 8, 1), Cell(6, 4, 2)), 2: (Cell(10, 9, 0), Cell(6, 3, 3)), 3: (Cell(10, 10, 0), None)}
    found = Finding(16, (10, 6), cells)
    assert rules.common(found) == [1]


def test_exactly_half_is_not_most():
    assert not Cell(10, 5, 0).mostly_agrees and Cell(11, 6, 0).mostly_agrees


def test_opinions_differ_where_one_group_mostly_agrees_and_another_mostly_disagrees():
    found = Finding(16, (10, 6), {1: (Cell(10, 8, 1), Cell(6, 1, 5)), 2: (Cell(10, 8, 1), Cell(6, 3, 2))})
    assert rules.dividing(found) == [1]


def test_shares_are_tenths_rounded_down():
    assert (Cell(11, 9, 1).agree_tenths, Cell(11, 9, 1).disagree_tenths) == (8, 0)


@given(REACTIONS, st.integers(1, 4))
def test_nothing_shown_is_about_fewer_than_five_and_nobody_is_named(reactions, parts):
    people = sorted(reactions)
    found = rules.finding(reactions, [people[n::parts] for n in range(parts)])
    assert all(size >= rules.LEAST_GROUP for size in found.sizes)
    assert all(cell is None or cell.seen >= rules.LEAST_GROUP for row in found.cells.values() for cell in row)
    written = json.dumps(found.as_facts())
    assert not any(str(person) in written for person in people)
    assert Finding.from_facts(json.loads(written)) == found


def test_one_more_answer_never_makes_a_new_finding():
    at = {"computed_at": NOW - timedelta(hours=2), "now": NOW}
    assert not rules.due(reactions=104, counted=100, **at)
    assert rules.due(reactions=105, counted=100, **at)


def test_after_a_day_two_more_are_enough_but_one_never():
    at = {"computed_at": NOW - timedelta(days=2), "now": NOW}
    assert rules.due(reactions=102, counted=100, **at)
    assert not rules.due(reactions=101, counted=100, **at)
    assert not rules.due(reactions=100, counted=100, **at)


def test_what_all_groups_were_planted_to_agree_on_is_found():
    reactions, planted = village(7)
    groups = [[p for p, g in planted.items() if g == n] for n in range(3)]
    assert set(range(20, 30)) <= set(rules.common(rules.finding(reactions, groups)))
