"""A leap of the clock is noticed, nothing is decided by it, and two persons put it right."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from consult import clock
from consult.cli import jobs
from consult.domain.audit import Tag
from consult.domain.refusals import Reason, Refused
from consult.models import AuditEntry, ClockDoubt, Poll, PollTally, db
from consult.services.core import transactions
from consult.services.machine import clock_watch
from consult.services.polls import closing
from consult.services.site.verification import verify
from tests import hours
from tests.village import a_poll, close, vote

pytestmark = pytest.mark.both_databases
DAYS = timedelta(days=4)
MINUTES = timedelta(minutes=20)


@pytest.fixture
def config(config):
    return replace(config, watch_clock=True)


@pytest.fixture
def poll(app, village) -> int:
    """Open for three days, and a clock that is known to be right."""
    with app.app_context():
        made = a_poll(village, opens_at=clock.now() - timedelta(hours=1))
        with transactions.writing():
            clock_watch.put_tick(clock_watch.reading())
        clock_watch.attend()
        db.session.remove()
    return made


@pytest.fixture
def leap(app, monkeypatch):
    """Let the clock show another time; `boot`: after the machine was off, as a new process."""

    def to(gap: timedelta, *, boot: str = "") -> None:
        monkeypatch.setenv("CONSULT_CLOCK_SHIFT", hours.later(gap))
        if boot:
            monkeypatch.setenv("CONSULT_BOOT", boot)
            app.extensions.pop(clock_watch.KNOWN, None)

    return to


def doubts(app) -> list[tuple[str, int]]:
    with app.app_context():
        query = select(ClockDoubt).where(ClockDoubt.settled_at.is_(None)).order_by(ClockDoubt.village_id)
        return [(one.kind.value, one.persons_needed) for one in db.session.scalars(query)]


def confirm(as_person, who) -> int:
    page = as_person(who)
    return page.submit("/rongxi/clock").status_code


def tally_of(app, poll: int):
    with app.app_context():
        return db.session.get(PollTally, poll)


def test_a_clock_that_leaps_ahead_closes_and_counts_nothing(app, client, village, poll, leap):
    leap(DAYS)
    runner = jobs.runner(app)
    for lane in runner.lanes.values():
        runner.look(lane)
    assert tally_of(app, poll) is None
    assert doubts(app) == [("forward", 2), ("forward", 1)], "the other village has no poll that hangs on it"
    assert client.get(f"/rongxi/polls/{poll}/outcome.json").json["state"] == "open"
    with app.app_context():
        assert db.session.get(Poll, poll).closing_seen_at is None
        with pytest.raises(Refused) as refusal:
            closing.declare(db.session.get(Poll, poll), village.old_chan.act(now=clock.now()))
        assert refusal.value.reason is Reason.CLOCK_IN_DOUBT


def test_meanwhile_a_ballot_is_refused_only_where_it_hangs_on_the_clock(app, as_person, village, poll, leap):
    with app.app_context():
        longer = a_poll(village, key="longer", closes_at=clock.now() + 2 * DAYS)
        db.session.remove()
    leap(DAYS)
    answer = as_person(village.ah_fong).send(f"/rongxi/polls/{poll}/ballots", choice="1", key="a")
    assert answer.status_code == 503
    taken = as_person(village.ah_fong).send(f"/rongxi/polls/{longer}/ballots", choice="1", key="b")
    assert taken.status_code in (200, 303)


def test_a_clock_that_leaps_back_opens_no_closed_poll(app, as_person, village, poll, leap):
    leap(DAYS, boot="second")
    as_person(village.old_chan).get("/rongxi/")
    confirm(as_person, village.old_chan)
    confirm(as_person, village.uncle_ho)
    with app.app_context():
        assert close(at=clock.now()) == [poll]
        db.session.remove()
    leap(timedelta(0))
    assert as_person(village.ah_fong).send(f"/rongxi/polls/{poll}/ballots", choice="1", key="a").status_code in (
        409,
        503,
    )
    assert doubts(app)[0] == ("backward", 2)


def test_officers_see_the_alarm_and_villagers_are_not_troubled_by_it(app, as_person, village, poll, leap):
    leap(DAYS)
    officer, villager = as_person(village.old_chan), as_person(village.ah_fong)
    officer.get("/rongxi/")
    assert officer.page.select_one(".urgent[role=alert] a[href$='/clock']") is not None
    villager.get("/rongxi/")
    assert villager.page.select_one(".urgent[role=alert]") is None
    assert villager.get("/rongxi/clock").status_code == 403


def test_the_watching_machine_is_told(app, client, village, poll, leap):
    assert client.get("/healthz").json["clock"] == "ok"
    leap(DAYS)
    assert client.get("/healthz").json["clock"] == "in doubt"


def test_two_persons_of_different_offices_settle_it(app, as_person, village, poll, leap):
    leap(DAYS, boot="second")
    assert confirm(as_person, village.old_chan) == 200
    assert doubts(app)[0][1] == 2, "one alone ends nothing"
    again = as_person(village.old_chan).send("/rongxi/clock", shown_at=clock.now().isoformat())
    assert again.status_code == 303 and doubts(app)[0][1] == 2
    assert confirm(as_person, village.uncle_ho) == 200
    with app.app_context():
        entry = last_entry(village, Tag.CLOCK_SETTLED)
        assert '"first_entry":null' in entry.facts, "the clock was right all the time"
        assert close(at=clock.now()) == [poll]
        assert list(verify(village.row())) == []


def last_entry(village, tag: Tag) -> AuditEntry:
    query = select(AuditEntry).where(AuditEntry.village_id == village.id, AuditEntry.tag == tag.value)
    return db.session.scalars(query.order_by(AuditEntry.number.desc())).first()


def test_a_clock_put_right_is_settled_with_the_entries_that_bear_wrong_times(app, as_person, village, poll, leap):
    leap(DAYS)
    as_person(village.old_chan).get("/rongxi/")
    leap(timedelta(0))
    confirm(as_person, village.old_chan)
    confirm(as_person, village.uncle_ho)
    with app.app_context():
        wrong, settled = last_entry(village, Tag.CLOCK_DOUBTED), last_entry(village, Tag.CLOCK_SETTLED)
        assert f'"first_entry":{wrong.number}' in settled.facts and f'"last_entry":{wrong.number}' in settled.facts
        vote(village, poll, village.ah_fong, 1)
        assert close(at=clock.now()) == []
    assert doubts(app) == [("forward", 1)], "the other village settles for itself"


def test_a_poll_that_only_a_wrong_clock_saw_closed_is_open_again_after_the_repair(app, as_person, village, poll, leap):
    """As it was before leaps were noticed: the mark lies in the future of the clock put right."""
    with app.app_context():
        vote(village, poll, village.old_chan, 1)
        with pytest.raises(Refused):
            vote(village, poll, village.ah_fong, 1, at=clock.now() + DAYS)
        assert db.session.get(Poll, poll).closing_seen_at is not None
        db.session.remove()
    leap(-MINUTES, boot="second")
    as_person(village.old_chan).get("/rongxi/")
    assert doubts(app)[0] == ("backward", 2)
    confirm(as_person, village.old_chan)
    confirm(as_person, village.uncle_ho)
    with app.app_context():
        assert f'"reopened":[{poll}]' in last_entry(village, Tag.CLOCK_SETTLED).facts
        vote(village, poll, village.ah_fong, 1)


def test_a_word_given_before_the_clock_leapt_again_does_not_count(app, as_person, village, poll, leap):
    leap(DAYS, boot="second")
    confirm(as_person, village.old_chan)
    leap(2 * DAYS)
    confirm(as_person, village.uncle_ho)
    assert doubts(app)[0][1] == 2
    confirm(as_person, village.old_chan)
    assert doubts(app)[0][1] == 1, "the village's is settled; what is left is the other village's"


def test_an_answer_to_an_old_question_is_not_taken(app, as_person, village, poll, leap):
    leap(DAYS)
    old = (clock.now() - timedelta(hours=1)).isoformat()
    assert as_person(village.old_chan).send("/rongxi/clock", shown_at=old).status_code == 409
    assert as_person(village.old_chan).send("/rongxi/clock", shown_at="gestern").status_code == 409


def test_a_laptop_that_was_off_for_a_night_asks_nobody(app, client, village, poll, leap):
    leap(timedelta(hours=12), boot="second")
    client.get("/rongxi/")
    assert doubts(app) == []
    with app.app_context():
        vote(village, poll, village.ah_fong, 1)


def test_after_a_week_without_polls_one_officer_says_what_time_it_is(app, as_person, village, poll, leap):
    with app.app_context():
        close(at=clock.now() + DAYS)
        with transactions.writing():
            db.session.get(Poll, poll).closing_seen_at = clock.now()
        db.session.remove()
    leap(timedelta(days=11), boot="second")
    as_person(village.old_chan).get("/rongxi/")
    assert [needed for _, needed in doubts(app)] == [1, 1]
    confirm(as_person, village.ms_yip)
    assert [needed for _, needed in doubts(app)] == [1]


def test_a_restart_of_the_program_alone_is_no_silence(app, client, village, poll, leap):
    """The machine ran on: how long it has been running says what time it must be."""
    app.extensions.pop(clock_watch.KNOWN, None)
    client.get("/rongxi/")
    assert doubts(app) == []
    leap(timedelta(hours=3))
    app.extensions.pop(clock_watch.KNOWN, None)
    client.get("/rongxi/")
    assert [kind for kind, _ in doubts(app)] == ["forward", "forward"]


def test_nothing_that_is_old_by_the_clock_is_deleted_while_it_is_in_doubt(app, client, village, poll, leap):
    leap(timedelta(days=60))
    client.get("/rongxi/")
    with app.app_context():
        assert jobs.forget_case_drafts(clock.now()) == 0
        assert clock_watch.in_doubt()


def test_the_command_that_closes_polls_looks_at_the_clock_first(app, village, poll, leap):
    leap(DAYS, boot="second")
    assert "closed: none" in app.test_cli_runner().invoke(args=["polls", "close-due"]).output
    assert doubts(app)[0] == ("silence", 2)


def test_the_command_shows_and_settles_it(app, village, poll, leap):
    leap(DAYS, boot="second")
    said = app.test_cli_runner().invoke(args=["clock", "show"]).output
    assert "看不出准不准（silence）" in said and "要 2 个人" in said
    alone = app.test_cli_runner().invoke(args=["clock", "settle", "rongxi", "--yes", "--person", "陈伯坚"])
    assert "one more person" in alone.output
    both = ["clock", "settle", "rongxi", "--yes", "--person", "陈伯坚", "--person", "何树根"]
    assert "settled" in app.test_cli_runner().invoke(args=both).output
    assert len(doubts(app)) == 1


def test_where_the_clock_is_not_watched_a_rehearsal_may_travel(app, client, village, poll, leap):
    app.config["CONSULT"] = replace(app.config["CONSULT"], watch_clock=False)
    leap(DAYS)
    client.get("/rongxi/")
    assert doubts(app) == []
    with app.app_context():
        assert close(at=clock.now()) == [poll]


def test_nothing_is_announced_while_the_clock_is_in_doubt(app, client, village, poll, leap):
    leap(DAYS)
    client.get("/rongxi/")
    later = clock.now() + DAYS
    with app.app_context(), pytest.raises(Refused) as refusal:
        a_poll(village, key="new", opens_at=later, closes_at=later + DAYS)
    assert refusal.value.reason is Reason.CLOCK_IN_DOUBT


def test_a_leap_while_in_doubt_needs_two_persons_where_polls_hang_on_it(app, as_person, village, poll, leap):
    leap(MINUTES)
    as_person(village.old_chan).get("/rongxi/")
    assert doubts(app)[0] == ("forward", 1), "no poll opens or closes within twenty minutes"
    leap(DAYS)
    confirm(as_person, village.old_chan)
    assert len(doubts(app)) == 2, "one person alone may not say that the poll is over"
    confirm(as_person, village.uncle_ho)
    assert len(doubts(app)) == 1


def test_in_a_database_that_can_only_be_read_pages_are_read_after_a_leap(app, as_person, village, poll, leap):
    """A restored copy, evidence on a sealed disk, a standby: the alarm cannot be written, nor anything that hangs on the time."""
    only_read = "PRAGMA query_only=ON" if app.config["CONSULT"].on_sqlite else "SET TRANSACTION READ ONLY"
    reader = as_person(village.ah_fong)
    with app.app_context():
        event.listen(db.engine, "begin", lambda connection: connection.exec_driver_sql(only_read))
    leap(DAYS)
    app.extensions.pop(clock_watch.KNOWN, None)
    page = reader.get(f"/rongxi/polls/{poll}")
    assert page.status_code == 200
    assert doubts(app) == []
