"""A server as docs/deploy/README.md sets it up, in a folder instead of on a machine of its own.

The lines come from the page. What differs here from a bare machine stands in the tables of this module and nowhere else:
where folders lie (PLACES), who runs it, which ports, and what a line that needs a whole machine is exchanged for. Units are read
as systemd reads them; a directive that nobody has thought about is refused.
"""

import hashlib
import os
import pwd
import re
import runpy
import shlex
import shutil
import signal
import subprocess
import sys
import textwrap
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from consult.config import ROOT
from tests.running import children
from tests.running.engines import kept_in
from tests.running.postgres import Server, free_port, locked

DEPLOY = ROOT / "docs" / "deploy"
WRAPPER = runpy.run_path(str(DEPLOY / "consult"))
PLACES = (
    "/opt/consult",
    "/etc/consult",
    "/etc/nginx",
    "/etc/ssl/consult",
    "/etc/systemd/system",
    "/usr/local/bin/consult",
    "/var/lib/consult",
    "/var/backups/consult",
    "/var/log/nginx",
    "/var/www",
    "/dev/shm/consult-bodies",
    "/run/nginx.pid",
    "/run/consult-metrics",
    "/media/stick",
)
"""These lie below the scratch folder."""
PASSWORD = "pa$$-w0rd;'x"
"""With letters that a shell would read: settings are literal."""
NAME = "yishi.example.cn"
READ = {"User", "UMask", "WorkingDirectory", "EnvironmentFile", "Environment", "ExecStartPre", "ExecStart"} | {
    "ExecReload",
    "RuntimeDirectory",
    "StateDirectory",
    "TimeoutStopSec",
}
LEFT_OUT = {
    "Description",
    "After",
    "Type",
    "Group",
    "TimeoutStartSec",
    "Restart",
    "RestartSec",
    "Nice",
    "WantedBy",
    "OnCalendar",
    "RandomizedDelaySec",
    "Persistent",
    "NoNewPrivileges",
    "LimitCORE",
    "MemorySwapMax",
    "ProtectSystem",
    "ProtectHome",
    "PrivateTmp",
    "PrivateDevices",
    "ProtectKernelTunables",
    "ProtectControlGroups",
    "RestrictAddressFamilies",
    "ReadWritePaths",
    "InaccessiblePaths",
}
"""Walls around a process, and when it starts: nothing here builds them."""
CODES = {"consult doctor": (0, 1)}
"""Which exit codes are well: 1 of the doctor is something to look at, as messages that go into a file."""
NGINX_MISSING = (
    "nginx is missing. Please type: apt-get install -y nginx-light openssl  (python3 run.py test does it as root)"
)


def blocks_of(page: str) -> list[list[str]]:
    """Return the indented blocks of a page, each as its lines."""
    found = re.findall(r"(?:^    .*\n)+", page, re.MULTILINE)
    return [textwrap.dedent(block).splitlines() for block in found]


class Failed(AssertionError):
    """A line of the page does not work."""


class Place:
    """One scratch server."""

    def __init__(self, folder: Path, python: Path, cache: Path) -> None:
        self.root, self.python, self.cache = folder, python, cache
        self.folder = folder  # where the shell stands
        self.web, self.http, self.https = free_port(), free_port(), free_port()
        self.user = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        self.postgres = Server(folder, durable=False)
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.env_file = folder / "etc/consult/env"
        self.newest_backup, self.card, self.poll = "", "", 0
        self.said: list[tuple[str, str]] = []
        for place in (
            "opt",
            "etc/systemd/system",
            "etc/ssl/consult",
            "usr/local/bin",
            "var/log/nginx",
            "run",
            "var/www",
            "dev/shm",
        ):
            (folder / place).mkdir(parents=True)
        for place in ("media/stick", "var/lib", "var/backups"):
            (folder / place).mkdir(parents=True)
        self._start_postgres()
        self._install_nginx()

    # the tables

    def exchanged(self, line: str) -> str:
        """Return a line of the page as it is typed here."""
        group = subprocess.run(
            ["id", "-gn", self.user.pw_name], capture_output=True, text=True, check=True
        ).stdout.strip()
        for here, there in (
            ("<this repository>", str(ROOT)),
            ("git checkout vX.Y.Z", "git checkout --quiet --detach HEAD"),
            ("git fetch --tags", "git fetch --quiet"),
            ("-o consult -g consult", f"-o {self.user.pw_name} -g {group}"),
            ("-g consult", f"-g {group}"),
            ("apt-get update", "true"),
            ("apt-get install -y", "dpkg-query --show" if shutil.which("dpkg-query") else "true"),
            (" systemd-timesyncd", ""),  # a container has no clock of its own
            ("adduser --system", "true"),  # somebody without rights is there already
            ("timedatectl", "true"),
            ("runuser -u postgres --", "runuser -u postgres --" if os.geteuid() == 0 else "env PGUSER=postgres"),
            ("python3 -m venv .venv", self._venv()),
            ("roll.xlsx", str(self.root / "roll.xlsx")),
            ("consult-20260701-022000.sealed", self.newest_backup),
        ):
            line = line.replace(here, there)
        line = re.sub(r"git checkout v\d+\.\d+\.\d+", "git checkout --quiet --detach HEAD", line)
        return self.placed(line)

    def placed(self, text: str) -> str:
        """Return words with our folders in place of those of a machine."""
        places = "|".join(map(re.escape, PLACES))
        return re.sub(rf"(?<![\w.])({places})(?![\w])", lambda found: f"{self.root}{found[1]}", text)

    def _configured(self, name: str, text: str) -> str:
        """Return a file of docs/deploy as an operator on this machine changes it."""
        text = (
            self.placed(text)
            .replace("127.0.0.1:8000", f"127.0.0.1:{self.web}")
            .replace("--port 8000", f"--port {self.web}")
        )
        if name == "nginx.conf":
            text = re.sub(r"^ *listen \[::\].*\n", "", text, flags=re.MULTILINE)
            text = re.sub(r"listen 80;", f"listen 127.0.0.1:{self.http};", text)
            return re.sub(r"listen 443 ", f"listen 127.0.0.1:{self.https} ", text)
        return re.sub(r"^(User|Group)=consult$", rf"\1={self.user.pw_name}", text, flags=re.MULTILINE)

    def _venv(self) -> str:
        """The environment is made once a machine, by version of Python and lock, and lent by a link."""
        return f"ln -s {self.cache} .venv"

    def edit_settings(self, path: Path) -> None:
        """Do what an operator does in the editor: the password, two keys, the port of this PostgreSQL."""
        text = path.read_text()
        for name in ("SECRET_KEY", "DATA_KEY"):
            made = [str(self.python), "-c", "import secrets; print(secrets.token_urlsafe(48))"]
            key = subprocess.run(made, capture_output=True, text=True, check=True).stdout.strip()
            text = text.replace(f"\n{name}=\n", f"\n{name}={key}\n")
        quoted = PASSWORD.replace(";", "%3B")
        text = text.replace("consult:PASSWORD@127.0.0.1/", f"consult:{quoted}@127.0.0.1:{self.pg_port}/")
        path.write_text(text)

    def set(self, line: str) -> None:
        """Put a line into the settings, as the page asks for."""
        path = self.env_file
        name = line.partition("=")[0]
        kept = [one for one in path.read_text().splitlines() if not one.startswith(f"{name}=")]
        path.write_text("\n".join([*kept, line]) + "\n")

    def elsewhere(self, name: str) -> str:
        """Let commands mean another machine from now on: a database and a folder of their own. Return the database's address."""
        text = (self.root / "etc/consult/env").read_text()
        self.env_file = self.root / "etc/consult" / name
        self.env_file.write_text(text)
        self.line(f"runuser -u postgres -- createdb --owner consult --encoding UTF8 --template template0 {name}")
        place = self.root / "var/lib" / name
        place.mkdir(mode=0o700)
        os.chown(place, self.user.pw_uid, self.user.pw_gid)
        url = str(WRAPPER["read_settings"](text)["DATABASE_URL"]).rpartition("/")[0] + f"/{name}"
        self.set(f"INSTANCE_PATH={place}")
        self.set(f"DATABASE_URL={url}")
        return url

    # lines

    def type(self, block: list[str]) -> str:
        """Type the lines of a block one by one. Raises Failed where one fails. Returns what they said."""
        said = []
        for line in "\n".join(block).replace("\\\n", " ").splitlines():
            if line.strip() and not line.startswith("#"):
                said.append(self.line(line, codes=CODES.get(line, (0,))))
        return "\n".join(said)

    def line(self, line: str, *, codes: tuple[int, ...] = (0,), typed: str = "y\n") -> str:
        """Type one line, and return what it said. The parts that ask for a whole machine are done here."""
        said, begun = "", time.monotonic()
        for part in line.partition("  #")[0].split(" && "):
            words = shlex.split(part)
            act = self._acts().get(words[0])
            if act is not None:
                act(words[1:])
                continue
            said += self._shell(line, self.exchanged(part), codes, typed)
        self.said.append((f"[{time.monotonic() - begun:5.1f} s] {line}", said))
        return said

    def _acts(self) -> dict[str, Callable[[list[str]], None]]:
        return {
            "systemctl": self.systemctl,
            "editor": lambda words: self.edit_settings(Path(self.placed(words[0]))),
            "nginx": self._nginx,
        }

    def _shell(self, line: str, command: str, codes: tuple[int, ...], typed: str) -> str:
        # Without a terminal createuser reads the password from its input.
        given = f"{PASSWORD}\n{PASSWORD}\n" if "--pwprompt" in command else typed
        where = self.root / "where"
        done = subprocess.run(
            ["/bin/bash", "-e", "-c", f"{command}\nstatus=$?\npwd > {where}\nexit $status"],
            cwd=self.folder,
            env=self._env(),
            input=given,
            capture_output=True,
            text=True,
            start_new_session=True,
            check=False,
        )
        if done.returncode not in codes:
            raise Failed(
                f"this line fails with {done.returncode}:\n  {line}\n  {command}\n{done.stdout[-2000:]}{done.stderr[-4000:]}"
            )
        if where.exists():
            self.folder = Path(where.read_text().strip())
        if "git checkout" in command:
            self._bring_work_tree()
        return done.stdout + done.stderr

    def _env(self) -> dict[str, str]:
        path = f"{self.root}/usr/local/bin:{self.python.parent}:/usr/sbin:/usr/bin:/sbin:/bin"
        kept = {n: v for n, v in os.environ.items() if n.startswith("PIP_") or n in ("HOME", "LANG")}
        postgres = {"PGHOST": str(self.root / "postgres"), "PGPORT": str(self.pg_port)}
        return kept | postgres | self._of_wrapper() | {"PATH": path, "LC_ALL": "C.UTF-8"}

    def _of_wrapper(self) -> dict[str, str]:
        return {
            "CONSULT_HOME": f"{self.root}/opt/consult",
            "CONSULT_ENV": str(self.env_file),
            "CONSULT_USER": self.user.pw_name,
        }

    def _bring_work_tree(self) -> None:
        """Lay what is changed and not committed yet over the clone, and the tables of this module over docs/deploy."""
        home = self.root / "opt/consult"
        listed = ["git", "ls-files", "-z", "--modified", "--deleted", "--others", "--exclude-standard"]
        for name in filter(
            None, subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
        ):
            if (ROOT / name).is_file():
                (home / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(ROOT / name, home / name)
            else:
                (home / name).unlink(missing_ok=True)
        for file in (home / "docs/deploy").iterdir():
            if file.suffix in (".service", ".conf", ".example"):
                file.write_text(self._configured(file.name, file.read_text()))

    # what a machine does by itself

    def _start_postgres(self) -> None:
        """Start a PostgreSQL that asks for a password where Debian's does, and knows its own user where Debian's does."""
        self.pg_port = int(self.postgres.start().rpartition(":")[2].partition("/")[0])
        data = self.root / "postgres"
        local = "peer" if os.geteuid() == 0 else "trust"
        (data / "pg_hba.conf").write_text(f"local all postgres {local}\nhost all all 127.0.0.1/32 scram-sha-256\n")
        os.kill(int((data / "postmaster.pid").read_text().split()[0]), signal.SIGHUP)

    def _install_nginx(self) -> None:
        """Lay the distribution's own settings of nginx into the scratch folder, and start it as the installation does."""
        nginx = find_nginx()
        shutil.copytree("/etc/nginx", self.root / "etc/nginx", symlinks=True)
        for site in (self.root / "etc/nginx/sites-enabled").iterdir():
            site.unlink()  # the page of Debian's own takes port 80
        settings = self.root / "etc/nginx/nginx.conf"
        text = self.placed(settings.read_text())
        if os.geteuid() != 0:
            text = re.sub(r"^user .*\n", "", text, flags=re.MULTILINE)
        settings.write_text(text)
        self.nginx = [nginx, "-c", str(settings)]
        self.running["nginx"] = children.start(
            [*self.nginx, "-g", "daemon off;"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def _nginx(self, words: list[str]) -> None:
        done = subprocess.run([*self.nginx, *words], capture_output=True, text=True, check=False)
        if done.returncode:
            raise Failed(f"nginx {' '.join(words)}: {done.stderr}")

    def systemctl(self, words: list[str]) -> None:
        """Do what systemd does for the units that the page installs."""
        verb, *names = [word for word in words if word != "--now"]
        for name in names:
            if name == "nginx":
                self.running["nginx"].send_signal(signal.SIGHUP)
            elif verb == "reload":
                process = self.running[name]
                for line in self.unit(name)["ExecReload"]:
                    subprocess.run(shlex.split(line.replace("$MAINPID", str(process.pid))), check=True)
            elif name.endswith(".timer"):
                service = self.unit(name.removesuffix(".timer"))
                assert "ExecStart" in service and "OnCalendar" in self.unit(name), name
            else:
                if verb in ("stop", "restart"):
                    self.stop(name)
                if verb in ("start", "restart", "enable"):
                    (self.run if "oneshot" in self.unit(name).get("Type", []) else self.start)(name)
        if verb not in ("stop", "start", "restart", "enable", "daemon-reload", "reload"):
            raise Failed(f"nobody has thought about systemctl {verb}")

    def unit(self, name: str) -> dict[str, list[str]]:
        """Read an installed unit. Raises Failed for a directive that nobody has thought about."""
        path = self.root / "etc/systemd/system" / (name if "." in name else f"{name}.service")
        found: dict[str, list[str]] = {}
        for line in path.read_text().splitlines():
            key, equals, value = line.partition("=")
            if line.startswith(("#", "[")) or not equals:
                continue
            if key not in READ | LEFT_OUT:
                raise Failed(f"{path.name}: nobody has thought about {key}")
            found.setdefault(key, []).append(value)
        return found

    def start(self, name: str) -> subprocess.Popen[bytes]:
        """Run the lines of a unit: those before until they end, then its own, which goes on running."""
        unit = self.unit(name)
        env = self._service_env(unit)
        lent: dict[str, Any] = {"env": env, "cwd": unit["WorkingDirectory"][0]}
        lent |= {"umask": int(unit["UMask"][0], 8)}
        if os.geteuid() == 0:
            lent |= {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}
        with open(self.root / f"{name}.log", "ab") as log:
            for before in unit.get("ExecStartPre", []):
                done = subprocess.run(
                    shlex.split(before), stdout=log, stderr=log, check=False, start_new_session=True, **lent
                )
                if done.returncode:
                    raise Failed(f"{name}: {before} ends with {done.returncode}:\n{self.log(name)}")
            self.running[name] = children.start(shlex.split(unit["ExecStart"][0]), stdout=log, stderr=log, **lent)
        if name == "consult-web":
            self._wait_for_web()
        return self.running[name]

    def run(self, name: str) -> str:
        """Let a timer's hour come: run its unit to the end. Raises Failed where it fails."""
        if code := self.start(name).wait(timeout=600):
            raise Failed(f"{name} ends with {code}:\n{self.log(name)}")
        return self.log(name)

    def log(self, name: str) -> str:
        """Return the end of what a unit said."""
        return (self.root / f"{name}.log").read_text()[-4000:]

    def _service_env(self, unit: dict[str, list[str]]) -> dict[str, str]:
        env = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}
        for line in unit.get("Environment", []):
            env |= dict([line.partition("=")[::2]])
        for kind, place in (("RuntimeDirectory", "run"), ("StateDirectory", "var/lib")):
            for name in " ".join(unit.get(kind, [])).split():
                made = self.root / place / name
                made.mkdir(exist_ok=True, parents=True)
                os.chown(made, self.user.pw_uid, self.user.pw_gid)
        for path in unit["EnvironmentFile"]:
            env |= WRAPPER["read_settings"](Path(path).read_text())
        return env

    def settings(self) -> dict[str, str]:
        """Return what the service is told."""
        return dict(WRAPPER["read_settings"]((self.root / "etc/consult/env").read_text()))

    def as_user(self, command: list[str | Path], env: dict[str, str]) -> str:
        """Run a program in /opt/consult as the user of the service. Raises Failed where it fails."""
        lent: dict[str, Any] = {"env": {"PATH": "/usr/bin:/bin", **env}, "cwd": self.root / "opt/consult"}
        if os.geteuid() == 0:
            lent |= {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False, **lent)
        if done.returncode:
            raise Failed(f"{command}: {done.stdout[-2000:]}{done.stderr[-4000:]}")
        return str(done.stdout)

    def _wait_for_web(self) -> None:
        for _ in range(600):
            if self.running["consult-web"].poll() is not None:
                break
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.web}/healthz", timeout=2).close()
                return
            except OSError:
                time.sleep(0.1)
        raise Failed(f"consult-web does not answer:\n{self.log('consult-web')}")

    def stop(self, name: str) -> None:
        """End a unit as systemd does, within the seconds that it names."""
        process = self.running.pop(name, None)
        if process is None or process.poll() is not None:
            return
        seconds = 30 if name == "nginx" else int(self.unit(name)["TimeoutStopSec"][0])
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise Failed(f"{name} does not end within {seconds} seconds") from None

    def end(self) -> None:
        """Leave nothing running, and say in artefacts/chapter.txt how long each line took."""
        artefacts = ROOT / "artefacts"
        artefacts.mkdir(exist_ok=True)
        (artefacts / "chapter.txt").write_text("".join(f"{line}\n" for line, _ in self.said))
        for process in self.running.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self.postgres.stop()


def find_nginx() -> str:
    """Return the program. Fails where there is none."""
    found = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if found is None:
        raise Failed(NGINX_MISSING)
    return found


def oldest_python() -> Path:
    """Return the Python of the distribution where the app may run on it, else the one under test."""
    own = Path("/usr/bin/python3")
    asked = [str(own), "-c", "import sys, ensurepip; sys.exit(sys.version_info < (3, 11))"]
    if own.exists() and subprocess.run(asked, capture_output=True, check=False).returncode == 0:
        return own
    return Path(sys.executable)


def kept_environment(python: Path, requirements: str) -> Path:
    """Return the environment of a Python with these requirements, made once a machine and kept from run to run."""
    version = subprocess.run([str(python), "-VV"], capture_output=True, text=True, check=True).stdout
    digest = hashlib.sha256((version + (ROOT / requirements).read_text()).encode()).hexdigest()[:16]
    folder = (
        Path("/var/cache/consult-tests") if os.geteuid() == 0 else kept_in()
    )  # nobody may read what lies below /root
    folder.mkdir(parents=True, exist_ok=True, mode=0o755)
    kept = folder / f"venv-{digest}"
    with locked(folder / f"{kept.name}.lock"):
        if not (kept / "complete").exists():
            make_environment(python, kept, requirements)
            (kept / "complete").touch()
    return kept


def make_environment(python: Path, kept: Path, requirements: str) -> None:
    """Make an environment by the two lines of docs/deploy/README.md. Raises Failed."""
    installs = [kept / "bin" / "pip", "install", "--require-hashes", "-r", ROOT / requirements]
    for command in ([python, "-m", "venv", "--clear", kept], installs):
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False, umask=0o022)
        if done.returncode:
            raise Failed(f"{' '.join(map(str, command))}:\n{done.stdout[-1000:]}{done.stderr[-3000:]}")
