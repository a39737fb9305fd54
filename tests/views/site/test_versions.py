"""Every form that rests on something carries its version: what changed meanwhile is a 409 that keeps the words."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from consult import clock
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.states import CaseState
from consult.domain.law.motion_checks import LawQuestion
from consult.domain.meetings.entry_facts import ProceedingStep
from consult.domain.meetings.meetings import MeetingPlan
from consult.domain.people.roles import Role
from consult.domain.polls.change_requests import ChangeKind, ChangeRequest
from consult.domain.refusals import Reason
from consult.domain.talk.comments import AnswerState
from consult.domain.talk.consultations import Draft
from consult.domain.talk.moderation import ReportGround
from consult.domain.talk.phases import Phase
from consult.domain.talk.tasks import Stage
from consult.models import Comment, Consultation, Meeting, Person, Poll, PollChange, Removal, RollImport, db
from consult.services.law import four_deliberations
from consult.services.meetings import meetings
from consult.services.people import representatives
from consult.services.people.roll import rolls
from consult.services.polls import poll_changes
from consult.services.talk import answers, moderation, phases, revisions
from consult.web.words import version_words
from tests import cases as case_builders
from tests.checks.sources import PACKAGE, TEMPLATES, files
from tests.meetings import a_called_meeting, a_held_meeting, a_meeting_draft, an_item, note
from tests.tasks import a_task
from tests.tasks import note as note_progress
from tests.tasks import representatives as make_representatives
from tests.village import Cast, Who, a_consultation, a_draft, a_matter, a_poll, say

ZH = "zh-Hans-CN"
WORDS = "我看还是先修水圳要紧"


@dataclass(frozen=True)
class Form:
    """A form as one person has it open, and what somebody else does meanwhile."""

    who: Who
    page: str
    action: str
    """The end of its address."""
    changed: Callable[[], object]
    """In an app context."""
    fields: dict[str, Any] = field(default_factory=dict)
    words: str = ""
    """What was typed and must be on the answer."""


def get(model: type, row_id: int) -> Any:
    return db.session.get_one(model, row_id)


def revise(cast: Cast, consultation: int) -> Callable[[], object]:
    words = Draft("修下圳", "改过", "", None, ())
    return lambda: revisions.revise(
        get(Consultation, consultation),
        words,
        cast.sister_chow.act(language=ZH, key="r"),
        base=1,
        reason="改",
        accepted=(),
        in_office=True,
    )


def answer(cast: Cast) -> Form:
    one = a_consultation(cast)
    other = lambda: answers.answer(  # noqa: E731
        get(Consultation, one), AnswerState.NOT_ACCEPTED, "没钱", cast.old_chan.act(language=ZH, key="a")
    )
    fields = {"state": "accepted", "reason": WORDS}
    return Form(cast.sister_chow, f"/rongxi/consultations/{one}/steering", "/answers", other, fields, WORDS)


def move(cast: Cast) -> Form:
    one = a_matter(cast)
    other = lambda: phases.move(get(Consultation, one), Phase.DECIDE, cast.old_chan.act())  # noqa: E731
    fields = {"phase": "discuss", "why": WORDS}
    return Form(cast.sister_chow, f"/rongxi/consultations/{one}/steering", "/phases", other, fields, WORDS)


def sum_up(cast: Cast) -> Form:
    one = a_consultation(cast)
    other = lambda: answers.sum_up(get(Consultation, one), "别的小结", cast.old_chan.act(language=ZH, key="m"))  # noqa: E731
    page = f"/rongxi/consultations/{one}/steering"
    return Form(cast.sister_chow, page, "/summaries", other, {"summary_text": WORDS}, WORDS)


def merge(cast: Cast) -> Form:
    one, into = a_consultation(cast), a_consultation(cast, key="other")
    page = f"/rongxi/consultations/{one}/steering"
    fields = {"into": str(into), "merge_reason": WORDS}
    return Form(cast.old_chan, page, "/merger", revise(cast, one), fields, WORDS)


def decide(cast: Cast) -> Form:
    comment = say(cast, a_consultation(cast), cast.ah_fong)
    moderation.hide(get(Comment, comment), ReportGround.INSULT, "粗口", cast.sister_chow.act())
    removal = db.session.query(Removal).one().id
    moderation.appeal(get(Removal, removal), "没有骂人", cast.ah_fong.act())
    case_builders.grant(cast.ah_keung, Role.SUPERVISOR)
    other = lambda: moderation.decide(  # noqa: E731
        get(Removal, removal), cast.ah_keung.act(), restore_content=False, reason="是粗口"
    )
    fields = {"decision": "restore", "decision_reason": WORDS}
    return Form(cast.uncle_ho, f"/rongxi/hidings/{removal}", "/decision", other, fields, WORDS)


def hide(cast: Cast) -> Form:
    comment = say(cast, a_consultation(cast), cast.ah_fong)
    other = lambda: moderation.hide(get(Comment, comment), ReportGround.OTHER, "别的", cast.old_chan.act())  # noqa: E731
    page = f"/rongxi/comment/{comment}/hiding"
    return Form(cast.sister_chow, page, "/hiding", other, {"ground": "insult", "reason": WORDS}, WORDS)


def confirm_a_roll(cast: Cast) -> Form:
    head = "小组,户号,姓名,与户主关系,性别,出生日期,电话\n"

    def staged(who: Who, row: str) -> int:
        reading = rolls.read_file((head + row).encode(), "r.csv", today=clock.now().date())
        return rolls.stage(reading, "r.csv", who.act()).id

    one = staged(cast.ms_yip, "新一组,9001,甲一,户主,男,1970-01-02,\n")
    other = staged(cast.old_chan, "新一组,9001,乙二,户主,男,1971-01-02,\n")
    confirm = lambda: rolls.confirm(get(RollImport, other), None, cast.old_chan.act())  # noqa: E731
    return Form(cast.ms_yip, f"/rongxi/roll/imports/{one}", "/confirmation", confirm)


def confirm_a_change(cast: Cast) -> Form:
    poll_id = a_poll(cast)
    poll = get(Poll, poll_id)
    longer = ChangeRequest(ChangeKind.EXTENSION, "大雨", poll.closes_at + timedelta(days=1))
    stop = ChangeRequest(ChangeKind.CANCELLATION, "停电")
    ids = [
        poll_changes.ask(poll, wish, "council_member", cast.sister_chow.act(key=f"c{n}")).id
        for n, wish in enumerate((stop, longer))
    ]
    other = lambda: poll_changes.confirm(get(PollChange, ids[1]), "supervisor", cast.uncle_ho.act())  # noqa: E731
    return Form(cast.old_chan, f"/rongxi/polls/{poll_id}/changes/", f"/{ids[0]}/confirmation", other)


def announce(cast: Cast) -> Form:
    poll_id = a_draft(cast)
    one = get(Poll, poll_id).consultation_id
    return Form(cast.old_chan, f"/rongxi/polls/{poll_id}", "/announcement", revise(cast, one))


def confirm_minutes(cast: Cast) -> Form:
    meeting_id, _ = a_held_meeting(cast)
    other = lambda: note(cast, meeting_id, ProceedingStep.REMARK_NOTED, text="还有一句")  # noqa: E731
    return Form(cast.old_chan, f"/rongxi/meetings/{meeting_id}/minutes", "/minutes/confirmation", other)


def choose_a_representative(cast: Cast) -> Form:
    person = Person(
        village_id=cast.id,
        household_id=cast.ah_fong.household_id,
        roll_position=90,
        name="三妹",
        born=cast.ah_fong.row().born,
    )
    db.session.add(person)
    db.session.commit()
    three = person.id
    other = lambda: representatives.choose(three, cast.ah_kwok.act(), on=clock.now().date())  # noqa: E731
    fields = {"person_id": str(cast.ah_kwok.id)}
    return Form(cast.ah_fong, "/rongxi/household", "/representative", other, fields)


def accept_work(cast: Cast) -> Form:
    make_representatives(cast, cast.ah_fong)
    task = a_task(cast)
    note_progress(cast, task, cast.ah_keung)
    other = lambda: note_progress(cast, task, cast.ah_keung, Stage.DONE, key="again")  # noqa: E731
    return Form(cast.ah_fong, f"/rongxi/tasks/{task}", "/acceptances", other, {"accepted": "yes"})


def call(cast: Cast) -> Form:
    meeting_id = a_meeting_draft(cast)
    an_item(cast, meeting_id, title="修路")
    other = lambda: an_item(cast, meeting_id, title="卖地")  # noqa: E731
    return Form(cast.old_chan, f"/rongxi/meetings/{meeting_id}", "/call", other)


def revise_a_draft(cast: Cast) -> Form:
    meeting_id = a_meeting_draft(cast)
    plan = MeetingPlan("VA_people", None, "别的名", "祠堂", clock.now() + timedelta(days=9))
    other = lambda: meetings.revise(get(Meeting, meeting_id), plan)  # noqa: E731
    return Form(cast.old_chan, f"/rongxi/meetings/{meeting_id}/revision", "/revision", other, {"title": WORDS}, WORDS)


def move_a_meeting(cast: Cast) -> Form:
    meeting_id, _ = a_called_meeting(cast)
    later = clock.now() + timedelta(days=3)
    other = lambda: meetings.move(  # noqa: E731
        get(Meeting, meeting_id), "祠堂", later, "下雨", cast.sister_chow.act(language=ZH, key="mv")
    )
    fields = {"kind": "cancelled", "reason": WORDS}
    return Form(cast.old_chan, f"/rongxi/meetings/{meeting_id}/changes/new", "/changes", other, fields, WORDS)


def sign_an_agreement(cast: Cast) -> Form:
    """The paper of version 1 lies on the table; meanwhile the terms are written anew."""
    address = case_builders.a_case(cast, CaseState.AGREED_IN_WRITING)
    case_builders.grant(cast.uncle_ho, Role.HEAD_OF_MEDIATION)
    facts = next(step[2] for step in case_builders.course(cast) if step[1] is CaseAct.AGREE)
    other = lambda: case_builders.act(cast, address, cast.aunt_leung, CaseAct.AGREE, {**facts, "terms": "赔五万"})  # noqa: E731
    return Form(
        cast.aunt_leung,
        f"/rongxi/cases/{address}/sign",
        "/sign",
        other,
        {"signed": ["1", "2"], "mediator_signed": "1", "sealed": "1"},
    )


def check_a_motion(cast: Cast) -> Form:
    """The questions are answered for the words that were on the page, not for those that stand by then."""
    one = a_consultation(cast)
    four_deliberations.choose_matter(get(Consultation, one), "public_works", cast.old_chan.act())
    fields = {question.value: "yes" for question in LawQuestion} | {"note": WORDS}
    page = f"/rongxi/consultations/{one}/four-deliberations"
    return Form(cast.old_chan, page, "/check", revise(cast, one), fields, WORDS)


def choose_a_matter(cast: Cast) -> Form:
    one = a_consultation(cast)
    other = lambda: four_deliberations.choose_matter(get(Consultation, one), "village_rules", cast.old_chan.act())  # noqa: E731
    page = f"/rongxi/consultations/{one}/four-deliberations"
    return Form(cast.sister_chow, page, "/matter", other, {"matter": "public_works"})


def ask_for_a_change(cast: Cast) -> Form:
    poll_id = a_poll(cast)
    longer = ChangeRequest(ChangeKind.EXTENSION, "大雨", get(Poll, poll_id).closes_at + timedelta(days=1))
    wish = poll_changes.ask(get(Poll, poll_id), longer, "council_member", cast.sister_chow.act(key="c")).id
    other = lambda: poll_changes.confirm(get(PollChange, wish), "supervisor", cast.uncle_ho.act())  # noqa: E731
    fields = {"kind": "cancellation", "reason": WORDS}
    return Form(cast.old_chan, f"/rongxi/polls/{poll_id}/changes/", "/changes/", other, fields, WORDS)


FORMS: tuple[Callable[[Cast], Form], ...] = (
    answer,
    move,
    sum_up,
    merge,
    decide,
    hide,
    confirm_a_roll,
    confirm_a_change,
    announce,
    confirm_minutes,
    choose_a_representative,
    accept_work,
    call,
    revise_a_draft,
    move_a_meeting,
    sign_an_agreement,
    check_a_motion,
    choose_a_matter,
    ask_for_a_change,
)


@pytest.mark.parametrize("prepare", FORMS, ids=lambda prepare: prepare.__name__)
def test_a_form_drawn_from_what_has_changed_is_a_409_that_keeps_the_words(app, village, as_person, prepare):
    with app.app_context():
        form = prepare(village)
        db.session.remove()
    client = as_person(form.who)
    assert client.get(form.page).status_code == 200
    with app.app_context():
        form.changed()
        db.session.remove()
    answered = client.press(f"main form[action$='{form.action}']", follow=False, **form.fields)
    assert answered.status_code == 409
    said = client.text("main")
    values = [str(one.get("value", "")) for one in client.page.select("main input")]
    assert form.words in said or form.words in values
    assert "改" in said, "it says that something was changed"


@pytest.mark.parametrize(
    "prepare", [answer, move, merge, decide, call, sign_an_agreement], ids=lambda one: one.__name__
)
def test_a_form_drawn_from_what_still_stands_is_taken(app, village, as_person, prepare):
    with app.app_context():
        form = prepare(village)
        db.session.remove()
    client = as_person(form.who)
    client.get(form.page)
    answered = client.press(f"main form[action$='{form.action}']", follow=False, **form.fields)
    assert answered.status_code in (303, 422), client.text("main")
    assert answered.status_code == 303 or Reason.CHANGED_MEANWHILE.value not in client.text("main")


def test_every_part_of_a_version_has_words():
    import re

    source = "".join(path.read_text() for path in files(".py", below=PACKAGE / "services"))
    named = set(re.findall(r'parts=\["(\w+)"\]', source)) | {"agreement", "parties", "mediators", "session", "title"}
    assert named <= set(version_words.PARTS)


@pytest.mark.parametrize(
    "endpoint",
    [
        "steerings.answer",
        "steerings.move",
        "steerings.sum_up",
        "steerings.merge",
        "hidings.hide",
        "hidings.decide",
        "hidings.restore",
        "case_acts.do",
        "rolls.confirm",
        "poll_changes.confirm",
        "polls.announce",
        "polls.declare",
        "poll_changes.create",
        "four_deliberations.choose_matter",
        "four_deliberations.check",
        "four_deliberations.record",
        "minutes.confirm",
        "representatives.choose",
        "tasks.look_at",
        "meetings.call",
        "meetings.revise",
        "meetings.make_change",
    ],
)
def test_the_form_carries_its_version(endpoint):
    found = [
        text[at : at + 500]
        for path in files(".html", below=TEMPLATES)
        if "<form" in (text := path.read_text())
        for at in [text.find(f"url_for('{endpoint}'")]
        if at >= 0
    ]
    assert found and all("shown(version)" in one.partition("</form>")[0] for one in found)
