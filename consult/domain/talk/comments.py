"""What a villager says about a proposal, and how the council answers it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from consult.domain.form_errors import FormError
from consult.domain.text_fields import long_text

COMMENT_LENGTH, ANSWER_LENGTH, SUMMARY_LENGTH = 1000, 2000, 5000


class Stance(StrEnum):
    SUPPORT = "support"
    CONCERN = "concern"
    QUESTION = "question"
    SUGGESTION = "suggestion"


class AnswerState(StrEnum):
    """Where the council stands on a proposal; each is given with a reason."""

    EVALUATING = "evaluating"
    ACCEPTED = "accepted"
    PARTLY = "partly"
    NOT_ACCEPTED = "not_accepted"


class Sorting(StrEnum):
    NEWEST = "newest"
    UNANSWERED = "unanswered"


@dataclass(frozen=True)
class CommentText:
    """A comment as written: its stance (None for a reply) and its text."""

    stance: Stance | None
    text: str


def read_comment_form(form: Mapping[str, str], *, with_stance: bool) -> tuple[CommentText | None, dict[str, FormError]]:
    """A comment from a form, or every mistake in it, by field."""
    mistakes: dict[str, FormError] = {}
    text = long_text(form, "text", COMMENT_LENGTH, mistakes)
    chosen = form.get("stance", "")
    if with_stance and chosen not in list(Stance):
        mistakes["stance"] = FormError.NOT_OFFERED
    if mistakes:
        return None, mistakes
    return CommentText(Stance(chosen) if with_stance else None, text), {}


def read_answer(form: Mapping[str, str]) -> tuple[tuple[AnswerState, str] | None, dict[str, FormError]]:
    """An official answer from a form: its state and its reason."""
    mistakes: dict[str, FormError] = {}
    reason = long_text(form, "reason", ANSWER_LENGTH, mistakes)
    if form.get("state", "") not in list(AnswerState):
        mistakes["state"] = FormError.NOT_OFFERED
    return (None if mistakes else (AnswerState(form["state"]), reason)), mistakes
