"""Grounds on which the same people vote once more on the same matter: rows of repeat_grounds.toml, and what fits them."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from consult.domain import citations
from consult.domain.form_errors import FormError
from consult.domain.polls.polls import Outcome, Standing
from consult.domain.text_fields import line

WORDS_LENGTH = 200
ANNULLED = "annulled"
CONTESTED = "contested"
"""Annulled, and its outcome hung on votes that two officers found wrong and that could not be taken out of the count."""


class Ground(StrEnum):
    """The ground on which the same people are asked once more."""

    INQUORATE = "inquorate"
    ANNULLED = "annulled"
    CONTESTED = "contested"
    CHANGED_PROPOSAL = "changed_proposal"
    NEW_FACTS = "new_facts"
    ASKED_BY_VOTERS = "asked_by_voters"
    TERM = "term"


@dataclass(frozen=True)
class GroundRule:
    """A row of repeat_grounds.toml."""

    ended: frozenset[str]
    """Outcomes, "annulled" or "contested"; empty: any."""
    needs_revision: bool
    days: int
    source: str
    """The articles, as people write them."""


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "repeat_grounds.toml").read_text(encoding="utf-8"))


def bodies_asked(body: str, standing: Standing) -> frozenset[str]:
    """Return the bodies whose votes on a matter a vote of this one would repeat: the same people, counted either way.

    A vote that decides also repeats what all those decided for whom the body acts: representatives pass nothing by them.
    """
    same = next((frozenset(row["bodies"]) for row in _table()["same"] if body in row["bodies"]), frozenset({body}))
    if standing is not Standing.FORMAL:
        return same
    return same.union(*(row["all"] for row in _table()["acts_for"] if row["body"] == body))


@lru_cache(maxsize=1)
def rules() -> Mapping[Ground, GroundRule]:
    """Return the rows of repeat_grounds.toml by their code."""
    rows = _table()["ground"]
    return {
        Ground(row["code"]): GroundRule(
            ended=frozenset(row.get("ended", ())),
            needs_revision=row.get("needs") == "revision",
            days=row.get("days", 0),
            source=citations.text(row["source"]),
        )
        for row in rows
    }


@dataclass(frozen=True, kw_only=True)
class EarlierVote:
    """An earlier vote of the same body on the same matter that was not cancelled."""

    id: int
    standing: Standing
    outcome: Outcome | None
    """None: not declared."""
    annulled: bool
    over_at: datetime
    """When it was declared, else when it closed."""
    revision: int
    """Of the proposal whose words were voted on."""
    matter: int = 0
    """The consultation it was about: another one, where an officer said that it is the same matter."""
    meeting_id: int | None = None
    contested: bool = False
    """Its outcome hung on votes that two officers found wrong; it was never declared."""

    @property
    def is_undecided(self) -> bool:
        """Whether it still runs or waits for its result."""
        return self.outcome is None and not self.annulled

    @property
    def ended(self) -> str:
        """Its outcome, or that it was annulled, or annulled since its outcome hung on contested votes."""
        if self.annulled and self.contested:
            return CONTESTED
        return ANNULLED if self.annulled else str(self.outcome.value if self.outcome else "")


def to_repeat(votes: Sequence[EarlierVote], standing: Standing) -> EarlierVote | None:
    """Return the vote that a new one of this standing would repeat, the newest; None: it repeats none.

    A formal vote after opinions were asked repeats nothing: it decides for the first time.
    """
    same = [one for one in votes if one.standing is Standing.FORMAL or standing is Standing.ADVISORY]
    return max(same, key=lambda one: one.id, default=None)


def fits(ground: Ground, earlier: EarlierVote, *, changed: bool, now: datetime) -> bool:
    """Tell whether a ground fits how the earlier vote ended. `changed`: the proposal says something else now."""
    rule = rules()[ground]
    if rule.ended and earlier.ended not in rule.ended:
        return False
    if rule.needs_revision and not changed:
        return False
    return now - earlier.over_at >= timedelta(days=rule.days)


def fitting(earlier: EarlierVote, *, changed: bool, now: datetime) -> list[Ground]:
    """Return the grounds that may be stated, in the order of the table."""
    return [one for one in rules() if fits(one, earlier, changed=changed, now=now)]


def read_ground(form: Mapping[str, str]) -> tuple[Ground | None, str, dict[str, FormError]]:
    """Return the ground and its words from a form, and every mistake by field."""
    mistakes: dict[str, FormError] = {}
    ground = Ground(form["ground"]) if form.get("ground", "") in list(Ground) else None
    if ground is None:
        mistakes["ground"] = FormError.NOT_OFFERED
    return ground, line(form, "words", WORDS_LENGTH, mistakes), mistakes
