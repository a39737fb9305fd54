"""The job runner beside a provider that does not answer; killed in the middle, and started again."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, func, select

from consult import clock
from consult.config import ROOT
from consult.models import GroupRobot, OutboxMessage, Poll, PollTally, SealingKey, db
from consult.services.core import crypto
from consult.services.messages import outbox
from consult.services.polls.sealing import keys
from tests.browser import environment
from tests.running import children
from tests.running.providers import Provider
from tests.village import a_poll, vote, vote_in_secret

pytestmark = [pytest.mark.both_databases, pytest.mark.serial]
PAST_CLOSING = timedelta(days=4)
PAST_LEASE = timedelta(minutes=5)
TEMPLATE = "poll_announced"
HANGS = 60.0
"""Seconds; longer than any patience here."""


@pytest.fixture
def jobs(config) -> Iterator[Callable[[timedelta], subprocess.Popen[bytes]]]:
    """Start `flask jobs run` at so much later than now."""
    running = []

    def start(later: timedelta) -> subprocess.Popen[bytes]:
        env = os.environ | environment(config) | {"CONSULT_CLOCK_SHIFT": str(later.total_seconds())}
        command = [sys.executable, "-m", "flask", "jobs", "run"]
        running.append(children.start(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL))
        return running[-1]

    yield start
    for one in running:
        one.kill()
        one.wait()


def write_message(village, provider, n: int, at: datetime) -> None:
    if db.session.get(GroupRobot, village.id) is None:
        address = crypto.seal(f"{provider.url}/send?key=k")
        robot = GroupRobot(
            village_id=village.id, kind="wecom", address_cipher=address, set_by=village.ms_yip.id, set_at=clock.now()
        )
        db.session.add(robot)
        db.session.flush()
    facts = {
        "title": f"第 {n} 条",
        "closes_at": (at + timedelta(days=1)).isoformat(),
        "timezone": "Asia/Shanghai",
        "path": "/",
    }
    outbox.write_robot(village.id, TEMPLATE, f"n:{n}", facts=facts, now=at)
    db.session.commit()


def wait_for(happened: Callable[[], object], seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.05)


def closed(app, poll_id: int) -> bool:
    with app.app_context():
        return db.session.get(PollTally, poll_id) is not None


def sent(app) -> list[bool]:
    """Whether each of the test's own messages was sent; the runner itself tells the group of the log's head."""
    with app.app_context():
        own = select(OutboxMessage.sent_at).where(OutboxMessage.template == TEMPLATE)
        return [at is not None for at in db.session.scalars(own)]


def a_village_with_much_to_do(app, village, provider, *, messages: int, later: timedelta = timedelta()) -> int:
    """A poll and messages to a provider, which are due so much later. Returns the poll."""
    with app.app_context():
        poll = a_poll(village)
        vote(village, poll, village.ah_fong, 1)
        db.session.execute(delete(OutboxMessage))
        for n in range(messages):
            write_message(village, provider, n, clock.now() + later)
        db.session.remove()
    return poll


def test_closing_does_not_wait_for_a_provider_that_hangs_and_the_runner_ends_soon(app, village, jobs):
    with Provider(slow=HANGS) as provider:
        poll = a_village_with_much_to_do(app, village, provider, messages=5, later=PAST_CLOSING)
        running = jobs(PAST_CLOSING)
        wait_for(lambda: provider.heard)
        wait_for(lambda: closed(app, poll), seconds=8)
        assert sent(app) == [False] * 5, "the first message is still on its way"
        begun = time.monotonic()
        running.send_signal(signal.SIGTERM)
        assert running.wait(20) == 0
        assert time.monotonic() - begun < 15
        with app.app_context():
            message = db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).first()
            assert (message.tries, message.claimed_until) == (1, None), "what became of it was noted"


def test_a_runner_that_is_killed_goes_on_where_it_was_when_it_is_started_again(app, village, jobs):
    with Provider(slow=HANGS) as provider:
        poll = a_village_with_much_to_do(app, village, provider, messages=2)
        running = jobs(timedelta(0))
        wait_for(lambda: provider.heard)
        running.kill()
        running.wait()
        assert sent(app) == [False, False] and not closed(app, poll)
        provider.slow = 0.0
        running = jobs(PAST_LEASE)
        wait_for(lambda: sum(sent(app)) == 1)
        running.kill()
        running.wait()
        jobs(PAST_CLOSING)
        wait_for(lambda: closed(app, poll))
        words = [body["text"]["content"] for _, _, body in provider.heard]
        words = [one for one in words if re.search(r"第 \d 条", one)]
        assert len(words) == len(set(words)) == 2, "the one it was sending may have arrived: it is not sent again"


def made_ahead(app) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(SealingKey)) or 0


def test_the_runner_makes_the_keys_of_secret_polls_and_counts_with_them(app, config, village, jobs):
    """In processes of their own, as they run: pages take a key, the runner reads and destroys it."""
    making = jobs(timedelta(0))
    wait_for(lambda: made_ahead(app) == keys.MADE_AHEAD, seconds=90)
    making.kill()
    making.wait()
    with app.app_context():
        poll = a_poll(village, secret=True)
        seal = db.session.get(Poll, poll).frozen_poll.seal
        assert len(list(config.key_folder.glob("*.key"))) == keys.MADE_AHEAD, "the page made none"
        vote_in_secret(village, poll, village.ah_fong, 1)
        db.session.remove()
    jobs(PAST_CLOSING)
    wait_for(lambda: closed(app, poll), seconds=90)
    wait_for(lambda: not (config.key_folder / f"{seal}.key").exists())
