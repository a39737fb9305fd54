"""Turn refusals and faults into pages: a sentence, one way on, and the right status."""

import logging
from collections.abc import Callable
from contextlib import suppress
from secrets import token_hex
from typing import Any

from flask import Flask, Response, g, jsonify, make_response, redirect, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException

from consult.domain.refusals import LOGGED, Reason, Refused
from consult.models import db
from consult.services.core import collisions, refused_acts
from consult.web import access, cookies, dispatch, fragments, kept_words, pages
from consult.web.guards import kept_forms, outages, security_log
from consult.web.words import refusal_words

log = logging.getLogger("consult")


def init_app(app: Flask) -> None:
    app.register_error_handler(Refused, refused)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _fault)
    app.extensions[dispatch.LAST_ANSWER] = last_answer


def status_of(reason: Reason) -> int:
    """Return the HTTP status of a refusal, and note for the operator's log why: whoever answers a refusal asks here."""
    security_log.refused(reason)
    return reason.status.value


def refused(error: Refused) -> Response:
    db.session.rollback()
    _note_attempt(error)
    if error.reason is Reason.NOT_SIGNED_IN and request.method == "GET" and not fragments.wanted():
        return make_response(redirect(url_for("sign_ins.new", next=_destination()), 303))
    if error.reason in kept_forms.ASK_WHO and request.method == "POST":
        return kept_forms.page(error, status_of(error.reason))
    if fragments.wanted():
        return pages.page(
            "errors/_refusal.html", status_of(error.reason), reason=error.reason, sentence=refusal_words.refusal(error)
        )
    case = (
        (request.view_args or {}).get("address", "") if request.blueprint in ("case_acts", "case_corrections") else ""
    )
    said = {"reason": error.reason, "sentence": refusal_words.refusal(error), "case": case}
    return pages.page("errors/refused.html", status_of(error.reason), **said, **_kept())


def _destination() -> str:
    """Return the path that was asked for, sealed where it is one of a case: the next one to hold the phone reads addresses."""
    path = request.full_path.rstrip("?")
    return cookies.sealed_path(path) if "address" in (request.view_args or {}) else path


def _kept() -> dict[str, Any]:
    """Return what was typed into the form that was sent, and its page.

    No words where the form itself cannot be read, and none of somebody who has signed out: Back may have sent it.
    """
    try:
        kept, files = ([] if access.is_of_signed_out() else kept_words.typed()), kept_words.had_files()
    except HTTPException:
        kept, files = [], False
    return {"kept": kept, "files": files, "form_page": kept_words.page_of_form()}


def shown_again(error: Refused, page: Callable[[dict[str, str], int], Response]) -> Response:
    """Show the form again with the sentence on top and what was typed: for the error handler of a blueprint.

    For readers who may open the form; others get the ordinary answer.
    """
    if request.method != "POST" or fragments.wanted() or not is_let_in():
        return refused(error)
    db.session.rollback()
    _note_attempt(error)
    return page({"": refusal_words.refusal(error)}, status_of(error.reason))


def is_let_in() -> bool:
    """Tell whether the reader may open the page: the refusal came from the act, and not from a guard before it."""
    return bool(g.get("let_in"))


def _note_attempt(error: Refused) -> None:
    """Note why in the operator's log; write an attempt to do alone what takes two persons to the village's."""
    security_log.refused(error.reason)
    acting = access.person_or_none()
    if error.reason in LOGGED and acting is not None and request.method == "POST":
        place = next(iter((request.view_args or {}).values()), 0)
        refused_acts.note(error.reason, f"{request.blueprint}:{place}", access.act())


def _stale_form(_error: CSRFError) -> Response:
    if fragments.wanted():
        return _part(400, _("This page has grown old"), _("Load it again, and send it once more."), way_on=True)
    return pages.page("errors/stale.html", 400, **_kept())


def _part(status: int, *sentences: str, way_on: bool = False) -> Response:
    """Answer htmx, which puts the answer into the page that stands: sentences, and a link to that page if there is a way on."""
    said = {"reason": "", "sentence": sentences[0], "more": sentences[1:], "way_on": way_on}
    return pages.page("errors/_refusal.html", status, **said)


def _http(error: HTTPException) -> Response:
    code = error.code or 500
    if code in (301, 302, 303, 304, 308):
        return make_response(error.get_response())
    if code >= 500:
        return _fault_page()
    template, sentence = {
        404: ("errors/404.html", _("This page is not to be found")),
        405: ("errors/404.html", _("This page is not to be found")),
        413: ("errors/413.html", _("That file is too large")),
    }.get(code, ("errors/bad.html", _("The page was not understood")))
    return _part(code, sentence, way_on=True) if fragments.wanted() else pages.page(template, code, **_kept())


def _fault(error: Exception) -> Any:
    """Log a fault with the route and an id that the page shows, never with what was typed or by whom.

    Without a database the page is one that needs none.

    A collision with another transaction is none: the request is answered once more, then with a page to send it again. So is a
    page, once more, whose connection the database ended.
    """
    db.session.rollback()
    reads = request.method in ("GET", "HEAD") and not dispatch.is_second_try()
    if collisions.is_collision(error) or collisions.is_busy(error) or (reads and collisions.is_lost(error)):
        return _try_again(error)
    fault = token_hex(4)
    log.error("fault %s in %s %s", fault, request.method, request.endpoint, exc_info=error)
    if collisions.is_away(error):
        return _without_database(fault, error)
    try:
        return _fault_page(fault)
    except Exception as another:
        return _without_database(fault, another)


def last_answer(error: Exception) -> Response:
    """Answer a fault without the database, where the page of another fault could not be made or an answer not be finished."""
    with suppress(DBAPIError):
        db.session.rollback()
    fault = token_hex(4)
    log.error("fault %s in %s %s", fault, request.method, request.endpoint, exc_info=error)
    return _without_database(fault, error)


def _without_database(fault: str, error: Exception) -> Response:
    """Answer with a page that asks the database for nothing; a program that watches this machine, in JSON."""
    away = collisions.why_away(error)
    if away and request.blueprint == "health":
        response = jsonify(status=f"database {collisions.named(error)}")
        response.status_code, response.headers["Cache-Control"] = 503, "no-store"
        return response
    return outages.page(503 if away else 500, fault, away, _kept()["kept"])


def _try_again(error: Exception) -> Response:
    """Answer 409 with the form to send again, or 503 where the database was not to be had. Raises Collided once."""
    busy = collisions.is_busy(error)
    if not busy and not dispatch.is_second_try():
        log.info("answered once more: %s %s: %s", request.method, request.endpoint, type(error).__name__)
        raise dispatch.Collided from error
    log.warning("not done in %s %s: %s", request.method, request.endpoint, type(error).__name__)
    reason = Reason.DATABASE_BUSY if busy else Reason.COLLIDED
    sentence = refusal_words.refusal(Refused(reason))
    if request.method in ("GET", "HEAD"):
        sentence = _("The village is very busy just now. Please try again in a while.")
    if fragments.wanted():
        return _waited(_part(status_of(reason), sentence))
    may_resend = request.method == "POST" and not kept_words.had_files()
    again_at = request.full_path.rstrip("?") if may_resend else ""  # where it was sent, which may be no page to read
    said = {"sentence": sentence, "again_at": again_at, "fields": kept_words.fields() if may_resend else []}
    return _waited(pages.page("errors/again.html", status_of(reason), **said, **_kept()))


def _waited(response: Response) -> Response:
    """Say when to come again, where the database was not to be had."""
    if response.status_code == 503:
        response.headers["Retry-After"] = str(outages.RETRY_AFTER_SECONDS)
    return response


def _fault_page(fault: str = "") -> Response:
    if fragments.wanted():
        number = [_("Number of this fault: %(id)s", id=fault)] if fault else []
        said = (
            _("The machine has a fault; it is not your doing"),
            _("Nothing you saved is lost. Please try again in a while."),
        )
        return _part(500, *said, *number)
    return pages.page("errors/500.html", 500, fault=fault, **_kept())
