"""What the database itself refuses of meetings: a record that is changed, a called meeting whose rule or roll moves,
a vote that ends early without the chair's ending.
"""

from consult.models.triggers import (
    LONGER_ONLY,
    append_only,
    postgresql_frozen_poll,
    sqlite_frozen_poll,
)

MEETING_TABLES = (
    "meeting_change",
    "poll_ending",
    "proceeding",
    "arrival",
    "minutes_confirmation",
    "signed_page",
    "matter_choice",
    "motion_check",
    "deliberation_step",
    "petition_signature",
    "board_photo",
)
FROZEN = (
    "body",
    "group_id",
    "title",
    "called_by",
    "called_at",
    "short_notice_reason",
    "study_exception",
    "authorisation",
    "frozen",
    "fingerprint",
)
ENDED = "SELECT 1 FROM poll_ending e WHERE e.poll_id = OLD.id AND e.ended_at = NEW.closes_at"
ANNOUNCED = "SELECT 1 FROM poll p WHERE p.id = OLD.poll_id AND p.announced_at IS NOT NULL"
BY_CHAIR_TOO = f"NOT EXISTS ({ENDED}) AND ({LONGER_ONLY})"
"""Another closing time needs a confirmed extension, or the chair's ending."""


def statements(dialect: str) -> list[str]:
    """Return the DDL of schema 0004, for sqlite or postgresql."""
    return [*append_only(dialect, MEETING_TABLES), *(_sqlite() if dialect == "sqlite" else _postgresql())]


def removal(dialect: str) -> list[str]:
    """Back to the frozen poll of schema 0003. The tables go, and their triggers with them."""
    if dialect == "sqlite":
        return ["DROP TRIGGER poll_frozen", sqlite_frozen_poll(LONGER_ONLY)]
    return [
        postgresql_frozen_poll(LONGER_ONLY),
        "DROP TRIGGER meeting_frozen ON meeting",
        "DROP FUNCTION refuse_recall",
        "DROP TRIGGER meeting_poll_kept ON meeting_poll",
        "DROP FUNCTION refuse_unlinking",
        "DROP TRIGGER meeting_roll_entry_kept ON meeting_roll_entry",
        "DROP FUNCTION refuse_reseating",
    ]


def _sqlite() -> list[str]:
    thaw = " OR ".join(f"NEW.{c} IS NOT OLD.{c}" for c in FROZEN)
    return [
        "DROP TRIGGER poll_frozen",
        sqlite_frozen_poll(BY_CHAIR_TOO),
        f"CREATE TRIGGER meeting_frozen BEFORE UPDATE ON meeting WHEN OLD.called_at IS NOT NULL AND ({thaw}) "
        "BEGIN SELECT RAISE(ABORT, 'a called meeting is frozen'); END",
        "CREATE TRIGGER meeting_kept BEFORE DELETE ON meeting WHEN OLD.called_at IS NOT NULL "
        "BEGIN SELECT RAISE(ABORT, 'a called meeting is frozen'); END",
        "CREATE TRIGGER meeting_poll_no_update BEFORE UPDATE ON meeting_poll "
        "BEGIN SELECT RAISE(ABORT, 'a vote stays with its meeting'); END",
        f"CREATE TRIGGER meeting_poll_kept BEFORE DELETE ON meeting_poll WHEN EXISTS ({ANNOUNCED}) "
        "BEGIN SELECT RAISE(ABORT, 'a vote stays with its meeting'); END",
        "CREATE TRIGGER meeting_roll_entry_kept BEFORE UPDATE ON meeting_roll_entry "
        "WHEN NEW.unit IS NOT OLD.unit OR NEW.salt IS NOT OLD.salt "
        "BEGIN SELECT RAISE(ABORT, 'the roll of a meeting is frozen'); END",
        "CREATE TRIGGER meeting_roll_entry_stays BEFORE DELETE ON meeting_roll_entry "
        "BEGIN SELECT RAISE(ABORT, 'the roll of a meeting is frozen'); END",
    ]


def _postgresql() -> list[str]:
    thaw = " OR ".join(f"NEW.{c}::text IS DISTINCT FROM OLD.{c}::text" for c in FROZEN)
    return [
        postgresql_frozen_poll(BY_CHAIR_TOO),
        "CREATE FUNCTION refuse_recall() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF OLD.called_at IS NOT NULL AND (TG_OP = 'DELETE' OR {thaw}) THEN "
        "RAISE EXCEPTION 'a called meeting is frozen'; END IF; "
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER meeting_frozen BEFORE UPDATE OR DELETE ON meeting FOR EACH ROW EXECUTE FUNCTION refuse_recall()",
        "CREATE FUNCTION refuse_unlinking() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'UPDATE' OR EXISTS ({ANNOUNCED}) THEN "
        "RAISE EXCEPTION 'a vote stays with its meeting'; END IF; RETURN OLD; END $$",
        "CREATE TRIGGER meeting_poll_kept BEFORE UPDATE OR DELETE ON meeting_poll "
        "FOR EACH ROW EXECUTE FUNCTION refuse_unlinking()",
        "CREATE FUNCTION refuse_reseating() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF TG_OP = 'DELETE' OR NEW.unit IS DISTINCT FROM OLD.unit OR NEW.salt IS DISTINCT FROM OLD.salt THEN "
        "RAISE EXCEPTION 'the roll of a meeting is frozen'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER meeting_roll_entry_kept BEFORE UPDATE OR DELETE ON meeting_roll_entry "
        "FOR EACH ROW EXECUTE FUNCTION refuse_reseating()",
    ]
