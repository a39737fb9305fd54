"""Processes that tests and benches start: they end when their owner is gone, however it went. A killed run leaves nothing behind.

A keeper, one small process for each owner, waits until the kernel says that the owner is gone, and then ends what it was told of.
A signal at the death of a parent (prctl) would not do: it comes at the end of the thread that started a process, and servers that
several workers of a run share must outlive the one of them that started it.
"""

import atexit
import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from typing import Any

PATIENCE_SECONDS = 5.0
KEEPER = """
import os, select, signal, sys, time
owner, patience = os.pidfd_open(int(sys.argv[1])), float(sys.argv[2])
kept, wait, heard = {}, select.poll(), b""
wait.register(owner, select.POLLIN)
wait.register(0, select.POLLIN)
print("ready", flush=True)
def tell(number, pid, fd):
    try:
        signal.pidfd_send_signal(fd, 0)  # still the same process; only then may its group be named by its number
        os.killpg(pid, number) if os.getpgid(pid) == pid else os.kill(pid, number)
        return True
    except OSError:
        return False
gone = False
while not gone:
    for fd, _ in wait.poll():
        gone = gone or fd == owner
        if fd == 0:
            more = os.read(0, 4096)
            heard += more
            if not more:
                wait.unregister(0)
    *lines, heard = heard.split(b"\\n")
    for line in lines:
        pid, number = map(int, line.split())
        for old in [one for one, (fd, _) in kept.items() if select.select([fd], [], [], 0)[0]]:
            os.close(kept.pop(old)[0])
        try:
            kept[pid] = os.pidfd_open(pid), number
        except OSError:
            pass
left = {pid: fd for pid, (fd, number) in kept.items() if tell(number, pid, fd)}
until = time.monotonic() + patience
while left and time.monotonic() < until:
    left = {pid: fd for pid, fd in left.items() if not select.select([fd], [], [], 0.1)[0]}
for pid, fd in left.items():
    tell(signal.SIGKILL, pid, fd)
"""
_keepers: dict[tuple[int, int], subprocess.Popen[bytes]] = {}
"""By the process that told of something (a fork has none of its own yet) and the owner."""
_lock = threading.Lock()


def start(command: Sequence[object], **options: Any) -> subprocess.Popen[Any]:
    """Start a process in a group of its own that ends, with its group, when we are gone. Options are those of Popen."""
    process: subprocess.Popen[Any] = subprocess.Popen(list(map(str, command)), **options, start_new_session=True)
    keep(process.pid)
    return process


def keep(pid: int, number: int = signal.SIGTERM, *, owner: int | None = None) -> None:
    """Let a process, with its group if it leads one, get this signal when its owner is gone: this process, or the one named."""
    if not hasattr(os, "pidfd_open"):  # not Linux: nobody watches
        return
    with _lock:
        pipe = _keeper(owner or os.getpid()).stdin
        assert pipe is not None
        with contextlib.suppress(BrokenPipeError):  # an owner that went this moment
            pipe.write(f"{pid} {number:d}\n".encode())
            pipe.flush()


def run_of() -> int:
    """Return the process of the whole run of tests: of one of its workers, the one that shares out the tests."""
    return os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()


def _keeper(owner: int) -> subprocess.Popen[bytes]:
    key = (os.getpid(), owner)
    if key not in _keepers:
        command = [sys.executable, "-I", "-S", "-c", KEEPER, str(owner), str(PATIENCE_SECONDS)]
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        kept = _keepers[key] = subprocess.Popen(command, **pipes, start_new_session=True)
        assert kept.stdout is not None and kept.stdout.readline() == b"ready\n"
        atexit.register(_forget, kept)
    return _keepers[key]


def _forget(keeper: subprocess.Popen[bytes]) -> None:
    """Say nothing of a keeper that outlives us: what it keeps, it ends in a moment, and then itself."""
    for pipe in (keeper.stdin, keeper.stdout):
        if pipe is not None:
            pipe.close()
    keeper.returncode = 0
