"""Acts on a meeting's vote lock the meeting before the poll: two persons at once neither fail nor wait for each other."""

import threading
import time

import pytest
from sqlalchemy import text

from consult.domain.polls.change_requests import ChangeKind, ChangeRequest
from consult.domain.polls.count_sheets import Figures
from consult.domain.polls.polls import Channel
from consult.models import CountSheet, Poll, PollChange, db
from consult.services.polls import closing, count_sheets, offline_turnout, poll_changes
from tests.meetings import a_called_meeting, begin_vote, end_vote, everybody, open_it, seat

pytestmark = pytest.mark.postgresql


@pytest.fixture
def voting(inside) -> tuple[int, int]:
    meeting_id, poll_id = a_called_meeting(inside, paper=True)
    seat(inside, meeting_id, *everybody(inside)[:6])
    open_it(inside, meeting_id)
    begin_vote(inside, meeting_id, poll_id)
    return meeting_id, poll_id


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


@pytest.mark.parametrize("prepare", [cancel, mark_paper, enter_sheet, declare])
def test_while_the_meeting_is_locked_the_act_waits_and_holds_no_poll(app, inside, voting, prepare):
    meeting_id, poll_id = voting
    act, failures = prepare(inside, poll_id), []
    db.session.remove()

    def run() -> None:
        with app.app_context():
            try:
                act()
            except Exception as failure:
                failures.append(failure)

    thread = threading.Thread(target=run)
    with db.engine.connect() as chair:
        chair.execute(text("SELECT id FROM meeting WHERE id = :id FOR UPDATE"), {"id": meeting_id})
        thread.start()
        time.sleep(0.7)
        with db.engine.connect() as other:
            other.execute(text("SELECT id FROM poll WHERE id = :id FOR UPDATE NOWAIT"), {"id": poll_id})
        assert thread.is_alive()
    thread.join(timeout=20)
    assert not thread.is_alive() and failures == []
