"""What a killed backup, drill or restore unpacked is gone with the next one, or within the hour; what others use stays."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from consult import clock
from consult.services.core import files
from consult.services.machine import backups, scratch
from tests.browser import environment
from tests.running import children
from tests.services.core.test_backups import run

HOLD = """
import time
from consult import create_app
from consult.services.machine import backups
with create_app().app_context(), backups.scratch_folder() as folder:
    (folder / "database.db").write_text("names in the clear")
    print(folder, flush=True)
    time.sleep(60)
"""
LONG_AGO = 3 * 24 * 3600


def nothing_to_drop(name: str) -> bool:
    raise AssertionError(name)


def old(path: Path) -> Path:
    os.utime(path, (time.time() - LONG_AGO,) * 2)
    return path


def test_a_place_that_a_process_holds_stays_and_one_of_a_killed_process_goes(app, inside, config):
    holder = children.start(
        [sys.executable, "-c", HOLD], env=environment(config), stdout=subprocess.PIPE, text=True, cwd=Path.cwd()
    )
    assert holder.stdout is not None
    place = Path(holder.stdout.readline().strip())
    assert place.parent == config.instance_path and (place / "database.db").exists()
    assert backups.remove_left() == 0 and place.exists()
    holder.send_signal(signal.SIGKILL)
    holder.communicate(timeout=10)
    assert (place / "database.db").exists(), "a killed process tidies nothing"
    with backups.scratch_folder() as mine:
        assert not place.exists() and mine.exists()
    assert not mine.exists()


def test_folders_that_earlier_versions_left_go_after_a_day_and_nothing_else_does(inside, config):
    left, young, other = (config.instance_path / name for name in ("tmp5plz61sk", "tmpxo3kts05", "tmp-of-the-clerk"))
    for folder in (left, young, other):
        folder.mkdir()
        (folder / "database.db").write_text("names")
    aside = config.instance_path / "elsewhere"
    aside.mkdir()
    (aside / "kept").write_text("kept")
    link = config.instance_path / "tmpabcdefgh"
    link.symlink_to(aside)
    for one in (left, other, aside):
        old(one)
    assert scratch.remove_left(drop=nothing_to_drop) == 1
    assert not left.exists() and young.exists() and other.exists() and (aside / "kept").exists() and link.is_symlink()


def test_files_that_were_begun_go_after_a_day(inside, config):
    name = files.keep(b"her voice", files.RECORDINGS)
    whole = files.path_of(files.RECORDINGS, name)
    begun, young = (whole.with_name(f"{word}{files.PARTIAL}") for word in ("tmpa", "tmpb"))
    database = config.instance_path / f"consult.db{files.PARTIAL}"
    for one in (begun, young, database):
        one.write_bytes(b"half")
    for one in (whole, begun, database):
        old(one)
    assert scratch.remove_partial_files() == 2
    assert whole.exists() and young.exists() and not begun.exists() and not database.exists()


def test_a_folder_whose_database_cannot_be_dropped_is_kept_for_the_next_time(inside, config):
    left = config.instance_path / f"{scratch.PREFIX}left"
    left.mkdir()
    (left / scratch.DATABASE).write_text("consult_drill_0123", encoding="ascii")
    asked: list[str] = []
    assert scratch.remove_left(drop=lambda name: bool(asked.append(name))) == 0
    assert left.exists() and asked == ["consult_drill_0123"]
    assert scratch.remove_left(drop=lambda name: not asked.append(name)) == 1
    assert not left.exists()


@pytest.mark.postgresql
def test_the_scratch_database_of_a_killed_drill_is_dropped(inside, config):
    name = "consult_drill_killed0"
    engine = create_engine(config.database_url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
        left = config.instance_path / f"{scratch.PREFIX}left"
        left.mkdir()
        (left / scratch.DATABASE).write_text(name, encoding="ascii")
        assert backups.remove_left() == 1
        there = text("SELECT count(*) FROM pg_database WHERE datname = :name")
        assert connection.scalar(there, {"name": name}) == 0


def test_files_stand_before_the_database_that_names_them(app, village, tmp_path, monkeypatch):
    """Killed between the two, the place is whole: the database before, and files that nobody names yet."""
    path = tmp_path / "backup.tar"
    with app.app_context():
        name = files.keep(b"a fence", files.PICTURES)
    run(app, "backup", str(path), "--plain")
    with app.app_context():
        files.forget(files.PICTURES, [name])

        def killed(database: Path, url: str) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(backups, "place", killed)
        with pytest.raises(KeyboardInterrupt):
            backups.restore(path, over=True, now=clock.now())
        assert files.path_of(files.PICTURES, name).read_bytes() == b"a fence"
        assert not list(Path(files.path_of(files.PICTURES, name)).parents[2].glob(f"{scratch.PREFIX}*"))
