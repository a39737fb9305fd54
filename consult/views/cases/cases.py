"""Mediation: how to bring a matter, one's own cases, and for the desk the list of all in its hands."""

from typing import Any

from flask import Blueprint, Response, request, session, url_for

from consult.domain.cases.states import AGREED, CARRIED_OUT, ENDED, IN_WORK, NEW, SHUT, CaseRole, CaseState
from consult.domain.numbers import read_id
from consult.domain.people import roles
from consult.services.cases import membership, reading
from consult.views.cases.common import no_store, reader
from consult.web import pages
from consult.web.access import held_roles, person_or_none, public, today, village
from consult.web.words.cases import case_page_words

bp = no_store(Blueprint("cases", __name__))
DESK = (CaseRole.MEDIATOR.value, CaseRole.HEAD.value, CaseRole.JUSTICE_OFFICE.value)
OWN = (
    CaseRole.APPLICANT.value,
    CaseRole.RESPONDENT.value,
    CaseRole.AGENT.value,
    CaseRole.GUARDIAN.value,
    CaseRole.LEFT.value,
    CaseRole.KIN.value,
    CaseRole.REPORTER.value,
)
SHELVES: dict[str, tuple[str, ...]] = {
    "new": tuple(sorted(NEW)),
    "work": tuple(sorted(IN_WORK | AGREED - {CaseState.AGREED_ORALLY})),
    "carried": tuple(sorted(CARRIED_OUT | {CaseState.PERFORMED, CaseState.FOLLOWED_UP})),
    "ended": tuple(sorted(ENDED)),
    "shut": tuple(sorted(SHUT)),
}
PAGE = 30
MANY = 200
LISTED = [state.value for state in CaseState if state not in (CaseState.DRAFT, CaseState.DISCARDED)]
IN_SIGHT = [state for name, states in SHELVES.items() if name != "shut" for state in states]
"""States counted on the list; not the archive, whose number is not needed there and only grows."""


@bp.get("/<slug>/cases/")
@public
def index() -> Response:
    """Show what mediation is; to those in a case where it stands; to mediators what is due."""
    me = person_or_none()
    if me is None or pages.has_left():
        return pages.page("cases/index.html", own=[], drafts=[], shelves=[], counts={}, desk=False, **_common(False))
    as_reader, mediates = reader(), bool(held_roles() & roles.MEDIATES)
    desk = mediates or roles.Role.JUSTICE_OFFICE in held_roles()
    own = reading.listed(as_reader, LISTED, parts=OWN, own_only=True, most=MANY)
    drafts = reading.listed(as_reader, [CaseState.DRAFT.value], parts=OWN, own_only=True, most=5)
    shelves = _shelves(as_reader, request.args.get("shelf", "")) if desk else []
    by_state = reading.counted(as_reader, IN_SIGHT, parts=DESK) if desk else {}
    counts = {name: sum(by_state.get(state, 0) for state in states) for name, states in SHELVES.items()}
    return pages.page(
        "cases/index.html", own=own, drafts=drafts, shelves=shelves, counts=counts, desk=desk, **_common(mediates)
    )


@bp.post("/<slug>/cases/leaving")
@public
def leave() -> Response:
    """Leave in a hurry: a neutral page, and Back does not lead here again."""
    pages.leave_mediation()
    response = pages.done(url_for("home.show"))
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@bp.post("/<slug>/cases/coming-back")
@public
def come_back() -> Response:
    """Open the pages of mediation again, by a tap of their own."""
    session.pop(pages.LEFT, None)
    return pages.done(url_for(".index"))


def _common(mediates: bool) -> dict[str, Any]:
    return {
        "left": pages.has_left(),
        "shelf": request.args.get("shelf", ""),
        "today": today(),
        "words": case_page_words,
        "page_size": PAGE,
        "mediates": mediates,
        "brings": bool(held_roles() & roles.BRINGS_CASES),
        "heads": bool(held_roles() & roles.READS_CASE_FIGURES),
        "officers": [name for _, name in membership.officers(village().id, on=today())],
    }


def _shelves(as_reader: reading.Reader, chosen: str) -> list[tuple[str, list[reading.Listed]]]:
    """Return one shelf by pages, or the first of each but the closed ones."""
    if chosen == "shut":
        before = read_id(request.args.get("before", "")) or 0
        rows = reading.listed(as_reader, SHELVES[chosen], parts=DESK, most=PAGE, newest_first=True, before=before)
        return [(chosen, rows)]
    if chosen in SHELVES:
        return [(chosen, reading.listed(as_reader, SHELVES[chosen], parts=DESK, most=MANY))]
    found = [
        (name, reading.listed(as_reader, SHELVES[name], parts=DESK, most=PAGE)) for name in SHELVES if name != "shut"
    ]
    return [(name, rows) for name, rows in found if rows]
