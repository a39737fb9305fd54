"""The papers of a case as files: one document, and the whole volume. Who may have none of it finds no such page."""

import io
import zipfile

from flask import Blueprint, Response, abort, request

from consult.domain.cases.papers import Paper
from consult.domain.cases.states import DESK
from consult.domain.numbers import read_id
from consult.views.cases import common
from consult.web import printing
from consult.web.access import signed_in_only
from consult.web.guards import handing_out
from consult.web.words.cases import case_exports, case_notices, case_papers

bp = common.no_store(Blueprint("case_papers", __name__))


@bp.get("/<slug>/cases/<address>/papers/<paper>.pdf", endpoint="show")
@signed_in_only
def show_papers(address: str, paper: str) -> Response:
    """Print a paper, filled as far as the case goes, to be signed."""
    case = common.find_case(address)
    if paper not in list(Paper) or not case_papers.may_have(case.part, Paper(paper)):
        abort(404)
    if not case_papers.of_paper(case, Paper(paper))["documents"]:
        abort(404)
    common.note_access(case, "paper")
    name = f"case-{case.row.year}-{case.row.number}-{paper}"
    return printing.pdf("case_paper", name, lambda: case_papers.of_paper(case, Paper(paper)), copies=True)


@bp.get("/<slug>/cases/<address>/notice.pdf")
@signed_in_only
def notice(address: str) -> Response:
    """Print the notice of a session or of a day that is due, for one party: the day and the place, not the matter."""
    case = common.find_case(address)
    party = case.situation.party(read_id(request.args.get("party", "")) or 0)
    if case.part not in DESK or party is None or not case_notices.kind_of(case):
        abort(404)
    common.note_access(case, "paper")
    name = f"case-{case.row.year}-{case.row.number}-notice"
    return printing.pdf("letter", name, lambda: case_notices.of_notice(case, party), copies=True)


@bp.get("/<slug>/cases/<address>/volume.pdf")
@signed_in_only
def volume(address: str) -> Response:
    case = common.find_case(address)
    if not case_papers.may_have_volume(case.part):
        abort(404)
    common.note_access(case, "volume")
    name = f"case-{case.row.year}-{case.row.number}"
    return printing.pdf("case_volume", name, lambda: case_papers.of_volume(case))


@bp.get("/<slug>/cases/<address>/export.zip", endpoint="export")
@signed_in_only
def export_case(address: str) -> Response:
    """Hand out the case for the platform of a court: to its mediators and the head, nobody else."""
    case = common.find_case(address)
    if case.part not in DESK:
        abort(404)
    common.note_access(case, "export")
    handing_out.count(len(case.situation.present()))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, content in case_exports.files_of(case).items():
            bundle.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
    return handing_out.file(packed.getvalue(), handing_out.ZIP, f"case-{case.row.year}-{case.row.number}.zip")
