"""What scrutineers look through after a vote: letters, helpers, box visits, contests, and the bundles."""

from flask import Blueprint, Response, abort, send_file

from consult.domain import roles
from consult.models import ProxyLetter, channel_reads, db
from consult.services import attendance, pictures
from consult.views.poll_pages import still_running
from consult.views.polls import found
from consult.web import pages
from consult.web.access import only

bp = Blueprint("scrutinies", __name__)
SCRUTINEERS = sorted(roles.SCRUTINEERS)


@bp.get("/<slug>/polls/<int:poll_id>/scrutiny")
@only(*SCRUTINEERS)
def show(poll_id: int) -> Response:
    poll = found(poll_id)
    return pages.page(
        "scrutinies/show.html", poll=poll, letters=channel_reads.letters(poll.id), visits=channel_reads.visits(poll.id),
        visited=channel_reads.visited(poll.id),
        assistances=channel_reads.assistances(poll.id), contests=channel_reads.contests(poll.id),
        late=attendance.late_marks(poll.id), closed=not still_running(poll),
    )  # fmt: skip


@bp.get("/<slug>/polls/<int:poll_id>/scrutiny/letters/<int:number>")
@only(*SCRUTINEERS)
def letter(poll_id: int, number: int) -> Response:
    """The photo of a letter of proxy."""
    kept = db.session.get(ProxyLetter, (found(poll_id).id, number))
    if kept is None or not pictures.path_of(kept.picture).exists():
        abort(404)
    return send_file(pictures.path_of(kept.picture), mimetype="image/jpeg")
