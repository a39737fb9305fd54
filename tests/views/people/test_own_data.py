"""My data: the page, the files, what I ask, and who answers; birthdays as ages for officers."""

import csv
import io
import json
from datetime import date

from consult.models import Person, db
from tests.village import a_consultation, say


def test_my_page_says_what_is_held_and_leads_to_a_file(as_person, village):
    fong = as_person(village.ah_fong)
    assert fong.get("/rongxi/me/data").status_code == 200
    assert fong.page.select("a[href$='export.csv']") and fong.page.select("a[href$='export.json']")
    assert len(fong.queries) <= 12, fong.queries


def test_the_files_hold_my_own_things_and_nobody_elses(app, as_person, village):
    with app.app_context():
        consultation = a_consultation(village)
        say(village, consultation, village.ah_fong, text="=修好再说")
        say(village, consultation, village.ah_kwok, text="别人的话")
    fong = as_person(village.ah_fong)
    answer = fong.get("/rongxi/me/data/export.json")
    assert answer.headers["Cache-Control"] == "no-store" and "attachment" in answer.headers["Content-Disposition"]
    assert json.loads(answer.data)["words"]["comment.person_id"][0]["text"] == "=修好再说"
    rows = list(csv.reader(io.StringIO(fong.get("/rongxi/me/data/export.csv").data.decode("utf-8-sig"))))
    assert ["words", "comment.person_id", "1", "text", "'=修好再说"] in rows
    assert "别人的话" not in answer.text and village.ah_kwok.phone not in answer.text


def test_a_request_with_a_mistake_keeps_what_was_typed(as_person, village):
    fong = as_person(village.ah_fong)
    answer = fong.submit("/rongxi/me/data", kind="correction", words="我的电话是13800000001")
    assert answer.status_code == 422 and "13800000001" in fong.page.select_one("textarea").text


def test_a_correction_goes_from_the_villager_to_the_clerk_and_back(as_person, village):
    fong, yip = as_person(village.ah_fong), as_person(village.ms_yip)
    fong.submit("/rongxi/me/data", kind="correction", words="我是三月生的，不是四月。")
    assert "我是三月生的" in fong.text()
    yip.submit("/rongxi/data-requests", form="form[action$='/answer']", granted="yes", answer="查过户口本，改好了。")
    fong.get("/rongxi/me/data")
    assert "改好了" in fong.text()


def test_an_answer_without_words_is_asked_for_again(as_person, village):
    fong, yip = as_person(village.ah_fong), as_person(village.ms_yip)
    fong.submit("/rongxi/me/data", kind="correction", words="错了")
    answer = yip.submit("/rongxi/data-requests", form="form[action$='/answer']", granted="no", answer=" ")
    assert answer.status_code == 422 and yip.page.select("details[open]")


def test_requests_are_for_those_who_keep_the_roll_of_this_village(as_person, village):
    as_person(village.ah_fong).submit("/rongxi/me/data", kind="correction", words="错了")
    assert as_person(village.ah_kwok).get("/rongxi/data-requests").status_code == 403
    assert (
        as_person(village.uncle_ho).send("/rongxi/data-requests/1/answer", granted="yes", answer="x").status_code == 403
    )
    wong = as_person(village.mr_wong)
    assert wong.send("/daling/data-requests/1/answer", at="/daling/", granted="yes", answer="x").status_code == 404


def test_everybody_may_read_what_data_is_used_for(client, village):
    assert client.get("/rongxi/privacy").status_code == 200
    words = client.text("main")
    assert "半年" in words and "10 年" in words, "periods as people say them"


def test_officers_see_ages_and_a_birthday_only_where_they_ask_for_the_whole_roll(app, as_person, village):
    yip = as_person(village.ms_yip)
    with app.app_context():
        born: date = db.session.get_one(Person, village.ah_fong.id).born
    yip.get("/rongxi/roll")
    assert born.isoformat() not in str(yip.page) and f"{born.month}月{born.day}日" not in yip.text()
    short = yip.get("/rongxi/roll/export.csv").data.decode("utf-8-sig")
    assert born.isoformat() not in short and village.ah_fong.phone not in short
    whole = yip.get("/rongxi/roll/export.csv?full=1").data.decode("utf-8-sig")
    assert born.isoformat() in whole and village.ah_fong.phone in whole


def test_those_who_stand_on_the_roll_read_who_took_it_as_a_file(as_person, village):
    fong = as_person(village.ah_fong)
    fong.get("/rongxi/me/data")
    assert village.ms_yip.name not in fong.text("main")
    assert as_person(village.ms_yip).get("/rongxi/roll/export.csv").status_code == 200
    fong.get("/rongxi/me/data")
    assert village.ms_yip.name in fong.text("main")
