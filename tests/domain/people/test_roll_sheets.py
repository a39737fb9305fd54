"""Rolls as clerks keep them."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.domain.people import roll_changes, roll_sheets
from consult.domain.people.roles import Role
from consult.domain.people.roll_changes import Known
from consult.domain.people.roll_dates import birth_date
from consult.domain.people.roll_headers import Column, column_of
from consult.domain.people.roll_sheets import Doubt, Expected, Problem, RollRow

TODAY = date(2026, 11, 24)
HEADER = ["村民小组", "户号", "姓名", "与户主关系", "性别", "出生日期", "身份证号码", "联系电话", "职务"]
ID = "441899196607230221"


def read(*rows, header=HEADER, before=(), sheet="名册", others=()):
    return roll_sheets.read_roll_sheets([*others, (sheet, [*before, header, *rows])], today=TODAY)


def person(name="李桂兰", group="上围", household="01-001", born="1966-07-23", phone="", office="", relation="户主"):
    return [group, household, name, relation, "女", born, ID, phone, office]


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("户 号", Column.HOUSEHOLD),
        ("户编号", Column.HOUSEHOLD),
        ("组别", Column.GROUP),
        ("村民小组", Column.GROUP),
        ("出生日期", Column.BORN),
        ("出生年月日", Column.BORN),
        ("出生年月", Column.BORN),
        ("手机号码", Column.PHONE),
        ("联系电话*", Column.PHONE),
        ("姓 名：", Column.NAME),
        ("身份证号码", Column.IDENTITY),
        ("职务（村内）", Column.OFFICES),
    ],
)
def test_headings_are_known_in_their_usual_words(heading, column):
    assert column_of(heading) is column


def test_title_rows_above_the_header_and_a_notes_sheet_before_it_are_passed_over():
    notes = ("说明", [["填表说明"], ["1. 姓名要写全", "出生日期"]])
    found = read(person(), before=[["清远市榕溪村村民名册"], [""]], others=[notes])
    assert [(r.row, r.name) for r in found.rows] == [(4, "李桂兰")]


def test_merged_cells_carry_household_and_group_down():
    rows = [person(), person("陈大", "", "", relation="配偶"), person("陈二", "", "01-002")]
    assert [(r.group, r.household) for r in read(*rows).rows] == [
        ("上围", "01-001"),
        ("上围", "01-001"),
        ("上围", "01-002"),
    ]


def test_blank_rows_and_totals_are_no_people():
    found = read(
        person(),
        [""] * 9,
        person("陈大", household="01-002"),
        ["合 计", "", 2, "", "", "", "", "", ""],
        ["填表人：何", *[""] * 8],
    )
    assert len(found.rows) == 2 and found.problems == []


def test_names_lose_their_spaces_and_minority_names_keep_their_dot():
    assert [r.name for r in read(person("张　 明"), person("阿依·古丽", born="1970-01-01")).rows] == [
        "张明",
        "阿依·古丽",
    ]


@pytest.mark.parametrize(
    "phone", ["13812345678", 13812345678.0, 13812345678, "138 1234 5678", "+86-138-1234-5678", "１３８１２３４５６７８"]
)
def test_phone_numbers_come_in_many_forms(phone):
    assert read(person(phone=phone)).rows[0].phone == "13812345678"


def test_a_phone_that_cannot_be_read_stays_empty_and_is_asked_about():
    found = read(person(phone="12345"))
    assert found.rows[0].phone is None
    assert [q.doubt for q in found.questions] == [Doubt.PHONE_UNREADABLE]


@pytest.mark.parametrize(
    "born",
    [
        "1966-07-23",
        "1966/7/23",
        "1966.7.23",
        "1966年7月23日",
        "1966 年 7 月 23 日",
        "19660723",
        19660723.0,
        24311,
        24311.0,
        date(1966, 7, 23),
        datetime(1966, 7, 23),
        "１９６６－０７－２３",
        "1966-07-23 00:00:00",
    ],
)
def test_dates_come_in_many_forms(born):
    assert read(person(born=born)).rows[0].born == date(1966, 7, 23)


@pytest.mark.parametrize("born", ["1966年7月", "1966-07", "196607", "1966.07"])
def test_a_month_alone_is_its_first_day_and_is_asked_about(born):
    found = read(person(born=born))
    assert found.rows[0].born == date(1966, 7, 1)
    assert [q.doubt for q in found.questions] == [Doubt.DAY_OF_BIRTH_MISSING]


@pytest.mark.parametrize("born", ["", "不详", "1966-13-40", "66.7.23", "1966.1", ID, "2066-01-01", "1850-01-01"])
def test_what_is_no_date_of_birth_is_refused_with_sheet_row_and_column(born):
    problem = read(person(), person("陈大", born=born)).problems[0]
    assert (problem.sheet, problem.row, problem.column) == ("名册", 3, "born")


def test_a_missing_name_or_household_is_refused_where_it_is_missing():
    found = read(person(""), person(household=""), person("李4"))
    assert [(p.row, p.expected) for p in found.problems] == [(2, Expected.NAME), (4, Expected.NAME)]
    assert read(person(household="")).problems[0].expected is Expected.HOUSEHOLD


def test_a_sheet_without_a_needed_column_is_refused_by_its_name():
    found = read(["上围", "张明"], header=["村民小组", "姓名"])
    assert {p.column for p in found.problems} == {"household", "born"}


def test_a_file_without_a_roll_is_refused():
    assert read(["x"], header=["天气"]).problems == [Problem(Expected.HEADER, "名册")]
    assert read().problems[0].expected is Expected.PEOPLE


def test_the_same_person_twice_is_refused():
    assert [(p.row, p.expected) for p in read(person(), person()).problems] == [(3, Expected.ONE_ROW_A_PERSON)]


def test_no_identity_number_leaves_the_reading_whatever_column_it_stands_in():
    found = read(person("李桂兰" + ID, phone=ID, office=f"村民代表 {ID}", relation=ID))
    assert ID not in repr(found)
    assert ID not in repr(read(person(born=ID, household=ID)))


def test_offices_and_party_membership_are_read_and_unknown_ones_asked_about():
    header = [*HEADER, "政治面貌"]
    found = read([*person(office="村党支部书记、村委会主任、护林员"), "中共党员"], header=header)
    assert [o.role for o in found.rows[0].offices] == [Role.BRANCH_SECRETARY, Role.COMMITTEE_MEMBER, Role.PARTY_MEMBER]
    assert found.questions[0].shown == "护林员"


@given(st.dates(date(1900, 1, 1), TODAY))
def test_every_date_of_birth_survives_being_written_and_read(born):
    assert birth_date(born.isoformat()) == (born, True)
    assert birth_date(f"{born.year}年{born.month}月{born.day}日") == (born, True)


@given(st.text() | st.floats() | st.integers() | st.none())
def test_no_cell_breaks_the_reading(cell):
    read([cell] * 9)
    birth_date(cell)


def row(number=2, name="陈大", household="01-001", born=date(1970, 1, 1), **facts):
    return RollRow(number, "上围", household, name, born, relation="户主", **facts)


def known(id=1, name="陈大", household="01-001", born=date(1970, 1, 1), phone=None, departed=False):
    return Known(
        id=id,
        group="上围",
        household=household,
        name=name,
        born=born,
        relation="户主",
        sex="",
        phone=phone,
        residence="",
        collective_member=False,
        departed=departed,
    )


def test_a_second_roll_tells_new_changed_gone_and_unchanged_apart():
    rows = [row(), row(3, "陈二", phone="13812345678", phone_given=True), row(4, "陈三")]
    changes = roll_changes.compare(rows, [known(), known(2, "陈二"), known(9, "陈九")])
    assert [r.name for r in changes.new] == ["陈三"]
    assert [(r.name, fields) for r, _, fields in changes.changed] == [("陈二", ("phone",))]
    assert [p.name for p in changes.gone] == ["陈九"]
    assert len(changes.same) == 1


def test_a_corrected_birth_date_or_a_move_is_the_same_person_and_is_asked_about():
    changes = roll_changes.compare([row(born=date(1971, 1, 1))], [known()])
    assert (changes.new, changes.gone) == ([], [])
    assert changes.questions[0].doubt is Doubt.BIRTH_DATE_DIFFERS
    moved = roll_changes.compare([row(household="01-009")], [known()])
    assert moved.questions[0].doubt is Doubt.HOUSEHOLD_DIFFERS


def test_two_of_one_name_in_one_household_are_kept_apart_by_birth():
    rows = [row(), row(3, born=date(1999, 9, 9))]
    changes = roll_changes.compare(rows, [known(), known(2, born=date(1999, 9, 9))])
    assert len(changes.same) == 2


def test_who_was_marked_as_gone_is_not_gone_again_and_is_asked_about_on_return():
    assert roll_changes.compare([], [known(departed=True)]).gone == []
    assert roll_changes.compare([row()], [known(departed=True)]).questions[0].doubt is Doubt.RETURNED
