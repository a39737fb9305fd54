"""Settle in which group and household each row of a roll stands. A household's key is its group and its number."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from consult.domain.people.people import HEAD_OF_HOUSEHOLD, bare_code
from consult.domain.people.roll import questions as asking
from consult.domain.people.roll.changes import Known
from consult.domain.people.roll.lookalikes import group_key
from consult.domain.people.roll.questions import Question, QuestionKind, Questions, typed
from consult.domain.people.roll.raw_rows import RawRoll, RawRow

AS = "as:"
"""How an answer begins that names another group, code or value."""
NO_NAME_OF_A_GROUP = re.compile(r"(?i)(sheet|工作表|表)?\s*\d*|.*\.\w{2,5}|.*(名册|花名册|名单|登记表|汇总表?)")
MOST_OFFERED = 40
LONGEST_CODE = 40


@dataclass(frozen=True)
class Place:
    """A group, and the code of a household in it."""

    group: str
    household: str


def places_of(roll: RawRoll, known: Sequence[Known], questions: Questions) -> dict[int, Place]:
    """Return the places by the numbers of the rows. A row without a household is missing until it is answered for."""
    groups = _groups(roll, known, questions)
    there = _Houses(known)
    numbered = _by_heads(roll, groups, there, questions)
    written: dict[int, Place] = {}
    for row in roll.rows:
        code = "" if row.number in numbered else _code(row, questions)
        if code:
            written[row.number] = Place(groups[row.number], code)
    settled = _settle_codes(written, roll.rows, there, questions)
    return numbered | {number: settled[place] for number, place in written.items()}


def qualified(group: str, code: str) -> str:
    """Return the code of a household whose number begins again in its group."""
    return f"{group}-{code}"


class _Houses:
    """The households that the village's roll has, and its groups."""

    def __init__(self, known: Sequence[Known]) -> None:
        self.group_of = {one.household: one.group for one in known}
        self.groups = list(dict.fromkeys(one.group for one in known))
        self.bare: dict[tuple[str, tuple[str, ...]], str] = {}
        for code, group in self.group_of.items():
            self.bare.setdefault((group, bare_code(code)), code)
        self.heads: dict[tuple[str, str], set[str]] = {}
        for one in known:
            if one.relation == HEAD_OF_HOUSEHOLD:
                self.heads.setdefault((one.group, one.name), set()).add(one.household)


def _groups(roll: RawRoll, known: Sequence[Known], questions: Questions) -> dict[int, str]:
    """Return the group of each row, by its number."""
    written = {row.number: _written_group(row, roll, questions) for row in roll.rows}
    counts = Counter(written.values())
    there = list(dict.fromkeys(one.group for one in known))
    first = {name: row for row in reversed(roll.rows) for name in [written[row.number]]}
    meant = {name: _meant_group(name, counts, there, (first[name], questions)) for name in counts}
    return {number: meant.get(meant[name], meant[name]) for number, name in written.items()}


def _written_group(row: RawRow, roll: RawRoll, questions: Questions) -> str:
    if row.group:
        return _day_meant(row.group_day, row, questions) if row.group_day else row.group
    sheet = roll.tables[row.table].sheet
    name = row.section or re.sub(r"\s", "", sheet)
    question = Question(
        QuestionKind.GROUP_OF_SHEET,
        (sheet, row.section),
        () if NO_NAME_OF_A_GROUP.fullmatch(name) else (asking.WRITTEN,),
        {"sheet": sheet, "group": name},
    )
    return typed(questions.ask(question, row=row.number, name=row.name, read=_read_code)) or name


def _meant_group(name: str, counts: Mapping[str, int], there: Sequence[str], at: tuple[RawRow, Questions]) -> str:
    """Return the group that a name means: itself, or the one of which it is another way of writing."""
    if name in there:
        return name
    row, questions = at
    key = group_key(name)
    alike = [one for one in there if group_key(one) == key]
    if not alike:
        most = max((one for one in counts if group_key(one) == key), key=lambda one: counts[one])
        alike = [most] if most != name else []
    if not alike and not there:
        return name
    others = [one for one in there if one not in alike]
    options = [*(AS + one for one in alike), asking.WRITTEN, *(AS + one for one in others[:MOST_OFFERED])]
    shown = {"group": name, "number": str(counts[name])}
    like = AS + alike[0] if len(alike) == 1 else ""
    question = Question(QuestionKind.GROUP_NAME, (name,), tuple(options), shown, like=like)
    answer = questions.ask(question, row=row.number, name=row.name)
    return answer.removeprefix(AS) if answer is not None and answer.startswith(AS) else name


def _day_meant(day: str, row: RawRow, questions: Questions) -> str:
    """Return the code of which a spreadsheet made a date, or the date while nobody said."""
    codes = codes_of_day(day)
    question = Question(QuestionKind.CODE_DAY, (day,), tuple(codes), {"day": day})
    answer = questions.ask(question, row=row.number, name=row.name, read=_read_code)
    return typed(answer) or codes.get(answer or "", day)


def codes_of_day(iso: str) -> dict[str, str]:
    """Return the codes of which a spreadsheet may have made a day: 6-4, of the first of a month also 6-31."""
    day = date.fromisoformat(iso)
    codes = {"month_day": f"{day.month}-{day.day}"}
    if day.day == 1:
        codes["month_year"] = f"{day.month}-{day.year % 100}"
    codes["year_month_day"] = f"{day.year % 100}-{day.month}-{day.day}"
    return codes | {asking.WRITTEN: iso}


def _read_code(words: str) -> str | None:
    code = re.sub(r"\s", "", words)
    return code if 0 < len(code) <= LONGEST_CODE else None


def _code(row: RawRow, questions: Questions) -> str:
    """Return the number of a row's household as written; empty where it stands nowhere."""
    if row.household_day:
        return _day_meant(row.household_day, row, questions)
    if row.household:
        return row.household
    question = Question(QuestionKind.ROW_HOUSEHOLD, (str(row.number),), (asking.LEAVE,), {"name": row.name})
    return typed(questions.ask(question, row=row.number, name=row.name, read=_read_code)) or ""


def _by_heads(roll: RawRoll, groups: Mapping[int, str], there: _Houses, questions: Questions) -> dict[int, Place]:
    """Return the places of the rows of tables whose households have no number: one begins at each head."""
    places: dict[int, Place] = {}
    taken: set[str] = set(there.group_of)
    for number, table in enumerate(roll.tables):
        if table.has_households:
            continue
        rows = [row for row in roll.rows if row.table == number]
        if not rows:
            continue
        question = Question(
            QuestionKind.HOUSES_BY_HEAD, (table.sheet, str(number)), (asking.HEADS,), {"sheet": table.sheet}
        )
        questions.ask(question, row=rows[0].number, name=rows[0].name)
        places |= _numbered(rows, groups, there, taken)
    return places


def _numbered(rows: Iterable[RawRow], groups: Mapping[int, str], there: _Houses, taken: set[str]) -> dict[int, Place]:
    """Give numbers to the households of one table: as the roll knows their heads, else the next number of the group."""
    places: dict[int, Place] = {}
    code, head, head_came, used = "", "", False, set[str]()
    for row in rows:
        group, is_head = groups[row.number], _is_head(row)
        if (is_head and (not row.head or head_came or row.head != head)) or (row.head and row.head != head):
            head_of = row.head or row.name
            same = there.heads.get((group, head_of), set()) - used
            code = next(iter(same)) if len(same) == 1 else _next_code(group, taken)
            taken.add(code)
            used.add(code)
            head, head_came = row.head, False
        head_came = head_came or is_head
        if code:
            places[row.number] = Place(group, code)
    return places


def _is_head(row: RawRow) -> bool:
    return re.sub(r"\s", "", row.relation or "") == HEAD_OF_HOUSEHOLD or (row.head != "" and row.head == row.name)


def _next_code(group: str, taken: set[str]) -> str:
    number = 1
    while qualified(group, str(number)) in taken:
        number += 1
    return qualified(group, str(number))


def _settle_codes(
    written: Mapping[int, Place], rows: Sequence[RawRow], there: _Houses, questions: Questions
) -> dict[Place, Place]:
    """Return the place that is meant by each place as written."""
    first = {written[row.number]: row for row in reversed(rows) if row.number in written}
    places = list(dict.fromkeys(written.values()))
    alike = _alike_codes(places, there)
    meant = {place: _spelled(place, alike, (first[place], questions)) for place in places}
    groups: dict[str, list[str]] = {}
    for place in dict.fromkeys(meant.values()):
        if qualified(place.group, place.household) not in there.group_of:
            groups.setdefault(place.household, []).append(place.group)
    settled = {}
    for place, spelled in meant.items():
        settled[place] = _settled(spelled, groups.get(spelled.household, []), there, (first[place], questions))
    return settled


def _alike_codes(places: Sequence[Place], there: _Houses) -> dict[Place, str]:
    """Return, for codes written in another way than before (1 for 001), how they were written."""
    alike: dict[Place, str] = {}
    earlier: dict[tuple[str, tuple[str, ...]], str] = dict(there.bare)
    for place in places:
        if place.household in there.group_of:
            continue
        before = earlier.setdefault((place.group, bare_code(place.household)), place.household)
        if before != place.household:
            alike[place] = before
    return alike


def _spelled(place: Place, alike: Mapping[Place, str], at: tuple[RawRow, Questions]) -> Place:
    if place not in alike:
        return place
    row, questions = at
    question = Question(
        QuestionKind.HOUSE_CODE,
        (place.group, place.household),
        (asking.LIKE, asking.WRITTEN),
        {"group": place.group, "code": place.household, "like": alike[place]},
    )
    answer = questions.ask(question, row=row.number, name=row.name)
    return Place(place.group, alike[place]) if answer == asking.LIKE else place


def _settled(place: Place, groups: Sequence[str], there: _Houses, at: tuple[RawRow, Questions]) -> Place:
    """Return the place that is meant where a number stands in several groups, in the file or on the roll."""
    full = qualified(place.group, place.household)
    if full in there.group_of:
        return Place(place.group, full)
    row, questions = at
    if len(groups) > 1:
        options = (asking.APART, *(AS + group for group in groups))
        shown = {"code": place.household, "groups": "、".join(groups)}
        question = Question(QuestionKind.HOUSE_IN_GROUPS, (place.household,), options, shown)
        answer = questions.ask(question, row=row.number, name=row.name)
        if answer is None or answer == asking.APART:
            same = there.group_of.get(place.household) == place.group
            return place if same else Place(place.group, full)
        place = Place(answer.removeprefix(AS), place.household)
    before = there.group_of.get(place.household, place.group)
    if before == place.group:
        return place
    question = Question(
        QuestionKind.HOUSE_GROUP,
        (place.household, place.group),
        (asking.MOVED, asking.APART),
        {"code": place.household, "group": place.group, "before": before},
    )
    answer = questions.ask(question, row=row.number, name=row.name)
    return Place(place.group, full) if answer == asking.APART else place
