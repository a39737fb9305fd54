"""What the database refuses of sealed ballots: changing one, and deleting one before it was opened for the count.

Who was assigned to give out paper is not changed either.
"""

from consult.models.triggers import append_only

TABLES = ("paper_ticker",)
ENDINGS = ("paper_ticker_ending",)

OPENED = "SELECT 1 FROM sealing_key k WHERE k.poll_id = OLD.poll_id AND k.opened_at IS NOT NULL"
MOVED = (
    "NEW.public_key <> OLD.public_key OR (OLD.poll_id IS NOT NULL AND NEW.poll_id {differs} OLD.poll_id) "
    "OR (OLD.opened_at IS NOT NULL AND NEW.opened_at {differs} OLD.opened_at)"
)


def statements(dialect: str) -> list[str]:
    """Return the DDL that sets the triggers of schema 0011, for sqlite or postgresql."""
    return [*append_only(dialect, TABLES), *(_sqlite() if dialect == "sqlite" else _postgresql())]


def statements_0018(dialect: str) -> list[str]:
    """Return the DDL that sets the triggers of schema 0018."""
    return append_only(dialect, ENDINGS)


def removal(dialect: str) -> list[str]:
    """Return the DDL that removes what does not go with its table."""
    if dialect == "sqlite":
        return []
    return [
        "DROP TRIGGER sealed_ballot_kept ON sealed_ballot",
        "DROP FUNCTION refuse_unsealing",
        "DROP TRIGGER sealing_key_kept ON sealing_key",
        "DROP FUNCTION refuse_rekeying",
    ]


def _sqlite() -> list[str]:
    return [
        "CREATE TRIGGER sealed_ballot_no_update BEFORE UPDATE ON sealed_ballot "
        "BEGIN SELECT RAISE(ABORT, 'a sealed ballot is not changed'); END",
        f"CREATE TRIGGER sealed_ballot_kept BEFORE DELETE ON sealed_ballot WHEN NOT EXISTS ({OPENED}) "
        "BEGIN SELECT RAISE(ABORT, 'a sealed ballot is kept until it is opened'); END",
        f"CREATE TRIGGER sealing_key_fixed BEFORE UPDATE ON sealing_key WHEN {MOVED.format(differs='IS NOT')} "
        "BEGIN SELECT RAISE(ABORT, 'the key of a poll is not changed'); END",
        "CREATE TRIGGER sealing_key_kept BEFORE DELETE ON sealing_key WHEN OLD.poll_id IS NOT NULL "
        "BEGIN SELECT RAISE(ABORT, 'the key of a poll is not changed'); END",
    ]


def _postgresql() -> list[str]:
    return [
        "CREATE FUNCTION refuse_unsealing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'DELETE' AND EXISTS ({OPENED}) THEN RETURN OLD; END IF; "
        "RAISE EXCEPTION 'a sealed ballot is kept until it is opened'; END $$",
        "CREATE TRIGGER sealed_ballot_kept BEFORE UPDATE OR DELETE ON sealed_ballot "
        "FOR EACH ROW EXECUTE FUNCTION refuse_unsealing()",
        "CREATE FUNCTION refuse_rekeying() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF TG_OP = 'DELETE' THEN IF OLD.poll_id IS NULL THEN RETURN OLD; END IF; "
        "RAISE EXCEPTION 'the key of a poll is not changed'; END IF; "
        f"IF {MOVED.format(differs='IS DISTINCT FROM')} THEN "
        "RAISE EXCEPTION 'the key of a poll is not changed'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER sealing_key_kept BEFORE UPDATE OR DELETE ON sealing_key "
        "FOR EACH ROW EXECUTE FUNCTION refuse_rekeying()",
    ]
