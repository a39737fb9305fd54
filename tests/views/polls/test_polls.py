"""A poll's pages: voting without JavaScript and with htmx, refusals with their reason, the outcome, the numbers."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from consult import clock
from consult.domain.polls.polls import PollKind
from consult.models import BallotEvent, Notice, Poll, db
from consult.services.polls import closing, polls
from tests import hours
from tests.meetings import a_formal_poll
from tests.village import a_consultation, a_draft, a_poll, formal_by_phone, vote

pytestmark = pytest.mark.both_databases

LATER = timedelta(days=4)
CODE = re.compile(r"<li>([2-9A-HJKMNP-Z]{4})</li>")


@pytest.fixture
def poll(app, village) -> int:
    with app.app_context():
        return a_poll(village, body="VA_house")


@pytest.fixture
def decided(app, village, poll) -> int:
    with app.app_context():
        for who in (village.ah_fong, village.old_chan, village.ah_keung, village.aunt_leung, village.uncle_ho):
            vote(village, poll, who, 1)
        closing.declare(db.session.get(Poll, poll), village.old_chan.act(now=clock.now() + LATER))
    return poll


def test_voting_takes_two_looks_and_no_javascript(as_person, village, poll):
    fong = as_person(village.ah_fong)
    looked = fong.submit(f"/rongxi/polls/{poll}", choice="1")
    assert "請" not in looked.text and fong.page.select_one("h2") is not None
    done = fong.press()
    assert done.request.path == f"/rongxi/polls/{poll}/receipt"
    assert len(CODE.findall(done.text)) == 4


def test_a_lost_reply_and_a_double_tap_give_the_same_receipt(app, as_person, village, poll):
    fong = as_person(village.ah_fong)
    form = {"choice": "1", "key": "one"}
    codes = {tuple(CODE.findall(fong.send(f"/rongxi/polls/{poll}/ballots", htmx=True, **form).text)) for _ in range(3)}
    assert len(codes) == 1
    with app.app_context():
        assert db.session.query(BallotEvent).count() == 1


def test_the_answer_that_takes_the_place_of_the_ballot_takes_away_how_many_had_voted_before(as_person, village, poll):
    fong, chan = as_person(village.ah_fong), as_person(village.old_chan)
    fong.get(f"/rongxi/polls/{poll}")
    assert "0 戶" in fong.text("#turnout")
    fong.send(f"/rongxi/polls/{poll}/ballots", htmx=True, choice="1", key="one")
    assert fong.page.select_one("#receipt #turnout[hx-swap-oob=delete]") is not None
    chan.send(f"/rongxi/polls/{poll}/ballots", choice="1", key="two")
    chan.get(f"/rongxi/polls/{poll}/receipt")
    assert chan.page.select_one("#turnout") is None
    chan.get(f"/rongxi/polls/{poll}")
    assert "2 户" in chan.text("#turnout")


def test_a_form_left_open_in_another_tab_says_on_its_receipt_that_it_took_the_place_of_a_vote(as_person, village, poll):
    fong = as_person(village.ah_fong)
    cast = f"/rongxi/polls/{poll}/ballots"
    fong.send(cast, htmx=True, choice="1", key="one-tab")
    assert not fong.page.select("#replaces"), "the first vote"
    fong.send(cast, htmx=True, choice="2", key="the-other-tab")
    assert fong.page.select("#replaces")
    fong.get(f"/rongxi/polls/{poll}/receipt")
    assert "之前已經投過一票" in fong.text("#replaces")


def test_the_receipt_can_be_read_again_by_its_owner_only(as_person, village, poll):
    fong = as_person(village.ah_fong)
    fong.send(f"/rongxi/polls/{poll}/ballots", choice="1", key="one")
    assert CODE.findall(fong.get(f"/rongxi/polls/{poll}/receipt").text)
    fong.get(f"/rongxi/polls/{poll}")
    told, stones = fong.page.select_one("#ballot .agrees"), fong.page.select_one("#ballot .stones")
    assert told in stones.find_all_previous("p"), "who has voted is told so before the stones"
    kwok = as_person(village.ah_kwok)
    assert kwok.get(f"/rongxi/polls/{poll}/receipt").status_code == 303


def test_no_page_before_the_close_tells_how_anybody_voted(app, as_person, village, poll):
    with app.app_context():
        vote(village, poll, village.ah_fong, 2)
    for who in (village.old_chan, village.uncle_ho, village.ah_kwok):
        client = as_person(who)
        facts = client.get(f"/rongxi/polls/{poll}/outcome.json").json
        assert "counts" not in facts and "outcome" not in facts
        page = client.get(f"/rongxi/polls/{poll}")
        assert not client.page.select(".tally")
        assert page.status_code == 200
    assert client.get(f"/rongxi/polls/{poll}/receipts").status_code == 404


@pytest.mark.parametrize(
    ("who", "status", "word"),
    [("ah_kwok", 403, "李桂芳"), ("siu_ming", 403, "陈伯坚"), ("ah_fong", 422, "选项")],
)
def test_who_may_not_vote_is_told_why(as_person, village, poll, who, status, word):
    client = as_person(getattr(village, who))
    client.post("/preferences")
    answer = client.send(f"/rongxi/polls/{poll}/ballots", choice="9" if status == 422 else "1", key="x")
    assert answer.status_code == status
    if who != "ah_fong":
        assert word in answer.text


def test_after_the_close_a_vote_is_refused_and_not_counted(app, as_person, village, poll, monkeypatch):
    monkeypatch.setenv("CONSULT_CLOCK_SHIFT", hours.later(LATER))
    answer = as_person(village.ah_fong).send(f"/rongxi/polls/{poll}/ballots", choice="1", key="x")
    assert answer.status_code == 409
    with app.app_context():
        assert db.session.query(BallotEvent).count() == 0


def test_a_stranger_is_asked_to_sign_in_and_comes_back(client, village, poll):
    asked = client.get(f"/rongxi/polls/{poll}/receipt")
    assert asked.status_code == 303
    assert "next=/rongxi/polls/" in asked.location.replace("%2F", "/")
    assert client.send(f"/rongxi/polls/{poll}/ballots/look", choice="1").status_code == 401
    assert client.send(f"/rongxi/polls/{poll}/ballots", choice="1").status_code == 401


def test_a_villager_of_elsewhere_is_nobody_here(as_person, village, poll):
    wong = as_person(village.mr_wong)
    assert wong.send(f"/rongxi/polls/{poll}/ballots", choice="1").status_code == 401


def test_a_poll_of_another_village_is_not_found_under_this_one(as_person, village, poll):
    assert as_person(village.mr_wong).get(f"/daling/polls/{poll}").status_code == 404


def test_a_form_without_its_token_is_refused_with_a_sentence(as_person, village, poll):
    answer = as_person(village.ah_fong).post(f"/rongxi/polls/{poll}/ballots", data={"choice": "1", "key": "x"})
    assert answer.status_code == 400
    assert "<h1>" in answer.text


def test_a_draft_is_seen_by_those_who_may_announce_it_only(app, as_person, client, village):
    with app.app_context():
        draft = a_draft(village)
    assert as_person(village.sister_chow).get(f"/rongxi/polls/{draft}").status_code == 200
    assert as_person(village.ah_fong).get(f"/rongxi/polls/{draft}").status_code == 404
    assert client.get(f"/rongxi/polls/{draft}").status_code == 404


def test_a_council_member_plans_and_announces_and_the_notice_hangs(app, as_person, village):
    with app.app_context():
        consultation = a_consultation(village)
    chow = as_person(village.sister_chow)
    draft = chow.submit(
        f"/rongxi/consultations/{consultation}/polls/new",
        question="您家赞成吗？",
        body="VA_house",
        kind="motion",
        standing="advisory",
        opens_at="2099-12-01T09:00",
        closes_at="2099-12-03T20:00",
    )
    shown = chow.submit(draft.request.path)
    assert shown.status_code == 200
    assert re.search(r"([0-9a-f]{4} ){7}[0-9a-f]{4}", shown.text)
    chow.get("/rongxi/notices/")
    assert len(chow.page.select(".ledger li")) == 1


def test_a_plan_with_mistakes_comes_back_with_what_was_typed(app, as_person, village):
    with app.app_context():
        consultation = a_consultation(village)
    chow = as_person(village.sister_chow)
    answer = chow.submit(
        f"/rongxi/consultations/{consultation}/polls/new",
        question="您家赞成吗？",
        kind="single_choice",
        options="甲",
        opens_at="",
        closes_at="2099-12-03T20:00",
    )
    assert answer.status_code == 422
    assert chow.page.select_one("#question")["value"] == "您家赞成吗？"
    assert chow.page.select_one("#options").text.strip() == "甲"
    assert len(chow.page.select(".mistake")) == 2


def test_an_announcement_that_is_refused_says_why_on_the_draft(app, as_person, village):
    with app.app_context():
        draft = a_draft(village, body="BOARD")
    chow = as_person(village.sister_chow)
    answer = chow.submit(f"/rongxi/polls/{draft}")
    assert answer.status_code == 409
    assert chow.page.select_one(".mistakes") is not None


@pytest.mark.parametrize("who", ["ah_fong", "aunt_leung", "uncle_ho", "ms_yip", "siu_ming"])
def test_who_has_not_the_office_neither_writes_nor_announces_nor_declares(app, as_person, village, who):
    with app.app_context():
        draft, poll = a_draft(village, key="d"), a_poll(village, key="p")
    client = as_person(getattr(village, who))
    for path in ("/rongxi/consultations/new", "/rongxi/consultations/1/polls/new"):
        assert client.get(path).status_code == 403
    for path in (f"/rongxi/polls/{draft}/announcement", f"/rongxi/polls/{poll}/declaration"):
        assert client.send(path).status_code == 403


def test_the_outcome_says_the_quorum_sentence_in_plain_words(client, decided):
    client.get(f"/rongxi/polls/{decided}")
    assert "问了 7 户，5 户表了态。" in client.text()  # it only asked; of a vote that decides see below
    assert client.page.select_one(".seal.whole").text == "征求意见"


def test_of_a_vote_that_decides_it_says_how_many_came_and_that_it_is_carried(app, client, village):
    with app.app_context():
        formal_by_phone(village, "VA_house")
        opens, closes = clock.now() + timedelta(days=12), clock.now() + timedelta(days=15)
        poll_id = a_formal_poll(village, body="VA_house", opens_at=opens, closes_at=closes)
        polls.announce(db.session.get_one(Poll, poll_id), village.old_chan.act())
        for who in (village.ah_fong, village.old_chan, village.ah_keung, village.aunt_leung, village.uncle_ho):
            vote(village, poll_id, who, 1, at=opens + timedelta(hours=1))
        closing.declare(db.session.get_one(Poll, poll_id), village.old_chan.act(now=closes + timedelta(hours=1)))
    client.get(f"/rongxi/polls/{poll_id}")
    assert "应到 7 户，实到 5 户，三分之二以上为 5 户，已达到。" in client.text()
    assert client.page.select_one(".seal.whole").text == "决议通过"
    assert client.page.select_one(".lead b").text == "决议通过。"


@pytest.mark.parametrize(
    ("choices", "said"),
    [((1, 1, 1), "没到法定人数"), ((1, 1, 1, 2, 2, 2), "决议未通过"), ((1, 1, 1, 1, 2), "选定：水圳。")],
    ids=["too few", "a tie", "one chosen"],
)
def test_a_vote_says_in_words_what_came_of_it_on_its_page_and_that_of_the_matter(app, client, village, choices, said):
    """The seal alone said it, above a bar of 100 per cent; and what was not decided was told as being put in order."""
    asked = (
        {"kind": PollKind.SINGLE_CHOICE, "options": ("水圳", "路灯"), "question": "先修哪一样？"}
        if "选定" in said
        else {}
    )
    with app.app_context():
        formal_by_phone(village, "VA_house")
        opens, closes = clock.now() + timedelta(days=12), clock.now() + timedelta(days=15)
        poll_id = a_formal_poll(village, body="VA_house", opens_at=opens, closes_at=closes, **asked)
        poll = db.session.get_one(Poll, poll_id)
        polls.announce(poll, village.old_chan.act())
        matter = poll.consultation_id
        houses = (
            village.ah_fong,
            village.old_chan,
            village.ah_keung,
            village.aunt_leung,
            village.uncle_ho,
            village.ms_yip,
        )
        for who, choice in zip(houses, choices, strict=False):
            vote(village, poll_id, who, choice, at=opens + timedelta(hours=1))
        closing.declare(db.session.get_one(Poll, poll_id), village.old_chan.act(now=closes + timedelta(hours=1)))
        (notice,) = db.session.scalars(select(Notice.id).where(Notice.tag == "poll_declared"))
    client.get(f"/rongxi/polls/{poll_id}")
    assert said in client.page.select_one(".lead b").text
    client.get(f"/rongxi/notices/{notice}")
    assert said in client.text()
    client.get(f"/rongxi/consultations/{matter}")
    assert ("还没有定下这件事" in client.text()) is ("选定" not in said)


def test_the_numbers_for_machines_carry_both_sides_of_every_comparison(client, decided):
    facts = client.get(f"/rongxi/polls/{decided}/outcome.json").json
    assert (facts["standing"], facts["outcome"]) == ("advisory", "opinions")
    assert facts["channels"] == {"phone": 5}
    assert (facts["quorum"]["part"], facts["quorum"]["needed"], facts["quorum"]["whole"]) == (5, 5, 7)
    assert (facts["majority"]["part"], facts["majority"]["needed"], facts["majority"]["whole"]) == (5, 3, 5)
    assert [c["count"] for c in facts["counts"]] == [5, 0, 0]
    assert len(facts["fingerprint"]) == 64


def test_all_counted_receipts_are_listed_without_names(app, client, village, decided):
    page = client.get(f"/rongxi/polls/{decided}/receipts")
    assert len(client.page.select(".receipts li")) == 5
    assert village.old_chan.name not in page.text
    assert len(client.page.select("details .receipts li")) == 2, (
        "the first three stand open, all others one tap further"
    )
    last = client.page.select(".receipts li")[-1].text
    client.submit(f"/rongxi/polls/{decided}/receipts", code=last)
    assert client.page.select_one("details[open] mark").text == last, "what was found is not folded away"
    assert not client.page.select("#mistakes")


def test_a_closed_poll_shows_its_outcome_before_any_job_has_closed_it(client, village, poll, monkeypatch):
    monkeypatch.setenv("CONSULT_CLOCK_SHIFT", hours.later(LATER))
    client.get(f"/rongxi/polls/{poll}")
    assert client.page.select_one(".tally") is not None
    assert client.page.select_one("form[action$=declaration]") is None


def test_an_officer_declares_and_doing_it_twice_is_harmless(as_person, village, poll, monkeypatch):
    monkeypatch.setenv("CONSULT_CLOCK_SHIFT", hours.later(LATER))
    chan = as_person(village.old_chan)
    assert chan.submit(f"/rongxi/polls/{poll}").status_code == 200
    assert chan.send(f"/rongxi/polls/{poll}/declaration").status_code == 303


def test_the_printed_notice_has_qr_code_fingerprints_of_vote_and_programs_and_head_of_the_log(client, decided):
    client.get("/rongxi/notices/")
    client.get(client.page.select_one(".ledger a")["href"])
    groups = [g.text.split() for g in client.page.select(".proof .fingerprint span")]
    assert [len(g) for g in groups] == [8, 8, 8]
    image = client.get(client.page.select_one(".proof img")["src"])
    assert image.mimetype == "image/svg+xml"


@pytest.mark.parametrize("kind", [PollKind.SINGLE_CHOICE, PollKind.APPROVAL])
def test_other_kinds_are_voted_on_and_decided_too(app, as_person, client, village, kind):
    with app.app_context():
        poll = a_poll(village, kind=kind, options=("文化室", "井边", "桥头"), max_choices=2)
    fong = as_person(village.ah_fong)
    looked = fong.submit(f"/rongxi/polls/{poll}", choice="2")
    assert "井边" in looked.text
    fong.press()
    with app.app_context():
        closing.declare(db.session.get(Poll, poll), village.old_chan.act(now=clock.now() + LATER))
    assert client.get(f"/rongxi/polls/{poll}").status_code == 200


def test_of_opinions_on_a_motion_the_result_says_how_many_are_against_it(app, client, village):
    with app.app_context():
        poll = a_poll(village)
        for who, choice in ((village.ah_fong, 1), (village.ah_kwok, 2), (village.old_chan, 2)):
            vote(village, poll, who, choice)
        closing.declare(db.session.get(Poll, poll), village.old_chan.act(now=clock.now() + LATER))
    client.get(f"/rongxi/polls/{poll}")
    assert "赞成的有 1 人，反对的有 2 人。" in client.text()


def test_where_answers_share_the_highest_number_the_result_says_how_many_do(app, client, village):
    with app.app_context():
        poll = a_poll(village, kind=PollKind.APPROVAL, options=("文化室", "井边", "桥头"), max_choices=1)
        for who, choice in ((village.ah_fong, 1), (village.ah_kwok, 2), (village.old_chan, 1), (village.uncle_ho, 2)):
            vote(village, poll, who, choice)
        closing.declare(db.session.get(Poll, poll), village.old_chan.act(now=clock.now() + LATER))
    client.get(f"/rongxi/polls/{poll}")
    assert "有 2 项一样多，各 2 人" in client.text() and "选得最多的" not in client.text()
