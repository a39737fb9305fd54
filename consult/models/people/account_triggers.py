"""What the database itself refuses of people off the roll: to vote, speak or hold a seat as villagers, and to become one.

A person on no roll holds offices that have no seat in a body. Whose account it is, and where an office comes from, stays.
"""

from consult.domain.people.roles import OFF_THE_ROLL

AS_VILLAGER = (
    ("roll_entry", "person_id"),
    ("meeting_roll_entry", "person_id"),
    ("representative_choice", "person_id"),
    ("household_card", "person_id"),
    ("proposal_draft", "person_id"),
    ("comment", "person_id"),
    ("seconding", "person_id"),
    ("statement", "person_id"),
    ("reaction", "person_id"),
    ("endorsement", "person_id"),
    ("petition", "opened_by"),
    ("petition_signature", "person_id"),
    ("objection", "made_by"),
    ("contest", "contested_by"),
    ("rating", "person_id"),
    ("acceptance", "person_id"),
    ("proxy_letter", "giver_id"),
    ("proxy_letter", "holder_id"),
    ("rsvp", "person_id"),
)
"""Columns that name somebody as a villager: nobody off the roll stands there."""
SOURCE = ("source", "source_on", "source_words")
NO_VILLAGER = "somebody off the roll is no villager"
NO_SEAT = "this office takes somebody on the roll"
STAYS = "an account stays with its people"
KEPT = "where an office comes from is kept"
_OFF = "SELECT 1 FROM person p WHERE p.id = {who} AND p.household_id IS NULL"
_OFFICES = ", ".join(f"'{role.value}'" for role in sorted(OFF_THE_ROLL))
_SEAT = f"NEW.role NOT IN ({_OFFICES}) AND EXISTS ({_OFF.format(who='NEW.person_id')})"
_MOVED = (
    "(OLD.household_id IS NULL) <> (NEW.household_id IS NULL) "
    "OR (OLD.account_id IS NOT NULL AND (NEW.account_id IS NULL OR NEW.account_id <> OLD.account_id))"
)


def statements(dialect: str) -> list[str]:
    """Return the DDL of schema 0026, for sqlite or postgresql."""
    return _sqlite() if dialect == "sqlite" else _postgresql()


def removal(dialect: str) -> list[str]:
    """Return the DDL back to the schema before."""
    names = [(f"{table}_{column}_on_roll", table) for table, column in AS_VILLAGER]
    names += [("household_speaker_on_roll", "household"), ("role_grant_on_roll", "role_grant")]
    names += [("person_account_kept", "person"), ("role_grant_source_kept", "role_grant")]
    names += [("right_change_source_kept", "right_change")]
    if dialect == "sqlite":
        return [f"DROP TRIGGER {name}" for name, _ in names]
    functions = ("refuse_off_the_roll", "refuse_seat_off_the_roll", "refuse_other_account", "refuse_other_source")
    return [
        *(f"DROP TRIGGER {name} ON {table}" for name, table in names),
        *(f"DROP FUNCTION {name}" for name in functions),
    ]


def _sqlite() -> list[str]:
    def trigger(name: str, when: str, table: str, condition: str, words: str) -> str:
        return (
            f"CREATE TRIGGER {name} BEFORE {when} ON {table} WHEN {condition} BEGIN SELECT RAISE(ABORT, '{words}'); END"
        )

    changed = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in SOURCE)
    return [
        *(
            trigger(
                f"{table}_{column}_on_roll",
                "INSERT",
                table,
                f"EXISTS ({_OFF.format(who=f'NEW.{column}')})",
                NO_VILLAGER,
            )
            for table, column in AS_VILLAGER
        ),
        trigger(
            "household_speaker_on_roll",
            "UPDATE OF representative_id",
            "household",
            f"EXISTS ({_OFF.format(who='NEW.representative_id')})",
            NO_VILLAGER,
        ),
        trigger("role_grant_on_roll", "INSERT", "role_grant", _SEAT, NO_SEAT),
        trigger("person_account_kept", "UPDATE OF household_id, account_id", "person", _MOVED, STAYS),
        trigger("role_grant_source_kept", "UPDATE", "role_grant", changed, KEPT),
        trigger("right_change_source_kept", "UPDATE", "right_change", changed, KEPT),
    ]


def _postgresql() -> list[str]:
    changed = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in SOURCE)

    def function(name: str, condition: str, words: str, declared: str = "", first: str = "") -> str:
        return (
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {declared}BEGIN {first}"
            f"IF {condition} THEN RAISE EXCEPTION '{words}'; END IF; RETURN NEW; END $$"
        )

    def trigger(name: str, when: str, table: str, called: str) -> str:
        return f"CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {called}"

    return [
        function(
            "refuse_off_the_roll",
            f"EXISTS ({_OFF.format(who='who')})",
            NO_VILLAGER,
            "DECLARE who integer; ",
            "who := (to_jsonb(NEW)->>TG_ARGV[0])::integer; ",
        ),
        function("refuse_seat_off_the_roll", _SEAT, NO_SEAT),
        function("refuse_other_account", _MOVED, STAYS),
        function("refuse_other_source", changed, KEPT),
        *(
            trigger(f"{table}_{column}_on_roll", "INSERT", table, f"refuse_off_the_roll('{column}')")
            for table, column in AS_VILLAGER
        ),
        trigger(
            "household_speaker_on_roll",
            "UPDATE OF representative_id",
            "household",
            "refuse_off_the_roll('representative_id')",
        ),
        trigger("role_grant_on_roll", "INSERT", "role_grant", "refuse_seat_off_the_roll()"),
        trigger("person_account_kept", "UPDATE OF household_id, account_id", "person", "refuse_other_account()"),
        trigger("role_grant_source_kept", "UPDATE", "role_grant", "refuse_other_source()"),
        trigger("right_change_source_kept", "UPDATE", "right_change", "refuse_other_source()"),
    ]
