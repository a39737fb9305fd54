"""Subjects of commits are short and in the imperative, from the commit on that brought the rule."""

import subprocess

import pytest

from consult.config import ROOT
from tests.checks.commits import faults, main

FIRST_BOUND = "21c7927eaf9cd1d2cc1d2c4fc55c5ad1ce8a65c8"
"""Commits after this one keep the rule."""


def subjects() -> list[str]:
    """Return the subjects since FIRST_BOUND; where git or that commit is missing, say so and leave the test out."""
    command = ["git", "log", "--no-merges", "--format=%s", f"{FIRST_BOUND}..HEAD"]
    try:
        found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    except FileNotFoundError:
        pytest.skip("git is missing: the subjects of commits were not looked at")
    if found.returncode:
        pytest.skip(f"the history is not here, the subjects of commits were not looked at: {found.stderr.strip()}")
    return found.stdout.splitlines()


def test_every_commit_has_a_short_subject_in_the_imperative():
    wrong = [f"{subject}: {fault}" for subject in subjects() for fault in faults(subject)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    "subject",
    [
        "Remove unused Reason members",
        "Embed the font",
        "Process mail in lanes",
        "Merge branch 'docs'",
        "F" + "i" * 71,
        'Revert "Fixed by hand: what was written by whoever came first, and then some more words"',
    ],
)
def test_a_good_subject_has_no_fault(subject):
    assert not list(faults(subject))


@pytest.mark.parametrize(
    ("subject", "fault"),
    [
        ("A reason that nothing gives is gone", "'A'"),
        ("Whoever asks may read", "'Whoever'"),
        ("Added a test", "'Added'"),
        ("Fixes the count", "'Fixes'"),
        ("Renaming modules", "'Renaming'"),
        ("fix the count", "capital"),
        ("", "capital"),
        ("Fix the count.", "full stop"),
        ("F" + "i" * 72, "73 characters"),
    ],
)
def test_a_bad_subject_is_refused(subject, fault):
    assert any(fault in found for found in faults(subject))


def test_the_hook_reads_the_first_line_that_is_no_comment(tmp_path, capsys):
    message = tmp_path / "COMMIT_EDITMSG"
    message.write_text("# a comment\n\nAdded a test\n\nWhy.\n", encoding="utf-8")
    assert main([str(message)]) == 1
    assert "'Added'" in capsys.readouterr().err
    message.write_text("Add a test\n\nWhy.\n", encoding="utf-8")
    assert main([str(message)]) == 0
