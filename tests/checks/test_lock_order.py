"""The watch over the order of locks, which stands in every test, sees an inversion."""

import pytest

from tests.lock_order import inversion, locked_by


@pytest.mark.parametrize(
    ("statement", "tables"),
    [
        ("SELECT poll.id \nFROM poll \nWHERE poll.id = 1 FOR UPDATE", ["poll"]),
        ("SELECT village.id FROM village WHERE id = 1 FOR NO KEY UPDATE", ["village"]),
        ("SELECT a.x FROM roll_entry JOIN person ON 1 FOR UPDATE OF roll_entry", ["roll_entry"]),
        ("UPDATE audit_head SET number=2", ["audit_head"]),
        ("SELECT poll.id FROM poll", []),
        ("INSERT INTO comment (id) VALUES (1)", []),
    ],
)
def test_a_statement_locks_the_tables_it_names(statement, tables):
    assert locked_by(statement) == tables


@pytest.mark.parametrize(
    ("held", "name", "wrong"),
    [
        (["village", "poll"], "meeting", True),
        (["poll"], "village", True),
        (["audit_head"], "case_reader", True),
        (["mediation_case"], "village", True),
        (["village", "meeting", "poll", "consultation", "comment", "roll_entry"], "audit_head", False),
        (["poll", "audit_head"], "poll", False),
    ],
)
def test_what_comes_too_late_is_an_inversion(held, name, wrong):
    assert bool(inversion(held, name)) is wrong
