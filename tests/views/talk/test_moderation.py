"""Moderation on the page: who still reads hidden content, and the way from a report to a decided appeal."""

import pytest
from sqlalchemy import select

from consult.domain.talk.moderation import ReportGround
from consult.models import Comment, Removal, db
from consult.services.talk import moderation
from tests.views.talk.test_consultations import photo

pytestmark = pytest.mark.both_databases


def test_hidden_words_are_gone_for_neighbours_but_not_for_author_and_supervisor(as_person, village, matter):
    readers = {who: as_person(getattr(village, who)) for who in ("ah_keung", "ah_kwok", "uncle_ho")}
    seen = {}
    for who, reader in readers.items():
        reader.get(f"/rongxi/consultations/{matter}")
        seen[who] = "坏话" in reader.text("#comments")
    assert seen == {"ah_keung": False, "ah_kwok": True, "uncle_ho": True}


def test_the_picture_of_a_hidden_comment_is_gone_too(app, as_person, village, matter):
    keung = as_person(village.ah_keung)
    keung.submit(
        f"/rongxi/consultations/{matter}",
        "#form",
        stance="concern",
        text="看图",
        picture=(photo((80, 60)), "a.jpg"),
        description="a",
    )
    source = keung.page.select_one("#comments img")["src"]
    assert as_person(village.ah_fong).get(source).headers["Cache-Control"] == "private, max-age=3600"
    with app.app_context():
        comment = db.session.scalar(select(Comment).where(Comment.text == "看图"))
        moderation.hide(comment, ReportGround.PRIVATE, "别人家", village.sister_chow.act(now=village.row().founded_at))
    assert as_person(village.ah_fong).get(source).status_code == 404
    answer = as_person(village.uncle_ho).get(source)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store", "no shared cache may hand it on"


def test_from_report_to_appeal_to_another_person(app, as_person, village, matter):
    keung, chow, kwok, ho = (as_person(getattr(village, w)) for w in ("ah_keung", "sister_chow", "ah_kwok", "uncle_ho"))
    assert keung.submit("/rongxi/comment/1/report", ground="untrue").status_code == 200
    chow.get("/rongxi/hidings/")
    assert "莲藕塘怎么办" in chow.text()
    chow.submit("/rongxi/comment/1/hiding", ground="untrue", reason="塘不在那里")
    with app.app_context():
        hiding = db.session.scalar(select(Removal.id).where(Removal.subject == "comment:1"))
    kwok.submit(f"/rongxi/hidings/{hiding}", why="塘就在那里")
    assert "form[action$=decision]" not in chow.get(f"/rongxi/hidings/{hiding}").text
    assert not chow.page.select("form[action$=decision]")
    assert chow.send(f"/rongxi/hidings/{hiding}/decision", decision="restore", decision_reason="x").status_code == 403
    ho.submit(f"/rongxi/hidings/{hiding}", decision="restore", decision_reason="去看过，塘在那里")
    kwok.get("/rongxi/notifications/")
    assert "恢复显示" in kwok.text()


def test_why_words_are_hidden_is_not_for_neighbours(as_person, village, matter):
    assert as_person(village.ah_keung).get("/rongxi/hidings/1").status_code == 404
    assert as_person(village.ah_kwok).get("/rongxi/hidings/1").status_code == 200
