"""Tests of one group run in one worker, one after the other: pytest and pytest-xdist agree on how a group is named."""

import os
import subprocess
import sys
from pathlib import Path

GROUPED = """
import os, pytest

@pytest.mark.xdist_group("one")
@pytest.mark.parametrize("n", range(6))
def test_where(n):
    with open("workers", "a") as file:
        file.write(os.environ["PYTEST_XDIST_WORKER"] + chr(10))
"""


def test_a_group_of_tests_stays_with_one_worker(tmp_path: Path):
    """pytest 9.2 kept the names of tests elsewhere than xdist 3.8 writes groups: no group held, and nothing said so."""
    (tmp_path / "test_where.py").write_text(GROUPED)
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadgroup", "-p", "no:cacheprovider"]
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(
        [*command, "--rootdir", tmp_path, "-c", os.devnull], cwd=tmp_path, env=env, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stdout.decode()
    assert len(set((tmp_path / "workers").read_text().split())) == 1
