"""The text of a proposal, and its form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from consult.domain.form_errors import FormError, fen
from consult.domain.text_fields import line, long_text

TITLE_LENGTH, SUMMARY_LENGTH, TEXT_LENGTH, PLACE_LENGTH, REASON_LENGTH = 60, 400, 20_000, 80, 300
FUNDING_ROWS = 4


@dataclass(frozen=True)
class Draft:
    """A proposal as written. Money is in fen; `cost_fen` None: not known yet; `funding`: sources and their amounts."""

    title: str
    summary: str
    text: str
    cost_fen: int | None
    funding: tuple[tuple[str, int], ...]
    place: str = ""

    def as_facts(self) -> dict[str, Any]:
        """Return it for storage as JSON: the words of a ProposalRevision."""
        return {
            "title": self.title,
            "summary": self.summary,
            "text": self.text,
            "place": self.place,
            "cost_fen": self.cost_fen,
            "funding": [list(row) for row in self.funding],
        }

    @staticmethod
    def from_facts(facts: Mapping[str, Any]) -> "Draft":
        """Return the draft that `as_facts` stored."""
        funding = tuple((str(name), int(amount)) for name, amount in facts["funding"])
        return Draft(facts["title"], facts["summary"], facts["text"], facts["cost_fen"], funding, place=facts["place"])


def read_draft_form(form: Mapping[str, str]) -> tuple[Draft | None, dict[str, FormError]]:
    """Return the draft of a form, or None and every mistake by field. Funding must add up to a known cost."""
    mistakes: dict[str, FormError] = {}
    title = line(form, "title", TITLE_LENGTH, mistakes)
    summary = long_text(form, "summary", SUMMARY_LENGTH, mistakes)
    text = long_text(form, "text", TEXT_LENGTH, mistakes, may_be_empty=True)
    place = line(form, "place", PLACE_LENGTH, mistakes, may_be_empty=True)
    cost = _money(form.get("cost", ""), "cost", mistakes)
    funding = _funding(form, mistakes)
    if cost is not None and not mistakes and sum(amount for _, amount in funding) != cost:
        mistakes["cost"] = FormError.FUNDING_DIFFERS
    return (None if mistakes else Draft(title, summary, text, cost, tuple(funding), place=place)), mistakes


def as_form(draft: Draft) -> dict[str, str]:
    """Return the fields of a form that gives this draft; amounts in yuan."""
    fields = {"title": draft.title, "summary": draft.summary, "text": draft.text, "place": draft.place}
    if draft.cost_fen is not None:
        fields["cost"] = _plain_yuan(draft.cost_fen)
    for n, (name, amount) in enumerate(draft.funding, 1):
        fields |= {f"source{n}": name, f"amount{n}": _plain_yuan(amount)}
    return fields


def _plain_yuan(amount_fen: int) -> str:
    return f"{amount_fen // 100}.{amount_fen % 100:02}" if amount_fen % 100 else str(amount_fen // 100)


def _money(text: str, name: str, mistakes: dict[str, FormError]) -> int | None:
    if not text.strip():
        return None
    amount = fen(text)
    if amount is None:
        mistakes[name] = FormError.NOT_MONEY
    return amount


def _funding(form: Mapping[str, str], mistakes: dict[str, FormError]) -> Sequence[tuple[str, int]]:
    rows: list[tuple[str, int]] = []
    for n in range(1, FUNDING_ROWS + 1):
        name = line(form, f"source{n}", TITLE_LENGTH, mistakes, may_be_empty=True)
        amount = _money(form.get(f"amount{n}", ""), f"amount{n}", mistakes)
        if amount is not None and not name:
            mistakes[f"source{n}"] = FormError.FUNDING_UNNAMED
        elif name and amount is None and f"amount{n}" not in mistakes:
            mistakes[f"amount{n}"] = FormError.NOT_MONEY
        elif amount is not None:
            rows.append((name, amount))
    return rows
