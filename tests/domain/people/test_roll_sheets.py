"""Rolls as clerks keep them."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.domain.people.roles import Role
from consult.domain.people.roll import changes as roll_changes
from consult.domain.people.roll.changes import Known
from consult.domain.people.roll.dates import birth_date
from consult.domain.people.roll.headers import Column, column_of, find_header
from consult.domain.people.roll.questions import QuestionKind, Questions
from consult.domain.people.roll.reading import read_sheets
from consult.domain.people.roll.settling import settle
from consult.domain.people.roll.sheets import Expected, Noted, Problem, RollRow

TODAY = date(2026, 11, 24)
HEADER = ["村民小组", "户号", "姓名", "与户主关系", "性别", "出生日期", "身份证号码", "联系电话", "职务"]
ID = "441899196607230221"


def raw(*rows, header=HEADER, before=(), sheet="名册", others=()):
    return read_sheets([*others, (sheet, [*before, header, *rows])], today=TODAY)


def read(*rows, **how):
    """The people of a sheet, as they seem while no question is answered."""
    return settle(raw(*rows, **how), today=TODAY)


def asked(found):
    return [question.kind for question in found.questions]


def person(
    name="李桂兰",
    group="上围",
    household="01-001",
    born="1966-07-23",
    phone="",
    office="",
    relation="户主",
    identity=ID,
):
    return [group, household, name, relation, "女", born, identity, phone, office]


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


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("备注（职务）", Column.OFFICES),
        ("备注【职务】", Column.OFFICES),
        ("其他情况(联系电话)", Column.PHONE),
        ("（村内职务）", Column.OFFICES),
        ("备注", None),
        ("备注（2026年）", None),
        ("承包地（户主）", None),
        ("宅基地(姓名)", None),
    ],
)
def test_a_heading_that_says_nothing_is_read_by_its_words_in_brackets(heading, column):
    """The leftover of a village: who had an office stood under 备注（职务）, and nobody could begin."""
    rows = [
        ["序号", "组别", "户号", "姓名", "出生日期", heading, "（1）"],
        ["1", "上围", "01", "李桂兰", "1966-07-23", "主任", ""],
    ]
    header = find_header(rows)
    assert header.columns.get(column, None) == (5 if column else None)
    plain = heading.replace("（", "(").replace("）", ")")
    assert header.unread == (() if column else (plain,)), "named with its brackets"


def test_a_column_that_is_named_outright_goes_before_one_in_brackets():
    header = find_header([["备注（职务）", "组别", "户号", "姓名", "出生日期", "职务"]])
    assert header.columns[Column.OFFICES] == 5 and header.unread == ("备注(职务)",)
    beside = find_header([["姓名", "出生日期", "备注（职务）", "姓名", "出生日期", "备注（职务）"]])
    assert [block[Column.OFFICES] for block in beside.blocks] == [2, 5]


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
        person("陈大", household="01-002", identity=""),
        ["合 计", "", 2, "", "", "", "", "", ""],
        ["填表人：何", *[""] * 8],
    )
    assert len(found.rows) == 2 and found.open == []


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
    assert asked(found) == [QuestionKind.PHONE]


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
    found = read(person(born=born, identity=""))
    assert found.rows[0].born == date(1966, 7, 1)
    assert asked(found) == [QuestionKind.BORN_DAY]


@pytest.mark.parametrize("born", ["不详", "1966-13-40", "1966.1", "2066-01-01", "1850-01-01"])
def test_what_is_no_date_of_birth_is_asked_about_with_its_row(born):
    found = read(person(identity=""), person("陈大", born=born, identity=""))
    (question,) = found.questions
    assert (question.kind, question.rows) == (QuestionKind.ROW_BORN, [3])
    assert len(found.rows) == 1


@pytest.mark.parametrize("born", ["", "不详", "1966-13-40", ID])
def test_a_birth_that_cannot_be_read_is_taken_from_the_identity_number(born):
    found = read(person(born=born))
    assert found.rows[0].born == date(1966, 7, 23) and found.questions == []


@pytest.mark.parametrize(
    ("born", "read_as"),
    [
        ("62年3月5日", date(1962, 3, 5)),
        ("62.3.5", date(1962, 3, 5)),
        ("05.3.2", date(2005, 3, 2)),
        ("66.7.23", date(1966, 7, 23)),
    ],
)
def test_two_figures_of_a_year_are_read_where_they_mean_one_thing(born, read_as):
    found = read(person(born=born, identity=""))
    assert found.rows[0].born == read_as and found.questions == []


def test_two_figures_of_a_year_that_mean_two_centuries_are_asked_about():
    found = read(person(born="20.3.5", identity=""))
    assert asked(found) == [QuestionKind.BORN_CENTURY] and found.questions[0].options == ("1900", "2000")


def test_a_month_of_two_figures_is_asked_about_like_any_month():
    assert asked(read(person(born="62年3月", identity=""))) == [QuestionKind.BORN_DAY]


def test_a_birth_that_is_not_the_one_of_the_identity_number_is_asked_about():
    assert asked(read(person(born="1966-07-24"))) == [QuestionKind.BORN_TWO]


def test_a_missing_name_or_household_is_asked_about_where_it_is_missing():
    found = read(person(""), person("李4", born="1970-01-01", identity=""))
    assert [(q.kind, q.rows) for q in found.questions] == [(QuestionKind.ROW_NAME, [2]), (QuestionKind.ROW_NAME, [3])]
    assert asked(read(person(household=""))) == [QuestionKind.ROW_HOUSEHOLD]


def test_a_sheet_without_a_needed_column_is_refused_by_its_name():
    found = raw(["上围", "张明"], header=["村民小组", "姓名"])
    assert {p.column for p in found.problems} == {"household", "born"}


def test_a_file_without_a_roll_is_refused():
    assert raw(["x"], header=["天气"]).problems == [Problem(Expected.HEADER, "名册")]
    assert raw().problems[0].expected is Expected.PEOPLE


def test_the_same_person_twice_is_asked_about():
    (question,) = read(person(), person()).questions
    assert (question.kind, question.rows, question.options) == (QuestionKind.DOUBLE, [3], ("first", "second"))


@pytest.mark.parametrize(("month", "day"), [("1970年5月", "1970-05-12"), ("1970-05-12", "1970年5月")])
def test_a_month_alone_and_a_day_of_it_may_be_the_same_person_in_two_houses(month, day):
    found = read(person(born=month, identity=""), person(group="下围", household="02-001", born=day, identity=""))
    assert QuestionKind.DOUBLE in {one.kind for one in found.questions}
    apart = read(
        person(born="1970-05-02", identity=""), person(group="下围", household="02-001", born="1970-05-12", identity="")
    )
    assert QuestionKind.DOUBLE not in {one.kind for one in apart.questions}


def test_no_identity_number_leaves_the_reading_whatever_column_it_stands_in():
    found = read(person("李桂兰" + ID, phone=ID, office=f"村民代表 {ID}", relation=ID))
    assert ID not in repr(found)
    assert ID not in repr(raw(person(born=ID, household=ID))) + raw(person(born=ID, household=ID)).as_json()


def test_offices_and_party_membership_are_read_and_unknown_ones_asked_about():
    header = [*HEADER, "政治面貌"]
    found = read([*person(office="村党支部书记、村委会主任、护林员"), "中共党员"], header=header)
    assert [o.role for o in found.rows[0].offices] == [Role.BRANCH_SECRETARY, Role.COMMITTEE_MEMBER, Role.PARTY_MEMBER]
    assert found.questions[0].subject == ("护林员",)


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
    rows = [row(), row(3, "陈二", phone="13812345678", phone_given=True), row(4, "陈三", born=date(1980, 1, 1))]
    changes = roll_changes.compare(rows, [known(), known(2, "陈二"), known(9, "陈九")])
    assert [r.name for r in changes.new] == ["陈三"]
    assert [(r.name, fields) for r, _, fields in changes.changed] == [("陈二", ("phone",))]
    assert [p.name for p in changes.gone] == ["陈九"]
    assert len(changes.same) == 1


def test_a_corrected_birth_date_or_a_move_is_the_same_person_and_is_asked_about():
    questions = Questions({}, {})
    changes = roll_changes.compare([row(born=date(1971, 1, 1))], [known()], questions)
    assert (changes.new, changes.gone) == ([], [])
    roll_changes.compare([row(household="01-009")], [known(5)], questions)
    roll_changes.compare([row(name="陈太")], [known(6)], questions)
    assert [one.kind for one in questions] == [
        QuestionKind.BORN_DIFFERS,
        QuestionKind.HOUSE_DIFFERS,
        QuestionKind.NAME_DIFFERS,
    ]


def test_two_of_one_name_in_one_household_are_kept_apart_by_birth():
    rows = [row(), row(3, born=date(1999, 9, 9))]
    changes = roll_changes.compare(rows, [known(), known(2, born=date(1999, 9, 9))])
    assert len(changes.same) == 2


def test_who_was_marked_as_gone_is_not_gone_again_and_is_asked_about_on_return():
    assert roll_changes.compare([], [known(departed=True)]).gone == []
    assert roll_changes.compare([row()], [known(departed=True)]).notes[0].noted is Noted.RETURNED


def test_the_end_of_a_very_long_cell_is_named_as_not_read():
    whole, long = person(), person(name="陈志强", office="组长，" + "管水" * 100 + "末尾", identity="")
    roll = raw(whole, long)
    assert [len(row.offices) for row in roll.rows] == [0, 200]
    assert [(one.what, one.sheet, one.line, one.words) for one in roll.unread] == [("rest", "名册", 3, "水管水末尾")]
