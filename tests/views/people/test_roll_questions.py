"""The page of a roll's questions: asked, answered, answered again; a long roll shows how far it is."""

import io
import time

import pytest

from consult.domain.people.roll.questions import QuestionKind
from consult.models import Person, RollImport, db
from consult.services.people.roll import long_readings, rolls
from tests.rolls import staged_of
from tests.village import villagers

HEAD = "村民小组,户号,姓名,与户主关系,出生日期,联系电话,职务\n"
ROWS = "上围,07-001,何新一,户主,1970-01-02,13812345678,护林员\n上围,07-001,何新二,配偶,不详,同上,护林员\n"


def upload(clerk, rows=ROWS, name="roll.csv"):
    return clerk.submit("/rongxi/roll/imports/new", file=(io.BytesIO((HEAD + rows).encode()), name))


def open_questions(app, path):
    with app.app_context():
        return {one.kind: one for one in rolls.preview(staged_of(path)).open}


def test_a_roll_with_questions_cannot_be_taken_in_before_they_are_answered(app, village, as_person):
    clerk = as_person(village.ms_yip)
    path = upload(clerk).request.path
    assert clerk.page.select_one("form[action$=confirmation]") is None
    assert clerk.send(f"{path}/confirmation").status_code == 409 and "问题" in clerk.text(".mistakes")
    assert "照您的回答" not in clerk.text("main")
    asked = open_questions(app, path)
    assert set(asked) == {QuestionKind.ROW_BORN, QuestionKind.PHONE, QuestionKind.OFFICE_WORD}
    fields = {
        f"t-{asked[QuestionKind.ROW_BORN].id}": "1972年3月4日",
        f"q-{asked[QuestionKind.PHONE].id}": "empty",
        f"q-{asked[QuestionKind.OFFICE_WORD].id}": "none",
    }
    assert clerk.submit(path, "#questions", **fields).status_code == 200
    taken = clerk.submit(path, "form[action$=confirmation]")
    assert taken.status_code == 200
    with app.app_context():
        assert db.session.query(Person).filter_by(name="何新二").one().born.isoformat() == "1972-03-04"


def test_an_empty_cell_is_said_to_be_empty_and_not_quoted(village, as_person):
    clerk = as_person(village.ms_yip)
    upload(clerk, rows="上围,07-001,何新一,户主,1970-01-02,13812345678,\n上围,07-001,何新二,配偶,,,\n")
    assert "何新二：没有填" in clerk.text("#questions") and "“”" not in clerk.text("main")


def test_words_that_cannot_be_taken_come_back_with_a_sentence_and_the_others_are_kept(app, village, as_person):
    clerk = as_person(village.ms_yip)
    path = upload(clerk).request.path
    asked = open_questions(app, path)
    fields = {f"t-{asked[QuestionKind.ROW_BORN].id}": "去年", f"q-{asked[QuestionKind.PHONE].id}": "empty"}
    clerk.get(path)
    answered = clerk.press("#questions", follow=False, **fields)
    assert answered.status_code == 422
    field = clerk.page.select_one(f"#t-{asked[QuestionKind.ROW_BORN].id}")
    assert field["value"] == "去年" and field["aria-invalid"] == "true"
    longer = "很" * 61
    again = {f"t-{asked[QuestionKind.ROW_BORN].id}": longer}
    assert clerk.press("#questions", follow=False, **again).status_code == 422
    assert clerk.page.select_one(f"#t-{asked[QuestionKind.ROW_BORN].id}")["value"] == longer, "it was cut"
    assert "60" in clerk.text("#mistakes")
    assert set(open_questions(app, path)) == {QuestionKind.ROW_BORN, QuestionKind.OFFICE_WORD}


def test_one_answer_counts_for_all_rows_alike_and_one_row_may_be_answered_otherwise(app, village, as_person):
    clerk = as_person(village.ms_yip)
    rows = "".join(f"上围,07-00{n},何新{name},户主,1970年{n}月,,\n" for n, name in enumerate("一二三", 1))
    path = upload(clerk, rows).request.path
    with app.app_context():
        ids = [one.id for one in rolls.preview(staged_of(path)).open]
    assert len(ids) == 3
    clerk.submit(path, "#questions", **{"all-born_day": "first", f"t-{ids[1]}": "1970-02-09"})
    with app.app_context():
        seen = rolls.preview(staged_of(path))
        assert seen.open == [] and [row.born.day for row in seen.rows] == [1, 9, 1]


def test_an_answer_can_be_taken_back(app, village, as_person):
    clerk = as_person(village.ms_yip)
    path = upload(clerk).request.path
    phone = open_questions(app, path)[QuestionKind.PHONE].id
    clerk.submit(path, "#questions", **{f"q-{phone}": "empty"})
    assert QuestionKind.PHONE not in open_questions(app, path)
    clerk.submit(path, "#questions", **{f"q-{phone}": ""})
    assert QuestionKind.PHONE in open_questions(app, path)


def test_the_answers_are_sealed_and_go_with_the_rows_when_the_roll_is_taken_in(app, village, as_person):
    clerk = as_person(village.ms_yip)
    path = upload(clerk).request.path
    asked = open_questions(app, path)
    fields = {f"q-{one.id}": one.options[-1] for one in asked.values()}
    clerk.submit(path, "#questions", **fields)
    with app.app_context():
        cipher = staged_of(path).answers_cipher
        assert cipher and "empty" not in cipher
    clerk.submit(path, "form[action$=confirmation]")
    with app.app_context():
        assert (staged_of(path).answers_cipher, staged_of(path).rows_cipher) == ("", "")


def test_what_was_not_read_is_named(village, as_person):
    clerk = as_person(village.ms_yip)
    upload(clerk, ROWS + "填表人：何文书,,,,,,\n")
    assert "填表人:何文书" in clerk.text("main")


@pytest.mark.own_app
def test_a_long_roll_is_read_behind_a_page_that_shows_how_far_it_is(app, village, as_person, monkeypatch):
    monkeypatch.setattr(long_readings, "PATIENCE_SECONDS", 0.0)
    monkeypatch.setattr(long_readings, "BEAT_SECONDS", 0.1)
    clerk = as_person(village.ms_yip)
    shown = upload(clerk)
    assert "正在读名册" in clerk.text("main")
    path = shown.request.path
    part = clerk.get(path, headers={"HX-Request": "true"})
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and "HX-Redirect" not in part.headers:
        time.sleep(0.3)
        part = clerk.get(path, headers={"HX-Request": "true"})
    assert part.headers["HX-Redirect"].endswith(path)
    clerk.get(path)
    assert "何新一" in clerk.text("main")


def test_a_long_roll_with_problems_shows_them_and_one_that_was_lost_says_so(app, village, as_person, monkeypatch):
    clerk = as_person(village.ms_yip)
    path = upload(clerk).request.path
    with app.app_context():
        staged = staged_of(path)
        staged.rows_cipher, staged.problems = "", [["readable_file", "roll.csv", 0, ""]]
        db.session.commit()
    assert clerk.get(path).status_code == 422 and "电子表格" in clerk.text(".mistakes")
    with app.app_context():
        db.session.execute(db.update(RollImport).values(problems=[]))
        db.session.commit()
    assert clerk.get(path).status_code == 422 and "再上传" in clerk.text(".mistakes")
    assert clerk.send(f"{path}/confirmation").status_code == 303
    assert clerk.send(f"{path}/answers").status_code == 303


def test_all_groups_that_are_written_otherwise_are_answered_for_at_once(app, village, as_person):
    """A group that looks like none of the roll is asked for by itself."""
    rows = "".join(
        f"{group},07-00{n},何新{name},户主,1970-01-02,,\n"
        for n, (group, name) in enumerate((("上围组", "一"), ("下围组", "二"), ("新寨", "三")))
    )
    clerk = as_person(village.ms_yip)
    path = upload(clerk, rows).request.path
    clerk.submit(path, "#questions", **{"all-group_name": "like"})
    with app.app_context():
        seen = rolls.preview(staged_of(path))
        assert [row.group for row in seen.rows] == ["上围", "下围", "新寨"]
        assert [question.subject for question in seen.open] == [("新寨",)]


def test_nothing_is_asked_about_somebody_who_has_died(app, village, as_person):
    rows = "上围,07-001,何新一,户主,去年,138,护林员（已故）\n上围,07-001,何新二,配偶,1970-01-02,,\n"
    clerk = as_person(village.ms_yip)
    path = upload(clerk, rows.replace("护林员（已故）", "护林员"), name="roll.csv").request.path
    assert {QuestionKind.ROW_BORN, QuestionKind.PHONE, QuestionKind.OFFICE_WORD} <= set(open_questions(app, path))
    path = upload(clerk, rows.replace("何新一", "何新一(亡)"), name="roll.csv").request.path
    asked = open_questions(app, path)
    clerk.submit(path, "#questions", **{f"q-{asked[QuestionKind.DEATH].id}": "dead"})
    assert set(open_questions(app, path)) == set()


def test_only_offices_that_are_not_held_are_ticked_and_long_lists_are_folded(app, village, as_person):
    clerk = as_person(village.ms_yip)
    full = clerk.get("/rongxi/roll/export.csv?full=1").data
    answer = clerk.submit("/rongxi/roll/imports/new", file=(io.BytesIO(full), "roll.csv"))
    assert clerk.page.select("input[name=office]") == [] and clerk.page.select_one("form[action$=confirmation]")
    with app.app_context():
        villagers(village, 40)
    clerk.get(answer.request.path)
    gone = next(one for one in clerk.page.select("details") if "不在新名册里" in one.summary.get_text())
    assert not gone.has_attr("open") and len(gone.select("li")) == 40


def test_the_offices_of_people_who_are_new_on_the_roll_are_ticked_too(village, as_person):
    clerk = as_person(village.ms_yip)
    upload(clerk, "上围,07-001,何新一,户主,1970-01-02,13812345678,村民代表\n")
    (box,) = clerk.page.select("input[name=office]")
    assert box["value"].endswith(":representative") and box.has_attr("checked")


def test_typed_answers_are_previewed_no_more_often_than_needed(app, village, as_person):
    """For the form that came, and for the one that goes out."""
    clerk = as_person(village.ms_yip)
    path = upload(clerk).request.path
    asked = open_questions(app, path)
    clerk.get(path)
    assert (
        clerk.press("#questions", follow=False, **{f"t-{asked[QuestionKind.ROW_BORN].id}": "去年"}).status_code == 422
    )
    assert len([one for one in clerk.queries if "ORDER BY person.roll_position" in one]) == 2
