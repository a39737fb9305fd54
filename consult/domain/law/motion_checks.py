"""The questions asked of a motion before the vote: is it lawful, and does it cut a woman's rights?"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from consult.domain import citations
from consult.domain.form_errors import FormError
from consult.domain.refusals import Reason
from consult.domain.text_fields import line

NOTE_LENGTH = 200


class LawQuestion(StrEnum):
    """Each is asked so that "yes" is as it should be."""

    POWER = "power"
    LAWFUL = "lawful"
    RIGHTS = "rights"
    WOMEN = "women"
    MONEY = "money"


class CheckAnswer(StrEnum):
    """An officer's answer to a question."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


@dataclass(frozen=True)
class Check:
    """The answers to the list of questions, and the note on what is not a plain yes."""

    answers: Mapping[str, str]
    note: str

    @property
    def doubts(self) -> list[LawQuestion]:
        """The questions that were not answered with yes."""
        return [q for q in LawQuestion if self.answers[q] != CheckAnswer.YES]


def read_check_form(form: Mapping[str, str]) -> tuple[Check | None, dict[str, FormError]]:
    """Return the answers from the fields of a form, or the mistakes in them. An answer other than yes needs a note."""
    mistakes: dict[str, FormError] = {}
    answers = {question.value: form.get(question.value, "") for question in LawQuestion}
    for question, answer in answers.items():
        if answer not in list(CheckAnswer):
            mistakes[question] = FormError.NOT_OFFERED
    doubtful = any(answer != CheckAnswer.YES for answer in answers.values())
    note = line(form, "note", NOTE_LENGTH, mistakes, may_be_empty=not doubtful)
    return (None if mistakes else Check(answers, note)), mistakes


def why_not(answers: Mapping[str, str] | None, *, only_advises: bool = False) -> Reason | None:
    """Return why a motion with these answers may not be put to the vote; None: it may. No answers: not checked yet.

    What is only talked over needs no power of the meeting to decide it. Anything but yes elsewhere goes with a note.
    """
    if answers is None:
        return Reason.MOTION_UNCHECKED
    stopping = {question for question, rule in rules().items() if rule.stops}
    if only_advises:
        stopping -= {LawQuestion.POWER}
    return Reason.MOTION_UNLAWFUL if any(answers[q] == CheckAnswer.NO for q in stopping) else None


@dataclass(frozen=True)
class QuestionRule:
    """One row of motion_checks.toml."""

    stops: bool
    """A "no" keeps the motion from the vote."""
    source: str
    valid_from: date


@lru_cache(maxsize=1)
def rules() -> dict[LawQuestion, QuestionRule]:
    """Return the rule of each question."""
    rows = tomllib.loads((Path(__file__).parent / "motion_checks.toml").read_text(encoding="utf-8"))
    return {
        LawQuestion(name): QuestionRule(row["stops"], citations.text(row["source"]), row["valid_from"])
        for name, row in rows.items()
    }


def sources() -> dict[LawQuestion, str]:
    """Return the article of law behind each question."""
    return {question: rule.source for question, rule in rules().items()}
