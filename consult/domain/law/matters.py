"""The kinds of matters and the bodies that decide them: matters.toml, read and typed. The stricter law holds."""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from consult.domain import citations
from consult.domain.refusals import Reason

PREPARING = frozenset({"PARTY", "TWO_COMMITTEES", "VC", "BOARD", "COUNCIL"})
"""Bodies that talk a matter over, review or prepare it: they may always be called, for they do not decide it."""


class Whose(StrEnum):
    """The owner of a matter: it says which body of which group or organisation decides."""

    VILLAGE = "village"
    GROUP = "group"
    COLLECTIVE = "collective"
    """Of the collective organisation of a group, or of the village (or township) as a whole."""


class MatterPaper(StrEnum):
    """A paper that the law asks for beside the vote."""

    AUTHORISATION = "authorisation"
    """The villagers' assembly authorised the representatives to decide this matter: VCL 28(2), 27(2)."""
    HOUSEHOLD_SIGNATURES = "household_signatures"
    """Each household that a representative votes for has signed."""
    TOWN_CHECK = "town_check"
    TOWN_FILING = "town_filing"
    TOWN_APPROVAL = "town_approval"
    PUBLICITY = "publicity"


OF_THE_WORDS = frozenset({MatterPaper.HOUSEHOLD_SIGNATURES})
"""Papers that stand for the words as they were; the others for the kind of matter."""


@dataclass(frozen=True)
class NeededPaper:
    """A paper that a kind of matter needs, before these bodies (none: before all), and the article that asks for it."""

    paper: MatterPaper
    of: frozenset[str]
    source: str

    def is_asked_before(self, body: str) -> bool:
        """Tell whether it is asked for before a vote of this body."""
        return not self.of or body in self.of


@dataclass(frozen=True, kw_only=True)
class Matter:
    """One row of matters.toml. Sources are as people write them."""

    code: str
    whose: Whose
    bodies: tuple[str, ...]
    source: str
    valid_from: date
    valid_until: date | None = None
    study: str = ""
    """The article by which the Party organisation must study it; empty: it need not."""
    authorised: frozenset[str] = frozenset()
    open_days: int = 0
    open_source: str = ""
    before: tuple[NeededPaper, ...] = ()
    after: tuple[NeededPaper, ...] = ()
    differs: str = ""
    advisory: bool = False
    """It is talked over: no vote on it decides anything."""

    def holds_on(self, day: date) -> bool:
        """Tell whether the row holds on a day; its first and its last day are included."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


@lru_cache(maxsize=1)
def all_rows() -> tuple[Matter, ...]:
    """Return the rows of matters.toml."""
    rows = tomllib.loads((Path(__file__).parent / "matters.toml").read_text(encoding="utf-8"))["matter"]
    return tuple(_matter(row) for row in rows)


def _matter(row: Mapping[str, Any]) -> Matter:
    differs = row.get("differs")
    return Matter(
        code=row["code"],
        whose=Whose(row["whose"]),
        bodies=tuple(row["bodies"]),
        source=citations.text(row["source"]),
        valid_from=row["valid_from"],
        valid_until=row.get("valid_until"),
        study=citations.text(row["study"]) if "study" in row else "",
        authorised=frozenset(row.get("authorised", ())),
        open_days=row.get("open_days", 0),
        open_source=citations.text(row["open_source"]) if "open_source" in row else "",
        before=tuple(map(_paper, row.get("before", ()))),
        after=tuple(map(_paper, row.get("after", ()))),
        differs=f"{citations.text(differs['source'])}：{differs['words']}" if differs else "",
        advisory=row.get("advisory", False),
    )


def _paper(row: Mapping[str, Any]) -> NeededPaper:
    return NeededPaper(MatterPaper(row["paper"]), frozenset(row.get("of", ())), citations.text(row["source"]))


def codes() -> list[str]:
    """Return the code of every kind of matter there ever was, in the order of the table."""
    return [row.code for row in all_rows()]


def offered(on: date) -> list[Matter]:
    """Return the kinds of matters that hold on a day, in the order of the table: only these are chosen from."""
    return [row for row in all_rows() if row.holds_on(on)]


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


def why_not_owner(matter: Matter, owner: int | None, group_id: int | None) -> Reason | None:
    """Return why a body of this group (None: of the village) may not decide a matter of that owner; None: it may.

    What is only talked over belongs to no one in particular.
    """
    if matter.advisory:
        return None
    if matter.whose is Whose.GROUP and owner is None:
        return Reason.OWNER_NOT_SAID
    return None if owner == group_id else Reason.OTHER_ORGANISATION_DECIDES


def needs_study(matter: Matter, body: str) -> bool:
    """Tell whether the Party organisation's study must be on record before this body is called."""
    return bool(matter.study) and body not in PREPARING


def papers_of(matter: Matter) -> list[MatterPaper]:
    """Return the papers that an officer may put on record for a kind of matter."""
    own = [MatterPaper.AUTHORISATION] if matter.authorised else []
    return own + [one.paper for one in (*matter.before, *matter.after)]


def missing_before(matter: Matter, body: str, there: Collection[MatterPaper]) -> list[NeededPaper]:
    """Return the papers that must be on record before a vote of this body, and are not."""
    return [one for one in matter.before if one.is_asked_before(body) and one.paper not in there]


def missing_after(matter: Matter, there: Collection[MatterPaper]) -> list[NeededPaper]:
    """Return the papers that must be on record before the result is posted, and are not."""
    return [one for one in matter.after if one.paper not in there]
