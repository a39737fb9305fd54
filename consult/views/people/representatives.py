"""The representative of the reader's household."""

from flask import Blueprint, Response, request, url_for

from consult.domain import versions
from consult.services.people import representatives
from consult.web import pages
from consult.web.access import act, members_only, person, today
from consult.web.numbers import ident

bp = Blueprint("representatives", __name__)


@bp.get("/<slug>/household", endpoint="show")
@members_only
def show_representative() -> Response:
    acting = person()
    adults = representatives.adults_of(acting.household_id, on=today())
    return pages.page(
        "people/representatives/show.html",
        adults=adults,
        speaker=representatives.speaker_of(acting.household, adults),
        names={adult.id: adult.name for adult in adults},
        household=acting.household,
        version=versions.token(representatives.shown_parts(acting.household)),
        history=representatives.history(acting.household_id),
    )


@bp.post("/<slug>/household/representative")
@members_only
def choose() -> Response:
    representatives.choose(request.form.get("person_id", 0, type=ident), act(), on=today())
    return pages.done(url_for(".show"))
