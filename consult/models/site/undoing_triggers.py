"""What the database refuses since schema 0034: undoing a mark after the close alone, changing a word on two matters.

After the close a mark is undone by what two persons confirmed of this very poll, or by a ruling of two on its contest.
"""

from consult.models.polls.mark_triggers import BY_ONE, COUNTED, NO_SECOND, TOO_LATE
from consult.models.triggers import append_only

TABLES = ("matter_comparison",)
NOT_ASKED_FOR = BY_ONE.replace("r.channel = NEW.channel)", "r.channel = NEW.channel AND NOT r.undoes)")
UNDONE_BY_ONE = (
    "NEW.late AND NOT EXISTS (SELECT 1 FROM late_marks_confirmation c JOIN late_marks r ON r.id = c.request_id "
    "WHERE c.request_id = NEW.late_id AND r.poll_id = NEW.poll_id AND r.undoes) "
    "AND NOT EXISTS (SELECT 1 FROM contest_ruling g JOIN contest d ON d.id = g.contest_id "
    "WHERE g.upheld AND NOT g.in_box AND d.about IN ('paper', 'hands') "
    "AND d.poll_id = NEW.poll_id AND d.number = NEW.number AND d.rev = NEW.turn)"
)
NO_SECOND_UNDOING = "after the close a mark is undone by two persons"


def statements(dialect: str) -> list[str]:
    """Return the DDL of schema 0034, for sqlite or postgresql."""
    return [*append_only(dialect, TABLES), *marks_by_two(dialect, NOT_ASKED_FOR, UNDONE_BY_ONE)]


def removal(dialect: str) -> list[str]:
    """Return the DDL back to the schema before. The new table goes, and its triggers with it."""
    return marks_by_two(dialect, BY_ONE, None)


def marks_by_two(dialect: str, marked_by_one: str, undone_by_one: str | None) -> list[str]:
    """Return the DDL that sets the triggers on marks and undoings anew. `undone_by_one` None: one may undo after the close."""
    if dialect == "sqlite":
        alone = (
            f"CREATE TRIGGER mark_undoing_by_two BEFORE INSERT ON mark_undoing WHEN {undone_by_one} "
            f"BEGIN SELECT RAISE(ABORT, '{NO_SECOND_UNDOING}'); END"
        )
        return [
            "DROP TRIGGER attendance_mark_by_two",
            f"CREATE TRIGGER attendance_mark_by_two BEFORE INSERT ON attendance_mark WHEN {marked_by_one} "
            f"BEGIN SELECT RAISE(ABORT, '{NO_SECOND}'); END",
            alone if undone_by_one else "DROP TRIGGER mark_undoing_by_two",
        ]
    alone = f" IF {undone_by_one} THEN RAISE EXCEPTION '{NO_SECOND_UNDOING}'; END IF;" if undone_by_one else ""
    return [
        "CREATE OR REPLACE FUNCTION refuse_late_marks() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {marked_by_one} THEN RAISE EXCEPTION '{NO_SECOND}'; END IF; RETURN NEW; END $$",
        "CREATE OR REPLACE FUNCTION refuse_undoing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {COUNTED} THEN RAISE EXCEPTION '{TOO_LATE}'; END IF;{alone} RETURN NEW; END $$",
    ]
