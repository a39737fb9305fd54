"""Switch between the villages in which one account holds offices."""

from flask import Blueprint, Response, request, url_for

from consult.domain.refusals import Reason, Refused
from consult.services.people.accounts import switching
from consult.web import pages
from consult.web.access import hand_out, now, public, sign_in_of_browser
from consult.web.numbers import ident

bp = Blueprint("accounts", __name__)


@bp.post("/<slug>/me/villages")
@public
def switch() -> Response:
    """Go on in another village of one's account; refuse those who are signed in to none.

    A second tap comes from a village that the sign-in has left already, and leads to the same page.
    """
    row = sign_in_of_browser()
    place = switching.destination(row.person, request.form.get("person_id", 0, type=ident), now=now())
    if switching.lacks_second_proof(row):
        raise Refused(Reason.SECOND_PROOF_NEEDED)
    hand_out(switching.switch(row, place, now=now()))
    return pages.done(url_for("home.show", slug=place.village.slug))
