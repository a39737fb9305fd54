"""The exact words of a roll for offices, the Party, the collective, heads and deaths: words.toml, read and typed."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from consult.domain.people.roles import Role

BETWEEN_OFFICES = re.compile(r"[、,，;；/／\s+]+|(?<=.)兼(?:任)?(?=.)")


@dataclass(frozen=True)
class Answers:
    """The words of one column that say yes, and those that say no."""

    yes: frozenset[str]
    no: frozenset[str]

    def of(self, word: str) -> bool | None:
        """Return what a word says; None for one that must be asked about. An empty cell says nothing."""
        return True if word in self.yes else False if word in self.no else None


@dataclass(frozen=True)
class Words:
    """All of words.toml."""

    offices: dict[str, Role]
    no_office: frozenset[str]
    party: Answers
    collective: Answers
    head: frozenset[str]
    death: re.Pattern[str]


@lru_cache(maxsize=1)
def words() -> Words:
    """Return the words of words.toml."""
    rows = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
    death = "|".join(map(re.escape, rows["death"]["parts"])) + "|^(?:" + "|".join(rows["death"]["words"]) + ")$"
    return Words(
        offices={word: Role(role) for role, of_role in rows["offices"].items() for word in of_role},
        no_office=frozenset(rows["none"]["words"]),
        party=Answers(frozenset(rows["party"]["yes"]), frozenset(rows["party"]["no"])),
        collective=Answers(frozenset(rows["collective"]["yes"]), frozenset(rows["collective"]["no"])),
        head=frozenset(rows["head"]["asked"]),
        death=re.compile(death),
    )


def office_words(text: str) -> Iterable[str]:
    """Return the words of a cell of offices, without those that say that there is none."""
    return [word for word in BETWEEN_OFFICES.split(text.strip()) if word and word not in words().no_office]


def tells_of_death(text: str) -> bool:
    """Tell whether a cell may say that the person has died; only the clerk knows whether it does."""
    return words().death.search(text) is not None
