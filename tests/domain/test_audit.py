"""Canonical form, hashes, heads."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consult.domain import audit
from consult.domain.audit import GENESIS, Link

LINK = Link(1, 1, datetime(2026, 12, 1, tzinfo=UTC), 7, "poll:closed", "poll:1", "{}", GENESIS)
facts = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
    max_leaves=20,
)


def test_canonical_json_has_one_spelling():
    assert audit.canonical({"b": 1, "a": ["榕", None]}) == '{"a":["榕",null],"b":1}'


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])  # slow only beside browsers
@given(st.dictionaries(st.text(), facts))
def test_the_order_of_keys_does_not_change_it(value):
    assert audit.canonical(value) == audit.canonical(dict(reversed(list(value.items()))))


def test_a_float_is_refused():
    with pytest.raises(TypeError):
        audit.canonical({"share": [0.5]})


@pytest.mark.parametrize(
    "change",
    [{"number": 2}, {"actor_id": 8}, {"tag": "x"}, {"subject": "poll:2"}, {"facts": "[]"}, {"prev_hash": "1" * 64}],
)
def test_changing_any_part_of_an_entry_changes_its_hash(change):
    assert Link(**{**LINK.__dict__, **change}).digest() != LINK.digest()


def test_the_same_instant_in_another_zone_has_the_same_hash():
    moved = LINK.recorded_at.astimezone(timezone(timedelta(hours=8)))
    assert Link(**{**LINK.__dict__, "recorded_at": moved}).digest() == LINK.digest()


def test_a_printed_head_is_eight_groups_of_four_digits():
    groups = audit.head_digits(LINK.digest()).split(" ")
    assert [len(g) for g in groups] == [4] * 8
    assert all(g.isdigit() for g in groups)


def test_a_commitment_depends_on_salt_and_choice():
    assert audit.commitment("a", "[1]") != audit.commitment("b", "[1]") != audit.commitment("b", "[2]")
