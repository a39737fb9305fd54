"""Read the table in which the desk enters the answers of all parties at once; each becomes an entry of its own."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from consult.domain.form_errors import FormError
from consult.domain.instants import read_day
from consult.domain.text_fields import line

ANSWERS = ("yes", "no")
HOW_LENGTH = 80


def read_answers(
    form: Mapping[str, str], numbers: Sequence[int], today: date
) -> tuple[list[dict[str, Any]], dict[str, FormError]]:
    """Return the facts of each answer that was given, the yeses first, and the mistakes by field.

    The yeses come first because a no may end the case.
    """
    mistakes: dict[str, FormError] = {}
    on = read_day(form.get("on", ""))
    if on is None or on > today:
        mistakes["on"] = FormError.NOT_A_DAY if on is None else FormError.DAY_TO_COME
    usual = line(form, "how", HOW_LENGTH, mistakes, may_be_empty=True)
    found = []
    for number in numbers:
        answer = form.get(f"answer_{number}", "")
        how = line(form, f"how_{number}", HOW_LENGTH, mistakes, may_be_empty=True)
        if answer and answer not in ANSWERS:
            mistakes[f"answer_{number}"] = FormError.NOT_OFFERED
        elif answer:
            day = on.isoformat() if on is not None else ""
            found.append({"party": number, "answer": answer, "on": day, "how": how or usual})
    if not found and not mistakes:
        mistakes[f"answer_{numbers[0]}" if numbers else "on"] = FormError.NOT_OFFERED
    return sorted(found, key=lambda one: ANSWERS.index(one["answer"])), mistakes
