"""Programs of former versions out of the history of the repository, which make databases as they made them then."""

import io
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import run
from consult.config import ROOT, VERSION
from tests.archives import unpack


@dataclass(frozen=True)
class OldVersion:
    """The last commit of a version, on which its tag stands, and the migration it ended with."""

    name: str
    commit: str
    revision: str


OLD_VERSIONS = tuple(
    {
        one.revision: OldVersion(one.version, one.commit or run.commit_of(one, ROOT)[0] or "", one.revision)
        for one in run.releases()
        if one.version != VERSION
    }.values()
)
"""The last version before this one of each schema, out of docs/releases.toml."""
NO_HISTORY = "The commit of version {} is not here: fetch the whole history (git fetch --unshallow) and try again"


def keys_of(instance: Path) -> dict[str, str]:
    """Return the keys that a demo of then made for itself, as settings of an installation."""
    return {"SECRET_KEY": (instance / "secret_key").read_text(), "DATA_KEY": (instance / "data_key").read_text()}


def make(old: OldVersion, place: Path, url: str = "") -> Path:
    """Make the demonstration village of then in `place`, by the program of then. Return its folder of files.

    Raises AssertionError where history or program do not do it.
    """
    program, instance = place / f"program-{old.name}", place / f"instance-{old.name}"
    _unpack(old, program)
    env = {name: os.environ[name] for name in ("PATH", "LANG", "HOME") if name in os.environ}
    env |= {"CONSULT_MODE": "demo", "INSTANCE_PATH": str(instance), "FLASK_APP": str(program / "app.py")}
    if url:
        env["DATABASE_URL"] = url
    for words in (["db", "upgrade"], ["demo", "seed"]):
        command = [sys.executable, "-m", "flask", *words]
        done = subprocess.run(command, cwd=program, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{old.name} {words}: {done.stderr[-2000:]}"
    return instance


def _unpack(old: OldVersion, program: Path) -> None:
    packed = subprocess.run(["git", "archive", old.commit], cwd=ROOT, capture_output=True, check=False)
    assert packed.returncode == 0, NO_HISTORY.format(old.name)
    unpack(io.BytesIO(packed.stdout), program)
