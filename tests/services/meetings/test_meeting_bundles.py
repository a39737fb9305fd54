"""The bundle of a vote in a meeting: the verifier replays the door, and no forger gets a person into the room."""

import json
import random
from typing import Any

import pytest

from consult.services.polls import bundles
from tests.bundle_cases import chained, check, edited, files_of, in_process, mutated, newest_head, rehash
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
    assert json.loads(files["manifest.json"])["format"] == bundles.FORMAT_OF_MEETING
    assert json.loads(files["result.json"])["tally"]["present"] == 6


def added_arrival(log: dict[str, Any]) -> None:
    """Somebody who never came is let in before the vote ends."""
    at = next(n for n, row in enumerate(log["entries"]) if row[3] == "arrival:noted")
    facts = json.loads(log["entries"][at][5]) | {"line": 99, "number": 8}
    log["entries"].insert(
        at, [*log["entries"][at][:5], json.dumps(facts, sort_keys=True, separators=(",", ":")), "", ""]
    )
    for place, row in enumerate(log["entries"][at:], log["entries"][at + 1][0]):
        row[0] = place
    rehash(log)


def removed(tag: str):
    def change(log: dict[str, Any]) -> None:
        at = next(n for n, row in enumerate(log["entries"]) if row[3] == tag)
        del log["entries"][at]
        for row in log["entries"][at:]:
            row[0] -= 1
        rehash(log)

    return change


TAMPERED = {
    "somebody is said to have been here": ("M1", lambda f: chained(f, lambda x: x["present"].append(8), "poll:ended")),
    "somebody is said to have gone": ("M1", lambda f: chained(f, lambda x: x["present"].pop(), "poll:ended")),
    "an arrival is put in": ("M1", lambda f: edited(f, "log", added_arrival)),
    "an arrival is taken out": ("M1", lambda f: edited(f, "log", removed("arrival:noted"))),
    "the voter was not here": ("M1", lambda f: chained(f, lambda x: x.update(number=8), "ballot:cast")),
    "a hand is marked that was not there": (
        "M1",
        lambda f: chained(f, lambda x: x["numbers"].__setitem__(0, 8), "unit:marked"),
    ),
    "the ending is taken out": ("M1", lambda f: edited(f, "log", removed("poll:ended"))),
    "the call is another": ("M1", lambda f: chained(f, lambda x: x.update(fingerprint="0" * 64), "meeting:called")),
    "it ended later than it could": (
        "C1",
        lambda f: chained(f, lambda x: x.update(closes_at="2099-01-01T00:00:00+00:00"), "poll:ended"),
    ),
    "hands were marked late": ("C1", lambda f: chained(f, lambda x: x.update(late=True), "unit:marked")),
    "fewer are said to be present": ("T1", lambda f: edited(f, "result", lambda r: r["tally"].update(present=5))),
    "it is said to be no meeting": ("R1", lambda f: edited(f, "rules", lambda r: r["frozen"].pop("meeting"))),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_each_kind_of_tampering_fails_its_own_check_even_in_a_chain_made_anew(vote, what, tmp_path):
    code, tamper = TAMPERED[what]
    exit_code, failed, said = check(tamper(files_of(vote, full=True)), tmp_path)
    if what == "it is said to be no meeting":
        assert exit_code == 2, said  # the manifest says that it is one
    else:
        assert exit_code == 1 and code in failed, said


def test_hundreds_of_random_changes_of_one_field_are_all_caught(vote, tmp_path, capsys):
    files = files_of(vote, full=True)
    verifier: Any = type(bundles)("verify")
    exec(compile(bundles.VERIFIER.read_text(encoding="utf-8"), "verify.py", "exec"), verifier.__dict__)
    assert in_process(files, newest_head(files), tmp_path / "bundle", verifier) == 0
    dice, missed = random.Random(20260101), []
    for _ in range(MUTATIONS):
        where, tampered = mutated(files, dice)
        if in_process(tampered, newest_head(files), tmp_path / "bundle", verifier) == 0:
            missed.append(where)
    capsys.readouterr()
    assert missed == []
