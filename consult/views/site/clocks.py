"""The time in doubt: what the clock shows, and the form by which officers say that it is right now."""

from datetime import UTC, datetime

from flask import Blueprint, Response, request, url_for

from consult.domain.instants import read_instant
from consult.domain.people import roles
from consult.domain.refusals import Reason, Refused
from consult.services.machine import clock_settlements, clock_watch
from consult.services.site import clock_confirmations
from consult.web import pages
from consult.web.access import act, acting_office, now, only, person, village

bp = Blueprint("clocks", __name__)
CONFIRMERS = sorted(roles.CONFIRMS_THE_TIME)


@bp.get("/<slug>/clock")
@only(*CONFIRMERS)
def show() -> Response:
    doubt = clock_settlements.open_doubt(village().id)
    given = clock_settlements.still_valid(doubt, clock_watch.reading_at(now())) if doubt else []
    return pages.page(
        "site/clocks/show.html",
        doubt=doubt,
        given=given,
        mine=any(one.person_id == person().id for one in given),
    )


@bp.post("/<slug>/clock")
@only(*CONFIRMERS)
def confirm() -> Response:
    doubt = clock_settlements.open_doubt(village().id)
    given = doubt.confirmations[-1].office if doubt and doubt.confirmations else ""
    office = acting_office(roles.CONFIRMS_THE_TIME, other_than=given)
    clock_confirmations.confirm(village().id, office, act(), shown_at=_shown(request.form.get("shown_at", "")))
    return pages.done(url_for(".show"))


def _shown(text: str) -> datetime:
    """Return the time that the page asked for. Raises Refused for none."""
    shown = read_instant({"shown_at": text}, "shown_at", UTC, {})
    if shown is None:
        raise Refused(Reason.TIME_HAS_PASSED)
    return shown
