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
from consult.domain.people.person_forms import Particulars
from consult.domain.people.roles import Role
from consult.domain.polls.change_requests import ChangeKind, ChangeRequest
from consult.domain.refusals import Reason
from consult.domain.talk.comments import AnswerState
from consult.domain.talk.consultations import Draft
from consult.domain.talk.moderation import ReportGround
from consult.domain.talk.phases import Phase
from consult.domain.talk.tasks import Stage
from consult.models import Comment, Consultation, Meeting, Person, Poll, PollChange, Removal, RollImport, db
from consult.services.cases import corrections
from consult.services.cases.corrections import NewCorrection
from consult.services.law import four_deliberations
from consult.services.meetings import meetings
from consult.services.people import representatives
from consult.services.people.roll import persons, rolls
from consult.services.polls import poll_changes
from consult.services.talk import answers, moderation, revisions
from consult.web.words import version_words
from tests import cases as case_builders
from tests.checks.sources import PACKAGE, TEMPLATES, files
from tests.council import answered, drafted, moved
from tests.hours import today
from tests.meetings import a_called_meeting, a_held_meeting, a_meeting_draft, an_item, note
from tests.rolls import answer_all
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
    one = a_matter(cast)
    other = lambda: answered(cast, one, AnswerState.NOT_ACCEPTED, "没钱")  # noqa: E731
    fields = {"state": "accepted", "reason": WORDS}
    return Form(cast.sister_chow, f"/rongxi/consultations/{one}/steering", "/answers", other, fields, WORDS)


def confirm_an_answer(cast: Cast) -> Form:
    one = a_matter(cast)
    drafted(cast, one, AnswerState.ACCEPTED)
    other = lambda: answered(cast, one, AnswerState.NOT_ACCEPTED, "没钱", key="b")  # noqa: E731
    return Form(cast.sister_chow, "/rongxi/council-requests", "/confirmation", other)


def move(cast: Cast) -> Form:
    one = a_matter(cast)
    other = lambda: moved(cast, one, Phase.DECIDE)  # noqa: E731
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
    comment = say(cast, a_consultation(cast, by=cast.aunt_leung), cast.ah_fong)
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
    comment = say(cast, a_consultation(cast, by=cast.aunt_leung), cast.ah_fong)
    other = lambda: moderation.hide(get(Comment, comment), ReportGround.OTHER, "别的", cast.old_chan.act())  # noqa: E731
    page = f"/rongxi/comment/{comment}/hiding"
    return Form(cast.sister_chow, page, "/hiding", other, {"ground": "insult", "reason": WORDS}, WORDS)


def confirm_a_roll(cast: Cast) -> Form:
    head = "小组,户号,姓名,与户主关系,性别,出生日期,电话\n"

    def staged(who: Who, row: str) -> int:
        reading = rolls.read_file((head + row).encode(), "r.csv", today=today())
        kept = rolls.stage(reading, "r.csv", who.act())
        answer_all(kept, who.act())
        return kept.id

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
    other = lambda: representatives.choose(three, cast.ah_kwok.act(), on=today())  # noqa: E731
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


def prepare_an_item(cast: Cast) -> Form:
    meeting_id = a_meeting_draft(cast)
    consultation = a_consultation(cast)
    an_item(cast, meeting_id, title="修路", consultation_id=consultation)
    other = lambda: four_deliberations.choose_matter(  # noqa: E731
        get(Consultation, consultation), "village_planning", cast.old_chan.act()
    )
    page = f"/rongxi/meetings/{meeting_id}/items/1/revision"
    return Form(cast.old_chan, page, "/revision", other, {"question": WORDS}, WORDS)


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


def correct_an_entry(cast: Cast) -> Form:
    """Two correct the same entry; the form of the second shows what stood there before the first."""
    address = case_builders.a_case(cast, CaseState.DECLINED)
    case_builders.grant(cast.uncle_ho, Role.HEAD_OF_MEDIATION)
    case = case_builders.opened(cast, cast.uncle_ho, address)
    assert case is not None
    number = case.written[-1].number
    new = NewCorrection(number, {"ground": "crime", "reason": "打人"}, "选错了")
    other = lambda: corrections.correct(  # noqa: E731
        case_builders.opened(cast, cast.uncle_ho, address), new, cast.uncle_ho.act(key="first")
    )
    return Form(
        cast.aunt_leung,
        f"/rongxi/cases/{address}/entries/{number}/correct",
        "/correct",
        other,
        {"reason": "已在法院立案。", "why_corrected": WORDS},
        WORDS,
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


def _another_clerk_corrects(cast: Cast) -> Callable[[], object]:
    said = Particulars("配偶", "男", "在村")
    return lambda: persons.correct(get(Person, cast.ah_kwok.id), said, "committee_member", cast.old_chan.act())


def correct_a_person(cast: Cast) -> Form:
    page = f"/rongxi/roll/{cast.ah_kwok.id}"
    return Form(cast.ms_yip, page, "/particulars", _another_clerk_corrects(cast), {"residence": WORDS}, WORDS)


def correct_a_name(cast: Cast) -> Form:
    page = f"/rongxi/roll/{cast.ah_kwok.id}/identity"
    return Form(cast.ms_yip, page, "/identity", _another_clerk_corrects(cast), {"name": WORDS}, WORDS)


def move_a_person(cast: Cast) -> Form:
    page, fields = f"/rongxi/roll/{cast.ah_kwok.id}/household", {"code": "01-003"}
    return Form(cast.ms_yip, page, "/household", _another_clerk_corrects(cast), fields, "01-003")


FORMS: tuple[Callable[[Cast], Form], ...] = (
    answer,
    confirm_an_answer,
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
    prepare_an_item,
    revise_a_draft,
    move_a_meeting,
    sign_an_agreement,
    correct_an_entry,
    check_a_motion,
    choose_a_matter,
    ask_for_a_change,
    correct_a_person,
    correct_a_name,
    move_a_person,
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


CARRIES = (
    "steerings.answer",
    "steerings.move",
    "steerings.sum_up",
    "steerings.merge",
    "hidings.hide",
    "hidings.decide",
    "hidings.restore",
    "case_acts.do",
    "case_consents.enter",
    "case_payments.enter",
    "case_corrections.correct",
    "case_corrections.confirm",
    "rolls.confirm",
    "persons.correct",
    "persons.correct_identity",
    "persons.move",
    "poll_changes.confirm",
    "polls.announce",
    "polls.declare",
    "poll_changes.create",
    "four_deliberations.choose_matter",
    "four_deliberations.check",
    "four_deliberations.record",
    "minutes.confirm",
    "representatives.choose",
    "council_requests.confirm",
    "tasks.look_at",
    "meetings.call",
    "meetings.revise",
    "meetings.make_change",
    "agendas.revise",
)
"""The forms that decide about what their page shows; each carries its version."""
WITHOUT: dict[str, set[str]] = {
    "confirms or drops, by its number, a request whose words never change": {
        "contests.decide",
        "further_votes.confirm",
        "further_votes.drop",
        "late_marks.confirm",
        "late_marks.drop",
        "letters.look",
        "mergers.confirm",
        "mergers.drop",
        "roll_appeals.accept",
        "roll_appeals.confirm_refusal",
        "roll_appeals.drop_refusal",
        "roll_appeals.refuse",
        "council_requests.drop",
        "doors.confirm_addition",
        "own_rules.confirm",
        "own_rules.drop",
        "poll_changes.drop",
        "rights.confirm",
        "rights.confirm_import",
        "rights.drop",
        "second_factors.confirm_change",
        "standings.confirm",
        "standings.drop",
        "tasks.confirm_change",
        "tasks.drop_change",
    },
    "asks for what a second person reads, or for what the house can stop": {
        "further_votes.create",
        "same_words.create",
        "late_marks.create",
        "roll_appeals.create_at_desk",
        "steerings.extend",
        "cards.issue",
        "cards.issue_another",
        "cards.withdraw",
        "data_requests.answer",
        "doors.add",
        "endorsements.set_rule",
        "grants.change",
        "grants.create",
        "grants.create_outside",
        "grants.end",
        "own_rules.ask_charter",
        "own_rules.ask_collective",
        "own_rules.ask_voter",
        "persons.bring_back",
        "persons.change_membership",
        "persons.create",
        "rights.create_number",
        "rolls.depart",
        "second_factors.ask_change",
        "standings.change",
    },
    "the first one stays, and the second one is refused": {"clocks.confirm", "postings.answer"},
    "carries the version under another name": {"tasks.correct", "tasks.withdraw"},
    "each counter enters for themselves what lies before them": {
        "count_sheets.create",
        "count_sheets.enter",
        "count_sheets.enter_by_pin",
    },
    "the hall, the desk and the door: what is shown is what happens there": {
        "attendance.look",
        "attendance.unmark",
        "assistances.create",
        "assistances.look",
        "attendance.assign",
        "attendance.end",
        "attendance.mark",
        "attendance.visit",
        "doors.bring_letter",
        "doors.excuse",
        "doors.leave",
        "doors.sit_in",
        "doors.tick",
        "doors.undo",
        "meeting_votes.declare",
        "meeting_votes.end_vote",
        "meeting_votes.open_vote",
        "meeting_votes.repeat",
        "minutes.add_page",
        "proceedings.add_speaker",
        "proceedings.adjourn",
        "proceedings.call_item",
        "proceedings.change_chair",
        "proceedings.close_item",
        "proceedings.close_meeting",
        "proceedings.correct",
        "proceedings.end_speech",
        "proceedings.give_floor",
        "proceedings.name_deputy",
        "proceedings.note",
        "proceedings.open_meeting",
        "proceedings.resume",
        "proceedings.undo",
    },
    "adds something of its own, which rests on nothing that is shown": {
        "agendas.create",
        "agendas.create_vote",
        "case_figures.hand_in",
        "case_figures.note_sweep",
        "case_figures.set_closing_day",
        "case_handovers.create",
        "case_searches.search",
        "case_filings.file_at_desk",
        "on_the_spot.settle",
        "consultations.create",
        "four_deliberations.post_result",
        "four_deliberations.record_paper",
        "group_robots.create",
        "group_robots.remove",
        "meetings.create",
        "polls.create",
        "postings.photograph",
        "rolls.answer",
        "rolls.create",
        "steerings.relate",
        "tasks.create",
    },
    "takes back or changes a draft that nobody was told of": {
        "agendas.amend",
        "agendas.remove",
        "meetings.discard",
    },
    "settles reports of words that cannot be changed": {"hidings.let_stand"},
}
"""Acts of offices whose forms carry none, by the reason why."""


def test_each_act_of_an_office_carries_a_version_or_says_why_not(app):
    acts = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and isinstance(app.view_functions[rule.endpoint].access, tuple)
    }
    without = set().union(*WITHOUT.values())
    assert not acts - set(CARRIES) - without, "put these into CARRIES, or say why they rest on nothing that is shown"
    assert not without - acts, "these are no acts any more"
    assert not without & set(CARRIES)


@pytest.mark.parametrize("endpoint", CARRIES)
def test_the_form_carries_its_version(endpoint):
    found = [
        text[at : at + 500]
        for path in files(".html", below=TEMPLATES)
        if "<form" in (text := path.read_text())
        for at in [text.find(f"url_for('{endpoint}'")]
        if at >= 0
    ]
    assert found and all("shown(version)" in one.partition("</form>")[0] for one in found)
