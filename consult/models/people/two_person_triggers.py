"""What the database refuses of acts that take two persons, beside rights: the second half by the first one, or none.

Second proofs, the formal basis of bodies, doubts of the clock and requests about one's own data: who asked and what stays;
the confirmation names another person of another office; what hangs on it (the rule of second proofs, the basis, the end of
a doubt) changes only with it. Times are the database's own where an age is asked: the program cannot bend those.
"""

from consult.models.people import right_triggers
from consult.models.triggers import append_only

MARK_KEPT_DAYS = 183
"""The mark of a number in a change of rights is blanked after so many days, and not before: as retention.toml says."""
REQUESTS_KEPT_DAYS = 1096
"""A request about second proofs is deleted after so many days, and not before: as retention.toml says."""
TABLES = ("poll_fault",)

KEPT_NOW = (*(column for column in right_triggers.KEPT if column != "number_mark"), "relation", "collective")
LONE_EFFECT = (
    "NEW.step = 'applied' AND NOT EXISTS (SELECT 1 FROM right_step s WHERE s.change_id = NEW.change_id AND s.step = 'confirmed') "
    "AND EXISTS (SELECT 1 FROM right_change c WHERE c.id = NEW.change_id AND c.kind NOT IN ('first_number', 'departure'))"
)
"""A first number and a villager's departure one officer may bring about, after the wait."""
FACTOR_KEPT = ("village_id", "kind", "person_id", "asked_by", "asked_office", "asked_at")
STANDING_KEPT = ("village_id", "body", "source", "asked_by", "asked_office", "asked_at")
DOUBT_KEPT = ("village_id", "kind", "trusted_at", "shown_at", "boot", "running_us", "entry")
REQUEST_KEPT = ("village_id", "person_id", "kind", "words", "asked_at", "due_on")
ANSWER = ("answered_by", "answered_at", "granted", "answer")
RULE = (
    "(SELECT f.kind FROM factor_request f WHERE f.village_id = NEW.id AND f.person_id IS NULL AND f.confirmed_at IS NOT NULL "
    "ORDER BY f.confirmed_at DESC, f.id DESC LIMIT 1)"
)
RULE_ALONE = f"coalesce({RULE}, '') <> (CASE WHEN NEW.second_factor_needed THEN 'require' ELSE 'release' END)"
OPEN_DOUBT = "EXISTS (SELECT 1 FROM clock_doubt d WHERE d.village_id = NEW.id AND d.settled_at IS NULL)"
FEW = (
    "((SELECT count(DISTINCT c.person_id) FROM clock_confirmation c WHERE c.doubt_id = NEW.id) < NEW.persons_needed "
    "OR (SELECT count(DISTINCT c.office) FROM clock_confirmation c WHERE c.doubt_id = NEW.id) < NEW.persons_needed)"
)
BASIS_CONFIRMED = (
    "EXISTS (SELECT 1 FROM standing_change c WHERE c.village_id = NEW.village_id AND c.body = NEW.body "
    "AND c.source = NEW.source AND c.asked_by = NEW.set_by AND c.confirmed_at = NEW.set_at)"
)
BASIS_ENDED = (
    "EXISTS (SELECT 1 FROM standing_change c WHERE c.village_id = OLD.village_id AND c.body = OLD.body "
    "AND c.source = '' AND c.confirmed_at >= OLD.set_at)"
)
BY_ANOTHER = (
    "(NEW.confirmed_by IS NULL OR NEW.confirmed_office IS NULL OR NEW.confirmed_by = NEW.asked_by "
    "OR NEW.confirmed_office = NEW.asked_office)"
)
WORDS = {
    "right_change": "a change of rights is kept",
    "right_step": "a change of rights takes two persons",
    "factor_request": "second proofs take two persons",
    "standing_change": "a formal basis takes two persons",
    "clock_doubt": "a doubt of the clock takes two persons",
    "data_request": "a request about own data is granted by another, once",
}


def statements(dialect: str) -> list[str]:
    """Return the DDL of schema 0016, for sqlite or postgresql."""
    return [*append_only(dialect, TABLES), *(_sqlite() if dialect == "sqlite" else _postgresql())]


def removal(dialect: str) -> list[str]:
    """Return the DDL back to schema 0015. Where a table goes, its triggers go with it."""
    if dialect == "sqlite":
        names = [f"poll_fault_no_{act}" for act in ("update", "delete")]
        names += [line.split()[2] for line in _sqlite() if line.startswith("CREATE TRIGGER")]
        return [f"DROP TRIGGER IF EXISTS {name}" for name in names]
    drops = ["DROP TRIGGER IF EXISTS poll_fault_append_only ON poll_fault"]
    for name, table, function in _PLACES:
        drops.append(f"DROP TRIGGER IF EXISTS {name} ON {table}")
        drops.append(f"DROP FUNCTION IF EXISTS {function}")
    return drops


def _other(columns: tuple[str, ...], differs: str) -> str:
    cast = "::text" if differs == "IS DISTINCT FROM" else ""
    return "(" + " OR ".join(f"NEW.{c}{cast} {differs} OLD.{c}{cast}" for c in columns) + ")"


def _refusals(dialect: str) -> dict[str, str]:
    """Return when the update of a row is refused, by table."""
    differs = "IS NOT" if dialect == "sqlite" else "IS DISTINCT FROM"
    young = _younger("OLD.asked_at", MARK_KEPT_DAYS, dialect)
    confirmed = ("confirmed_by", "confirmed_office", "confirmed_at")
    changed = _other
    return {
        "right_change": f"{changed(KEPT_NOW, differs)} OR (NEW.number_mark <> OLD.number_mark "
        f"AND (NEW.number_mark <> '' OR {young}))",
        "factor_request": f"{changed(FACTOR_KEPT, differs)} "
        f"OR (OLD.confirmed_at IS NOT NULL AND {changed((*confirmed, 'lapsed_at'), differs)}) "
        f"OR (OLD.lapsed_at IS NOT NULL AND {changed((*confirmed, 'lapsed_at'), differs)}) "
        f"OR (NEW.confirmed_at IS NOT NULL AND ({BY_ANOTHER} OR NEW.lapsed_at IS NOT NULL "
        "OR NEW.confirmed_by = coalesce(NEW.person_id, 0)))",
        "standing_change": f"{changed(STANDING_KEPT, differs)} "
        f"OR ((OLD.confirmed_at IS NOT NULL OR OLD.ended_at IS NOT NULL) "
        f"AND {changed((*confirmed, 'ended_at', 'ended_by'), differs)}) "
        f"OR (NEW.confirmed_at IS NOT NULL AND {BY_ANOTHER})",
        "clock_doubt": f"{changed(DOUBT_KEPT, differs)} OR NEW.persons_needed < OLD.persons_needed "
        f"OR (OLD.settled_at IS NOT NULL AND {changed(('settled_at', 'persons_needed'), differs)}) "
        f"OR (OLD.settled_at IS NULL AND NEW.settled_at IS NOT NULL AND {FEW})",
        "data_request": f"{changed(REQUEST_KEPT, differs)} "
        f"OR (OLD.answered_at IS NOT NULL AND {changed(ANSWER, differs)}) "
        "OR (NEW.granted AND NEW.answered_by = NEW.person_id)",
    }


def _younger(column: str, days: int, dialect: str) -> str:
    if dialect == "sqlite":
        return f"{column} >= datetime('now', '-{days} days')"
    return f"{column} >= now() - interval '{days} days'"


def _sqlite() -> list[str]:
    def trigger(name: str, when: str, table: str, condition: str, words: str) -> str:
        return (
            f"CREATE TRIGGER {name} BEFORE {when} ON {table} WHEN {condition} BEGIN SELECT RAISE(ABORT, '{words}'); END"
        )

    refusals = _refusals("sqlite")
    young = _younger("OLD.asked_at", REQUESTS_KEPT_DAYS, "sqlite")
    basis = WORDS["standing_change"]
    return [
        "DROP TRIGGER right_change_kept",
        *(trigger(f"{table}_kept", "UPDATE", table, when, WORDS[table]) for table, when in refusals.items()),
        trigger("right_step_by_two", "INSERT", "right_step", LONE_EFFECT, WORDS["right_step"]),
        trigger(
            "factor_request_begins",
            "INSERT",
            "factor_request",
            "NEW.confirmed_at IS NOT NULL OR NEW.asked_by = coalesce(NEW.person_id, 0)",
            WORDS["factor_request"],
        ),
        trigger("factor_request_stays", "DELETE", "factor_request", young, WORDS["factor_request"]),
        trigger("standing_change_begins", "INSERT", "standing_change", "NEW.confirmed_at IS NOT NULL", basis),
        trigger("standing_change_stays", "DELETE", "standing_change", "1", basis),
        trigger("body_standing_begins", "INSERT", "body_standing", f"NOT {BASIS_CONFIRMED}", basis),
        trigger("body_standing_changes", "UPDATE", "body_standing", f"NOT {BASIS_CONFIRMED}", basis),
        trigger("body_standing_ends", "DELETE", "body_standing", f"NOT {BASIS_ENDED}", basis),
        trigger("clock_doubt_begins", "INSERT", "clock_doubt", "NEW.settled_at IS NOT NULL", WORDS["clock_doubt"]),
        trigger("clock_doubt_stays", "DELETE", "clock_doubt", "1", WORDS["clock_doubt"]),
        trigger(
            "data_request_begins",
            "INSERT",
            "data_request",
            "NEW.granted AND NEW.answered_by = NEW.person_id",
            WORDS["data_request"],
        ),
        trigger("data_request_stays", "DELETE", "data_request", "OLD.answered_at IS NULL", WORDS["data_request"]),
        trigger(
            "village_factors_by_two",
            "UPDATE OF second_factor_needed",
            "village",
            f"NEW.second_factor_needed <> OLD.second_factor_needed AND {RULE_ALONE}",
            WORDS["factor_request"],
        ),
        trigger(
            "village_clock_by_two",
            "UPDATE OF clock_trusted_at",
            "village",
            f"OLD.clock_trusted_at IS NOT NULL AND NEW.clock_trusted_at IS NULL AND {OPEN_DOUBT}",
            WORDS["clock_doubt"],
        ),
    ]


_PLACES = (
    ("right_step_by_two", "right_step", "refuse_lone_step"),
    ("factor_request_kept", "factor_request", "refuse_lone_factor"),
    ("standing_change_kept", "standing_change", "refuse_lone_basis"),
    ("body_standing_kept", "body_standing", "refuse_other_basis"),
    ("clock_doubt_kept", "clock_doubt", "refuse_lone_clock"),
    ("data_request_kept", "data_request", "refuse_lone_answer"),
    ("village_by_two", "village", "refuse_lone_rule"),
)
"""On PostgreSQL: trigger, table and function."""


def _postgresql() -> list[str]:
    refusals = _refusals("postgresql")
    young = _younger("OLD.asked_at", REQUESTS_KEPT_DAYS, "postgresql")
    basis = WORDS["standing_change"]

    def kept(function: str, table: str, *, inserted: str, deleted: str) -> str:
        refuse = f"RAISE EXCEPTION '{WORDS[table]}'; END IF;"
        return (
            f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF TG_OP = 'DELETE' THEN IF {deleted} THEN {refuse} RETURN OLD; END IF; "
            f"IF TG_OP = 'INSERT' THEN IF {inserted} THEN {refuse} RETURN NEW; END IF; "
            f"IF {refusals[table]} THEN {refuse} RETURN NEW; END $$"
        )

    begun = "NEW.confirmed_at IS NOT NULL"
    functions = [
        "CREATE OR REPLACE FUNCTION refuse_other_right() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'DELETE' THEN RAISE EXCEPTION '{WORDS['right_change']}'; END IF; "
        f"IF {refusals['right_change']} THEN "
        f"RAISE EXCEPTION '{WORDS['right_change']}'; END IF; RETURN NEW; END $$",
        "CREATE FUNCTION refuse_lone_step() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'INSERT' THEN IF {LONE_EFFECT} THEN "
        f"RAISE EXCEPTION '{WORDS['right_step']}'; END IF; END IF; RETURN NEW; END $$",
        kept(
            "refuse_lone_factor",
            "factor_request",
            inserted=f"{begun} OR NEW.asked_by = coalesce(NEW.person_id, 0)",
            deleted=young,
        ),
        kept("refuse_lone_basis", "standing_change", inserted=begun, deleted="true"),
        "CREATE FUNCTION refuse_other_basis() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'DELETE' THEN IF NOT {BASIS_ENDED} THEN RAISE EXCEPTION '{basis}'; END IF; RETURN OLD; END IF; "
        f"IF NOT {BASIS_CONFIRMED} THEN RAISE EXCEPTION '{basis}'; END IF; RETURN NEW; END $$",
        kept("refuse_lone_clock", "clock_doubt", inserted="NEW.settled_at IS NOT NULL", deleted="true"),
        kept(
            "refuse_lone_answer",
            "data_request",
            inserted="NEW.granted AND NEW.answered_by = NEW.person_id",
            deleted="OLD.answered_at IS NULL",
        ),
        "CREATE FUNCTION refuse_lone_rule() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF NEW.second_factor_needed <> OLD.second_factor_needed THEN IF {RULE_ALONE} THEN "
        f"RAISE EXCEPTION '{WORDS['factor_request']}'; END IF; END IF; "
        f"IF OLD.clock_trusted_at IS NOT NULL AND NEW.clock_trusted_at IS NULL THEN IF {OPEN_DOUBT} THEN "
        f"RAISE EXCEPTION '{WORDS['clock_doubt']}'; END IF; END IF; RETURN NEW; END $$",
    ]
    fired = {
        "right_step": "INSERT",
        "village": "UPDATE OF second_factor_needed, clock_trusted_at",
    }
    made = [
        f"CREATE TRIGGER {name} BEFORE {fired.get(table, 'INSERT OR UPDATE OR DELETE')} ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {function}()"
        for name, table, function in _PLACES
    ]
    return [*functions, *made]


def restored(dialect: str) -> list[str]:
    """Return the DDL of what 0016 replaced, as schema 0008 had it."""
    found = right_triggers.statements(dialect)
    if dialect == "sqlite":
        return [line for line in found if line.startswith("CREATE TRIGGER right_change_kept")]
    function = next(line for line in found if line.startswith("CREATE FUNCTION refuse_other_right"))
    return [function.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")]
