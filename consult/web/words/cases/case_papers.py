"""The papers of a case as prints: one document, or the whole volume with cover, index and page numbers."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask_babel import gettext as _

from consult.domain.cases.acts import CaseAct
from consult.domain.cases.papers import SENT, Paper, Sheet, volume
from consult.domain.cases.states import CaseRole
from consult.domain.meetings.retention import Retention
from consult.services.cases.reading import Opened
from consult.web import filters
from consult.web.access import now
from consult.web.words import meeting_words
from consult.web.words.cases import case_agreement_words, case_state_words
from consult.web.words.cases.case_form_words import code
from consult.web.words.cases.case_party_words import standing
from consult.web.words.cases.papers import court, letters, openings, outcomes
from consult.web.words.cases.papers.notes import with_notes
from consult.web.words.cases.papers.parts import (
    Block,
    Documents,
    Folder,
    day,
    folder_of,
    listed,
    matter_for_desk,
    mediators,
    money,
    page_count,
    pairs,
    some,
    ticks,
    titled,
)

BUILDERS: dict[Paper, Callable[[Folder], Documents]] = {
    Paper.APPLICATION: openings.application,
    Paper.REGISTER: openings.register,
    Paper.DECLINED: letters.declined,
    Paper.RIGHTS: openings.rights,
    Paper.IDENTITY: openings.identity,
    Paper.AUTHORITY: openings.authority,
    Paper.SUMMONS: letters.summons,
    Paper.INVESTIGATION: openings.investigation,
    Paper.EVIDENCE: openings.evidence,
    Paper.RECORD: outcomes.record,
    Paper.AGREEMENT: outcomes.agreement,
    Paper.REMINDER: letters.reminder,
    Paper.RECEIPTS: outcomes.receipts,
    Paper.FOLLOW_UP: outcomes.follow_up,
    Paper.CONFIRMATION: court.confirmation,
    Paper.ENDED: letters.ended,
    Paper.TRANSFER: letters.transfer,
    Paper.REMARKS: outcomes.remarks,
    Paper.BACK_COVER: outcomes.back_cover,
}
ANY = frozenset({CaseRole.MEDIATOR, CaseRole.HEAD, CaseRole.JUSTICE_OFFICE})
"""Whose volume it is."""
OF_PARTIES: dict[CaseRole, frozenset[Paper]] = {
    CaseRole.APPLICANT: frozenset({Paper.APPLICATION, Paper.DECLINED, Paper.RIGHTS, Paper.AGREEMENT, Paper.ENDED}),
    CaseRole.RESPONDENT: frozenset({Paper.RIGHTS, Paper.AGREEMENT, Paper.ENDED}),
    CaseRole.AGENT: frozenset({Paper.RIGHTS, Paper.AGREEMENT, Paper.ENDED}),
    CaseRole.GUARDIAN: frozenset({Paper.RIGHTS, Paper.AGREEMENT, Paper.ENDED}),
    CaseRole.LEFT: frozenset({Paper.RIGHTS}),
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
    return {"documents": with_notes(folder, paper, documents), "foot": _foot(folder)}


def printable(case: Opened) -> list[Paper]:
    """Return the papers that this reader can print now."""
    folder = replace(folder_of(case), files={})  # whether there are photos does not matter
    return [paper for paper, build in BUILDERS.items() if may_have(case.part, paper) and build(folder)]


def of_volume(case: Opened) -> dict[str, Any]:
    """Return the facts for case_volume.typ."""
    folder = folder_of(case)
    sheets = [sheet for sheet in volume(case.entries, folder.s) if sheet.paper not in SENT]
    found = {sheet.paper: BUILDERS[sheet.paper](folder) if sheet.there else [] for sheet in sheets}
    found[Paper.AGREEMENT] = [one for one in outcomes.agreement(folder) if one["in_effect"]]  # an earlier one stays
    found = {paper: with_notes(folder, paper, documents) for paper, documents in found.items()}
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
            "title": _title(sheet, found[sheet.paper]),
            "remark": _remark(sheet, len(found[sheet.paper])),
        }
        for sheet in sheets
    ]
    head = [_("No."), _("Title of the document"), _("Page number"), _("Remarks")]
    return {"title": _("Index of the volume"), "head": head, "rows": rows}


def _title(sheet: Sheet, documents: Documents) -> str:
    """Return what the index calls a document: a register in the place of an application or agreement by its own title."""
    titles = {one["title"] for one in documents}
    own = sheet.paper in (Paper.APPLICATION, Paper.AGREEMENT) and len(titles) == 1
    return str(titles.pop()) if own else titled(sheet.paper)


def _remark(sheet: Sheet, how_many: int) -> str:
    if sheet.needed and not sheet.there:
        return str(_("not there yet"))
    return str(_("%(n)s of them", n=how_many)) if how_many > 1 else ""


def _cover(folder: Folder) -> dict[str, Any]:
    s, row, closed = folder.s, folder.case.row, folder.last(CaseAct.CLOSE)
    rows = [
        (_("Matter"), matter_for_desk(folder)),
        (_("Category"), code("kind", s.kind) if s.kind else ""),
        (_("Applicant"), _of_part(folder, CaseRole.APPLICANT)),
        (_("Respondent"), _of_part(folder, CaseRole.RESPONDENT)),
        *_left(folder),
        (_("Mediators"), mediators(folder)),
        (_("Source of the case"), case_state_words.source(row.source)),
        (_("Taken on"), day(s.accepted_on)),
        (_("Mediated on"), listed(day(e.facts["on"]) for e in folder.of(CaseAct.HOLD_SESSION))),
        (_("Result"), "\n".join(case_agreement_words.outcome(s, folder.case.entries))),
        *_performance(folder),
        *_although(folder),
        (_("Closed on"), day(s.closed_on)),
        (_("Put together by"), closed.facts["by_name"] if closed else ""),
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


def _left(folder: Folder) -> list[tuple[str, str]]:
    """Return who left the mediation and how, where somebody did."""
    stay = {one.number for one in folder.s.sides()}
    gone = [one for one in folder.s.in_dispute() if one.number not in stay]
    said = listed(_("%(name)s (%(why)s)", name=one.name, why=standing(one)) for one in gone)
    return [(_("Left the mediation"), said)] if gone else []


def _of_part(folder: Folder, part: CaseRole) -> str:
    parties = [party for party in folder.s.present() if party.part is part]
    return some([party.name for party in parties])


def _performance(folder: Folder) -> list[tuple[str, str]]:
    s = folder.s
    if s.agreement is None or s.agreement.effective_on is None:
        return []
    done, paid = s.performed_on, sum(row.paid_fen for row in s.agreement.rows)
    if done:
        words = _("performed on %(day)s", day=day(done))
    elif paid:
        words = _("not fully performed; paid so far: %(amount)s yuan", amount=money(paid))
    else:
        words = _("not fully performed")
    return [(_("Performance of the agreement"), words)]


def _although(folder: Folder) -> list[tuple[str, str]]:
    """Return who was told of the other ways; and what a visit found and why the case was closed all the same."""
    s, closed = folder.s, folder.last(CaseAct.CLOSE)
    told = case_agreement_words.told(s, folder.case.entries)
    rows = [(_("Told of the other ways"), told)] if told else []
    why = closed.facts.get("although") if closed else ""
    if why:
        found = case_agreement_words.finding(s) or (
            s.agreement and case_agreement_words.rows_in_short(s.agreement.rows)
        )
        rows.append((_("Closed although"), _("%(label)s: %(words)s", label=found, words=why) if found else why))
    return rows


def _keeping() -> Block:
    """Return the boxes for the keeper of the archive: the county's table says how long."""
    return ticks(_("Keep for"), *((False, meeting_words.retention(one.value)) for one in Retention))


def _foot(folder: Folder) -> str:
    printed = _("Printed %(when)s", when=filters.long_day(now()))
    return f"{folder.committee} · {folder.number} · {printed}"
