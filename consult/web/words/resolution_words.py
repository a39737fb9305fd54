"""What is put to the vote, what it costs and where the money comes from: in the same words on pages, screens and papers."""

from collections.abc import Sequence

from flask_babel import gettext as _

from consult.domain.polls.resolution_texts import ResolutionText
from consult.web import filters
from consult.web.words.lists import clauses

Pair = tuple[str, str]


def pairs(resolution: ResolutionText, *, resolved: bool = False, asked: bool = False) -> list[Pair]:
    """Return label and words of each part; nothing where nothing is put to the vote.

    `resolved`: a formal vote carried it. `asked`: only opinions are asked for.
    """
    if not resolution:
        return []
    label = _("What it is about") if asked else _("Text resolved") if resolved else _("Text put to the vote")
    rows = [(label, resolution.text)] if resolution.text else []
    return [*rows, *money(resolution)]


def money(resolution: ResolutionText) -> list[Pair]:
    """Return what it costs and where the money comes from; that it is not said, where it is not."""
    rows = [(_("What it costs"), _cost(resolution.cost_fen))]
    if resolution.funding:
        rows.append((_("Source of the money"), sources(resolution.funding)))
    return rows


def _cost(cost_fen: int | None) -> str:
    if cost_fen is None:
        return str(_("The motion does not say."))
    return str(_("%(amount)s yuan", amount=filters.yuan(cost_fen))) if cost_fen else str(_("Costs nothing."))


def sources(funding: Sequence[tuple[str, int | None]]) -> str:
    """Return the sources of the money, each with its amount where that was said."""
    return clauses(_source(name, amount) for name, amount in funding)


def _source(name: str, amount: int | None) -> str:
    if amount is None:
        return name
    return str(_("%(source)s %(amount)s yuan", source=name, amount=filters.yuan(amount)))


GLOBALS = {"resolution_pairs": pairs}
"""What templates call, by its name there."""
