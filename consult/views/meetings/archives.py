"""The archive of a meeting: one zip with an index page, as the county's archive wants it."""

from functools import partial
from typing import Any

from flask import Blueprint, Response, abort

from consult.domain import languages
from consult.domain.meetings import retention
from consult.domain.meetings.meetings import MeetingState
from consult.domain.people import roles
from consult.models import Meeting, Notice
from consult.models.board import notice_queries
from consult.services.meetings import archives, meeting_states
from consult.views.board import notices
from consult.views.meetings import meeting_pages, minutes, print_contexts, print_notices, prints
from consult.web import i18n, pages, printing
from consult.web.access import only
from consult.web.guards import handing_out
from consult.web.words import meeting_words

bp = Blueprint("archives", __name__)


@bp.get("/<slug>/meetings/<int:meeting_id>/archive.zip")
@only(*sorted(roles.READS_MEETING_PAPERS))
def meeting(meeting_id: int) -> Response:
    """Return a zip of papers, sheets, photos, minutes, bundles, and an index that names each and says how long it is kept."""
    found = meeting_pages.find_meeting(meeting_id)
    if meeting_states.state_of(found) is not MeetingState.CLOSED:
        abort(404)
    files = printed(found) | archives.files_of(found)
    with i18n.speaking(languages.OFFICIAL):
        index = pages.render(
            "meetings/archives/_index.html",
            meeting=found,
            files=[(name, meeting_words.paper(name)) for name in sorted(files)],
            kept=retention.of_body(found.body),
            source=retention.source(),
            minutes=minutes.written(found),
        )
    handing_out.count(len(files), of=f"meeting:{found.id}")
    packed = archives.packed({"index.html": index.encode(), **files})
    return handing_out.file(packed, handing_out.ZIP, f"meeting-{found.year}-{found.number:02}.zip")


def printed(meeting: Meeting) -> dict[str, bytes]:
    """Return the PDF files by name, made anew from the records."""
    files = {
        "minutes.pdf": printing.official(
            "minutes", lambda: print_contexts.of_minutes(meeting, minutes.written(meeting))
        ),
        "attendance.pdf": printing.official("sign_in_sheet", lambda: prints.attendance_context(meeting)),
    }
    for notice in notice_queries.of_meeting(meeting.id):
        files[f"notices/{notice.year}-{notice.number}.pdf"] = printing.official("notice", partial(_notice, notice))
    return files


def _notice(notice: Notice) -> dict[str, Any]:
    return print_notices.of_notice(notice, notices.notice_context(notice))
