"""Look up cases, always as one reader: a case without a role in it for the reader is not found."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import Row

from consult.domain.cases.acts import CaseAct
from consult.domain.cases.agreements.earlier_states import mended
from consult.domain.cases.choices import discreet_topics, neutral_title, topics
from consult.domain.cases.corrected_entries import in_force
from consult.domain.cases.facts import fold
from consult.domain.cases.parties.party_facts import with_births
from consult.domain.cases.situation import ActEntry, CaseActor, Situation
from consult.domain.cases.states import NEW, Audience, CaseRole, CaseState, own
from consult.domain.people.roles import MEDIATES, Role
from consult.models import CaseEntry, CaseReader, MediationCase, Person
from consult.models.cases import case_queries
from consult.models.cases.case_queries import Marks
from consult.models.people import person_queries
from consult.models.people.role_queries import holders
from consult.services.cases import keys
from consult.services.cases.keys import Keyring


@dataclass(frozen=True)
class Reader:
    """A person with their offices of today."""

    person: Person
    heads: bool
    """Is head of mediation, or stands in where no head is in office."""
    mediates: bool = False
    of_justice_office: bool = False
    stands_in: bool = False
    """For a head of mediation who is not there."""

    def readers(self) -> list[str]:
        """Return the readers they may act as, the nearest first: a party who is also head is a party."""
        village = self.person.village_id
        found = [keys.of_person(self.person.id)]
        found += [keys.of_head(village)] if self.heads else []
        return found + ([keys.of_justice_office(village)] if self.of_justice_office else [])

    def by_mark(self) -> dict[str, str]:
        """Return the readers by the marks they have in the database."""
        return {keys.mark(reader): reader for reader in self.readers()}

    def marks(self, *, own_only: bool = False) -> Marks:
        """Return the reader as selects know one; `own_only`: without the marks of offices."""
        own = keys.mark(keys.of_person(self.person.id))
        home = keys.mark_of_household(self.person.household_id)
        return Marks((own,) if own_only else tuple(self.by_mark()), own, home, self.mediates)


def reader_of(person: Person, roles: Iterable[Role], *, on: date) -> Reader:
    """Return a person as a reader of cases; a mediator stands in where no head of mediation is in office on that day."""
    held = set(roles)
    heads = Role.HEAD_OF_MEDIATION in held
    stands_in = False
    if not heads and Role.MEDIATOR in held:
        stands_in = not holders(person.village_id, [Role.HEAD_OF_MEDIATION.value], on=on)
    return Reader(person, heads or stands_in, bool(held & MEDIATES), Role.JUSTICE_OFFICE in held, stands_in)


@dataclass
class Opened:
    """A case as opened for one reader: what they may read of it, and no more."""

    row: MediationCase
    part: CaseRole
    mine: int
    """The number of the party they are; 0 for others."""
    keys: Keyring = field(repr=False)
    entries: Sequence[ActEntry] = field(default_factory=list)
    """Those in force, with what they say after corrections. A change of them is a new list: it is summed up anew."""
    written: list[ActEntry] = field(default_factory=list)
    """All of them as they were written, struck ones and corrections too."""
    line: dict[str, Any] = field(default_factory=dict)
    """What a list shows: title, names, and of a draft its words."""
    births: dict[int, date] = field(default_factory=dict)
    """Days of birth of the parties by person, as the roll has them."""
    known_as: str = ""
    """The part as others are told it: a mediator who stands in for the head is a mediator."""
    reader: Reader | None = None
    _summed: tuple[Sequence[ActEntry], Situation] | None = field(default=None, init=False, repr=False, compare=False)
    """What the entries add up to, with the very list that was added up."""

    def actor(self, person: Person) -> CaseActor:
        """Return the reader as the rules judge them."""
        return CaseActor(person.id, person.name, self.part, self.mine, self.reader is None or self.reader.stands_in)

    @property
    def state(self) -> CaseState:
        """Where the case stands now; of a party who left, where it stood then."""
        if self.part is CaseRole.LEFT:
            return next((e.state for e in reversed(self.entries) if e.audience == Audience.ALL), self.row.state)
        return self.row.state

    @property
    def situation(self) -> Situation:
        """What the entries that the reader may read add up to."""
        return with_births(self._sum(), self.births)

    def _sum(self) -> Situation:
        """Add the entries up once: a page of a case asks for its situation many times."""
        if self._summed is None or self._summed[0] is not self.entries:
            self._summed = self.entries, fold(self.entries)
        return self._summed[1]

    def folded(self, entries: Iterable[ActEntry]) -> Situation:
        """Return what entries of this case add up to, with the days of birth of its parties."""
        return with_births(fold(entries), self.births)

    def reload(self) -> None:
        """Read the entries again, as they stand now; a party who left reads those until then and their own talk."""
        rows = case_queries.entries(self.row.id)
        if self.keys.shared is not None:
            copies = self.keys.shared["entries"]
            found = [_entry(row, copies[str(row.number)]) for row in rows if str(row.number) in copies]
        else:
            found = [entry_of(row, self.keys) for row in rows if self.keys.opens(row.audience)]
        self.written = mended(found)
        if self.part is CaseRole.JUSTICE_OFFICE and self.keys.root:
            self._drop_talk_of_old_hand_up()
        self.entries = in_force(self.written)
        s = self._sum()
        people = sorted({one.person_id for one in s.parties if one.person_id is not None})
        self.births = person_queries.births(people)
        if self.part is CaseRole.LEFT:
            last, talk = self._left_at(s), own(self.mine)
            self.written = [entry for entry in self.written if entry.number <= last or entry.audience == talk]
            self.entries = in_force(self.written)

    def add(self, entry: ActEntry) -> None:
        """Take up an entry that was just written."""
        self.written.append(entry)
        self.entries = in_force(self.written)

    def before(self, entry: ActEntry) -> "Opened":
        """Return the case as it was when an entry was written."""
        earlier = [one for one in self.written if one.number < entry.number]
        stood = [one for one in self.entries if one.number < entry.number]
        return replace(self, entries=stood, written=earlier)

    def _left_at(self, s: Situation) -> int:
        me = s.party(self.mine)
        spoken = s.party(me.for_party) if me is not None and me.for_party else me
        return spoken.left_at if spoken is not None else 0

    def _drop_talk_of_old_hand_up(self) -> None:
        """Drop private talk from a hand-up that is older than the choice of entries: nobody was asked for it."""
        handed = [one for one in self.written if one.act is CaseAct.ESCALATE and one.facts.get("as") != self.part]
        if handed and not any("share" in one.facts for one in handed):
            self.written = [one for one in self.written if one.audience == Audience.ALL]

    def shows(self, audience: str, entry: int) -> bool:
        """Tell whether the reader may see what came with an entry."""
        bounded = self.part in (CaseRole.LEFT, CaseRole.JUSTICE_OFFICE)
        there = not bounded or entry in {one.number for one in self.written}
        return there and (self.keys.shared is not None or self.keys.opens(audience))

    @property
    def open_keys(self) -> Keyring:
        """Return the keys for what was judged to be open to the reader: photos of an entry, the log of who looked.

        The office above holds copies and no key; those of the head's office serve for it.
        """
        whole = as_head(self.row) if self.keys.shared is not None else None
        return self.keys if whole is None else whole.keys


def opened(address: str, reader: Reader) -> Opened | None:
    """Return one case by its address; None where there is none, or none for this reader."""
    row = case_queries.by_address(reader.person.village_id, address)
    held = _held(row, reader) if row is not None else None
    if row is None or held is None:
        return None
    part, _, number = held[1].part.partition(":")
    acts_as = CaseRole.HEAD if part == CaseRole.MEDIATOR and reader.heads else CaseRole(part)  # does what either may
    keyring = keys.unwrap(held[0], held[1].wrapped)
    line = line_of(row.cipher, keyring)
    if row.state in WITHOUT_TITLE:
        line = without_first_words(line, row.kind)
    found = Opened(row, acts_as, int(number or 0), keyring, line=line, known_as=part, reader=reader)
    found.reload()
    return found


def _held(row: MediationCase, reader: Reader) -> tuple[str, CaseReader] | None:
    """Return as whom a reader reads a case: their own role in it, or an office of today unless they live with a party."""
    by_mark = reader.by_mark()
    rows = {found.reader_mark: found for found in case_queries.readers(row.id, list(by_mark))}
    marks = reader.marks()
    if (mine := rows.get(marks.own)) is not None:
        out = mine.part in case_queries.RECUSED or (mine.part == CaseRole.MEDIATOR and not reader.mediates)
        return None if out else (by_mark[marks.own], mine)
    if not rows or case_queries.names_one_of(row.id, [marks.home]):
        return None
    return next((by_mark[mark], rows[mark]) for mark in by_mark if mark in rows)


def still_held(case: Opened) -> bool:
    """Tell whether the reader still has the role they opened the case in. To be asked again under the lock."""
    if case.reader is None:
        return True
    held = _held(case.row, case.reader)
    return held is not None and held[1].part == (f"{case.known_as}:{case.mine}" if case.mine else case.known_as)


def as_head(row: MediationCase) -> Opened | None:
    """Return a case as the head's office holds it, for acts that no reader's keys will do for; None if it holds none."""
    reader = keys.of_head(row.village_id)
    held = case_queries.readers(row.id, [keys.mark(reader)])
    if not held:
        return None
    found = Opened(row, CaseRole.HEAD, 0, keys.unwrap(reader, held[0].wrapped))
    found.reload()
    return found


def entry_of(row: CaseEntry, keyring: Keyring) -> ActEntry:
    """Return an entry with its words unsealed. Raises KeyError for an audience the keyring does not open."""
    return _entry(row, keyring.unseal(row.audience, row.cipher))


def _entry(row: CaseEntry, facts: dict[str, Any]) -> ActEntry:
    return ActEntry(
        number=row.number,
        act=CaseAct(row.act),
        state=CaseState(row.state),
        at=row.written_at,
        on=row.day,
        audience=row.audience,
        facts=facts,
    )


WITHOUT_TITLE = NEW | {CaseState.DECLINED}
"""A case gets its title when it is accepted."""


def without_first_words(line: dict[str, Any], kind: str) -> dict[str, Any]:
    """Return the line of a case that was never accepted as it is kept today: first words are no title, of a family none at all.

    Earlier versions kept the first words of the story as a title until the case was accepted.
    """
    words = line.get("title", "")
    if not words or words == neutral_title():
        return line
    family = kind in {topics()[topic] for topic in discreet_topics()}
    return {**line, "title": "", "opening": "" if family else line.get("opening") or words}


def line_of(cipher: str, keyring: Keyring) -> dict[str, Any]:
    """Return what lists show of a case; empty for a keyring that does not open it."""
    if keyring.shared is not None:
        return dict(keyring.shared["line"])
    line: dict[str, Any] = keyring.unseal("all", cipher) if cipher and keyring.opens("all") else {}
    return line


@dataclass(frozen=True)
class Listed:
    """One line of a list."""

    row: Row[Any]
    part: CaseRole
    title: str
    names: tuple[str, ...]
    applicants: int = 0
    """How many of the names, from the first, brought the case; 0: it is not known."""
    opening: str = ""
    """The first words of a case without a title: for lists of the desk alone."""
    topic: str = ""
    """Of a draft: what its writer tapped first."""
    received: bool = False
    """Of a case that was handed up: the office above has given its receipt."""

    @property
    def name_for_desk(self) -> str:
        """Return what lists of the desk call the case; empty where it has neither title nor words to show."""
        return self.title or self.opening

    @property
    def has_news(self) -> bool:
        """Tell whether something happened since the reader looked."""
        news, seen = self.row.news_at, self.row.seen_at
        return self.part is not CaseRole.LEFT and news is not None and (seen is None or seen < news)


def listed(
    reader: Reader,
    states: Sequence[str],
    *,
    parts: Sequence[str] = (),
    own_only: bool = False,
    most: int = 50,
    newest_first: bool = False,
    before: int = 0,
) -> list[Listed]:
    """Return cases of one reader, what is due first. `parts`: only those in which they have one of these roles."""
    by_mark, marks = reader.by_mark(), reader.marks(own_only=own_only)
    rows = case_queries.listed(
        reader.person.village_id, marks, states, parts, most=most, newest_first=newest_first, before=before
    )
    return [unsealed(row, by_mark) for row in rows]


def unsealed(row: Row[Any], by_mark: Mapping[str, str]) -> Listed:
    """Return one line of a list with its words, opened with the key of the reader whose row it is."""
    line = line_of(row.cipher, keys.unwrap(by_mark[row.reader_mark], row.wrapped))
    if row.state in WITHOUT_TITLE:
        line = without_first_words(line, row.kind)
    part = CaseRole(row.part.partition(":")[0])
    return Listed(
        row,
        part,
        title=line.get("title", ""),
        names=tuple(line.get("names", ())),
        applicants=int(line.get("applicants", 0)),
        opening=line.get("opening", ""),
        topic=line.get("stone", ""),
        received=bool(line.get("received")),
    )


def counted(reader: Reader, states: Sequence[str], *, parts: Sequence[str] = ()) -> dict[str, int]:
    """Return how many cases of a reader stand in each of these states."""
    return case_queries.counted(reader.person.village_id, reader.marks(), states, parts)


def linked(consultation_id: int, reader: Reader) -> list[str]:
    """Return the addresses of the cases that belong to a consultation and that this reader may open."""
    about = keys.mark_of_consultation(consultation_id)
    return list(case_queries.linked(reader.person.village_id, about, reader.marks()))


def unseen(person: Person) -> int:
    """Return in how many cases something happened since this person looked."""
    return case_queries.unseen(keys.mark(keys.of_person(person.id)))
