"""What the database refuses of acts on votes: changing what was said of one, and taking a unit's way of voting away.

A roll entry keeps its channel but for the cases of MOVES: all its marks were undone, the voter's own named ballot takes the
place of a helper's or a letter's, or a ballot that does not count leaves its unit free.
"""

from consult.models.polls.mark_triggers import ALL_UNDONE
from consult.models.triggers import append_only

TABLES = ("vote_answer", "voided_ballot", "contest_opinion", "contest_ruling")
MOVES = (
    f"({ALL_UNDONE})",
    "(OLD.channel IN ('assisted', 'proxy') AND NEW.channel = 'phone' AND NEW.rev > OLD.rev "
    "AND NOT EXISTS (SELECT 1 FROM poll p WHERE p.id = OLD.poll_id AND p.secret))",
    "(NEW.channel IS NULL AND EXISTS (SELECT 1 FROM voided_ballot v "
    "WHERE v.poll_id = OLD.poll_id AND v.number = OLD.number AND v.rev = OLD.rev))",
)


def statements(dialect: str) -> list[str]:
    """Return the DDL that sets the triggers of schema 0029, for sqlite or postgresql."""
    return [*append_only(dialect, TABLES), *roll_entry_kept(dialect, MOVES)]


def removal(dialect: str) -> list[str]:
    """Return the DDL back to schema 0028: a channel goes with undone marks only. The tables go, and their triggers with them."""
    return roll_entry_kept(dialect, (f"({ALL_UNDONE})",))


def roll_entry_kept(dialect: str, moves: tuple[str, ...]) -> list[str]:
    """Return the DDL that keeps unit and channel of a roll entry; `moves` are the conditions under which a channel may change."""
    but = f" AND NOT ({' OR '.join(moves)})" if moves else ""
    if dialect == "sqlite":
        return [
            "DROP TRIGGER roll_entry_kept",
            "CREATE TRIGGER roll_entry_kept BEFORE UPDATE ON roll_entry WHEN NEW.unit IS NOT OLD.unit "
            f"OR NEW.rev < OLD.rev OR (OLD.channel IS NOT NULL AND NEW.channel IS NOT OLD.channel{but}) "
            "BEGIN SELECT RAISE(ABORT, 'a roll entry is frozen'); END",
        ]
    return [
        "CREATE OR REPLACE FUNCTION refuse_swap() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF NEW.unit IS DISTINCT FROM OLD.unit OR NEW.rev < OLD.rev "
        f"OR (OLD.channel IS NOT NULL AND NEW.channel IS DISTINCT FROM OLD.channel{but}) THEN "
        "RAISE EXCEPTION 'a roll entry is frozen'; END IF; RETURN NEW; END $$",
    ]
