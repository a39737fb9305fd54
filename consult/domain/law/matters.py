"""The kinds of matters and the bodies that decide them: matters.toml, read and typed. The stricter law holds."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from consult.domain.refusals import Reason

PREPARING = frozenset({"PARTY", "TWO_COMMITTEES", "VC", "BOARD", "COUNCIL"})
"""Bodies that talk a matter over, review or prepare it: they may always be called, for they do not decide it."""


@dataclass(frozen=True, kw_only=True)
class Matter:
    """One row of matters.toml."""

    code: str
    bodies: tuple[str, ...]
    study: bool
    source: str
    authorised: frozenset[str] = frozenset()
    open_days: int = 0
    differs: str = ""


@lru_cache(maxsize=1)
def all_rows() -> tuple[Matter, ...]:
    """Return the rows of matters.toml."""
    rows = tomllib.loads((Path(__file__).parent / "matters.toml").read_text(encoding="utf-8"))["matter"]
    return tuple(
        Matter(
            code=row["code"],
            bodies=tuple(row["bodies"]),
            study=row["study"],
            source=row["source"],
            authorised=frozenset(row.get("authorised", ())),
            open_days=row.get("open_days", 0),
            differs=row.get("differs", ""),
        )
        for row in rows
    )


def codes() -> list[str]:
    """Return the code of every kind of matter, in the order of the table."""
    return [row.code for row in all_rows()]


def find(code: str) -> Matter:
    """Return the kind of matter with a code. Raises KeyError."""
    return {row.code: row for row in all_rows()}[code]


def why_not_body(matter: Matter, body: str, *, authorisation: str) -> Reason | None:
    """Return why a body may not decide a matter; None: it may. The assembly's authorisation is given in writing, with its day."""
    if body in PREPARING and body not in matter.bodies:
        return None
    if body not in matter.bodies:
        return Reason.OTHER_BODY_DECIDES
    return Reason.NEEDS_AUTHORISATION if body in matter.authorised and not authorisation else None


def needs_study(matter: Matter, body: str) -> bool:
    """Tell whether the Party organisation's study must be on record before this body is called."""
    return matter.study and body not in PREPARING
