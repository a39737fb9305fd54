"""Search over proposals, comments and notices."""

from flask import Blueprint, Response, request

from consult.domain import search as rules
from consult.models.talk import consultation_queries
from consult.services.core import search
from consult.web import pages
from consult.web.access import public, village
from consult.web.numbers import ident

bp = Blueprint("searches", __name__)
PAGE = 20
NEWEST = 5
"""So many matters stand below an empty box, for who does not know what to write."""


@bp.get("/<slug>/search", endpoint="show")
@public
def show_search() -> Response:
    query = request.args.get("q", "").strip()[: rules.LONGEST_QUERY]
    found = search.find(village().id, query, most=PAGE, before=request.args.get("before", type=ident))
    return pages.page(
        "site/searches/show.html",
        query=query,
        too_short=bool(query) and not rules.terms(query),
        found=[(entry, int(entry.subject.partition(":")[2]), rules.excerpt(entry.text, query)) for entry in found],
        newest=[] if query else consultation_queries.newest(village().id, most=NEWEST),
        more=found[-1].id if len(found) == PAGE else None,
    )
