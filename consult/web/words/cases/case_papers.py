"""The papers of a case as prints: one document, or the whole volume with cover, index and page numbers."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask_babel import gettext as _

from consult.domain.cases.acts import CaseAct
from consult.domain.cases.papers import Paper, Sheet, volume
from consult.domain.cases.states import ENDED, CaseRole, CaseState
from consult.domain.meetings.retention import Retention
from consult.services.cases.reading import Opened
from consult.web import filters
from consult.web.access import now
from consult.web.words import meeting_words
from consult.web.words.cases import case_paper_openings as openings
from consult.web.words.cases import case_paper_outcomes as outcomes
from consult.web.words.cases import case_state_words
from consult.web.words.cases.case_form_words import code
from consult.web.words.cases.case_paper_parts import (
    Block,
    Documents,
    Folder,
    day,
    folder_of,
    mediators,
    names,
    page_count,
    pairs,
    ticks,
    titled,
)

BUILDERS: dict[Paper, Callable[[Folder], Documents]] = {
    Paper.APPLICATION: openings.application,
    Paper.RIGHTS: openings.rights,
    Paper.IDENTITY: openings.identity,
    Paper.AUTHORITY: openings.authority,
    Paper.INVESTIGATION: openings.investigation,
    Paper.EVIDENCE: openings.evidence,
    Paper.RECORD: outcomes.record,
    Paper.AGREEMENT: outcomes.agreement,
    Paper.RECEIPTS: outcomes.receipts,
    Paper.FOLLOW_UP: outcomes.follow_up,
    Paper.CONFIRMATION: outcomes.confirmation,
    Paper.REMARKS: outcomes.remarks,
    Paper.BACK_COVER: outcomes.back_cover,
}
ANY = frozenset({CaseRole.MEDIATOR, CaseRole.HEAD, CaseRole.JUSTICE_OFFICE})
"""Whose volume it is."""
OF_PARTIES: dict[CaseRole, frozenset[Paper]] = {
    CaseRole.APPLICANT: frozenset({Paper.APPLICATION, Paper.RIGHTS, Paper.AGREEMENT}),
    CaseRole.RESPONDENT: frozenset({Paper.RIGHTS, Paper.AGREEMENT}),
    CaseRole.AGENT: frozenset({Paper.RIGHTS, Paper.AGREEMENT}),
}


def may_have(part: CaseRole, paper: Paper) -> bool:
    return part in ANY or paper in OF_PARTIES.get(part, frozenset())


def may_have_volume(part: CaseRole) -> bool:
    return part in ANY


def of_paper(case: Opened, paper: Paper) -> dict[str, Any]:
    """Return the facts for case_paper.typ. Without documents there is nothing to fill it with yet."""
    folder = folder_of(case)
    documents = BUILDERS[paper](folder)
    if paper is Paper.AGREEMENT:
        documents = documents[-1:]  # what is to be signed now, not what it replaces
    return {"documents": documents, "foot": _foot(folder)}


def printable(case: Opened) -> list[Paper]:
    """Return the papers that this reader can print now."""
    folder = replace(folder_of(case), files={})  # whether there are photos does not matter
    return [paper for paper, build in BUILDERS.items() if may_have(case.part, paper) and build(folder)]


def of_volume(case: Opened) -> dict[str, Any]:
    """Return the facts for case_volume.typ."""
    folder = folder_of(case)
    sheets = volume(case.entries, folder.s)
    found = {sheet.paper: BUILDERS[sheet.paper](folder) if sheet.there else [] for sheet in sheets}
    found[Paper.AGREEMENT] = [one for one in outcomes.agreement(folder) if one["in_effect"]]  # an earlier one stays
    return {
        "cover": _cover(folder),
        "index": _index(sheets, found),
        "foot": _foot(folder),
        "documents": [document for sheet in sheets for document in found[sheet.paper]],
    }


def _index(sheets: list[Sheet], found: dict[Paper, Documents]) -> dict[str, Any]:
    rows = [
        {
            "number": str(sheet.number),
            "code": sheet.paper.value,
            "title": titled(sheet.paper),
            "remark": _remark(sheet, len(found[sheet.paper])),
        }
        for sheet in sheets
    ]
    head = [_("No."), _("Title of the document"), _("Page number"), _("Remarks")]
    return {"title": _("Index of the volume"), "head": head, "rows": rows}


def _remark(sheet: Sheet, how_many: int) -> str:
    if sheet.needed and not sheet.there:
        return str(_("not there yet"))
    return str(_("%(n)s of them", n=how_many)) if how_many > 1 else ""


def _cover(folder: Folder) -> dict[str, Any]:
    s, row = folder.s, folder.case.row
    rows = [
        (_("Matter"), s.title or folder.case.line.get("title", "")),
        (_("Category"), code("kind", s.kind) if s.kind else ""),
        (_("Applicant"), _of_part(folder, CaseRole.APPLICANT)),
        (_("Respondent"), _of_part(folder, CaseRole.RESPONDENT)),
        (_("Mediators"), mediators(folder)),
        (_("Source of the case"), case_state_words.source(row.source)),
        (_("Taken on"), day(s.accepted_on)),
        (_("Result"), _result(folder)),
        *_performance(folder),
        (_("Closed on"), day(s.closed_on)),
    ]
    return {
        "above": folder.village.name,
        "by": folder.committee,
        "title": _("Volume of a people's mediation"),
        "number": folder.number,
        "pairs": pairs(*rows),
        "pages": page_count(),
        "keeping": _keeping(),
    }


def _of_part(folder: Folder, part: CaseRole) -> str:
    parties = [party for party in folder.s.present() if party.part is part]
    return names(folder, *parties) if parties else ""


def _result(folder: Folder) -> str:
    """Say how the mediation ended."""
    last = next(
        (
            entry.state
            for entry in reversed(folder.case.entries)
            if entry.act is not CaseAct.COURT_RESULT and entry.state not in (CaseState.CLOSED, CaseState.ARCHIVED)
        ),
        CaseState.CLUE,
    )
    agreed = folder.s.agreement
    if last in ENDED or agreed is None or agreed.effective_on is None:
        return case_state_words.state(last.value) if last in ENDED else ""
    return str(_("agreement in writing") if agreed.written else _("agreement by word of mouth"))


def _performance(folder: Folder) -> list[tuple[str, str]]:
    if folder.s.agreement is None or folder.s.agreement.effective_on is None:
        return []
    done = folder.s.performed_on
    words = _("performed on %(day)s", day=day(done)) if done else _("not fully performed")
    return [(_("Performance of the agreement"), words)]


def _keeping() -> Block:
    """Return the boxes for the keeper of the archive: the county's table says how long."""
    return ticks(_("Keep for"), *((False, meeting_words.retention(one.value)) for one in Retention))


def _foot(folder: Folder) -> str:
    printed = _("Printed %(when)s", when=filters.long_day(now()))
    return f"{folder.committee} · {folder.number} · {printed}"
