"""Count sheets: what two people read off the same sheet, and when it counts."""

import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

from consult.domain.audit import canonical
from consult.domain.form_errors import FormError
from consult.domain.numbers import read_number

MOST = 100_000
"""A larger figure than any village has: a typing mistake."""


@dataclass(frozen=True)
class Figures:
    """The figures of one sheet. Of raised hands as many are issued as are raised."""

    issued: int
    returned: int
    valid: tuple[int, ...]
    """For options 1, 2, 3 …"""
    blank: int = 0
    invalid: int = 0

    def text(self) -> str:
        """Return the figures in one spelling only, so that the database itself can compare two entries."""
        return canonical(asdict(self) | {"valid": list(self.valid)})

    @classmethod
    def from_text(cls, text: str) -> "Figures":
        """Read what `text` wrote."""
        facts: dict[str, Any] = json.loads(text)
        return cls(facts["issued"], facts["returned"], tuple(facts["valid"]), facts["blank"], facts["invalid"])


def read_count_form(
    form: Mapping[str, str], *, options: int, hands: bool, most_each: int
) -> tuple[Figures | None, dict[str, FormError]]:
    """Return the figures of a form, or every mistake in it by field. `most_each`: marks one ballot may carry."""
    mistakes: dict[str, FormError] = {}
    valid = tuple(_number(form, f"valid_{n}", mistakes) for n in range(1, options + 1))
    if hands:
        figures = Figures(sum(valid), sum(valid), valid)
    else:
        issued, returned, blank, invalid = (
            _number(form, name, mistakes) for name in ("issued", "returned", "blank", "invalid")
        )
        figures = Figures(issued, returned, valid, blank, invalid)
    if not mistakes and figures.returned > figures.issued:
        mistakes["returned"] = FormError.MORE_THAN_ISSUED
    if not mistakes and not adds_up(figures, most_each):
        mistakes["valid_1"] = FormError.DOES_NOT_ADD_UP
    return (None if mistakes else figures), mistakes


def adds_up(figures: Figures, most_each: int) -> bool:
    """Tell whether every returned ballot is valid, blank or invalid, once each."""
    marked = figures.returned - figures.blank - figures.invalid
    if most_each == 1:
        return sum(figures.valid) == marked
    return marked <= sum(figures.valid) <= marked * most_each and max(figures.valid, default=0) <= marked


def agreed(entries: Sequence[tuple[int, str]]) -> tuple[int, int] | None:
    """Return the first two persons of (person, figures) who entered the same; None: no two."""
    for (first, one), (second, other) in combinations(entries, 2):
        if first != second and one == other:
            return first, second
    return None


def _number(form: Mapping[str, str], name: str, mistakes: dict[str, FormError]) -> int:
    number = read_number(unicodedata.normalize("NFKC", form.get(name, "")), most=MOST)
    if number is None:
        mistakes[name] = FormError.NOT_A_COUNT
        return 0
    return number
