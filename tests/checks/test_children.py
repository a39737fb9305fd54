"""What a killed run started ends with it; and whoever starts a process does it through the one place that sees to it."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from consult.config import ROOT
from tests.running import children

OWNER = """
import subprocess, sys, time
from tests.running import children
stubborn = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
plain = children.start(["sleep", "600"])
group = children.start(["sh", "-c", "sleep 600 & echo $!; wait"], stdout=subprocess.PIPE, text=True)
below = group.stdout.readline().strip()
deaf = children.start([sys.executable, "-c", stubborn], stdout=subprocess.PIPE, text=True)
deaf.stdout.readline()
print(plain.pid, group.pid, below, deaf.pid, flush=True)
time.sleep(600)
"""
STARTS_A_PROCESS = re.compile(r"\bsubprocess\.Popen\(|\bos\.(?:fork|posix_spawn|spawn\w+)\(")
OTHERWISE = {"tests/running/children.py": "it is the one place", "bench/upgrades.py": "forks, and keeps what it forked"}


def there(pid: int) -> bool:
    """Tell whether a process runs; one that only waits to be buried does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):  # gone before it was opened, or between that and the reading
        return False


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="only Linux tells of a process that is gone")
def test_what_a_killed_owner_started_ends(monkeypatch):
    with subprocess.Popen([sys.executable, "-c", OWNER], cwd=ROOT, stdout=subprocess.PIPE, text=True) as owner:
        children.keep(owner.pid)
        started = [int(word) for word in owner.stdout.readline().split()]
        assert len(started) == 4 and all(map(there, started))
        owner.send_signal(signal.SIGKILL)
    until = time.monotonic() + children.PATIENCE_SECONDS + 10
    while any(map(there, started)) and time.monotonic() < until:
        time.sleep(0.05)
    assert not [pid for pid in started if there(pid)]


def test_processes_are_started_in_the_one_place_that_ends_them():
    found = {
        str(path.relative_to(ROOT)): line
        for folder in ("bench", "tests")
        for path in (ROOT / folder).rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if STARTS_A_PROCESS.search(line)
    }
    for here in (OTHERWISE.keys() | {"tests/checks/test_children.py"}) & found.keys():
        del found[here]
    assert not found, "start them by tests/running/children.py: a killed run would leave them behind"
