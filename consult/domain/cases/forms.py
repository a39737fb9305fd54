"""Reading the form of an act: one field after another, every mistake by name, nothing lost."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from consult.domain.cases.acts import Field, FieldKind
from consult.domain.cases.choices import choices
from consult.domain.form_errors import FormError, fen
from consult.domain.people.people import phone_number
from consult.domain.text_fields import line, long_text

LINE_LENGTH, TEXT_LENGTH = 80, 4000
MOST_ROWS = 6
MOST_YEARS = 50
"""A day further away is a slip of the finger."""
LONGEST_NUMBER = 18
TIME = re.compile(r"([01]?[0-9]|2[0-3]):[0-5][0-9]")


@dataclass(frozen=True)
class Offered:
    """What the case at hand lets one choose."""

    parties: Sequence[int]
    mediators: Sequence[int]
    rows: Sequence[int]
    members: Sequence[int] = ()
    done_rows: Sequence[int] = ()


Mistakes = dict[str, FormError]


def read_act_form(
    fields: Sequence[Field], form: Mapping[str, str], many: Mapping[str, Sequence[str]], offered: Offered, today: date
) -> tuple[dict[str, Any], Mistakes]:
    """Facts and mistakes. `many`: every value of each field. Photos and voices are read by whoever has the files."""
    mistakes: Mistakes = {}
    facts: dict[str, Any] = {}
    for field in fields:
        if field.kind in (FieldKind.PHOTOS, FieldKind.VOICE):
            continue
        facts[field.name] = _value(field, form, many, offered, today, mistakes)
    return facts, mistakes


def _value(
    field: Field,
    form: Mapping[str, str],
    many: Mapping[str, Sequence[str]],
    offered: Offered,
    today: date,
    mistakes: Mistakes,
) -> Any:
    name, raw = field.name, form.get(field.name, "").strip()
    if field.kind in (FieldKind.LINE, FieldKind.HOUSEHOLD):
        return line(form, name, LINE_LENGTH, mistakes, may_be_empty=not field.needed)
    if field.kind is FieldKind.TEXT:
        return long_text(form, name, TEXT_LENGTH, mistakes, may_be_empty=not field.needed)
    if field.kind is FieldKind.ROWS:
        return _rows(form, offered, today, mistakes)
    if field.kind in (FieldKind.PARTIES, FieldKind.MEDIATORS):
        able = offered.parties if field.kind is FieldKind.PARTIES else offered.mediators
        return _chosen(field, many.get(name, ()), able, mistakes)
    if field.kind is FieldKind.TICK:
        if field.needed and not raw:
            mistakes[name] = FormError.MUST_BE_SAID
        return bool(raw)
    if not raw:
        if field.needed:
            mistakes[name] = MISSING.get(field.kind, FormError.EMPTY)
        return None
    return _one(field, raw, offered, today, mistakes)


CHOOSING = frozenset(
    {FieldKind.CHOICE, FieldKind.PARTY, FieldKind.MEMBER, FieldKind.MEDIATOR, FieldKind.ROW, FieldKind.DONE_ROW}
)


MISSING = {kind: FormError.NOT_OFFERED for kind in CHOOSING} | {FieldKind.NUMBER: FormError.NOT_A_NUMBER}


def _one(field: Field, raw: str, offered: Offered, today: date, mistakes: Mistakes) -> Any:
    if field.kind is FieldKind.CHOICE:
        if raw not in choices(field.of):
            mistakes[field.name] = FormError.NOT_OFFERED
        return raw
    if field.kind in CHOOSING:
        able = {
            FieldKind.PARTY: offered.parties,
            FieldKind.MEMBER: offered.members,
            FieldKind.MEDIATOR: offered.mediators,
            FieldKind.ROW: offered.rows,
            FieldKind.DONE_ROW: offered.done_rows,
        }[field.kind]
        if (chosen := _whole(raw)) not in able:
            mistakes[field.name] = FormError.NOT_OFFERED
            return None
        return chosen
    if field.kind is FieldKind.PHONE:
        if (found := phone_number(raw)) is None:
            mistakes[field.name] = FormError.NOT_A_PHONE
        return found
    if field.kind is FieldKind.NUMBER:
        if (number := _whole(raw)) is None or number > 9999:
            mistakes[field.name] = FormError.NOT_A_NUMBER
            return None
        return number
    if field.kind is FieldKind.TIME:
        if not TIME.fullmatch(raw):
            mistakes[field.name] = FormError.NOT_A_TIME
        return raw
    if field.kind is FieldKind.MONEY:
        return _money(field.name, raw, mistakes)
    return _day(field, raw, today, mistakes)


def _whole(raw: str) -> int | None:
    """A whole number, of a length that anybody would type."""
    return int(raw) if raw.isdecimal() and len(raw) <= LONGEST_NUMBER else None


def _day(field: Field, raw: str, today: date, mistakes: Mistakes) -> str | None:
    """A day as it is stored: 2026-07-13."""
    try:
        day = date.fromisoformat(raw)
    except ValueError:
        mistakes[field.name] = FormError.NOT_A_DAY
        return None
    if abs(day.year - today.year) > MOST_YEARS:
        mistakes[field.name] = FormError.NOT_A_DAY
        return None
    if field.kind is FieldKind.PAST_DAY and day > today:
        mistakes[field.name] = FormError.DAY_TO_COME
    if field.kind is FieldKind.COMING_DAY and day < today:
        mistakes[field.name] = FormError.DAY_PAST
    return day.isoformat()


def _money(name: str, raw: str, mistakes: Mistakes) -> int | None:
    amount = fen(raw) if raw else None
    if raw and amount is None:
        mistakes[name] = FormError.NOT_MONEY
    return amount


def _chosen(field: Field, values: Sequence[str], able: Sequence[int], mistakes: Mistakes) -> list[int]:
    chosen = [number for value in values if (number := _whole(value)) is not None and number in able]
    if len(chosen) != len(values) or (field.needed and not chosen):
        mistakes[field.name] = FormError.NOT_OFFERED
    return sorted(set(chosen))


def _rows(form: Mapping[str, str], offered: Offered, today: date, mistakes: Mistakes) -> list[dict[str, Any]]:
    """Who does what, how much, by when. Rows left empty are none."""
    rows = []
    for n in range(1, MOST_ROWS + 1):
        if not any(form.get(f"{name}_{n}", "").strip() for name in ("what", "amount", "due")):
            continue
        what = line(form, f"what_{n}", LINE_LENGTH, mistakes)
        by = _whole(form.get(f"by_{n}", ""))
        if by not in offered.parties:
            mistakes[f"by_{n}"] = FormError.NOT_OFFERED
        due = _day(Field(f"due_{n}", FieldKind.DAY), form.get(f"due_{n}", "").strip(), today, mistakes)
        if due and due < form.get("on", ""):
            mistakes[f"due_{n}"] = FormError.BEFORE_AGREED
        amount = _money(f"amount_{n}", form.get(f"amount_{n}", "").strip(), mistakes)
        rows.append({"by": by or 0, "what": what, "amount": amount, "due": due or ""})
    if not rows:
        mistakes["what_1"] = FormError.EMPTY
    return rows
