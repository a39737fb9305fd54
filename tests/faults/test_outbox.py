"""The runner is killed in the middle of sending, again and again: no message goes twice, and what is unknown is named."""

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from consult import clock
from consult.config import ROOT
from consult.domain.messages.notifications import NotificationEvent
from consult.domain.messages.outbox import Unsent
from consult.models import GroupRobot, OutboxMessage, db
from consult.services.core import crypto
from consult.services.messages import notifications, outbox
from tests.browser import environment
from tests.faults.overlap import overlapping
from tests.running import children
from tests.running.providers import Provider

pytestmark = [pytest.mark.both_databases, pytest.mark.serial]
MESSAGES = 30
KILLS = 3
PATIENCE = 90
"""Seconds in which a runner starts on a busy machine."""
RUNNER = """
from consult import clock, create_app
from consult.services.messages import dispatch, outbox
app = create_app()
with app.app_context():
    outbox.sweep(dispatch.sender(lambda template, facts: facts["title"]), now=clock.now())
"""


def runner(config) -> subprocess.Popen[bytes]:
    return children.start([sys.executable, "-c", RUNNER], cwd=ROOT, env=os.environ | environment(config))


def let_claims_run_out() -> None:
    """Two minutes pass."""
    past = clock.now() - timedelta(minutes=5)
    db.session.execute(update(OutboxMessage).where(OutboxMessage.claimed_until.is_not(None)).values(claimed_until=past))
    db.session.commit()


def test_a_runner_killed_in_the_middle_sends_nothing_twice(app, config, village):
    with Provider(slow=0.03) as provider:
        with app.app_context():
            db.session.add(
                GroupRobot(
                    village_id=village.id,
                    kind="wecom",
                    address_cipher=crypto.seal(f"{provider.url}/send?key=k"),
                    set_by=village.ms_yip.id,
                    set_at=clock.now(),
                )
            )
            db.session.flush()
            for n in range(MESSAGES):
                outbox.write_robot(
                    village.id, "poll_announced", f"notice:{n}", facts={"title": f"第 {n} 条"}, now=clock.now()
                )
            db.session.commit()
            db.session.remove()
        for _ in range(KILLS):
            before, running = len(provider.heard), runner(config)
            deadline = time.monotonic() + PATIENCE
            while len(provider.heard) < before + 4 and running.poll() is None and time.monotonic() < deadline:
                time.sleep(0.01)
            running.send_signal(signal.SIGKILL)
            running.wait(10)
            with app.app_context():
                let_claims_run_out()
                db.session.remove()
        assert 0 < len(provider.heard) < MESSAGES, "it was killed in the middle"
        assert runner(config).wait(PATIENCE) == 0
        heard = [body["text"]["content"] for _, _, body in provider.heard]
    with app.app_context():
        assert len(heard) == len(set(heard)), "nothing goes twice"
        unsent = db.session.scalars(select(OutboxMessage).where(OutboxMessage.sent_at.is_(None))).all()
        assert len(unsent) <= KILLS and {one.last_error for one in unsent} <= {Unsent.UNKNOWN}, (
            "only what was on its way"
        )
        assert {f"第 {n} 条" for n in range(MESSAGES)} - {one.facts["title"] for one in unsent} <= set(heard)
        print(f"{MESSAGES} messages, {KILLS} kills: {len(heard)} deliveries")


def test_an_act_that_fails_after_telling_leaves_no_message(app, village):
    with app.app_context():
        tell_of_a_task(village)
        db.session.rollback()
        assert db.session.scalar(select(func.count(OutboxMessage.id))) == 0


def tell_of_a_task(cast) -> None:
    notifications.tell(
        [cast.ah_fong.id],
        NotificationEvent.DUTY,
        "task:1",
        village_id=cast.id,
        consultation_id=None,
        now=clock.now(),
        kind="task_given",
        title="砌墙",
    )


def a_message(cast) -> int:
    """Write one text message, and return its id."""
    tell_of_a_task(cast)
    db.session.commit()
    return int(db.session.scalars(select(OutboxMessage.id)).one())


def test_a_message_dropped_while_the_runner_takes_it_is_sent_or_dropped_and_not_both(app, village):
    with app.app_context():
        message = a_message(village)
        db.session.remove()
    sent: list[str] = []
    sweeper = outbox.Sweeper(lambda parcel: sent.append(parcel.key))
    _, dropped = overlapping(
        app, [lambda: sweeper.sweep(now=clock.now()), lambda: outbox.drop([message], now=clock.now())]
    )
    with app.app_context():
        row = db.session.get_one(OutboxMessage, message)
        assert len(sent) + len(dropped) == 1
        assert (row.sent_at is not None, row.given_up_at is not None) == (bool(sent), bool(dropped))
        assert row.claimed_until is None


def test_a_message_tried_again_by_two_while_the_runner_sweeps_goes_once(app, village):
    with app.app_context():
        message = a_message(village)
        outbox.drop([message], now=clock.now())
        db.session.remove()
    sent: list[str] = []
    sweeper = outbox.Sweeper(lambda parcel: sent.append(parcel.key))

    def again() -> list[int]:
        return outbox.retry([message], now=clock.now())

    _, *retried = overlapping(app, [lambda: sweeper.sweep_all(now=clock.now()), again, again])
    with app.app_context():
        assert sorted(retried) == [[], [message]]
        sweeper.sweep_all(now=clock.now())
        row = db.session.get_one(OutboxMessage, message)
        assert len(sent) == 1 and row.sent_at is not None and row.given_up_at is None


@pytest.mark.parametrize("moment", ["claimed", "sending"])
def test_a_command_that_comes_while_a_message_is_on_its_way_does_nothing(app, village, moment):
    """Both moments: the runner has it, and the provider has it. The command says so, and it is noted as sent."""
    told, sent = [], []

    def come() -> None:
        def command() -> None:
            with app.app_context():
                told.append(outbox.drop([message], now=clock.now()))
                told.append(outbox.retry([message], now=clock.now()))
                db.session.remove()

        db.session.rollback()  # as the runner holds no transaction while it sends
        other = threading.Thread(target=command)
        other.start()
        other.join(30)

    def judge(messages, now):
        facts = outbox.judge_nothing(messages, now)
        if moment == "claimed":
            come()
        return facts

    def send(parcel) -> None:
        if moment == "sending":
            come()
        sent.append(parcel.key)

    with app.app_context():
        message = a_message(village)
        outbox.Sweeper(send, judge=judge).sweep_all(now=clock.now())
        row = db.session.get_one(OutboxMessage, message, populate_existing=True)
        assert told == [[], []] and len(sent) == 1
        assert row.sent_at is not None and row.given_up_at is None and not row.last_error
