"""Documents 1 to 6 of a case, up to the sitting. One function a document; each gives as many as there are."""

from flask_babel import gettext as _

from consult.domain.cases.acts import CaseAct
from consult.domain.cases.papers import Paper
from consult.domain.cases.situation import ActEntry, Party
from consult.domain.cases.states import DESK, CaseRole, Source
from consult.web.words.cases import case_claim_words, case_state_words
from consult.web.words.cases.case_form_words import code
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
    names,
    pairs,
    photos,
    section,
    sentences,
    table,
    ticks,
    titled,
)
from consult.web.words.cases.papers.people import party_lines, persons, sides_first, signature_line


def application(folder: Folder) -> Documents:
    """Return the application where a party applied, otherwise the committee's own register of how the case came."""
    filed = folder.last(CaseAct.FILE)
    if filed is None:
        return []
    if filed.facts["source"] != Source.APPLICATION:
        return [_register(folder, Paper.APPLICATION, filed)]
    said = folder.application
    wanted = case_claim_words.lines(said.facts) if said else []
    asks = {"kind": "claims", "title": _("What the applicant asks for"), "lines": wanted, "blanks": 0 if wanted else 3}
    told = sentences(
        _(
            "The committee has told me of the rules of people's mediation. I apply of my own free will for its mediation."
        )
    )
    s = folder.s
    asking = [one for one in s.in_dispute() if one.part is CaseRole.APPLICANT and s.signs_for(one.number) == one.number]
    lines = [signature_line(folder, one, s) for one in asking]
    pictures = photos(folder, said) if said else None
    blocks = [*persons(folder, *s.in_dispute()), *_dispute(folder, filed), asks, told, pictures]
    return [document(folder, Paper.APPLICATION, titled(Paper.APPLICATION), blocks, signers=lines, by="")]


def register(folder: Folder) -> Documents:
    """Return the committee's register of a case that a party applied for; of others it is the first document."""
    filed = folder.last(CaseAct.FILE)
    if filed is None or filed.facts["source"] != Source.APPLICATION:
        return []
    return [_register(folder, Paper.REGISTER, filed)]


def _register(folder: Folder, paper: Paper, filed: ActEntry) -> Document:
    source, said = filed.facts["source"], folder.application
    came = [(one == source, case_state_words.source(one.value)) for one in Source]
    taken, refused = folder.last(CaseAct.ACCEPT), folder.last(CaseAct.DECLINE)
    result = [(taken is not None, _("taken")), (refused is not None, _("not taken"))]
    handled = taken or refused
    wanted = case_claim_words.lines(said.facts) if said else []
    blocks = [
        *persons(folder, *folder.s.in_dispute()),
        ticks(_("Source of the case"), *came),
        *_dispute(folder, filed),
        section(_("What the applicant asks for"), "\n".join(wanted)) if wanted else None,
        ticks(_("Answer of the committee"), *result),
        pairs(
            (_("Day of the answer of the committee"), day(handled.happened) if handled else ""),
            (_("Handled by"), handled.facts["by_name"] if handled else ""),
        ),
        photos(folder, said) if said and paper is Paper.APPLICATION else None,
    ]
    writer, name = _("Written down by"), _registered_by(folder, filed, handled)
    asked = party_lines(folder) if paper is Paper.APPLICATION else []
    lines, seal = [*asked, f"{writer} {name}".strip()], _("Seal of the committee")
    return document(folder, paper, _("Register of acceptance"), blocks, signers=lines, seal=seal)


def _registered_by(folder: Folder, filed: ActEntry, handled: ActEntry | None) -> str:
    """Return who of the committee wrote the case down: a party who brought it on their phone did not.

    Nor did who turned out to be a party later, or to represent one.
    """
    brought = {one.get("person") for one in filed.facts["parties"]} | {None}
    brought |= {one.person_id for one in folder.s.parties}
    if filed.facts.get("by") in brought:
        return str(handled.facts["by_name"]) if handled else ""
    return str(filed.facts.get("by_name") or "")


def _dispute(folder: Folder, filed: ActEntry) -> list[Block]:
    said, kind = folder.application, folder.s.kind or filed.facts["kind"]
    return [
        pairs((_("Category"), code("kind", kind)), (_("Brought on"), day(filed.happened))),
        section(_("The dispute in short"), said.facts["words"] if said else "", blanks=6),
    ]


def rights(folder: Folder) -> Documents:
    """Read out and signed as soon as the case is taken."""
    accepted = folder.last(CaseAct.ACCEPT)
    if accepted is None:
        return []
    mine = sentences(
        _("Choose a mediator, or accept the one who is named."),
        _("Accept mediation, refuse it, or ask to end it."),
        _("Ask that the mediation be open, or that it be held behind closed doors."),
        _("Say freely what they want, and come to an agreement of their own free will."),
        numbered=True,
    )
    duties = sentences(
        _("State the facts of the dispute truthfully."),
        _("Keep order at the mediation and respect the mediator."),
        _("Respect the other side in the use of its rights."),
        _("Do what was agreed; whoever has signed is bound."),
        numbered=True,
    )
    more = sentences(
        _("Mediation is free of charge. The mediators keep private matters and secrets to themselves."),
        _("Within 30 days of a written agreement taking effect both sides may together ask the court to confirm it."),
        _("If there is no agreement, arbitration, the authorities or the court remain open to everybody."),
    )
    who = pairs(
        (_("Matter"), folder.s.title),
        (_("Parties"), names(folder, *sides_first(folder.s.in_dispute()))),
        (_("Taken on"), day(accepted.happened)),
        (_("Read out by"), accepted.facts["by_name"] if accepted.facts.get("rights_told") else ""),
    )
    wants = [(folder.s.consents.get(one.number) is True, _wants(one)) for one in sides_first(folder.s.in_dispute())]
    blocks = [
        who,
        heading(_("Rights of the parties")),
        mine,
        heading(_("Duties of the parties")),
        duties,
        heading(_("To be known")),
        more,
        ticks(_("Willingness to be mediated"), *wants),
        sentences(_("I have read this notice, or it was read to me, and I understand it.")),
    ]
    return [document(folder, Paper.RIGHTS, titled(Paper.RIGHTS), blocks, signers=party_lines(folder))]


def _wants(party: Party) -> str:
    return str(_("%(name)s is willing to be helped by mediation", name=party.name))


def _part_in_full(party: Party) -> str:
    """Return what a party is called, of a statutory representative with the relation that the papers showed."""
    if not party.relation:
        return as_what(party)
    return str(_("%(part)s (%(relation)s)", part=as_what(party), relation=party.relation))


def identity(folder: Folder) -> Documents:
    """State that the mediator knows who they are. Nothing is copied, no number is written down."""
    if folder.s.accepted_on is None:
        return []
    seen = [e for e in folder.case.entries if e.facts.get("identity_seen")]
    there = [(e, {one.number for one in folder.at(e).present()}) for e in seen]
    rows = []
    for n, one in enumerate(sides_first(folder.s.present()), 1):
        first = next((e for e, present in there if one.number in present), None)
        how = [day(first.happened), first.facts["by_name"]] if first else ["", ""]
        rows.append([str(n), _part_in_full(one), one.name, *how])
    head = [_("No."), _("Part in the case"), _("Name"), _("Known or papers seen on"), _("Known or seen by")]
    blocks = [
        table(head, [0, 0, 1, 1, 1], rows),
        sentences(
            _("The mediator knows these people or has seen their papers. No copy was made and no number written down."),
            _("If a copy is put in here, the number on it is covered."),
        ),
    ]
    word = _("Mediator")
    lines = [f"{word} {name}" for _id, name in folder.s.mediators] or [word]
    return [document(folder, Paper.IDENTITY, titled(Paper.IDENTITY), blocks, signers=lines)]


def authority(folder: Folder) -> Documents:
    """Return one letter for each agent, or a blank one."""
    added = [e for e in folder.of(CaseAct.ADD_PARTY) if e.facts["party"]["part"] == CaseRole.AGENT]
    if not added and folder.last(CaseAct.FILE) is None:
        return []
    agents = [party for party in folder.s.present() if party.part is CaseRole.AGENT]
    filled = [(party, entry) for party in agents for entry in added if folder.at(entry).parties[-1] == party]
    return [_letter(folder, *one) for one in filled] or [_letter(folder, None, None)]


def _letter(folder: Folder, agent: Party | None, entry: ActEntry | None) -> Document:
    principal = folder.s.party(agent.for_party) if agent else None
    who = pairs(
        (_("Principal"), principal.name if principal else ""),
        (_("Agent"), agent.name if agent else ""),
        (_("Relation to each other"), ""),
        (_("Matter"), folder.s.title or folder.number),
    )
    blocks = [
        who,
        sentences(_("I cannot take part in the mediation of this case, or not alone, and let the agent act for me.")),
        ticks(
            _("The agent may"),
            (agent is not None and not agent.may_agree, _("speak and hear for me, but agree to nothing")),
            (agent is not None and agent.may_agree, _("speak for me, accept a settlement, and sign the agreement")),
        ),
        pairs((_("Valid until"), "")),
        photos(folder, entry, _("The letter as it was signed"), large=True) if entry else None,
    ]
    giver, agent_word = _("Principal"), _("Agent")
    lines = [
        f"{giver} {principal.name if principal else ''}".strip(),
        f"{agent_word} {agent.name if agent else ''}".strip(),
    ]
    return document(folder, Paper.AUTHORITY, titled(Paper.AUTHORITY), blocks, signers=lines, by="")


def investigation(folder: Folder) -> Documents:
    found = []
    for entry in folder.of(CaseAct.INVESTIGATE):
        facts = entry.facts
        blocks = [
            pairs(
                (_("Day and hour"), blank_hour(day(facts["on"]))),
                (_("Place"), facts["place"]),
                (_("Person asked"), facts["asked"]),
                (_("Asked by"), facts["by_name"]),
                (_("Recorder"), ""),
            ),
            section(_("Record"), facts["words"]),
            photos(folder, entry),
            sentences(_("I have read this record, or it was read to me; it is as I said it.")),
        ]
        lines = [_("Person asked"), _("Asked by"), _("Recorder")]
        each = _("Signature of the person asked, on each page:")
        title = titled(Paper.INVESTIGATION)
        ending = {"signers": lines, "each_page": each, "entry": entry.number}
        found.append(document(folder, Paper.INVESTIGATION, title, blocks, **ending))
    return found


def later(folder: Folder) -> list[ActEntry]:
    """Evidence, and what a party said or photographed later. What the application says already stands in that."""
    told = folder.application
    return [e for e in folder.of(CaseAct.EVIDENCE, CaseAct.STATEMENT) if told is None or e.number != told.number]


def _from_whom(entry: ActEntry) -> str:
    """Return who gave a piece of evidence; of what the desk put in, who put it in."""
    name = entry.facts["by_name"]
    return str(_("%(name)s (put in)", name=name)) if entry.facts.get("as") in DESK else str(name)


def evidence(folder: Folder) -> Documents:
    entries = later(folder)
    if not entries:
        return []
    rows = [
        [
            str(n),
            e.facts.get("words", ""),
            _from_whom(e),
            day(e.happened),
            _("in confidence") if e.audience != "all" else "",
        ]
        for n, e in enumerate(entries, 1)
    ]
    pictures = [photos(folder, e, _("Photographs of no. %(n)s", n=n)) for n, e in enumerate(entries, 1)]
    private = _("What is marked was said in confidence: the other side is not shown it.")
    blocks = [
        table([_("No."), _("What the evidence is"), _("From whom"), _("Day"), _("Remarks")], [0, 1, 0, 0, 0], rows),
        sentences(private if any(row[-1] for row in rows) else ""),
        *pictures,
    ]
    return [document(folder, Paper.EVIDENCE, titled(Paper.EVIDENCE), blocks, day=None)]
