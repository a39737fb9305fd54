"""Those in a case on its papers: what a paper says of them, and the lines on which they sign."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from consult.domain.cases.confidence import danger
from consult.domain.cases.parties import capacity
from consult.domain.cases.parties.organisations import WITHOUT_LEGAL_PERSONALITY
from consult.domain.cases.situation import Party, Situation
from consult.domain.cases.states import DESK, PARTIES, SIDES, CaseRole
from consult.domain.people.people import age_on
from consult.domain.phone_numbers import masked_phone
from consult.models import Person
from consult.services.core import crypto
from consult.web import printing
from consult.web.words.cases.papers.parts import Block, Folder, as_what, listed, part_words, table

MANY = 12
"""More persons than these stand in a table, not each in a block."""


def head_of(party: Party) -> str:
    """Return what the head of an organisation is called on an official paper (民法典 61, 105)."""
    return str(_("Person in charge") if party.body in WITHOUT_LEGAL_PERSONALITY else _("Legal representative"))


def persons(folder: Folder, *parties: Party, phones: bool = True, homes: bool = True) -> list[Block]:
    """Return those in dispute as the ministry's forms ask, each with the statutory representatives behind.

    Many stand in one table: a block for each of a hundred would be twenty pages. An organisation always has its block.
    `phones`, `homes`: none is printed where a paper goes to others who were not told of it.
    """
    named = sides_first(parties or folder.s.sides())
    spoken = {one.number: capacity.guardians(folder.s, one.number) for one in named if one.part in SIDES}
    everybody = [one for party in named for one in (party, *spoken.get(party.number, ()))]
    people = everybody if len(everybody) > MANY else []
    blocks = [_person(folder, one, phones=phones, homes=homes) for one in everybody if one.body or not people]
    people = [one for one in people if not one.body]
    if not people:
        return blocks
    listed_people = _table_of(folder, people, phones=phones, homes=homes)
    asks = people[0].part is CaseRole.APPLICANT
    return [listed_people, *blocks] if asks else [*blocks, listed_people]


def sides_first(parties: Iterable[Party]) -> list[Party]:
    """Return parties in the order of papers: applicants, respondents, then those who act for them."""
    order = [*part_words()]
    return sorted(parties, key=lambda one: order.index(one.part))


@dataclass(frozen=True)
class About:
    """What a paper says of a person, as far as the app holds it."""

    sex: str
    age: str
    phone: str
    address: str


def about(folder: Folder, party: Party) -> About:
    """Return what the reader's copy may say of a person beside the name."""
    told = _may_be_told(folder, party)
    on_roll = folder.people.get(party.person_id) if party.person_id and told else None
    home = on_roll.household if on_roll else None
    where = [folder.village.name, home.group.name, _("household %(code)s", code=home.code)] if home else []
    filed_on = folder.s.filed_on or date.min
    age = str(age_on(on_roll.born, filed_on)) if on_roll and on_roll.born else ""
    age = age or (str(age_on(party.born, filed_on)) if told and party.born else "")
    phone = phone_of(folder, party, on_roll) if told or not party.body else ""
    return About(on_roll.sex or "" if on_roll else "", age, phone, " ".join(where))


def _table_of(folder: Folder, parties: Sequence[Party], *, phones: bool, homes: bool) -> Block:
    head = [
        _("No."),
        _("Part in the case"),
        _("Name"),
        _("Sex"),
        _("Age"),
        _("Ethnic group"),
        _("Job"),
        _("Phone"),
        _("Address"),
    ]
    rows = []
    for n, party in enumerate(parties, 1):
        one = about(folder, party)
        reached = [one.phone if phones else "", one.address if homes else ""]
        rows.append([str(n), as_what(party), party.name, one.sex, one.age, "", "", *reached])
    return table(head, [0, 0, 1.1, 0, 0, 0, 0.7, 0, 1.6], rows) | {"size": 8.5}


def _person(folder: Folder, party: Party, *, phones: bool, homes: bool) -> Block:
    """Return a person as the ministry's forms ask; what the app does not hold is written by hand."""
    one = about(folder, party)
    phone = one.phone if phones else ""
    if party.body:
        return _organisation(folder, party, told=_may_be_told(folder, party), phone=phone)
    return {
        "kind": "person",
        "as": as_what(party),
        "cells": [
            [_("Name"), party.name],
            [_("Sex"), one.sex],
            [_("Age"), one.age],
            [_("Ethnic group"), ""],
            [_("Job"), ""],
            [_("Phone"), phone],
        ],
        "wide": [[_("Address"), one.address if homes else ""]],
    }


def _organisation(folder: Folder, party: Party, *, told: bool, phone: str) -> Block:
    """Return an organisation: its head, its code and who handles the matter; it has neither sex nor age nor job."""
    agents = [one.name for one in folder.s.present() if one.part is CaseRole.AGENT and one.for_party == party.number]
    return {
        "kind": "person",
        "body": True,
        "as": as_what(party),
        "first": [
            [_("Name of the organisation"), party.name],
            [_("Unified social credit code"), party.credit_code if told else ""],
        ],
        "cells": [
            [head_of(party), party.in_charge if told else ""],
            [_("Person handling the matter"), listed(agents)],
            [_("Phone"), phone],
        ],
        "wide": [[_("Address"), ""]],
    }


def _may_be_told(folder: Folder, party: Party) -> bool:
    """Tell whether a copy says more of a person than the name.

    A party's copy does of others once there is an agreement, unless somebody may be in danger.
    """
    return (
        folder.case.part not in PARTIES | {CaseRole.LEFT}
        or party.number == folder.case.mine
        or (folder.s.agreement is not None and not danger.is_guarded(folder.s))
    )


def phone_of(folder: Folder, party: Party, on_roll: Person | None) -> str:
    """Return the number given in the case, or that of the roll.

    The desk's own paper has all of it, as courts and archives want it (法释〔2011〕5号 3); every other copy masks it.
    """
    given = [
        e.facts["phone"] for e in folder.case.entries if e.facts.get("phone") and e.facts.get("party") == party.number
    ]
    number = given[-1] if given else crypto.unseal(on_roll.phone_cipher) if on_roll and on_roll.phone_cipher else ""
    if folder.case.part in DESK and not printing.reading_copy():
        return number
    return masked_phone(number) if number else ""


def party_lines(folder: Folder, s: Situation | None = None, *, with_agents: bool = True) -> list[str]:
    """Return where those in dispute who took part then (`s`), and their agents, sign.

    One who chose a representative and lets them agree has no line; the representative's says for how many it stands.
    """
    then = folder.s if s is None else s
    lines = [
        signature_line(folder, one, then)
        for one in sides_first(then.sides())
        if then.signs_for(one.number) == one.number
    ]
    agents = [one for one in then.active() if one.part is CaseRole.AGENT] if with_agents else []
    return [*lines, *(f"{as_what(one)} {one.name}" for one in agents)]


def signature_line(folder: Folder, party: Party, s: Situation) -> str:
    """Return where a party signs, through whom, and for whom besides."""
    day = folder.case.entries[-1].on if folder.case.entries else date.max
    line = f"{as_what(party)} {party.name}"
    if party.body and party.in_charge:
        return f"{line} {head_of(party)} {party.in_charge}"
    if not capacity.acts_alone(party, day):
        return " ".join([line, *(f"{as_what(one)} {one.name}" for one in capacity.guardians(s, party.number))])
    others = [one for one in s.sides() if one.number != party.number and s.signs_for(one.number) == party.number]
    return (
        str(_("%(line)s (chosen representative, for %(n)s others too)", line=line, n=len(others))) if others else line
    )


def signers(folder: Folder, s: Situation | None = None, *, recorder: bool = True) -> list[str]:
    """Return where parties who took part then (`s`), mediators and the keeper of the record sign."""
    word = _("Mediator")
    lines = [f"{word} {name}" for _person_id, name in folder.s.mediators] or [word]
    return [*party_lines(folder, s), *lines, *([_("Recorder")] if recorder else [])]
