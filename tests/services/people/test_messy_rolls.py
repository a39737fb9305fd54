"""Rolls as clerks keep them: what each asks, and how many people it brings. Nobody is merged, doubled or lost unasked."""

from collections import Counter
from datetime import date

import pytest

from consult import clock
from consult.config import ROOT
from consult.domain.people.roles import Role
from consult.domain.people.roll.questions import QuestionKind
from consult.models import Group, Household, Person, db
from consult.services.core.acts import Act
from consult.services.people import villages
from consult.services.people.roll import rolls
from tests.rolls import FIRST_OFFERED, answer_all

FOLDER = ROOT / "tests" / "data" / "rolls"
TODAY = date(2026, 12, 1)
ALL = 21
MESSY: dict[str, tuple[dict[str, int], int, int]] = {
    "characters.xlsx": ({"name_characters": 2}, ALL, 6),
    "dates_for_codes.csv": ({"code_day": 6}, ALL, 6),
    "dates_for_codes.xlsx": ({"code_day": 6}, ALL, 6),
    "deaths.xlsx": ({"death": 4}, ALL - 4, 6),
    "doubles.xlsx": ({"double": 3}, ALL, 6),
    "from_wps.et": ({}, ALL, 6),
    "gaps.xlsx": ({"group_of_sheet": 1, "row_household": 1, "row_name": 2, "row_born": 2}, ALL - 4, 6),
    "group_written_two_ways.xlsx": ({"group_name": 3}, ALL, 6),
    "header_of_two_rows.xlsx": ({}, ALL, 6),
    "heads_alone.xlsx": ({}, 6, 6),
    "heads_in_other_words.xlsx": ({"head_word": 1}, ALL, 6),
    "heads_without_numbers.xlsx": ({"houses_by_head": 1}, ALL, 6),
    "house_number_forgotten.xlsx": ({"two_heads": 1}, ALL, 6),
    "house_over_two_groups.csv": ({"house_in_groups": 1}, ALL, 7),
    "identity_differs.xlsx": ({"born_two": 1}, ALL, 6),
    "identity_numbers_alone.xlsx": ({"row_born": 1}, ALL - 1, 6),
    "libre.ods": ({}, ALL, 6),
    "merged_cells.xlsx": ({}, ALL, 6),
    "months_and_short_years.csv": ({"born_day": 4, "born_century": 1, "row_born": 1}, ALL - 1, 6),
    "numbered_columns.xlsx": ({"house_code": 1}, ALL, 6),
    "numbers_begin_again.xlsx": ({"house_in_groups": 2}, ALL, 6),
    "offices.xlsx": ({"office_word": 7}, ALL, 6),
    "old_excel.xls": ({}, ALL, 6),
    "other_sheets.xlsx": ({}, ALL, 6),
    "page_breaks.xlsx": ({}, ALL, 6),
    "party_and_members.xlsx": ({"party_word": 3, "member_word": 3}, ALL, 6),
    "phones.xlsx": ({"phone": 4}, ALL, 6),
    "plain.xlsx": ({}, ALL, 6),
    "platform_page.xls": ({}, ALL, 6),
    "platform_sheet.xls": ({}, ALL, 6),
    "sections_in_one_sheet.xlsx": ({"group_of_sheet": 3}, ALL, 6),
    "semicolons.csv": ({}, ALL, 6),
    "sheet_for_each_group.xlsx": ({"group_of_sheet": 3}, ALL, 6),
    "side_by_side.xlsx": ({}, ALL, 6),
    "stray_cell.xlsx": ({}, ALL, 6),
    "tabs_in_utf16.txt": ({}, ALL, 6),
    "two_heads.xlsx": ({"two_heads": 1}, ALL, 6),
}
"""The questions of each roll by their kinds, and after the usual answers the people and the households it brings."""
UNUSUAL = {
    "gaps.xlsx": {"group_of_sheet": "typed:坑尾"},
    "house_number_forgotten.xlsx": {"two_heads": "typed:01-002"},
    "group_written_two_ways.xlsx": {"group_name": FIRST_OFFERED},
    "two_heads.xlsx": {"two_heads": FIRST_OFFERED},
}
READ = {
    "other_sheets.xlsx": [("sheet", "说明"), ("sheet", "统计")],
    "deaths.xlsx": [("columns", "名册")],
    "page_breaks.xlsx": [("row", "名册")] * 7,
    "sections_in_one_sheet.xlsx": [("row", "Sheet1")] * 3,
}
"""What of a roll is named as not read."""


@pytest.fixture
def fresh(app):
    with app.app_context():
        yield villages.create("xincun", "新村", now=clock.now())
        db.session.rollback()


def staged(village, name):
    file = rolls.read_file((FOLDER / name).read_bytes(), name, today=TODAY)
    assert file.problems == ()
    return rolls.stage(file, name, Act.by_system(village.id, now=clock.now()))


def test_every_roll_of_the_folder_is_in_the_table():
    assert set(MESSY) == {path.name for path in FOLDER.iterdir() if path.suffix not in (".py", ".pyc", "")}
    assert len(MESSY) >= 30


@pytest.mark.parametrize("name", sorted(MESSY))
def test_a_messy_roll_asks_and_comes_in_whole(fresh, name):
    asked, people, households = MESSY[name]
    kept = staged(fresh, name)
    act = Act.by_system(fresh.id, now=clock.now())
    seen = rolls.preview(kept)
    answered = answer_all(kept, act, **UNUSUAL.get(name, {}))
    assert Counter(question.kind.value for question in answered) == Counter(asked)
    assert [(one.what, one.sheet) for one in seen.unread] == READ.get(name, [])
    assert rolls.confirm(kept, None, act) is not None
    found = list(db.session.scalars(db.select(Person).where(Person.village_id == fresh.id)))
    houses = {person.household_id for person in found}
    assert (len(found), len(houses)) == (people, households)
    assert db.session.scalar(db.select(db.func.count()).select_from(Household)) == households


def test_offices_party_and_membership_come_by_exact_words_alone(fresh):
    act = Act.by_system(fresh.id, now=clock.now())
    for name in ("offices.xlsx", "party_and_members.xlsx"):
        answer_all(staged(fresh, name), act)
    seen = rolls.preview(staged(fresh, "offices.xlsx"))
    assert [role for row in seen.rows for role in [one.role for one in row.offices]] == [
        Role.COMMITTEE_MEMBER,
        Role.REPRESENTATIVE,
    ]
    words = {question.subject[0] for question in seen.open}
    assert words == {"保洁员", "会计", "监事", "妇联主席", "护林员", "村委会会计", "村民代表(一组)"}


def test_what_a_word_means_is_remembered_for_the_next_roll_and_can_be_answered_anew(fresh):
    act = Act.by_system(fresh.id, now=clock.now())
    first = staged(fresh, "offices.xlsx")
    rolls.answer(first, {"office_word\x1f会计": "clerk"})
    answer_all(first, act)
    rolls.confirm(first, [], act)
    again = staged(fresh, "offices.xlsx")
    seen = rolls.preview(again)
    assert seen.open == []
    assert {one.subject[0]: one.answer for one in seen.questions if one.remembered}["会计"] == "clerk"
    rolls.answer(again, {"office_word\x1f会计": "none"})
    assert Role.CLERK not in {one.role for row in rolls.preview(again).rows for one in row.offices}


@pytest.mark.parametrize("name", ["numbers_begin_again.xlsx", "heads_without_numbers.xlsx", "dates_for_codes.xlsx"])
def test_the_same_roll_a_second_time_finds_the_same_people(fresh, name):
    act = Act.by_system(fresh.id, now=clock.now())
    for _ in range(2):
        kept = staged(fresh, name)
        answer_all(kept, act)
        changes = rolls.confirm(kept, None, act)
    assert (changes.new, changes.changed, changes.gone, len(changes.same)) == ([], [], [], ALL)


def test_an_export_of_numbers_that_began_again_asks_nothing(fresh):
    act = Act.by_system(fresh.id, now=clock.now())
    kept = staged(fresh, "numbers_begin_again.xlsx")
    answer_all(kept, act)
    rolls.confirm(kept, None, act)
    lines = "\n".join(",".join(row) for row in rolls.export(fresh, today=TODAY))
    again = rolls.stage(rolls.read_file(lines.encode(), "r.csv", today=TODAY), "r.csv", act)
    assert rolls.preview(again).questions == [] and len(rolls.preview(again).changes.same) == ALL


def test_a_household_of_another_group_with_the_same_number_is_asked_about_and_kept_apart(fresh):
    act = Act.by_system(fresh.id, now=clock.now())

    def take_in(rows: str, **how: str) -> list[QuestionKind]:
        kept = rolls.stage(rolls.read_file((HEAD + rows).encode(), "r.csv", today=TODAY), "r.csv", act)
        asked = answer_all(kept, act, **how)
        rolls.confirm(kept, None, act)
        return [one.kind for one in asked]

    assert take_in("新一组,9-1,甲一,户主,1960-01-02\n") == []
    asked = take_in("新二组,9-1,乙一,户主,1961-01-02\n", house_group="apart")
    assert asked == [QuestionKind.GROUP_NAME, QuestionKind.HOUSE_GROUP]
    rows = db.session.execute(db.select(Household.code, Group.name).join(Group)).all()
    assert {tuple(row) for row in rows} == {("9-1", "新一组"), ("新二组-9-1", "新二组")}


HEAD = "村民小组,户号,姓名,与户主关系,出生日期\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [("林火生", "林火胜"), ("陈国强", "陳國強"), ("阿依古丽·买买提", "阿依古丽•买买提"), ("林火\ue815", "林火㑇")],
)
def test_a_corrected_name_is_asked_about_and_makes_no_second_person(fresh, before, after):
    act = Act.by_system(fresh.id, now=clock.now())
    for name in (before, after):
        rows = f"上围,06-004,{name},户主,1989-05-07\n"
        kept = rolls.stage(rolls.read_file((HEAD + rows).encode(), "r.csv", today=TODAY), "r.csv", act)
        asked = answer_all(kept, act)
        rolls.confirm(kept, None, act)
    assert [one.kind for one in asked] == [QuestionKind.NAME_DIFFERS]
    assert [one.name for one in db.session.scalars(db.select(Person))] == [after]


def test_a_roll_with_one_odd_character_less_is_the_same_person(fresh):
    act = Act.by_system(fresh.id, now=clock.now())
    for name in ("林火生", "林\u200b火生"):
        rows = f"上围,06-004,{name},户主,1989-05-07\n"
        kept = rolls.stage(rolls.read_file((HEAD + rows).encode(), "r.csv", today=TODAY), "r.csv", act)
        asked = answer_all(kept, act)
        changes = rolls.confirm(kept, None, act)
    assert [one.kind for one in asked] == [QuestionKind.NAME_CHARACTERS] and len(changes.same) == 1
