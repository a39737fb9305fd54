"""What the pages of cases share: finding one through its reader, noting the access, and that no browser keeps it."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, abort, redirect, request, url_for

from consult.domain.cases.act_table import RULES
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.states import CaseRole, CaseState
from consult.domain.refusals import Reason, Refused
from consult.services.cases import access_log, conflicts, reading
from consult.services.cases.reading import Opened, Reader
from consult.web import rollback_alarm
from consult.web.access import act, held_roles, lacks_second_proof, person, today
from consult.web.pages import has_left
from consult.web.words.cases import case_page_words


def no_store(bp: Blueprint) -> Blueprint:
    """Neither a browser nor a proxy stores a page of these."""
    bp.before_request(_stay_away)
    bp.after_request(_no_store)
    return bp


ALWAYS_THERE = frozenset({"cases.index", "case_figures.public_figures"})


def _stay_away() -> Any:
    """Show a neutral page instead, to Back and to whoever opens an address of mediation after somebody left."""
    if has_left() and request.method == "GET" and request.endpoint not in ALWAYS_THERE:
        return redirect(url_for("home.show"), 303)
    return None


def _no_store(response: Response) -> Response:
    response.headers["Cache-Control"] = "private, no-store"
    return response


def reader() -> Reader:
    """Return the person signed in, as a reader of cases."""
    if lacks_second_proof():
        raise Refused(Reason.SECOND_PROOF_NEEDED)
    return reading.reader_of(person(), held_roles(), on=today())


def find_case(address: str) -> Opened:
    """Return a case that was handed in. 404 where there is none for this reader: that there is one is private."""
    case = reading.opened(address, reader())
    if case is None or case.state in (CaseState.DRAFT, CaseState.DISCARDED):
        abort(404)
    return case


def draft(address: str) -> Opened:
    """Return the reader's own draft, or the case it became. 404 otherwise."""
    case = reading.opened(address, reader())
    if case is None or case.part is not CaseRole.APPLICANT or case.mine != 1:
        abort(404)
    return case


def recusal_hints(case: Opened, officers: Mapping[int, str]) -> list[str]:
    """Return a sentence for each ground on which one of these (person, name) should not mediate."""
    s = case.situation
    found = conflicts.closeness(s, list(officers), case.row.village_id, on=today())
    return [line for one, close in found.items() for line in case_page_words.closeness(officers[one], close, s)]


def act_of(name: str) -> CaseAct:
    """Return the act of a word; 404 for one that has no form of its own: no act, the beginning of a case, a correction."""
    if name not in RULES or name == CaseAct.FILE:
        abort(404)
    return CaseAct(name)


def note_access(case: Opened, what: str) -> None:
    """Note in the access log that the reader opens a case. Raises Refused where nothing can be written."""
    if rollback_alarm.raised():
        raise Refused(Reason.READ_ONLY)
    access_log.note(case, what, act())
