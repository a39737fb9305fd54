"""flask jobs run: the job runner. Nothing depends on it being up: every request judges by the time itself."""

import os
import signal
import socket
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from consult.domain.instants import days_anywhere
from consult.domain.schedules import Schedule
from consult.services.cases import filing as case_filing
from consult.services.cases import reminders as case_reminders
from consult.services.core import job_runs, maintenance, rollback_guard
from consult.services.core.job_runner import Job, Runner
from consult.services.core.uploads import allowances, disk
from consult.services.law import rule_changes
from consult.services.machine import attendance, backups, clock_watch
from consult.services.meetings import meeting_additions
from consult.services.messages import deliveries, dispatch, outbox
from consult.services.people import factor_changes, retention, rights
from consult.services.polls import formal_basis, poll_changes
from consult.services.polls.counting import due, late_marks
from consult.services.polls.requests import further_votes
from consult.services.polls.sealing import key_watch, keys
from consult.services.site import head_messages, message_sense, overdue, reminders, sounds, unused_files
from consult.services.talk import common_ground_jobs, task_changes
from consult.services.talk.council import council_requests
from consult.services.talk.duty import mergers
from consult.web import rollback_alarm
from consult.web.words import heard_words, robot_words

cli = AppGroup("jobs", help="Background jobs.")
DRAFTS_KEPT = timedelta(days=14)
EACH_TEN_SECONDS = Schedule(timedelta(seconds=10))
EACH_MINUTE = Schedule(timedelta(minutes=1))
EACH_HOUR = Schedule(timedelta(hours=1), timedelta(minutes=7))
EACH_NIGHT = Schedule(timedelta(days=1), timedelta(hours=3, minutes=17))


@cli.command("run")
def run() -> None:
    """Close polls on time, tidy up, and keep SQLite's write-ahead log short. Ends on SIGINT or SIGTERM."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    attendance.begin(app)
    asked: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda n, _frame: asked.append(n))
    working = runner(app)
    working.start()
    click.echo("后台任务开始了 / job runner: started")
    while not asked:
        time.sleep(0.2)
    working.end()


def _forget_codes(now: datetime) -> int:
    return deliveries.file_outbox().forget_codes(now=now)


def runner(app: Flask) -> Runner:
    """Return the runner of this app. Closing has a lane without slow jobs: no providers of messages, no numpy."""

    sweeper = outbox.Sweeper(
        dispatch.sender(robot_words.text_of), judge=message_sense.judge, ending=lambda: working.ending.is_set()
    )
    voices = sounds.Maker(heard_words.village_scripts)

    lanes = {
        "closing": (
            Job("beat", EACH_MINUTE, beat, everywhere=True, quiet=True),
            Job("watch_clock", EACH_MINUTE, lambda _: clock_watch.tick(), everywhere=True, quiet=True),
            Job("close_due", EACH_MINUTE, lambda now: due.close_due(now=now)),
            Job("open_due", EACH_TEN_SECONDS, lambda now: due.open_due(now=now), everywhere=True),
            Job("make_keys", EACH_MINUTE, lambda now: keys.make_ahead(now=now), everywhere=True),
            Job("watch_keys", EACH_MINUTE, lambda _: key_watch.watch(), everywhere=True, quiet=True),
        ),
        "messages": (Job("sweep_outbox", EACH_MINUTE, lambda now: sweeper.sweep_all(now=now)),),
        "voices": (
            Job("read_aloud", EACH_MINUTE, lambda _: voices.make_due(ending=working.ending.is_set)),
            Job("look_at_all_sounds", EACH_NIGHT, lambda _: voices.forget(), everywhere=True, quiet=True),
        ),
        "rest": (
            Job("apply_rights", EACH_MINUTE, lambda now: rights.apply_due(now=now)),
            Job("lapse_factors", EACH_HOUR, lambda now: factor_changes.lapse_due(now=now)),
            Job("lapse_basis", EACH_HOUR, lambda now: formal_basis.lapse_due(now=now)),
            Job("lapse_rules", EACH_HOUR, lambda now: rule_changes.lapse_due(now=now)),
            Job("lapse_poll_changes", EACH_HOUR, lambda now: poll_changes.lapse_due(now=now)),
            Job("lapse_further_votes", EACH_HOUR, lambda now: further_votes.lapse_due(now=now)),
            Job("lapse_late_marks", EACH_HOUR, lambda now: late_marks.lapse_due(now=now)),
            Job("lapse_additions", EACH_HOUR, lambda now: meeting_additions.lapse_due(now=now)),
            Job("lapse_task_changes", EACH_HOUR, lambda now: task_changes.lapse_due(now=now)),
            Job("lapse_council_requests", EACH_HOUR, lambda now: council_requests.lapse_due(now=now)),
            Job("say_heads", EACH_MINUTE, lambda now: head_messages.say_heads(now=now), quiet=True),
            Job("remind", EACH_MINUTE, lambda now: reminders.remind(now=now)),
            Job("compute_due", EACH_MINUTE, lambda now: common_ground_jobs.compute_due(now=now)),
            Job("tell_of_late_things", EACH_HOUR, lambda now: overdue.tell_all(now=now)),
            Job("hold_mergers", EACH_HOUR, lambda now: mergers.hold_due(now=now)),
            Job("remind_of_cases", EACH_HOUR, lambda now: case_reminders.remind(now=now)),
            Job("forget_case_drafts", EACH_HOUR, forget_case_drafts),
            Job("forget_old_attempts", EACH_NIGHT, _if_sure(maintenance.forget_old_attempts)),
            Job("forget_old_data", EACH_NIGHT, _if_sure(retention.forget_old)),
            Job("forget_job_runs", EACH_NIGHT, _if_sure(job_runs.forget)),
            Job("advance", EACH_MINUTE, lambda now: rollback_guard.advance(now=now), everywhere=True),
            Job("watch_disk", EACH_MINUTE, lambda _: disk.watch(), everywhere=True),
            Job("forget_allowances", EACH_NIGHT, _if_sure(forget_allowances)),
            Job("remove_left", EACH_HOUR, lambda _: backups.remove_left(), everywhere=True),
            Job("forget_unused_files", EACH_NIGHT, _if_sure(unused_files.forget_unused)),
            Job("forget_codes", EACH_MINUTE, _forget_codes, everywhere=True, quiet=True),
            Job("checkpoint", EACH_MINUTE, lambda _: maintenance.checkpoint(), everywhere=True),
        ),
    }
    working = Runner(app, lanes, paused=rollback_alarm.raised)
    return working


def beat(now: datetime) -> None:
    """Note that this runner lives."""
    job_runs.beat(f"{socket.gethostname()} {os.getpid()}", EACH_MINUTE.latest(now), now=now)


def _if_sure(forget: Callable[..., object]) -> Callable[[datetime], object]:
    """Delete what is old by the clock only while no village doubts the clock."""
    return lambda now: None if clock_watch.in_doubt() else forget(now=now)


def forget_allowances(*, now: datetime) -> None:
    """Forget what was counted on days that are over everywhere."""
    allowances.forget(before=days_anywhere(now)[0])


def forget_case_drafts(now: datetime) -> int:
    """Discard what somebody began to write and left lying."""
    if clock_watch.in_doubt():
        return 0
    return case_filing.forget_drafts(now=now, before=now - DRAFTS_KEPT)
