"""From a refusal or a fault to a page: a sentence, one way on, and the right status."""

import logging
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, g, make_response, redirect, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from consult.domain.refusals import LOGGED, Reason, Refused
from consult.models import db
from consult.services.core import refused_acts
from consult.web import access, fragments, pages
from consult.web.words import refusal_words

log = logging.getLogger("consult")

UNPROCESSABLE = frozenset(
    {
        Reason.NOT_A_CHOICE,
        Reason.TOO_MANY_CHOICES,
        Reason.NOTICE_TOO_SHORT,
        Reason.CLOSES_BEFORE_OPENING,
        Reason.OPENS_IN_THE_PAST,
        Reason.TOO_FEW_OPTIONS,
        Reason.BODY_NEEDS_GROUP,
        Reason.BODY_IS_VILLAGE_WIDE,
        Reason.NO_FORMAL_BASIS,
        Reason.NOT_A_PHONE,
        Reason.SHORT_CODE,
        Reason.WRONG_CODE,
        Reason.NOT_SHARING,
        Reason.NO_SUCH_CARD,
        Reason.NO_SUCH_HOUSEHOLD,
        Reason.WEAK_PIN,
        Reason.WRONG_PIN,
        Reason.PRIVATE_NUMBER,
        Reason.ONLY_INTO_ANOTHER,
        Reason.NO_SUCH_NUMBER,
        Reason.WITNESS_IS_ANOTHER,
        Reason.MORE_THAN_MARKED,
        Reason.TWO_WORKERS,
        Reason.NOT_LATER,
        Reason.EARLIER_THAN_CALLED,
        Reason.NOTHING_CHANGES,
        Reason.NUMBERS_NOT_HERE,
        Reason.AGENDA_FULL,
        Reason.HOLDER_TOO_YOUNG,
        Reason.CHAIR_NOT_CALLED,
        Reason.NO_SEAT,
        Reason.NO_AGENDA,
        Reason.OTHER_BODY_DECIDES,
        Reason.NEEDS_AUTHORISATION,
        Reason.NO_PARTY_STUDY,
        Reason.MOTION_UNCHECKED,
        Reason.MOTION_UNLAWFUL,
        Reason.MOTION_WITHOUT_MATTER,
        Reason.STEP_OUT_OF_ORDER,
        Reason.DOOR_CODE_OLD,
        Reason.LETTER_MISSING,
        Reason.CASE_PAPERS_MISSING,
        Reason.CASE_MUST_BE_WRITTEN,
        Reason.CASE_BOTH_MUST_AGREE,
        Reason.CASE_AGENT_OF_WHOM,
        Reason.CASE_NAMES_IN_IT,
        Reason.CASE_NOT_SURE,
        Reason.CASE_DAYS_OUT_OF_ORDER,
        Reason.CASE_DUE_BEFORE_AGREED,
        Reason.CASE_NOT_IN_HOUSEHOLD,
        Reason.CASE_NOTHING_NEW,
        Reason.CASE_MEDIATOR_IS_PARTY,
        Reason.CASE_PARTY_THERE,
    }
)
FORBIDDEN = frozenset(
    {
        Reason.NO_SUCH_OFFICE,
        Reason.OTHER_VILLAGE,
        Reason.NOT_ON_ROLL,
        Reason.TOO_YOUNG,
        Reason.NOT_REPRESENTATIVE,
        Reason.NOT_IN_HOUSEHOLD,
        Reason.NOT_ON_THE_ROLL_NOW,
        Reason.NOT_PROPOSER,
        Reason.NOT_THE_AUTHOR,
        Reason.HIDER_CANNOT_DECIDE,
        Reason.NOT_TASK_OWNER,
        Reason.OWNER_CANNOT_ACCEPT,
        Reason.HELPER_IS_AUTHOR,
        Reason.HELPER_IS_VOTER,
        Reason.HELPER_HELPED_ENOUGH,
        Reason.COUNTER_IS_AUTHOR,
        Reason.SAME_PERSON,
        Reason.SAME_OFFICE,
        Reason.PROXY_OF_ANOTHER,
        Reason.NOT_AT_MEETING,
        Reason.NOT_OF_THE_MEETING,
        Reason.HOUSEHOLD_IS_HERE,
        Reason.ONLINE_NOT_OFFERED,
        Reason.NOT_CHAIR,
        Reason.NOT_A_SIGNER,
        Reason.NOT_CONVENER,
        Reason.NO_LETTERS_FOR_SEATS,
        Reason.SCAN_FIRST,
        Reason.HELD_BY_LETTER,
        Reason.CASE_OTHER_PART,
        Reason.CASE_NOT_THE_AGENT,
        Reason.CASE_OTHER_SIDE_SAYS,
    }
)
TOO_MANY = frozenset({Reason.WAIT_FOR_CODE, Reason.WAIT_FOR_PIN})


def init_app(app: Flask) -> None:
    app.register_error_handler(Refused, refused)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _fault)


def status_of(reason: Reason) -> int:
    """422: what was typed; 403: who asks; 429: how often; 401: nobody signed in; 409: it is too late or already done."""
    if reason is Reason.NOT_SIGNED_IN:
        return 401
    if reason is Reason.READ_ONLY:
        return 503
    if reason in UNPROCESSABLE:
        return 422
    if reason in TOO_MANY:
        return 429
    return 403 if reason in FORBIDDEN else 409


def refused(error: Refused) -> Response:
    db.session.rollback()
    _note_attempt(error)
    if error.reason is Reason.NOT_SIGNED_IN and request.method == "GET" and not fragments.wanted():
        return make_response(redirect(url_for("sign_ins.new", next=request.full_path.rstrip("?")), 303))
    template = "errors/_refusal.html" if fragments.wanted() else "errors/refused.html"
    case = (request.view_args or {}).get("address", "") if request.blueprint == "case_acts" else ""
    said = {"reason": error.reason, "sentence": refusal_words.refusal(error), "case": case}
    return pages.page(template, status_of(error.reason), **said)


def shown_again(error: Refused, page: Callable[[dict[str, str], int], Response]) -> Response:
    """The page a form was sent from, with the sentence on top and what was typed: for the error handler of a blueprint.

    Only for whoever was let in; anything else is answered as everywhere.
    """
    if request.method != "POST" or fragments.wanted() or not g.get("let_in"):
        return refused(error)
    db.session.rollback()
    _note_attempt(error)
    return page({"": refusal_words.refusal(error)}, status_of(error.reason))


def _note_attempt(error: Refused) -> None:
    """Somebody tried alone what takes two: that is part of the record."""
    acting = access.person_or_none()
    if error.reason in LOGGED and acting is not None and request.method == "POST":
        place = next(iter((request.view_args or {}).values()), 0)
        refused_acts.note(error.reason, f"{request.blueprint}:{place}", access.act())


def _stale_form(_error: CSRFError) -> Response:
    return pages.page("errors/stale.html", 400)


def _http(error: HTTPException) -> Response:
    code = error.code or 500
    if code in (301, 302, 303, 304, 308):
        return make_response(error.get_response())
    template = {404: "errors/404.html", 413: "errors/413.html", 405: "errors/404.html"}.get(code)
    if template is None:
        return _fault_page() if code >= 500 else pages.page("errors/bad.html", code)
    return pages.page(template, code)


def _fault(error: Exception) -> Any:
    """Logged with its trace and the route, never with what was typed or by whom."""
    db.session.rollback()
    log.error("fault in %s %s", request.method, request.endpoint, exc_info=error)
    try:
        return _fault_page()
    except Exception:
        log.exception("the fault page failed too")
        return make_response("<!doctype html><title>500</title><h1>500</h1>", 500)


def _fault_page() -> Response:
    return pages.page("errors/500.html", 500)
