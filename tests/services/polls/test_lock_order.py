"""Acts lock village, meeting, poll, consultation and log in this order: two persons at once do not wait for each other."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from consult.domain.polls.change_requests import ChangeKind, ChangeRequest
from consult.domain.polls.count_sheets import Figures
from consult.domain.polls.poll_plans import Asked
from consult.domain.polls.polls import Channel
from consult.domain.talk.moderation import ReportGround
from consult.models import AgendaItem, Comment, CountSheet, Poll, PollChange, db
from consult.services.meetings import check_ins, meeting_votes
from consult.services.polls import closing, count_sheets, offline_turnout, poll_changes, polls
from consult.services.talk import moderation
from tests.meetings import a_called_meeting, begin_vote, end_vote, everybody, meeting, open_it, seat, seat_number
from tests.village import a_draft, a_poll, say

pytestmark = pytest.mark.postgresql
ASKED = Asked(kind="motion", question="", options=(), max_choices=1, secret=False, paper=False, hands=False)


def cancel(cast, poll_id: int):
    wish = ChangeRequest(ChangeKind.CANCELLATION, "停电")
    change = poll_changes.ask(db.session.get_one(Poll, poll_id), wish, "council_member", cast.sister_chow.act(key="c"))
    change_id = change.id
    return lambda: poll_changes.confirm(
        db.session.get_one(PollChange, change_id), "committee_member", cast.old_chan.act()
    )


def mark_paper(cast, poll_id: int):
    return lambda: offline_turnout.mark(db.session.get_one(Poll, poll_id), Channel.PAPER, [1], cast.ms_yip.act())


def enter_sheet(cast, poll_id: int):
    meeting_id = db.session.get_one(Poll, poll_id).meeting_poll.meeting_id
    end_vote(cast, meeting_id, poll_id)
    sheet = count_sheets.sheets_of(poll_id)[-1].id
    figures = Figures(1, 1, (1, 0, 0))
    return lambda: count_sheets.enter(db.session.get_one(CountSheet, sheet), figures, cast.uncle_ho.act(), picture="")


def declare(cast, poll_id: int):
    enter = enter_sheet(cast, poll_id)
    enter()
    sheet = count_sheets.sheets_of(poll_id)[-1].id
    figures = Figures(1, 1, (1, 0, 0))
    count_sheets.enter(db.session.get_one(CountSheet, sheet), figures, cast.ms_yip.act(), picture="")
    return lambda: closing.declare(db.session.get_one(Poll, poll_id), cast.old_chan.act())


def waits_for(app, act, locked: str, free: str, *, consultation: int) -> None:
    """Fail unless the act waits for the row that another holds, leaves the second one alone meanwhile, and ends well."""
    failures: list[Exception] = []
    db.session.remove()

    def run() -> None:
        with app.app_context():
            try:
                act()
            except Exception as failure:
                failures.append(failure)

    thread, ids = threading.Thread(target=run), {"id": consultation}
    with db.engine.connect() as holder:
        holder.execute(text(locked), ids)
        thread.start()
        time.sleep(0.7)
        with db.engine.connect() as other:
            other.execute(text(free), ids)
        assert thread.is_alive()
    thread.join(timeout=20)
    assert not thread.is_alive() and failures == []


def announce(cast, poll_id: int):
    drafted = a_draft(cast, key="next")
    return lambda: polls.announce(db.session.get_one(Poll, drafted), cast.old_chan.act())


def open_next(cast, poll_id: int):
    meeting_id = db.session.get_one(Poll, poll_id).meeting_poll.meeting_id
    end_vote(cast, meeting_id, poll_id)
    item = db.session.query(AgendaItem).filter_by(meeting_id=meeting_id, number=1).one()
    asked = replace(ASKED, question="再问一次？")
    planned = meeting_votes.plan(item, asked, cast.old_chan.act(key="again")).id
    return lambda: begin_vote(cast, meeting_id, planned)


def hide(cast, poll_id: int):
    comment = say(cast, db.session.get_one(Poll, poll_id).consultation_id, cast.ah_fong)
    return lambda: moderation.hide(
        db.session.get_one(Comment, comment), ReportGround.INSULT, "粗口", cast.old_chan.act()
    )


@pytest.mark.parametrize("prepare", [announce, cancel, declare, open_next])
def test_while_the_consultation_is_locked_the_act_has_not_written_to_the_log(app, inside, voting, prepare):
    act = prepare(inside, voting[1])
    consultation = db.session.query(Poll).order_by(Poll.id.desc()).first().consultation_id
    locked = "SELECT id FROM consultation WHERE id = :id FOR UPDATE"
    waits_for(app, act, locked, "SELECT number FROM audit_head FOR UPDATE NOWAIT", consultation=consultation)


def test_while_the_consultation_is_locked_a_comment_to_be_hidden_is_not(app, inside):
    poll_id = a_draft(inside)
    act, consultation = hide(inside, poll_id), db.session.get_one(Poll, poll_id).consultation_id
    locked = "SELECT id FROM consultation WHERE id = :id FOR UPDATE"
    waits_for(app, act, locked, "SELECT id FROM comment FOR UPDATE NOWAIT", consultation=consultation)


@pytest.mark.parametrize("prepare", [announce, cancel, declare])
def test_while_the_village_is_locked_an_act_that_posts_a_notice_holds_no_poll(app, inside, voting, prepare):
    act = prepare(inside, voting[1])
    waits_for(
        app,
        act,
        "SELECT id FROM village FOR NO KEY UPDATE",
        "SELECT poll.id FROM poll, meeting FOR UPDATE NOWAIT",
        consultation=0,
    )


@pytest.mark.parametrize("prepare", [cancel, mark_paper, enter_sheet, declare])
def test_while_the_meeting_is_locked_the_act_waits_and_holds_no_poll(app, inside, voting, prepare):
    meeting_id, poll_id = voting
    act = prepare(inside, poll_id)
    waits_without(
        app, act, f"SELECT id FROM meeting WHERE id = {meeting_id}", f"SELECT id FROM poll WHERE id = {poll_id}"
    )


def announce_one(cast) -> tuple[int, Callable[[], object]]:
    poll_id = a_draft(cast)
    return poll_id, lambda: polls.announce(db.session.get_one(Poll, poll_id), cast.sister_chow.act())


def extend_one(cast) -> tuple[int, Callable[[], object]]:
    poll_id = a_poll(cast)
    poll = db.session.get_one(Poll, poll_id)
    wish = ChangeRequest(ChangeKind.EXTENSION, "大雨", poll.closes_at + timedelta(days=1))
    change_id = poll_changes.ask(poll, wish, "council_member", cast.sister_chow.act(key="e")).id
    return poll_id, lambda: poll_changes.confirm(
        db.session.get_one(PollChange, change_id), "committee_member", cast.old_chan.act()
    )


def declare_one(cast) -> tuple[int, Callable[[], object]]:
    poll_id = a_poll(cast)
    after = db.session.get_one(Poll, poll_id).closes_at + timedelta(hours=1)
    return poll_id, lambda: closing.declare(db.session.get_one(Poll, poll_id), cast.old_chan.act(now=after))


def open_one(cast) -> tuple[int, Callable[[], object]]:
    meeting_id, poll_id = a_called_meeting(cast)
    seat(cast, meeting_id, *everybody(cast)[:6])
    open_it(cast, meeting_id)
    return poll_id, lambda: begin_vote(cast, meeting_id, poll_id)


@pytest.mark.parametrize("prepare", [announce_one, extend_one, declare_one])
def test_while_the_village_is_locked_the_act_waits_and_holds_no_poll(app, inside, prepare):
    poll_id, act = prepare(inside)
    waits_without(
        app,
        act,
        f"SELECT id FROM village WHERE id = {inside.id}",
        f"SELECT id FROM poll WHERE id = {poll_id}",
        strength="NO KEY UPDATE",
    )


@pytest.mark.parametrize("prepare", [announce_one, declare_one, open_one])
def test_while_the_consultation_is_locked_the_act_waits_and_does_not_hold_the_log(app, inside, prepare):
    """A comment locks them in this order too, and comments come in while a vote is announced."""
    poll_id, act = prepare(inside)
    consultation_id = db.session.get_one(Poll, poll_id).consultation_id
    waits_without(
        app,
        act,
        f"SELECT id FROM consultation WHERE id = {consultation_id}",
        f"SELECT hash FROM audit_head WHERE village_id = {inside.id}",
    )


@pytest.mark.parametrize("act", ["leave", "undo"])
def test_while_a_ballot_holds_a_seat_the_desk_waits_and_does_not_hold_the_log(app, inside, act):
    """A ballot holds the seat it is cast from and then takes the log: the desk must not hold the log meanwhile."""
    meeting_id, _ = a_called_meeting(inside)
    seat(inside, meeting_id, inside.ah_fong)
    number, line = seat_number(meeting_id, inside.ah_fong), max(check_ins.newest_lines(meeting_id))
    desk = {
        "leave": lambda: check_ins.leave(meeting(meeting_id), [number], inside.ms_yip.act()),
        "undo": lambda: check_ins.undo(meeting(meeting_id), line, "", inside.ms_yip.act()),
    }
    waits_without(
        app,
        desk[act],
        f"SELECT number FROM meeting_roll_entry WHERE meeting_id = {meeting_id} AND number = {number}",
        f"SELECT hash FROM audit_head WHERE village_id = {inside.id}",
        strength="SHARE",
    )


def waits_without(app, act: Callable[[], object], held: str, free: str, *, strength: str = "UPDATE") -> None:
    """Do the act while the row `held` is locked: it waits, the row `free` can be locked, and afterwards it is done."""
    failures: list[Exception] = []
    db.session.remove()

    def run() -> None:
        with app.app_context():
            try:
                act()
            except Exception as failure:
                failures.append(failure)

    thread = threading.Thread(target=run)
    with db.engine.connect() as another:
        another.execute(text(f"{held} FOR {strength}"))
        thread.start()
        time.sleep(0.7)
        with db.engine.connect() as other:
            other.execute(text(f"{free} FOR UPDATE NOWAIT"))
        assert thread.is_alive()
    thread.join(timeout=20)
    assert not thread.is_alive() and failures == []
