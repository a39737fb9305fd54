"""Programs of former versions out of the history of the repository, which make databases as they made them then."""

import io
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from consult.config import ROOT
from tests.archives import unpack


@dataclass(frozen=True)
class OldVersion:
    """The last commit of a version, on which its tag stands, and the migration it ended with."""

    name: str
    commit: str
    revision: str


OLD_VERSIONS = (
    OldVersion("0.1", "a631497367bd4d6099f77d08ee792d2222c62e7b", "0001"),
    OldVersion("0.2", "85a778183930b2f13bf523b06416ee9241d6ee6e", "0002"),
    OldVersion("0.3", "4cf713c2a540ce6fec51c957f3334814d674f067", "0003"),
    OldVersion("0.4", "5a849c38502a2dad952b3db3bb1252eb56c71d31", "0004"),
    OldVersion("0.5", "2924154f8b1768b2e95d7f321a1397829b9b5e60", "0005"),
    OldVersion("0.6", "303b24a5fba7c6685e0743f6a8f8392eaabb5c1b", "0007"),
    OldVersion("0.7", "37d304273d757a6ac67aef540218e6d8994a02a4", "0015"),
)
"""Each version that ended with a schema of its own. Versions before 0.8.0 were given out without a tag."""
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
