"""Acts of an open meeting: opening, items, speakers, notes, chair and recorder; undoing, correcting; the end."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request, url_for

from consult.domain import instants
from consult.domain.form_errors import FormError
from consult.domain.meetings.agendas import CHOSEN, Result
from consult.domain.meetings.entry_facts import (
    AmendmentNotedFacts,
    ChairChangedFacts,
    ConflictDeclaredFacts,
    NoteFacts,
    RecorderChangedFacts,
    RemarkNotedFacts,
    SpeechAskedFacts,
    SpeechBegunFacts,
    SpeechEndedFacts,
    SpeechNotedFacts,
)
from consult.domain.numbers import read_id
from consult.domain.people import roles
from consult.domain.people.roll_headers import plain
from consult.domain.refusals import Reason, Refused
from consult.domain.text_fields import line, long_text
from consult.models import Meeting, Person
from consult.models.meetings import check_in_queries, meeting_queries
from consult.models.people import person_queries
from consult.services.meetings import meeting_states, proceedings
from consult.services.people import villages
from consult.views.meetings import consoles, meeting_pages, minutes
from consult.web import pages
from consult.web.access import act, members_only, now, only, person, today, village
from consult.web.forms import key_from
from consult.web.words import code_words

bp = Blueprint("proceedings", __name__)
bp.register_error_handler(Refused, consoles.refused)
RUNS = sorted(roles.RUNS_MEETINGS)
WORDS_LENGTH, NAME_LENGTH = 1000, 20
A_MINUTE = timedelta(minutes=1)
"""A field of a form has no seconds."""
NOTES: dict[str, type[NoteFacts]] = {
    "speech": SpeechNotedFacts,
    "amendment": AmendmentNotedFacts,
    "remark": RemarkNotedFacts,
    "conflict": ConflictDeclaredFacts,
}
"""What a recorder may note, by the word on the form."""


@bp.post("/<slug>/meetings/<int:meeting_id>/opening")
@only(*RUNS)
def open_meeting(meeting_id: int) -> Response:
    """Open the meeting. The reader chairs and keeps the record, unless others are named."""
    meeting, form = meeting_pages.to_run(meeting_id), request.form.to_dict()
    mistakes: dict[str, FormError] = {}
    began_at = instants.read_instant(form, "began_at", ZoneInfo(village().timezone), mistakes)
    if began_at is not None and not (meeting.called_at or now()) - A_MINUTE <= began_at <= now() + A_MINUTE:
        mistakes["began_at"] = FormError.OUT_OF_BOUNDS
    chair, recorder = (_officer(meeting, form, name, mistakes) for name in ("chair", "recorder"))
    if mistakes or began_at is None:
        return consoles.page(meeting, form, code_words.mistakes(mistakes), status=422)
    proceedings.open_meeting(
        meeting, act(key_from(form)), chair_id=chair, recorder_id=recorder, began_at=min(began_at, now())
    )
    return consoles.back(meeting_id)


def _officer(meeting: Meeting, form: dict[str, str], name: str, mistakes: dict[str, FormError]) -> int:
    """Return the id of the person named by household code and name; none named: of the reader. Raises Refused."""
    code, called = plain(form.get(f"{name}_code", "")), plain(form.get(f"{name}_name", ""))
    if not code and not called:
        return person().id
    named = person_queries.by_code_and_name(village().id, code, called)
    if named is None:
        mistakes[f"{name}_name"] = FormError.NOBODY_THERE
        return 0
    if not _may_chair(meeting, named):
        raise Refused(Reason.CHAIR_NOT_CALLED)
    return named.id


def _may_chair(meeting: Meeting, named: Person) -> bool:
    """Tell whether a person may chair or keep the record: they are called, or hold an office that runs meetings."""
    offices = villages.roles_of(named, on=today())
    return meeting_queries.called_person(meeting.id, named, in_person=False) or roles.holds_any(
        offices, roles.RUNS_MEETINGS
    )


@bp.post("/<slug>/meetings/<int:meeting_id>/items/<int:number>/call")
@only(*RUNS)
def call_item(meeting_id: int, number: int) -> Response:
    meeting = meeting_pages.to_run(meeting_id)
    if proceedings.item_of(meeting.id, number) is None:
        raise Refused(Reason.ITEM_NOT_CURRENT)
    proceedings.call_item(meeting, number, act(key_from(request.form)))
    return consoles.back(meeting_id)


@bp.post("/<slug>/meetings/<int:meeting_id>/items/<int:number>/closing")
@only(*RUNS)
def close_item(meeting_id: int, number: int) -> Response:
    meeting, form = meeting_pages.to_run(meeting_id), request.form.to_dict()
    if form.get("result") not in CHOSEN:
        return consoles.page(meeting, form, code_words.mistakes({"result": FormError.NOT_OFFERED}), status=422)
    proceedings.close_item(meeting, number, Result(form["result"]), act(key_from(form)))
    return consoles.back(meeting_id, "programme")


@bp.post("/<slug>/meetings/<int:meeting_id>/notes")
@only(*RUNS)
def note(meeting_id: int) -> Response:
    """Note the gist of a speech, an amendment, a remark, a declared interest."""
    meeting, form = meeting_pages.to_run(meeting_id), request.form.to_dict()
    mistakes: dict[str, FormError] = {}
    kind, text = form.get("kind", ""), long_text(form, "text", WORDS_LENGTH, mistakes)
    name = line(form, "name", NAME_LENGTH, mistakes, may_be_empty=kind == "remark")
    if kind not in NOTES:
        mistakes["kind"] = FormError.NOT_OFFERED
    if mistakes:
        return consoles.page(meeting, form, code_words.mistakes(mistakes), status=422)
    item = read_id(form.get("item", ""))
    proceedings.note(meeting, NOTES[kind](name=name, text=text), item, act(key_from(form)))
    return consoles.back(meeting_id, "minutes")


@bp.post("/<slug>/meetings/<int:meeting_id>/notes/<int:number>/reversal")
@only(*RUNS)
def undo(meeting_id: int, number: int) -> Response:
    proceedings.undo(meeting_pages.to_run(meeting_id), number, act())
    return consoles.back(meeting_id, "minutes")


@bp.post("/<slug>/meetings/<int:meeting_id>/notes/<int:number>/correction")
@only(*RUNS)
def correct(meeting_id: int, number: int) -> Response:
    """Give an entry other words; the old ones stay, struck through."""
    meeting, form = meeting_pages.to_run(meeting_id), request.form.to_dict()
    mistakes: dict[str, FormError] = {}
    text = long_text(form, "text", WORDS_LENGTH, mistakes)
    if mistakes:
        return minutes.page(meeting, code_words.mistakes(mistakes), status=422)
    proceedings.correct(meeting, number, text, act(key_from(form)))
    return pages.done(url_for("minutes.show", meeting_id=meeting_id, _anchor=f"entry-{number}"))


@bp.post("/<slug>/meetings/<int:meeting_id>/speeches")
@members_only
def ask_to_speak(meeting_id: int) -> Response:
    """Put the reader, who is here, on the speakers' list."""
    meeting = meeting_pages.find_meeting(meeting_id)
    entry = check_in_queries.unit_of(meeting.id, person(), by_household=meeting_states.by_household(meeting))
    if entry is None or entry.attending_id != person().id:
        raise Refused(Reason.NOT_AT_MEETING)
    course = proceedings.course_of(meeting.id)
    asked = SpeechAskedFacts(person=person().id, name=person().name)
    proceedings.note(meeting, asked, course.current, act(key_from(request.form)))
    return pages.done(url_for("meetings.show", meeting_id=meeting_id, _anchor="live"))


@bp.post("/<slug>/meetings/<int:meeting_id>/speeches/withdrawal")
@members_only
def take_hand_down(meeting_id: int) -> Response:
    """Take the reader off the speakers' list while they wait."""
    meeting = meeting_pages.find_meeting(meeting_id)
    mine = [e.number for e in proceedings.course_of(meeting.id).queue if e.facts.get("person") == person().id]
    for number in mine:
        proceedings.undo(meeting, number, act())
    return pages.done(url_for("meetings.show", meeting_id=meeting_id, _anchor="live"))


@bp.post("/<slug>/meetings/<int:meeting_id>/speakers")
@only(*RUNS)
def add_speaker(meeting_id: int) -> Response:
    """Put a person without a phone on the speakers' list."""
    meeting, form = meeting_pages.to_run(meeting_id), request.form.to_dict()
    mistakes: dict[str, FormError] = {}
    name = line(form, "speaker", NAME_LENGTH, mistakes)
    if mistakes:
        return consoles.page(meeting, form, code_words.mistakes(mistakes), status=422)
    course = proceedings.course_of(meeting.id)
    proceedings.note(meeting, SpeechAskedFacts(name=name), course.current, act(key_from(form)))
    return consoles.back(meeting_id, "speakers")


@bp.post("/<slug>/meetings/<int:meeting_id>/speakers/<int:number>/floor")
@only(*RUNS)
def give_floor(meeting_id: int, number: int) -> Response:
    """Give a person on the list the floor; the timer begins."""
    meeting = meeting_pages.to_run(meeting_id)
    course = proceedings.course_of(meeting.id)
    asked = next((e for e in course.queue if e.number == number), None)
    if asked is not None:
        begun = SpeechBegunFacts(of=number, name=asked.facts["name"])
        proceedings.note(meeting, begun, course.current, act(key_from(request.form)))
    return consoles.back(meeting_id, "speakers")


@bp.post("/<slug>/meetings/<int:meeting_id>/speakers/silence")
@only(*RUNS)
def end_speech(meeting_id: int) -> Response:
    meeting = meeting_pages.to_run(meeting_id)
    course = proceedings.course_of(meeting.id)
    if course.speaking is not None:
        proceedings.note(meeting, SpeechEndedFacts(), course.current, act(key_from(request.form)))
    return consoles.back(meeting_id, "speakers")


@bp.post("/<slug>/meetings/<int:meeting_id>/chair")
@only(*RUNS)
def change_chair(meeting_id: int) -> Response:
    """Name another chair or recorder from now on, and why."""
    meeting, form = meeting_pages.to_run(meeting_id), request.form.to_dict()
    mistakes: dict[str, FormError] = {}
    reason = line(form, "chair_reason", 200, mistakes)
    named = person_queries.by_code_and_name(
        village().id, plain(form.get("next_code", "")), plain(form.get("next_name", ""))
    )
    if named is None:
        mistakes["next_name"] = FormError.NOBODY_THERE
    if mistakes or named is None:
        return consoles.page(meeting, form, code_words.mistakes(mistakes), status=422)
    if not _may_chair(meeting, named):
        raise Refused(Reason.CHAIR_NOT_CALLED)
    changed = RecorderChangedFacts if form.get("office") == "recorder" else ChairChangedFacts
    facts = changed(person=named.id, name=named.name, reason=reason)
    proceedings.note(meeting, facts, proceedings.course_of(meeting.id).current, act(key_from(form)))
    return consoles.back(meeting_id)


@bp.post("/<slug>/meetings/<int:meeting_id>/closing")
@only(*RUNS)
def close_meeting(meeting_id: int) -> Response:
    meeting = meeting_pages.to_run(meeting_id)
    proceedings.close_meeting(meeting, act(key_from(request.form)), ended_at=now())
    return pages.done(url_for("minutes.show", meeting_id=meeting_id))
