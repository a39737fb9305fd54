"""A backup is encrypted unless somebody says otherwise, holds no keys, and one that was touched is refused."""

import json
import secrets
import tarfile
import threading
from dataclasses import replace
from pathlib import Path

import click
import pytest
from sqlalchemy import func, select

from consult.cli.machine import backups as commands
from consult.config import Config, Misconfigured
from consult.models import AuditEntry, AuditHead, BallotEvent, db
from consult.services.machine import backups, sealed_files
from consult.services.machine.sealed_files import CHUNK, TAG
from consult.services.site.verification import verify
from tests.archives import unpack
from tests.services.core.test_backups import run
from tests.services.core.test_config import env
from tests.village import a_poll, vote

NAME = "李桂芳"
PASSPHRASE = "六个村民挑水上山喝茶看月亮然后回家睡觉去"


@pytest.fixture(scope="module")
def pair() -> tuple[str, str]:
    return sealed_files.new_pair()


@pytest.fixture
def config(config, pair) -> Config:
    return replace(config, backup_key=pair[1])


@pytest.fixture
def key_file(tmp_path, pair) -> Path:
    file = tmp_path / "private.key"
    file.write_text(pair[0])
    return file


@pytest.fixture
def poll(app, village) -> int:
    with app.app_context():
        made = a_poll(village)
        vote(village, made, village.ah_fong, 1)
        db.session.remove()
    return made


@pytest.fixture
def sealed(app, poll, tmp_path) -> Path:
    path = tmp_path / "backup.sealed"
    run(app, "backup", str(path))
    return path


def forget_connections(app) -> None:
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.mark.both_databases
def test_nothing_of_the_village_can_be_read_in_it_and_only_its_owner_reads_the_file(app, sealed):
    content = sealed.read_bytes()
    assert NAME.encode() not in content and b"SQLite" not in content and b"backup.json" not in content
    assert sealed.stat().st_mode & 0o777 == 0o600


@pytest.mark.both_databases
def test_it_can_be_put_back_and_drilled_with_the_private_key(app, village, poll, sealed, key_file):
    with app.app_context():
        vote(village, poll, village.old_chan, 1)
    forget_connections(app)
    assert "all is well" in run(app, "drill", str(sealed), "--key", str(key_file))
    run(app, "restore", str(sealed), "--over", "--key", str(key_file))
    with app.app_context():
        assert db.session.query(BallotEvent).count() == 1
        assert list(verify(village.row())) == []


def test_it_can_be_sealed_with_a_passphrase_and_put_back_with_it(app, village, poll, tmp_path):
    file, wrong = tmp_path / "passphrase", tmp_path / "wrong"
    file.write_text(PASSPHRASE + "\n")
    wrong.write_text(PASSPHRASE + "!")
    run(app, "backup", str(tmp_path / "b"), "--key", str(file))
    forget_connections(app)
    assert "does not fit" in run(app, "restore", str(tmp_path / "b"), "--over", "--key", str(wrong), code=1)
    run(app, "restore", str(tmp_path / "b"), "--over", "--key", str(file))


@pytest.mark.parametrize("name", ["backup", "drill", "restore"])
def test_the_file_of_a_key_is_named_by_one_option_everywhere(name):
    """A backup took --passphrase-file, what opens it --key: the older name still works, and no help shows it."""
    command = getattr(commands, name)
    named = {opt: one.hidden for one in command.params if isinstance(one, click.Option) for opt in one.opts}
    assert (named["--key"], named["--passphrase-file"]) == (False, True)


def test_a_key_that_was_cut_is_told_and_a_key_takes_no_word_plain(app, village, tmp_path, key_file):
    (cut := tmp_path / "cut").write_text(key_file.read_text().strip()[:-9])
    (public := tmp_path / "public").write_text("consult-backup-public:AAAA")
    run(app, "backup", str(tmp_path / "b"))
    assert "密钥不完整" in run(app, "drill", str(tmp_path / "b"), "--key", str(cut), code=1)
    assert "密钥不完整" in run(app, "backup", str(tmp_path / "c"), "--passphrase-file", str(public), code=1)
    assert "--plain" in run(app, "backup", str(tmp_path / "c"), "--key", str(public), "--plain", code=1)
    assert not (tmp_path / "c").exists()


def test_a_short_passphrase_and_a_private_key_on_the_server_are_refused(app, village, tmp_path, key_file):
    (tmp_path / "short").write_text("wasser")
    for file, word in ((tmp_path / "short", "16 characters"), (key_file, "private key")):
        assert word in run(app, "backup", str(tmp_path / "b"), "--passphrase-file", str(file), code=1)
    assert not (tmp_path / "b").exists() and not (tmp_path / "b.part").exists()


def test_without_a_key_a_plain_backup_takes_an_explicit_word(app, village, tmp_path):
    app.config["CONSULT"] = replace(app.config["CONSULT"], backup_key="")
    assert "BACKUP_KEY" in run(app, "backup", str(tmp_path / "b"), code=1)
    run(app, "backup", str(tmp_path / "b"), "--plain")
    assert tarfile.is_tarfile(tmp_path / "b")


def test_the_command_makes_keys_that_fit_and_writes_over_none(app, tmp_path):
    said = run(app, "keys", "backup", str(tmp_path / "new.key"))
    public = said.splitlines()[0].removeprefix("BACKUP_KEY=")
    assert Config.from_env(env(BACKUP_KEY=public)).backup_key == public
    assert (tmp_path / "new.key").stat().st_mode & 0o777 == 0o600
    assert "not written over" in run(app, "keys", "backup", str(tmp_path / "new.key"), code=1)
    with pytest.raises(Misconfigured, match="BACKUP_KEY"):
        Config.from_env(env(BACKUP_KEY="consult-backup-private:abc"))


@pytest.mark.parametrize("key", ["", "other", "public"])
def test_it_opens_with_no_other_key(app, sealed, tmp_path, pair, key):
    if not key:
        assert "is encrypted" in run(app, "restore", str(sealed), "--over", code=1)
        return
    file = tmp_path / "key"
    file.write_text(pair[1] if key == "public" else sealed_files.new_pair()[0])
    said = run(app, "restore", str(sealed), "--over", "--key", str(file), code=1)
    assert "opens nothing" in said if key == "public" else "does not fit" in said


def touched(content: bytes) -> dict[str, bytes]:
    """What somebody may do to a sealed file whose chunks he cannot read."""
    start = content.index(b"\n", content.index(b"\n") + 1) + 1
    head, body = content[:start], content[start:]
    chunks = [body[i : i + CHUNK + TAG] for i in range(0, len(body), CHUNK + TAG)]
    return {
        "the last byte is gone": content[:-1],
        "the last chunk is gone": head + b"".join(chunks[:-1]),
        "all chunks are gone": head,
        "two chunks changed places": head + chunks[1] + chunks[0] + b"".join(chunks[2:]),
        "a chunk stands twice": head + chunks[0] + chunks[0] + b"".join(chunks[1:]),
        "a chunk is left out": head + b"".join(chunks[1:]),
        "one bit is turned": head + bytes([body[0] ^ 1]) + body[1:],
        "the header is another's": content.replace(b'"for"', b'"For"', 1),
        "something was added": content + b"x" * 100,
        "half the header": content[:40],
    }


@pytest.mark.parametrize("how", list(touched(b"\n\n" + bytes(3 * CHUNK))))
def test_a_touched_file_is_refused_and_the_village_stays_as_it_is(app, village, sealed, key_file, tmp_path, how):
    changed = tmp_path / "changed"
    changed.write_bytes(touched(sealed.read_bytes())[how])
    forget_connections(app)
    run(app, "restore", str(changed), "--over", "--key", str(key_file), code=1)
    with app.app_context():
        assert db.session.query(BallotEvent).count() == 1


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 7])
def test_content_of_any_length_comes_back_as_it_was(tmp_path, pair, size):
    content = secrets.token_bytes(size)
    with open(tmp_path / "f", "wb") as file:
        sealer = sealed_files.Sealer(file, sealed_files.lock_of(pair[1]))
        sealer.write(content[: size // 3])
        sealer.write(content[size // 3 :])
        sealer.close()
    with open(tmp_path / "f", "rb") as file:
        reader = sealed_files.Unsealer(file, sealed_files.opener_of(pair[0]))
        assert reader.read(size // 2) + reader.read() == content
    for shorter in {0, size // 2, size + TAG - 1}:
        cut = (tmp_path / "f").read_bytes()
        cut = cut[: max(0, len(cut) - (size + TAG) + shorter)] if shorter else cut[:-1]
        (tmp_path / "cut").write_bytes(cut)
        with open(tmp_path / "cut", "rb") as file, pytest.raises(sealed_files.NotOpened):
            sealed_files.Unsealer(file, sealed_files.opener_of(pair[0])).finish()


def test_no_key_is_ever_in_a_backup(app, config, village, poll, tmp_path):
    """Neither the keys of ballots nor those that a demo keeps beside its database."""
    for name in ("ballot-keys/1.key", "data_key", "secret_key", "heads.json", "pictures.key"):
        file = config.instance_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text("key")
    run(app, "backup", str(tmp_path / "b"), "--plain")
    with tarfile.open(tmp_path / "b") as tar:
        names = tar.getnames()
    assert all(backups._belongs(name) for name in names)
    assert not [name for name in names if "key" in name or "heads" in name]


@pytest.mark.both_databases
def test_the_heads_of_a_backup_are_those_of_the_state_that_it_holds(app, village, poll, tmp_path):
    """Also while others write: an act in between is in neither, or in both."""
    ending = threading.Event()

    def write() -> None:
        with app.app_context():
            for n in range(200):
                if ending.is_set():
                    return
                vote(village, poll, village.old_chan, 1 + n % 2, key=f"busy-{n}")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for n in range(3):
            run(app, "backup", str(tmp_path / f"{n}.tar"), "--plain")
    finally:
        ending.set()
        writer.join()
    for n in range(3):
        assert "all is well" in run(app, "drill", str(tmp_path / f"{n}.tar"))
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(AuditEntry)) >= len(
            db.session.scalars(select(AuditHead)).all()
        )


def test_a_drill_finds_heads_that_are_not_those_of_the_database(app, poll, tmp_path):
    run(app, "backup", str(tmp_path / "b"), "--plain")
    unpack(tmp_path / "b", tmp_path / "x")
    facts = json.loads((tmp_path / "x/backup.json").read_text())
    facts["heads"] = {village: [number + 1, digest] for village, (number, digest) in facts["heads"].items()}
    (tmp_path / "x/backup.json").write_text(json.dumps(facts))
    with tarfile.open(tmp_path / "c", "w") as tar:
        for file in (tmp_path / "x").iterdir():
            tar.add(file, file.name)
    assert "not those that the backup names" in run(app, "drill", str(tmp_path / "c"), code=1)


@pytest.mark.parametrize(
    "name", ["../x", "/etc/x", "pictures/../../x", "other/x", "data_key", "pictures", "ballot-keys/1"]
)
def test_of_an_archive_only_files_of_a_backup_are_taken(app, tmp_path, name):
    with tarfile.open(tmp_path / "evil.tar", "w") as tar:
        info = tarfile.TarInfo(name)
        tar.addfile(info)
    assert "cannot be read as a backup" in run(app, "drill", str(tmp_path / "evil.tar"), code=1)


def test_a_link_in_an_archive_is_refused(app, tmp_path):
    with tarfile.open(tmp_path / "evil.tar", "w") as tar:
        info = tarfile.TarInfo("pictures/ab/x.jpg")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(info)
    assert "cannot be read as a backup" in run(app, "drill", str(tmp_path / "evil.tar"), code=1)


def test_backups_go_back_also_on_a_python_without_filters_of_archives(app, village, sealed, key_file, monkeypatch):
    """Debian 12 has Python 3.11.2."""
    for name in ("data_filter", "fully_trusted_filter", "tar_filter"):
        monkeypatch.delattr(tarfile, name, raising=False)  # there it is not
    monkeypatch.delattr(tarfile.TarFile, "extractall")
    forget_connections(app)
    run(app, "restore", str(sealed), "--over", "--key", str(key_file))


def test_healthz_says_how_old_the_last_backup_and_drill_are(app, client, sealed, key_file):
    assert client.get("/healthz").json["hours_since_drill"] is None
    run(app, "drill", str(sealed), "--key", str(key_file))
    said = client.get("/healthz").json
    assert (said["hours_since_backup"], said["hours_since_drill"]) == (0, 0)
    assert said["settings"]["synchronous"] == 2 and "log_entries" not in said
