"""A backup is whole, can be put back, and an old one put back is noticed: then the site can only be read."""

import io
import json
import re
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text

from consult import clock, create_app
from consult.domain.audit import Tag
from consult.models import AuditEntry, BallotEvent, Poll, db
from consult.services.core import rollback_guard
from consult.services.machine import backups
from consult.services.polls.counting import due
from consult.services.site.verification import verify
from consult.web import rollback_alarm
from tests.bundle_cases import declared
from tests.village import a_poll, sign_in_as, vote, vote_in_secret

pytestmark = pytest.mark.both_databases


def run(app, *words: str, code: int = 0) -> str:
    result = app.test_cli_runner().invoke(args=list(words))
    assert result.exit_code == code, result.output
    return result.output


@pytest.fixture
def poll(app, village) -> int:
    with app.app_context():
        poll = a_poll(village)
        vote(village, poll, village.ah_fong, 1)
        db.session.remove()
    return poll


@pytest.fixture
def backup(app, poll, tmp_path) -> Path:
    path = tmp_path / "backup.tar"
    run(app, "backup", str(path), "--plain")
    return path


def later_vote(app, village, poll: int) -> None:
    with app.app_context():
        vote(village, poll, village.old_chan, 1)
        rollback_guard.advance(now=clock.now())
        db.session.remove()


def test_a_backup_is_one_file_that_only_its_owner_reads(config, backup):
    assert backup.stat().st_mode & 0o777 == 0o600
    with tarfile.open(backup) as tar:
        assert {"backup.json"} < set(tar.getnames())
        facts = json.loads(tar.extractfile("backup.json").read())
    assert facts["format"] == backups.FORMAT and len(facts["heads"]) == 2


def test_what_was_put_back_is_what_was_backed_up(app, village, poll, backup):
    later_vote(app, village, poll)
    with app.app_context():
        assert db.session.query(BallotEvent).count() == 2
        db.session.remove()
        db.engine.dispose()
    run(app, "restore", str(backup), "--over")
    with app.app_context():
        assert db.session.query(BallotEvent).count() == 1
        assert list(verify(village.row())) == []


def test_a_village_is_not_written_over_by_mistake(app, backup):
    assert "--over" in run(app, "restore", str(backup), code=1)


@pytest.mark.parametrize("content", [b"", b"no tar"])
def test_what_is_no_backup_is_refused_with_a_sentence(app, village, tmp_path, content):
    (tmp_path / "x.tar").write_bytes(content)
    assert "cannot be read as a backup" in run(app, "restore", str(tmp_path / "x.tar"), "--over", code=1)
    assert "cannot be read as a backup" in run(app, "drill", str(tmp_path / "x.tar"), code=1)
    for words in (["drill"], ["restore", "--over"]):
        assert "没有这个文件" in run(app, *words, str(tmp_path / "nowhere.tar"), code=1)


def test_a_drill_restores_to_a_scratch_place_checks_all_and_says_the_minutes(app, village, tmp_path):
    with app.app_context():
        declared(village, secret=True)
        db.session.remove()
    said = run(app, "drill")
    assert "2 villages verified, 1 bundles checked" in said and "all is well" in said and "minutes" in said
    with app.app_context():
        assert db.session.query(Poll).count() == 1, "the drill touches nothing here"


def test_a_drill_finds_what_somebody_changed(app, village, poll):
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            db.session.execute(text("DROP TRIGGER ballot_event_no_delete"))
        else:
            db.session.execute(text("ALTER TABLE ballot_event DISABLE TRIGGER USER"))
        db.session.execute(text("DELETE FROM ballot_event"))
        db.session.commit()
        db.session.remove()
    assert "the ballot is gone" in run(app, "drill", code=1)


@contextmanager
def started(config) -> Iterator[Flask]:
    """Another server on the same database; its connections are closed at the end."""
    other = create_app(config)
    yield other
    with other.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def restored(app, config, village, poll, backup):
    """The server as it starts again after an old backup was put back."""
    later_vote(app, village, poll)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    assert "ALARM" in run(app, "restore", str(backup), "--over")
    with started(config) as again:
        again.test_client_class = app.test_client_class
        again.extensions["watch"] = app.extensions["watch"]
        yield again


def test_an_old_backup_put_back_raises_an_alarm_and_the_site_can_only_be_read(restored, village, poll):
    client = restored.test_client()
    sign_in_now(restored, client, village)
    page = client.get(f"/rongxi/polls/{poll}")
    assert page.status_code == 200 and client.page.select_one(".urgent[role=alert]") is not None
    answer = client.send(f"/rongxi/polls/{poll}/ballots", choice="1", key="k")
    assert answer.status_code == 503
    with restored.app_context():
        assert db.session.query(BallotEvent).count() == 1
        assert due.close_due(now=clock.now()) == []


def sign_in_now(app, client, village) -> None:
    sign_in_as(client, village.old_chan)


def test_the_job_does_not_forget_the_head_it_misses(restored, village):
    with restored.app_context():
        assert rollback_guard.advance(now=clock.now()) == 0
        assert set(rollback_guard.missing()) == {village.id}


def test_whoever_takes_responsibility_does_so_in_the_log(app, config, restored, village):
    run(restored, "audit", "accept-restored", "--reason", "硬盘坏了")
    with started(config) as after, after.app_context():
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.tag == Tag.BACKUP_RESTORED.value)).one()
        assert "硬盘坏了" in entry.facts and rollback_guard.missing() == {}
        assert list(verify(village.row())) == []


def test_nothing_is_wrong_where_nothing_was_put_back(app, village, poll):
    with app.app_context():
        assert rollback_guard.advance(now=clock.now()) == 2
        assert rollback_guard.advance(now=clock.now()) == 0
        vote(village, poll, village.old_chan, 1, at=clock.now() + timedelta(seconds=1))
        assert rollback_guard.missing() == {}
        assert rollback_guard.advance(now=clock.now()) == 1


def test_another_database_in_the_same_place_is_noticed_too(app, config, village, poll, tmp_path):
    with app.app_context():
        rollback_guard.advance(now=clock.now())
        db.session.remove()
    if config.on_sqlite:
        with started(replace(config, database_url=f"sqlite:///{tmp_path / 'other.db'}")) as empty:
            with empty.app_context():
                assert rollback_alarm.raised()
            assert empty.test_client().get("/healthz").status_code == 200


def test_the_keys_of_open_secret_polls_are_in_no_backup_and_the_drill_says_so(app, config, village, tmp_path):
    with app.app_context():
        poll = a_poll(village, secret=True)
        vote_in_secret(village, poll, village.ah_fong, 1)
        db.session.remove()
    (key,) = config.key_folder.glob("*.key")
    path = tmp_path / "backup.tar"
    run(app, "backup", str(path), "--plain")
    assert key.read_bytes() not in path.read_bytes()
    with tarfile.open(path) as tar:
        assert not [name for name in tar.getnames() if key.stem in name or "ballot-keys" in name]
    assert "Not to be counted here" not in run(app, "drill", str(path))  # the folder of the keys is there
    key.unlink()
    said = run(app, "drill", str(path))
    assert f"Not to be counted here: poll {poll}" in said and "all is well" in said
    assert f"Not to be counted here: poll {poll}" in run(app, "restore", str(path), "--over")


WELL = {"format": backups.FORMAT, "database": "sqlite", "made_at": "2026-01-01T00:00:00+00:00", "heads": {}}


@pytest.mark.parametrize(
    ("description", "database", "said"),
    [
        ([1], b"", "不是本程序的备份"),
        ({"format": backups.FORMAT}, b"", "不是本程序的备份"),
        (WELL | {"made_at": "yesterday"}, b"", "不是本程序的备份"),
        (WELL | {"made_at": "2026-01-01"}, b"", "不是本程序的备份"),
        (WELL | {"database": "mysql"}, b"", "不是本程序的备份"),
        (WELL | {"database": ["sqlite"]}, b"", "不是本程序的备份"),
        (WELL | {"heads": [1]}, b"", "不是本程序的备份"),
        (WELL | {"revision": 7}, b"", "不是本程序的备份"),
        (WELL, None, "里面没有数据库"),
        (WELL, b"", "坏了|本机用的是"),
        (WELL, b"x" * 5000, "坏了|本机用的是"),
    ],
)
def test_what_is_no_whole_backup_is_refused_with_a_sentence(app, village, tmp_path, description, database, said):
    """A drill of one without a database was well: it had made itself an empty one."""
    file = tmp_path / "b.tar"
    with tarfile.open(file, "w") as tar:
        for name, content in (("backup.json", json.dumps(description).encode()), ("database.db", database)):
            if content is not None:
                info = tarfile.TarInfo(name)
                info.size = len(content)
                tar.addfile(info, io.BytesIO(content))
    for words in (["drill", str(file)], ["restore", "--over", str(file)]):
        assert re.search(said, told := run(app, *words, code=1)) and "/tmp" not in told.replace(str(file), ""), told
    assert "rongxi" in run(app, "village", "list")
