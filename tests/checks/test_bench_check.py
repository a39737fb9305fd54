"""`run.py bench check` names what got dearer. Two made-up recordings; speed itself is measured by the bench alone."""

from dataclasses import replace

import pytest

from bench.comparison import ALLOWED, DRIFT, NOISE, Cost, Recording

BEFORE = Recording(
    {
        "roll, clerk": Cost(2.0, 900, 10, 20_000),
        "me, villager": Cost(1.0, 300, 5, 6_000),
        "inbox, villager": Cost(1.0, 300, 4, 7_000),
    },
    80.0,
    4.0,
)


def after(**changes: object) -> Recording:
    dearer = replace(BEFORE.pages["roll, clerk"], **changes)
    return replace(BEFORE, pages=BEFORE.pages | {"roll, clerk": dearer})


def test_nothing_is_named_when_nothing_changed_or_got_cheaper():
    assert BEFORE.dearer(BEFORE) == []
    assert after(cpu=1.0, statements=3, bytes=100).dearer(BEFORE) == []


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"cpu": 2.0 * ALLOWED * NOISE + 0.01}, "roll, clerk: CPU"),
        ({"calls": 991}, "roll, clerk: calls 900 -> 991 (+10%)"),
        ({"statements": 12}, "roll, clerk: statements 10 -> 12 (+20%)"),
        ({"bytes": 22_001}, "roll, clerk: bytes"),
    ],
)
def test_the_page_that_got_dearer_is_named_alone(changes, named):
    (line,) = after(**changes).dearer(BEFORE)
    assert line.startswith(named)


@pytest.mark.parametrize(
    "changes", [{"cpu": 2.0 * ALLOWED * NOISE}, {"calls": 990}, {"statements": 11}, {"bytes": 22_000}]
)
def test_a_tenth_is_not_named(changes):
    assert after(**changes).dearer(BEFORE) == []


def test_a_busier_machine_is_not_named_but_all_pages_that_got_much_dearer_are():
    def times(factor: float) -> Recording:
        return replace(BEFORE, pages={name: replace(one, cpu=one.cpu * factor) for name, one in BEFORE.pages.items()})

    assert times(ALLOWED * DRIFT).dearer(BEFORE) == []
    (line,) = times(ALLOWED * DRIFT + 0.01).dearer(BEFORE)
    assert line.startswith("all pages: CPU")


def test_memory_and_start_are_named_too():
    lines = replace(BEFORE, worker_mb=102.0, start=5.6).dearer(BEFORE)
    assert [line.split(" ")[0] for line in lines] == ["worker", "start"]


def test_a_page_that_is_new_or_gone_is_named():
    fewer = replace(BEFORE, pages={name: BEFORE.pages[name] for name in ("roll, clerk", "me, villager")})
    assert fewer.dearer(BEFORE) == ["inbox, villager: not measured any more"]
    assert BEFORE.dearer(fewer) == ["inbox, villager: not recorded yet"]


def test_a_recording_comes_back_from_its_file():
    assert Recording.from_facts(BEFORE.as_facts()) == BEFORE
