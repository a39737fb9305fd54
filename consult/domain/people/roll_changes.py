"""Compare a new roll with the people the village knows. Rows of people are never deleted."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from consult.domain.people.people import HEAD_OF_HOUSEHOLD
from consult.domain.people.roll_sheets import Doubt, RollQuestion, RollRow

FIELDS = ("group", "household", "name", "born", "relation", "sex", "phone", "residence", "collective_member")


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

    new: list[RollRow] = field(default_factory=list)
    changed: list[tuple[RollRow, Known, tuple[str, ...]]] = field(default_factory=list)
    same: list[tuple[RollRow, Known]] = field(default_factory=list)
    gone: list[Known] = field(default_factory=list)
    questions: list[RollQuestion] = field(default_factory=list)


Key = Callable[[RollRow | Known], Hashable]
BY_TWO_OF_THREE: tuple[tuple[Key, Doubt], ...] = (
    (lambda p: (p.household, p.name), Doubt.BIRTH_DATE_DIFFERS),
    (lambda p: (p.name, p.born), Doubt.HOUSEHOLD_DIFFERS),
)


def compare(rows: Sequence[RollRow], known: Sequence[Known]) -> Changes:
    """Match rows to people: by household, name and birth; then, where only one fits, with one of the three changed."""
    changes = Changes()
    pairs: dict[int, tuple[RollRow, Known]] = {}
    left_rows, left_known = _match(rows, known, lambda p: p.key, pairs)
    for key, doubt in BY_TWO_OF_THREE:
        before = set(pairs)
        left_rows, left_known = _match(left_rows, left_known, key, pairs)
        found = pairs.keys() - before
        changes.questions += [RollQuestion(doubt, row.row, row.name) for row in rows if row.row in found]
    for row in rows:
        if row.row not in pairs:
            changes.new.append(row)
            continue
        _sort_in(changes, *pairs[row.row])
    changes.gone = [person for person in left_known if not person.departed]
    changes.questions += list(_headless(rows))
    return changes


def _match(
    rows: Sequence[RollRow],
    known: Sequence[Known],
    key: Key,
    pairs: dict[int, tuple[RollRow, Known]],
) -> tuple[list[RollRow], list[Known]]:
    """Add to `pairs` those whose key is single on both sides; return the rows and people that are left."""
    mine, theirs = Counter(map(key, rows)), Counter(map(key, known))
    by_key = {key(person): person for person in known}
    taken: set[int] = set()
    for row in rows:
        k = key(row)
        if mine[k] == 1 and theirs[k] == 1:
            pairs[row.row] = (row, by_key[k])
            taken.add(by_key[k].id)
    return [r for r in rows if r.row not in pairs], [p for p in known if p.id not in taken]


def _sort_in(changes: Changes, row: RollRow, person: Known) -> None:
    fields = tuple(name for name in FIELDS if _differs(name, row, person))
    if person.departed:
        doubt = Doubt.AWAITED if person.awaited else Doubt.RETURNED
        changes.questions.append(RollQuestion(doubt, row.row, row.name))
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


def _headless(rows: Iterable[RollRow]) -> Iterable[RollQuestion]:
    """Return a question for each household without a head, where the roll gives relations at all."""
    households: dict[str, list[RollRow]] = {}
    for row in rows:
        households.setdefault(row.household, []).append(row)
    for members in households.values():
        if members[0].relation is not None and not any(m.relation == HEAD_OF_HOUSEHOLD for m in members):
            yield RollQuestion(Doubt.NO_HEAD, members[0].row, members[0].name, members[0].household)
