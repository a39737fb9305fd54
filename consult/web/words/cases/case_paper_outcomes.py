"""Documents 7 to 13 of a case, from the sitting to the archive. One function a document; each gives as many as there are."""

from datetime import date
from typing import Any

from flask_babel import gettext as _

from consult.domain.cases import clocks
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.choices import choices, may_be_confirmed
from consult.domain.cases.papers import Paper, Sheet, performed, volume
from consult.domain.cases.situation import ActEntry, Agreement, Obligation
from consult.domain.cases.states import CaseRole
from consult.web.words.cases.case_form_words import code
from consult.web.words.cases.case_paper_openings import later
from consult.web.words.cases.case_paper_parts import (
    Block,
    Document,
    Documents,
    Folder,
    as_what,
    day,
    document,
    heading,
    listed,
    mediators,
    money,
    names,
    page_count,
    pairs,
    party_lines,
    persons,
    photos,
    section,
    sentences,
    signers,
    table,
    ticks,
    titled,
)


def record(folder: Folder) -> Documents:
    return [_session(folder, entry, n) for n, entry in enumerate(folder.of(CaseAct.HOLD_SESSION), 1)]


def _session(folder: Folder, entry: ActEntry, n: int) -> Document:
    facts = entry.facts
    end = folder.last(CaseAct.TERMINATE)
    ended = end is not None and facts["result"] == "failed" and bool(end.facts.get("told_ways"))
    ways = _("The parties were told that they may go to arbitration, to the authorities or to the court.")
    blocks = [
        pairs(
            (_("Day"), day(facts["on"])),
            (_("Place"), facts["place"]),
            (_("Matter"), folder.s.title),
            (_("Sitting"), _("no. %(n)s", n=n)),
            (_("Parties"), names(folder)),
            (_("Mediators"), mediators(folder)),
            (_("People present"), facts["present"]),
            (_("Recorder"), ""),
        ),
        sentences(_("The committee has told all parties of the rules of people's mediation.")),
        section(_("Statements of the parties"), facts["said"]),
        section(_("Facts established"), facts["checked"]) if facts.get("checked") else None,
        section(_("Proposal of the mediator"), facts["proposal"]) if facts.get("proposal") else None,
        section(_("Result"), code("session_result", facts["result"])),
        sentences(ways if ended else ""),
        ticks("", (bool(facts.get("identity_seen")), _("the mediator knows the parties or has seen their papers"))),
        photos(folder, entry),
    ]
    return document(folder, Paper.RECORD, titled(Paper.RECORD), blocks, signers=signers(folder))


def agreement(folder: Folder) -> Documents:
    """Return each agreement they came to: a second mediation makes a second."""
    return [_agreement(folder, entry) for entry in folder.of(CaseAct.AGREE)]


def _agreement(folder: Folder, entry: ActEntry) -> Document:
    facts = entry.facts
    written = facts["form"] == "written"
    later = next((e.number for e in folder.of(CaseAct.AGREE) if e.number > entry.number), None)
    signed = [e for e in folder.of(CaseAct.SIGN) if e.number > entry.number and (later is None or e.number < later)]
    in_force = folder.at(signed[-1]).agreement if signed else None
    rows = [
        [str(n), folder.name(row["by"]), row["what"], money(row["amount"]), day(row["due"])]
        for n, row in enumerate(facts["rows"], 1)
    ]
    copies = len(folder.s.sides()) + 1
    blocks = [
        *persons(folder, *folder.s.sides(), *(p for p in folder.s.present() if p.part is CaseRole.AGENT)),
        section(_("Facts of the dispute, what is in dispute, and who answers for it"), facts["facts"]),
        section(_("By mediation the parties have freely agreed"), facts["terms"]),
        heading(_("Way, place and time of performance")),
        table(_heads(), [0, 0, 1, 0, 0], rows),
        pairs((_("Place of performance"), "")),
        sentences(
            _("This agreement is made in %(n)s copies: one for each party, one for the committee.", n=copies)
            if written
            else _("The parties see no need for a written agreement; it binds them from today.")
        ),
        *(_signed(folder, in_force) if in_force else []),
        *(photos(folder, e, _("The page as it was signed"), large=True) for e in signed),
    ]
    title = titled(Paper.AGREEMENT) if written else _("Register of an oral agreement")
    in_effect = not written or (in_force is not None and in_force.effective_on is not None)
    ending = {"signers": signers(folder), "seal": _("Seal of the committee"), "in_effect": in_effect}
    return document(folder, Paper.AGREEMENT, title, blocks, **ending)


def _signed(folder: Folder, found: Agreement) -> list[Block]:
    """Say who has signed on the paper so far, and since when it binds."""
    sides = [(one.number in found.signed, f"{as_what(one)} {one.name}") for one in folder.s.sides()]
    lines = [*sides, (found.mediator_signed, _("Mediator")), (found.sealed, _("Seal of the committee"))]
    since = [pairs((_("In effect since"), day(found.effective_on)))] if found.effective_on else []
    return [ticks(_("Signed and sealed on the paper"), *lines), *since]


def receipts(folder: Folder) -> Documents:
    done = performed(folder.case.entries)
    if not done:
        return []
    rows = [_receipt(folder, n, entry) for n, entry in enumerate(done, 1)]
    head = [
        _("No."),
        _("Who performs"),
        _("What is to be performed"),
        _("Yuan"),
        _("Time limit"),
        _("Performed on"),
        _("Stated by"),
    ]
    pictures = [photos(folder, e, _("Photographs of no. %(n)s", n=n)) for n, e in enumerate(done, 1)]
    blocks = [table(head, [0, 0, 1, 0, 0, 0, 0], rows), *pictures, sentences(_("I have received what stands above."))]
    lines = party_lines(folder, with_agents=False)
    return [document(folder, Paper.RECEIPTS, titled(Paper.RECEIPTS), blocks, signers=lines)]


def _receipt(folder: Folder, n: int, entry: ActEntry) -> list[str]:
    then = folder.at(entry).agreement
    row = next((o for o in (then.rows if then else ()) if o.number == int(entry.facts["row"])), None)
    owed: Obligation = row or Obligation(0, 0, "", None, date.min)
    due = day(owed.due_on) if row else ""
    return [
        str(n),
        folder.name(owed.by),
        owed.what,
        money(owed.amount_fen),
        due,
        day(entry.facts["on"]),
        entry.facts["by_name"],
    ]


def follow_up(folder: Folder) -> Documents:
    found = []
    for entry in folder.of(CaseAct.FOLLOW_UP):
        facts = entry.facts
        done = [(facts["performed"] == one, code("performed", one)) for one in choices("performed")]
        blocks = [
            pairs(
                (_("Day"), day(facts["on"])),
                (_("Parties"), names(folder)),
                (_("Persons visited"), facts["persons"]),
                (_("Number of the agreement"), folder.number if folder.last(CaseAct.AGREE) else "—"),
                (_("Matter"), folder.s.title),
                (_("Visitor"), facts["by_name"]),
            ),
            ticks(_("Performance of the agreement"), *done),
            ticks(_("Satisfied with the mediation"), *_yes_no(facts["satisfied"])),
            ticks(_("Lawsuit brought"), *_yes_no(facts["sued"])),
            section(_("Danger that remains"), facts.get("danger") or _("nothing known")),
            section(_("Measure taken"), facts.get("measure") or "—"),
        ]
        lines = [_("Persons visited"), _("Visitor")]
        found.append(document(folder, Paper.FOLLOW_UP, titled(Paper.FOLLOW_UP), blocks, signers=lines))
    return found


def _heads() -> list[str]:
    """Return the headings of the points of an agreement."""
    return [_("No."), _("Who performs"), _("What is to be performed"), _("Yuan"), _("Time limit")]


def _yes_no(answer: Any) -> list[tuple[bool, str]]:
    return [(answer == one, code("yes_no", one)) for one in choices("yes_no")]


def confirmation(folder: Folder) -> Documents:
    """Return what both take to the court, and what it said; there is one once the written agreement is in effect."""
    until, agreed = clocks.confirm_by(folder.s), folder.s.agreement
    if until is None or agreed is None or not may_be_confirmed(folder.s.kind, folder.s.tag):
        return []
    went, said = folder.last(CaseAct.APPLY_CONFIRMATION), folder.last(CaseAct.CONFIRMATION)
    rows = [
        (_("To the court"), went.facts["court"] if went else ""),
        (_("Number of the agreement"), folder.number),
        (_("In effect since"), day(agreed.effective_on)),
        (_("To be asked for until"), day(until)),
    ]
    if went:
        rows.append((_("Asked for on"), day(went.facts["on"])))
    if said:
        rows += [
            (_("Answer of the court"), code("confirmation", said.facts["result"])),
            (_("Day of the answer"), day(said.facts["on"])),
            (_("Number of the court's decision"), said.facts.get("number") or "—"),
        ]
    asks = sentences(
        _(
            "The applicants came to a mediation agreement of their own free will and together ask the court to confirm it."
        ),
        _(
            "They answer for it that the agreement is lawful, that it harms nobody else, and that all they state is true."
        ),
        _("Enclosed: the mediation agreement, proof of identity, and what else belongs to the agreement."),
    )
    title = _("Application for judicial confirmation")
    owed = [[str(o.number), folder.name(o.by), o.what, money(o.amount_fen), day(o.due_on)] for o in agreed.rows]
    terms = [section(_("Terms agreed"), agreed.terms), table(_heads(), [0, 0, 1, 0, 0], owed)]
    blocks = [*persons(folder), pairs(*rows), *terms, asks]
    return [document(folder, Paper.CONFIRMATION, title, blocks, signers=party_lines(folder), by="")]


def remarks(folder: Folder) -> Documents:
    closed = folder.last(CaseAct.CLOSE)
    if closed is None:
        return []
    facts = closed.facts
    lacking = [titled(sheet.paper) for sheet in volume(folder.case.entries, folder.s) if not _holds(folder, sheet)]
    prevented = [(one == facts["prevented"], code("prevented", one)) for one in choices("prevented")]
    blocks = [
        pairs(
            (_("Matter"), folder.s.title), (_("Closed on"), day(closed.on)), (_("Put together by"), facts["by_name"])
        ),
        page_count(),
        section(_("How the case went"), facts["summary"]),
        ticks(_("Escalation prevented"), *prevented) if facts.get("prevented") else None,
        pairs((_("People concerned"), str(facts["people"])))
        if facts.get("prevented") and facts.get("people")
        else None,
        section(_("Not in this volume, because there was none"), listed(lacking)) if lacking else None,
    ]
    lines = [_("Put together by"), _("Checked by")]
    return [document(folder, Paper.REMARKS, titled(Paper.REMARKS), blocks, signers=lines)]


def _holds(folder: Folder, sheet: Sheet) -> bool:
    return sheet.there and (sheet.paper is not Paper.EVIDENCE or bool(later(folder)))


def back_cover(folder: Folder) -> Documents:
    if folder.last(CaseAct.FILE) is None:
        return []
    closed, kept = folder.last(CaseAct.CLOSE), folder.last(CaseAct.ARCHIVE)
    rows = [
        (_("Matter"), folder.s.title),
        (_("Put together by"), closed.facts["by_name"] if closed else ""),
        (_("Put together on"), day(closed.on) if closed else ""),
        (_("Checked by"), ""),
        (_("Archived by"), kept.facts["by_name"] if kept else ""),
        (_("Archived on"), day(kept.on) if kept else ""),
        (_("Kept at"), (kept.facts.get("shelf") or "") if kept else ""),
    ]
    seal = _("Seal of the committee")
    return [document(folder, Paper.BACK_COVER, titled(Paper.BACK_COVER), [pairs(*rows), page_count()], seal=seal)]
