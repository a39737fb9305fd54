"""Planted opinion groups are found again; where there are none, none is invented."""

import json
import subprocess
import sys

import pytest

from consult.config import ROOT
from consult.domain.talk.common_ground import LEAST_GROUP, LEAST_REACTIONS
from consult.services.talk import opinion_groups
from tests.browser import environment
from tests.planted import village


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("groups", "least"), [(2, 0.9), (3, 0.95)])
def test_planted_groups_are_found_again(seed, groups, least):
    reactions, planted = village(seed, groups=groups)
    found = opinion_groups.groups(reactions)
    assert len(found) == groups
    right = sum(max(sum(planted[p] == n for p in group) for n in range(groups)) for group in found)
    assert right >= least * len(reactions)


def test_somebody_who_reacted_to_fewer_than_seven_statements_is_placed_nowhere():
    reactions, _ = village(1)
    few = {p: dict(list(mine.items())[: LEAST_REACTIONS - 1]) for p, mine in list(reactions.items())[:20]}
    found = opinion_groups.groups(reactions | few)
    assert not set(few) & {p for group in found for p in group}


@pytest.mark.parametrize("seed", range(4))
def test_one_mind_is_one_group(seed):
    reactions, _ = village(seed, groups=1, noise=0)
    assert [len(g) for g in opinion_groups.groups(reactions)] == [150]


@pytest.mark.parametrize("seed", range(4))
def test_chance_is_no_opinion_group(seed):
    reactions, _ = village(seed, noise=1)
    assert len(opinion_groups.groups(reactions)) == 1


@pytest.mark.parametrize("people", [0, 1, 4, 5, 9, 11])
def test_no_group_is_smaller_than_five(people):
    reactions, _ = village(3, people=people, missing=0)
    found = opinion_groups.groups(reactions)
    assert all(len(g) >= LEAST_GROUP for g in found) and bool(found) is (people >= LEAST_GROUP)


def test_the_same_reactions_always_give_the_same_groups_in_whatever_order_they_come():
    reactions, _ = village(5)
    turned = dict(reversed(reactions.items()))
    assert opinion_groups.groups(reactions) == opinion_groups.groups(turned)


def test_everybody_agreeing_with_everything_is_one_group():
    assert len(opinion_groups.groups({p: dict.fromkeys(range(10), 1) for p in range(30)})) == 1


def test_the_web_server_never_loads_numpy(app, config):
    """It would cost each worker 25 MB."""
    code = "import sys, app; sys.exit(any(m in sys.modules for m in ('numpy', 'av')))"
    env = environment(config) | {"PATH": ""}
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, check=False).returncode == 0


RECORDED: dict[str, str] = json.loads((ROOT / "tests" / "data" / "opinion_groups.json").read_text())
"""What red-dwarf 0.4.0, an independent implementation of Polis, found in these villages: each person's group."""


@pytest.mark.parametrize("seed", RECORDED)
def test_an_independent_implementation_finds_the_same_groups(seed):
    labels = RECORDED[seed]
    reactions, _ = village(int(seed), people=len(labels))
    found = opinion_groups.groups(reactions)
    assert len(found) == len(set(labels))
    alike = sum(max(sum(labels[p] == name for p in group) for name in set(labels)) for group in found)
    assert alike >= 0.97 * len(labels)
