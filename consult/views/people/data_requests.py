"""Requests of people about their own data, for those who keep the roll."""

from flask import Blueprint, Response, abort, request, url_for

from consult.domain.form_errors import FormError
from consult.domain.people import own_data as rules
from consult.domain.people.roles import KEEPS_THE_ROLL
from consult.domain.text_fields import long_text
from consult.services.people import data_requests, rights
from consult.web import pages
from consult.web.access import act, acting_office, only, person, today, village
from consult.web.words import code_words

bp = Blueprint("data_requests", __name__)
SHOWN = 50
officers_only = only(*sorted(KEEPS_THE_ROLL))


@bp.get("/<slug>/data-requests")
@officers_only
def index() -> Response:
    return _page({}, {})


@bp.post("/<slug>/data-requests/<int:request_id>/answer")
@officers_only
def answer(request_id: int) -> Response:
    asked = data_requests.find(village().id, request_id)
    if asked is None:
        abort(404)
    form = request.form.to_dict()
    mistakes: dict[str, FormError] = {}
    words = long_text(form, "answer", rules.WORDS_LENGTH, mistakes)
    if form.get("granted") not in ("yes", "no"):
        mistakes["granted"] = FormError.NOT_OFFERED
    if mistakes:
        return _page({**form, "of": str(request_id)}, code_words.mistakes(mistakes), 422)
    if form["granted"] == "yes" and asked.kind in rules.ENDS_WAYS_IN:
        rights.grant_erasure(asked, words, acting_office(KEEPS_THE_ROLL), act())
    else:
        data_requests.answer(asked, words, act(), granted=form["granted"] == "yes")
    return pages.done(url_for(".index"))


def _page(values: dict[str, str], mistakes: dict[str, str], status: int = 200) -> Response:
    return pages.page(
        "people/data_requests/index.html",
        status,
        requests=[(one, data_requests.is_agreed(one)) for one in data_requests.of_village(village().id, most=SHOWN)],
        me=person().id,
        on=today(),
        values=values,
        mistakes=mistakes,
    )
