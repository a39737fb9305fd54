"""Search the cases that the desk may read. A name that is sought stands in no address: it is sealed for the reader."""

from typing import Any

from cryptography.fernet import InvalidToken
from flask import Blueprint, Response, request, url_for

from consult.domain.cases.choices import choices
from consult.domain.numbers import read_id
from consult.domain.people import roles
from consult.models.cases.case_queries import Wanted
from consult.services.cases.office import finding
from consult.services.core import crypto
from consult.views.cases.cases import DESK, LISTED
from consult.views.cases.common import no_store, reader
from consult.web import pages
from consult.web.access import only, person, today
from consult.web.words.cases import case_page_words, case_search_words

bp = no_store(Blueprint("case_searches", __name__))
READS_LISTS = frozenset(roles.MEDIATES | {roles.Role.JUSTICE_OFFICE})
WORDS_LENGTH = 60


@bp.get("/<slug>/cases/search")
@only(*sorted(READS_LISTS))
def show() -> Response:
    """Show what was found, by pages."""
    chosen = {name: request.args.get(name, "") for name in ("kind", "state", "sort")}
    words, page = _unsealed(request.args.get("sought", "")), min(read_id(request.args.get("page", "")) or 0, 200)
    sort = chosen["sort"] if chosen["sort"] in finding.SORTS else "number"
    states = (chosen["state"],) if chosen["state"] in LISTED else tuple(LISTED)
    kind = chosen["kind"] if chosen["kind"] in choices("kind") else ""
    found = finding.search(reader(), Wanted(states, DESK, kind=kind, sort=sort), words, page=page)
    values = {"words": words, "kind": kind, "state": chosen["state"], "sort": sort}
    return pages.page(
        "cases/search.html",
        found=found,
        values=values,
        kinds=[("", case_search_words.any_of("kind")), *_kinds()],
        states=[("", case_search_words.any_of("state")), *((one, case_page_words.state(one)) for one in LISTED)],
        sorts=[(one, case_search_words.sort(one)) for one in finding.SORTS],
        words=case_page_words,
        today=today(),
        page=page,
        again={**chosen, "sought": request.args.get("sought", "")},
    )


@bp.post("/<slug>/cases/search")
@only(*sorted(READS_LISTS))
def search() -> Response:
    """Take what is sought, and lead to an address that tells nobody else what it was."""
    form = request.form.to_dict()
    words = form.get("words", "").strip()[:WORDS_LENGTH]
    chosen = {name: form[name] for name in ("kind", "state", "sort") if form.get(name)}
    chosen |= {"sought": crypto.seal_for(_of(), words)} if words else {}
    values: dict[str, Any] = chosen
    return pages.done(url_for(".show", **values))


def _kinds() -> list[tuple[str, Any]]:
    return [(one, case_page_words.code("kind", one)) for one in choices("kind")]


def _of() -> str:
    return f"case-search:{person().id}"


def _unsealed(sought: str) -> str:
    """Return the words of an address; of one that was sealed for somebody else, or changed, none."""
    try:
        return crypto.unseal_for(_of(), sought) if sought else ""
    except (InvalidToken, ValueError):
        return ""
