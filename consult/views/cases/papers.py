"""The papers of a case as files: one document, and the whole volume. Who may have none of it finds no such page."""

from flask import Blueprint, Response, abort

from consult.domain.cases.papers import Paper
from consult.views.cases import common
from consult.web import printing
from consult.web.access import members_only
from consult.web.words.cases import case_papers

bp = common.no_store(Blueprint("case_papers", __name__))


@bp.get("/<slug>/cases/<address>/papers/<paper>.pdf", endpoint="show")
@members_only
def show_papers(address: str, paper: str) -> Response:
    """Print a paper, filled as far as the case goes, to be signed."""
    case = common.find_case(address)
    if paper not in list(Paper) or not case_papers.may_have(case.part, Paper(paper)):
        abort(404)
    facts = case_papers.of_paper(case, Paper(paper))
    if not facts["documents"]:
        abort(404)
    common.note_access(case, "paper")
    return printing.pdf("case_paper", f"case-{case.row.year}-{case.row.number}-{paper}", **facts)


@bp.get("/<slug>/cases/<address>/volume.pdf")
@members_only
def volume(address: str) -> Response:
    case = common.find_case(address)
    if not case_papers.may_have_volume(case.part):
        abort(404)
    facts = case_papers.of_volume(case)
    common.note_access(case, "volume")
    return printing.pdf("case_volume", f"case-{case.row.year}-{case.row.number}", **facts)
