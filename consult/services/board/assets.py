"""The files that a phone runs, and their digests: what a village serves can be held against them from outside."""

from functools import lru_cache
from pathlib import Path

from consult.config import ROOT
from consult.domain.audit import canonical, sha256
from consult.services.core.files import digest_of

FOLDER = ROOT / "consult" / "static"


def digests() -> dict[str, str]:
    """Return the SHA-256 of each file under /static, by its path there."""
    return dict(_digests(FOLDER))


def fingerprint() -> str:
    """Return the digest of the list: the same as long as no file of the program's pages changes."""
    return sha256(canonical(digests()))


@lru_cache(maxsize=4)
def _digests(folder: Path) -> tuple[tuple[str, str], ...]:
    """Read the files once: they come with the program and do not change while it runs."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return tuple((path.relative_to(folder).as_posix(), digest_of(path.read_bytes())) for path in found)
