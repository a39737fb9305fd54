"""My data: the page, the files, what I ask, and who answers; birthdays as ages for officers."""

import csv
import io
import json

import pytest

from consult.domain.audit import Tag
from consult.domain.people import retention
from consult.models import AuditEntry, DataRequest, Person, db
from consult.web.words.people import own_data_words
from tests import hours
from tests.views.people.test_proofs import LATER, signed_in
from tests.village import a_consultation, say


@pytest.fixture
def at(monkeypatch):
    """Let the server live at another time."""
    return lambda gap: monkeypatch.setenv("CONSULT_CLOCK_SHIFT", hours.later(gap))


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
    assert "no-store" in answer.headers["Cache-Control"] and "attachment" in answer.headers["Content-Disposition"]
    assert json.loads(answer.data)["words"]["comment.person_id"][0]["text"] == "=修好再说"
    rows = list(csv.reader(io.StringIO(fong.get("/rongxi/me/data/export.csv").data.decode("utf-8-sig"))))
    assert ["words", "comment.person_id", "1", "text", "'=修好再说"] in rows
    assert "别人的话" not in answer.text and village.ah_kwok.phone not in answer.text


def test_own_data_leaves_and_is_asked_about_only_with_the_own_proof(app, client, village, at):
    signed_in(client, village.ms_yip)
    at(LATER)
    assert client.get("/rongxi/me/data").status_code == 200
    assert client.get("/rongxi/me/data/export.csv").status_code == 401
    for kind in ("erasure", "lock", "correction"):
        client.get("/rongxi/me/data")
        assert client.send("/rongxi/me/data/requests", at="/rongxi/me/data", kind=kind, words="x").status_code == 401
    with app.app_context():
        assert not db.session.query(DataRequest).count() and not exports(app)


def test_taking_ones_own_data_along_is_logged_and_shown_to_oneself_alone(app, as_person, village):
    fong, kwok = as_person(village.ah_fong), as_person(village.ah_kwok)
    assert fong.get("/rongxi/me/data/export.json").status_code == 200
    assert exports(app) == [("own_data.export", village.ah_fong.id)]
    fong.get("/rongxi/me/data")
    assert village.ah_fong.name in fong.text("main")
    kwok.get("/rongxi/me/data")
    assert village.ah_fong.name not in kwok.text("main")


def exports(app) -> list[tuple[str, int | None]]:
    """The exports in the log: kind, and who took it."""
    with app.app_context():
        rows = db.session.query(AuditEntry).filter_by(tag=Tag.EXPORT_MADE.value).order_by(AuditEntry.number)
        return [(json.loads(row.facts)["kind"], row.actor_id) for row in rows]


def test_the_operators_export_of_the_roll_is_logged_and_everybody_on_it_reads_so(app, as_person, village, tmp_path):
    done = app.test_cli_runner().invoke(args=["roll", "export", str(tmp_path / "r.csv"), "--village", "rongxi"])
    assert done.exit_code == 0 and exports(app) == [("cli.roll_export", None)]
    fong = as_person(village.ah_fong)
    fong.get("/rongxi/me/data")
    assert fong.page.select("#read li")


def test_a_lock_is_asked_for_answered_and_ended_on_the_page(app, as_person, village):
    fong, yip = as_person(village.ah_fong), as_person(village.ms_yip)
    fong.submit("/rongxi/me/data", kind="lock", words="不要再发短信给我")
    yip.submit("/rongxi/data-requests", form="form[action$='/answer']", granted="yes", answer="锁了")
    yip.get("/rongxi/roll")
    assert village.ah_fong.name not in yip.text("main") and village.ah_fong.phone[-4:] not in yip.text("main")
    assert village.ah_kwok.name in yip.text("main")
    fong.submit("/rongxi/me/data", form="form[action$='/lock/ending']")
    yip.get("/rongxi/roll")
    assert village.ah_fong.name in yip.text("main")


def test_beside_the_words_of_somebody_who_locked_their_data_neighbours_read_a_name_with_gaps(app, as_person, village):
    with app.app_context():
        consultation = a_consultation(village)
        say(village, consultation, village.ah_fong, text="修好再说")
        number = consultation
    fong, yip, kwok = as_person(village.ah_fong), as_person(village.ms_yip), as_person(village.ah_kwok)
    kwok.get(f"/rongxi/consultations/{number}")
    assert village.ah_fong.name in kwok.text("main")
    fong.submit("/rongxi/me/data", kind="lock", words="请锁住")
    yip.submit("/rongxi/data-requests", form="form[action$='/answer']", granted="yes", answer="锁了")
    kwok.get(f"/rongxi/consultations/{number}")
    assert village.ah_fong.name not in kwok.text("main") and "修好再说" in kwok.text("main")
    fong.get(f"/rongxi/consultations/{number}")
    assert village.ah_fong.name in fong.text("main"), "one reads one's own name"


def test_an_erasure_goes_from_the_page_over_two_officers_and_the_house_reads_of_it_meanwhile(app, as_person, village):
    fong, yip, ho = as_person(village.ah_fong), as_person(village.ms_yip), as_person(village.uncle_ho)
    fong.submit("/rongxi/me/data", kind="erasure", words="我不用了")
    fong.get("/rongxi/ways-in/")
    assert fong.page.select("form[action*='/ways-in/erasures/']")
    yip.submit("/rongxi/data-requests", form="form[action$='/answer']", granted="yes", answer="删了")
    yip.get("/rongxi/data-requests")
    assert not yip.page.select("form[action$='/answer']")
    fong.get("/rongxi/ways-in/")
    assert fong.page.select("form[action*='/ways-in/changes/']")
    ho.get("/rongxi/rights/")
    assert ho.page.select("form[action$='/confirmation']")
    fong.submit("/rongxi/me/data", form="form[action$='/withdrawal']")
    ho.get("/rongxi/rights/")
    assert not ho.page.select("form[action$='/confirmation']")


def test_nobody_takes_back_or_stops_what_another_house_asked(as_person, village):
    as_person(village.ah_fong).submit("/rongxi/me/data", kind="erasure", words="我不用了")
    ho = as_person(village.uncle_ho)
    assert ho.send("/rongxi/me/data/requests/1/withdrawal", at="/rongxi/me/data").status_code == 404
    assert ho.send("/rongxi/ways-in/erasures/1/stop", at="/rongxi/me/data").status_code == 403


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


def test_each_period_and_each_reason_has_words_and_no_words_are_left_over():
    """The page of a village shows all of them: a table without words would be an error on it."""
    assert set(own_data_words.PURPOSES) == set(retention.periods() | retention.elsewhere())
    assert set(own_data_words.KEPT) == {one.why for one in retention.kept()}


def test_officers_see_ages_and_a_birthday_only_where_they_ask_for_the_whole_roll(app, as_person, village):
    yip = as_person(village.ms_yip)
    with app.app_context():
        born = db.session.get_one(Person, village.ah_fong.id).born
        assert born is not None
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
