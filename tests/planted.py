"""A village whose opinion groups are known beforehand: people in turn belong to group 0, 1, 2 …"""

import random


def village(
    seed: int, *, people: int = 150, statements: int = 30, groups: int = 3, missing: float = 0.5, noise: float = 0.1
) -> tuple[dict[int, dict[int, int]], dict[int, int]]:
    """Reactions by person and statement, and the group each person was planted in. The last third all agree on."""
    dice = random.Random(seed)
    common = statements // 3
    minds = [[dice.choice((-1, 1)) for _ in range(statements - common)] + [1] * common for _ in range(groups)]
    reactions: dict[int, dict[int, int]] = {}
    for person in range(people):
        mine: dict[int, int] = {}
        for statement in range(statements):
            if dice.random() >= missing:
                mind = minds[person % groups][statement]
                mine[statement] = dice.choice((-1, 0, 1)) if dice.random() < noise else mind
        reactions[person] = mine
    return reactions, {person: person % groups for person in range(people)}
