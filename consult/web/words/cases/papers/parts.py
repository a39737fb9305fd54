"""What the documents of a case are made of: the folder they are filled from, and the blocks a page is set in."""

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from io import BytesIO
from typing import Any

from flask_babel import gettext as _

from consult.domain.cases.acts import CaseAct
from consult.domain.cases.confidence import danger
from consult.domain.cases.papers import Paper
from consult.domain.cases.situation import ActEntry, Party, Situation
from consult.domain.cases.states import CaseRole
from consult.models import CaseFile, Person, Village, db
from consult.models.cases import case_queries
from consult.models.people import person_queries
from consult.services.cases import case_files
from consult.services.cases.reading import Opened
from consult.web import filters
from consult.web.words.cases import case_state_words
from consult.web.words.cases.case_form_words import code

Block = dict[str, Any]
Document = dict[str, Any]
Documents = list[Document]
GAP = "\u2003" * 3
"""So much room for a number written by hand."""
HOUR_GAP = "\u2003" * 2
SPEAKER = 8
"""A name or a word before a colon, so long at the most, is who speaks."""


@dataclass(frozen=True)
class Folder:
    """A case as its documents see it: only what the reader at hand can open."""

    case: Opened
    s: Situation
    village: Village
    files: dict[int, list[CaseFile]]
    people: Mapping[int, Person] = field(default_factory=dict)
    """The parties found on the roll, with their homes, by person."""

    def of(self, *acts: CaseAct) -> list[ActEntry]:
        return [entry for entry in self.case.entries if entry.act in acts]

    def last(self, *acts: CaseAct) -> ActEntry | None:
        return next(reversed(self.of(*acts)), None)

    def at(self, entry: ActEntry) -> Situation:
        """Return the situation as it was when an entry was written."""
        return self.case.folded([one for one in self.case.entries if one.number <= entry.number])

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
        if case.shows(file.audience, file.entry_number):
            kept.setdefault(file.entry_number, []).append(file)
    s = case.situation
    people = person_queries.with_homes({one.person_id for one in s.parties if one.person_id is not None})
    return Folder(case, s, db.session.get_one(Village, case.row.village_id), kept, people)


def document(folder: Folder, paper: Paper, title: str, blocks: Sequence[Block | None], **ending: Any) -> Document:
    """Return one document.

    `ending`: signers, each_page, seal, day (None: no line for it), by (whose paper it is), entry (that it is made from).
    """
    usual = {
        "signers": [],
        "each_page": "",
        "seal": "",
        "day": blank_day(),
        "by": folder.committee,
        "plain": False,
        "entry": 0,
    }
    return {
        "code": paper.value,
        "above": folder.committee,
        "title": title,
        "number": folder.number,
        "blocks": [block for block in blocks if block],
        "parties": _by_sides(ending.get("signers") or []),
        "carry": _carry(folder, title),
        **usual,
        **ending,
    }


def _by_sides(lines: Sequence[str]) -> list[dict[str, Any]]:
    """Return the signature lines of parties under the word for their part, which each of them begins with."""
    words = [str(word) for word in part_words().values()]
    found = [(word, [line for line in lines if line.startswith(f"{word} ")]) for word in words]
    return [{"title": word, "lines": of_side} for word, of_side in found if of_side]


def _carry(folder: Folder, title: str) -> str:
    """Return what each page begins with that holds nothing but signatures: what is signed there."""
    said = _(
        "Signatures under: %(title)s, %(number)s, %(matter)s.", title=title, number=folder.number, matter=folder.s.title
    )
    return str(said)


def matter_for_desk(folder: Folder) -> str:
    """Return what a case is about on papers that stay with the committee: the real title, where both sides read another."""
    return danger.title_for_desk(folder.s) or matter(folder)


def matter(folder: Folder) -> str:
    """Return what a case is about; of one that was never taken, and has no title, the category."""
    s, filed = folder.s, folder.last(CaseAct.FILE)
    kind = s.kind or (filed.facts.get("kind") if filed else "")
    return s.title or (str(_("a dispute: %(kind)s", kind=code("kind", kind))) if kind else folder.number)


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
    """Return the photos that came with an entry and its corrections, and how many spoken messages cannot be printed."""
    numbers = [entry.number, *sorted(one.number for one in entry.corrections if not one.waits)]
    kept = [file for number in numbers for file in folder.files.get(number, [])]
    pictures = [file for file in kept if file.media == "photo"]
    voices = len(kept) - len(pictures)
    if not kept:
        return None
    note = _("Spoken messages, kept in the app: %(n)s", n=voices) if voices else ""
    shown = [_picture(case_files.content(file, folder.case.open_keys)) for file in pictures]
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


def part_words() -> dict[CaseRole, str]:
    """Return what the parts are called on an official paper, in the order in which they sign."""
    return {
        CaseRole.APPLICANT: str(_("Applicant")),
        CaseRole.RESPONDENT: str(_("Respondent")),
        CaseRole.AGENT: str(_("Agent")),
        CaseRole.GUARDIAN: str(_("Statutory representative")),
        CaseRole.KIN: str(_("Other participant")),
    }


def as_what(party: Party) -> str:
    """Return what a party is called on an official paper."""
    return part_words()[party.part]


def day(value: date | str | None) -> str:
    if not value:
        return ""
    return filters.long_day(date.fromisoformat(value) if isinstance(value, str) else value)


def money(fen: int | None) -> str:
    return filters.yuan(fen) if fen else "—"


def blank_day() -> str:
    """Return a day with gaps, to be filled in by hand."""
    return str(_("Year %(gap)s month %(gap)s day %(gap)s", gap=GAP))


def blank_hour(said: str) -> str:
    """Return a day with gaps for the hours, to be filled in by hand."""
    return str(_("%(day)s, from %(gap)s:%(gap)s to %(gap)s:%(gap)s", day=said, gap=HOUR_GAP))


def hour(said: str, at: str) -> str:
    """Return a day with the hour for which people were called, and a gap for the end."""
    return str(_("%(day)s, from %(at)s to %(gap)s:%(gap)s", day=said, at=filters.typed_time(at), gap=HOUR_GAP))


def listed(words: Iterable[str]) -> str:
    """Join words, with the comma that the reader's language has for it."""
    found = list(words)
    return reduce(lambda one, more: str(_("%(one)s, %(more)s", one=one, more=more)), found) if found else ""


MOST_NAMES, FIRST_NAMES = 12, 3
"""A cover, or a cell of a table, has room for so many names; of more it gives the first."""


def some(found: Sequence[str]) -> str:
    """Return names, of many the first and how many they are."""
    if len(found) <= MOST_NAMES:
        return listed(found)
    return str(_("%(names)s and others, %(n)s in all", names=listed(found[:FIRST_NAMES]), n=len(found)))


def names(folder: Folder, *parties: Party) -> str:
    return listed(party.name for party in parties or folder.s.sides())


def mediators(folder: Folder) -> str:
    return listed(name for _person_id, name in folder.s.mediators)
