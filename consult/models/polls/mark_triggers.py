"""What the database refuses of marks on paper and by hand.

A mark is kept, also one that was undone; undoing it is the one way in which a unit gets its channel back, and ends with the
count. After the close a mark takes what two persons confirmed of this very poll.
"""

from consult.models.triggers import append_only

TABLES = ("mark_undoing", "late_marks", "late_marks_confirmation", "late_marks_end")

ALL_UNDONE = (
    "NEW.channel IS NULL AND OLD.channel IN ('paper', 'hands') AND NOT EXISTS ("
    "SELECT 1 FROM attendance_mark m WHERE m.poll_id = OLD.poll_id AND m.number = OLD.number AND NOT EXISTS ("
    "SELECT 1 FROM mark_undoing u WHERE u.poll_id = m.poll_id AND u.number = m.number AND u.turn = m.turn))"
)
BY_ONE = (
    "NEW.late AND NOT EXISTS (SELECT 1 FROM late_marks_confirmation c JOIN late_marks r ON r.id = c.request_id "
    "WHERE c.request_id = NEW.late_id AND r.poll_id = NEW.poll_id AND r.channel = NEW.channel)"
)
COUNTED = "EXISTS (SELECT 1 FROM poll_tally t WHERE t.poll_id = NEW.poll_id)"
KEPT, NO_SECOND, TOO_LATE = "a roll entry is frozen", "late marks take two persons", "the marks of a counted poll stay"


def statements(dialect: str) -> list[str]:
    """Return the DDL of schema 0028, for sqlite or postgresql."""
    return [*append_only(dialect, TABLES), *(_sqlite() if dialect == "sqlite" else _postgresql())]


def removal(dialect: str) -> list[str]:
    """Return the DDL back to the schema before: no channel is given back. The new tables go, and their triggers with them."""
    if dialect == "sqlite":
        return ["DROP TRIGGER attendance_mark_by_two", "DROP TRIGGER roll_entry_kept", _sqlite_entry("")]
    return [
        "DROP TRIGGER attendance_mark_by_two ON attendance_mark",
        "DROP FUNCTION refuse_late_marks",
        "DROP TRIGGER mark_undoing_in_time ON mark_undoing",
        "DROP FUNCTION refuse_undoing",
        _postgresql_entry(""),
    ]


def _sqlite_entry(unless: str) -> str:
    return (
        "CREATE TRIGGER roll_entry_kept BEFORE UPDATE ON roll_entry WHEN NEW.unit IS NOT OLD.unit "
        f"OR NEW.rev < OLD.rev OR (OLD.channel IS NOT NULL AND NEW.channel IS NOT OLD.channel{unless}) "
        f"BEGIN SELECT RAISE(ABORT, '{KEPT}'); END"
    )


def _sqlite() -> list[str]:
    return [
        "DROP TRIGGER roll_entry_kept",
        _sqlite_entry(f" AND NOT ({ALL_UNDONE})"),
        f"CREATE TRIGGER attendance_mark_by_two BEFORE INSERT ON attendance_mark WHEN {BY_ONE} "
        f"BEGIN SELECT RAISE(ABORT, '{NO_SECOND}'); END",
        f"CREATE TRIGGER mark_undoing_in_time BEFORE INSERT ON mark_undoing WHEN {COUNTED} "
        f"BEGIN SELECT RAISE(ABORT, '{TOO_LATE}'); END",
    ]


def _postgresql_entry(unless: str) -> str:
    return (
        "CREATE OR REPLACE FUNCTION refuse_swap() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF NEW.unit IS DISTINCT FROM OLD.unit OR NEW.rev < OLD.rev "
        f"OR (OLD.channel IS NOT NULL AND NEW.channel IS DISTINCT FROM OLD.channel{unless}) THEN "
        f"RAISE EXCEPTION '{KEPT}'; END IF; RETURN NEW; END $$"
    )


def _postgresql() -> list[str]:
    return [
        _postgresql_entry(f" AND NOT ({ALL_UNDONE})"),
        "CREATE FUNCTION refuse_late_marks() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {BY_ONE} THEN RAISE EXCEPTION '{NO_SECOND}'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER attendance_mark_by_two BEFORE INSERT ON attendance_mark "
        "FOR EACH ROW EXECUTE FUNCTION refuse_late_marks()",
        "CREATE FUNCTION refuse_undoing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {COUNTED} THEN RAISE EXCEPTION '{TOO_LATE}'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER mark_undoing_in_time BEFORE INSERT ON mark_undoing "
        "FOR EACH ROW EXECUTE FUNCTION refuse_undoing()",
    ]
