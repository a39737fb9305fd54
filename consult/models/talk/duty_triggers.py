"""What the database itself refuses: to move the day of an answer twice or on one word, or to forget who hid words."""

from consult.models.triggers import append_only

TABLES = ("answer_extension", "hiding_party")
ALONE = (
    "NOT EXISTS (SELECT 1 FROM council_request r JOIN council_request_step s ON s.request_id = r.id "
    "WHERE s.step = 'confirmed' AND r.kind = 'extension' AND r.id = NEW.request_id "
    "AND r.consultation_id = NEW.consultation_id)"
)
"""Of a later day: no two officers stand behind it."""
WORDS = "a later day for an answer takes two persons"


def statements(dialect: str) -> list[str]:
    """Return the DDL of schema 0032, for sqlite or postgresql."""
    return [*append_only(dialect, TABLES), *(_sqlite() if dialect == "sqlite" else _postgresql())]


def removal(dialect: str) -> list[str]:
    """Return the DDL that stays to be done when the tables and their triggers are gone."""
    return [] if dialect == "sqlite" else ["DROP FUNCTION refuse_lone_extension"]


def _sqlite() -> list[str]:
    return [
        f"CREATE TRIGGER answer_extension_by_two BEFORE INSERT ON answer_extension WHEN {ALONE} "
        f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
    ]


def _postgresql() -> list[str]:
    return [
        "CREATE FUNCTION refuse_lone_extension() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {ALONE} THEN RAISE EXCEPTION '{WORDS}'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER answer_extension_by_two BEFORE INSERT ON answer_extension FOR EACH ROW "
        "EXECUTE FUNCTION refuse_lone_extension()",
    ]
