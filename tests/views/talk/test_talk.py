"""Consultations on the page: what each reader sees and may send; council acts are refused without an office."""

import re
from dataclasses import replace

import pytest

from consult.models import Comment, Consultation, CouncilRequest, ProposalRevision, db
from consult.services.talk import revisions
from tests.council import confirmed
from tests.tampering import without_triggers
from tests.views.talk.test_consultations import photo
from tests.village import WORDS, a_consultation, a_poll, say

pytestmark = pytest.mark.both_databases

COUNCIL_ACTS = [
    ("consultations/1/answers", {"state": "accepted", "reason": "好"}),
    ("consultations/1/phases", {"phase": "discuss"}),
    ("consultations/1/summaries", {"summary_text": "好"}),
    ("consultations/1/merger", {"into": "2", "merge_reason": "一样"}),
    ("consultations/1/relations", {"other": "2"}),
    ("comment/1/hiding", {"ground": "insult", "reason": "骂人"}),
    ("comment/1/report/settlement", {}),
    ("hidings/1/decision", {"decision": "restore", "decision_reason": "没有骂人"}),
    ("hidings/1/restoration", {"restore_reason": "没有骂人"}),
    ("endorsement-rule", {"needed": "5", "days": "10", "town": "15", "source": "章程第12条"}),
    ("consultations/", {"title": "x", "summary": "y"}),
]
COUNCIL_PAGES = ["consultations/1/steering", "hidings/", "comment/1/hiding", "consultations/new"]


# who may


@pytest.mark.parametrize(("path", "fields"), COUNCIL_ACTS, ids=[path for path, _ in COUNCIL_ACTS])
def test_every_act_of_the_council_is_refused_to_a_villager_with_the_office_it_takes(
    as_person, village, matter, path, fields
):
    kwok = as_person(village.ah_kwok)
    answer = kwok.send(f"/rongxi/{path}", **fields)
    assert answer.status_code == 403
    assert re.search("理事|村委|书记|监督", kwok.text()), kwok.text()


@pytest.mark.parametrize("path", COUNCIL_PAGES)
def test_every_page_of_the_council_is_refused_to_a_villager(as_person, village, matter, path):
    assert as_person(village.ah_fong).get(f"/rongxi/{path}").status_code == 403


@pytest.mark.parametrize(("path", "fields"), COUNCIL_ACTS, ids=[path for path, _ in COUNCIL_ACTS])
def test_every_act_of_the_council_asks_a_stranger_to_sign_in(client, village, matter, path, fields):
    answer = client.send(f"/rongxi/{path}", at="/rongxi/", **fields)
    assert answer.status_code == 401


@pytest.mark.parametrize(
    "path",
    [
        "consultations/1",
        "comments/1",
        "consultations/1/timeline",
        "consultations/1/opinions",
        "consultations/1/revisions",
        "consultations/1/comments",
    ],
)
def test_the_talk_of_one_village_is_not_found_in_another(as_person, village, matter, path):
    assert as_person(village.mr_wong).get(f"/daling/{path}").status_code == 404


def test_a_stranger_reads_everything_but_sees_names_masked(client, village, matter):
    client.get(f"/rongxi/consultations/{matter}")
    assert village.ah_kwok.name not in client.text() and "陈*强" in client.text() and "李*芳" in client.text()


def test_neighbours_see_each_others_names(as_person, village, matter):
    keung = as_person(village.ah_keung)
    keung.get(f"/rongxi/consultations/{matter}")
    assert village.ah_kwok.name in keung.text()


# comments


def test_a_comment_with_a_picture_stands_on_the_page_after_one_press(as_person, village, matter):
    keung = as_person(village.ah_keung)
    keung.submit(
        f"/rongxi/consultations/{matter}",
        "#form",
        stance="suggestion",
        text="加两级石阶",
        picture=(photo((80, 60)), "阶.jpg"),
        description="原来的埠头",
    )
    assert "加两级石阶" in keung.text("#comments") and keung.page.select_one("#comments img")["alt"] == "原来的埠头"


@pytest.mark.parametrize(
    "fields",
    [{"text": "没选态度"}, {"stance": "concern", "text": ""}, {"stance": "concern", "text": "打138-0000-0001"}],
)
def test_a_comment_with_a_mistake_comes_back_with_its_words(as_person, village, matter, fields):
    keung = as_person(village.ah_keung)
    answer = keung.submit(f"/rongxi/consultations/{matter}", "#form", **fields)
    assert answer.status_code == 422
    assert keung.page.select_one("#text").text.strip() == fields["text"] and keung.page.select("p.mistake")


def test_a_double_tap_says_it_once(app, as_person, village, matter):
    keung = as_person(village.ah_keung)
    for _ in range(2):
        keung.send(f"/rongxi/consultations/{matter}/comments", stance="support", text="好", key="tap")
    with app.app_context():
        assert db.session.query(Comment).filter_by(text="好").count() == 1


def test_words_of_villagers_are_escaped_in_comments(as_person, village, matter):
    keung = as_person(village.ah_keung)
    shown = keung.submit(f"/rongxi/consultations/{matter}", "#form", stance="support", text="<script>alert(1)</script>")
    assert "<script>alert" not in shown.text


def test_the_list_is_a_fragment_for_htmx_and_a_page_without(as_person, village, matter):
    keung = as_person(village.ah_keung)
    part = keung.get(f"/rongxi/consultations/{matter}/comments?stance=concern", headers={"HX-Request": "true"})
    assert part.text.lstrip().startswith('<div id="comments"')
    assert (
        keung.get(f"/rongxi/consultations/{matter}/comments?stance=concern").text.lstrip().startswith("<!doctype html>")
    )


def test_the_council_answers_a_question_and_it_is_no_longer_open(app, as_person, village, matter):
    with app.app_context():
        question = say(village, matter, village.ah_kwok)
    chow = as_person(village.sister_chow)
    chow.submit(f"/rongxi/comments/{question}", text="断水不超过四天")
    chow.get(f"/rongxi/consultations/{matter}/opinions")
    assert "莲藕塘怎么办？" not in chow.text("section[aria-labelledby=open-questions]")
    kwok = as_person(village.ah_kwok)
    kwok.submit(f"/rongxi/comments/{question}", "form[action$=reopening]")
    kwok.get(f"/rongxi/consultations/{matter}/opinions")
    assert "莲藕塘怎么办" in kwok.text("section[aria-labelledby=open-questions]")


def test_me_too_has_no_number(app, as_person, village, matter):
    keung = as_person(village.ah_keung)
    keung.submit(f"/rongxi/consultations/{matter}", "#comment-1 form")
    seconding = keung.page.select_one("#comment-1 .row").get_text(" ")
    assert not re.search(r"\d", seconding) and "也有人同感" in seconding


# the council


def test_the_council_answers_moves_sums_up_relates_and_merges_on_one_page(as_person, village, matter):
    chow, page = as_person(village.sister_chow), f"/rongxi/consultations/{matter}/steering"
    chow.submit(page, "form[action$=answers]", state="partly", reason="先修一盏")
    assert chow.get(f"/rongxi/consultations/{matter}").status_code == 200 and not chow.page.select(".official")
    ho = as_person(village.uncle_ho)
    ho.submit("/rongxi/council-requests", "form[action$=confirmation]")
    assert "先修一盏" in ho.text(".official")
    chow.submit(page, "form[action$=phases]", phase="discuss", until="2099-01-01", why="大家来议")
    chow.submit(page, "form[action$=summaries]", summary_text="多数赞成")
    assert "多数赞成" in chow.text() and village.sister_chow.name in chow.text()
    chow.submit(page, "form[action$=relations]", other=str(matter + 1))
    chow.submit(page, "form[action$=merger]", into=str(matter + 1), merge_reason="同一件事")
    fong = as_person(village.ah_fong)
    fong.get("/rongxi/notifications/")
    address = next(a["href"] for a in fong.page.select("main a[href]") if "/mergers/" in a["href"])
    fong.submit(address, "form[action$=agreement]")
    chow.get(f"/rongxi/consultations/{matter}/timeline")
    for words in ("先修一盏", "大家来议", "同一件事", "意见汇总了"):
        assert words in chow.text(), words


def test_a_mistake_on_the_steering_page_brings_everything_back(as_person, village, matter):
    chow, page = as_person(village.sister_chow), f"/rongxi/consultations/{matter}/steering"
    answer = chow.submit(page, "form[action$=answers]", reason="只有理由")
    assert answer.status_code == 422 and chow.page.select_one("#reason").text == "只有理由"
    assert chow.submit(page, "form[action$=phases]", phase="discuss", until="2020-01-01").status_code == 422


def test_only_the_committee_sets_how_many_oblige_the_council(as_person, village, matter):
    chan = as_person(village.old_chan)
    assert chan.submit("/rongxi/endorsement-rule", needed="2", days="10", source="章程第12条").status_code == 422
    chan.submit("/rongxi/endorsement-rule", needed="30", days="10", source="章程第12条")
    assert "30" in chan.text() and "10 天" in chan.text()


def test_the_rule_says_when_the_town_is_told_and_where_the_village_decided_so(app, as_person, village, matter):
    chan, page = as_person(village.old_chan), "/rongxi/endorsement-rule"
    chan.get(page)
    assert "迟了超过 15 天" in chan.text()
    for field, value in (("town", "2"), ("town", "61"), ("town", "很久"), ("source", "")):
        fields = {"town": "7", "source": "章程第12条", field: value}
        assert chan.submit(page, **fields).status_code == 422
        assert chan.page.select_one(f"#{field}")["value"] == value
    chan.submit(page, town="7", source="章程第12条")
    assert "章程第12条" in chan.text() and "迟了超过 15 天" in chan.text()
    with app.app_context():
        confirmed(village, db.session.query(CouncilRequest).one())
    chan.get(page)
    assert "迟了超过 7 天" in chan.text() and "章程第12条" in chan.text()


# revisions


def test_a_revision_shows_what_was_struck_and_added(as_person, village, matter):
    fong = as_person(village.ah_fong)
    fong.submit(f"/rongxi/consultations/{matter}/revisions/new", title="修好上圳四百米水圳", reason="量过了")
    assert fong.page.select_one("del").text == "三" and fong.page.select_one("ins").text == "四"


def test_many_revisions_are_shown_a_page_at_a_time_from_what_was_stored(app, village, client):
    with app.app_context():
        consultation = db.session.get_one(Consultation, a_consultation(village))
        for n in range(1, 25):
            words, act = replace(WORDS, summary=f"第{n}稿"), village.sister_chow.act(language="zh-Hans-CN", key=f"r{n}")
            revisions.revise(consultation, words, act, base=n, reason=f"改{n}", accepted=(), in_office=True)
        stored = db.session.query(ProposalRevision).filter_by(number=25).one().differences
        assert list(stored) == ["summary"]
        db.session.remove()
    shown, url = [], "/rongxi/consultations/1/revisions"
    while url:
        client.get(url)
        shown += [int(h["id"].removeprefix("revision-")) for h in client.page.select("main h2")]
        older = client.page.select_one("main a[href*=before]")
        url = older["href"] if older else ""
    assert shown == list(range(25, 0, -1))


def test_a_revision_of_before_the_differences_were_stored_is_compared_within_a_budget(app, village, client):
    with app.app_context():
        consultation = db.session.get_one(Consultation, a_consultation(village))
        words, act = replace(WORDS, title="修好上圳四百米水圳"), village.sister_chow.act(language="zh-Hans-CN", key="r")
        revisions.revise(consultation, words, act, base=1, reason="改", accepted=(), in_office=True)
        without_triggers("UPDATE proposal_revision SET differences = NULL")
    client.get("/rongxi/consultations/1/revisions")
    assert [one.text for one in client.page.select("main ins")] == ["四"]


def test_two_who_revise_at_once_do_not_overwrite_each_other(as_person, village, matter):
    fong = as_person(village.ah_fong)
    fong.get(f"/rongxi/consultations/{matter}/revisions/new")
    fong.submit(f"/rongxi/consultations/{matter}/revisions/new", title="第一个改的", reason="一")
    answer = fong.send(
        f"/rongxi/consultations/{matter}/revisions", base="1", key="late", title="第二个改的", summary="x", reason="二"
    )
    assert answer.status_code == 409 and 'value="第二个改的"' in answer.text


def test_withdrawing_needs_a_reason_and_closes_the_forms(app, as_person, village, matter):
    with app.app_context():
        said = say(village, matter, village.ah_kwok)
    fong = as_person(village.ah_fong)
    assert fong.submit(f"/rongxi/consultations/{matter}/withdrawal").status_code == 422
    fong.submit(f"/rongxi/consultations/{matter}/withdrawal", reason="已经修好了")
    assert "已经修好了" in fong.text() and not fong.page.select("#form")
    for page in (f"consultations/{matter}", f"consultations/{matter}/comments", f"comments/{said}"):
        fong.get(f"/rongxi/{page}")
        assert not fong.page.select("main form[action*=seconding]") and "回一句" not in fong.text(), page


# bounded work


@pytest.mark.both_databases
def test_the_page_asks_the_same_few_questions_with_three_and_a_hundred_comments(app, as_person, village):
    with app.app_context():
        one = a_consultation(village)
        for n in range(3):
            say(village, one, village.ah_fong, text=f"第{n}句", key=f"a{n}")
    keung, seen = as_person(village.ah_keung), []
    paths = [
        f"/rongxi/consultations/{one}{rest}"
        for rest in ("", "/comments", "/opinions", "/timeline", "/comments?sort=unanswered")
    ]
    for path in paths:
        keung.get(path)
        seen.append(len(keung.queries))
    with app.app_context():
        for n in range(97):  # by two: one alone may write sixty a day
            say(village, one, (village.ah_fong, village.ah_kwok)[n % 2], text=f"第{n}句", key=f"b{n}")
    for path, before in zip(paths, seen, strict=True):
        keung.get(path)
        assert len(keung.queries) == before <= 16, (path, before, len(keung.queries))


def test_a_notice_with_a_phone_number_is_not_posted(app, as_person, village):
    with app.app_context():
        a_poll(village)
    chow = as_person(village.sister_chow)
    answer = chow.submit(
        "/rongxi/consultations/1/polls/new",
        "form.sheet",
        question="打 138 0000 0001 问，您家赞成吗？",
        body="VA_people",
        opens_at="2099-01-01T08:00",
        closes_at="2099-01-03T08:00",
    )
    assert answer.status_code == 422 and chow.page.select_one("#question-mistake")


def test_whoever_uses_the_program_can_have_its_source(client, village):
    answer = client.get("/source.tar.gz")
    assert answer.status_code == 200 and answer.data[:2] == b"\x1f\x8b"


def test_three_comments_stand_with_the_proposal_and_all_of_them_a_tap_further(app, as_person, village):
    with app.app_context():
        one = a_consultation(village)
        written = [
            say(village, one, who, text=f"第{n}句话，大家看看")
            for n, who in enumerate([village.ah_kwok, village.ah_keung] * 3)
        ]
    fong, page = as_person(village.ah_fong), f"/rongxi/consultations/{one}"
    fong.get(page)
    assert len(fong.page.select("#comments .voices > li[id]")) == 3
    assert fong.page.select(".acts a[href='#form']"), "her own words are one tap from the top"
    more = fong.page.select_one("#comments > .row a[href$='/comments']")
    assert str(len(written)) in more.get_text()
    fong.get(str(more["href"]))
    assert len(fong.page.select("#comments .voices > li[id]")) == len(written)
    answer = fong.press(f"#comment-{written[0]} form")
    assert fong.page.select_one(f"#comment-{written[0]} [aria-pressed=true]"), answer.status


def test_of_which_revision_comments_speak_is_said_once(app, as_person, client, village):
    with app.app_context():
        one = a_consultation(village)
        for who in (village.ah_kwok, village.ah_keung):
            say(village, one, who, text="这是对头一稿说的")
    client.get(f"/rongxi/consultations/{one}")
    assert not client.page.select(".revision"), "all speak of the one there is"
    with app.app_context():
        words = replace(WORDS, summary="改了一处。")
        act = village.sister_chow.act(key="revised")
        revisions.revise(
            db.session.get_one(Consultation, one), words, act, base=1, reason="改", accepted=(), in_office=True
        )
    client.get(f"/rongxi/consultations/{one}")
    (said,) = client.page.select("#comments .revision")
    assert said.get_text().count("1") == 1
    assert not [one for one in client.page.select("#comments .voices > li[id] small") if "稿" in one.get_text()]
