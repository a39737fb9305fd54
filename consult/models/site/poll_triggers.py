"""What the database itself refuses since schema 0030: annulling alone, bending a ground or an appeal that was put on record."""

from consult.models.meetings.meeting_triggers import BY_CHAIR_TOO
from consult.models.triggers import postgresql_frozen_poll, sqlite_frozen_poll

GROUND_KEPT = (
    "village_id",
    "consultation_id",
    "earlier_id",
    "ground",
    "words",
    "request_key",
    "asked_by",
    "asked_office",
    "asked_at",
)
APPEAL_KEPT = (
    "village_id",
    "poll_id",
    "number_mark",
    "code_mark",
    "entered_by",
    "request_key",
    "asked_at",
    "answer_by",
)
"""Names, numbers and words of an appeal are wiped after their time, and a person may be found later."""
SETTLED_GROUND = ("confirmed_by", "confirmed_office", "confirmed_at")
SETTLED_APPEAL = (*SETTLED_GROUND, "refused_by", "refused_office", "refused_at", "added_at")
WORDS = {"further_vote": "a ground for one more vote is kept", "roll_appeal": "an appeal is kept"}


def statements(dialect: str) -> list[str]:
    """Return the DDL of schema 0030, for sqlite or postgresql."""
    return _sqlite() if dialect == "sqlite" else _postgresql()


def removal(dialect: str) -> list[str]:
    """Return the DDL back to the schema before. The new tables go, and their triggers with them."""
    if dialect == "sqlite":
        return ["DROP TRIGGER poll_frozen", sqlite_frozen_poll(BY_CHAIR_TOO)]
    return [
        postgresql_frozen_poll(BY_CHAIR_TOO),
        "DROP TRIGGER further_vote_kept ON further_vote",
        "DROP FUNCTION refuse_bent_ground",
        "DROP TRIGGER roll_appeal_kept ON roll_appeal",
        "DROP FUNCTION refuse_bent_appeal",
    ]


def _bent(kept: tuple[str, ...], settled: tuple[str, ...], over: str, differs: str) -> str:
    """Return when an update is refused: something that was said differs, or something settled changes once it is over."""
    said = " OR ".join(differs.format(c=c) for c in kept)
    after = " OR ".join(differs.format(c=c) for c in settled)
    return f"{said} OR (({over}) AND ({after}))"


GROUND_OVER = "OLD.confirmed_at IS NOT NULL OR OLD.ended_at IS NOT NULL"
APPEAL_OVER = "OLD.confirmed_at IS NOT NULL OR OLD.added_at IS NOT NULL"


def _sqlite() -> list[str]:
    differs = "NEW.{c} IS NOT OLD.{c}"
    ground = _bent(GROUND_KEPT, SETTLED_GROUND, GROUND_OVER, differs)
    appeal = _bent(APPEAL_KEPT, SETTLED_APPEAL, APPEAL_OVER, differs)
    return [
        "DROP TRIGGER poll_frozen",
        sqlite_frozen_poll(BY_CHAIR_TOO, annulled=True),
        _trigger("further_vote_begins", "INSERT", "further_vote", "NEW.confirmed_at IS NOT NULL"),
        _trigger("further_vote_kept", "UPDATE", "further_vote", ground),
        _trigger("further_vote_stays", "DELETE", "further_vote", "1"),
        _trigger(
            "roll_appeal_begins", "INSERT", "roll_appeal", "NEW.confirmed_at IS NOT NULL OR NEW.added_at IS NOT NULL"
        ),
        _trigger("roll_appeal_kept", "UPDATE", "roll_appeal", appeal),
        _trigger("roll_appeal_stays", "DELETE", "roll_appeal", "1"),
    ]


def _trigger(name: str, act: str, table: str, when: str) -> str:
    return f"CREATE TRIGGER {name} BEFORE {act} ON {table} WHEN {when} BEGIN SELECT RAISE(ABORT, '{WORDS[table]}'); END"


def _postgresql() -> list[str]:
    differs = "NEW.{c} IS DISTINCT FROM OLD.{c}"
    ground = _bent(GROUND_KEPT, SETTLED_GROUND, GROUND_OVER, differs)
    appeal = _bent(APPEAL_KEPT, SETTLED_APPEAL, APPEAL_OVER, differs)
    return [
        postgresql_frozen_poll(BY_CHAIR_TOO, annulled=True),
        _function("refuse_bent_ground", "further_vote", "NEW.confirmed_at IS NOT NULL", ground),
        _function(
            "refuse_bent_appeal", "roll_appeal", "NEW.confirmed_at IS NOT NULL OR NEW.added_at IS NOT NULL", appeal
        ),
        _hung("further_vote", "refuse_bent_ground"),
        _hung("roll_appeal", "refuse_bent_appeal"),
    ]


def _function(name: str, table: str, begun: str, bent: str) -> str:
    refuse = f"RAISE EXCEPTION '{WORDS[table]}'"
    return (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'DELETE' THEN {refuse}; END IF; "
        f"IF TG_OP = 'INSERT' THEN IF {begun} THEN {refuse}; END IF; RETURN NEW; END IF; "
        f"IF {bent} THEN {refuse}; END IF; RETURN NEW; END $$"
    )


def _hung(table: str, function: str) -> str:
    return (
        f"CREATE TRIGGER {table}_kept BEFORE INSERT OR UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {function}()"
    )
