"""Triggers that refuse changing or deleting what was recorded.

Append-only are ballots, log entries, tallies, declarations, announced polls, roll entries, revisions, official answers,
signed summaries, acceptances, count sheets and changes confirmed by two.
They protect against a mistake in our own code and a careless administrator. Against one who removes the triggers first,
the log's hashes and the head on the printed notices protect.
"""

from collections.abc import Sequence

BALLOT_TABLES = ("audit_entry", "ballot_event", "poll_tally", "declaration")
TALK_TABLES = (
    "phase_entry",
    "withdrawal",
    "merger",
    "proposal_revision",
    "official_answer",
    "opinion_summary",
    "progress",
    "acceptance",
    "rating",
)
CHANNEL_TABLES = (
    "assistance",
    "proxy_letter",
    "box_visit",
    "attendance_mark",
    "contest",
    "count_sheet",
    "sheet_entry",
    "sheet_confirmation",
    "poll_change",
    "poll_change_confirmation",
)
FROZEN_COLUMNS = (
    "body",
    "kind",
    "question",
    "max_choices",
    "standing",
    "standing_source",
    "short_notice_reason",
    "group_id",
    "opens_at",
    "closes_at",
    "announced_at",
    "adult_on",
    "frozen",
    "fingerprint",
    "roll_people",
    "roll_households",
)


def append_only(dialect: str, tables: Sequence[str]) -> list[str]:
    """Return the DDL that makes tables append-only. On PostgreSQL the function of `statements` must be there."""
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{act} BEFORE {act.upper()} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for table in tables
            for act in ("update", "delete")
        ]
    return [
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        for table in tables
    ]


def statements(dialect: str) -> list[str]:
    """Return the DDL that sets the triggers, for sqlite or postgresql."""
    return _sqlite() if dialect == "sqlite" else _postgresql()


def removal(dialect: str) -> list[str]:
    """Return the DDL that removes them."""
    if dialect == "sqlite":
        names = [f"{table}_no_{act}" for table in BALLOT_TABLES for act in ("update", "delete")]
        return [f"DROP TRIGGER IF EXISTS {name}" for name in [*names, "poll_frozen", "poll_kept", "roll_entry_kept"]]
    drops = [f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}" for table in BALLOT_TABLES]
    return [
        *drops,
        "DROP TRIGGER IF EXISTS poll_frozen ON poll",
        "DROP TRIGGER IF EXISTS roll_entry_kept ON roll_entry",
        "DROP FUNCTION IF EXISTS refuse_change",
        "DROP FUNCTION IF EXISTS refuse_thaw",
        "DROP FUNCTION IF EXISTS refuse_swap",
    ]


def _sqlite() -> list[str]:
    thaw = " OR ".join(f"NEW.{c} IS NOT OLD.{c}" for c in FROZEN_COLUMNS)
    return [
        *append_only("sqlite", BALLOT_TABLES),
        f"CREATE TRIGGER poll_frozen BEFORE UPDATE ON poll WHEN OLD.announced_at IS NOT NULL AND ({thaw}) "
        "BEGIN SELECT RAISE(ABORT, 'an announced poll is frozen'); END",
        "CREATE TRIGGER poll_kept BEFORE DELETE ON poll WHEN OLD.announced_at IS NOT NULL "
        "BEGIN SELECT RAISE(ABORT, 'an announced poll is frozen'); END",
        "CREATE TRIGGER roll_entry_kept BEFORE UPDATE ON roll_entry WHEN NEW.unit IS NOT OLD.unit "
        "OR NEW.rev < OLD.rev OR (OLD.channel IS NOT NULL AND NEW.channel IS NOT OLD.channel) "
        "BEGIN SELECT RAISE(ABORT, 'a roll entry is frozen'); END",
    ]


def _postgresql() -> list[str]:
    thaw = " OR ".join(f"NEW.{c}::text IS DISTINCT FROM OLD.{c}::text" for c in FROZEN_COLUMNS)
    return [
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$",
        *append_only("postgresql", BALLOT_TABLES),
        "CREATE FUNCTION refuse_thaw() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF OLD.announced_at IS NOT NULL AND (TG_OP = 'DELETE' OR {thaw}) THEN "
        "RAISE EXCEPTION 'an announced poll is frozen'; END IF; "
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER poll_frozen BEFORE UPDATE OR DELETE ON poll FOR EACH ROW EXECUTE FUNCTION refuse_thaw()",
        "CREATE FUNCTION refuse_swap() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF NEW.unit IS DISTINCT FROM OLD.unit OR NEW.rev < OLD.rev "
        "OR (OLD.channel IS NOT NULL AND NEW.channel IS DISTINCT FROM OLD.channel) THEN "
        "RAISE EXCEPTION 'a roll entry is frozen'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER roll_entry_kept BEFORE UPDATE ON roll_entry FOR EACH ROW EXECUTE FUNCTION refuse_swap()",
    ]


FROZEN_WITH_SECRECY = (*(c for c in FROZEN_COLUMNS if c != "closes_at"), "secret", "paper", "hands", "turnout_shown")
CONFIRMED = "SELECT 1 FROM poll_change_confirmation c WHERE c.poll_id = OLD.id AND c.kind = '{kind}'"
EXTENDED = CONFIRMED.format(kind="extension") + " AND c.closes_at = NEW.closes_at"
CANCELLED = CONFIRMED.format(kind="cancellation")
ANNULLED = CONFIRMED.format(kind="annulment")
COUNTED = "SELECT 1 FROM poll_tally t WHERE t.poll_id = OLD.id"
ADDED = "(SELECT count(*) FROM poll_change_confirmation c WHERE c.poll_id = NEW.poll_id AND c.kind = 'addition')"
"""A roll grows after its announcement by confirmed additions only, and never shrinks."""
MIXING = "consult.mixing"
"""On PostgreSQL the rewriting of a closed poll's secret ballots says so by this setting, in its own transaction."""


def for_channels(dialect: str) -> list[str]:
    """Return the DDL of schema 0003: the new tables, secret ballots, and a frozen poll that two persons may extend."""
    changed = _sqlite_changes() if dialect == "sqlite" else _postgresql_changes()
    return [*append_only(dialect, CHANNEL_TABLES), *changed]


def for_channels_removal(dialect: str) -> list[str]:
    """Return the DDL back to the frozen poll of schema 0001. The tables go, and their triggers with them."""
    if dialect == "sqlite":
        frozen = next(line for line in _sqlite() if line.startswith("CREATE TRIGGER poll_frozen"))
        return ["DROP TRIGGER poll_frozen", frozen, "DROP TRIGGER roll_entry_counted", "DROP TRIGGER roll_entry_stays"]
    thaw = next(line for line in _postgresql() if "FUNCTION refuse_thaw" in line and line.startswith("CREATE FUNCTION"))
    return [
        thaw.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"),
        "DROP TRIGGER secret_ballot_kept ON secret_ballot",
        "DROP FUNCTION refuse_unmixing",
        "DROP TRIGGER roll_entry_counted ON roll_entry",
        "DROP FUNCTION refuse_stuffing",
    ]


NOT_ANNULLED = f"OLD.annulled_at IS NOT NULL OR NOT EXISTS ({COUNTED}) OR NOT EXISTS ({ANNULLED})"
LONGER_ONLY = f"NEW.closes_at < OLD.closes_at OR NOT EXISTS ({EXTENDED})"


def sqlite_frozen_poll(may_not_move: str, *, annulled: bool = False) -> str:
    """Return the trigger that freezes an announced poll; `may_not_move` says when another closing time is refused.

    `annulled`: it keeps the column of schema 0030 too, which is set once, of a counted poll, with a confirmed annulment.
    """
    thaw = " OR ".join(f"NEW.{c} IS NOT OLD.{c}" for c in FROZEN_WITH_SECRECY)
    moved = f"(NEW.closes_at IS NOT OLD.closes_at AND ({may_not_move}))"
    ended = f"(NEW.cancelled_at IS NOT OLD.cancelled_at AND (OLD.cancelled_at IS NOT NULL OR NOT EXISTS ({CANCELLED})))"
    if annulled:
        ended += f" OR (NEW.annulled_at IS NOT OLD.annulled_at AND ({NOT_ANNULLED}))"
    return (
        f"CREATE TRIGGER poll_frozen BEFORE UPDATE ON poll WHEN OLD.announced_at IS NOT NULL "
        f"AND ({thaw} OR {moved} OR {ended}) BEGIN SELECT RAISE(ABORT, 'an announced poll is frozen'); END"
    )


def postgresql_frozen_poll(may_not_move: str, *, annulled: bool = False) -> str:
    """Return the function that freezes an announced poll; `may_not_move` and `annulled` as for SQLite."""
    thaw = " OR ".join(f"NEW.{c}::text IS DISTINCT FROM OLD.{c}::text" for c in FROZEN_WITH_SECRECY)
    moved = f"(NEW.closes_at <> OLD.closes_at AND ({may_not_move}))"
    ended = f"(NEW.cancelled_at IS DISTINCT FROM OLD.cancelled_at AND (OLD.cancelled_at IS NOT NULL OR NOT EXISTS ({CANCELLED})))"
    if annulled:
        ended += f" OR (NEW.annulled_at IS DISTINCT FROM OLD.annulled_at AND ({NOT_ANNULLED}))"
    return (
        "CREATE OR REPLACE FUNCTION refuse_thaw() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF TG_OP = 'DELETE' THEN IF OLD.announced_at IS NOT NULL THEN "
        "RAISE EXCEPTION 'an announced poll is frozen'; END IF; RETURN OLD; END IF; "
        f"IF OLD.announced_at IS NOT NULL AND ({thaw} OR {moved} OR {ended}) THEN "
        "RAISE EXCEPTION 'an announced poll is frozen'; END IF; RETURN NEW; END $$"
    )


def _sqlite_changes() -> list[str]:
    return [
        *append_only("sqlite", ["secret_ballot"]),
        "CREATE TRIGGER roll_entry_counted BEFORE INSERT ON roll_entry WHEN NEW.number > "
        f"(SELECT json_extract(p.frozen, '$.roll.units') FROM poll p WHERE p.id = NEW.poll_id) + {ADDED} "
        "BEGIN SELECT RAISE(ABORT, 'a roll entry is frozen'); END",
        "CREATE TRIGGER roll_entry_stays BEFORE DELETE ON roll_entry "
        "BEGIN SELECT RAISE(ABORT, 'a roll entry is frozen'); END",
        "DROP TRIGGER poll_frozen",
        sqlite_frozen_poll(LONGER_ONLY),
    ]


def _postgresql_changes() -> list[str]:
    return [
        postgresql_frozen_poll(LONGER_ONLY),
        "CREATE FUNCTION refuse_stuffing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF TG_OP = 'DELETE' OR NEW.number > "
        f"(SELECT (p.frozen->'roll'->>'units')::int FROM poll p WHERE p.id = NEW.poll_id) + {ADDED} THEN "
        "RAISE EXCEPTION 'a roll entry is frozen'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER roll_entry_counted BEFORE INSERT OR DELETE ON roll_entry "
        "FOR EACH ROW EXECUTE FUNCTION refuse_stuffing()",
        "CREATE FUNCTION refuse_unmixing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'DELETE' AND current_setting('{MIXING}', true) = OLD.poll_id::text THEN RETURN OLD; END IF; "
        "RAISE EXCEPTION 'secret_ballot is append-only'; END $$",
        "CREATE TRIGGER secret_ballot_kept BEFORE UPDATE OR DELETE ON secret_ballot "
        "FOR EACH ROW EXECUTE FUNCTION refuse_unmixing()",
    ]
