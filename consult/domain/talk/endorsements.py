"""Endorsements: how many oblige the council to answer, and by when."""

from collections.abc import Mapping
from datetime import date, timedelta

from consult.domain.form_errors import FormError
from consult.domain.numbers import read_number
from consult.domain.people import owed
from consult.domain.people.owed import AnswerRule
from consult.domain.text_fields import line

BOUNDS: Mapping[str, tuple[int, int]] = {"needed": (3, 500), "days": (3, 60), "town": owed.town_bounds()}
"""The bounds of what a village may set. The default of 15 days follows Hainan's rule for a villager's question."""

SOURCE_LENGTH = 80


def reached(endorsers: int, needed: int) -> bool:
    """Tell whether enough villagers endorse a proposal to oblige the council."""
    return endorsers >= needed


def read_answer_rule(form: Mapping[str, str]) -> tuple[AnswerRule | None, str, dict[str, FormError]]:
    """Return a rule of answers, where the village decided it, and every mistake by field."""
    mistakes: dict[str, FormError] = {}
    numbers = {name: read_number(form.get(name, ""), most=99_999) for name in BOUNDS}
    for name, (least, most) in BOUNDS.items():
        value = numbers[name]
        if value is None or not least <= value <= most:
            mistakes[name] = FormError.OUT_OF_BOUNDS
    source = line(form, "source", SOURCE_LENGTH, mistakes)
    rule = AnswerRule(**{name: value for name, value in numbers.items() if value is not None}) if not mistakes else None
    return rule, source, mistakes


def answer_due(day: date, days: int) -> date:
    """Return the last day for the answer, `days` after `day`, which is not counted (Civil Code art. 201)."""
    return day + timedelta(days=days)
