"""Media are kept whole: written at once by several, after a power cut, and on the disk before anything names them."""

import io
import os
import random
import sys
import threading
from pathlib import Path

import pytest
from PIL import Image

from consult.config import ROOT
from consult.services.core import files
from consult.services.core.uploads import pictures
from tests.running.power import record
from tests.village import Who

ROUNDS = 50
KEEPER = """
import os, sys
from pathlib import Path
from flask import Flask
from consult.config import Config
from consult.services.core import files
app = Flask("keeper")
app.config["CONSULT"] = Config("sqlite://", Path(sys.argv[1]), "", "")
with app.app_context():
    os.write(1, f"ACK {files.path_of(files.PICTURES, files.keep(b'light' * 9000, files.PICTURES))}\\n".encode())
"""


def an_upload(seed: int) -> bytes:
    out = io.BytesIO()
    noise = random.Random(seed).randbytes(96 * 96 * 3)
    Image.frombytes("RGB", (96, 96), noise).save(out, "PNG")
    return out.getvalue()


def test_two_who_keep_the_same_photo_at_once_each_have_their_own(app, config, village):
    errors: list[BaseException] = []
    names: list[str] = []

    def keep(who: Who, upload: bytes, start: threading.Barrier) -> None:
        with app.app_context():
            start.wait()
            try:
                names.append(pictures.store(upload, who.act()))
            except BaseException as error:
                errors.append(error)

    for number in range(ROUNDS):
        start = threading.Barrier(2)
        two = (village.ah_fong, village.ah_kwok)
        both = [threading.Thread(target=keep, args=(who, an_upload(number), start)) for who in two]
        for one in both:
            one.start()
        for one in both:
            one.join()
    assert errors == [] and len(names) == 2 * ROUNDS and len(set(names)) == 2 * ROUNDS
    folder = config.instance_path / "pictures"
    with app.app_context():
        assert {name for name in names if pictures.size_of(name) == (96, 96)} == set(names)
        assert {path.stem for path in files.kept()} == set(names)
    assert not [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".jpg"]


def test_what_could_not_be_written_leaves_nothing(app, config):
    (config.instance_path / "pictures").write_text("no folder can be made here")
    with app.app_context(), pytest.raises(OSError):
        files.keep(b"x", files.PICTURES)
    assert not [path for path in config.instance_path.rglob("*") if path.suffix == files.PARTIAL]


def test_kept_files_are_for_their_owner_only_and_each_kind_has_its_folder(app, config):
    with app.app_context():
        names = [files.keep(b"x", folder) for folder in (files.RECORDINGS, files.CASE_FILES)]
        paths = [f"recordings/{names[0][:2]}/{names[0]}.m4a", f"case_files/{names[1][:2]}/{names[1]}.bin"]
        for kept in (config.instance_path / path for path in paths):
            assert kept.read_bytes() == b"x" and kept.stat().st_mode & 0o077 == 0
        assert [str(path) for path in files.kept()] == paths
        files.forget(files.CASE_FILES, [names[1], "gone"])
        assert [str(path) for path in files.kept()] == paths[:1]


def test_a_file_and_its_folders_are_on_the_disk_before_it_is_said_to_be_kept(tmp_path):
    root = tmp_path / "instance"
    root.mkdir()
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    done = record([sys.executable, "-c", KEEPER, str(root)], tmp_path / "strace.log", env)
    (said,) = [number for number, event in enumerate(done) if event.what == "ack"]
    path = Path(done[said].data.decode().split()[1])
    synced = [Path(event.path) for event in done[:said] if event.what == "sync"]
    assert synced[0].parent == path.parent and synced[0].suffix == files.PARTIAL
    assert synced[1:] == [path.parent, path.parent.parent, root]
    assert path.read_bytes() == b"light" * 9000
