"""What the database itself refuses of requests about data: an erasure that one officer grants alone."""

CONFIRMED = (
    "SELECT 1 FROM right_step s JOIN right_change c ON c.id = s.change_id WHERE s.step = 'confirmed' "
    "AND c.kind = 'erasure' AND c.person_id = NEW.person_id AND c.asked_at >= NEW.asked_at"
)
ALONE = "an erasure takes two persons"


def statements(dialect: str) -> list[str]:
    """Return the DDL of schema 0017, for sqlite or postgresql."""
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER data_request_by_two_{act.lower()} BEFORE {act} ON data_request "
            f"WHEN NEW.kind = 'erasure' AND NEW.granted{changed} AND NOT EXISTS ({CONFIRMED}) "
            f"BEGIN SELECT RAISE(ABORT, '{ALONE}'); END"
            for act, changed in (("INSERT", ""), ("UPDATE", " AND NEW.granted IS NOT OLD.granted"))
        ]
    return [
        "CREATE FUNCTION refuse_lone_erasure() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF TG_OP = 'UPDATE' AND NEW.granted IS NOT DISTINCT FROM OLD.granted THEN RETURN NEW; END IF; "
        f"IF NEW.kind = 'erasure' AND NEW.granted AND NOT EXISTS ({CONFIRMED}) THEN "
        f"RAISE EXCEPTION '{ALONE}'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER data_request_by_two BEFORE INSERT OR UPDATE ON data_request "
        "FOR EACH ROW EXECUTE FUNCTION refuse_lone_erasure()",
    ]


def removal(dialect: str) -> list[str]:
    """Return the DDL back to schema 0016."""
    if dialect == "sqlite":
        return ["DROP TRIGGER data_request_by_two_insert", "DROP TRIGGER data_request_by_two_update"]
    return ["DROP TRIGGER data_request_by_two ON data_request", "DROP FUNCTION refuse_lone_erasure"]
