"""The power goes: every acknowledged ballot is there afterwards. The check itself is held to finding a setting that loses."""

import os
import random
import shutil
import sqlite3
import sys
from pathlib import Path

import pytest

from consult.config import ROOT
from consult.models import db
from tests.browser import environment
from tests.running.power import Event, after_a_cut, record
from tests.village import a_poll, villagers

CUTS = 300
VOTERS = 40
CASTER = """
import os, sys
from consult import clock, create_app, extensions
extensions.SQLITE_PRAGMAS = tuple(p.replace("synchronous=FULL", "synchronous=" + sys.argv[1]) for p in extensions.SQLITE_PRAGMAS)
app = create_app()
from consult.domain.polls.secret_ballots import new_token
from consult.services.core import maintenance
from consult.models import Poll, db
from consult.services.polls import ballot_requests, ballots
from consult.services.polls.counting import openings
village, named, secret = map(int, sys.argv[2:5])
with app.app_context():
    seal = openings.seal_of(db.session.get(Poll, secret))
    for n, person in enumerate(map(int, sys.argv[5].split(","))):
        for poll in (named, secret):
            order = ballot_requests.BallotRequest(village, poll, person, (1,), new_token())
            receipt = ballots.cast(order, clock=clock.now)
            os.write(1, f"ACK {seal.slot_of(receipt.code) if receipt.key else receipt.code}\\n".encode())
        if n == 25:
            maintenance.checkpoint()
"""


def recorded(app, config, village, tmp_path: Path, setting: str) -> tuple[dict[str, bytes], list[Event]]:
    """The disk before, and everything a caster did to it."""
    with app.app_context():
        people = villagers(village, VOTERS)
        polls = [a_poll(village, key="named"), a_poll(village, key="secret", secret=True)]
        db.session.remove()
        db.session.execute(db.text("PRAGMA wal_checkpoint(TRUNCATE)"))
        db.session.remove()
        db.engine.dispose()
    path = config.database_url.removeprefix("sqlite:///")
    before = {path: Path(path).read_bytes()}
    people_words = ",".join(map(str, people))
    words = [sys.executable, "-c", CASTER, setting, str(village.id), *map(str, polls), people_words]
    env = os.environ | environment(config) | {"PYTHONPATH": str(ROOT)}
    return before, [e for e in record(words, tmp_path / "strace.log", env) if not e.path.endswith("-shm")]


def lost(before: dict[str, bytes], done: list[Event], folder: Path, dice: random.Random) -> int:
    """How many acknowledged ballots are not there when the machine comes up again. A broken file loses all."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    database = next(iter(before))
    for path, content in after_a_cut(before, done, dice).items():
        if path.startswith(database):
            (folder / Path(path).name).write_bytes(content)
    acknowledged = {e.data.decode().split()[1] for e in done if e.what == "ack"}
    with sqlite3.connect(folder / Path(database).name) as connection:
        try:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            there = {
                r
                for (r,) in connection.execute("SELECT receipt FROM ballot_event UNION SELECT slot FROM sealed_ballot")
            }
        except (sqlite3.DatabaseError, AssertionError):
            there = set()
    connection.close()
    return len(acknowledged - there)


def cuts_that_lose(app, config, village, tmp_path: Path, setting: str) -> int:
    before, events = recorded(app, config, village, tmp_path, setting)
    assert sum(e.what == "ack" for e in events) == VOTERS * 2
    assert any(e.what == "write" and e.path.endswith("-wal") for e in events)
    dice = random.Random(7)
    return sum(
        lost(before, events[: dice.randrange(len(events) + 1)], tmp_path / "disk", dice) > 0 for _ in range(CUTS)
    )


@pytest.mark.serial
def test_no_power_cut_loses_an_acknowledged_ballot(app, config, village, tmp_path):
    losing = cuts_that_lose(app, config, village, tmp_path, "FULL")
    print(f"synchronous=FULL: {losing} of {CUTS} power cuts lost an acknowledged ballot")
    assert losing == 0


@pytest.mark.serial
def test_the_check_finds_the_setting_that_loses_ballots(app, config, village, tmp_path):
    losing = cuts_that_lose(app, config, village, tmp_path, "NORMAL")
    print(f"synchronous=NORMAL: {losing} of {CUTS} power cuts lost an acknowledged ballot")
    assert losing > CUTS // 10
