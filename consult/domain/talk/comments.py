"""Comments on a proposal, and the council's answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from consult.domain.form_errors import FormError
from consult.domain.text_fields import long_text

COMMENT_LENGTH, ANSWER_LENGTH, SUMMARY_LENGTH = 1000, 2000, 5000


class Stance(StrEnum):
    """The kind of a comment, as its author marks it."""

    SUPPORT = "support"
    CONCERN = "concern"
    QUESTION = "question"
    SUGGESTION = "suggestion"


class AnswerState(StrEnum):
    """The council's position on a proposal; each is given with a reason."""

    EVALUATING = "evaluating"
    ACCEPTED = "accepted"
    PARTLY = "partly"
    NOT_ACCEPTED = "not_accepted"
    WITHDRAWN = "withdrawn"
    """The answer before it is taken back: an answer is owed again."""


class Sorting(StrEnum):
    """The order of comments. UNANSWERED shows open questions only, oldest first."""

    NEWEST = "newest"
    UNANSWERED = "unanswered"


@dataclass(frozen=True)
class CommentText:
    """A comment as written. `stance` is None for a reply."""

    stance: Stance | None
    text: str


def read_comment_form(form: Mapping[str, str], *, with_stance: bool) -> tuple[CommentText | None, dict[str, FormError]]:
    """Return the comment of a form, or None and every mistake by field. A reply has no stance."""
    mistakes: dict[str, FormError] = {}
    text = long_text(form, "text", COMMENT_LENGTH, mistakes)
    chosen = form.get("stance", "")
    if with_stance and chosen not in list(Stance):
        mistakes["stance"] = FormError.NOT_OFFERED
    if mistakes:
        return None, mistakes
    return CommentText(Stance(chosen) if with_stance else None, text), {}


def read_answer(form: Mapping[str, str]) -> tuple[tuple[AnswerState, str] | None, dict[str, FormError]]:
    """Return the state and reason of an official answer, or None and every mistake by field."""
    mistakes: dict[str, FormError] = {}
    reason = long_text(form, "reason", ANSWER_LENGTH, mistakes)
    if form.get("state", "") not in list(AnswerState):
        mistakes["state"] = FormError.NOT_OFFERED
    return (None if mistakes else (AnswerState(form["state"]), reason)), mistakes
