"""What the database itself refuses of papers and of rules of one's own: a paper rewritten, a settled rule changed."""

from consult.models.triggers import append_only

KEPT = (
    "village_id",
    "kind",
    "body",
    "group_id",
    "person_id",
    "facts",
    "source",
    "valid_from",
    "asked_by",
    "asked_office",
    "asked_at",
)
SETTLED = ("confirmed_by", "confirmed_office", "confirmed_at", "dropped_by", "dropped_at")


def statements(dialect: str) -> list[str]:
    """Return the DDL of schema 0020, for sqlite or postgresql."""
    return [*append_only(dialect, ["matter_paper"]), *(_sqlite() if dialect == "sqlite" else _postgresql())]


def removal(dialect: str) -> list[str]:
    """Return the DDL back to the schema before. The new tables go, and their triggers with them."""
    if dialect == "sqlite":
        return []
    return ["DROP TRIGGER rule_change_kept ON rule_change", "DROP FUNCTION refuse_other_rule"]


LAPSED_TOO = "OLD.confirmed_by IS NOT NULL OR OLD.dropped_at IS NOT NULL"
"""From schema 0025 on a wish may lapse: then it was dropped by nobody."""


def statements_0025(dialect: str) -> list[str]:
    """Return the DDL by which a rule that lapsed is kept too."""
    if dialect == "sqlite":
        return ["DROP TRIGGER rule_change_kept", _sqlite(LAPSED_TOO)[0]]
    return [_postgresql(LAPSED_TOO)[0].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")]


def removal_0025(dialect: str) -> list[str]:
    """Return the DDL back to schema 0020."""
    if dialect == "sqlite":
        return ["DROP TRIGGER rule_change_kept", _sqlite()[0]]
    return [_postgresql()[0].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")]


DROPPED_BY_ONE = "OLD.confirmed_by IS NOT NULL OR OLD.dropped_by IS NOT NULL"


def _sqlite(ended: str = DROPPED_BY_ONE) -> list[str]:
    other = " OR ".join(f"NEW.{c} IS NOT OLD.{c}" for c in KEPT)
    again = " OR ".join(f"NEW.{c} IS NOT OLD.{c}" for c in SETTLED)
    return [
        f"CREATE TRIGGER rule_change_kept BEFORE UPDATE ON rule_change WHEN {other} "
        f"OR (({ended}) AND ({again})) "
        "BEGIN SELECT RAISE(ABORT, 'a rule of two persons is kept'); END",
        "CREATE TRIGGER rule_change_stays BEFORE DELETE ON rule_change "
        "BEGIN SELECT RAISE(ABORT, 'a rule of two persons is kept'); END",
    ]


def _postgresql(ended: str = DROPPED_BY_ONE) -> list[str]:
    other = " OR ".join(f"NEW.{c}::text IS DISTINCT FROM OLD.{c}::text" for c in KEPT)
    again = " OR ".join(f"NEW.{c}::text IS DISTINCT FROM OLD.{c}::text" for c in SETTLED)
    return [
        "CREATE FUNCTION refuse_other_rule() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'DELETE' OR {other} OR (({ended}) AND ({again})) "
        "THEN RAISE EXCEPTION 'a rule of two persons is kept'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER rule_change_kept BEFORE UPDATE OR DELETE ON rule_change "
        "FOR EACH ROW EXECUTE FUNCTION refuse_other_rule()",
    ]
