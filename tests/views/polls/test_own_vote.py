"""Whose vote is in a count reads it afterwards, whichever way it came: what was chosen in a named one, never in a secret one."""

import re
from datetime import timedelta

import pytest

from consult import clock
from consult.models import Poll, VoidedBallot, VoteDispute, db
from consult.services.polls import closing
from tests import bundle_cases, hours
from tests.hours import today
from tests.views.site.test_bounds import MOST_OF_OWN_RESULT
from tests.village import a_poll, close, number_of, vote, vote_in_secret

LATER = timedelta(days=4)
COUNTED, CHOSE = re.compile("您的票计进去了|你嗰票計咗"), re.compile(r"您选的是：\s*赞成|你揀咗：\s*贊成")
PAPER = re.compile("您那张票也在数过的票里|你嗰張票都喺數過嘅票入面")
PLACES = ("/rongxi/me", "/rongxi/polls/mine", "/rongxi/notifications/")


def declared(village, *, secret: bool) -> int:
    """A declared vote in which she voted, and another with her. Returns its id."""
    poll = a_poll(village, secret=secret)
    cast = vote_in_secret if secret else vote
    for who in (village.ah_fong, village.ah_kwok):
        cast(village, poll, who, 1)
    later = clock.now() + LATER
    close(at=later)
    closing.declare(db.session.get_one(Poll, poll), village.old_chan.act(now=later))
    db.session.remove()
    return poll


@pytest.mark.parametrize("secret", [False, True])
def test_who_voted_reads_on_four_pages_that_it_was_counted(app, as_person, village, monkeypatch, secret):
    with app.app_context():
        poll = declared(village, secret=secret)
    monkeypatch.setenv(hours.CLOCK_SHIFT, hours.later(LATER))
    fong = as_person(village.ah_fong)
    for place in (f"/rongxi/polls/{poll}", *PLACES):
        fong.get(place)
        assert COUNTED.search(fong.text("main")), place
    for place in (f"/rongxi/polls/{poll}", "/rongxi/polls/mine"):
        fong.get(place)
        assert bool(CHOSE.search(fong.text("main"))) is not secret, place


def test_a_receipt_leads_to_its_vote_and_not_to_what_was_carried_out(app, as_person, village, monkeypatch):
    with app.app_context():
        poll = declared(village, secret=False)
    monkeypatch.setenv(hours.CLOCK_SHIFT, hours.later(LATER))
    fong = as_person(village.ah_fong)
    fong.get("/rongxi/polls/mine")
    assert [link.text for link in fong.page.select(f".due a[href$='/polls/{poll}']")] == ["睇呢次表決"]


def test_who_did_not_vote_reads_nothing_of_it_and_a_stranger_neither(app, as_person, client, village, monkeypatch):
    with app.app_context():
        poll = declared(village, secret=False)
    monkeypatch.setenv(hours.CLOCK_SHIFT, hours.later(LATER))
    for reader in (client, as_person(village.aunt_leung)):
        reader.get(f"/rongxi/polls/{poll}")
        assert not COUNTED.search(reader.text("main")) and not CHOSE.search(reader.text("main"))
    leung = as_person(village.aunt_leung)
    for place in PLACES:
        leung.get(place)
        assert not COUNTED.search(leung.text("main")), place


def test_a_vote_that_does_not_count_is_not_called_counted(app, as_person, village, monkeypatch):
    with app.app_context():
        poll = declared(village, secret=False)
        entry = db.session.execute(
            db.text("SELECT number, rev FROM roll_entry WHERE voted_by = :who"), {"who": village.ah_fong.id}
        )
        number, rev = entry.one()
        db.session.add(
            VoidedBallot(
                poll_id=poll, number=number, rev=rev, village_id=village.id, why="contest_upheld", voided_at=clock.now()
            )
        )
        db.session.commit()
    monkeypatch.setenv(hours.CLOCK_SHIFT, hours.later(LATER))
    fong = as_person(village.ah_fong)
    for place in (f"/rongxi/polls/{poll}", *PLACES):
        fong.get(place)
        assert not COUNTED.search(fong.text("main")), place


def test_her_own_result_stays_within_its_statements(app, as_person, village, monkeypatch):
    with app.app_context():
        poll = declared(village, secret=False)
    monkeypatch.setenv(hours.CLOCK_SHIFT, hours.later(LATER))
    fong = as_person(village.ah_fong)
    fong.get(f"/rongxi/polls/{poll}")
    fong.get(f"/rongxi/polls/{poll}")
    assert len(fong.queries) <= MOST_OF_OWN_RESULT, fong.queries


@pytest.mark.parametrize("secret", [False, True])
def test_who_was_helped_gave_a_letter_or_voted_on_paper_reads_no_less_and_of_hands_nothing(
    app, as_person, village, monkeypatch, secret
):
    later = timedelta(days=30)
    with app.app_context():
        poll, _ = bundle_cases.declared(village, secret=secret)
        db.session.remove()
    monkeypatch.setenv(hours.CLOCK_SHIFT, hours.later(later))
    told = {village.ah_fong: COUNTED, village.aunt_leung: COUNTED, village.uncle_ho: PAPER, village.ah_kwok: COUNTED}
    for who, says in told.items():
        reader = as_person(who)
        for place in (f"/rongxi/polls/{poll}", *PLACES):
            reader.get(place)
            assert len(says.findall(reader.text("main"))) == 1, (who.name, place, reader.text("main"))
            assert not secret or not CHOSE.search(reader.text("main"))
    keung = as_person(village.ah_keung)
    if not secret:
        chan = as_person(village.old_chan)
        chan.get(f"/rongxi/polls/{poll}")
        assert not COUNTED.search(chan.text("main")) and not PAPER.search(chan.text("main")), (
            "a hand was noted, not seen"
        )
    keung.get("/rongxi/polls/mine")
    assert len(PAPER.findall(keung.text("main"))) == 1 and not COUNTED.search(keung.text("main"))


def test_a_paper_of_which_its_voter_says_that_it_is_not_so_is_not_called_hers(app, as_person, village, monkeypatch):
    with app.app_context():
        poll, _ = bundle_cases.declared(village, secret=False)
        contest = VoteDispute(
            poll_id=poll,
            number=number_of(poll, village.uncle_ho),
            contested_by=village.uncle_ho.id,
            about="paper",
            rev=1,
            village_id=village.id,
            reason="",
            due_on=today(),
            contested_at=clock.now(),
        )
        db.session.add(contest)
        db.session.commit()
        db.session.remove()
    monkeypatch.setenv(hours.CLOCK_SHIFT, hours.later(timedelta(days=30)))
    ho = as_person(village.uncle_ho)
    ho.get("/rongxi/polls/mine")
    assert not PAPER.search(ho.text("main"))
