"""Acts of an open meeting: opening, items, speakers, notes, chair and recorder; undoing, correcting; the end."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request, url_for

from consult.domain import instants
from consult.domain.form_errors import FormError
from consult.domain.meetings import meetings as rules
from consult.domain.meetings import proceedings as course_rules
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
from consult.domain.people.roll.headers import plain
from consult.domain.refusals import Reason, Refused
from consult.domain.text_fields import line, long_text
from consult.models import Meeting, Person
from consult.models.meetings import check_in_queries, meeting_queries
from consult.models.people import person_queries
from consult.services.meetings import meeting_states, proceedings, sittings
from consult.services.people import villages
from consult.views.meetings import consoles, meeting_pages, minutes
from consult.web import conveners, pages
from consult.web.access import act, members_only, now, person, today, village
from consult.web.forms import key_from
from consult.web.words import code_words

bp = Blueprint("proceedings", __name__)
bp.register_error_handler(Refused, consoles.refused)
WORDS_LENGTH, NAME_LENGTH = minutes.WORDS_LENGTH, 20
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
@conveners.runs_it
def open_meeting(meeting_id: int) -> Response:
    """Open the meeting and turn to its first item. The reader chairs and keeps the record, unless others are named."""
    meeting, form = meeting_pages.to_run(meeting_id), request.form.to_dict()
    mistakes: dict[str, FormError] = {}
    began_at = instants.read_instant(form, "began_at", ZoneInfo(village().timezone), mistakes)
    if began_at is not None and not (meeting.called_at or now()) - A_MINUTE <= began_at <= now() + A_MINUTE:
        mistakes["began_at"] = FormError.HOUR_UNFIT
    chair, recorder = (_officer(meeting, form, name, mistakes) for name in ("chair", "recorder"))
    if mistakes and meeting.opened_at is not None:  # opened meanwhile: there is no form to put right any more
        return consoles.back(meeting_id)
    if mistakes or began_at is None or chair is None or recorder is None:
        return consoles.page(meeting, form, code_words.mistakes(mistakes), status=422)
    if meeting.opened_at is None:  # a second tap finds it open
        _refuse_self_named(meeting, chair.id)
    proceedings.open_meeting(
        meeting, act(key_from(form)), chair_id=chair.id, recorder_id=recorder.id, began_at=min(began_at, now())
    )
    first = meeting_queries.agenda(meeting.id)[0].number
    if proceedings.course_of(meeting.id).current is None:
        proceedings.call_item(meeting, first, act(f"{key_from(form)}-first"))
    return consoles.back(meeting_id)


def _officer(meeting: Meeting, form: dict[str, str], name: str, mistakes: dict[str, FormError]) -> Person | None:
    """Return the person named by household code and name; none named: the reader. Raises Refused."""
    code, called = plain(form.get(f"{name}_code", "")), plain(form.get(f"{name}_name", ""))
    if not code and not called:
        return person()
    named = person_queries.by_code_and_name(village().id, code, called)
    if named is None:
        mistakes[f"{name}_name"] = FormError.NOBODY_THERE
        return None
    if not _may_chair(meeting, named):
        raise Refused(Reason.CHAIR_NOT_CALLED)
    return named


def _refuse_self_named(meeting: Meeting, named_id: int) -> None:
    if not conveners.may_name_chair(meeting, named_id):
        raise Refused(Reason.CHAIR_NAMES_ITSELF)


def _may_chair(meeting: Meeting, named: Person) -> bool:
    """Tell whether a person may chair or keep the record: they are called, or hold an office that runs meetings."""
    offices = villages.roles_of(named, on=today())
    return meeting_queries.called_person(meeting.id, named, in_person=False) or roles.holds_any(
        offices, roles.RUNS_MEETINGS
    )


@bp.post("/<slug>/meetings/<int:meeting_id>/items/<int:number>/call")
@conveners.runs_it
def call_item(meeting_id: int, number: int) -> Response:
    meeting = meeting_pages.to_run(meeting_id)
    if proceedings.item_of(meeting.id, number) is None:
        raise Refused(Reason.ITEM_NOT_CURRENT)
    proceedings.call_item(meeting, number, act(key_from(request.form)))
    return consoles.back(meeting_id)


@bp.post("/<slug>/meetings/<int:meeting_id>/items/<int:number>/closing")
@conveners.runs_it
def close_item(meeting_id: int, number: int) -> Response:
    meeting, form = meeting_pages.to_run(meeting_id), request.form.to_dict()
    if form.get("result") not in (*CHOSEN, Result.INQUORATE):
        return consoles.page(meeting, form, code_words.mistakes({"result": FormError.NOT_OFFERED}), status=422)
    how, key = Result(form["result"]), key_from(form)
    if form.get("then") == "next":
        proceedings.go_on(meeting, number, how, act(key))
        return consoles.back(meeting_id)
    proceedings.close_item(meeting, number, how, act(key))
    return consoles.back(meeting_id, "programme")


@bp.post("/<slug>/meetings/<int:meeting_id>/notes")
@conveners.runs_it
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
@conveners.runs_it
def undo(meeting_id: int, number: int) -> Response:
    proceedings.undo(meeting_pages.to_run(meeting_id), number, act())
    return consoles.back(meeting_id, "minutes")


@bp.post("/<slug>/meetings/<int:meeting_id>/notes/<int:number>/correction")
@conveners.runs_it
def correct(meeting_id: int, number: int) -> Response:
    """Give an entry other words; the old ones stay, struck through."""
    meeting, form = meeting_pages.to_run(meeting_id), request.form.to_dict()
    mistakes: dict[str, FormError] = {}
    text = long_text(form, "text", WORDS_LENGTH, mistakes)
    if mistakes:
        typed = minutes.Corrected(f"text-{number}", form.get("text", ""))
        said = code_words.mistakes({typed.field: mistakes["text"]})
        return minutes.page(meeting, said, status=422, corrected=typed)
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
@conveners.runs_it
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
@conveners.runs_it
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
@conveners.runs_it
def end_speech(meeting_id: int) -> Response:
    meeting = meeting_pages.to_run(meeting_id)
    course = proceedings.course_of(meeting.id)
    if course.speaking is not None:
        proceedings.note(meeting, SpeechEndedFacts(), course.current, act(key_from(request.form)))
    return consoles.back(meeting_id, "speakers")


@bp.post("/<slug>/meetings/<int:meeting_id>/chair")
@conveners.runs_it
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
    if changed is ChairChangedFacts:
        _refuse_self_named(meeting, named.id)
    facts = changed(person=named.id, name=named.name, reason=reason)
    proceedings.note(meeting, facts, proceedings.course_of(meeting.id).current, act(key_from(form)))
    return consoles.back(meeting_id)


@bp.post("/<slug>/meetings/<int:meeting_id>/deputy")
@conveners.runs_it
def name_deputy(meeting_id: int) -> Response:
    """Let somebody of those offered chair from now on, with one tap: the chair is away."""
    meeting, form = meeting_pages.to_run(meeting_id), request.form.to_dict()
    chosen = read_id(form.get("person", ""))
    named = next((one for one in consoles.deputies(meeting) if one.id == chosen), None)
    if named is None:
        raise Refused(Reason.CHAIR_NOT_CALLED)
    course = proceedings.course_of(meeting.id)
    if course.chair_id != named.id:
        _refuse_self_named(meeting, named.id)
        facts = ChairChangedFacts(person=named.id, name=named.name, reason="")
        proceedings.note(meeting, facts, course.current, act(key_from(form)))
    return consoles.back(meeting_id)


@bp.post("/<slug>/meetings/<int:meeting_id>/adjournment")
@conveners.runs_it
def adjourn(meeting_id: int) -> Response:
    """Break the meeting off; it goes on another day with the same roll and items, and all who are called are told."""
    meeting, form = meeting_pages.to_decide(meeting_id), request.form.to_dict()
    mistakes: dict[str, FormError] = {}
    zone = ZoneInfo(village().timezone)
    resumes_at = instants.read_instant(form, "resumes_at", zone, mistakes)
    if resumes_at is not None and (wrong := rules.why_not_resumed_at(resumes_at, now=now(), zone=zone)):
        mistakes["resumes_at"] = wrong
    place = line(form, "resumes_place", rules.PLACE_LENGTH, mistakes)
    reason = line(form, "break_reason", rules.REASON_LENGTH, mistakes)
    if mistakes or resumes_at is None:
        return consoles.page(meeting, form, code_words.mistakes(mistakes), status=422)
    sittings.adjourn(meeting, place, resumes_at, reason, act(key_from(form)))
    return consoles.back(meeting_id)


@bp.post("/<slug>/meetings/<int:meeting_id>/resumption")
@conveners.runs_it
def resume(meeting_id: int) -> Response:
    """Go on with a meeting that was broken off, under the same chair, at the first item that has no result."""
    meeting, key = meeting_pages.to_run(meeting_id), key_from(request.form)
    began_at, mistakes = _typed_hour("began_at", earliest=meeting.adjourned_at)
    if mistakes:
        return consoles.page(meeting, request.form.to_dict(), code_words.mistakes(mistakes), status=422)
    sittings.resume(meeting, act(key), began_at=began_at)
    course, numbers = proceedings.course_of(meeting.id), [item.number for item in meeting_queries.agenda(meeting.id)]
    following = course_rules.next_item(course, numbers)
    if course.current is None and following is not None:
        proceedings.call_item(meeting, following, act(f"{key}-first"))
    return consoles.back(meeting_id)


@bp.post("/<slug>/meetings/<int:meeting_id>/closing")
@conveners.runs_it
def close_meeting(meeting_id: int) -> Response:
    meeting = meeting_pages.to_run(meeting_id)
    began = proceedings.course_of(meeting_id).sittings
    ended_at, mistakes = _typed_hour("ended_at", earliest=began[-1].began_at if began else None)
    if mistakes:
        return consoles.page(meeting, request.form.to_dict(), code_words.mistakes(mistakes), status=422)
    proceedings.close_meeting(meeting, act(key_from(request.form)), ended_at=ended_at)
    return pages.done(url_for("minutes.show", meeting_id=meeting_id))


def _typed_hour(name: str, *, earliest: datetime | None) -> tuple[datetime, dict[str, FormError]]:
    """Return the hour in a field, with the mistake in it: an emptied one is a mistake. Now, where the form has no such field."""
    mistakes: dict[str, FormError] = {}
    if name not in request.form:
        return now(), mistakes
    typed = instants.read_instant(request.form, name, ZoneInfo(village().timezone), mistakes)
    if typed is None:
        return now(), mistakes
    if typed > now() + A_MINUTE or (earliest is not None and typed < earliest - A_MINUTE):
        mistakes[name] = FormError.HOUR_UNFIT
    return min(typed, now()), mistakes
