"""The minutes of a meeting: a draft for its officers, for everybody once the chair has confirmed them."""

import secrets
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, Response, abort, request, url_for

from consult.domain import versions
from consult.domain.form_errors import FormError
from consult.domain.meetings import meetings as rules
from consult.domain.meetings.entry_facts import ProceedingStep
from consult.domain.meetings.meetings import Quorum
from consult.domain.people import roles
from consult.models import Meeting
from consult.models.meetings import meeting_queries
from consult.services.meetings import appointments, check_ins, meeting_states, minutes, proceedings
from consult.services.people.villages import local_day
from consult.views.meetings import meeting_pages, minute_words
from consult.views.meetings.minute_words import WrittenMinutes
from consult.web import conveners, pages
from consult.web.access import act, members_only, only, person_or_none, public, today, village
from consult.web.forms import key_from
from consult.web.uploads import photo_of_paper
from consult.web.words import code_words

bp = Blueprint("minutes", __name__)
WORDS_LENGTH = 1000
"""Characters of one entry."""


@bp.get("/<slug>/meetings/<int:meeting_id>/minutes", endpoint="show")
@public
def show_minutes(meeting_id: int) -> Response:
    meeting = meeting_pages.find_meeting(meeting_id)
    if not (meeting_pages.in_office() or minutes.confirmed_digest(meeting.id) or conveners.may_run(meeting)):
        abort(404)
    return page(meeting, {})


@bp.post("/<slug>/meetings/<int:meeting_id>/minutes/confirmation")
@members_only
def confirm(meeting_id: int) -> Response:
    minutes.confirm(meeting_pages.find_meeting(meeting_id), act())
    return pages.done(url_for(".show", meeting_id=meeting_id))


@bp.post("/<slug>/meetings/<int:meeting_id>/minutes/signed-pages")
@only(*sorted(roles.RUNS_MEETINGS))
def add_page(meeting_id: int) -> Response:
    """Add a photo of a signed page."""
    meeting, form = meeting_pages.to_run(meeting_id), request.form.to_dict()
    photo, wrong = photo_of_paper(form)
    if not photo:
        return page(meeting, code_words.mistakes({"picture": wrong or FormError.PICTURE_MISSING}), status=422)
    minutes.add_signed_page(meeting, photo, act(key_from(form)))
    return pages.done(url_for(".show", meeting_id=meeting_id))


@bp.get("/<slug>/meetings/<int:meeting_id>/minutes/signed-pages/<int:page_id>.jpg")
@only(*sorted(roles.READS_MEETING_PAPERS))
def picture(meeting_id: int, page_id: int) -> Response:
    found = [p for p in meeting_queries.signed_pages(meeting_pages.find_meeting(meeting_id).id) if p.id == page_id]
    if not found:
        abort(404)
    return pages.photo(found[0].file_name)


def written(meeting: Meeting) -> WrittenMinutes:
    """Return the minutes with everything that page, print and PDF say of them."""
    course, lines = proceedings.course_of(meeting.id), check_ins.standing_lines(meeting.id)
    text = minutes.written_of(meeting, course, lines)
    names = meeting_queries.names([i for i in (course.chair_id, course.recorder_id) if i is not None])
    opened, in_time = meeting.opened_at, text.present.came - text.present.typed_in
    due_at = course.sittings[0].due_at if course.sittings else None
    bare = WrittenMinutes(
        text=text,
        lines=lines,
        chair=names.get(course.chair_id or 0, ""),
        recorder=names.get(course.recorder_id or 0, ""),
        chair_id=course.chair_id,
        quorum=Quorum(in_time, text.present.expected, meeting.call.quorum if meeting.call else None),
        afterwards=opened is not None
        and rules.recorded_afterwards(starts_at=due_at or meeting.starts_at, opened_at=opened),
        unit=meeting_pages.unit_of(meeting),
        days=appointments.held(meeting, course.sittings),
        confirmations=meeting_queries.confirmations(meeting.id),
        confirmed=minutes.confirmed_digest(meeting.id),
    )
    return minute_words.worded(meeting, bare)


@dataclass(frozen=True)
class Corrected:
    """A correction that was not taken: the id of its field, and the words that were typed."""

    field: str = ""
    words: str = ""


def page(
    meeting: Meeting, mistakes: dict[str, str], status: int = 200, *, corrected: Corrected | None = None
) -> Response:
    """Render the minutes; a correction that was not taken comes back where it was typed."""
    shown, reader = written(meeting), person_or_none()
    return pages.page(
        "meetings/minutes/show.html",
        status,
        meeting=meeting,
        version=versions.token({"minutes": shown.text.digest()}),
        state=meeting_states.state_of(meeting),
        **{name: value for name, value in shown.__dict__.items() if name != "lines"},
        steps=ProceedingStep,
        is_chair=reader is not None and reader.id == shown.chair_id,
        in_office=meeting_pages.in_office(),
        runs=conveners.may_run(meeting),
        up_to_date=shown.up_to_date,
        signed_pages=meeting_queries.signed_pages(meeting.id),
        addable_until=_addable_until(meeting),
        named=minute_words.names(meeting, shown.lines) if meeting_pages.in_office() else [],
        mistakes=mistakes,
        corrected=corrected or Corrected(),
        words_length=WORDS_LENGTH,
        key=secrets.token_urlsafe(18),
    )


def _addable_until(meeting: Meeting) -> date | None:
    """Return the last day on which words and arrivals can be added to the record of a closed meeting; None: it is past."""
    if meeting.closed_at is None:
        return None
    last = local_day(village(), meeting.closed_at) + timedelta(days=rules.LATE_ADDITIONS)
    return last if today() <= last else None
