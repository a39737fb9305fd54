"""From the rows of a roll as written, and the clerk's answers, to people: nobody merged, doubled or lost unasked."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from consult.domain.people.people import HEAD_OF_HOUSEHOLD
from consult.domain.people.roll import questions as asking
from consult.domain.people.roll.changes import Changes, Known, compare
from consult.domain.people.roll.lookalikes import name_key
from consult.domain.people.roll.persons import Births, Persons
from consult.domain.people.roll.places import AS, places_of
from consult.domain.people.roll.questions import Question, QuestionKind, Questions, typed
from consult.domain.people.roll.raw_rows import RawRoll
from consult.domain.people.roll.sheets import Noted, RollNote, RollRow

NO_ANSWERS: Mapping[str, str] = {}


@dataclass(frozen=True)
class Settled:
    """A roll with the answers so far. While a question is open, rows that it is about are as they seem."""

    rows: Sequence[RollRow]
    changes: Changes
    questions: Sequence[Question]
    left_out: Sequence[RollNote]
    dead: Sequence[RollRow]
    """People whom the clerk says to be dead: none of the rows."""

    @property
    def open(self) -> Sequence[Question]:
        """Return the questions without an answer: nothing is taken in before."""
        return [question for question in self.questions if question.answer is None]


def settle(
    roll: RawRoll,
    known: Sequence[Known] = (),
    answers: Mapping[str, str] = NO_ANSWERS,
    *,
    today: date,
    remembered: Mapping[str, str] = NO_ANSWERS,
) -> Settled:
    """Return the people of a roll and what they change, with all questions: those answered, and those open."""
    questions = Questions(answers, remembered)
    places = places_of(roll, known, questions)
    persons = Persons(questions, _births(known), today)
    for row in roll.rows:
        persons.add(row, places.get(row.number))
    rows = _without_doubles(persons, {row.number: row.twin for row in roll.rows if row.twin}, questions)
    rows = _with_one_head(rows, known, questions)
    changes = compare(rows, known, questions)
    return Settled(list(changes.rows), changes, list(questions), persons.left_out, persons.dead)


def _births(known: Sequence[Known]) -> Births:
    births: dict[tuple[str, str], list[date]] = defaultdict(list)
    for one in known:
        births[one.household, one.name].append(one.born)
    return births


def _without_doubles(persons: Persons, twins: Mapping[int, int], questions: Questions) -> list[RollRow]:
    """Return the rows without those that the clerk says to be of one person twice.

    Two rows may be one person: one identity number; one house, birth and name, also one that only looks alike; one name
    and birth in two houses; one name and month of birth, where the one day is the first: it often stands for a day that
    the roll does not have.
    """
    gone: set[int] = set()
    by_number = {row.row: row for row in persons.rows}
    seen: dict[tuple[str, ...], RollRow] = {}
    for row in persons.rows:
        key = name_key(row.name)
        keys = [("house", row.household, key, str(row.born)), ("name", key, str(row.born))]
        month = ("month", key, str(row.born.replace(day=1)))
        near = seen.get(month)
        if near is not None and 1 not in (near.born.day, row.born.day):
            near = None
        before = by_number.get(twins.get(row.row, 0)) or seen.get(keys[0]) or seen.get(keys[1]) or near
        if before is not None and before.row not in gone:
            left = _double(before, row, questions)
            gone |= {left} if left else set()
        if row.row not in gone:
            for one in keys:
                seen[one] = row
            if month not in seen or row.born.day == 1:
                seen[month] = row
    for number in gone:
        persons.left_out.append(RollNote(Noted.LEFT_OUT, number, by_number[number].name))
    return [row for row in persons.rows if row.row not in gone]


def _double(first: RollRow, second: RollRow, questions: Questions) -> int:
    """Return the number of the row that is left out of two; 0: neither. Two rows with one key are never two people."""
    same = first.key == second.key
    options = (asking.FIRST, asking.SECOND) if same else (asking.FIRST, asking.SECOND, asking.BOTH)
    shown = {
        "name": second.name,
        "first": f"{first.group} {first.household} {first.name}",
        "second": f"{second.group} {second.household} {second.name}",
        "row": str(first.row),
    }
    question = Question(QuestionKind.DOUBLE, (str(first.row), str(second.row)), options, shown)
    answer = questions.ask(question, row=second.row, name=second.name)
    if answer == asking.SECOND:
        return first.row
    return second.row if answer == asking.FIRST or same else 0


def _with_one_head(rows: list[RollRow], known: Sequence[Known], questions: Questions) -> list[RollRow]:
    """Return the rows with one head in each household, as the clerk says: one of several, or another household."""
    codes = {one.household for one in known} | {row.household for row in rows}
    houses: dict[str, list[RollRow]] = defaultdict(list)
    for row in rows:
        houses[row.household].append(row)
    changed: dict[int, RollRow] = {}
    for code, members in houses.items():
        heads = [row for row in members if row.relation == HEAD_OF_HOUSEHOLD]
        if len(heads) > 1:
            changed |= {row.row: row for row in _one_head(code, members, heads, (codes, questions))}
    return [changed.get(row.row, row) for row in rows]


def _one_head(
    code: str, members: Sequence[RollRow], heads: Sequence[RollRow], around: tuple[set[str], Questions]
) -> Sequence[RollRow]:
    codes, questions = around

    def read_new_code(text: str) -> str | None:
        new = "".join(text.split())
        return new if 0 < len(new) <= 40 and new not in codes else None

    question = Question(
        QuestionKind.TWO_HEADS,
        (code, *(str(head.row) for head in heads)),
        tuple(f"{AS}{head.row}" for head in heads),
        {"group": heads[0].group, "code": code, "heads": "、".join(head.name for head in heads)}
        | {f"{AS}{head.row}": head.name for head in heads},
    )
    answer = questions.ask(question, row=heads[1].row, name=heads[1].name, read=read_new_code)
    if answer is None:
        return []
    new_code = typed(answer)
    if new_code is None:
        chosen = int(answer.removeprefix(AS))
        return [replace(head, relation="") for head in heads if head.row != chosen]
    codes.add(new_code)
    after = members.index(heads[1])
    return [replace(row, household=new_code) for row in members[after:]]
