"""What scrutineers look through after a vote: letters, helpers, box visits, contests, and the bundles."""

from flask import Blueprint, Response, abort
from sqlalchemy import select

from consult.domain.people import roles
from consult.domain.refusals import Reason, Refused
from consult.models import Poll, ProxyLetter, db
from consult.models.polls import channel_queries
from consult.services.polls.counting import paper_tickers
from consult.views.polls.poll_pages import still_running
from consult.views.polls.polls import find_poll
from consult.web import pages
from consult.web.access import now, only

bp = Blueprint("scrutinies", __name__)
SCRUTINEERS = sorted(roles.SCRUTINEERS)


@bp.get("/<slug>/polls/<int:poll_id>/scrutiny", endpoint="show")
@only(*SCRUTINEERS)
def show_recount(poll_id: int) -> Response:
    poll = _after_secret_voting(poll_id)
    return pages.page(
        "polls/recounts/show.html",
        poll=poll,
        letters=channel_queries.letters(poll.id),
        visits=channel_queries.visits(poll.id),
        visited=channel_queries.visited(poll.id),
        assistances=channel_queries.assistances(poll.id),
        contests=channel_queries.contests(poll.id),
        late=channel_queries.late_marks(poll.id),
        closed=not still_running(poll),
    )


@bp.get("/<slug>/polls/<int:poll_id>/scrutiny/letters/<int:number>")
@only(*SCRUTINEERS)
def letter(poll_id: int, number: int) -> Response:
    """Send the photo of a letter of proxy."""
    letters = select(ProxyLetter).filter_by(poll_id=_after_secret_voting(poll_id).id, number=number)
    kept = db.session.scalars(letters.order_by(ProxyLetter.rev.desc())).first()
    if kept is None:
        abort(404)
    return pages.photo(kept.picture)


def _after_secret_voting(poll_id: int) -> Poll:
    """Return the poll. Raises Refused while it is open and secret: letters, helpers and visits name who has voted."""
    poll = find_poll(poll_id)
    if paper_tickers.hides_voters(poll, now()):
        raise Refused(Reason.NOT_TICKING)
    return poll
