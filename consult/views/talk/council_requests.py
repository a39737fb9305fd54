"""Acts in the council's name that wait for a second officer: the list, and its two forms."""

from flask import Blueprint, Response, abort, url_for

from consult.domain import versions
from consult.domain.people import roles
from consult.domain.people.two_persons import Asked
from consult.models import CouncilRequest, db
from consult.services.people import villages
from consult.services.talk.council import council_acts, council_requests
from consult.web import pages
from consult.web.access import act, acting_office, only, village
from consult.web.words import council_words

bp = Blueprint("council_requests", __name__)


@bp.get("/<slug>/council-requests")
@only(*sorted(roles.CHANGES_POLLS))
def index() -> Response:
    """Show what waits for a second officer, with what it says and who asked for it."""
    rows = [_row(one) for one in council_requests.waiting(village().id)]
    return pages.page("talk/council_requests/index.html", rows=rows)


@bp.post("/<slug>/council-requests/<int:request_id>/confirmation")
@only(*sorted(roles.CHANGES_POLLS))
def confirm(request_id: int) -> Response:
    """Confirm it as the second officer, and show what came of it."""
    request = _find(request_id)
    office = acting_office(roles.CHANGES_POLLS, other_than=request.asked_office)
    council_acts.confirm(request, office, act())
    return pages.done(council_words.place_of(request))


@bp.post("/<slug>/council-requests/<int:request_id>/refusal")
@only(*sorted(roles.CHANGES_POLLS))
def drop(request_id: int) -> Response:
    council_requests.drop(_find(request_id), acting_office(roles.CHANGES_POLLS), act())
    return pages.done(url_for(".index"))


def _find(request_id: int) -> CouncilRequest:
    request = db.session.get(CouncilRequest, request_id)
    if request is None or request.village_id != village().id:
        abort(404)
    return request


def _row(request: CouncilRequest) -> dict[str, object]:
    """Return a request with its words, and why the reader may not confirm it; None: they may."""
    asked = Asked(request.asked_by, request.asked_office, request.asked_at)
    office = acting_office(roles.CHANGES_POLLS, other_than=request.asked_office)
    own = council_requests.is_own(request, act().actor)
    why_not = villages.why_not_second(asked, office, act(), allowed=roles.CHANGES_POLLS)
    return {
        "request": request,
        "title": council_requests.title_of(request),
        "what": council_words.what(request),
        "place": council_words.place_of(request),
        "version": versions.token(council_requests.shown_parts(request)),
        "may_confirm": why_not is None and not own,
    }
