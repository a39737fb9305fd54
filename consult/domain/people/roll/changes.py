"""Compare a new roll with the people the village knows. Rows of people are never deleted."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from consult.domain.people.people import HEAD_OF_HOUSEHOLD
from consult.domain.people.roll import questions as asking
from consult.domain.people.roll.lookalikes import name_key
from consult.domain.people.roll.questions import Question, QuestionKind, Questions
from consult.domain.people.roll.sheets import Noted, RollNote, RollRow

FIELDS = ("group", "household", "name", "born", "relation", "sex", "phone", "residence", "collective_member")
MOST_OFFERED = 8
"""So many people at most are offered as the one in a row."""


@dataclass(frozen=True, kw_only=True)
class Known:
    """A person whom the village's roll already has, with the phone number in the clear."""

    id: int
    group: str
    household: str
    name: str
    born: date
    relation: str
    sex: str
    phone: str | None
    residence: str
    collective_member: bool
    departed: bool
    awaited: bool = False
    """Never stood on the roll yet: waits for a second officer, or none confirmed it."""

    @property
    def key(self) -> tuple[str, str, date]:
        """Return household, name and date of birth, which identify a person on a roll."""
        return self.household, self.name, self.born


@dataclass
class Changes:
    """The differences between a new roll and the known people; `gone` are missing from the new one."""

    rows: Sequence[RollRow] = ()
    """The roll's rows, with the names that the clerk said to keep."""
    new: list[RollRow] = field(default_factory=list)
    changed: list[tuple[RollRow, Known, tuple[str, ...]]] = field(default_factory=list)
    same: list[tuple[RollRow, Known]] = field(default_factory=list)
    gone: list[Known] = field(default_factory=list)
    notes: list[RollNote] = field(default_factory=list)


def compare(rows: Sequence[RollRow], known: Sequence[Known], questions: Questions | None = None) -> Changes:
    """Match rows to people: by household, name and birth; where two of the three fit, as the clerk says."""
    asked = questions if questions is not None else Questions({}, {})
    pairs = _by_key(rows, known)
    taken = {person.id for person in pairs.values()}
    near = _Near([person for person in known if person.id not in taken])
    left = [(row, near.of(row)) for row in rows if row.row not in pairs]
    wanted = Counter(person.id for _, candidates in left for person in candidates)
    kept: dict[int, RollRow] = {}
    for row, candidates in left:
        free = [person for person in candidates if person.id not in taken]
        single = len(free) == 1 and wanted[free[0].id] == 1
        person, keeps = _which(row, free, asked, single=single)
        if person is not None:
            taken.add(person.id)
            pairs[row.row] = person
            kept |= {row.row: replace(row, name=person.name)} if keeps else {}
    changes = Changes(rows=[kept.get(row.row, row) for row in rows])
    for row in changes.rows:
        _sort_in(changes, row, pairs.get(row.row))
    changes.gone = [person for person in known if person.id not in taken and not person.departed]
    changes.notes += list(_headless(changes.rows))
    return changes


def _by_key(rows: Sequence[RollRow], known: Sequence[Known]) -> dict[int, Known]:
    """Return, by row, the people with the same household, name and birth, each single on both sides."""
    mine, theirs = Counter(row.key for row in rows), Counter(one.key for one in known)
    by_key = {one.key: one for one in known}
    return {row.row: by_key[row.key] for row in rows if mine[row.key] == 1 and theirs[row.key] == 1}


class _Near:
    """People by two of household, name and birth; names that look alike count as one."""

    def __init__(self, known: Sequence[Known]) -> None:
        self.by: dict[tuple[object, ...], list[Known]] = defaultdict(list)
        for person in known:
            for key in two_of_three(person):
                self.by[key].append(person)

    def of(self, row: RollRow) -> list[Known]:
        """Return the people who may be the one in a row, each once. A name alone of somebody who left is nobody's."""
        found: dict[int, Known] = {}
        for key in two_of_three(row):
            for person in self.by.get(key, ()):
                if key[0] != "other name" or not person.departed:
                    found.setdefault(person.id, person)
        return list(found.values())[:MOST_OFFERED]


def two_of_three(one: RollRow | Known) -> Iterable[tuple[object, ...]]:
    """Return the keys of which two entries share one where they may be the same person."""
    name = name_key(one.name)
    yield ("all", one.household, name, one.born)
    yield ("other birth", one.household, name)
    yield ("other house", name, one.born)
    yield ("other name", one.household, one.born)


def _which(
    row: RollRow, candidates: Sequence[Known], questions: Questions, *, single: bool
) -> tuple[Known | None, bool]:
    """Return who of the candidates a row is, and whether their name stays. Not answered: the only one, if it is single."""
    if not candidates:
        return None, False
    if not single:
        shown = {"name": row.name} | {f"{asking.SAME}:{one.id}": _named(one) for one in candidates}
        options = (*(f"{asking.SAME}:{one.id}" for one in candidates), asking.OTHER)
        question = Question(QuestionKind.WHO_IS_IT, (str(row.row),), options, shown)
        said = questions.ask(question, row=row.row, name=row.name)
        return next((one for one in candidates if said == f"{asking.SAME}:{one.id}"), None), False
    person = candidates[0]
    kind, options = _difference(row, person)
    question = Question(kind, (str(row.row), str(person.id)), options, _shown(row, person))
    answer = questions.ask(question, row=row.row, name=row.name)
    return (None if answer == asking.OTHER else person), answer == asking.KEEP


def _difference(row: RollRow, person: Known) -> tuple[QuestionKind, tuple[str, ...]]:
    if row.born != person.born:
        return QuestionKind.BORN_DIFFERS, (asking.SAME, asking.OTHER)
    if row.household != person.household:
        return QuestionKind.HOUSE_DIFFERS, (asking.SAME, asking.OTHER)
    return QuestionKind.NAME_DIFFERS, (asking.SAME, asking.KEEP, asking.OTHER)


def _shown(row: RollRow, person: Known) -> Mapping[str, str]:
    return {
        "name": row.name,
        "before_name": person.name,
        "before_house": f"{person.group} {person.household}",
        "house": f"{row.group} {row.household}",
        "before_born": person.born.isoformat(),
        "born": row.born.isoformat(),
    }


def _named(person: Known) -> str:
    return f"{person.name} {person.born.isoformat()} {person.group} {person.household}"


def _sort_in(changes: Changes, row: RollRow, person: Known | None) -> None:
    if person is None:
        changes.new.append(row)
        return
    fields = tuple(name for name in FIELDS if _differs(name, row, person))
    if person.departed:
        noted = Noted.AWAITED if person.awaited else Noted.RETURNED
        changes.notes.append(RollNote(noted, row.row, row.name))
    if fields or person.departed:
        changes.changed.append((row, person, fields))
    else:
        changes.same.append((row, person))


def _differs(name: str, row: RollRow, person: Known) -> bool:
    """Tell whether a field of the row differs. A column that the roll does not have changes nothing."""
    if name == "phone" and not row.phone_given:
        return False
    value = getattr(row, name)
    if value is None and name != "phone":
        return False
    return bool(value != getattr(person, name))


def _headless(rows: Iterable[RollRow]) -> Iterable[RollNote]:
    """Return a note for each household without a head, where the roll gives relations at all."""
    households: dict[str, list[RollRow]] = {}
    for row in rows:
        households.setdefault(row.household, []).append(row)
    for members in households.values():
        if members[0].relation is not None and not any(m.relation == HEAD_OF_HOUSEHOLD for m in members):
            yield RollNote(Noted.NO_HEAD, members[0].row, members[0].name, members[0].household)
