"""The pages on which a villager sees what others did with the vote, says that it is not so, and officers decide."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from consult import clock
from consult.domain.polls.polls import Channel
from consult.domain.polls.secret_ballots import new_token
from consult.models import BallotEvent, Poll, ProxyLetter, VoteAnswer, VoteDispute, db
from consult.services.polls import ballots, closing
from consult.services.polls.ballot_requests import BallotRequest
from consult.services.polls.channels import answers
from tests import hours
from tests.village import a_photo, close, help_to_vote, number_of, vote
from tests.ways import made, mark, number

LATER = timedelta(days=4)


def letter(app, village, poll: int) -> int:
    """Ah Kwok votes for his wife Ah Fong with a letter."""
    with app.app_context():
        order = BallotRequest(
            village.id,
            poll,
            village.ah_kwok.id,
            (2,),
            new_token(),
            channel=Channel.PROXY,
            number=number_of(poll, village.ah_fong),
            letter=a_photo(village.ah_kwok),
        )
        db.session.rollback()
        ballots.cast(order, clock=clock.now)
        db.session.remove()
        found = db.session.scalars(select(ProxyLetter.id)).one()
        db.session.remove()
    return found


def test_the_receipts_say_of_a_void_ballot_that_it_does_not_count(app, as_person, village, monkeypatch):
    poll = made(app, village)
    found = letter(app, village, poll)
    kwok = as_person(village.ah_kwok)
    kwok.get("/rongxi/polls/mine")
    before = kwok.page.select_one("li:has(.fingerprint)").text
    with app.app_context():
        answers.look(db.session.get_one(ProxyLetter, found), village.ms_yip.act(), sound=False, reason="没有字")
        db.session.remove()
    kwok.get("/rongxi/polls/mine")
    after = kwok.page.select_one("li:has(.fingerprint)").text
    assert "不算" not in before and "不算" in after
    with app.app_context():
        close(at=clock.now() + LATER)
        code = db.session.scalars(select(BallotEvent.receipt)).one()
        db.session.remove()
    monkeypatch.setenv("CONSULT_CLOCK_SHIFT", hours.later(LATER))
    kwok.submit(f"/rongxi/polls/{poll}/receipts", code=code)
    assert "不算" in kwok.page.select_one("#code-void").text
    assert kwok.page.select_one("#code-replaced").has_attr("hidden")


def test_the_giver_reads_who_voted_for_her_when_and_how_and_votes_herself(app, as_person, village):
    poll = made(app, village)
    letter(app, village, poll)
    fong = as_person(village.ah_fong)
    fong.get("/rongxi/notifications/")
    line = fong.page.select_one(f"main a[href$='/polls/{poll}/my-vote']")
    assert line is not None and village.ah_kwok.name in line.text
    fong.get(f"/rongxi/polls/{poll}")
    act = fong.page.select_one("#my-act")
    assert act is not None and village.ah_kwok.name in act.text and act.select_one("time") is not None
    fong.press("#ballot form", choice="1")
    fong.press("#confirm form")
    with app.app_context():
        newest = db.session.scalars(select(BallotEvent).order_by(BallotEvent.rev.desc())).first()
        assert (newest.channel, newest.actor_id) == ("phone", village.ah_fong.id)
    fong.get(f"/rongxi/polls/{poll}")
    assert fong.page.select_one("#my-act") is None


def test_that_is_not_so_takes_a_tap_and_no_words_and_the_page_says_by_when(app, as_person, village):
    poll = made(app, village)
    letter(app, village, poll)
    fong = as_person(village.ah_fong)
    fong.get(f"/rongxi/polls/{poll}")
    fong.get(str(fong.page.select_one("#my-act a[href$='contests/new']")["href"]))
    done = fong.press("form.sheet")
    assert done.status_code == 200 and fong.page.select_one("#said") is not None
    with app.app_context():
        due = db.session.scalars(select(VoteDispute.due_on)).one()
    assert f"{due.month}月{due.day}號" in fong.text("#main"), "she reads Cantonese"
    fong.get(f"/rongxi/polls/{poll}")
    assert fong.page.select_one("#my-act a[href$='contests/new']") is None, "what was said is not asked for again"
    assert "由兩位村幹部決定" in fong.text("#my-act")
    chan = as_person(village.old_chan)
    chan.get(f"/rongxi/polls/{poll}/contests/")
    assert chan.submit(f"/rongxi/polls/{poll}/contests/", reason="").status_code == 422
    chan.submit(f"/rongxi/polls/{poll}/contests/", upheld="yes", reason="信上没有字")
    chan.get(f"/rongxi/polls/{poll}/contests/")
    assert chan.page.select_one("form[action$=opinions]") is not None, "one may say otherwise until it is decided"
    assert "在那以前，您可以改" in chan.text("#main")
    as_person(village.uncle_ho).submit(f"/rongxi/polls/{poll}/contests/", upheld="yes", reason="没有签名")
    fong.get(f"/rongxi/polls/{poll}/my-vote")
    assert "信上没有字" in fong.text("#main") and "没有签名" in fong.text("#main")
    fong.get(f"/rongxi/polls/{poll}")
    assert fong.page.select_one("#ballot .stones") is not None, "she can vote now"


def test_an_officer_of_another_house_looks_at_the_photo_and_says_what_it_is(app, as_person, village):
    poll = made(app, village)
    one = letter(app, village, poll)
    address = f"/rongxi/polls/{poll}/letters/"
    yip = as_person(village.ms_yip)
    yip.get(address)
    assert yip.get(f"{address}{one}/picture").mimetype == "image/jpeg"
    refused = yip.send(f"{address}{one}/answer", sound="no", reason="")
    assert refused.status_code == 422
    yip.send(f"{address}{one}/answer", sound="yes")
    with app.app_context():
        assert db.session.scalars(select(VoteAnswer)).one().said_by == village.ms_yip.id
    assert yip.get(f"{address}{one}/picture").status_code == 403, "looked at already"
    assert as_person(village.aunt_leung).get(address).status_code == 403, "a mediator counts no ballots"
    assert as_person(village.ah_fong).get(f"{address}{one}/picture").status_code == 403


def test_the_photo_of_a_contested_letter_is_for_those_who_decide_until_they_have(app, as_person, village):
    poll = made(app, village)
    one = letter(app, village, poll)
    photo, contests = f"/rongxi/polls/{poll}/letters/{one}/picture", f"/rongxi/polls/{poll}/contests/"
    yip, chan, ho = as_person(village.ms_yip), as_person(village.old_chan), as_person(village.uncle_ho)
    yip.send(f"/rongxi/polls/{poll}/letters/{one}/answer", sound="yes")
    assert chan.get(photo).status_code == 403
    as_person(village.ah_fong).submit(f"{contests}new", reason="我没有写信")
    assert yip.get(photo).status_code == 403, "a clerk decides no contests"
    chan.get(contests)
    assert chan.page.select_one(f"img[src='{photo}']") and chan.get(photo).mimetype == "image/jpeg"
    for officer in (chan, ho):
        officer.submit(contests, upheld="no", reason="信是真的")
    assert chan.get(photo).status_code == ho.get(photo).status_code == 403
    chan.get(contests)
    assert not chan.page.select("main img")


def test_a_holder_is_refused_a_second_letter_before_anything_is_chosen_and_promised_no_second_vote(
    app, as_person, village
):
    poll = made(app, village)
    letter(app, village, poll)
    kwok = as_person(village.ah_kwok)
    assert kwok.get(f"/rongxi/polls/{poll}/proxies/new").status_code == 409
    kwok.get(f"/rongxi/polls/{poll}/my-vote")
    assert village.ah_fong.name in kwok.text("#main") and kwok.page.select_one(".due") is not None


def test_a_witness_says_yes_on_the_own_phone_and_a_stranger_cannot(app, as_person, village):
    poll = made(app, village)
    with app.app_context():
        who = {"helper": village.ah_keung, "witness": village.ms_yip}
        help_to_vote(village, poll, village.ah_fong, 1, **who, pin=False)
        db.session.remove()
    n = number(app, poll, village.ah_fong)
    fields = {"number": str(n), "rev": "1", "so": "yes"}
    assert as_person(village.old_chan).send(f"/rongxi/polls/{poll}/my-vote/answers", **fields).status_code == 403
    yip = as_person(village.ms_yip)
    yip.get(f"/rongxi/polls/{poll}")
    assert yip.page.select_one(f"a[href$='/polls/{poll}/my-vote']") is not None
    yip.get(f"/rongxi/polls/{poll}/my-vote")
    assert len(yip.page.select("form[action$=answers] button")) == 2
    yip.send(f"/rongxi/polls/{poll}/my-vote/answers", **fields)
    yip.get(f"/rongxi/polls/{poll}/my-vote")
    assert yip.page.select_one("form[action$=answers]") is None
    with app.app_context():
        assert db.session.scalars(select(VoteAnswer)).one().said_by == village.ms_yip.id


def test_the_voter_says_yes_herself(app, as_person, village):
    poll = made(app, village)
    with app.app_context():
        help_to_vote(village, poll, village.ah_fong, 1, helper=village.ah_keung, witness=village.ms_yip, pin=False)
        db.session.remove()
    fong = as_person(village.ah_fong)
    fong.get(f"/rongxi/polls/{poll}")
    assert fong.page.select_one("#ballot > .agrees") is None, "nobody says that she voted: it does not count yet"
    fong.get(f"/rongxi/polls/{poll}/receipt")
    assert fong.text(".receipt .lead") == "你嘅票收到喇，而家仲未算數"
    fong.get(f"/rongxi/polls/{poll}")
    fong.press("#my-act form[action$=answers]", so="yes")
    fong.get(f"/rongxi/polls/{poll}")
    assert fong.page.select_one("#my-act form[action$=answers]") is None
    with app.app_context():
        assert db.session.scalars(select(VoteAnswer)).one().said_by == village.ah_fong.id


def test_who_was_marked_by_mistake_reads_by_whom_and_says_so_also_after_the_close(app, as_person, village, monkeypatch):
    poll = made(app, village, paper=True)
    with app.app_context():
        mark(village, poll, village.ah_fong, by=village.ah_keung)
        db.session.remove()
    fong = as_person(village.ah_fong)
    fong.get(f"/rongxi/polls/{poll}")
    assert village.ah_keung.name in fong.text("#my-act")
    monkeypatch.setenv("CONSULT_CLOCK_SHIFT", hours.later(LATER))
    fong.get(f"/rongxi/polls/{poll}")
    assert village.ah_keung.name in fong.text("#my-act")
    fong.submit(f"/rongxi/polls/{poll}/contests/new")
    chan = as_person(village.old_chan)
    chan.get(f"/rongxi/polls/{poll}")
    assert chan.page.select_one("form[action$=declaration]") is None, "what is contested is not declared"
    for who in (village.old_chan, village.uncle_ho):
        as_person(who).submit(f"/rongxi/polls/{poll}/contests/", upheld="yes", reason="签到表上没有她")
    fong.get(f"/rongxi/polls/{poll}/my-vote")
    assert "签到表上没有她" in fong.text("#main")


def test_what_was_declared_is_read_but_offers_no_form_that_would_be_refused(app, as_person, village, monkeypatch):
    poll = made(app, village)
    with app.app_context():
        help_to_vote(village, poll, village.ah_fong, 1, helper=village.ah_keung, witness=village.ms_yip)
        db.session.remove()
    fong = as_person(village.ah_fong)
    fong.get(f"/rongxi/polls/{poll}")
    assert fong.page.select_one("#my-act a[href$='contests/new']") is not None
    monkeypatch.setenv("CONSULT_CLOCK_SHIFT", hours.later(LATER))
    with app.app_context():
        closing.declare(db.session.get_one(Poll, poll), village.old_chan.act(now=clock.now() + LATER))
        db.session.remove()
    fong.get(f"/rongxi/polls/{poll}")
    assert village.ah_keung.name in fong.text("#my-act")
    assert "screen-only" in fong.page.select_one("#my-act")["class"], "a printed result tells nothing of its reader"
    assert fong.page.select_one("#my-act a[href$='contests/new']") is None
    fong.get(f"/rongxi/polls/{poll}/my-vote")
    assert fong.page.select_one("a[href$='contests/new']") is None
    assert fong.get(f"/rongxi/polls/{poll}/contests/new").status_code == 409


def test_nobody_else_sees_what_was_done_with_a_vote(app, as_person, village):
    poll = made(app, village)
    letter(app, village, poll)
    with app.app_context():
        vote(village, poll, village.old_chan, 1)
        db.session.remove()
    for who in (village.aunt_leung, village.old_chan):
        client = as_person(who)
        for page in ("", "/my-vote"):
            client.get(f"/rongxi/polls/{poll}{page}")
            assert village.ah_kwok.name not in client.text("#main")


@pytest.mark.parametrize("who", ["ah_fong", "ah_keung", "ms_yip"])
def test_only_the_offices_that_change_votes_decide_contests(app, as_person, village, who):
    poll = made(app, village)
    assert as_person(getattr(village, who)).get(f"/rongxi/polls/{poll}/contests/").status_code == 403
