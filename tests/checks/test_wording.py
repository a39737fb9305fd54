"""Every code a reader may meet has words, and every refusal has the facts its sentence needs."""

import ast
import re

import pytest

from consult.domain.audit import Tag
from consult.domain.board.notices import NoticeTag
from consult.domain.cases import states as cases
from consult.domain.cases.act_table import RULES
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.applications import WAYS
from consult.domain.cases.choices import choices, known_grounds, topics
from consult.domain.cases.clocks import Clock
from consult.domain.cases.papers import Paper
from consult.domain.form_errors import FormError
from consult.domain.law import bodies, four_deliberations, matters, motion_checks
from consult.domain.meetings import agendas, check_ins, meetings, petitions, retention
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.people.roles import Role
from consult.domain.people.sign_ins import Device, SignInWay
from consult.domain.polls.polls import Channel, Outcome, PollKind, PollState, Standing
from consult.domain.refusals import Reason
from consult.domain.talk import tasks
from consult.domain.talk.comments import AnswerState, Stance
from consult.domain.talk.moderation import ReportGround
from consult.domain.talk.phases import Phase
from consult.services.polls import poll_changes
from consult.web.words import code_words, meeting_words, refusal_words, talk_words
from consult.web.words.cases import case_form_words, case_state_words
from consult.web.words.people import sign_in_words
from tests.checks.sources import PACKAGE, files, nodes, tree

CHOICES = sorted({field.of for rule in RULES.values() for field in rule.fields if field.of})
NOTICE_TAGS = {
    NoticeTag.POLL_ANNOUNCED,
    NoticeTag.POLL_DECLARED,
    *poll_changes.NOTICES.values(),
    NoticeTag.MEETING_CALLED,
    NoticeTag.MEETING_CHANGED,
    NoticeTag.MEETING_CANCELLED,
    NoticeTag.MEETING_RESULTS,
    NoticeTag.AGENDA_ADDED,
    NoticeTag.RESULT_POSTED,
}
TABLES = [
    (refusal_words.REFUSALS, set(Reason)),
    (refusal_words.ROLES, set(Role)),
    (code_words.TAGS, set(Tag)),
    (sign_in_words.DEVICES, set(Device)),
    (sign_in_words.WAYS, set(SignInWay)),
    (code_words.OUTCOMES, set(Outcome)),
    (code_words.CHANNELS, set(Channel)),
    (code_words.STATES, set(PollState)),
    (code_words.KINDS, set(PollKind)),
    (code_words.STANDINGS, set(Standing)),
    (code_words.MISTAKES, set(FormError)),
    (code_words.BODIES, set(bodies.codes())),
    (code_words.NOTICES, NOTICE_TAGS),
    (code_words.CHANGES, set(poll_changes.NOTICES)),
    (talk_words.PHASES, set(Phase)),
    (talk_words.OPENS, set(Phase)),
    (talk_words.STANCES, set(Stance)),
    (talk_words.ANSWER_STATES, set(AnswerState)),
    (talk_words.GROUNDS, set(ReportGround)),
    (talk_words.EVENTS, set(NotificationEvent)),
    (talk_words.TASK_STATES, set(tasks.TaskState)),
    (talk_words.STAGES, set(tasks.Stage)),
    (meeting_words.STATES, set(meetings.MeetingState)),
    (meeting_words.ANSWERS, set(meetings.RsvpAnswer)),
    (meeting_words.WAYS, set(check_ins.CheckInWay)),
    (meeting_words.ITEM_KINDS, set(agendas.ItemKind)),
    (meeting_words.RESULTS, set(agendas.Result)),
    (meeting_words.MATTERS, set(matters.codes())),
    (meeting_words.STEPS, set(four_deliberations.DeliberationStage)),
    (meeting_words.QUESTIONS, set(motion_checks.LawQuestion)),
    (meeting_words.CHECK_ANSWERS, set(motion_checks.CheckAnswer)),
    (meeting_words.PETITIONS, set(petitions.PetitionKind)),
    (meeting_words.RETENTIONS, set(retention.Retention)),
    (case_state_words.STATES, set(cases.CaseState)),
    (case_state_words.PARTS, set(cases.CaseRole)),
    (case_state_words.SOURCES, set(cases.Source)),
    (case_state_words.ACTS, set(CaseAct)),
    (case_state_words.CLOCKS, set(Clock)),
    (case_state_words.PAPERS, set(Paper)),
    *((case_form_words.CODES[of], set(choices(of))) for of in CHOICES),
    (case_form_words.CODES["topic"], set(topics())),
    (case_form_words.CODES["goes_to"], {ground.goes_to for ground in known_grounds().values()}),
    (case_form_words.CODES["way"], set(WAYS)),
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


SHOWN_ONLY = {(CaseAct.NOTE_DANGER, "title")}
"""Labels of what an entry holds and no form of its own asks: the real title goes from the acceptance into the note."""


def test_every_field_of_an_act_has_a_label():
    fields = {(act, field.name) for act, rule in RULES.items() for field in rule.fields}
    shared, own = set(case_form_words.FIELDS), set(case_form_words.FIELDS_OF_ACT)
    assert {name for act, name in fields - own} == shared, "each label is one of a form"
    assert own - fields == SHOWN_ONLY


def refusals_raised() -> list[tuple[str, Reason, set[str]]]:
    """Each Refused(Reason.X, fact=…) in the code: where, which, and the names of its facts."""
    found = []
    for path in files(".py", below=PACKAGE):
        for node in nodes(tree(path), ast.Call):
            if isinstance(node.func, ast.Name) and node.func.id == "Refused":
                reason = ast.unparse(node.args[0])
                if reason.startswith("Reason.") and all(word.arg for word in node.keywords):
                    names = {str(word.arg) for word in node.keywords}
                    found.append((f"{path.name}:{node.lineno}", Reason[reason.removeprefix("Reason.")], names))
    return found


def test_every_refusal_brings_the_facts_of_its_sentence(app):
    with app.test_request_context(headers={"Accept-Language": "en"}):
        wanted = {
            reason: set(PLACEHOLDER.findall(str(sentence))) for reason, sentence in refusal_words.REFUSALS.items()
        }
    raised = refusals_raised()
    assert raised
    assert not [(where, reason) for where, reason, facts in raised if not wanted[reason] <= facts]


def test_every_reason_is_given_somewhere():
    """A reason that nothing raises is translated three times for nothing."""
    told = {"refusals.py", "refusal_words.py"}
    given = {
        node.attr
        for path in files(".py", below=PACKAGE)
        if path.name not in told
        for node in nodes(tree(path), ast.Attribute)
        if isinstance(node.value, ast.Name) and node.value.id == "Reason"
    }
    assert not {reason.name for reason in Reason} - given


def test_a_reason_knows_its_status():
    assert (Reason.NOT_SIGNED_IN.status, Reason.NOT_A_CHOICE.status, Reason.SAME_PERSON.status) == (401, 422, 403)
    assert (Reason.WAIT_FOR_PIN.status, Reason.READ_ONLY.status, Reason.POLL_CLOSED.status) == (429, 503, 409)
