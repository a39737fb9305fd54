"""Log each download of personal data before it leaves: who, what kind, how many; not whose.

One table names the downloads. A party to a case who prints their own papers stands in the case's own log of readers
only, since the village's log must not tell who has a case.
"""

from flask import Flask, Response, g, request

from consult.domain.audit import Tag
from consult.domain.people.roles import READS_CASE_FIGURES
from consult.services.core import audit, group_commit
from consult.services.core.acts import Act
from consult.web import access

EXPORTS = frozenset(
    {
        "rolls.export",
        "bundles.full_bundle",
        "archives.meeting",
        "prints.household_cards",
        "prints.sign_in_sheet",
        "prints.minutes_file",
        "case_papers.volume",
        "case_papers.show",
    }
)
"""Endpoints that hand out files with people in them; a test finds those that are missing here."""
OF_CASES = frozenset({"case_papers.volume", "case_papers.show"})


def init_app(app: Flask) -> None:
    app.after_request(_note)


def count(n: int) -> None:
    """Say how many people, ballots or lines the file at hand has."""
    g.handed_out = n


def _note(response: Response) -> Response:
    """Write the entry and let the file go. Where the log cannot be written, nothing goes."""
    if request.endpoint not in EXPORTS or request.method != "GET" or response.status_code != 200:
        return response
    if request.endpoint in OF_CASES and not access.held_roles() & READS_CASE_FIGURES:
        return response
    act = Act(access.village().id, access.person().id, access.now())
    facts = {"kind": request.endpoint, "count": g.get("handed_out", 0)}
    group_commit.run(lambda: audit.record(Tag.EXPORT_MADE, f"village:{act.village_id}", act, **facts))
    return response
