"""Keys are keys: none is made of the id of a row that may be deleted, and every number is given under a lock.

SQLite gives the highest id again once its row is deleted: a key, a subject or an address made of it then means another
row. Tables from which rows are deleted have ids that come once (sqlite_autoincrement), or ids that lead nowhere.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Integer, Table

from consult.models import Base
from tests.checks.sources import PACKAGE, dotted, each, files, nodes, tree

DELETED = {
    "agenda_item": "agendas.remove",
    "poll": "agendas.remove: the votes planned with an item",
    "proposal_draft": "drafts, consultations.open_from_draft",
}
"""Tables whose rows are deleted and whose ids stand in addresses, forms or subjects."""
LEADS_NOWHERE = {
    "case_file": "its name is random, and stands in the address",
    "one_time_code": "maintenance; found by number and time",
    "search_entry": "search; found by its subject, the id is an order only",
    "roll_import": "what a command staged and did not take in: no page showed its address, and no log names it",
    "stored_file": "found by its random name",
    "sign_in_attempt": "maintenance; counted only",
}
"""Tables whose rows are deleted and whose ids no key, subject or address is made of, and why."""
SERVICES = PACKAGE / "services"
Function = ast.FunctionDef | ast.AsyncFunctionDef
DELETES = re.compile(r"\b(?:db\.session\.delete|delete)\(")
KNOWN_DELETES = {
    "cases/filing.py": 2,  # case_file, case_reader
    "cases/membership.py": 3,  # case_reader, case_name
    "core/job_runs.py": 2,  # job_run, by name and time
    "core/uploads/allowances.py": 1,  # allowance, by day and person
    "core/maintenance.py": 2,  # sign_in_attempt, one_time_code
    "core/search.py": 2,  # search_pair, search_entry
    "meetings/agendas.py": 2,  # agenda_item; meeting_poll, poll_option, poll
    "machine/clock_watch.py": 1,  # clock_tick, by start of the machine
    "messages/group_robots.py": 1,  # group_robot, one a village
    "messages/notifications.py": 1,  # notification_switch, by person and event
    "people/limits/pins.py": 1,  # sign_in_attempt, by card and browser
    "people/departures.py": 1,  # departure, one a person
    "people/roll/roll_writing.py": 1,  # departure, one a person
    "people/roll/rolls.py": 1,  # roll_import that a command staged and did not take in
    "people/retention.py": 3,  # the tables of retention.toml, found by person or time
    "people/second_factors.py": 2,  # recovery_code, by person
    "polls/counting/openings.py": 1,  # sealed_ballot, by its random slot
    "polls/sealing/keys.py": 1,  # sealing_key, by the public key itself
    "polls/formal_basis.py": 1,  # body_standing, by village and body
    "site/search_index.py": 2,  # search_pair, search_entry
    "site/village_addresses.py": 1,  # former_slug, by the address itself
    "site/unused_files.py": 1,  # stored_file
    "talk/comments.py": 1,  # seconding, by comment and person
    "talk/consultations.py": 1,  # proposal_draft
    "talk/drafts.py": 2,  # proposal_draft
    "talk/endorsements.py": 1,  # endorsement, by consultation and person
    "talk/revisions.py": 1,  # funding_source, by proposal and position
}
"""Of each module of the services, how often it deletes. A new place: say here of which table, and see DELETED."""


def with_own_id(name: str) -> Table:
    table = Base.metadata.tables[name]
    assert [column.name for column in table.primary_key] == ["id"], f"{name} has no id of its own"
    assert isinstance(table.columns["id"].type, Integer)
    return table


@pytest.mark.parametrize("name", DELETED)
def test_ids_of_rows_that_are_deleted_come_once(name):
    assert with_own_id(name).dialect_options["sqlite"]["autoincrement"]


def test_every_place_that_deletes_rows_is_known():
    found = {
        path.relative_to(SERVICES).as_posix(): len(DELETES.findall(path.read_text()))
        for path in files(".py", below=SERVICES)
    }
    assert {name: number for name, number in found.items() if number} == KNOWN_DELETES


def made_keys(module: ast.Module) -> Iterator[tuple[str, str]]:
    """The f-strings of a module like `kind:{row.id}`: what stands before the colon, and the name whose id follows."""
    for node in nodes(module, ast.JoinedStr):
        if len(node.values) > 1 and isinstance(node.values[0], ast.Constant):
            kind = str(node.values[0].value)
            for value in node.values[1:]:
                if isinstance(value, ast.FormattedValue) and kind.endswith(":"):
                    yield kind.rstrip(":"), ast.unparse(value.value)


def from_deleted(module: ast.Module) -> set[str]:
    """Keys and subjects of a module that are made of the id of a row that leads nowhere or may be deleted."""
    names = {"draft", "entry", "attempt", "file", "code", "search_entry", "one_time_code"}
    return {
        f"{kind}:{{{made}}}"
        for kind, made in made_keys(module)
        if re.fullmatch(rf"(?:{'|'.join(sorted(names))})(?:\.id|_id)", made)
    }


@each([p for p in files(".py", below=PACKAGE) if "versions" not in p.parts])
def test_no_key_or_subject_is_made_of_the_id_of_such_a_row(path: Path) -> None:
    assert from_deleted(tree(path)) == set()


def test_the_check_sees_a_key_of_a_draft():
    assert from_deleted(ast.parse('key = f"draft:{person.id}:{draft_id}"')) == {"draft:{draft_id}"}
    assert from_deleted(ast.parse('subject = f"draft:{draft.id}"')) == {"draft:{draft.id}"}
    assert from_deleted(ast.parse('key = f"draft:{person.id}:{draft.request_key}"')) == set()


NUMBERS_NOTHING = {
    "core/job_runs.py": "the last minute in which each runner was seen, read only",
    "machine/clock_settlements.py": "the numbers of entries with wrong times, read only",
    "core/sure_time.py": "the newest instant, read only",
}
"""Modules that ask for a highest value and number nothing by it."""
LOCKS = {"transactions.lock", "transactions.queue_for", "villages.locked", "_locked_course", "_lock_for_change"}
NUMBERED_BY_CALLERS = {
    "board/notices.py": "hang: villages.locked",
    "law/four_deliberations.py": "choose_matter, check_motion lock the consultation",
    "meetings/check_ins.py": "each act locks the meeting first",
    "meetings/proceedings.py": "add: each act locks the meeting first; polls through meeting_port",
    "people/roll/roll_writing.py": "rolls.confirm locks the village",
    "polls/poll_changes.py": "confirm locks village, meeting and poll",
    "talk/answers.py": "answer, sum_up lock the consultation",
    "talk/consultations.py": "open_consultation locks the village",
    "talk/phases.py": "enter: each caller holds the consultation, or has just made it",
}
"""Modules in which the function that numbers does not lock by itself, and who does."""


def unlocked_numbers(module: ast.Module) -> set[str]:
    """Functions that number rows (max + 1) and take no lock themselves."""
    found = set()
    functions: list[Function] = [*nodes(module, ast.FunctionDef), *nodes(module, ast.AsyncFunctionDef)]
    for node in functions:
        called = {dotted(inner.func) for inner in ast.walk(node) if isinstance(inner, ast.Call)}
        if "func.max" in called and not called & LOCKS:
            found.add(node.name)
    return found


def test_numbers_are_given_under_a_lock_of_the_function_or_of_all_its_callers():
    found = {
        path.relative_to(SERVICES).as_posix() for path in files(".py", below=SERVICES) if unlocked_numbers(tree(path))
    }
    assert found == set(NUMBERED_BY_CALLERS) | set(NUMBERS_NOTHING)


def test_the_check_sees_a_number_without_a_lock():
    source = "def add(row):\n    last = select(func.max(Row.number))\n"
    assert unlocked_numbers(ast.parse(source)) == {"add"}
    assert unlocked_numbers(ast.parse(source + "    transactions.lock(row)\n")) == set()
