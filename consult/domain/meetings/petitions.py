"""Petitions to call a meeting: so many villagers, or representatives, oblige the committee to call it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from consult.domain import citations
from consult.domain.form_errors import FormError
from consult.domain.law.bodies import Members, Share
from consult.domain.text_fields import line, long_text

TITLE_LENGTH, WORDS_LENGTH = 60, 1000


class PetitionKind(StrEnum):
    """The kind of a petition: its signers and the meeting it asks for."""

    ASSEMBLY_BY_VILLAGERS = "assembly_by_villagers"
    ASSEMBLY_BY_REPRESENTATIVES = "assembly_by_representatives"
    REPRESENTATIVES = "representatives"


@dataclass(frozen=True)
class PetitionRule:
    """One row of petitions.toml."""

    signers: Members
    share: Share
    bodies: tuple[str, ...]
    """What must then be called: one of these."""
    source: str
    valid_from: date
    valid_until: date | None = None

    def holds_on(self, day: date) -> bool:
        """Tell whether the row holds on a day; its first and its last day are included."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


@lru_cache(maxsize=1)
def all_rows() -> tuple[tuple[PetitionKind, PetitionRule], ...]:
    """Return the rows of petitions.toml."""
    rows = tomllib.loads((Path(__file__).parent / "petitions.toml").read_text(encoding="utf-8"))["petition"]
    return tuple((PetitionKind(row["kind"]), _rule(row)) for row in rows)


def _rule(row: Mapping[str, Any]) -> PetitionRule:
    return PetitionRule(
        signers=Members(row["signers"]),
        share=Share.from_facts(row["share"]),
        bodies=tuple(row["bodies"]),
        source=citations.text(row["source"]),
        valid_from=row["valid_from"],
        valid_until=row.get("valid_until"),
    )


def rule_on(kind: PetitionKind, day: date) -> PetitionRule | None:
    """Return the rule of a kind of petition on the day it is opened, which holds for it to its end; None: there is none."""
    return next((rule for one, rule in all_rows() if one is kind and rule.holds_on(day)), None)


@dataclass(frozen=True)
class PetitionPlan:
    """A petition as written."""

    kind: PetitionKind
    title: str
    words: str


def read_petition_form(form: Mapping[str, str]) -> tuple[PetitionPlan | None, dict[str, FormError]]:
    """Return a petition from the fields of a form, or the mistakes in it."""
    mistakes: dict[str, FormError] = {}
    kind = form.get("kind", "")
    if kind not in list(PetitionKind):
        mistakes["kind"] = FormError.NOT_OFFERED
    title = line(form, "title", TITLE_LENGTH, mistakes)
    words = long_text(form, "words", WORDS_LENGTH, mistakes)
    return (None if mistakes else PetitionPlan(PetitionKind(kind), title, words)), mistakes
