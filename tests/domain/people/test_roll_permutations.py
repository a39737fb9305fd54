"""Any mix of odd cells: nobody of a roll is merged, doubled or lost without a question."""

from collections import Counter
from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from consult.domain.people.roll.changes import Known
from consult.domain.people.roll.questions import key_of
from consult.domain.people.roll.reading import read_sheets
from consult.domain.people.roll.settling import settle
from tests.data.rolls.make import HEADER, people

TODAY = date(2026, 12, 1)
PEOPLE = people()
ODD = {
    "group": ["", "坑尾组", "坑尾村民小组", "新屋", "1组", " 坑尾 ", date(2026, 1, 1), "坑\u200b尾"],
    "code": ["", "1", "01-001", "1-1", date(2026, 6, 4), "6月4日", 3.0, "０１－００１", "Jun-04"],
    "name": ["", "陈大", "陳大", "陈·大", "陈•大", "陈\u200b大", "陈\ue815", "陈4", "陈大（亡）", "合计", "姓名"],
    "relation": ["", "户主", "本人", "户 主", "配偶", "已故"],
    "born": [
        "",
        "不详",
        "62年3月",
        "20.3.5",
        "1961.1",
        22222,
        "1970-13-01",
        "2066-01-01",
        "1970年1月",
        date(1970, 1, 1),
    ],
    "phone": ["", "同上", "13812345678/13912345678", 13812345678.0],
    "office": ["", "村民代表", "会计", "监事", "村民代表、护林员"],
}
PLACES = ("group", "code", "name", "relation", "sex", "born", "phone", "office")
CHANGES = st.lists(
    st.tuples(st.integers(0, len(PEOPLE) - 1), st.sampled_from(sorted(ODD)), st.integers(0, 10)), max_size=12
)
BETWEEN = st.lists(st.tuples(st.integers(0, len(PEOPLE)), st.sampled_from(["blank", "header", "total"])), max_size=4)


def rows_with(changes, order, between):
    rows = [one.row() for one in PEOPLE]
    for place, column, which in changes:
        rows[place][PLACES.index(column)] = ODD[column][which % len(ODD[column])]
    rows = [rows[place] for place in order]
    odd = {"blank": [None] * 8, "header": list(HEADER), "total": ["合计", None, None, None, None, None, None, None]}
    for at, kind in sorted(between, reverse=True):
        rows.insert(at, odd[kind])
    return rows


def accounted(roll, found):
    """Each row is a person, was left out by a question, or is named as not read; none twice."""
    taken = Counter(row.row for row in found.rows) + Counter(note.row for note in found.left_out)
    assert taken == Counter(row.number for row in roll.rows)
    keys = Counter(row.key for row in found.rows)
    assert not [key for key, number in keys.items() if number > 1], "two rows of one key"
    if found.open:
        return  # what rests on an open question is asked later
    asked = {row for question in found.questions for row in question.rows}
    assert {note.row for note in found.left_out} <= asked | {
        int(part) for question in found.questions for part in question.subject if part.isdigit()
    }


@settings(max_examples=150, deadline=None)
@given(CHANGES, st.permutations(range(len(PEOPLE))), BETWEEN, st.data())
def test_nobody_is_merged_doubled_or_lost_without_a_question(changes, order, between, data):
    rows = rows_with(changes, order, between)
    roll = read_sheets([("名册", [HEADER, *rows])], today=TODAY)
    filled = [
        n for n, row in enumerate(rows, 2) if any(cell not in (None, "") for cell in row) and list(row) != list(HEADER)
    ]
    read = [row.number for row in roll.rows] + [one.line for one in roll.unread if one.what == "row"]
    assert sorted(read) == filled, "every row that says something is read, or named"
    answers: dict[str, str] = {}
    found = settle(roll, today=TODAY)
    accounted(roll, found)
    for _ in range(40):
        if not found.open:
            break
        for question in found.open:
            options = [*question.options] or ["typed:7-7"]
            answers[key_of(question.kind, *question.subject)] = data.draw(st.sampled_from(options))
        found = settle(roll, answers=answers, today=TODAY)
        accounted(roll, found)
    assert not found.open


def known_of(rows) -> list[Known]:
    return [
        Known(
            id=n,
            group=row.group,
            household=row.household,
            name=row.name,
            born=row.born,
            relation=row.relation or "",
            sex=row.sex or "",
            phone=row.phone,
            residence="",
            collective_member=False,
            departed=False,
        )
        for n, row in enumerate(rows, 1)
    ]


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, len(PEOPLE) - 1),
            st.sampled_from(["name", "born", "code"]),
            st.sampled_from(["陈新名", "李·改", "何\u200b改"]),
        ),
        max_size=5,
        unique_by=lambda one: one[0],
    ),
    st.permutations(range(len(PEOPLE))),
)
def test_who_was_on_the_roll_is_found_again_or_asked_about(changes, order):
    """With one of name, birth and household changed, nobody becomes a second person without a question."""
    known = known_of(
        settle(read_sheets([("名册", [HEADER, *(one.row() for one in PEOPLE)])], today=TODAY), today=TODAY).rows
    )
    people_now = list(PEOPLE)
    for place, what, name in changes:
        one = people_now[place]
        people_now[place] = (
            replace(one, name=name + one.name[-1])
            if what == "name"
            else replace(one, born=one.born.replace(day=28))
            if what == "born"
            else replace(one, code=f"99-{place:03}")
        )
    roll = read_sheets([("名册", [HEADER, *(people_now[place].row() for place in order)])], today=TODAY)
    found = settle(roll, known, today=TODAY)
    asked = {row for question in found.questions for row in question.rows}
    assert {row.row for row in found.changes.new} <= asked
    paired = Counter(person.id for _, person, _ in found.changes.changed) + Counter(p.id for _, p in found.changes.same)
    assert not [person for person, number in paired.items() if number > 1]
    assert len(found.changes.new) + paired.total() == len(PEOPLE)
