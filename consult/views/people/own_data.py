"""My data: what the village holds about me and who read it, as a file too, and what I ask to be done with it."""

import json

from flask import Blueprint, Response, make_response, request, url_for

from consult.domain.form_errors import FormError
from consult.domain.people import own_data as rules
from consult.domain.people import retention
from consult.domain.people.own_data import RequestKind
from consult.domain.text_fields import long_text
from consult.services.core import exports
from consult.services.people import data_requests, own_data
from consult.web import pages
from consult.web.access import act, members_only, person, public, today, village
from consult.web.forms import fresh, key_from
from consult.web.words import code_words

bp = Blueprint("own_data", __name__)
TAKEN_SHOWN = 20


@bp.get("/<slug>/me/data", endpoint="show")
@members_only
def show_own_data() -> Response:
    return _page(fresh(), {})


@bp.get("/<slug>/me/data/export.<any(json, csv):kind>")
@members_only
def export(kind: str) -> Response:
    """Answer with everything that is held about the reader, and nothing about others."""
    content = own_data.export(person())
    if kind == "json":
        data = json.dumps(content, ensure_ascii=False, indent=1).encode()
    else:
        data = exports.as_csv(own_data.as_rows(content))
    response = make_response(data)
    response.mimetype = "application/json" if kind == "json" else "text/csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{village().slug}-my-data.{kind}"'
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post("/<slug>/me/data/requests")
@members_only
def ask() -> Response:
    form = request.form.to_dict()
    mistakes: dict[str, FormError] = {}
    words = long_text(form, "words", rules.WORDS_LENGTH, mistakes)
    if form.get("kind") not in list(RequestKind):
        mistakes["kind"] = FormError.NOT_OFFERED
    if mistakes:
        return _page({"key": key_from(form), **form}, code_words.mistakes(mistakes), 422)
    data_requests.ask(RequestKind(form["kind"]), words, act(key_from(form)))
    return pages.done(url_for(".show", _anchor="requests"))


@bp.get("/<slug>/privacy")
@public
def privacy() -> Response:
    """Show for what the village uses what about people, and for how long."""
    return pages.page("people/own_data/privacy.html", periods=retention.periods(), departed=retention.of_departed())


def _page(values: dict[str, str], mistakes: dict[str, str], status: int = 200) -> Response:
    response = pages.page(
        "people/own_data/show.html",
        status,
        counts=own_data.counts(person()),
        taken=own_data.taken(village().id, most=TAKEN_SHOWN),
        asked=data_requests.of_person(person()),
        last_day=retention.answer_due_on(today()),
        values=values,
        mistakes=mistakes,
    )
    response.headers["Cache-Control"] = "no-store"
    return response
