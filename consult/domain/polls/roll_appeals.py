"""Appeals of people who are not on the roll of a vote: what they say, by when it is answered."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from consult.domain import citations
from consult.domain.form_errors import FormError
from consult.domain.phone_numbers import read_phone
from consult.domain.text_fields import line

NAME_LENGTH, HOUSE_LENGTH, WORDS_LENGTH, REASON_LENGTH = 20, 40, 200, 200
CODE_LENGTH = 12
"""Signs of the code by which the answer is read: about 59 bits."""


class AppealState(StrEnum):
    """The stage of an appeal."""

    WAITS = "waits"
    ADDED = "added"
    REFUSED = "refused"


@dataclass(frozen=True)
class AppealForm:
    """The form of somebody who is not on the roll of a vote."""

    name: str
    phone: str
    """In its stored form; empty where an officer writes it down for somebody without one."""
    house: str
    """Household code or where they live, as they say it."""
    words: str


@lru_cache(maxsize=1)
def _numbers() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "roll_appeals.toml").read_text(encoding="utf-8"))


def source() -> str:
    """Return the article whose number of days is taken."""
    return citations.text(_numbers()["source"])


def answer_by(asked_at: datetime, *, closes_at: datetime) -> datetime:
    """Return by when an appeal is answered: after so many days, and before the close where that is earlier."""
    return min(asked_at + timedelta(days=_numbers()["answer_days"]), closes_at)


def read_appeal(
    form: Mapping[str, str], *, needs_phone: bool, known_name: str = ""
) -> tuple[AppealForm | None, dict[str, FormError]]:
    """Return an appeal and every mistake by field. `known_name`: of somebody signed in, who types neither name nor number."""
    mistakes: dict[str, FormError] = {}
    name = known_name or line(form, "name", NAME_LENGTH, mistakes)
    phone = ""
    if not known_name and (needs_phone or form.get("phone", "").strip()):
        found, wrong = read_phone(form.get("phone", ""))
        phone = found or ""
        if wrong is not None:
            mistakes["phone"] = wrong
    house = line(form, "house", HOUSE_LENGTH, mistakes, may_be_empty=bool(known_name))
    words = line(form, "words", WORDS_LENGTH, mistakes, may_be_empty=True)
    return (None if mistakes else AppealForm(name, phone, house, words)), mistakes


def state_of(*, added: bool, refused: bool) -> AppealState:
    """Return where an appeal stands. `refused`: by two officers."""
    if added:
        return AppealState.ADDED
    return AppealState.REFUSED if refused else AppealState.WAITS


@dataclass(frozen=True)
class AppealNumbers:
    """The numbers of appeals in one vote: all that everybody may know."""

    waiting: int
    added: int
    refused: int

    @property
    def all(self) -> int:
        """How many appealed."""
        return self.waiting + self.added + self.refused

    def as_facts(self) -> dict[str, int]:
        """Return how many appealed, were put on the roll, and were refused: as log, bundle and programs have it."""
        return {"made": self.all, "added": self.added, "refused": self.refused}
