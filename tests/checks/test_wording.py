"""Every code a reader may meet has words, and every refusal has the facts its sentence needs."""

import ast
import re

import pytest

from consult.domain import (
    agendas,
    arrivals,
    bodies,
    four_deliberations,
    matters,
    meetings,
    motion_checks,
    petitions,
    retention,
    tasks,
)
from consult.domain.audit import Tag
from consult.domain.cases import states as cases
from consult.domain.cases.acts import RULES, Act
from consult.domain.cases.applications import WAYS
from consult.domain.cases.choices import choices, grounds, stones
from consult.domain.cases.clocks import Clock
from consult.domain.cases.papers import Paper
from consult.domain.comments import AnswerState, Stance
from consult.domain.mistakes import Mistake
from consult.domain.moderation import Ground
from consult.domain.notifications import Event
from consult.domain.phases import Phase
from consult.domain.polls import Channel, Kind, Outcome, Standing, State
from consult.domain.refusals import Reason
from consult.domain.roles import Role
from consult.services import notices, poll_changes
from consult.web import case_codes, case_words, meeting_terms, talk_terms, terms, wording
from tests.checks.sources import PACKAGE, files, tree

CHOICES = sorted({field.of for rule in RULES.values() for field in rule.fields if field.of})
NOTICE_TAGS = {
    notices.POLL_ANNOUNCED, notices.POLL_DECLARED, *poll_changes.NOTICES.values(), notices.MEETING_CALLED,
    notices.MEETING_CHANGED, notices.MEETING_CANCELLED, notices.RESULT_POSTED,
}  # fmt: skip
TABLES = [
    (wording.REFUSALS, set(Reason)),
    (wording.ROLES, set(Role)),
    (terms.TAGS, set(Tag)),
    (terms.OUTCOMES, set(Outcome)),
    (terms.CHANNELS, set(Channel)),
    (terms.STATES, set(State)),
    (terms.KINDS, set(Kind)),
    (terms.STANDINGS, set(Standing)),
    (terms.MISTAKES, set(Mistake)),
    (terms.BODIES, set(bodies.codes())),
    (terms.NOTICES, NOTICE_TAGS),
    (terms.CHANGES, set(poll_changes.NOTICES)),
    (talk_terms.PHASES, set(Phase)),
    (talk_terms.OPENS, set(Phase)),
    (talk_terms.STANCES, set(Stance)),
    (talk_terms.ANSWER_STATES, set(AnswerState)),
    (talk_terms.GROUNDS, set(Ground)),
    (talk_terms.EVENTS, set(Event)),
    (talk_terms.TASK_STATES, set(tasks.State)),
    (talk_terms.STAGES, set(tasks.Stage)),
    (meeting_terms.STATES, set(meetings.State)),
    (meeting_terms.ANSWERS, set(meetings.Answer)),
    (meeting_terms.WAYS, set(arrivals.Way)),
    (meeting_terms.ITEM_KINDS, set(agendas.Kind)),
    (meeting_terms.RESULTS, set(agendas.Result)),
    (meeting_terms.MATTERS, set(matters.codes())),
    (meeting_terms.STEPS, set(four_deliberations.Step)),
    (meeting_terms.QUESTIONS, set(motion_checks.Question)),
    (meeting_terms.CHECK_ANSWERS, set(motion_checks.ANSWERS)),
    (meeting_terms.PETITIONS, set(petitions.Kind)),
    (meeting_terms.RETENTIONS, set(retention.Retention)),
    (case_words.STATES, set(cases.State)),
    (case_words.PARTS, set(cases.Part)),
    (case_words.SOURCES, set(cases.Source)),
    (case_words.ACTS, set(Act)),
    (case_words.CLOCKS, set(Clock)),
    (case_words.PAPERS, set(Paper)),
    *((case_codes.CODES[of], set(choices(of))) for of in CHOICES),
    (case_codes.CODES["stone"], set(stones())),
    (case_codes.CODES["goes_to"], {ground.goes_to for ground in grounds().values()}),
    (case_codes.CODES["way"], set(WAYS)),
]
PLACEHOLDER = re.compile(r"%\((\w+)\)s")


@pytest.mark.parametrize(("table", "codes"), TABLES, ids=lambda x: next(iter(x)).__class__.__name__)
def test_every_code_has_words(table, codes):
    assert set(table) == codes


@pytest.mark.parametrize(("table", "_codes"), TABLES, ids=lambda x: next(iter(x)).__class__.__name__)
def test_no_two_codes_share_their_words(app, table, _codes):
    with app.test_request_context(headers={"Accept-Language": "en"}):
        words = [str(sentence) for sentence in table.values()]
    assert len(words) == len(set(words))


def test_every_field_of_an_act_has_a_label():
    assert {field.name for rule in RULES.values() for field in rule.fields} <= set(case_codes.FIELDS)


def refusals_raised() -> list[tuple[str, Reason, set[str]]]:
    """Each Refused(Reason.X, fact=…) in the code: where, which, and the names of its facts."""
    found = []
    for path in files(".py", below=PACKAGE):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Refused":
                reason = ast.unparse(node.args[0])
                if reason.startswith("Reason.") and all(word.arg for word in node.keywords):
                    names = {str(word.arg) for word in node.keywords}
                    found.append((f"{path.name}:{node.lineno}", Reason[reason.removeprefix("Reason.")], names))
    return found


def test_every_refusal_brings_the_facts_of_its_sentence(app):
    with app.test_request_context(headers={"Accept-Language": "en"}):
        wanted = {reason: set(PLACEHOLDER.findall(str(sentence))) for reason, sentence in wording.REFUSALS.items()}
    raised = refusals_raised()
    assert raised
    assert not [(where, reason) for where, reason, facts in raised if not wanted[reason] <= facts]
