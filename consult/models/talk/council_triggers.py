"""What the database itself refuses of acts in the council's name: rewriting them, and an answer on one person's word."""

from consult.models.triggers import append_only

TABLES = ("council_request", "council_request_step")
ALONE = (
    "NOT EXISTS (SELECT 1 FROM council_request r JOIN council_request_step s ON s.request_id = r.id "
    "WHERE s.step = 'confirmed' AND r.kind = 'answer' AND r.id = NEW.request_id "
    "AND r.consultation_id = NEW.consultation_id) "
    "AND NOT EXISTS (SELECT 1 FROM agenda_item i JOIN meeting m ON m.id = i.meeting_id WHERE i.id = NEW.item_id "
    "AND i.consultation_id = NEW.consultation_id AND m.closed_at IS NOT NULL AND m.cancelled_at IS NULL)"
)
"""Of an answer: neither two officers nor a meeting that was held stand behind it."""
ALONE_TO_OBJECTION = (
    "NEW.answered_at IS NOT NULL AND OLD.answered_at IS NULL "
    "AND NOT EXISTS (SELECT 1 FROM council_request r JOIN council_request_step s ON s.request_id = r.id "
    "WHERE s.step = 'confirmed' AND r.kind = 'objection' AND r.objection_id = NEW.id)"
)
WORDS = "an answer of the council takes two persons or a meeting"


def statements(dialect: str) -> list[str]:
    """Return the DDL of schema 0031, for sqlite or postgresql."""
    return [*append_only(dialect, TABLES), *(_sqlite() if dialect == "sqlite" else _postgresql())]


def removal(dialect: str) -> list[str]:
    """Return the DDL back to the schema before. The new tables go, and their triggers with them."""
    if dialect == "sqlite":
        return ["DROP TRIGGER official_answer_by_two", "DROP TRIGGER objection_answer_by_two"]
    return [
        "DROP TRIGGER official_answer_by_two ON official_answer",
        "DROP FUNCTION refuse_lone_council",
        "DROP TRIGGER objection_answer_by_two ON objection",
        "DROP FUNCTION refuse_lone_objection",
    ]


def _sqlite() -> list[str]:
    return [
        f"CREATE TRIGGER official_answer_by_two BEFORE INSERT ON official_answer WHEN {ALONE} "
        f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END",
        f"CREATE TRIGGER objection_answer_by_two BEFORE UPDATE ON objection WHEN {ALONE_TO_OBJECTION} "
        f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END",
    ]


def _postgresql() -> list[str]:
    made = []
    for name, when, table, function, alone in (
        ("official_answer_by_two", "INSERT", "official_answer", "refuse_lone_council", ALONE),
        ("objection_answer_by_two", "UPDATE", "objection", "refuse_lone_objection", ALONE_TO_OBJECTION),
    ):
        made += [
            f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {alone} THEN RAISE EXCEPTION '{WORDS}'; END IF; RETURN NEW; END $$",
            f"CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()",
        ]
    return made
