"""The one script that sets everything up says what it takes, and starts nothing where it was asked."""

import subprocess
import sys

import pytest

from consult.config import ROOT


@pytest.mark.parametrize(
    ("words", "code"), [(["--help"], 0), (["demo", "--help"], 0), (["demo", "8080"], 2), (["dmeo"], 2), ([], 2)]
)
def test_what_is_no_command_is_answered_with_the_list_of_them(words, code):
    done = subprocess.run([sys.executable, ROOT / "run.py", *words], capture_output=True, text=True, timeout=30)
    assert done.returncode == code and done.stdout.startswith("python3 run.py WHAT")
