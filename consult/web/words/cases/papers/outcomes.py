"""Documents 7 to 13 of a case, from the sitting to the archive. One function a document; each gives as many as there are."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _

from consult.domain.cases.acts import CaseAct
from consult.domain.cases.agreements.obligations import Obligation
from consult.domain.cases.agreements.standing import in_effect
from consult.domain.cases.choices import choices
from consult.domain.cases.confidence import danger
from consult.domain.cases.papers import Paper, Sheet, performed, volume
from consult.domain.cases.situation import ActEntry, Agreement, Situation
from consult.domain.cases.states import CaseRole
from consult.web.words.cases.case_form_words import code
from consult.web.words.cases.papers.openings import later
from consult.web.words.cases.papers.parts import (
    Block,
    Document,
    Documents,
    Folder,
    as_what,
    blank_hour,
    day,
    document,
    heading,
    hour,
    listed,
    matter_for_desk,
    mediators,
    money,
    names,
    page_count,
    pairs,
    photos,
    section,
    sentences,
    some,
    table,
    ticks,
    titled,
)
from consult.web.words.cases.papers.people import persons, sides_first, signature_line, signers


def record(folder: Folder) -> Documents:
    return [_session(folder, entry, n) for n, entry in enumerate(folder.of(CaseAct.HOLD_SESSION), 1)]


def _session(folder: Folder, entry: ActEntry, n: int) -> Document:
    facts, then = entry.facts, folder.at(entry)
    end = folder.last(CaseAct.TERMINATE)
    ended = (
        end is not None and facts["result"] == "failed" and bool(end.facts.get("told_ways") or end.facts.get("told"))
    )
    ways = _("The parties were told that they may go to arbitration, to the authorities or to the court.")
    blocks = [
        pairs(
            (_("Day and hour"), _hour_of(folder, entry)),
            (_("Place"), facts["place"]),
            (_("Matter"), folder.s.title),
            (_("Sitting"), _("no. %(n)s", n=n)),
            (_("Parties"), names(folder, *sides_first(then.sides()))),
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
    lines, each = signers(folder, then), _("Signatures of the parties, on each page:")
    ending = {"signers": lines, "each_page": each, "entry": entry.number}
    return document(folder, Paper.RECORD, titled(Paper.RECORD), blocks, **ending)


def _hour_of(folder: Folder, entry: ActEntry) -> str:
    """Return day and hour of a session: the hour for which it was called, where it was called for that day."""
    called = [e for e in folder.of(CaseAct.CALL_SESSION) if e.number < entry.number]
    held = entry.facts["on"]
    if called and called[-1].facts["on"] == held:
        return hour(day(held), called[-1].facts["at"])
    return blank_hour(day(held))


def agreement(folder: Folder) -> Documents:
    """Return each agreement they came to: a second mediation makes a second."""
    return [_agreement(folder, entry) for entry in folder.of(CaseAct.AGREE)]


def _agreement(folder: Folder, entry: ActEntry) -> Document:
    facts, then = entry.facts, folder.at(entry)
    written = facts["form"] == "written"
    later = next((e.number for e in folder.of(CaseAct.AGREE) if e.number > entry.number), None)
    signed = [e for e in folder.of(CaseAct.SIGN) if e.number > entry.number and (later is None or e.number < later)]
    in_force = folder.at(signed[-1]).agreement if signed else None
    rows = [
        [
            str(n),
            folder.name(row["by"]),
            _owed_to(folder, then, row["by"], row.get("to") or ()),
            row["what"],
            money(row["amount"]),
            code("pays", row["way"]) if row.get("way") else "",
            day(row["due"]),
        ]
        for n, row in enumerate(facts["rows"], 1)
    ]
    copies, agents = len(then.sides()) + 1, [one for one in then.active() if one.part is CaseRole.AGENT]
    open_to_all = not danger.is_guarded(folder.s)  # each side has a copy, also the one who is feared
    blocks = [
        *persons(folder, *then.sides(), *agents, phones=open_to_all, homes=open_to_all),
        section(_("Facts of the dispute, what is in dispute, and who answers for it"), facts["facts"]),
        section(_("By mediation the parties have freely agreed"), facts["terms"]),
        heading(_("Way, place and time of performance")),
        table(_heads(), [0, 0.5, 0.5, 1, 0, 0.5, 0], rows),
        pairs((_("Place of performance"), "")),
        sentences(
            _("This agreement is made in %(n)s copies: one for each party, one for the committee.", n=copies)
            if written
            else _("The parties see no need for a written agreement; it binds them from today.")
        ),
        *(_signed(then, in_force) if in_force else []),
        *(photos(folder, e, _("The page as it was signed"), large=True) for e in signed),
    ]
    title = titled(Paper.AGREEMENT) if written else _("Register of an oral agreement")
    takes_effect = not written or (in_force is not None and in_force.effective_on is not None)
    carry = _words_to_sign(folder, title, rows)
    ending = {
        "signers": signers(folder, then),
        "seal": _("Seal of the committee"),
        "in_effect": takes_effect,
        "entry": entry.number,
    }
    return document(folder, Paper.AGREEMENT, title, blocks, **ending, carry=carry)


def _words_to_sign(folder: Folder, title: str, rows: list[list[str]]) -> str:
    """Return the words of the agreement that each page of signatures begins with: what it is, and its last point."""
    last = rows[-1]
    said = _(
        "These signatures belong to %(title)s %(number)s on %(matter)s. It has %(n)s points; the last: %(last)s.",
        title=title,
        number=folder.number,
        matter=folder.s.title,
        n=len(rows),
        last=_("%(who)s: %(what)s, by %(due)s", who=last[1], what=last[3], due=last[6]),
    )
    return str(said)


def points(folder: Folder, owed: Sequence[Obligation]) -> Block:
    """Return the obligations of an agreement as a table."""
    rows = [
        [
            str(o.number),
            folder.name(o.by),
            _owed_to(folder, folder.s, o.by, o.to),
            o.what,
            money(o.amount_fen),
            code("pays", o.way) if o.way else "",
            day(o.due_on),
        ]
        for o in owed
    ]
    return table(_heads(), [0, 0.5, 0.5, 1, 0, 0.5, 0], rows)


def _owed_to(folder: Folder, then: Situation, by: int, to: Sequence[int]) -> str:
    """Return the names of those to whom something is owed; of nobody named, of all on the other side then."""
    debtor = then.party(by)
    other = [one.number for one in then.sides() if debtor is not None and one.part is not debtor.part]
    return some([folder.name(number) for number in to or other])


def _signed(then: Situation, found: Agreement) -> list[Block]:
    """Say who has signed on the paper so far, and since when it binds."""
    sides = [
        (bool({one.number, then.signs_for(one.number)} & found.signed), f"{as_what(one)} {one.name}")
        for one in sides_first(then.sides())
    ]
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
        _("Confirmed by the payee"),
    ]
    pictures = [photos(folder, e, _("Photographs of no. %(n)s", n=n)) for n, e in enumerate(done, 1)]
    blocks = [
        table(head, [0, 0.6, 1, 0, 0, 0, 0.8], rows),
        *pictures,
        sentences(_("I have received what stands above.")),
    ]
    owed = {number for entry in done for number in _payees(folder, entry)}
    s = folder.s
    payees = [one for one in s.present() if one.number in {s.signs_for(number) for number in owed}]
    lines = [signature_line(folder, one, s) for one in sides_first(payees)]
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
        money(entry.facts.get("amount") or owed.amount_fen),
        due,
        day(entry.facts["on"]),
        some([folder.name(number) for number in _payees(folder, entry)]),
    ]


def _payees(folder: Folder, entry: ActEntry) -> list[int]:
    """Return who said that they have received it: those whom the desk heard, else all to whom it is owed."""
    then = folder.at(entry)
    row = then.row(int(entry.facts["row"]))
    heard = [int(one) for one in entry.facts.get("heard") or ()]
    return heard or (sorted(then.creditors(row)) if row else [])


def follow_up(folder: Folder) -> Documents:
    found = []
    for entry in folder.of(CaseAct.FOLLOW_UP):
        facts = entry.facts
        done = [(facts["performed"] == one, code("performed", one)) for one in choices("performed")]
        blocks = [
            pairs(
                (_("Day"), day(facts["on"])),
                (_("Parties"), names(folder, *sides_first(folder.s.sides()))),
                (_("Persons visited"), facts["persons"]),
                (_("Number of the agreement"), folder.number if folder.last(CaseAct.AGREE) else "—"),
                (_("Matter"), folder.s.title),
                (_("Visitor"), facts["by_name"]),
            ),
            ticks(_("Performance of the agreement"), *done) if in_effect(folder.at(entry)) else None,
            ticks(_("Satisfied with the mediation"), *_yes_no(facts["satisfied"])),
            ticks(_("Lawsuit brought"), *_yes_no(facts["sued"])),
            section(_("Danger that remains"), facts.get("danger") or _("nothing known")),
            section(_("Measure taken"), facts.get("measure") or "—"),
        ]
        lines = [_("Persons visited"), _("Visitor")]
        ending = {"signers": lines, "entry": entry.number}
        found.append(document(folder, Paper.FOLLOW_UP, titled(Paper.FOLLOW_UP), blocks, **ending))
    return found


def _heads() -> list[str]:
    """Return the headings of the points of an agreement."""
    return [
        _("No."),
        _("Who performs"),
        _("Owed to whom"),
        _("What is to be performed"),
        _("Yuan"),
        _("In which way"),
        _("Time limit"),
    ]


def _yes_no(answer: Any) -> list[tuple[bool, str]]:
    return [(answer == one, code("yes_no", one)) for one in choices("yes_no")]


def remarks(folder: Folder) -> Documents:
    closed = folder.last(CaseAct.CLOSE)
    if closed is None:
        return []
    facts = closed.facts
    lacking = [titled(sheet.paper) for sheet in volume(folder.case.entries, folder.s) if not _holds(folder, sheet)]
    prevented = [(one == facts["prevented"], code("prevented", one)) for one in choices("prevented")]
    blocks = [
        pairs(
            (_("Matter"), matter_for_desk(folder)),
            (_("Closed on"), day(closed.happened)),
            (_("Put together by"), facts["by_name"]),
        ),
        page_count(),
        section(_("How the case went"), facts["summary"]),
        section(_("Closed although"), facts["although"]) if facts.get("although") else None,
        ticks(_("Escalation prevented"), *prevented) if facts.get("prevented") else None,
        *(
            pairs((_("Reported to the police"), listed([day(e.happened), e.facts["station"]])))
            for e in folder.of(CaseAct.REPORT_POLICE)
        ),
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
        (_("Matter"), matter_for_desk(folder)),
        (_("Put together by"), closed.facts["by_name"] if closed else ""),
        (_("Put together on"), day(closed.happened) if closed else ""),
        (_("Checked by"), ""),
        (_("Archived by"), kept.facts["by_name"] if kept else ""),
        (_("Archived on"), day(kept.happened) if kept else ""),
        (_("Kept at"), (kept.facts.get("shelf") or "") if kept else ""),
    ]
    seal = _("Seal of the committee")
    return [document(folder, Paper.BACK_COVER, titled(Paper.BACK_COVER), [pairs(*rows), page_count()], seal=seal)]
