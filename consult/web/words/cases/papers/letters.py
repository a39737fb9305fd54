"""What the committee writes to others: that it does not take a case, that mediation ended, to whom a case goes; and to
each party when a session is held and what is due. An envelope says nothing of a dispute."""

from flask_babel import gettext as _

from consult.domain.cases.acts import CaseAct
from consult.domain.cases.agreements.endings import REFUSED, TABLE, Ending, endings_of
from consult.domain.cases.agreements.obligations import Obligation
from consult.domain.cases.choices import known_grounds
from consult.domain.cases.confidence import danger
from consult.domain.cases.papers import Paper
from consult.domain.cases.parties import capacity
from consult.domain.cases.situation import ActEntry, Party
from consult.domain.cases.states import CaseRole
from consult.web.words.cases import case_state_words
from consult.web.words.cases.case_form_words import code
from consult.web.words.cases.papers.outcomes import points
from consult.web.words.cases.papers.parts import (
    Block,
    Document,
    Documents,
    Folder,
    blank_day,
    day,
    document,
    listed,
    matter,
    mediators,
    names,
    pairs,
    section,
    sentences,
    table,
    titled,
)
from consult.web.words.cases.papers.people import about, persons, sides_first
from consult.web.words.lists import within


def declined(folder: Folder) -> Documents:
    """Return the notice that the committee does not take the case (司法部令第75号 22, 24)."""
    return [_declined(folder, one) for one in endings_of(folder.case.entries) if one.act is CaseAct.DECLINE]


def _declined(folder: Folder, one: Ending) -> Document:
    ground = known_grounds().get(one.ground)
    applicants = [p for p in folder.s.in_dispute() if p.part is CaseRole.APPLICANT] or list(folder.s.in_dispute())
    told = folder.application
    said = within((told.facts.get("words") if told else "") or matter(folder))
    facts = {"day": day(folder.s.filed_on), "matter": said}
    blocks = [
        _to(names(folder, *applicants)),
        sentences(_("On %(day)s you brought the following matter to the committee: %(matter)s.", **facts)),
        sentences(_("The committee has looked at it and does not take it.")),
        pairs(
            (_("Ground of the decision"), code("decline", one.ground) if one.ground else ""),
            (_("Articles of the law"), ground.source if ground else ""),
            (_("Reason"), one.reason),
            (_("Day of the decision"), day(one.on)),
        ),
        _ways(_where(one)),
        sentences(_("This notice costs nothing and takes no right away. Limitation goes on: do not wait.")),
        *_told(folder, one),
    ]
    ending = {"seal": _("Seal of the committee")}
    return document(folder, Paper.DECLINED, titled(Paper.DECLINED), blocks, **ending)


def ended(folder: Folder) -> Documents:
    """Return the notice that mediation ended without agreement, with the other ways (人民调解法 26)."""
    return [
        _ended(folder, one)
        for one in endings_of(folder.case.entries)
        if one.act not in (CaseAct.DECLINE, CaseAct.ESCALATE)
    ]


def _ended(folder: Folder, one: Ending) -> Document:
    refused = folder.name(one.party) if one.ground == REFUSED else ""
    ground = _("%(name)s does not want mediation", name=refused) if refused else _ground(one)
    rows = [(_("Matter"), matter(folder)), (_("Ground of the decision"), ground)]
    if refused:
        rows.append((_("Who refused"), refused))
    rows += [(_("Reason"), one.reason or "—"), (_("Ended on"), day(one.on))]
    law = _articles(one)
    if law:
        rows.append((_("Articles of the law"), law))
    blocks = [
        _to(names(folder, *sides_first(folder.s.in_dispute()))),
        sentences(_("The mediation of this matter has ended without an agreement.")),
        pairs(*rows),
        _ways(""),
        *_told(folder, one),
    ]
    ending = {"seal": _("Seal of the committee")}
    return document(folder, Paper.ENDED, titled(Paper.ENDED), blocks, **ending)


def _ground(one: Ending) -> str:
    return code(TABLE[one.act], one.ground) if one.ground else case_state_words.state(one.state.value)


def _articles(one: Ending) -> str:
    """Return the law on which a mediation ends: a no ends it, and the mediators may end what cannot succeed."""
    if one.act is CaseAct.TERMINATE or one.ground == REFUSED:
        return str(_("People's Mediation Law 17, 23, 26"))
    return str(_("People's Mediation Law 23"))


def _where(one: Ending) -> str:
    ground = known_grounds().get(one.ground)
    return code("goes_to", ground.goes_to) if ground else ""


def _ways(first: str) -> Block:
    lines = [_("For this matter go to: %(where)s", where=first)] if first else []
    lines += [
        _("Arbitration, where the law or a clause provides for it (labour, contracted land)."),
        _("The authority that is responsible for the matter."),
        _("A lawsuit at the people's court. Periods of limitation run: ask there in time."),
    ]
    return {
        "kind": "section",
        "title": _("Other ways that are open"),
        "lines": [["", f"{n}. {line}"] for n, line in enumerate(lines, 1)],
        "blanks": 0,
    }


def _told(folder: Folder, one: Ending) -> list[Block]:
    """Say who was told of them, and when; those of whom nothing is written have a line."""
    everybody = sides_first(folder.s.in_dispute())
    all_on = day(one.on) if one.told_ways and not one.told else ""
    rows = [[party.name, day(one.told.get(party.number)) or all_on, ""] for party in everybody]
    head = [_("Who was told of the other ways"), _("Told of it on"), _("Signature")]
    signed = sentences(_("Whoever signs here has received this notice."))
    return [table(head, [1, 1, 1], rows) | {"by_hand": True}, signed]


def transfer(folder: Folder) -> Documents:
    """Return the letter with which a case goes to an office above, and the slip that confirms its receipt."""
    return [_transfer(folder, entry) for entry in folder.of(CaseAct.ESCALATE)]


def _transfer(folder: Folder, entry: ActEntry) -> Document:
    facts, then = entry.facts, folder.at(entry)
    got = next((e for e in folder.of(CaseAct.RECEIPT) if e.number > entry.number), None)
    what = matter(folder)
    homes = not danger.is_guarded(folder.s)  # where somebody may be in danger, nobody's: one left out would tell who
    blocks = [
        _to(facts["office"]),
        sentences(
            _(
                "The committee took up the following matter and hands it on to you. It asks you to take it and to send back "
                "the slip below."
            )
        ),
        pairs(
            (_("Matter"), what),
            (_("Category"), code("kind", folder.s.kind) if folder.s.kind else ""),
            (_("Taken on"), day(then.accepted_on)),
            (_("Mediators"), mediators(folder)),
            (_("Handed on to"), code("level", facts["level"])),
            (_("Handed on on"), day(entry.happened)),
            (_("Reason"), facts["reason"]),
        ),
        *persons(folder, *folder.s.in_dispute(), phones=False, homes=homes),
        sentences(
            _("Their phones are given with their yes.")
            if homes
            else _("Their phones and addresses are given with their yes.")
        ),
        section(
            _("Papers enclosed"),
            _("Application or register, evidence and records, as the list shows; pages in all:"),
            blanks=1,
        ),
        {
            "kind": "slip",
            "title": _("Slip of receipt"),
            "lines": [
                _(
                    "To the %(committee)s: we have received %(number)s, %(matter)s.",
                    committee=folder.committee,
                    number=folder.number,
                    matter=what,
                )
            ],
            "blanks": _slip(got),
        },
    ]
    return document(folder, Paper.TRANSFER, titled(Paper.TRANSFER), blocks, seal=_("Seal of the committee"))


def _slip(got: ActEntry | None) -> list[str]:
    said = got.facts if got else {}
    rows = [
        (_("Number there"), said.get("number") or ""),
        (_("Received by (signature, seal)"), said.get("received_by") or ""),
        (_("Received on"), day(got.happened) if got else blank_day()),
    ]
    return [" ".join(filter(None, row)) for row in rows]


def summons(folder: Folder) -> Documents:
    """Return a letter to each party with hour and place of the called session, and its envelope."""
    if folder.s.session is None:
        return []
    on, at, place = folder.s.session
    called = folder.last(CaseAct.CALL_SESSION)
    how = code("openness", called.facts["how"]) if called and called.facts.get("how") else ""
    found: Documents = []
    for party in sides_first(folder.s.sides()):
        blocks = [
            _to(_addressee(folder, party)),
            sentences(_("The committee invites you to talk over a matter that concerns you.")),
            pairs(
                (_("Day and hour"), f"{day(on)} {at}"),
                (_("Place"), place),
                (_("Open or behind closed doors"), how),
                (_("Mediators"), mediators(folder)),
            ),
            sentences(
                _("Please bring your identity card and the papers that you want to show."),
                _("Who cannot come in person may send somebody with a signed letter of authority."),
                _("You are free to come; mediation costs nothing. If the time does not suit you, tell the mediators."),
            ),
            _slip_of_service(folder, party),
        ]
        ending = {"seal": _("Seal of the committee"), "unnumbered": True}
        found += [document(folder, Paper.SUMMONS, titled(Paper.SUMMONS), blocks, **ending), _envelope(folder, party)]
    return found


def reminder(folder: Folder) -> Documents:
    """Return a letter to each party who still owes something, with what and until when, and its envelope."""
    s, found = folder.s, Documents()
    if s.agreement is None or (s.agreement.written and s.agreement.effective_on is None):
        return []
    for party in sides_first(s.sides()):
        owed: list[Obligation] = [row for row in s.undone() if row.by == party.number]
        if not owed:
            continue
        blocks = [
            _to(_addressee(folder, party)),
            sentences(
                _(
                    "By the agreement of %(day)s, %(number)s, you have still to do what follows. Please do it in time, "
                    "and tell the mediators when it is done.",
                    day=day(s.agreement.agreed_on),
                    number=folder.number,
                )
            ),
            points(folder, owed),
            sentences(
                _("If there is a difficulty, speak to the mediators before the day: both sides may agree on another."),
                _("An agreement binds both. If it is not kept, the other side may go to court over it."),
            ),
            _slip_of_service(folder, party),
        ]
        ending = {"seal": _("Seal of the committee"), "unnumbered": True}
        found += [document(folder, Paper.REMINDER, titled(Paper.REMINDER), blocks, **ending), _envelope(folder, party)]
    return found


def _addressee(folder: Folder, party: Party) -> str:
    """Return to whom a letter goes: a child's to those who represent them."""
    guardians = [one.name for one in capacity.guardians(folder.s, party.number)]
    return (
        str(_("%(name)s (through %(others)s)", name=party.name, others=listed(guardians))) if guardians else party.name
    )


def _slip_of_service(folder: Folder, party: Party) -> Block:
    said = _(
        "I have received the letter of %(committee)s, %(number)s.", committee=folder.committee, number=folder.number
    )
    return {
        "kind": "slip",
        "title": _("Slip of service"),
        "lines": [said],
        "blanks": [
            _("Received by (signature): %(name)s", name=party.name),
            _("Day and hour"),
            _("Delivered by (signature)"),
        ],
    }


def _envelope(folder: Folder, party: Party) -> Document:
    """Return the reverse of a letter: who gets it, and the village; nothing of a dispute or a committee of mediation."""
    return {
        "code": "envelope",
        "envelope": True,
        "to": str(_("For %(name)s in person", name=_addressee(folder, party))),
        "at": about(folder, party).address,
        "from": str(_("From: Villagers' Committee of %(village)s", village=folder.village.name)),
        "blocks": [],
    }


def _to(words: str) -> Block:
    return {"kind": "salutation", "words": str(_("To %(name)s:", name=words))}
