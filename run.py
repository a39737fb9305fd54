#!/usr/bin/env python3
"""One command for everything, with nothing but Python: python3 run.py demo | test | check | bench | tags | lock | flask …"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import time
import tomllib
import urllib.request
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from ipaddress import ip_address
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
PYTHON = BIN / "python"
TRANSLATIONS = ROOT / "translations"
LOOPBACK = "127.0.0.1"
START_SECONDS, END_SECONDS = 60, 15

USAGE = """python3 run.py WHAT

  demo            a village to try, at http://127.0.0.1:8000/ (another port: PORT=8080 python3 run.py demo;
                  for phones in the same network: HOST=0.0.0.0 python3 run.py demo)
  test [ARGS]     ruff, mypy and all tests; with ARGS only pytest with these
  test --all-hours  the tests without browsers, at 00:30, 07:30 and 23:30 village time
  test --coverage   the tests on SQLite without browsers, and the branches they reach (artefacts/coverage)
  check           ruff, mypy, the rules and the checks of the sources; no PostgreSQL, no browser
  bench [rush]    how fast it is; rush: a county votes at once; meeting: 300 phones in one; cases: 20,000 of mediation;
                  upgrades: kill -9 in the upgrade of databases of old versions, 20 times each;
                  siege: hostile uploads of all kinds while others vote; phone: Lighthouse on eight pages, where it is installed;
                  outages: database, disk, clock, provider, key, files, runner: what everybody is told, and each ballot is there;
                  check: the cost of each page against bench/recorded.json; check --record: record it anew;
                  pictures: those of the guides anew, from the demo village
  chapter         docs/deploy/README.md line by line in a scratch place; a part of test
  tags [--check]  set the tag of each release of docs/releases.toml that has none here, and move none; --check: only look
  lock            write requirements*.txt anew from requirements*.in (needs uv)
  flask ARGS      any command of the app, for example: flask audit verify
"""


class Stop(Exception):
    """What went wrong, and what to do, as a sentence for whoever typed the command."""


Command = Sequence[str | Path]

LINTERS: tuple[Command, ...] = ([BIN / "ruff", "format", "--check", "."], [BIN / "ruff", "check", "."], [BIN / "mypy"])
QUICK_TESTS = ("tests/domain", "tests/checks")
WITHOUT_BROWSERS = ("tests/domain", "tests/checks", "tests/services", "tests/views")
PARALLEL = ("-n", "3", "--dist", "loadgroup")
"""Three workers on two cores: browsers and databases leave them idle."""
SIDE_BY_SIDE = ("-n", "2", "--dist", "loadgroup")
"""The checks of the sources, which one worker parses, beside the tests of the rules."""
COVERAGE = ("--cov", "--cov-report=html:artefacts/coverage", "-m", "not sweep")
ON_OTHER_PYTHONS = (
    "tests/services/machine",
    "tests/services/core/test_backups.py",
    "tests/services/core/test_config.py",
    "tests/services/messages/test_outbox_commands.py",
    "tests/checks/test_commands.py",
    "tests/checks/test_deploy.py",
)
"""The operator's commands, backups and settings: what hangs on the standard library and on the system."""
DEBIAN_PYTHON = Path("/usr/bin/python3")
NEWEST_KNOWN = (3, 14)
HOURS = ("00:30", "07:30", "23:30")


def prepare(requirements: str) -> None:
    """The environment with these requirements; does nothing if it stands already."""
    wanted = ROOT / requirements
    digest = hashlib.sha256(wanted.read_bytes()).hexdigest()
    stamp = VENV / f"installed-{requirements}"
    if not stamp.exists() or stamp.read_text() != digest or not PYTHON.exists():
        say(f"Installing {requirements} into .venv (once) …")
        install(wanted)
        stamp.write_text(digest)
    compile_translations()


def install(wanted: Path) -> None:
    """With uv where it works, else with pip. uv does not read pip's settings, so that it may not reach an index."""
    if shutil.which("uv") and install_with_uv(wanted):
        return
    if not (BIN / "pip").exists():
        make_venv()
    must([PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r", wanted])


def install_with_uv(wanted: Path) -> bool:
    calm = {"UV_HTTP_RETRIES": "1", "UV_NO_PROGRESS": "1"}
    made = PYTHON.exists() or done(["uv", "venv", "--quiet", "--python", sys.executable, VENV], **calm)
    return made and done(["uv", "pip", "install", "--python", PYTHON, "--require-hashes", "-r", wanted], **calm)


def make_venv() -> None:
    if not done([sys.executable, "-c", "import ensurepip"]):
        install_debian(["python3-venv"], "Python's venv module")
    must([sys.executable, "-m", "venv", "--clear", VENV])


def compile_translations() -> None:
    """The .mo files the app reads, where a .po file is newer."""
    pairs = [(po, po.with_suffix(".mo")) for po in TRANSLATIONS.glob("*/LC_MESSAGES/*.po")]
    if any(not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime for po, mo in pairs):
        must([PYTHON, "-m", "consult.cli.catalogues"])


def install_debian(packages: Sequence[str], what: str) -> None:
    """By apt-get as root or with a sudo that does not ask; otherwise say what to type."""
    line = f"apt-get install -y --no-install-recommends {' '.join(packages)}"
    if not shutil.which("apt-get"):
        raise Stop(f"{what} is missing. On Debian or Ubuntu it comes by: {line}. Install the like of it here.")
    prefix = as_root()
    if prefix is None:
        raise Stop(f"{what} is missing. Please type this once, then try again:\n  sudo {line}")
    say(f"Installing {', '.join(packages)} …")
    done([*prefix, "apt-get", "-qq", "update"], DEBIAN_FRONTEND="noninteractive")
    if not done([*prefix, "env", "DEBIAN_FRONTEND=noninteractive", *line.split(), "-qq"], LC_ALL="C"):
        raise Stop(f"apt-get could not install {', '.join(packages)}; its messages stand above.")


def as_root() -> list[str] | None:
    """What to write before a command so that root runs it; None: it cannot be."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return []
    if shutil.which("sudo") and done(["sudo", "-n", "true"]):
        return ["sudo", "-n"]
    return None


def install_programs() -> None:
    """What the tests run on besides Python: browsers, PostgreSQL, a recorder of writes, letters for the pictures of pages."""
    if missing := [package for package, present in programs().items() if not present]:
        install_debian(missing, "What the tests need")


def programs() -> dict[str, bool]:
    browser = any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome")))
    fonts = Path("/usr/share/fonts")
    by_hand = not shutil.which("apt-get") or as_root() is None
    return {  # the same browser without windows takes a quarter less of the machine
        "chromium-headless-shell": bool(shutil.which("chromium-headless-shell")) or (browser and by_hand),
        "chromium": browser,  # only the whole browser keeps pages alive behind others, as phones do
        "postgresql": bool(shutil.which("pg_ctl") or list(Path("/").glob("usr/lib/postgresql/*/bin/pg_ctl"))),
        "strace": platform.system() != "Linux" or bool(shutil.which("strace")),
        "nginx-light": platform.system() != "Linux" or bool(shutil.which("nginx", path=with_sbin())),
        "openssl": bool(shutil.which("openssl")),
        "python3-venv": not DEBIAN_PYTHON.exists() or done([DEBIAN_PYTHON, "-c", "import ensurepip"]),
        "npm": platform.system() != "Linux" or bool(shutil.which("npm")),  # it brings the engines of old phones
        "fonts-noto-cjk": platform.system() != "Linux" or any(fonts.rglob("NotoSansCJK*")),
    }


def with_sbin() -> str:
    """Where programs are looked for, with the folder of servers, which not every user has on the path."""
    return f"{os.environ.get('PATH', '')}:/usr/sbin"


def demo(args: Sequence[str]) -> int:
    """A village to try: database, invented people, the job runner and the web server."""
    host = chosen_host()
    port = chosen_port(host)
    prepare("requirements.txt")
    os.environ["CONSULT_MODE"] = "demo"
    os.environ.setdefault("MALLOC_ARENA_MAX", "2")  # as docs/deploy/consult-web.service
    must([BIN / "flask", "db", "upgrade"])
    must([BIN / "flask", "demo", "seed"])
    web: Command = (
        BIN / "granian",
        "--interface",
        "wsgi",
        "--workers",
        "2",
        "--blocking-threads",
        "12",
        "--respawn-failed-workers",
        "--workers-kill-timeout",
        str(END_SECONDS // 2),
        "--host",
        host,
        "--port",
        str(port),
        "--log-level",
        "warning",
        "app:app",
    )
    return serve([(BIN / "flask", "jobs", "run"), web], f"http://{shown_host(host)}:{port}/")


def chosen_host() -> str:
    """The address to listen on, in digits: this machine only, or all of its network for phones nearby (0.0.0.0)."""
    text = os.environ.get("HOST", LOOPBACK)
    try:
        return str(ip_address(text))
    except ValueError:
        raise Stop(f"HOST is '{text}'; it must be an address like 127.0.0.1, or 0.0.0.0 for phones nearby.") from None


def shown_host(host: str) -> str:
    """The address to type. A demo answers to addresses in digits and to this machine's own name, to no other name."""
    if not ip_address(host).is_unspecified:
        return f"[{host}]" if ":" in host else host
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing: it only asks which way such a packet would leave
            return str(probe.getsockname()[0])
        except OSError:
            return LOOPBACK


def chosen_port(host: str = LOOPBACK) -> int:
    text = os.environ.get("PORT", "8000")
    if not (text.isascii() and text.isdecimal()) or len(text) > 5 or not 0 < int(text) < 65536:
        raise Stop(f"PORT is '{text}'; it must be a number from 1 to 65535.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host if ":" not in host else LOOPBACK, int(text)))
        except OSError:
            other = f"PORT={int(text) % 65535 + 1} python3 run.py demo"
            raise Stop(f"Port {text} is in use. Stop what runs there, or take another: {other}") from None
    return int(text)


def serve(commands: Sequence[Command], address: str) -> int:
    """Run these side by side until a signal comes or one ends; then nothing of it is left running."""
    asked: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda n, _frame: asked.append(n))
    # In sessions of their own: Ctrl-C in a terminal reaches a whole group, and they would be told twice.
    children = [subprocess.Popen(list(map(str, c)), cwd=ROOT, start_new_session=True) for c in commands]
    try:
        return watch(children, address, asked)
    finally:
        end(children)


def watch(children: Sequence[subprocess.Popen[bytes]], address: str, asked: Sequence[int]) -> int:
    announced, deadline = False, time.monotonic() + START_SECONDS
    while not asked:
        if any(child.poll() is not None for child in children):
            say("A part of the demo ended by itself; its messages stand above.")
            return 1
        if not announced and (announced := answers(f"{address}healthz")):
            say(f"\n村子开了 / The village is open: {address}\n按 Ctrl-C 停 / End it with Ctrl-C.")
        if not announced and time.monotonic() > deadline:
            say(f"The server did not answer within {START_SECONDS} seconds.")
            return 1
        time.sleep(0.2)
    return 0


def answers(address: str) -> bool:
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(address, timeout=2) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def end(children: Sequence[subprocess.Popen[bytes]]) -> None:
    for child in children:
        if child.poll() is None:
            child.terminate()
    for child in children:
        try:
            child.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def chapter(args: Sequence[str]) -> int:
    """Do what docs/deploy/README.md says, line by line, in a scratch place: on the system's Python, PostgreSQL and nginx."""
    install_programs()
    prepare("requirements-dev.txt")
    return run([BIN / "pytest", "-q", "tests/deploy/test_server_chapter.py", *args])


def test(args: Sequence[str]) -> int:
    """Run what CI runs."""
    install_programs()
    prepare("requirements-dev.txt")
    keep_bytecode()
    if args[:1] == ["--all-hours"]:
        return test_at_all_hours(args[1:])
    if args[:1] == ["--coverage"]:
        return run([BIN / "pytest", "-q", *PARALLEL, *COVERAGE, *WITHOUT_BROWSERS, *args[1:]])
    if args:
        return run([BIN / "pytest", *args])
    failed = with_linters([BIN / "pytest", *PARALLEL])
    return 1 if on_other_pythons() or failed else 0


def on_other_pythons() -> list[str]:
    """Run the operator's part on the distribution's Python and on the newest one here. Return the versions that failed."""
    failed = []
    for version, python in other_pythons().items():
        say(f"\nThe operator's part on Python {version} ({python}):")
        venv = VENV / f"python-{version}"
        if not prepare_other(python, venv):
            say(f"requirements-dev.txt could not be installed for Python {version}; its tests were left out.")
            failed += [version] if python == DEBIAN_PYTHON else []  # a new Python may have no wheels yet
        elif run([venv / "bin" / "pytest", "-q", *SIDE_BY_SIDE, "-m", "not sweep", *ON_OTHER_PYTHONS]):
            failed.append(version)
    say(f"FAILED on Python {', '.join(failed)}" if failed else "")
    return failed


def other_pythons() -> dict[str, Path]:
    """Return the distribution's Python, and the newest one found, by version, where they are others than the one under test."""
    kept = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    named = [f"python3.{minor}" for minor in range(12, NEWEST_KNOWN[1] + 1)]
    found = [Path(path) for name in named if (path := shutil.which(name))]
    found += [path for name in named for path in kept.glob(f"*/bin/{name}")]
    by_version = {version: path for path in found if (version := version_of(path))}
    newest = max(by_version, default=None)
    chosen = {newest: by_version[newest]} if newest and newest > sys.version_info[:3] else {}
    own = version_of(DEBIAN_PYTHON)
    if own and own >= (3, 11) and own != sys.version_info[:3]:
        chosen = {own: DEBIAN_PYTHON} | chosen
    return {".".join(map(str, version)): path for version, path in chosen.items()}


def version_of(python: Path) -> tuple[int, ...]:
    """Return the version of a Python that can make environments; empty where there is none."""
    asked = [python, "-c", "import ensurepip, sys; print(*sys.version_info[:3])"]
    try:
        said = subprocess.run(list(map(str, asked)), capture_output=True, text=True, check=False)
    except OSError:
        return ()
    return tuple(map(int, said.stdout.split())) if said.returncode == 0 else ()


def prepare_other(python: Path, venv: Path) -> bool:
    """Make an environment of another Python with what the tests need, once. Return whether it stands."""
    wanted = ROOT / "requirements-dev.txt"
    digest = hashlib.sha256(wanted.read_bytes()).hexdigest()
    stamp = venv / "installed"
    if stamp.exists() and stamp.read_text() == digest:
        return True
    pip: list[str | Path] = [venv / "bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if not done([python, "-m", "venv", "--clear", venv], LC_ALL="C") or not done(
        [*pip, "--require-hashes", "-r", wanted], LC_ALL="C"
    ):
        return False
    stamp.write_text(digest)
    return True


def test_at_all_hours(args: Sequence[str]) -> int:
    """Run the tests at hours where the day in the village and the day in UTC differ. A browser's clock cannot be moved."""
    codes = []
    for hour in HOURS:
        say(f"\nAt {hour} in the village:")
        codes.append(run([BIN / "pytest", "-q", *PARALLEL, "--at", hour, *WITHOUT_BROWSERS, *args]))
    return next((code for code in codes if code), 0)


def check(args: Sequence[str]) -> int:
    """Run what every commit must pass, in about half a minute: linters and types beside the quick tests."""
    prepare("requirements-dev.txt")
    keep_bytecode()
    return 1 if with_linters([BIN / "pytest", "-q", *SIDE_BY_SIDE, "-m", "not sweep", *QUICK_TESTS, *args]) else 0


def with_linters(tests: Command) -> list[Command]:
    """Run tests and the linters beside them, which speak when the tests have spoken. Return the commands that failed."""
    with ThreadPoolExecutor(max_workers=1) as beside:
        linting = beside.submit(lambda: [(command, *overheard(command)) for command in LINTERS])
        failed = [tests] if run(tests) else []
        for command, code, words in linting.result():
            say(words.strip())
            failed += [command] if code else []
    say("\n".join(f"FAILED: {' '.join(map(str, command))}" for command in failed) or "Everything passed.")
    return failed


def keep_bytecode() -> None:
    """Let the programs of a run find what Python compiled, also where it may not be written beside the sources.

    Without it each server, job runner and worker of the tests compiles all of the app anew.
    """
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        os.environ.setdefault("PYTHONPYCACHEPREFIX", str(VENV / "bytecode"))


def overheard(command: Command) -> tuple[int, str]:
    """Run a program and return its exit code and what it said, to be printed when others have spoken."""
    result = subprocess.run(
        list(map(str, command)), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    return result.returncode, result.stdout


def bench(args: Sequence[str]) -> int:
    install_programs()
    prepare("requirements-dev.txt")
    return run([PYTHON, "-m", "bench", *args])


def flask(args: Sequence[str]) -> int:
    """A command of the app; of the demo, where the environment names no other installation."""
    if not {"CONSULT_MODE", "DATABASE_URL", "SECRET_KEY"} & set(os.environ):
        os.environ["CONSULT_MODE"] = "demo"
    prepare("requirements.txt")
    return run([BIN / "flask", *args])


def lock(args: Sequence[str]) -> int:
    """Pin every package with its hashes, and no address of any index.

    Extras stay named: the pip of Debian 12 takes a package asked for with an extra as pinned only where the pin names it too.
    """
    if not shutil.which("uv"):
        raise Stop("`lock` needs the program uv.")
    options = ["--universal", "--generate-hashes", "--no-strip-extras", "--no-header", "--no-annotate"]
    options += ["--python-version", "3.11"]
    for name in ("requirements", "requirements-dev"):
        must(["uv", "pip", "compile", "--quiet", *options, *args, f"{name}.in", "-o", f"{name}.txt"])
        if "://" in (ROOT / f"{name}.txt").read_text():
            raise Stop(f"{name}.txt holds an address. Remove it: whoever installs uses the index they trust.")
    return 0


@dataclass(frozen=True)
class Release:
    """One release, as docs/releases.toml names it. `commit`: empty where the one called "Release VERSION" is meant."""

    version: str
    day: date
    revision: str
    commit: str = ""

    @property
    def tag(self) -> str:
        return f"v{self.version}"


def releases() -> list[Release]:
    """Return every release, the oldest first."""
    rows = tomllib.loads((ROOT / "docs/releases.toml").read_text(encoding="utf-8"))["release"]
    return [Release(row["version"], row["date"], row["revision"], row.get("commit", "")) for row in rows]


def tags(args: Sequence[str], root: Path = ROOT, known: Sequence[Release] | None = None) -> int:
    """Set each annotated tag that is missing, and say what stands where. A tag that stands elsewhere is named, never moved.

    Whoever sets a tag makes the same object, of the same tagger and day, so that one set here and one fetched are one.
    """
    if unknown := [one for one in args if one != "--check"]:
        raise Stop(f"tags {unknown[0]}: only --check can stand there.")
    if not shutil.which("git") or git(root, ["rev-parse", "--git-dir"]) is None:
        raise Stop("Tags are set in a clone made by git; this folder is none.")
    wrong = [tag_of(release, root, only_look="--check" in args) for release in known or releases()]
    if any(wrong):
        say("\nNot every tag stands where it ought to.")
    return 1 if any(wrong) else 0


def tag_of(release: Release, root: Path, *, only_look: bool) -> bool:
    """See to the tag of one release and say what was found. Return whether something is wrong with it."""
    commit, why = commit_of(release, root)
    there = points_at(root, f"refs/tags/{release.tag}")
    if there is not None:
        kind = git(root, ["cat-file", "-t", f"refs/tags/{release.tag}"])
        stands = f"stands on {there[:12]}"
        if commit is None:
            say(f"{release.tag}: {stands}; {why}")
        elif there != commit:
            say(f"{release.tag}: {stands} and ought to stand on {commit[:12]}. A tag is never moved: ask who set it")
        else:
            say(f"{release.tag}: {stands}{'' if kind == 'tag' else ', without a message'}")
        return there != commit
    if commit is None or only_look:
        say(f"{release.tag}: missing; {f'it belongs on {commit[:12]}: python3 run.py tags' if commit else why}")
        return True
    set_tag(release, commit, root)
    say(f"{release.tag}: set on {commit[:12]}")
    return False


def commit_of(release: Release, root: Path) -> tuple[str | None, str]:
    """Return the commit of a release; None, and why, where it is not to be found."""
    if release.commit:
        there = points_at(root, release.commit)
        shallow = "its commit is not in this clone: git fetch --unshallow, then again"
        return there, "" if there else shallow
    subject = f"Release {release.version}"
    log = git(root, ["log", "--format=%H %s", "--fixed-strings", f"--grep={subject}", "HEAD"]) or ""
    found = [line[:40] for line in log.splitlines() if line[41:] == subject]
    why = f"{len(found)} commits are called '{subject}', and one is needed"
    return (found[0], "") if len(found) == 1 else (None, why)


TAGGER = ("Yishi", "releases@example.invalid")
"""Who sets every tag, on whatever machine: an operator's root has no name of his own, and two objects of one name would clash."""


def set_tag(release: Release, commit: str, root: Path) -> None:
    """Set one annotated tag. Raises Stop with what git says."""
    name, address = TAGGER
    tagger = {"GIT_COMMITTER_NAME": name, "GIT_COMMITTER_EMAIL": address}
    words = ["git", "-c", "tag.gpgSign=false", "tag", "--annotate", release.tag, commit]
    made = subprocess.run(
        [*words, "--cleanup=verbatim", "--message", f"Release {release.version}\n"],
        cwd=root,
        env=os.environ | tagger | {"GIT_COMMITTER_DATE": f"{release.day}T12:00:00+00:00"},
        capture_output=True,
        text=True,
    )
    if made.returncode:
        raise Stop(f"{release.tag} could not be set: {made.stderr.strip()}")


def points_at(root: Path, name: str) -> str | None:
    """Return the commit that a name leads to; None where there is none."""
    return git(root, ["rev-parse", "--verify", "--quiet", f"{name}^{{commit}}"])


def git(root: Path, words: Sequence[str]) -> str | None:
    """Return what git says in a clone; None where it fails."""
    command = ["git", *words]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else None


def run(command: Command) -> int:
    """Run a program and return its exit code; a Ctrl-C ends both."""
    try:
        return subprocess.run(list(map(str, command)), cwd=ROOT, check=False).returncode
    except KeyboardInterrupt:
        return 130


def must(command: Command) -> None:
    if code := run(command):
        raise Stop(f"`{' '.join(map(str, command))}` failed with code {code}; its messages stand above.")


def done(command: Command, **env: str) -> bool:
    """Whether a program ran well. What it says is kept back unless it fails."""
    words = list(map(str, command))
    result = subprocess.run(words, cwd=ROOT, env=os.environ | env, stdin=subprocess.DEVNULL, capture_output=True)
    if result.returncode and env:
        sys.stderr.write(result.stderr.decode(errors="replace"))
    return result.returncode == 0


def say(words: str) -> None:
    print(words, flush=True)


COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "demo": demo,
    "test": test,
    "chapter": chapter,
    "check": check,
    "bench": bench,
    "tags": tags,
    "lock": lock,
    "flask": flask,
}
ALONE = frozenset({"demo"})
"""Commands that read no further words: what else is typed is a mistake, or asks for help."""


def main(words: Sequence[str]) -> NoReturn:
    if sys.version_info < (3, 11):  # noqa: UP036
        sys.exit(f"This needs Python 3.11 or newer; here is {platform.python_version()}.")
    if not words or words[0] not in COMMANDS or (words[0] in ALONE and words[1:]):
        print(USAGE, end="")
        sys.exit(0 if words and words[-1] in ("help", "-h", "--help") else 2)
    try:
        sys.exit(COMMANDS[words[0]](words[1:]))
    except Stop as stop:
        sys.exit(str(stop))
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main(sys.argv[1:])
