"""Lead on from an address that a village had before, and refuse acts in a village that is closed."""

from urllib.parse import quote

from flask import Response, abort, redirect, request

from consult.domain.refusals import Reason, Refused
from consult.models import Village
from consult.services.site import village_addresses

READS = frozenset({"GET", "HEAD", "OPTIONS"})
STILL_DONE = frozenset(
    {
        *("preferences", "sign_ins", "second_factors", "proofs", "accounts", "cards", "ways_in", "rights", "me"),
        *("own_data", "data_requests", "notifications", "case_searches", "clocks"),
    }
)
"""Blueprints of a closed village whose acts go on: to come in and to go on to another village, to keep others out, to read, and
the rights over one's own data, which nobody loses by a closing (Personal Information Protection Law, articles 44 to 47). While
the time is in doubt nothing old is deleted, so that officers go on to settle it."""
STILL_DONE_BY_ONE = frozenset({"polls.find_receipt", "persons.correct", "persons.correct_identity"})
"""Single acts that go on: a form that writes nothing, and what a request for a correction (article 46) asks the clerk to do."""


def lead_on(slug: str) -> Response:
    """Answer with the way to the same page of the village that had this slug before. 404 where none had it.

    Not for good: the village may take its old address again, and a phone that remembered would go round in a circle.
    """
    became = village_addresses.leads_to(slug)
    if not became:
        abort(404)
    rest = quote(request.path.removeprefix(f"/{slug}"))
    query = f"?{request.query_string.decode(errors='replace')}" if request.query_string else ""
    address = f"{request.script_root}/{became}{rest}{query}"
    response: Response = redirect(address, 302 if request.method in READS else 307)  # type: ignore[assignment]
    return response


def refuse_writing(village: Village) -> None:
    """Refuse acts in a closed village, but to come in and what the law gives everybody over their data. Raises Refused."""
    if village.closed_at is None or request.method in READS:
        return
    if request.blueprint not in STILL_DONE and request.endpoint not in STILL_DONE_BY_ONE:
        raise Refused(Reason.VILLAGE_CLOSED)
