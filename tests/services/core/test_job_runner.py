"""Periodic jobs: each due time once over all runners, again after a failure, and no job keeps another from its turn."""

import sys
import time
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from consult import clock
from consult.config import ROOT
from consult.domain.schedules import LEASE, MOST_TRIES, Schedule
from consult.models import JobRun, db
from consult.services.core import job_runs
from consult.services.core.job_runner import Job, Runner
from tests.browser import environment
from tests.running import children

pytestmark = pytest.mark.both_databases
SECOND, DAY = Schedule(timedelta(seconds=1)), Schedule(timedelta(days=1))
SECONDS = 5
RUNNER = f"""
import os, sys, time
from datetime import timedelta
from consult import create_app
from consult.domain.schedules import Schedule
from consult.services.core import job_runner
job_runner.SECONDS_BETWEEN_LOOKS = 0.1
def act(now):
    with open(sys.argv[1], "a") as file:
        file.write(f"{{os.getpid()}}\\n")
lanes = {{name: [job_runner.Job(name, Schedule(timedelta(seconds=1)), act)] for name in ("a", "b")}}
runner = job_runner.Runner(create_app(), lanes)
runner.start()
time.sleep({SECONDS})
runner.end()
"""


@pytest.mark.serial
def test_two_runners_do_each_due_time_once(app, config, tmp_path):
    command = [sys.executable, "-c", RUNNER, str(tmp_path / "done")]
    runners = [children.start(command, cwd=ROOT, env=environment(config)) for _ in range(2)]
    assert [one.wait(60) for one in runners] == [0, 0]
    with app.app_context():
        rows = db.session.scalars(select(JobRun)).all()
    assert len(rows) >= 2 * (SECONDS - 2)
    assert all(row.tries == 1 and row.finished_at for row in rows)
    assert len((tmp_path / "done").read_text().split()) == len(rows)


def test_no_job_rests_for_an_hour_when_a_clock_that_ran_ahead_is_put_right(app):
    now = clock.now()
    with app.app_context():
        for minutes in range(0, 65, 5):
            due_at = now + timedelta(minutes=minutes)
            assert job_runs.claim("close_due", due_at, now=due_at)
            job_runs.finish("close_due", due_at, now=due_at)
        job_runs.beat("host 7", now, now=now)
        assert not job_runs.claim("close_due", now, now=now), "done, and not ahead"
        for minutes in range(5, 65, 5):
            due_at = now + timedelta(minutes=minutes)
            assert job_runs.claim("close_due", due_at, now=due_at), minutes


def test_a_due_time_is_taken_once_and_again_only_if_its_runner_is_gone(app):
    now = clock.now()
    with app.app_context():
        assert [job_runs.claim("a", now, now=now) for _ in range(2)] == [True, False]
        assert job_runs.claim("b", now, now=now), "another job"
        later = now + LEASE + timedelta(seconds=1)
        assert [job_runs.claim("a", now, now=later) for _ in range(2)] == [True, False], "the runner was killed"
        job_runs.finish("a", now, now=later)
        assert not job_runs.claim("a", now, now=later + 2 * LEASE)


def test_a_job_that_fails_is_tried_again_later_but_not_for_ever(app):
    now = due_at = clock.now()
    tries = 0
    with app.app_context():
        for _ in range(MOST_TRIES + 3):
            if job_runs.claim("a", due_at, now=now):
                tries += 1
                job_runs.fail("a", due_at, now=now)
                assert not job_runs.claim("a", due_at, now=now)
            now += timedelta(hours=1)
    assert tries == MOST_TRIES


def test_due_times_that_are_old_or_ahead_of_the_clock_are_forgotten(app):
    now = clock.now()
    with app.app_context():
        for days in (0, 1, 3, 4, -1):
            job_runs.claim("a", now - timedelta(days=days), now=now)
        assert job_runs.forget(now=now) == 3
        assert db.session.scalar(select(func.count()).select_from(JobRun)) == 2


def test_a_job_that_fails_keeps_no_other_from_its_turn_and_is_logged(app, caplog):
    done = []

    def fail(_now):
        raise ValueError("broken")

    runner = Runner(app, {"one": [Job("bad", DAY, fail), Job("good", DAY, done.append)]})
    for _ in range(2):
        runner.look(runner.lanes["one"])
    assert len(done) == 1
    assert "bad failed" in caplog.text and "Traceback" in caplog.text
    with app.app_context():
        bad = db.session.scalars(select(JobRun).where(JobRun.job == "bad")).one()
        assert (bad.tries, bad.finished_at) == (1, None)


def test_a_job_of_each_machine_is_done_by_every_runner(app):
    done = []
    for _ in range(2):
        runner = Runner(app, {"one": [Job("here", DAY, done.append, everywhere=True)]})
        runner.look(runner.lanes["one"])
        runner.look(runner.lanes["one"])
    assert len(done) == 2


def test_nothing_is_done_while_paused(app):
    done = []
    runner = Runner(app, {"one": [Job("a", DAY, done.append)]}, paused=lambda: True)
    runner.look(runner.lanes["one"])
    assert done == []


def test_a_lane_does_not_wait_for_another_and_the_end_is_soon(app):
    done, begun = [], time.monotonic()
    slow = Job("slow", DAY, lambda _: time.sleep(3))
    runner = Runner(app, {"slow": [slow], "quick": [Job("quick", SECOND, lambda _: done.append(time.monotonic()))]})
    runner.start()
    while not done and time.monotonic() < begun + 10:
        time.sleep(0.02)
    runner.end()
    assert done and done[0] < begun + 3, "the quick lane was done first"
