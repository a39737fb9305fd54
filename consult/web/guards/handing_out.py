"""The one place where a file leaves: log each that has people in it before it leaves (who, what kind, how many; not whose).

`domain.readings` names those files. A party to a case who prints their own papers stands in the case's own log of
readers only, since the village's log must not tell who has a case.
"""

from flask import Flask, Response, g, make_response, request

from consult.domain.audit import Tag
from consult.domain.people.roles import READS_CASE_FIGURES
from consult.domain.readings import BY_COMMAND, KINDS, Scope
from consult.services.core import audit, group_commit
from consult.services.core.acts import Act
from consult.web import access

EXPORTS = frozenset(kind for kind in KINDS if not kind.startswith(BY_COMMAND))
"""Endpoints that hand out files with people in them: logged, and asked for again (`proofs`)."""
PDF, XLSX, CSV, ZIP, GZIP, JSON, CALENDAR = (
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "text/csv",
    "application/zip",
    "application/gzip",
    "application/json",
    "text/calendar",
)
WITH_KEYS = frozenset({"cards.index", "cards.household"})
"""Pages that show codes of unclaimed cards: as good as a file with them, and logged where there is one on the page."""
OF_CASES = frozenset(kind for kind in EXPORTS if KINDS[kind] is Scope.CASE)
WITHOUT_PEOPLE = {
    "bundles.public_bundle": "public; tokens instead of people",
    "case_calendars.download": "the reader's own days and hours; no name, no matter, no place",
    "calendars.meeting": "public: title, place and time of a meeting",
    "case_figures.report_print": "figures without names, for offices",
    "case_figures.report_sheet": "figures without names, for offices",
    "guides.poster": "public: how to sign in, how to vote",
    "prints.letter": "a form with blanks",
    "prints.notice": "public: what hangs on the board",
    "prints.paper_ballots": "all alike, with nobody on them",
    "root.source": "the program's own source",
}
"""Endpoints that hand out other files, and why these need neither a log nor a proof."""


def init_app(app: Flask) -> None:
    app.after_request(_note)


def file(content: bytes, mimetype: str, name: str, *, inline: bool = False, public: bool = False) -> Response:
    """Answer with a file. No other module makes one; a check reads the sources.

    `inline`: shown by the browser. `public`: caches may keep it. Raises LookupError at an endpoint in neither table.
    """
    if request.endpoint not in EXPORTS and request.endpoint not in WITHOUT_PEOPLE:
        raise LookupError(f"{request.endpoint} hands out a file: put it into domain.readings or WITHOUT_PEOPLE")
    response = make_response(content)
    response.mimetype = mimetype
    response.headers["Content-Disposition"] = f'{"inline" if inline else "attachment"}; filename="{name}"'
    if not public:
        response.headers["Cache-Control"] = "private, no-store"
    return response


def count(n: int, *, of: str = "") -> None:
    """Say how many people, ballots or lines the file at hand has, and of what it is, as kind:id."""
    g.handed_out, g.handed_out_of = n, of or g.get("handed_out_of", "")


def _note(response: Response) -> Response:
    """Write the entry and let the file go. Where the log cannot be written, nothing goes."""
    if request.endpoint not in EXPORTS or request.method != "GET" or response.status_code != 200:
        return response
    if request.endpoint in OF_CASES and not access.held_roles() & READS_CASE_FIGURES:
        return response
    if request.endpoint in WITH_KEYS and not g.get("handed_out"):
        return response
    act = Act(access.village().id, access.person().id, access.now())
    facts = {"kind": request.endpoint, "count": g.get("handed_out", 0), "of": g.get("handed_out_of", "")}
    group_commit.run(lambda: audit.record(Tag.EXPORT_MADE, f"village:{act.village_id}", act, **facts))
    return response
