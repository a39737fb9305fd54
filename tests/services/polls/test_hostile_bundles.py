"""What a stranger sends as a bundle is refused in one sentence: no traceback, no memory eaten, no time lost."""

import io
import json
import random
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from consult.services.polls import bundles
from tests.bundle_cases import Files, check, declared, edited, entry_of, files_of, in_process, relisted, verifier

BROKEN = 300


_made: Files = {}


@pytest.fixture
def files(request) -> Files:
    """The bundle of a declared poll, made once: nothing here asks the village again."""
    if not _made:
        _made.update(files_of(declared(request.getfixturevalue("inside"), secret=False)[0], full=False))
    return dict(_made)


def zipped(parts: list[tuple[str, bytes]], path: Path, *, how: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", how) as archive:
        for name, content in parts:
            archive.writestr(name, content)
    return path


def run(path: Path, *words: str, most_memory: int = 1_200_000) -> tuple[int, str]:
    """The exit code, and all that was said; never a traceback, and within so many kB of addresses."""
    limited = f"ulimit -v {most_memory}; exec {sys.executable} -I {bundles.VERIFIER} {path} {' '.join(words)}"
    done = subprocess.run(["bash", "-c", limited], capture_output=True, text=True, check=False, timeout=60)
    assert "Traceback" not in done.stderr + done.stdout, done.stderr
    return done.returncode, done.stdout


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_false_file_before_the_right_one_of_the_same_name_is_refused(files, tmp_path):
    forged = files["result.json"].replace(b'"declared": true', b'"declared": false')
    for parts in ([("result.json", forged), *files.items()], [*files.items(), ("result.json", forged)]):
        code, said = run(zipped(parts, tmp_path / "twice.zip"))
        assert code == 2 and "twice" in said and len(said.splitlines()) == 1


def test_a_name_twice_in_one_object_is_refused(files, tmp_path):
    forged = files["result.json"].replace(b'"declared": true', b'"declared": false,\n "declared": true')
    code, said = run(zipped(list(relisted({**files, "result.json": forged}).items()), tmp_path / "x.zip"))
    assert code == 2 and "twice" in said


@pytest.mark.parametrize("part", ["log.json", "manifest.json", "rules.json", "ballots.json"])
@pytest.mark.parametrize("depth", [60, 3_000, 300_000])
def test_deep_nesting_is_refused(files, part, depth, tmp_path):
    deep = b"[" * depth + b"]" * depth
    parts = {**files, part: deep} if part == "manifest.json" else relisted({**files, part: deep})
    code, said = run(zipped(list(parts.items()), tmp_path / "x.zip"))
    assert code == 2 and "nested" in said


def test_a_bomb_is_refused_before_it_is_unpacked(files, tmp_path):
    bomb = zipped([*files.items(), ("photos/1-1.jpg", bytes(300 * 2**20))], tmp_path / "bomb.zip")
    assert bomb.stat().st_size < 1_000_000
    began = time.monotonic()
    code, said = run(bomb)
    assert code == 2 and "too big" in said and time.monotonic() - began < 20


@pytest.mark.parametrize("how", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_file_packed_in_a_way_that_has_no_bound_is_refused_before_it_is_unpacked(files, how, tmp_path):
    """The bomb is larger than the memory it is given. A larger one of each, in more memory, takes long to pack."""
    bomb = zipped([*files.items(), ("photos/1-1.jpg", bytes(250 * 2**20))], tmp_path / "bomb.zip", how=how)
    assert bomb.stat().st_size < 500_000
    code, said = run(bomb, most_memory=240_000)
    assert code == 2 and "another way" in said and len(said.splitlines()) == 1


def test_many_files_that_are_big_together_are_refused(files, tmp_path):
    parts = [(f"photos/{n}-1.jpg", bytes(60 * 2**20)) for n in range(5)]
    code, said = run(zipped([*files.items(), *parts], tmp_path / "x.zip"))
    assert code == 2 and "too big" in said
    code, said = run(zipped([(f"photos/{n}-1.jpg", b"") for n in range(501)], tmp_path / "x.zip"))
    assert code == 2 and "too many" in said


@pytest.mark.parametrize("number", ["9" * 19, "9" * 100_000, "1.5", "1e9", "NaN", "-Infinity"])
def test_a_number_of_no_use_is_refused(files, number, tmp_path):
    changed = files["result.json"].replace(b'"blank": ', f'"blank": {number}, "x": '.encode(), 1)
    code, said = run(zipped(list(relisted({**files, "result.json": changed}).items()), tmp_path / "x.zip"))
    assert code == 2 and len(said) < 600


def test_a_share_that_takes_for_ever_to_compute_fails(files, tmp_path):
    forged = edited(files, "rules", lambda r: r["frozen"]["rule"]["majority"].update(of="1e999999999"))
    began = time.monotonic()
    assert check(forged, tmp_path)[0] == 1 and time.monotonic() - began < 20


def test_a_file_of_no_known_name_fails(files, tmp_path):
    for name in ("../evil.json", "extra.json", "photos/../x.jpg", "/etc/passwd"):
        code, failed, said = check({**files, name: b"{}"}, tmp_path)
        assert code == 1 and "F1" in failed, said


def test_an_encrypted_or_damaged_zip_is_refused(files, tmp_path):
    whole = zipped(list(files.items()), tmp_path / "x.zip").read_bytes()
    for broken in (whole[:-40], whole[: len(whole) // 2], whole.replace(b"PK\x01\x02", b"PK\x01\x03", 1), b"PK" * 999):
        (tmp_path / "broken.zip").write_bytes(broken)
        assert run(tmp_path / "broken.zip")[0] == 2
    flagged = bytearray(whole)
    at = flagged.index(b"PK\x01\x02")
    flagged[at + 8] |= 1
    (tmp_path / "broken.zip").write_bytes(bytes(flagged))
    assert run(tmp_path / "broken.zip")[0] == 2


def test_a_link_in_a_folder_is_refused(files, tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    (folder / "photos").symlink_to("/etc")
    (folder / "passwd.json").symlink_to("/etc/passwd")
    assert run(folder)[0] == 2


def test_what_a_bundle_says_does_nothing_to_the_terminal(files, tmp_path):
    forged = edited(files, "manifest", lambda m: m.update(format="\x1b]0;owned\x07" + "x" * 5000))
    code, said = run(zipped(list(forged.items()), tmp_path / "x.zip"))
    assert code == 2 and "\x1b" not in said and len(said) < 600


PLANTED = {
    "a time beside a secret ballot": ("ballots", lambda rows: rows[0].update(cast_at="2026-07-01T00:00:00+00:00")),
    "a person beside a unit": ("marks", lambda rows: rows[0].update(person=7)),
    "a roll number beside a unit": ("marks", lambda rows: rows[0].update(number=7)),
    "a channel beside a roll number": ("roll", lambda rows: rows[0].update(channel="phone")),
    "an id for a pseudonym": ("sheets", lambda rows: rows[0]["entries"][0].update(person=7)),
    "a digest of a stored photo": ("sheets", lambda rows: rows[0]["entries"][0].update(picture="a" * 64)),
    "an actor": ("log", lambda log: shown(log, "poll:closed", "actor", 7)),
    "the instant of a sheet": ("log", lambda log: shown(log, "sheet:opened", "at", "2026-07-01T00:00:00.000000+00:00")),
    "an entry of another matter": ("log", lambda log: log["entries"].insert(1, reported())),
    "a name beside the tally": ("result", lambda result: result.update(declared_by="陈")),
}


def shown(log, tag, name, value):
    row = entry_of(log, tag)
    row["open"][name] = ["a" * 64, value]
    del row["sealed"][name]


def reported():
    fields = {"tag": ["a" * 64, "words:reported"], "subject": ["a" * 64, "comment:11"], "actor": ["a" * 64, 892]}
    return {"number": 2, "open": fields, "sealed": {}}


@pytest.mark.parametrize("what", PLANTED)
def test_what_must_not_leave_the_village_is_found(files, what, tmp_path):
    part, plant = PLANTED[what]
    code, failed, said = check(edited(files, part, plant), tmp_path)
    assert code == 1 and failed & {"F2", "F3"}, said


def test_a_cast_of_a_secret_poll_may_not_be_open(inside, tmp_path):
    secret = files_of(declared(inside, secret=True)[0], full=True)

    def plant(log):
        bare = next(row for row in log["entries"] if "body" in row)
        del bare["body"]
        fields = {"tag": "ballot:cast", "subject": "poll:1", "facts.rev": 1, "facts.channel": "phone"}
        bare |= {"open": {name: ["a" * 64, value] for name, value in fields.items()}, "sealed": {}}

    assert {"F3", "L1"} <= check(edited(secret, "log", plant), tmp_path)[1]


def test_hundreds_of_damaged_zips_end_with_a_sentence_and_never_pass_changed(files, tmp_path, capsys):
    """Bytes of the zip itself are changed: each is refused, fails a check, or holds exactly what it held."""
    out = io.BytesIO(zipped(list(files.items()), tmp_path / "x.zip").read_bytes())
    whole, dice, path = out.getvalue(), random.Random(20261130), tmp_path / "broken.zip"
    for _ in range(BROKEN):
        broken = bytearray(whole)
        for _ in range(dice.randint(1, 4)):
            broken[dice.randrange(len(broken))] = dice.randrange(256)
        path.write_bytes(bytes(broken))
        code = verifier().main([str(path)])
        assert code in (1, 2) or {n: c for n, c in verifier().read_zip(path).items()} == files
    capsys.readouterr()


def test_hundreds_of_damaged_texts_end_with_a_sentence(files, tmp_path, capsys):
    """Bytes of a JSON file are changed, put in or taken out, and the list of files is written anew."""
    dice, names = random.Random(20261130), sorted(name for name in files if name.endswith(".json"))
    for _ in range(BROKEN):
        name = dice.choice(names)
        broken = bytearray(files[name])
        at = dice.randrange(len(broken))
        broken[at : at + dice.randint(0, 3)] = dice.choice((b"", b"[", b'"', b"9", b"}", b"\xff", b"null", b"\\u0000"))
        try:
            json.loads(broken if name == "manifest.json" else b"{}")
        except ValueError:
            continue
        parts = {**files, name: bytes(broken)}
        parts = parts if name == "manifest.json" else relisted(parts)
        (tmp_path / "x").mkdir(exist_ok=True)
        for one, content in parts.items():
            (tmp_path / "x" / one).write_bytes(content)
        assert verifier().main([str(tmp_path / "x")]) in (0, 1, 2)
    capsys.readouterr()
    assert in_process(files, "", tmp_path / "x") == 0
