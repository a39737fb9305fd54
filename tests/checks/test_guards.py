"""Acts of office ask again who acts, and files with people in them are logged: no endpoint is left out by oversight."""

import pytest

from consult.web.guards.handing_out import EXPORTS
from consult.web.guards.proofs import ASKED_AGAIN

NOT_ASKED = {
    "steps on the way, which something that asks completes or makes public": {
        "polls.create",
        "meetings.create",
        "meetings.revise",
        "meetings.discard",
        "meetings.call",
        "meetings.make_change",
        "agendas.create",
        "agendas.create_vote",
        "agendas.remove",
        "rolls.create",
        "count_sheets.create",
        "consultations.create",
    },
    "at the desk and in the hall, with people waiting; each line can be undone": {
        "assistances.create",
        "assistances.look",
        "attendance.mark",
        "attendance.visit",
        "doors.add",
        "doors.bring_letter",
        "doors.excuse",
        "doors.leave",
        "doors.sit_in",
        "doors.tick",
        "doors.undo",
        "proceedings.add_speaker",
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
        "postings.answer",
        "postings.photograph",
        "steerings.answer",
        "steerings.merge",
        "steerings.move",
        "steerings.relate",
        "steerings.sum_up",
        "tasks.create",
        "tasks.look_at",
    },
    "cases, each sealed for its readers": {"case_figures.note_sweep", "case_filings.file_at_desk"},
}
"""Acts of offices that do not ask again, by the reason why."""
NOT_LOGGED = {
    "prints.letter": "a form with blanks",
    "prints.paper_ballots": "all alike, with nobody on them",
    "case_figures.report_sheet": "figures, of which small ones are hidden",
    "case_figures.report_print": "figures, of which small ones are hidden",
}
FILE_ENDINGS = (".zip", ".pdf", ".csv", ".xlsx", "export.<any(xlsx, csv):kind>")


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
    assert set(app.view_functions) >= ASKED_AGAIN | EXPORTS


def test_each_file_that_is_not_public_is_logged_or_says_why_not(app, rules):
    files = {
        rule.endpoint
        for rule in rules
        if rule.rule.endswith(FILE_ENDINGS) and app.view_functions[rule.endpoint].access != "public"
    }
    assert not files - EXPORTS - set(NOT_LOGGED)
    assert not set(NOT_LOGGED) - files
