"""The agenda of a meeting: what is heard, talked over, put to the vote, and how each item ended."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from consult.domain.form_errors import FormError
from consult.domain.talk.consultations import SUMMARY_LENGTH
from consult.domain.text_fields import line, long_text

TITLE_LENGTH, REASON_LENGTH, MOST_ITEMS = 60, 200, 30


class ItemKind(StrEnum):
    """The kind of an item of the agenda."""

    REPORT = "report"
    DISCUSSION = "discussion"
    MOTION = "motion"


class Result(StrEnum):
    """The result of a closed item. A motion that was voted on takes the outcome of its newest vote."""

    HEARD = "heard"
    TALKED_OVER = "talked_over"
    POSTPONED = "postponed"
    CARRIED = "carried"
    NOT_CARRIED = "not_carried"


CHOSEN = (Result.HEARD, Result.TALKED_OVER, Result.POSTPONED)
"""What an officer may say. Whether a motion was carried follows from its vote alone."""


@dataclass(frozen=True)
class ItemPlan:
    """An item as written. A motion is about a proposal: one that is there, or a new one with these words."""

    title: str
    kind: ItemKind
    consultation_id: int | None
    summary: str
    reason: str
    """Why it is put on the agenda after the call; empty before."""


def read_item_form(
    form: Mapping[str, str], *, proposals: Collection[int], called: bool
) -> tuple[ItemPlan | None, dict[str, FormError]]:
    """Return an item from the fields of a form, or the mistakes in it. After the call an item needs a reason."""
    mistakes: dict[str, FormError] = {}
    title = line(form, "title", TITLE_LENGTH, mistakes)
    kind, chosen = form.get("kind", ""), form.get("consultation_id", "")
    if kind not in list(ItemKind):
        mistakes["kind"] = FormError.NOT_OFFERED
    if chosen and chosen not in map(str, proposals):
        mistakes["consultation_id"] = FormError.NOT_OFFERED
    wordless = kind == ItemKind.MOTION and not chosen
    summary = long_text(form, "summary", SUMMARY_LENGTH, mistakes, may_be_empty=not wordless)
    reason = line(form, "reason", REASON_LENGTH, mistakes, may_be_empty=not called)
    if mistakes:
        return None, mistakes
    return ItemPlan(title, ItemKind(kind), int(chosen) if chosen else None, summary, reason if called else ""), {}
