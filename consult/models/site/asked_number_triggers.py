"""What the database refuses since schema 0041: a mark after the close, or its undoing, whose number two persons did not confirm.

Before, it was enough that they had confirmed some request of the poll: of other numbers, and for an undoing of another way.
"""

from consult.models.polls.mark_triggers import BY_ONE
from consult.models.site import undoing_triggers
from consult.models.site.undoing_triggers import marks_by_two

NAMED = {
    "sqlite": "EXISTS (SELECT 1 FROM json_each(r.numbers) j WHERE j.value = NEW.number)",
    "postgresql": "CAST(r.numbers AS jsonb) @> to_jsonb(NEW.number)",
}
"""Tells, by dialect, that a request names the number."""
OF_ITS_WAY = (
    "EXISTS (SELECT 1 FROM attendance_mark a WHERE a.poll_id = NEW.poll_id AND a.number = NEW.number "
    "AND a.turn = NEW.turn AND a.channel = r.channel)"
)


def statements(dialect: str) -> list[str]:
    """Return the DDL of schema 0041, for sqlite or postgresql."""
    named = NAMED[dialect]
    asked = BY_ONE.replace("r.channel = NEW.channel)", f"r.channel = NEW.channel AND NOT r.undoes AND {named})")
    undone = undoing_triggers.UNDONE_BY_ONE.replace("AND r.undoes) ", f"AND r.undoes AND {named} AND {OF_ITS_WAY}) ")
    return [*_dropped(dialect), *marks_by_two(dialect, asked, undone)]


def removal(dialect: str) -> list[str]:
    """Return the DDL back to the schema before."""
    before = marks_by_two(dialect, undoing_triggers.NOT_ASKED_FOR, undoing_triggers.UNDONE_BY_ONE)
    return [*_dropped(dialect), *before]


def _dropped(dialect: str) -> list[str]:
    return ["DROP TRIGGER mark_undoing_by_two"] if dialect == "sqlite" else []
