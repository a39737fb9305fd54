"""A drill touches what it vouches for: keys, files, older and newer backups."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from secrets import token_hex

import pytest
from flask_migrate import downgrade
from sqlalchemy import create_engine, make_url
from sqlalchemy.pool import NullPool

from consult import clock, create_app
from consult.config import ROOT, VERSION
from consult.domain.cases.states import CaseState, MediaKind
from consult.models import BallotEvent, Village, db
from consult.services.cases.case_files import Media
from consult.services.core import files, rollback_guard, schema
from consult.services.core.uploads import stored_files
from consult.services.machine import backups, data_keys, presence, schemas
from consult.web import rollback_alarm
from tests.archives import unpack
from tests.browser import environment
from tests.cases import a_case
from tests.running import children
from tests.services.core.test_backups import run
from tests.tampering import without_triggers_of
from tests.village import a_poll, vote

ANOTHER = "another-key-0123456789-zyxwvutsrqponmlkji"


@pytest.fixture
def backup(app, village, tmp_path) -> Path:
    """A plain backup of a village with a ballot, a photo of a case and a recording of a neighbour."""
    with app.app_context():
        a_case(village, CaseState.ACCEPTED, media=[Media(MediaKind.PHOTO, b"a fence")])
        stored_files.keep(b"her voice", files.RECORDINGS, village.ah_fong.act())
        vote(village, a_poll(village), village.ah_fong, 1)
    path = tmp_path / "backup.tar"
    run(app, "backup", str(path), "--plain")
    forget_connections(app)
    return path


def forget_connections(app) -> None:
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def changed(backup: Path, folder: Path, **facts: str) -> Path:
    """The backup with other words about it."""
    return rewritten(backup, folder, lambda data: json.dumps(json.loads(data) | facts).encode(), "backup.json")


def without(backup: Path, folder: Path, begins: str) -> Path:
    """The backup without the files whose names begin so."""
    return rewritten(backup, folder, lambda _: None, begins)


def rewritten(backup: Path, folder: Path, make, begins: str) -> Path:
    inside, target = folder / "inside", folder / "other.tar"
    shutil.rmtree(inside, ignore_errors=True)
    unpack(backup, inside)
    with tarfile.open(backup) as tar:
        names = tar.getnames()
    with tarfile.open(target, "w") as tar:
        for name in names:
            if name.startswith(begins):
                data = make((inside / name).read_bytes())
                if data is None:
                    continue
                (inside / name).write_bytes(data)
            tar.add(inside / name, name)
    return target


@pytest.mark.both_databases
def test_a_drill_says_version_schema_age_and_what_it_found(app, backup):
    said = run(app, "drill", str(backup))
    for words in (f"version {VERSION}", f"schema {schemas.newest()}", "hours old", "ballots 1", "cases 1", "files 1"):
        assert words in said
    assert "all is well" in said


@pytest.mark.both_databases
def test_a_drill_and_a_restore_with_another_data_key_stop_with_a_sentence(app, config, backup, tmp_path, database_kind):
    if database_kind == "sqlite":
        config = replace(config, database_url=f"sqlite:///{tmp_path / 'elsewhere' / 'consult.db'}")
    else:
        with app.app_context():
            db.drop_all()
            db.session.execute(db.text("DROP TABLE alembic_version"))
            db.session.commit()
        forget_connections(app)
    other = create_app(replace(config, data_key=ANOTHER, instance_path=tmp_path / "elsewhere"))
    for command in ("drill", "restore"):
        said = run(other, command, str(backup), code=1)
        assert "DATA_KEY is not the key that this backup was sealed under" in said and "Traceback" not in said
    with other.app_context():
        assert not backups.holds_something(config.database_url), "nothing was put back"
    assert "put back" in run(other, "restore", str(backup), "--another-key")
    forget_connections(other)


def test_a_backup_made_before_the_key_was_described_is_refused_too(app, config, backup, tmp_path):
    other = create_app(
        replace(config, data_key=ANOTHER, instance_path=tmp_path / "b", database_url=f"sqlite:///{tmp_path}/b/c.db")
    )
    assert "DATA_KEY is not the key" in run(other, "restore", str(changed(backup, tmp_path, key_check="")), code=1)


@pytest.mark.parametrize("kind", ["case_files", "recordings"])
def test_a_drill_misses_each_file_that_a_row_names(app, backup, tmp_path, kind):
    said = run(app, "drill", str(without(backup, tmp_path, kind)), code=1)
    assert f"file {kind}/" in said and "is not there" in said


@pytest.mark.parametrize("kind", ["case_files", "recordings"])
def test_the_doctor_names_each_file_that_is_not_there(app, config, backup, kind):
    (gone,) = (one for one in (config.instance_path / kind).rglob("*") if one.is_file())
    kept = gone.read_bytes()
    gone.unlink()
    assert f"{kind}/{gone.stem}" in run(app, "doctor", code=2)
    gone.write_bytes(kept)
    assert kind not in app.test_cli_runner().invoke(args=["doctor"]).output


@pytest.mark.parametrize("kind", ["case_files", "recordings"])
def test_a_drill_finds_a_file_that_is_another(app, backup, tmp_path, kind):
    said = run(app, "drill", str(rewritten(backup, tmp_path, lambda data: data[8:], kind)), code=1)
    assert f"file {kind}/" in said and ("is not what was kept" in said or "does not open" in said)


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE person SET phone_cipher = 'gAAAAA' WHERE id = 1", "person.phone_cipher: 1 do not open"),
        ("UPDATE case_reader SET wrapped = 'gAAAAA'", "case_reader.wrapped:"),
        ("UPDATE case_entry SET cipher = 'gAAAAA' WHERE number = 1", "entry 1 does not open"),
        ("UPDATE mediation_case SET cipher = 'gAAAAA'", "its line of lists does not open"),
    ],
)
def test_a_drill_opens_what_is_sealed(app, backup, tmp_path, statement, named):
    with app.app_context():
        without_triggers_of("case_entry", statement)
    assert named in run(app, "drill", code=1)


@pytest.mark.sweep
@pytest.mark.both_databases
@pytest.mark.parametrize("revision", ["0014", "0035"])
def test_a_drill_migrates_a_backup_of_an_older_version_in_the_scratch_place(app, village, tmp_path, revision):
    with app.app_context():
        vote(village, a_poll(village), village.ah_fong, 1)
        db.session.remove()
        schema.prepare(app)
        downgrade(revision=revision)
        db.session.remove()
        description = backups.make_backup(tmp_path / "old.tar", now=clock.now(), lock=None)
    forget_connections(app)
    assert description["revision"] == revision
    said = run(app, "drill", str(tmp_path / "old.tar"))
    assert f"migrated in the scratch place: {revision} to {schemas.newest()}" in said and "all is well" in said
    with app.app_context():
        assert schemas.of_database(db.engine) == revision, "the drill touches nothing here"
        db.session.remove()
    forget_connections(app)
    silent = rewritten(  # as versions before 0.8.0 made them
        tmp_path / "old.tar",
        tmp_path,
        lambda data: json.dumps(
            {k: v for k, v in json.loads(data).items() if k not in ("revision", "version")}
        ).encode(),
        "backup.json",
    )
    said = run(app, "restore", str(silent), "--over")
    upgrade, start = said.index("请输入：flask db upgrade"), said.index("systemctl start consult-web")
    assert upgrade < start and f"结构是 {revision}" in said and "还没有表" not in said


def test_a_backup_of_a_newer_version_is_refused_with_a_sentence(app, backup, tmp_path):
    newer = changed(backup, tmp_path, version="9.9.9", revision="9999")
    for words in (["drill", str(newer)], ["restore", str(newer), "--over"]):
        said = run(app, *words, code=1)
        assert "made by version 9.9.9 (schema 9999)" in said and VERSION in said


@pytest.mark.both_databases
def test_what_stood_there_before_is_kept_whole_in_one_file_for_each_restore(app, config, village, backup, monkeypatch):
    with app.app_context():
        poll = db.session.scalars(db.text("SELECT id FROM poll")).one()
        vote(village, poll, village.old_chan, 1)  # stands in the write-ahead log alone
    forget_connections(app)
    kept = []
    for second in range(2):
        said = run(app, "restore", str(backup), "--over")
        kept.append(Path(next(line for line in said.splitlines() if "is whole in:" in line).rpartition(": ")[2]))
        monkeypatch.setenv("CONSULT_CLOCK_SHIFT", str(second + 60))
    assert len(set(kept)) == 2 and all(one.stat().st_mode & 0o777 == 0o600 for one in kept)
    if config.on_sqlite:
        with closing(sqlite3.connect(f"file:{kept[0]}?mode=ro&immutable=1", uri=True)) as connection:
            assert connection.execute("SELECT count(*) FROM ballot_event").fetchone() == (2,)
    else:
        assert kept[0].read_bytes()[:5] == b"PGDMP"
    with app.app_context():
        assert db.session.query(BallotEvent).count() == 1


def test_a_broken_database_is_named_by_the_doctor_and_replaced_with_its_bytes_kept(app, config, backup):
    file = Path(config.database_url.removeprefix("sqlite:///"))
    file.with_name(file.name + "-shm").unlink(missing_ok=True)
    file.with_name(file.name + "-wal").write_bytes(b"not written into it yet")
    file.write_bytes(b"\x00broken" * 100 + file.read_bytes()[700:])
    anew = create_app(config)  # a server that starts on it says so on its pages, and does not end
    found = anew.test_cli_runner().invoke(args=["doctor"])
    assert found.exit_code == 2 and "坏了 数据库" in found.output
    said = run(anew, "restore", str(backup), "--over")
    kept = Path(next(line for line in said.splitlines() if "is whole in:" in line).rpartition(": ")[2])
    assert kept.read_bytes().startswith(b"\x00broken")
    assert {one.stat().st_mode & 0o777 for one in kept.parent.glob(f"{kept.name}*")} == {0o600}
    with anew.app_context():
        assert db.session.query(BallotEvent).count() == 1


def test_a_backup_with_a_broken_database_replaces_nothing(app, village, backup, tmp_path):
    for make in (lambda data: data[: len(data) // 2], lambda data: b"x" * len(data)):
        cut = rewritten(backup, tmp_path, make, "database.db")
        for command in (["drill", str(cut)], ["restore", str(cut), "--over"]):
            done = app.test_cli_runner().invoke(args=command)
            assert done.exit_code == 1 and "备份里的数据库坏了" in done.output, done.output
        with app.app_context():
            assert db.session.query(BallotEvent).count() == 1
        forget_connections(app)


@pytest.mark.both_databases
def test_a_backup_is_not_put_back_under_a_running_server(app, config, backup):
    holder = (
        "import os, sys, time; from consult.config import Config; from consult.services.machine import presence; "
        "presence.hold(Config.from_env()); print('held', flush=True); sys.stdin.read()"
    )
    with children.start(
        [sys.executable, "-c", holder],
        cwd=ROOT,
        env=os.environ | environment(config),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout is not None and server.stdout.readline() == "held\n"
        said = run(app, "restore", str(backup), "--over", code=1)
        assert "is running" in said and "systemctl stop" in said
        server.communicate("", timeout=30)
    run(app, "restore", str(backup), "--over")


@pytest.mark.postgresql
def test_a_backup_is_not_put_back_while_another_machine_is_connected(app, config, backup):
    engine = create_engine(config.database_url, poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(db.text("SELECT 1"))
        assert "others are connected" in run(app, "restore", str(backup), "--over", code=1)


@pytest.mark.postgresql
def test_a_session_of_another_user_is_seen_by_a_role_that_is_no_superuser(app, config):
    """PostgreSQL hides from it of what kind that session is and whence it comes. The role of a village is none."""
    url = make_url(config.database_url)
    superuser = create_engine(url, poolclass=NullPool)
    role = f"village_{token_hex(4)}"
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    with superuser.begin() as connection:
        connection.execute(db.text(f"CREATE ROLE {role} LOGIN"))
    plain = replace(config, database_url=url.set(username=role).render_as_string(hide_password=False))
    try:
        with presence.alone(plain):
            pass
        with superuser.connect() as connection:
            connection.execute(db.text("SELECT 1"))
            with (
                pytest.raises(presence.InUse, match=f"1 others are connected.*as {url.username}"),
                presence.alone(plain),
            ):
                pass
    finally:
        with superuser.begin() as connection:
            connection.execute(db.text(f"DROP ROLE {role}"))


def test_the_services_do_not_start_while_a_backup_is_put_back(app, config):
    with presence.alone(config):
        done = flask(config, "jobs", "run")
    assert done.returncode == 1 and "A backup is being put back" in done.stderr and "Traceback" not in done.stderr


def test_the_doctor_says_by_its_own_scale_that_the_data_key_is_another(config, app, village):
    with app.app_context():
        data_keys.check()
        db.session.commit()
    told = flask(config, "doctor", DATA_KEY=ANOTHER)
    assert (told.returncode, told.stdout[:2]) == (2, "坏了") and "DATA_KEY is not the key" in told.stdout
    listed = flask(config, "doctor", "--json", DATA_KEY=ANOTHER)
    assert listed.returncode == 2 and json.loads(listed.stdout)[0]["state"] == "BROKEN"
    assert flask(config, "audit", "verify", DATA_KEY=ANOTHER).returncode == 1


def flask(config, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "app", *words],
        cwd=ROOT,
        env=os.environ | environment(config) | env,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.own_app
def test_the_alarm_is_looked_at_again_without_a_restart_when_a_backup_was_put_back(app, config, village, backup):
    with app.app_context():
        poll = db.session.scalars(db.text("SELECT id FROM poll")).one()
        vote(village, poll, village.old_chan, 1)
        rollback_guard.advance(now=clock.now())
        assert not rollback_alarm.raised()
    run(app, "restore", str(backup), "--over")
    with app.app_context():
        assert rollback_alarm.raised()
    run(app, "audit", "accept-restored", "--reason", "硬盘坏了")
    with app.app_context():
        assert not rollback_alarm.raised()


def test_a_command_refuses_another_user_than_the_owner_with_the_line_to_type(app, config, village):
    os.chown(config.instance_path, 65534, 65534)
    try:
        done = flask(config, "audit", "verify")
    finally:
        os.chown(config.instance_path, os.geteuid(), os.getegid())
    assert done.returncode != 0 and "Traceback" not in done.stderr
    assert "belongs to the user nobody" in done.stderr and "runuser -u nobody -- " in done.stderr
    assert "audit verify" in done.stderr


def test_a_command_on_a_place_that_cannot_be_made_says_what_to_type(config, tmp_path):
    (tmp_path / "file").write_text("no folder")
    done = flask(replace(config, instance_path=tmp_path / "file" / "place"), "audit", "verify")
    assert "install -d -m 700" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.both_databases
def test_commands_and_the_job_runner_refuse_a_database_of_another_schema(app, config, village):
    for revision, words in (("0041", "flask db upgrade"), ("9999", "newer than this program")):
        with app.app_context():
            db.session.execute(db.text(f"UPDATE alembic_version SET version_num = '{revision}'"))
            db.session.commit()
            db.session.remove()
        for command in (["village", "create", "new", "--name", "新村"], ["jobs", "run"], ["audit", "verify"]):
            said = run(app, *command, code=1)
            assert revision in said and words in said
    with app.app_context():
        assert db.session.query(Village).count() == 2


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("UPDATE alembic_version SET version_num = '0041'", "flask db upgrade"),
        ("UPDATE alembic_version SET version_num = '9999'", "newer than this program"),
        ("DROP TABLE alembic_version", "has no tables yet"),
    ],
)
def test_a_web_server_refuses_a_database_of_another_schema(app, config, village, change, words):
    with app.app_context():
        db.session.execute(db.text(change))
        db.session.commit()
        db.session.remove()
    done = subprocess.run(
        [sys.executable, "-c", "import app"],
        cwd=ROOT,
        env=os.environ | environment(config),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1 and words in done.stderr and "Traceback" not in done.stderr


def test_a_database_on_a_disk_that_can_only_be_read_is_verified_there(app, config, village, tmp_path):
    with app.app_context():
        vote(village, a_poll(village), village.ah_fong, 1)
    forget_connections(app)
    disk = tmp_path / "disk"
    disk.mkdir()
    shutil.copy(config.database_url.removeprefix("sqlite:///"), disk / "consult.db")
    script = f"mount --bind {disk} {disk} && mount -o remount,bind,ro {disk} && exec {sys.executable} -m flask --app app audit verify"
    sealed = replace(config, instance_path=disk, database_url=f"sqlite:///{disk / 'consult.db'}")
    user = [] if os.geteuid() == 0 else ["-r"]
    done = subprocess.run(
        ["unshare", "-m", *user, "sh", "-c", script],
        cwd=ROOT,
        env=os.environ | environment(sealed),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0 and "all is as recorded" in done.stdout, done.stderr


def test_of_a_folder_only_the_newest_backups_stay_and_other_files_are_left_alone(app, village, tmp_path, monkeypatch):
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "letter.tar").write_text("mine")
    for second in range(4):
        monkeypatch.setenv("CONSULT_CLOCK_SHIFT", str(second * 60))
        said = run(app, "backup", str(folder), "--plain", "--keep", "2")
    assert "removed" in said and len(list(folder.glob("consult-*.tar"))) == 2 and (folder / "letter.tar").exists()
    monkeypatch.setenv("CONSULT_CLOCK_SHIFT", str(-10 * 86400))
    behind = {one.name for one in folder.iterdir()}
    run(app, "backup", str(folder), "--plain", "--keep", "2")
    (made,) = {one.name for one in folder.iterdir()} - behind
    assert made < min(behind) and (folder / made).stat().st_size, "the clock went back: what was just made stays"
    assert "takes a folder" in run(app, "backup", str(tmp_path / "b.tar"), "--plain", "--keep", "2", code=1)
