"""What the database itself refuses of rights: an office that a person gives without a second one, a change rewritten.

An office without a giver is the operator's, who holds the database anyway; the log says so.
"""

from consult.models.triggers import append_only

KEPT = (
    "kind",
    "person_id",
    "role",
    "group_id",
    "since",
    "until",
    "grant_id",
    "departure",
    "household_id",
    "number_mark",
    "present_id",
    "asked_by",
    "asked_office",
    "asked_at",
)
CONFIRMED = (
    "SELECT 1 FROM right_step s JOIN right_change c ON c.id = s.change_id WHERE s.step = 'confirmed' "
    "AND c.person_id = NEW.person_id AND c.role = NEW.role AND c.asked_by = NEW.granted_by AND s.done_at = NEW.granted_at"
)


def statements(dialect: str) -> list[str]:
    """Return the DDL of schema 0008, for sqlite or postgresql."""
    return [*append_only(dialect, ["right_step"]), *(_sqlite() if dialect == "sqlite" else _postgresql())]


def removal(dialect: str) -> list[str]:
    """Return the DDL back to schema 0007. The new tables go, and their triggers with them."""
    if dialect == "sqlite":
        return ["DROP TRIGGER role_grant_by_two", "DROP TRIGGER role_grant_kept"]
    return [
        "DROP TRIGGER role_grant_by_two ON role_grant",
        "DROP FUNCTION refuse_lone_grant",
        "DROP TRIGGER right_change_kept ON right_change",
        "DROP FUNCTION refuse_other_right",
    ]


def _sqlite() -> list[str]:
    other = " OR ".join(f"NEW.{c} IS NOT OLD.{c}" for c in KEPT)
    return [
        f"CREATE TRIGGER role_grant_by_two BEFORE INSERT ON role_grant WHEN NEW.granted_by IS NOT NULL "
        f"AND NOT EXISTS ({CONFIRMED}) BEGIN SELECT RAISE(ABORT, 'an office takes two persons'); END",
        "CREATE TRIGGER role_grant_kept BEFORE UPDATE ON role_grant WHEN NEW.person_id IS NOT OLD.person_id "
        "OR NEW.role IS NOT OLD.role OR NEW.group_id IS NOT OLD.group_id "
        "BEGIN SELECT RAISE(ABORT, 'an office takes two persons'); END",
        f"CREATE TRIGGER right_change_kept BEFORE UPDATE ON right_change WHEN {other} "
        "BEGIN SELECT RAISE(ABORT, 'a change of rights is kept'); END",
        "CREATE TRIGGER right_change_stays BEFORE DELETE ON right_change "
        "BEGIN SELECT RAISE(ABORT, 'a change of rights is kept'); END",
    ]


def _postgresql() -> list[str]:
    other = " OR ".join(f"NEW.{c}::text IS DISTINCT FROM OLD.{c}::text" for c in KEPT)
    return [
        "CREATE FUNCTION refuse_lone_grant() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'INSERT' THEN IF NEW.granted_by IS NOT NULL AND NOT EXISTS ({CONFIRMED}) THEN "
        "RAISE EXCEPTION 'an office takes two persons'; END IF; RETURN NEW; END IF; "
        "IF NEW.person_id <> OLD.person_id OR NEW.role <> OLD.role OR NEW.group_id IS DISTINCT FROM OLD.group_id THEN "
        "RAISE EXCEPTION 'an office takes two persons'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER role_grant_by_two BEFORE INSERT OR UPDATE ON role_grant "
        "FOR EACH ROW EXECUTE FUNCTION refuse_lone_grant()",
        "CREATE FUNCTION refuse_other_right() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'DELETE' OR {other} THEN "
        "RAISE EXCEPTION 'a change of rights is kept'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER right_change_kept BEFORE UPDATE OR DELETE ON right_change "
        "FOR EACH ROW EXECUTE FUNCTION refuse_other_right()",
    ]
