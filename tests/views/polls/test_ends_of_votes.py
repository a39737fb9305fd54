"""Pages on which a vote goes on: marks undone by two, papers in the box, days that passed, results that nobody declares."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from consult import clock
from consult.domain.people.office_terms import Term
from consult.domain.people.roles import Role
from consult.domain.polls.polls import Channel
from consult.models import Consultation, LateMarks, MarkUndoing, MatterComparison, Poll, RollAppeal, RollEntry, db
from consult.services.core.acts import Act
from consult.services.people import grants
from consult.services.polls import closing, polls
from tests import hours
from tests.services.polls.test_acts_on_votes import contest
from tests.services.polls.test_contested_outcomes import hanging
from tests.services.polls.test_same_words import the_same_again
from tests.views.polls.test_closed_votes import cancel
from tests.views.talk.test_consultations import photo
from tests.village import FOUNDED, WORDS, a_consultation, a_plan, a_poll, close, vote
from tests.ways import ask_late, made, mark, number, poll_of

LATER = timedelta(days=4)


@pytest.fixture
def later(monkeypatch):
    def to(shift: timedelta = LATER) -> None:
        monkeypatch.setenv("CONSULT_CLOCK_SHIFT", hours.later(shift))

    return to


@pytest.fixture
def marked(app, village) -> int:
    """Ah Fong was marked as having voted on paper."""
    poll = made(app, village, paper=True)
    with app.app_context():
        mark(village, poll, village.ah_fong, by=village.ms_yip)
        db.session.remove()
    return poll


def ask_to_undo(client, poll: int, typed: str, *, reason: str = "名单上没有签字", picture: bool = True):
    client.get(f"/rongxi/polls/{poll}/late-marks/?what=undo")
    form = client.page.select_one("form:has(#numbers)")
    fields = {one["name"]: one.get("value", "") for one in form.select("input[type=hidden]")}
    fields |= {"numbers": typed, "channel": "paper", "reason": reason}
    files = {"picture": (photo(), "list.jpg")} if picture else {}
    return client.post(
        f"/rongxi/polls/{poll}/late-marks/",
        data={**fields, **files},
        content_type="multipart/form-data",
        follow_redirects=True,
    )


def test_a_mark_is_undone_after_the_close_by_two_on_the_page_of_late_marks(app, as_person, village, marked, later):
    n = number(app, marked, village.ah_fong)
    later()
    first = as_person(village.sister_chow)
    first.get(f"/rongxi/polls/{marked}/attendance")
    assert not first.page.select("form[action$='/undone']"), "nobody undoes a mark alone any more"
    address = f"/rongxi/polls/{marked}/late-marks/?what=undo"
    assert first.page.select(f"a[href='{address}']")
    assert ask_to_undo(first, marked, str(n), reason="").status_code == 422
    assert first.page.select_one("#reason-mistake") is not None
    assert ask_to_undo(first, marked, str(n), picture=False).status_code == 422
    assert first.page.select_one("#numbers").text.strip() == str(n), "what was typed comes back"
    assert ask_to_undo(first, marked, str(n)).status_code == 200
    with app.app_context():
        row = db.session.query(LateMarks).one()
        assert row.undoes and db.session.query(MarkUndoing).count() == 0
        request = row.id
    second = as_person(village.old_chan)
    second.get(f"/rongxi/polls/{marked}/late-marks/")
    assert "名单上没有签字" in second.text(f"#late-{request}") and village.ah_fong.name in second.text(
        f"#late-{request}"
    )
    second.submit(f"/rongxi/polls/{marked}/late-marks/", "form[action$='/confirmation']")
    with app.app_context():
        assert db.session.get_one(RollEntry, (marked, n)).channel is None
    fong = as_person(village.ah_fong)
    fong.get("/rongxi/notifications/")
    assert village.sister_chow.name in fong.text("main") and village.old_chan.name in fong.text("main")


def test_an_officer_of_a_marked_house_does_not_find_it_on_the_front_page(app, as_person, village, later):
    with app.app_context():
        grants.grant(
            village.ah_kwok.row(), Role.SUPERVISOR, Term(FOUNDED.date()), Act.by_system(village.id, now=FOUNDED)
        )
        db.session.remove()
    poll = made(app, village, paper=True)
    with app.app_context():
        mark(village, poll, village.ah_fong, by=village.ms_yip)
        ask_late(village, poll, number(app, poll, village.ah_fong), undo_because="没有签字")
        db.session.remove()
    later()
    address = f"/rongxi/polls/{poll}/late-marks/#late-1"
    for who, there in ((village.ah_kwok, False), (village.uncle_ho, True)):
        page = as_person(who)
        page.get("/rongxi/waiting")
        assert bool(page.page.select(f"a[href='{address}']")) is there, who.name


def test_who_rules_on_a_mark_says_whether_a_paper_is_in_the_box(app, as_person, village, marked):
    with app.app_context():
        one = contest(marked, village.ah_fong, "我没有去").id
        db.session.remove()
    path = f"/rongxi/polls/{marked}/contests/"
    chan = as_person(village.old_chan)
    chan.get(path)
    assert [radio["value"] for radio in chan.page.select("input[name=upheld]")] == ["yes", "in_box", "no"]
    chan.send(f"{path}{one}/opinions", upheld="in_box", reason="票在箱里")
    as_person(village.uncle_ho).send(f"{path}{one}/opinions", upheld="in_box", reason="票在箱里")
    with app.app_context():
        entry = db.session.get_one(RollEntry, (marked, number(app, marked, village.ah_fong)))
        assert entry.channel is Channel.PAPER
    fong = as_person(village.ah_fong)
    fong.get(f"/rongxi/polls/{marked}/my-vote")
    assert "票箱" in fong.text("main")


def test_of_a_letter_or_a_helped_vote_nobody_is_asked_for_a_paper(app, as_person, village):
    poll = made(app, village, body="VA_house")
    with app.app_context():
        vote(village, poll, village.ah_fong, 1)
        one = contest(poll, village.ah_kwok).id
        db.session.remove()
    chan = as_person(village.old_chan)
    chan.get(f"/rongxi/polls/{poll}/contests/")
    assert [radio["value"] for radio in chan.page.select("input[name=upheld]")] == ["yes", "no"]
    refused = chan.send(f"/rongxi/polls/{poll}/contests/{one}/opinions", upheld="in_box", reason="没有纸票")
    assert refused.status_code == 422


def test_who_contests_reads_by_how_many_days_it_is_overdue(app, as_person, village, marked, later):
    with app.app_context():
        contest(marked, village.ah_fong, "我没有去")
        db.session.remove()
    fong = as_person(village.ah_fong)
    fong.get(f"/rongxi/polls/{marked}/my-vote")
    assert not fong.page.select("p.late")
    later(timedelta(days=5))
    fong = as_person(village.ah_fong)
    fong.get(f"/rongxi/polls/{marked}/my-vote")
    assert re.search("2 [天日]", fong.text("p.late"))
    officer = as_person(village.uncle_ho)
    officer.get(f"/rongxi/polls/{marked}/contests/")
    assert re.search("2 [天日]", officer.text("p.late"))


def test_an_appeal_in_a_cancelled_vote_says_what_became_of_it(app, as_person, client, village):
    poll = made(app, village)
    with app.app_context():
        db.session.remove()
    young = as_person(village.siu_ming)
    young.submit(f"/rongxi/polls/{poll}/appeals/new", "form[action$='/appeals/made']")
    code = "".join(one.text for one in young.page.select(".receipt .code li"))
    assert code
    with app.app_context():
        assert db.session.query(RollAppeal).count() == 1
        cancel(village, poll)
        db.session.remove()
    answer = client.send(f"/rongxi/polls/{poll}/appeals/answer", code=code)
    assert answer.status_code == 200
    said = client.text("section[role=status]")
    assert "取消" in said and "正在看" not in said


def test_a_result_that_hangs_on_contested_votes_says_what_comes_next_and_who_can_do_it(app, as_person, village, later):
    with app.app_context():
        poll = hanging(village)
        close(at=clock.now() + LATER)
        db.session.remove()
    later()
    chan = as_person(village.old_chan)
    chan.get(f"/rongxi/polls/{poll}")
    told = chan.text("#next")
    assert "人民法院" in told or "法院" in told
    assert chan.page.select(f"#next a[href='/rongxi/polls/{poll}/changes/']")
    assert not chan.page.select("form[action$='/declaration']"), "no button that would be refused"
    fong = as_person(village.ah_fong)
    fong.get(f"/rongxi/polls/{poll}")
    assert fong.page.select("#next") and not fong.page.select("#next a[href$='/changes/']")


def test_the_officer_who_opens_a_vote_says_whether_it_is_the_matter_of_an_earlier_one(app, as_person, village, later):
    with app.app_context():
        decided = a_poll(village)
        vote(village, decided, village.ah_fong, 2)
        closing.declare(poll_of(decided), village.old_chan.act(now=clock.now() + LATER))
        matter, draft = the_same_again(village)
        db.session.remove()
    later()
    path = f"/rongxi/consultations/{matter}/same-words/"
    assert as_person(village.ah_fong).get(path).status_code == 403
    chow = as_person(village.sister_chow)
    chow.get(f"/rongxi/polls/{draft}")
    assert chow.page.select(f"a[href='{path}']")
    assert chow.send(path, poll=str(decided)).status_code == 422
    assert chow.send(path, poll=str(decided), same="no", words="").status_code == 422
    assert chow.page.select_one("[id^=words][id$=-mistake]") is not None
    chow.send(path, poll=str(decided), same="no", words="上次上圳，这次下圳")
    with app.app_context():
        assert db.session.query(MatterComparison).one().same is False
        row = db.session.get_one(Poll, draft)
        polls.announce(row, village.old_chan.act(now=row.opens_at))
        db.session.remove()
    fong = as_person(village.ah_fong)
    fong.get(f"/rongxi/polls/{draft}")
    assert "上次上圳，这次下圳" in fong.text("main") and village.sister_chow.name in fong.text("main")


def test_the_two_who_confirm_see_both_texts_side_by_side(app, as_person, village, later):
    with app.app_context():
        decided = a_poll(village)
        vote(village, decided, village.ah_fong, 2)
        closing.declare(poll_of(decided), village.old_chan.act(now=clock.now() + LATER))
        words = replace(WORDS, text=WORDS.text.replace("先清淤", "先修坝"))
        matter = a_consultation(village, words=words, key="nearly")
        here, at = db.session.get_one(Consultation, matter), clock.now() + LATER
        plan = a_plan(opens_at=at, closes_at=at + timedelta(days=3))
        polls.draft(here, plan, village.sister_chow.act(key="nearly", now=at))
        db.session.remove()
    later()
    chow = as_person(village.sister_chow)
    chow.send(f"/rongxi/consultations/{matter}/same-words/", poll=str(decided), same="yes")
    path = f"/rongxi/consultations/{matter}/further-votes/"
    chow.get(path)
    assert "清淤" in chow.text(".two-texts del") and "修坝" in chow.text(".two-texts ins")
    chow.send(path, poll=str(decided), ground="changed_proposal", words="改了做法", key="g")
    ho = as_person(village.uncle_ho)
    ho.get(path)
    assert "修坝" in ho.text("section[id^=request] .two-texts ins")
