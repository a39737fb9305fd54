"""The representative of the reader's household."""

from flask import Blueprint, Response, request, url_for

from consult.domain import versions
from consult.models.people import person_queries
from consult.services.people import representatives, villages
from consult.web import pages
from consult.web.access import act, members_only, person, today
from consult.web.numbers import ident

bp = Blueprint("representatives", __name__)


@bp.get("/<slug>/household", endpoint="show")
@members_only
def show_representative() -> Response:
    household = villages.home_of(person())
    adults = representatives.adults_of(household.id, on=today())
    history = representatives.history(household.id)
    return pages.page(
        "people/representatives/show.html",
        adults=adults,
        speaker=representatives.speaker_of(household, adults),
        names=person_queries.names([one for choice in history for one in (choice.person_id, choice.chosen_by)]),
        household=household,
        version=versions.token(representatives.shown_parts(household)),
        history=history,
    )


@bp.post("/<slug>/household/representative")
@members_only
def choose() -> Response:
    representatives.choose(request.form.get("person_id", 0, type=ident), act(), on=today())
    return pages.done(url_for(".show"))
