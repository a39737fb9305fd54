"""Count sheets: what two people read off the same sheet, and when it counts."""

import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

from consult.domain.audit import canonical
from consult.domain.form_errors import FormError
from consult.domain.numbers import read_number
from consult.domain.refusals import Reason

MOST = 100_000
"""A larger figure than any village has: a typing mistake."""
PAPER, HANDS = "paper", "hands"
OFFLINE = (PAPER, HANDS)
"""Values of polls.Channel that are counted on sheets."""


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
    """Return the figures of a form, or every mistake in it by field. `most_each`: marks one ballot may carry.

    Who raises a hand for several options is one: then the form says how many raised theirs (`issued`).
    """
    mistakes: dict[str, FormError] = {}
    valid = tuple(_number(form, f"valid_{n}", mistakes) for n in range(1, options + 1))
    if hands:
        raised = sum(valid) if most_each == 1 else _number(form, "issued", mistakes)
        figures = Figures(raised, raised, valid)
    else:
        issued, returned, blank, invalid = (
            _number(form, name, mistakes) for name in ("issued", "returned", "blank", "invalid")
        )
        figures = Figures(issued, returned, valid, blank, invalid)
    return (None if mistakes else figures), mistakes


@dataclass(frozen=True)
class SheetFault:
    """Figures of one sheet that cannot all be right."""

    field: str
    """The field of the form at which it is said."""
    reason: Reason
    counted: int
    expected: int

    @property
    def difference(self) -> int:
        """Return by how much the two differ."""
        return abs(self.counted - self.expected)

    def facts(self) -> dict[str, int]:
        """Return what the sentence names."""
        return {"counted": self.counted, "expected": self.expected, "difference": self.difference}


def fault_of(figures: Figures, most_each: int) -> SheetFault | None:
    """Return what does not add up on a sheet: more came back than was given out, or not each paper is counted once."""
    if figures.returned > figures.issued:
        return SheetFault("returned", Reason.MORE_RETURNED_THAN_ISSUED, figures.returned, figures.issued)
    if adds_up(figures, most_each):
        return None
    ballots, voted = figures.returned - figures.blank - figures.invalid, sum(figures.valid)
    if most_each == 1:
        return SheetFault(
            "valid_1", Reason.PAPERS_DO_NOT_ADD_UP, voted + figures.blank + figures.invalid, figures.returned
        )
    least = max(max(figures.valid, default=0), -(-voted // most_each))
    needed = least if least > ballots else voted
    return SheetFault(
        "valid_1", Reason.PAPERS_DO_NOT_ADD_UP, needed + figures.blank + figures.invalid, figures.returned
    )


@dataclass(frozen=True)
class ChannelCount:
    """One way of voting without a phone: how many units the roll has marked for it, and what its sheets add up to."""

    channel: str
    marked: int
    issued: int = 0
    returned: int = 0

    @property
    def missing(self) -> int:
        """Return how many papers, or hands, there are fewer than marks. Below 0: there are more."""
        return self.marked - self.issued


def channel_counts(marked: Mapping[str, int], sheets: Iterable[tuple[str, Figures]]) -> list[ChannelCount]:
    """Return paper and hands, as far as units are marked for them or there are sheets of them. Sheets of a channel sum up."""
    sums: dict[str, tuple[int, int]] = {c: (0, 0) for c in OFFLINE if marked.get(c)}
    for channel, figures in sheets:
        issued, returned = sums.get(channel, (0, 0))
        sums[channel] = issued + figures.issued, returned + figures.returned
    return [ChannelCount(c, marked.get(c, 0), *sums[c]) for c in OFFLINE if c in sums]


def why_not_reconciled(count: ChannelCount, *, in_meeting: bool) -> Reason | None:
    """Return why marks and sheets of one channel do not fit: each paper that was given out has one mark, and each mark one paper.

    Of a meeting everybody present who has not voted otherwise is marked for hands, whether they raise one or not.
    """
    if count.missing < 0:
        return Reason.MORE_THAN_MARKED
    if count.missing > 0 and not (in_meeting and count.channel == HANDS):
        return Reason.FEWER_THAN_MARKED
    return None


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
