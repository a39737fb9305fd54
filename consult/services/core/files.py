"""Keep uploaded media: pictures, recordings and sealed files of cases, each as one file under INSTANCE_PATH.

A file is whole or not there, and it is on the disk before `keep` returns. The limits of what may be uploaded stand here.
"""

import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from consult.config import current_config

MEGABYTE = 1024 * 1024
LARGEST_PICTURE = 12 * MEGABYTE
LARGEST_RECORDING = 16 * MEGABYTE
LARGEST_ROLL = 20 * MEGABYTE
LARGEST_REQUEST = 24 * MEGABYTE
"""All files and words of one form together."""
MOST_PIXELS = 25_000_000
LONGEST_RECORDING_SECONDS = 120

PARTIAL = ".part"
"""How a file that is being written ends. One that a power cut left is never read."""


@dataclass(frozen=True)
class Folder:
    """Files of one kind."""

    name: str
    suffix: str


PICTURES = Folder("pictures", ".jpg")
RECORDINGS = Folder("recordings", ".m4a")
CASE_FILES = Folder("case_files", ".bin")
FOLDERS = (PICTURES, RECORDINGS, CASE_FILES)
"""What people sent. In every backup."""
SOUNDS = Folder("sounds", ".mp3")
"""Public pages read aloud by a machine, named by what they say. They are made anew from the pages: in no backup."""


def keep(data: bytes, folder: Folder, name: str = "") -> str:
    """Write a file, without a name under a new random one, and return its name. It is on the disk then. Raises OSError."""
    path = path_of(folder, name or secrets.token_hex(16))
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, suffix=PARTIAL, delete=False) as partial:
        try:
            partial.write(data)
            partial.flush()
            os.fsync(partial.fileno())
            os.replace(partial.name, path)
        except BaseException:
            Path(partial.name).unlink(missing_ok=True)
            raise
    for changed in path.parents[:3]:  # the file's folder may be new, and the folder of that one too
        _flush(changed)
    return path.stem


def path_of(folder: Folder, name: str) -> Path:
    """Return the path of a file of this name, which may not be there."""
    return _root() / folder.name / name[:2] / f"{name}{folder.suffix}"


def forget(folder: Folder, names: Iterable[str]) -> None:
    """Remove files. Call it after the commit that removes their rows: a rollback brings back rows but no files."""
    for name in names:
        path_of(folder, name).unlink(missing_ok=True)


def size_of(folder: Folder, name: str) -> int | None:
    """Return how many bytes a file has; None: it is not there."""
    try:
        return path_of(folder, name).stat().st_size
    except OSError:
        return None


def names(folder: Folder, prefix: str) -> list[str]:
    """Return the names that begin so, which must be two characters or more."""
    found = (_root() / folder.name / prefix[:2]).glob(f"{prefix}*{folder.suffix}")
    return sorted(path.stem for path in found)


def kept() -> Iterator[Path]:
    """Return the paths of all files that people sent, relative to INSTANCE_PATH."""
    root = _root()
    for folder in FOLDERS:
        yield from (path.relative_to(root) for path in sorted((root / folder.name).glob(f"*/*{folder.suffix}")))


def digest_of(content: bytes) -> str:
    """Return the SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def _root() -> Path:
    config = current_config()
    return config.instance_path


def _flush(folder: Path) -> None:
    """Let the entries of a folder reach the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
