"""What a proposal must say, and what a form with one may get wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from consult.domain.mistakes import Mistake, fen

TITLE_LENGTH, SUMMARY_LENGTH, TEXT_LENGTH = 60, 400, 20_000
FUNDING_ROWS = 4


@dataclass(frozen=True)
class Draft:
    """A proposal as written: words, cost in fen (None: not known yet) and where the money comes from."""

    title: str
    summary: str
    text: str
    cost_fen: int | None
    funding: tuple[tuple[str, int], ...]


def read(form: Mapping[str, str]) -> tuple[Draft | None, dict[str, Mistake]]:
    """A draft from the fields of a form, or every mistake in it, by field."""
    mistakes: dict[str, Mistake] = {}
    title = _words(form, "title", TITLE_LENGTH, mistakes)
    summary = _words(form, "summary", SUMMARY_LENGTH, mistakes)
    text = form.get("text", "").strip()
    if len(text) > TEXT_LENGTH:
        mistakes["text"] = Mistake.TOO_LONG
    cost = _money(form.get("cost", ""), "cost", mistakes)
    funding = _funding(form, mistakes)
    if cost is not None and not mistakes and sum(amount for _, amount in funding) != cost:
        mistakes["cost"] = Mistake.FUNDING_DIFFERS
    return (None if mistakes else Draft(title, summary, text, cost, tuple(funding))), mistakes


def _words(form: Mapping[str, str], name: str, most: int, mistakes: dict[str, Mistake]) -> str:
    words = form.get(name, "").strip()
    if not words:
        mistakes[name] = Mistake.EMPTY
    elif len(words) > most:
        mistakes[name] = Mistake.TOO_LONG
    return words


def _money(text: str, name: str, mistakes: dict[str, Mistake]) -> int | None:
    if not text.strip():
        return None
    amount = fen(text)
    if amount is None:
        mistakes[name] = Mistake.NOT_MONEY
    return amount


def _funding(form: Mapping[str, str], mistakes: dict[str, Mistake]) -> Sequence[tuple[str, int]]:
    rows: list[tuple[str, int]] = []
    for n in range(1, FUNDING_ROWS + 1):
        name = form.get(f"source{n}", "").strip()
        amount = _money(form.get(f"amount{n}", ""), f"amount{n}", mistakes)
        if amount is not None and not name:
            mistakes[f"source{n}"] = Mistake.FUNDING_UNNAMED
        elif name and amount is None and f"amount{n}" not in mistakes:
            mistakes[f"amount{n}"] = Mistake.NOT_MONEY
        elif amount is not None:
            rows.append((name, amount))
    return rows
