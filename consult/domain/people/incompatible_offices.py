"""Offices that one person, or near kin, may not hold beside each other: rows of incompatible_offices.toml."""

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from consult.domain import citations
from consult.domain.people.roles import Role


@dataclass(frozen=True)
class Clash:
    """Two offices that do not go together, and the article that says so."""

    held: Role
    source: str
    by_kin: bool


@lru_cache(maxsize=1)
def _rows() -> list[tuple[Role, Role, bool, str]]:
    """Return each pair in both directions: office, the other office, whether near kin count, source."""
    rows = tomllib.loads((Path(__file__).parent / "incompatible_offices.toml").read_text(encoding="utf-8"))["pair"]
    one_way = [
        (Role(r["office"]), Role(other), r["kin"], citations.text(r["source"]))
        for r in rows
        for other in r["never_with"]
    ]
    return one_way + [(b, a, kin, source) for a, b, kin, source in one_way]


def counts_kin(office: Role) -> bool:
    """Tell whether near kin of other officers may not hold an office, so that the second person is asked about them."""
    return any(kin for one, _, kin, _ in _rows() if one is office)


def clash(wanted: Role, own: Collection[Role], of_kin: Collection[Role]) -> Clash | None:
    """Return what speaks against an office for a person with these offices, whose near kin hold those; None: nothing."""
    for office, other, kin, source in _rows():
        if office is wanted and other in own:
            return Clash(other, source, by_kin=False)
        if office is wanted and kin and other in of_kin:
            return Clash(other, source, by_kin=True)
    return None
