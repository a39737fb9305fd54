"""Tables by code have a row for every code: a missing row is named here, before a page or a job meets a KeyError.

The tables with sentences stand in test_wording.py.
"""

import re

import pytest

from consult.domain.audit import Tag
from consult.domain.audit_facts import FACTS
from consult.domain.cases.act_table import RULES
from consult.domain.cases.acts import OUTSIDE_THE_TABLE, CaseAct
from consult.domain.cases.clocks import WARNED_BEFORE, Clock
from consult.domain.cases.papers import Paper
from consult.domain.meetings.meetings import MeetingState, RsvpAnswer
from consult.domain.people import roles
from consult.domain.people.roles import Role
from consult.domain.people.roll.headers import Column
from consult.domain.people.roll.questions import QuestionKind
from consult.domain.people.roll.sheets import Expected, Noted
from consult.domain.people.roll.words import office_words, words
from consult.domain.polls import methods
from consult.domain.talk import phases
from consult.domain.talk.comments import Stance
from consult.domain.talk.phases import Phase
from consult.services.meetings import meeting_states
from consult.web.words import code_words, meeting_words, talk_words, verdict_words
from consult.web.words.cases import case_page_words, case_papers
from consult.web.words.people import roll_question_words, roll_words
from tests.checks.sources import PACKAGE, TEMPLATES, files

TABLES = [
    ("domain.audit_facts.FACTS", FACTS, set(Tag)),
    ("domain.cases.act_table.RULES", RULES, set(CaseAct) - OUTSIDE_THE_TABLE),
    ("domain.cases.clocks.WARNED_BEFORE", WARNED_BEFORE, set(Clock)),
    ("domain.people.roles.TITLES", roles.TITLES, set(Role) - {Role.VILLAGER}),
    ("domain.talk.phases.OPENS", phases.OPENS, set(Phase)),
    ("domain.talk.phases.WAYS", phases.WAYS, set(Phase)),
    ("services.meetings.meeting_states.REASONS", meeting_states.REASONS, set(MeetingState)),
    ("web.words.talk_words.STANCE_ICONS", talk_words.STANCE_ICONS, set(Stance)),
    ("web.words.meeting_words.ANSWER_ICONS", meeting_words.ANSWER_ICONS, set(RsvpAnswer)),
    ("web.words.roll_words.COLUMNS", roll_words.COLUMNS, set(Column)),
    ("web.words.roll_words.EXPECTED", roll_words.EXPECTED, set(Expected)),
    ("web.words.roll_words.NOTES", roll_words.NOTES, set(Noted)),
    ("web.words.roll_question_words.TITLES", roll_question_words.TITLES, set(QuestionKind)),
    ("web.words.roll_question_words.LINES", roll_question_words.LINES, set(QuestionKind)),
    ("web.words.cases.case_papers.BUILDERS", case_papers.BUILDERS, set(Paper)),
]
BY_CODE = [pytest.param(method, id=code) for code, method in methods.METHODS.items()]
SYMBOL = re.compile(r'<symbol id="i-([\w-]+)"')
NAMED_ICON = re.compile(r"""\bicon\(["']([\w-]+)["']\)""")
MACRO = re.compile(r"{% macro (\w+)\(")


def symbols() -> set[str]:
    """Return the names of the signs in the sprite."""
    return set(SYMBOL.findall((PACKAGE / "static" / "icons.svg").read_text(encoding="utf-8")))


@pytest.mark.parametrize(("name", "table", "codes"), TABLES, ids=[name for name, _, _ in TABLES])
def test_a_table_has_a_row_for_every_code(name, table, codes):
    assert not codes - set(table), f"{name} lacks these"
    assert not set(table) - codes, f"{name} has these besides"


@pytest.mark.parametrize("table", [talk_words.STANCE_ICONS, meeting_words.ANSWER_ICONS])
def test_every_icon_of_a_code_is_in_the_sprite(table):
    assert symbols()
    assert not set(table.values()) - symbols()


def test_every_icon_a_template_names_is_in_the_sprite():
    named = {name for page in files(".html", below=TEMPLATES) for name in NAMED_ICON.findall(page.read_text("utf-8"))}
    assert named
    assert not named - symbols()


@pytest.mark.parametrize("method", BY_CODE)
def test_a_voting_method_has_its_fields_its_sentences_and_its_icons(method):
    macros = MACRO.findall((TEMPLATES / "components" / "ballots.html").read_text(encoding="utf-8"))
    assert method.template in macros
    assert method.words in verdict_words.SENTENCES
    assert set(method.fixed_options) <= set(code_words.ANSWERS)
    assert set(method.icons) == set(method.fixed_options) and set(method.icons.values()) <= symbols()


@pytest.mark.parametrize("role", sorted(roles.TITLES))
def test_a_roll_reads_the_title_of_an_office_back_as_that_office(role):
    assert [words().offices.get(word) for word in office_words(roles.TITLES[role])] == [role]


def test_a_mistake_whose_sentence_names_a_number_is_made_with_it():
    """A bare one is equal to it and is met by no test, until somebody makes it and reads a fault."""
    sentences = {**case_page_words.SENTENCES, **code_words.MISTAKES}
    numbered = sorted(one.name for one, words in sentences.items() if "%(" in words._args[0])
    assert "TOO_LONG" in numbered and "TOO_MANY_FILES" in numbered
    bare = re.compile(rf"FormError\.(?:{'|'.join(numbered)})\b(?!\.with_numbers)")
    makers = [p for p in files(".py", below=PACKAGE) if "words" not in p.parts]
    assert [(p.name, one) for p in makers for one in bare.findall(p.read_text(encoding="utf-8"))] == []
