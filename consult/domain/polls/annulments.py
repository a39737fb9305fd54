"""Bodies above that may annul a vote: rows of annulments.toml, and the paper by which they did."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from consult.domain import citations, instants
from consult.domain.form_errors import FormError
from consult.domain.law import bodies
from consult.domain.text_fields import line

PARTY = "PARTY"
RULING_LENGTH = 60


class Annuller(StrEnum):
    """The body above that annulled a vote."""

    COURT = "court"
    TOWNSHIP = "township"
    ASSEMBLY = "assembly"
    PARTY_ABOVE = "party_above"


@dataclass(frozen=True)
class Ruling:
    """The paper by which a vote was annulled."""

    by: Annuller
    number: str
    """As it stands on the paper: of a judgment, an order or a resolution."""
    on: date
    picture: str = ""
    """The photo of the paper, by the name its row gives."""


@lru_cache(maxsize=1)
def _rows() -> list[dict[str, Any]]:
    text = (Path(__file__).parent / "annulments.toml").read_text(encoding="utf-8")
    rows: list[dict[str, Any]] = tomllib.loads(text)["annuller"]
    return rows


def sources(body: str) -> dict[Annuller, str]:
    """Return who may annul a vote of a body, each with its articles as people write them."""
    name = "party_source" if body == PARTY else "collective_source" if bodies.is_of_a_collective(body) else "source"
    return {
        Annuller(row["by"]): citations.text(row[name])
        for row in _rows()
        if name in row and body in row.get("only", [body])
    }


def read_ruling(form: Mapping[str, str], *, body: str, today: date, mistakes: dict[str, FormError]) -> Ruling | None:
    """Return the paper that a form names, still without its photo; None with a mistake noted."""
    known = {one.value: one for one in sources(body)}
    by = known.get(form.get("annulled_by", ""))
    if by is None:
        mistakes["annulled_by"] = FormError.NOT_OFFERED
    number = line(form, "ruling", RULING_LENGTH, mistakes)
    on = instants.read_day(form.get("ruled_on", ""))
    if on is None:
        mistakes["ruled_on"] = FormError.NOT_A_DAY
    elif on > today:
        mistakes["ruled_on"] = FormError.DAY_TO_COME
    return Ruling(by, number, on) if by is not None and on is not None else None
