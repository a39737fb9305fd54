"""The text that is put to a vote, what it costs and where the money comes from. It is frozen with the call and with the vote."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from consult.domain.talk.consultations import Draft

TEXT_LENGTH, FUNDING_LENGTH = 2_000, 200


@dataclass(frozen=True)
class ResolutionText:
    """The decision that a vote makes if it carries. Amounts are in fen.

    `cost_fen` None: not said. `funding`: sources of the money, each with its amount; None: only the source was named.
    """

    text: str = ""
    cost_fen: int | None = None
    funding: tuple[tuple[str, int | None], ...] = ()

    def __bool__(self) -> bool:
        """Tell whether anything is said."""
        return self != NOTHING

    @classmethod
    def of_proposal(cls, words: Draft) -> "ResolutionText":
        """Return what a vote on a proposal resolves: its summary and its text; the summary alone where both are too long."""
        repeated = words.text.startswith(words.summary)
        whole = words.text if repeated else "\n".join(part for part in (words.summary, words.text) if part)
        text = whole if len(whole) <= TEXT_LENGTH else words.summary
        return cls(text, words.cost_fen, words.funding)

    def filled_from(self, words: Draft) -> "ResolutionText":
        """Return it with what was left empty taken from a proposal: the text, and the cost with its sources."""
        there = ResolutionText.of_proposal(words)
        money = self if self.cost_fen is not None or self.funding else there
        return ResolutionText(self.text or there.text, money.cost_fen, money.funding)

    def says_the_same(self, other: "ResolutionText") -> bool:
        """Tell whether both put the same to the vote. A source whose amount one of them leaves open is the same source."""
        alike = len(self.funding) == len(other.funding) and all(
            name == there and (amount == given or None in (amount, given))
            for (name, amount), (there, given) in zip(self.funding, other.funding, strict=True)
        )
        return (self.text, self.cost_fen) == (other.text, other.cost_fen) and alike

    @property
    def words(self) -> tuple[str, ...]:
        """Every text by people in it."""
        return (self.text, *(name for name, _ in self.funding))

    def as_facts(self) -> dict[str, Any]:
        """Return it as it is frozen. Amounts are yuan as text, "80000.00": a whole number of fen may look like a phone's."""
        return {
            "text": self.text,
            "cost": _yuan(self.cost_fen),
            "funding": [[name, _yuan(amount)] for name, amount in self.funding],
        }

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> "ResolutionText":
        """Read what `as_facts` returned."""
        funding = tuple((str(name), _fen(amount)) for name, amount in facts["funding"])
        return cls(str(facts["text"]), _fen(facts["cost"]), funding)


NOTHING = ResolutionText()


def _yuan(amount_fen: int | None) -> str | None:
    return None if amount_fen is None else f"{amount_fen // 100}.{amount_fen % 100:02}"


def _fen(yuan: str | None) -> int | None:
    return None if yuan is None else int(Decimal(yuan) * 100)
