"""Lead on from an address that a village had before, and refuse acts in a village that is closed."""

from urllib.parse import quote, urlsplit

from flask import Response, abort, current_app, g, redirect, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

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
STILL_DONE_BY_ONE = frozenset(
    {"polls.find_receipt", "persons.correct", "persons.correct_identity", "cases.leave", "cases.come_back"}
)
"""Single acts that go on: forms that write nothing, as to leave a page of mediation in a hurry, and what a request for a
correction (article 46) asks the clerk to do."""
ONLY_FORMS = frozenset(
    {
        *("agendas.edit", "agendas.edit_text", "agendas.new", "agendas.plan_vote", "meetings.change", "meetings.edit"),
        *("meetings.new", "meeting_votes.ask_to_end", "petitions.new"),
        *("assistances.new", "contests.new", "further_votes.index", "polls.new", "poll_changes.index", "proxies.new"),
        *("roll_appeals.ask_answer", "roll_appeals.new", "same_words.index"),
        *("own_rules.edit_charter", "own_rules.edit_collective", "own_rules.edit_voter"),
        *("case_acts.new", "case_corrections.new", "case_filings.desk", "case_filings.kind", "case_filings.safety"),
        *("case_filings.story", "case_handovers.new", "case_payments.show", "on_the_spot.new", "steerings.show"),
        *("consultations.description_form", "consultations.new", "drafts.index", "drafts.show", "endings.show"),
        *("hidings.hide_form", "hidings.report_form", "recordings.new", "revisions.new"),
        *("grants.edit", "grants.new_outside", "persons.edit_household", "persons.new", "rolls.new"),
    }
)
"""Pages that hold a form which a closed village does not take, and nothing else to read."""


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


def is_taken(endpoint: str, method: str) -> bool:
    """Tell whether a closed village takes what is asked of a view: pages are read, and acts that go on are done.

    Asked at the door of each request, and by `consult/web/closed_pages.py` of what a page offers.
    """
    if method in READS:
        return endpoint not in ONLY_FORMS
    return endpoint.partition(".")[0] in STILL_DONE or endpoint in STILL_DONE_BY_ONE


def refuse_writing(village: Village) -> None:
    """Refuse in a closed village what it does not take. Raises Refused."""
    if village.closed_at is not None and not is_taken(request.endpoint or "", request.method):
        raise Refused(Reason.VILLAGE_CLOSED)


def takes(address: str, method: str) -> bool:
    """Tell whether the closed village of this request takes what an address of one of its pages asks.

    Not a sign-in from which one comes back to the page: a page asks for it before an act only.
    """
    adapter, parts = current_app.create_url_adapter(request), urlsplit(address)
    path = parts.path.removeprefix(request.script_root)
    if adapter is None or not path.startswith("/"):
        return True
    try:
        endpoint, arguments = adapter.match(path, method)
    except (HTTPException, RequestRedirect):
        return True
    if arguments.get("slug") != g.village.slug:
        return True
    comes_back = endpoint == "sign_ins.new" and "next=" in parts.query
    return is_taken(endpoint, method) and not comes_back
