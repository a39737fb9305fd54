"""How many members a mediation committee has."""

import pytest

from consult.domain.cases.office.committee_size import is_lawful


@pytest.mark.parametrize(("members", "lawful"), [(0, False), (2, False), (3, True), (9, True), (10, False)])
def test_a_committee_has_three_to_nine_members(members, lawful):
    assert is_lawful(members) is lawful
