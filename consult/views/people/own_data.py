"""My data: what the village holds about me and who read it, as a file too, and what I ask to be done with it."""

import json

from flask import Blueprint, Response, abort, request, url_for

from consult.domain.form_errors import FormError
from consult.domain.people import own_data as rules
from consult.domain.people import retention
from consult.domain.people.own_data import RequestKind
from consult.domain.text_fields import long_text
from consult.models.people import lock_queries
from consult.services.core import exports
from consult.services.people import data_locks, data_requests, own_data, rights
from consult.web import pages
from consult.web.access import act, person, public, signed_in_only, today, village
from consult.web.forms import fresh, key_from
from consult.web.guards import handing_out
from consult.web.words import code_words

bp = Blueprint("own_data", __name__)
TAKEN_SHOWN = 20


@bp.get("/<slug>/me/data", endpoint="show")
@signed_in_only
def show_own_data() -> Response:
    return _page(fresh(), {})


@bp.get("/<slug>/me/data/export.<any(json, csv):kind>")
@signed_in_only
def export(kind: str) -> Response:
    """Answer with everything that is held about the reader, and nothing about others."""
    content = own_data.export(person())
    if kind == "json":
        data = json.dumps(content, ensure_ascii=False, indent=1).encode()
    else:
        data = exports.as_csv(own_data.as_rows(content))
    handing_out.count(1)
    mimetype = handing_out.JSON if kind == "json" else handing_out.CSV
    return handing_out.file(data, mimetype, f"{village().slug}-my-data.{kind}")


@bp.post("/<slug>/me/data/requests")
@signed_in_only
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


@bp.post("/<slug>/me/data/requests/<int:request_id>/withdrawal")
@signed_in_only
def withdraw(request_id: int) -> Response:
    """Take back a request of one's own that is not answered yet."""
    asked = data_requests.find(village().id, request_id)
    if asked is None or asked.person_id != person().id:
        abort(404)
    if asked.kind in rules.ENDS_WAYS_IN:
        rights.stop_erasure(asked, act())
    else:
        data_requests.withdraw(asked, act())
    return pages.done(url_for(".show", _anchor="requests"))


@bp.post("/<slug>/me/data/lock/ending")
@signed_in_only
def end_lock() -> Response:
    data_locks.end(act())
    return pages.done(url_for(".show", _anchor="lock"))


@bp.get("/<slug>/privacy")
@public
def privacy() -> Response:
    """Show for what the village uses what about people, and for how long."""
    return pages.page(
        "people/own_data/privacy.html",
        periods=retention.periods() | retention.elsewhere(),
        kept=retention.kept(),
        departed=retention.of_departed(),
    )


def _page(values: dict[str, str], mistakes: dict[str, str], status: int = 200) -> Response:
    response = pages.page(
        "people/own_data/show.html",
        status,
        counts=own_data.counts(person()),
        taken=own_data.taken(person(), most=TAKEN_SHOWN),
        asked=[(one, data_requests.is_agreed(one)) for one in data_requests.of_person(person())],
        lock=lock_queries.lock_of(person().id),
        last_day=retention.answer_due_on(today()),
        values=values,
        mistakes=mistakes,
    )
    response.headers["Cache-Control"] = "no-store"
    return response
