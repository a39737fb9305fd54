"""What the documents of a case are made of: the folder they are filled from, and the blocks a page is set in."""

import base64
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from io import BytesIO
from typing import Any

from flask_babel import gettext as _

from consult.domain.cases.acts import CaseAct
from consult.domain.cases.facts import fold
from consult.domain.cases.papers import Paper
from consult.domain.cases.situation import ActEntry, Party, Situation
from consult.domain.cases.states import PARTIES, CaseRole
from consult.domain.people.people import age_on, masked_phone
from consult.models import CaseFile, Person, Village, db
from consult.models.cases import case_queries
from consult.services.cases import case_files
from consult.services.cases.reading import Opened
from consult.services.core import crypto
from consult.web import filters
from consult.web.words.cases import case_state_words

Block = dict[str, Any]
Document = dict[str, Any]
Documents = list[Document]
GAP = "\u2003" * 3
"""So much room for a number written by hand."""
SPEAKER = 8
"""A name or a word before a colon, so long at the most, is who speaks."""


@dataclass(frozen=True)
class Folder:
    """A case as its documents see it: only what the reader at hand can open."""

    case: Opened
    s: Situation
    village: Village
    files: dict[int, list[CaseFile]]

    def of(self, *acts: CaseAct) -> list[ActEntry]:
        return [entry for entry in self.case.entries if entry.act in acts]

    def last(self, *acts: CaseAct) -> ActEntry | None:
        return next(reversed(self.of(*acts)), None)

    def at(self, entry: ActEntry) -> Situation:
        """Return the situation as it was when an entry was written."""
        return fold(one for one in self.case.entries if one.number <= entry.number)

    def name(self, number: int) -> str:
        party = self.s.party(number)
        return party.name if party else ""

    @property
    def committee(self) -> str:
        return str(_("People's Mediation Committee of %(village)s", village=self.village.name))

    @property
    def number(self) -> str:
        return str(_("(%(year)s) Mediation No. %(number)s", year=self.case.row.year, number=self.case.row.number))

    @property
    def application(self) -> ActEntry | None:
        """What the applicant said when the case was brought."""
        return next((entry for entry in self.of(CaseAct.STATEMENT) if "way" in entry.facts), None)


def folder_of(case: Opened) -> Folder:
    kept: dict[int, list[CaseFile]] = {}
    for file in case_queries.files(case.row.id):
        if case.keys.opens(file.audience):
            kept.setdefault(file.entry_number, []).append(file)
    return Folder(case, case.situation, db.session.get_one(Village, case.row.village_id), kept)


def document(folder: Folder, paper: Paper, title: str, blocks: Sequence[Block | None], **ending: Any) -> Document:
    """Return one document. `ending`: signers, each_page, seal, day (None: no line for it), by (whose paper it is)."""
    usual = {"signers": [], "each_page": "", "seal": "", "day": blank_day(), "by": folder.committee}
    return {
        "code": paper.value,
        "above": folder.committee,
        "title": title,
        "number": folder.number,
        "blocks": [block for block in blocks if block],
        **usual,
        **ending,
    }


def titled(paper: Paper) -> str:
    return case_state_words.paper(paper.value)


def pairs(*rows: tuple[str, str]) -> Block:
    """Label and words. Nothing to say leaves a line to write on."""
    return {"kind": "pairs", "rows": [list(row) for row in rows]}


def section(title: str, words: str = "", *, blanks: int = 0) -> Block:
    """Return a heading over what was said; `blanks`: lines to write on, where nothing was."""
    lines = [list(row) for row in spoken(words)]
    return {"kind": "section", "title": title, "lines": lines, "blanks": 0 if lines else blanks}


def heading(title: str) -> Block:
    return section(title)


def spoken(words: str) -> Iterator[tuple[str, str]]:
    """Yield lines, and for each who speaks, or whether it is question or answer."""
    for line in words.splitlines():
        who, colon, said = line.replace("\uff1a", ":", 1).partition(":")
        if colon and 0 < len(who.strip()) <= SPEAKER and not said.startswith("//") and not who.strip()[-1].isdigit():
            yield who.strip(), said.strip()
        elif line.strip():
            yield "", line.strip()


def table(head: Sequence[str], widths: Sequence[float], rows: Sequence[Sequence[str]]) -> Block:
    """Return a table. Widths: 0 is as wide as its words, others share what is left."""
    return {"kind": "table", "head": list(head), "widths": list(widths), "rows": [list(row) for row in rows]}


def ticks(title: str, *rows: tuple[bool, str]) -> Block:
    return {"kind": "ticks", "title": title, "rows": [list(row) for row in rows]}


def sentences(*lines: str, numbered: bool = False) -> Block:
    return {"kind": "sentences", "lines": [line for line in lines if line], "numbered": numbered}


def page_count() -> Block:
    """Return the number of pages of the volume, which is known when it is set."""
    return {"kind": "pages", "label": _("Pages in all")}


def photos(folder: Folder, entry: ActEntry, title: str = "", *, large: bool = False) -> Block | None:
    """Return the photos that came with an entry, and the number of spoken messages, which cannot be printed."""
    kept = folder.files.get(entry.number, [])
    pictures = [file for file in kept if file.media == "photo"]
    voices = len(kept) - len(pictures)
    if not kept:
        return None
    note = _("Spoken messages, kept in the app: %(n)s", n=voices) if voices else ""
    shown = [_picture(case_files.content(file, folder.case.keys)) for file in pictures]
    return {"kind": "photos", "title": title or _("Photographs"), "pictures": shown, "large": large, "note": note}


def _picture(data: bytes) -> str:
    """Return a JPEG wrapped into SVG text: it goes to the page with the other facts and is never a file on the disk."""
    from PIL import Image  # not at the start, see services.core.uploads.pictures

    with Image.open(BytesIO(data)) as picture:
        width, height = picture.size
    inside = base64.b64encode(data).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="{width}" '
        f'height="{height}" viewBox="0 0 {width} {height}"><image width="{width}" height="{height}" '
        f'xlink:href="data:image/jpeg;base64,{inside}"/></svg>'
    )


def as_what(party: Party) -> str:
    """Return what a party is called on an official paper."""
    return str(
        {
            CaseRole.APPLICANT: _("Applicant"),
            CaseRole.RESPONDENT: _("Respondent"),
            CaseRole.AGENT: _("Agent"),
            CaseRole.KIN: _("Other participant"),
        }[party.part]
    )


def persons(folder: Folder, *parties: Party) -> list[Block]:
    return [_person(folder, party) for party in parties or folder.s.sides()]


def _person(folder: Folder, party: Party) -> Block:
    """Return a person as the ministry's forms ask; what the app does not hold is written by hand."""
    told = _may_be_told(folder, party)
    on_roll = db.session.get(Person, party.person_id) if party.person_id and told else None
    born_on = folder.s.filed_on or date.min
    home = on_roll.household if on_roll else None
    where = [folder.village.name, home.group.name, _("household %(code)s", code=home.code)] if home else []
    return {
        "kind": "person",
        "as": as_what(party),
        "cells": [
            [_("Name"), party.name],
            [_("Sex"), on_roll.sex if on_roll else ""],
            [_("Age"), str(age_on(on_roll.born, born_on)) if on_roll else ""],
            [_("Ethnic group"), ""],
            [_("Job"), ""],
            [_("Phone"), phone_of(folder, party, on_roll)],
        ],
        "wide": [_("Address"), " ".join(where)],
    }


def _may_be_told(folder: Folder, party: Party) -> bool:
    """Tell whether a copy says more of a person than the name: a party's copy does of others once there is an agreement."""
    return folder.case.part not in PARTIES or party.number == folder.case.mine or folder.s.agreement is not None


def phone_of(folder: Folder, party: Party, on_roll: Person | None) -> str:
    """Return the number given in the case, or that of the roll, masked."""
    given = [
        e.facts["phone"] for e in folder.case.entries if e.facts.get("phone") and e.facts.get("party") == party.number
    ]
    number = given[-1] if given else crypto.unseal(on_roll.phone_cipher) if on_roll and on_roll.phone_cipher else ""
    return masked_phone(number) if number else ""


def day(value: date | str | None) -> str:
    if not value:
        return ""
    return filters.long_day(date.fromisoformat(value) if isinstance(value, str) else value)


def money(fen: int | None) -> str:
    return filters.yuan(fen) if fen else "—"


def blank_day() -> str:
    """Return a day with gaps, to be filled in by hand."""
    return str(_("Year %(gap)s month %(gap)s day %(gap)s", gap=GAP))


def listed(words: Iterable[str]) -> str:
    """Join words, with the comma that the reader's language has for it."""
    found = list(words)
    return reduce(lambda one, more: str(_("%(one)s, %(more)s", one=one, more=more)), found) if found else ""


def names(folder: Folder, *parties: Party) -> str:
    return listed(party.name for party in parties or folder.s.sides())


def mediators(folder: Folder) -> str:
    return listed(name for _person_id, name in folder.s.mediators)


def party_lines(folder: Folder, *, with_agents: bool = True) -> list[str]:
    """Return where those in dispute and their agents sign."""
    parties = [*folder.s.sides(), *(p for p in folder.s.present() if p.part is CaseRole.AGENT and with_agents)]
    return [f"{as_what(party)} {party.name}" for party in parties]


def signers(folder: Folder, *, recorder: bool = True) -> list[str]:
    """Return where parties, mediators and the keeper of the record sign."""
    word = _("Mediator")
    lines = [f"{word} {name}" for _person_id, name in folder.s.mediators] or [word]
    return [*party_lines(folder), *lines, *([_("Recorder")] if recorder else [])]
