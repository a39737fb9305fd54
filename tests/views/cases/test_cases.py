"""The pages of mediation: what is typed is never lost, what is wrong is said, what is pressed twice is done once."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import event

from consult import clock
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.choices import choices
from consult.domain.cases.states import CaseState
from consult.models import CaseEntry, CaseFile, MediationCase, db
from consult.services.cases import figures
from consult.services.people import villages
from tests import hours, prints
from tests.cases import a_case, act, opened
from tests.views.talk.test_consultations import photo

TOLD = "墙脚都湿了"


def drafted(client, **fields) -> str:
    """Ah Fong's step two; returns the address of what was kept."""
    sent = {"kind": "neighbours", "other": "陈伯坚", "code": "", "story": TOLD, **fields}
    answer = client.send("/rongxi/cases/drafts", at="/rongxi/cases/new/story?kind=neighbours", **sent)
    assert answer.status_code == 303, answer.status
    return answer.location.split("/")[-2]


def test_before_anything_else_it_is_asked_whether_anybody_is_in_danger(as_person, village):
    client = as_person(village.ah_fong)
    client.get("/rongxi/cases/")
    assert client.page.select_one(".headline a.button")["href"].endswith("/cases/new")
    client.get("/rongxi/cases/new")
    assert [a["href"] for a in client.page.select("main a[href^='tel:']")] == ["tel:110", "tel:120"]
    client.get("/rongxi/cases/new/story?kind=ghosts")
    assert client.get("/rongxi/cases/new/story?kind=ghosts").status_code == 303


def test_nothing_told_is_said_and_a_photo_alone_is_enough(app, as_person, village):
    client = as_person(village.ah_fong)
    at = "/rongxi/cases/new/story?kind=water"
    answer = client.send("/rongxi/cases/drafts", at=at, kind="water", other="老何", code="", story="")
    assert answer.status_code == 422 and client.page.select_one("#story-mistake")
    assert client.page.select_one("#other")["value"] == "老何"
    answer = client.send(
        "/rongxi/cases/drafts", at=at, kind="water", other="", code="", story="", photos=(photo((40, 30)), "a.jpg")
    )
    assert answer.status_code == 303
    with app.app_context():
        assert db.session.query(CaseFile).count() == 1
        db.session.remove()


def test_what_is_no_picture_is_said_and_the_words_come_back(as_person, village):
    client = as_person(village.ah_fong)
    sent = {"kind": "water", "other": "", "code": "", "story": TOLD, "photos": (BytesIO(b"no picture"), "a.jpg")}
    answer = client.send("/rongxi/cases/drafts", at="/rongxi/cases/new/story?kind=water", **sent)
    assert answer.status_code == 422 and client.page.select_one("#photos-mistake")
    assert TOLD in client.text("#story")


def test_the_second_step_can_be_opened_again_with_what_was_written(as_person, village):
    client = as_person(village.ah_fong)
    address = drafted(client)
    client.get(f"/rongxi/cases/{address}/story")
    assert TOLD in client.text("#story") and client.page.select_one("#other")["value"] == "陈伯坚"
    assert as_person(village.ah_kwok).get(f"/rongxi/cases/{address}/story").status_code == 404


@pytest.mark.parametrize(
    ("way", "phone", "status"),
    [
        ("call", "", 422),
        ("call", "123", 422),
        ("fly", "13800000001", 422),
        ("visit", "", 303),
        ("call", "１３８ ００００ ０００１", 303),
    ],
)
def test_who_wants_to_be_rung_up_says_where(as_person, village, way, phone, status):
    client = as_person(village.ah_fong)
    address = drafted(client)
    answer = client.send(
        f"/rongxi/cases/{address}/handing-in", at=f"/rongxi/cases/{address}/contact", way=way, phone=phone
    )
    assert answer.status_code == status
    if status == 422:
        assert client.page.select_one(".mistakes")


@pytest.mark.both_databases
def test_handing_in_twice_and_sending_the_second_step_again_afterwards_is_one_case(app, as_person, village):
    client = as_person(village.ah_fong)
    address = drafted(client)
    client.get(f"/rongxi/cases/{address}/contact")
    token = str(client.page.find("input", {"name": "csrf_token"})["value"])
    data = {"csrf_token": token, "way": "call", "phone": "13800000001"}
    answers = [client.post(f"/rongxi/cases/{address}/handing-in", data=data) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    again = client.post(
        "/rongxi/cases/drafts", data={**data, "draft": address, "kind": "water", "story": "x", "other": "", "code": ""}
    )
    assert again.status_code == 303 and again.location.endswith("/received")
    with app.app_context():
        assert (db.session.query(MediationCase).count(), db.session.query(CaseEntry).count()) == (1, 2)
        db.session.remove()


def test_at_the_desk_a_household_that_is_not_on_the_roll_is_said_and_everything_comes_back(app, as_person, village):
    client = as_person(village.aunt_leung)
    sent = {
        "source": "police",
        "kind": "money",
        "applicant": "李桂芳",
        "applicant_code": "01-099",
        "respondent": "外村人",
        "respondent_code": "",
        "words": TOLD,
        "way": "call",
        "phone": "",
        "present": "1",
        "key": "desk",
        "consultation": "",
    }
    answer = client.send("/rongxi/cases/desk", at="/rongxi/cases/desk", **sent)
    assert answer.status_code == 422 and client.page.select_one("#applicant_code-mistake")
    assert TOLD in client.text("#words") and client.page.select_one("#respondent")["value"] == "外村人"
    for _ in range(2):
        answer = client.send("/rongxi/cases/desk", at="/rongxi/cases/desk", **{**sent, "applicant_code": "01-001"})
        assert answer.status_code == 303
    with app.app_context():
        assert [(row.source, row.state) for row in db.session.query(MediationCase)] == [("police", "applied")]
        db.session.remove()


def test_the_council_hands_a_quarrel_over_as_a_clue_and_reads_no_more_of_it(app, as_person, village):
    client = as_person(village.sister_chow)
    sent = {
        "source": "consultation",
        "kind": "water",
        "applicant": "",
        "applicant_code": "",
        "respondent": "陈伯坚",
        "respondent_code": "01-002",
        "words": TOLD,
        "way": "come",
        "phone": "",
        "key": "hand-over",
        "consultation": "",
    }
    answer = client.send("/rongxi/cases/desk", at="/rongxi/cases/desk", **sent)
    assert answer.status_code == 303
    page = client.get(answer.location).get_data(as_text=True)
    assert TOLD not in page and "陈伯坚" not in page
    assert (
        client.send(
            "/rongxi/cases/desk", at="/rongxi/cases/desk", **{**sent, "source": "court", "key": "2"}
        ).status_code
        == 422
    )


def test_an_act_with_mistakes_comes_back_whole_and_one_against_the_rules_says_why(app, as_person, village):
    with app.app_context():
        address = a_case(village, CaseState.MEDIATING)
        db.session.remove()
    client, at = as_person(village.aunt_leung), f"/rongxi/cases/{address}/agree"
    sent = {
        "key": "a",
        "form": "oral",
        "on": "",
        "facts": "说了",
        "terms": "谈好",
        "by_1": "2",
        "what_1": "赔钱",
        "amount_1": "abc",
        "due_1": "",
    }
    answer = client.send(at, at=at, **sent)
    assert answer.status_code == 422
    assert {"on-mistake", "amount_1-mistake", "due_1-mistake"} <= {tag["id"] for tag in client.page.select(".mistake")}
    assert client.page.select_one("#what_1")["value"] == "赔钱"
    today = client.get(at) and client.page.select_one("#on")["value"]
    late = {**sent, "on": today, "amount_1": "300", "due_1": "2027-01-01"}
    answer = client.send(at, at=at, **late)
    assert (
        answer.status_code == 422
        and client.page.select_one(".mistakes")
        and client.page.select_one("#due_1")["value"] == "2027-01-01"
    )
    assert client.send(at, at=at, **{**late, "form": "written"}).status_code == 303
    assert client.send(at, at=f"/rongxi/cases/{address}", **{**late, "form": "written"}).status_code == 303, (
        "the answer got lost"
    )


def test_lists_ask_the_same_few_questions_with_three_cases_and_with_forty(app, as_person, village):
    counts = []
    for many in (3, 37):
        with app.app_context():
            for n in range(many):
                a_case(village, key=f"{many}-{n}")
            db.session.remove()
        client = as_person(village.aunt_leung)
        client.get("/rongxi/cases/")
        counts.append(len(client.queries))
    assert counts[0] == counts[1] <= 16


def test_the_page_of_a_case_asks_few_questions_however_long_its_story(app, as_person, village):
    with app.app_context():
        short, long = a_case(village, key="short"), a_case(village, CaseState.ARCHIVED, key="long")
        db.session.remove()
    client, counts = as_person(village.aunt_leung), []
    for address in (short, long):
        client.get(f"/rongxi/cases/{address}")
        counts.append(len(client.queries))
    assert max(counts) <= 40, counts


@pytest.mark.parametrize("name", ["aunt_leung", "uncle_ho"])
def test_the_month_is_the_same_on_the_page_as_a_spreadsheet_and_on_paper(app, as_person, village, name):
    with app.app_context():
        for n, until in enumerate((CaseState.ARCHIVED, CaseState.PERFORMING, CaseState.DECLINED)):
            a_case(village, until, key=str(n))
        month = f"{db.session.query(CaseEntry.day).limit(1).scalar():%Y-%m}"
        db.session.remove()
    client = as_person(getattr(village, name))
    client.get(f"/rongxi/cases/reports/{month}")
    shown = [
        tuple(cell.get_text(strip=True) for cell in row.select("th, td")) for row in client.page.select("tbody tr")
    ]
    sheet = load_workbook(BytesIO(client.get(f"/rongxi/cases/reports/{month}.xlsx").data)).active
    head, below = list(sheet.values)[:4], [one for one in list(sheet.values)[4:] if not isinstance(one[1], int | float)]
    rows = [one for one in list(sheet.values)[4:] if isinstance(one[1], int | float)]
    said = f"{int(month[:4])}年{int(month[5:])}月"
    assert (head[0][0], head[1][0]) == ("人民调解工作报表", "榕溪村人民调解委员会") and head[2][0].startswith(said)
    assert sheet.title == said and client.page.select_one("main .lead").get_text() == said
    assert any(one[0] == f"填表人：{getattr(village, name).name}" for one in below)
    assert [(label, f"{n:,.0f}") for label, n in rows if (label, f"{n:,.0f}") in shown] == shown
    assert all(isinstance(n, int | float) for _, n in rows)
    assert not [label for label, n in rows if n and (label, f"{n:,.0f}") not in shown], "no figure is left out"
    words = "".join(prints.words(client.get(f"/rongxi/cases/reports/{month}.pdf").data))
    assert all("".join(label.split()) in words for label, _ in shown)
    assert client.page.select_one(".agrees"), "what was there and came in is what went and is there"


def test_the_supervisor_sees_counts_and_not_one_case(app, as_person, village):
    with app.app_context():
        address = a_case(village)
        db.session.remove()
    client = as_person(village.uncle_ho)
    assert address not in client.get("/rongxi/cases/board").get_data(as_text=True)
    assert address not in client.get("/rongxi/cases/").get_data(as_text=True)


def test_a_report_is_named_as_offices_name_it_and_its_spreadsheet_can_be_printed_as_it_is(as_person, village):
    client = as_person(village.aunt_leung)
    client.get("/rongxi/cases/board")
    assert "应有 3 至 9 人" in client.text("main"), "the cast has fewer, and the head reads so"
    year = clock.now().year
    links = {a.get_text(strip=True): a["href"] for a in client.page.select("main a[href*='/cases/reports/']")}
    quarter, half = f"{year}年第一季度", f"{year}年上半年"
    assert not [words for words in links if re.search(r"[0-9]{4}-", words)], "the address is for machines"
    for words, name in ((quarter, f"{year}-Q1"), (half, f"{year}-H1"), (f"{year}年度", str(year))):
        if name != str(year) and words not in links:
            continue  # not yet there in the first days of a year
        assert links[words].endswith(f"/cases/reports/{name}")
    client.get(f"/rongxi/cases/reports/{year}")
    assert client.text("main .lead") == f"{year}年度"
    sheet = load_workbook(BytesIO(client.get(f"/rongxi/cases/reports/{year}.xlsx").data)).active
    labels = [row[0] for row in sheet.values]
    kinds = [label for label in labels if str(label).startswith("受理：")]
    assert len(kinds) == len(choices("kind")), "months can be added up: each has the same lines"
    widths = [sheet.column_dimensions[letter].width for letter in "AB"]
    longest = max(sum(1 + (ord(c) > 0x2E80) for c in str(label)) for label in labels[4:-4])
    assert widths[0] >= longest and sheet.sheet_properties.pageSetUpPr.fitToPage
    assert {"A1:B1", "A2:B2", "A3:B3"} <= {str(one) for one in sheet.merged_cells.ranges}


def test_what_goes_to_the_office_is_in_the_official_language_whoever_takes_it_out(as_person, village):
    client = as_person(village.aunt_leung)
    client.send("/preferences", language="yue_Hant", next="/rongxi/")
    client.get("/rongxi/cases/board")
    assert client.page.html["lang"].startswith("yue")
    sheet = load_workbook(BytesIO(client.get(f"/rongxi/cases/reports/{clock.now().year}.xlsx").data)).active
    assert sheet["A1"].value == "人民调解工作报表"


@pytest.mark.parametrize("month", ["2026-13", "2031-01", "x", "2026-1"])
def test_a_month_that_is_none_is_a_page_that_is_not_there(as_person, village, month):
    assert as_person(village.aunt_leung).get(f"/rongxi/cases/reports/{month}").status_code == 404


@pytest.mark.parametrize(("day", "found"), [("", "1"), ("2099-01-01", "1"), ("2026-01-07", "x"), ("2026-01-07", "")])
def test_a_round_on_no_day_is_not_noted(as_person, village, day, found):
    client = as_person(village.aunt_leung)
    assert (
        client.send("/rongxi/cases/sweeps", at="/rongxi/cases/board", key="s", day=day, found=found).status_code == 422
    )


def test_what_everybody_sees_hides_small_counts_and_the_month_that_still_runs(app, client, village, monkeypatch):
    with app.app_context():
        for n in range(7):
            kind = "neighbours" if n < 5 else "family"
            address = a_case(village, key=f"n{n}")
            told = {"title": "事", "kind": kind, "tag": None, "rights_told": True}
            act(village, address, village.aunt_leung, CaseAct.ACCEPT, told)
        db.session.remove()
    client.get("/rongxi/cases/figures")
    assert not client.page.select("tbody td"), "of a month that runs nothing is told"
    monkeypatch.setenv("CONSULT_CLOCK_SHIFT", hours.later(timedelta(days=32)))
    client.get("/rongxi/cases/figures")
    cells = {cell.get_text() for cell in client.page.select("tbody td")}
    assert cells == {"0", "5", "1–4"}


def test_the_board_tells_what_comes_next_how_much_of_it_is_late_and_leads_to_the_list(
    app, as_person, village, monkeypatch
):
    with app.app_context():
        for n, until in enumerate((CaseState.APPLIED, CaseState.APPLIED, CaseState.MEDIATING)):
            a_case(village, until, key=str(n))
        db.session.remove()
    monkeypatch.setenv("CONSULT_CLOCK_SHIFT", hours.later(timedelta(days=8)))
    client = as_person(village.aunt_leung)
    client.get("/rongxi/cases/board")
    rows = [[cell.get_text(strip=True) for cell in row.select("th, td")] for row in client.page.select("tbody tr")]
    assert [row[1:] for row in rows] == [["2", "", "2"], ["", "", "1"]], "two to be taken, one to be settled"
    assert client.page.select_one("a[href$='?shelf=new']")
    uncle = as_person(village.uncle_ho)
    uncle.get("/rongxi/cases/board")
    assert uncle.page.select("tbody tr") and not uncle.page.select("main a[href*=shelf]"), (
        "the supervisor opens no list"
    )


@pytest.fixture
def impatient(app: Flask) -> Iterator[None]:
    """Wait half a second for the write lock instead of ten."""

    def connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA busy_timeout=500")

    with app.app_context():
        engine = db.engine
    event.listen(engine, "connect", connect)
    engine.dispose()
    yield
    event.remove(engine, "connect", connect)


def test_photos_and_recordings_are_decoded_without_the_write_lock(impatient, as_person, village, config):
    """Somebody else may hold it meanwhile: an upload that cannot even be counted is answered all the same."""
    fong, leung = as_person(village.ah_fong), as_person(village.aunt_leung)
    story, desk = "/rongxi/cases/new/story?kind=water", "/rongxi/cases/desk"
    fong.get(story)
    leung.get(desk)
    with closing(sqlite3.connect(config.database_url.removeprefix("sqlite:///"), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        sent = {"kind": "water", "other": "", "story": "", "voice": (BytesIO(b"no sound"), "a.m4a")}
        assert fong.send("/rongxi/cases/drafts", at=story, **sent).status_code == 422
        told = {"source": "application", "kind": "water", "words": TOLD, "way": "come", "phone": "", "key": "x"}
        told |= {"applicant": "", "respondent": "", "photos": (BytesIO(b"no picture"), "a.jpg")}
        assert leung.send(desk, at=desk, **told).status_code == 422
        other.execute("ROLLBACK")


def test_a_village_of_twelve_cases_has_each_of_them_once_in_its_lines(app, as_person, village):
    """Counted by hand: each line of the spreadsheet is what somebody with twelve folders on the table would write."""
    ways = [
        CaseState.ARCHIVED,
        CaseState.PERFORMING,
        CaseState.AGREED_ORALLY,
        CaseState.DECLINED,
        CaseState.WITHDRAWN,
        CaseState.SELF_SETTLED,
        CaseState.TERMINATED,
        CaseState.ESCALATED,
        CaseState.MEDIATING,
        CaseState.APPLIED,
        CaseState.PERFORMING,
        CaseState.FOLLOWED_UP,
    ]
    with app.app_context():
        today = villages.local_day(village.row(), clock.now())
        made = [a_case(village, until, key=f"n{n}") for n, until in enumerate(ways)]
        leung = village.aunt_leung
        act(village, made[8], leung, CaseAct.NOTE_DIFFICULTY, {"difficulty": "difficult", "reason": "三家人"})
        asks = {"court": "清新区法院", "on": today.isoformat(), "both_agree": True}
        act(village, made[10], leung, CaseAct.APPLY_CONFIRMATION, asks)
        ruled = {"result": "confirmed", "on": today.isoformat(), "number": "1"}
        act(village, made[10], leung, CaseAct.CONFIRMATION, ruled)
        for found in (3, 1):
            figures.note_screening(today, found, leung.act(key=f"round{found}"))
        sums = sum(row.amount_fen or 0 for n in (0, 1, 2, 10, 11) for row in rows_of(village, made[n])) / 100
        db.session.remove()
    client = as_person(village.aunt_leung)
    sheet = load_workbook(BytesIO(client.get(f"/rongxi/cases/reports/{today:%Y-%m}.xlsx").data)).active
    lines = {row[0]: row[1] for row in sheet.values if isinstance(row[1], int | float)}
    expected = {
        "排查次数": 2,
        "排查发现纠纷数": 4,
        "期初在办": 0,
        "新收": 12,
        "重新办理": 0,
        "结案": 1,
        "期末在办": 11,
        "其中超期": 0,
        "受理": 8,
        "涉及当事人数": 16,
        "疑难复杂纠纷": 1,
        "受理：邻里": 8,
        "来源：当事人申请": 8,
        "调解成功": 5,
        "书面协议": 4,
        "口头协议": 1,
        "拒绝或终止调解": 1,
        "撤回申请": 1,
        "自行和解": 1,
        "不予受理": 1,
        "移送上级": 1,
        "有结果的合计": 10,
        "协议涉及金额（元）": sums,
        "已履行": 2,
        "申请司法确认": 1,
        "获司法确认": 1,
        "回访次数": 2,
    }
    assert {label: lines[label] for label in expected} == expected
    assert not {label: n for label, n in lines.items() if n and label not in expected}, "and nothing else"
    assert lines["新收"] == lines["有结果的合计"] + 2, "two have no outcome yet: one is talked over, one waits"


def rows_of(village, address):
    found = opened(village, village.aunt_leung, address)
    assert found is not None and found.situation.agreement is not None
    return found.situation.agreement.rows
