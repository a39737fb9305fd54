"""Servers under test: started on a free loopback port, waited for, stopped by their id."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.running import children

ROOT = Path(__file__).resolve().parent.parent
SLOW_DISK = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <unistd.h>
#include <time.h>
static void wait10(void){struct timespec t={0,10000000};nanosleep(&t,0);}
int fsync(int fd){static int(*f)(int);if(!f)f=dlsym(RTLD_NEXT,"fsync");wait10();return f(fd);}
int fdatasync(int fd){static int(*f)(int);if(!f)f=dlsym(RTLD_NEXT,"fdatasync");wait10();return f(fd);}
"""


@dataclass
class Server:
    port: int
    process: subprocess.Popen[bytes]
    started_in: float
    """Seconds from the start of the process to the first page served."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def serving(target: str, env: dict[str, str], *, threads: int = 12, workers: int = 2) -> Iterator[Server]:
    """Run a granian with our own default settings during the block."""
    server = start(target, env, threads=threads, workers=workers)
    try:
        yield server
    finally:
        server.process.send_signal(signal.SIGTERM)
        try:
            server.process.wait(10)
        except subprocess.TimeoutExpired:
            server.process.kill()
            server.process.wait()


def start(target: str, env: dict[str, str], *, threads: int = 4, workers: int = 2, port: int = 0) -> Server:
    """Start a granian in a process group of its own and wait for its first page. `port` 0: a free one."""
    port = port or free_port()
    command = [
        str(Path(sys.executable).with_name("granian")),
        "--respawn-failed-workers",
        "--workers-kill-timeout",
        "5",
        "--interface",
        "wsgi",
        "--workers",
        str(workers),
        "--blocking-threads",
        str(threads),
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--log-level",
        "error",
        target,
    ]
    begun = time.perf_counter()
    process = children.start(
        command, cwd=ROOT, env=os.environ | {"MALLOC_ARENA_MAX": "2"} | env, stdout=subprocess.DEVNULL
    )
    try:
        _wait(port, process)
    except RuntimeError:
        kill_group(process)
        raise
    return Server(port, process, time.perf_counter() - begun)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill a server and its workers at once, as a power cut would."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(2000):
        if process.poll() is not None:
            raise RuntimeError("the server ended before it answered")
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2):
            return
        time.sleep(0.01)
    raise RuntimeError("the server did not answer in 20 seconds")


def slow_disk(folder: Path) -> dict[str, str]:
    """Return an environment in which every flush takes 10 ms more. Needs a C compiler; raises CalledProcessError."""
    source, library = folder / "slow.c", folder / "slow.so"
    source.write_text(SLOW_DISK)
    subprocess.run(["cc", "-shared", "-fPIC", "-o", str(library), str(source), "-ldl"], check=True)
    return {"LD_PRELOAD": str(library)}


def memory_kb(process: subprocess.Popen[bytes]) -> dict[int, int]:
    """Return the proportional set size of a server's processes, in kB, by process id."""
    found: dict[int, int] = {}
    for pid in [process.pid, *_children(process.pid)]:
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    found[pid] = int(line.split()[1])
    return found


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(OSError):
            for child in map(int, (task / "children").read_text().split()):
                found += [child, *_children(child)]
    return found
