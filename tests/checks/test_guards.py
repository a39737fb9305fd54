"""Acts of office ask again who acts, and files with people in them are logged: no endpoint is left out by oversight."""

import re

import pytest

from consult.web.guards import handing_out
from consult.web.guards.handing_out import EXPORTS, WITHOUT_PEOPLE
from consult.web.guards.proofs import ASKED_AGAIN
from tests.checks.sources import PACKAGE, TEMPLATES, each, files

NOT_ASKED = {
    "steps on the way, which something that asks completes or makes public": {
        "polls.create",
        "roll_appeals.create_at_desk",
        "meetings.create",
        "meetings.revise",
        "meetings.discard",
        "meetings.call",
        "meetings.make_change",
        "agendas.amend",
        "agendas.create",
        "agendas.revise",
        "agendas.create_vote",
        "agendas.remove",
        "rolls.create",
        "rolls.answer",
        "count_sheets.create",
        "consultations.create",
    },
    "a search only: it changes nothing": {"case_searches.search"},
    "at the desk and in the hall, with people waiting; each line can be undone": {
        "assistances.create",
        "assistances.look",
        "attendance.look",
        "attendance.mark",
        "attendance.unmark",
        "attendance.visit",
        "roll_appeals.create_at_desk",
        "doors.add",
        "doors.bring_letter",
        "doors.excuse",
        "doors.leave",
        "doors.sit_in",
        "doors.tick",
        "doors.undo",
        "meeting_votes.repeat",
        "proceedings.add_speaker",
        "proceedings.adjourn",
        "proceedings.name_deputy",
        "proceedings.resume",
        "proceedings.call_item",
        "proceedings.change_chair",
        "proceedings.close_item",
        "proceedings.close_meeting",
        "proceedings.correct",
        "proceedings.end_speech",
        "proceedings.give_floor",
        "proceedings.note",
        "proceedings.open_meeting",
        "proceedings.undo",
        "minutes.add_page",
    },
    "words, tasks and the course of a talk, all public and under a name": {
        "four_deliberations.check",
        "four_deliberations.choose_matter",
        "four_deliberations.post_result",
        "four_deliberations.record",
        "four_deliberations.record_paper",
        "hidings.decide",
        "hidings.hide",
        "hidings.let_stand",
        "hidings.restore",
        "mergers.confirm",
        "mergers.drop",
        "postings.answer",
        "postings.photograph",
        "council_requests.drop",
        "steerings.answer",
        "steerings.extend",
        "steerings.merge",
        "steerings.move",
        "steerings.relate",
        "steerings.sum_up",
        "tasks.correct",
        "tasks.create",
        "tasks.drop_change",
        "tasks.look_at",
        "tasks.withdraw",
    },
    "asks for the PIN of the one who enters, in its own form": {"count_sheets.enter_by_pin"},
    "cases, each sealed for its readers": {
        "case_figures.note_sweep",
        "case_filings.file_at_desk",
        "on_the_spot.settle",
    },
}
"""Acts of offices that do not ask again, by the reason why."""
ELSEWHERE = {
    "web/guards/handing_out.py": "the one place",
    "web/pages.py": "pictures and recordings on pages, each asked for by its own view",
    "web/errors.py": "pages of errors, without a file",
    "services/core/exports.py": "writes tables; it answers nobody",
    "web/qr_codes.py": "an image of an address",
    "views/site/offline.py": "the worker of the page without a connection",
    "web/headers.py": "reads what kind of answer it is",
}
"""Modules whose sources speak of files or kinds of answers, and why."""
A_FILE = re.compile(
    r"send_file|send_from_directory|Content-Disposition|as_attachment|stream_with_context|\.mimetype *= |mimetype=|"
    r"application/(?:pdf|zip|gzip|json|octet|vnd)|text/(?:csv|calendar)"
)
WRITES = re.compile(r"write_bytes|write_text|write_private|make_backup\(|\bopen\(")
BY_COMMAND = {
    "audit.py": "",
    "backups.py": "exports.note(",
    "catalogues.py": "",
    "derivation.py": "",
    "files.py": "",
    "keys.py": "",
    "polls.py": "exports.note(",
    "roll.py": "exports.note(",
    "translate.py": "",
    "voice.py": "",
}
"""Commands that write files: what the source says where people are in them. The others write keys, words, heads, and words spoken."""


@pytest.fixture
def rules(app):
    return list(app.url_map.iter_rules())


def test_each_act_of_an_office_asks_again_or_says_why_not(app, rules):
    acts = {
        rule.endpoint
        for rule in rules
        if "POST" in (rule.methods or ()) and isinstance(app.view_functions[rule.endpoint].access, tuple)
    }
    excused = set().union(*NOT_ASKED.values())
    assert not excused & ASKED_AGAIN
    assert not acts - ASKED_AGAIN - excused, "put these into ASKED_AGAIN or say why not"
    assert not excused - acts, "these are no acts any more"


def test_the_table_names_only_what_there_is(app):
    assert set(app.view_functions) >= ASKED_AGAIN | EXPORTS | set(WITHOUT_PEOPLE)
    assert not EXPORTS & set(WITHOUT_PEOPLE)


def test_each_file_with_people_in_it_asks_again_who_takes_it():
    assert not EXPORTS - ASKED_AGAIN


@each(sorted(files(".py", below=PACKAGE)))
def test_no_module_but_one_answers_with_a_file(path):
    name = path.relative_to(PACKAGE).as_posix()
    if name.startswith(("views/", "web/", "demo/")) and name not in ELSEWHERE:
        found = [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if A_FILE.search(line)]
        assert not found, f"answer with web.guards.handing_out.file: {found}"


def test_a_file_at_an_endpoint_in_no_table_is_refused(app):
    with app.test_request_context("/"), pytest.raises(LookupError, match="root"):
        handing_out.file(b"", handing_out.PDF, "x.pdf")


def test_each_command_that_writes_people_into_a_file_logs_it():
    writing = {path.name: path.read_text(encoding="utf-8") for path in files(".py", below=PACKAGE / "cli")}
    writing = {name: text for name, text in writing.items() if WRITES.search(text)}
    assert set(writing) <= set(BY_COMMAND), "say in BY_COMMAND whether people are in it"
    assert not {name for name, text in writing.items() if BY_COMMAND[name] not in text}


BORN = {
    "views/people/rolls.py": "the age on the officers' page of the roll",
    "views/people/persons.py": "the age on the officers' page of one person",
    "web/words/cases/papers/people.py": "the age on a paper of a case",
}


BORN_CORRECTED = "views/people/rights.py"
"""A corrected day is shown while it waits: the second officer compares it with the paper, and the house says no to it."""


def test_no_page_shows_the_day_of_birth():
    """Officers see an age; the day leaves in the whole export of the roll only, which is logged and asked for again."""
    pages = [
        *files(".py", below=PACKAGE / "views"),
        *files(".py", below=PACKAGE / "web"),
        *files(".html", below=TEMPLATES),
    ]
    for path in pages:
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if re.search(r"\.born\b", line)]
        name = path.as_posix().rpartition("/consult/")[2]
        if name == BORN_CORRECTED:
            assert all("right_words.identity(" in line for line in lines)
            continue
        assert not lines or (name in BORN and all("age_on(" in line for line in lines)), f"{path}: {lines}"
