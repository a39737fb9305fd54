"""The bundle of a vote in a meeting: who was here at its end stands in it as tokens, and no forger gets one in."""

import json
from typing import Any

import pytest

from consult.services.polls import bundles
from tests.bundle_cases import chained, check, edited, entry_of, files_of, missed_changes, newest_head, rehash
from tests.meetings import a_held_meeting

MUTATIONS = 300


@pytest.fixture
def vote(inside) -> int:
    """Six were here: one voted by phone, five were left for hands."""
    return a_held_meeting(inside)[1]


@pytest.mark.both_databases
def test_every_check_passes_on_what_a_meeting_leaves(vote, tmp_path):
    for full in (True, False):
        files = files_of(vote, full=full)
        code, failed, said = check(files, tmp_path, "--head", newest_head(files), relist=False)
        assert (code, failed) == (0, set()), said
    assert json.loads(files["manifest.json"])["format"] == bundles.FORMAT
    assert json.loads(files["result.json"])["tally"]["present"] == 6


def removed(tag: str):
    def change(log: dict[str, Any]) -> None:
        log["entries"].remove(entry_of(log, tag))
        rehash(log)

    return change


TAMPERED = {
    "somebody is said to have been here": (
        "T1",
        lambda f: chained(f, lambda x: x["here"].append("f" * 64), "poll:ended"),
    ),
    "somebody is said to have gone": ("M1", lambda f: chained(f, lambda x: x["here"].clear(), "poll:ended")),
    "a hand is marked that was not there": ("U1", lambda f: edited(f, "marks", lambda m: m[0].update(unit="0" * 64))),
    "the ending is taken out": ("M1", lambda f: edited(f, "log", removed("poll:ended"))),
    "the call is another": ("M1", lambda f: chained(f, lambda x: x.update(fingerprint="0" * 64), "meeting:called")),
    "it ended later than it could": (
        "C1",
        lambda f: chained(f, lambda x: x.update(closes_at="2099-01-01T00:00:00+00:00"), "poll:ended"),
    ),
    "fewer are said to be present": ("T1", lambda f: edited(f, "result", lambda r: r["tally"].update(present=5))),
    "it is said to be no meeting": ("R1", lambda f: edited(f, "rules", lambda r: r["frozen"].pop("meeting"))),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_each_kind_of_tampering_fails_its_own_check_even_in_a_chain_made_anew(vote, what, tmp_path):
    code, tamper = TAMPERED[what]
    exit_code, failed, said = check(tamper(files_of(vote, full=True)), tmp_path)
    assert exit_code == 1 and code in failed, said


def test_hundreds_of_random_changes_of_one_field_are_all_caught(vote, tmp_path, capsys):
    files = files_of(vote, full=True)
    missed = missed_changes(files, newest_head(files), tmp_path / "bundle", MUTATIONS)
    capsys.readouterr()
    assert missed == []
