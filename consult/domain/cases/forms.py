"""Reading the form of an act: one field after another, every mistake by name, nothing lost."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from consult.domain.cases.acts import Field, FieldKind
from consult.domain.cases.choices import choices
from consult.domain.form_errors import FormError, fen
from consult.domain.instants import read_day
from consult.domain.numbers import read_number
from consult.domain.people.people import phone_number
from consult.domain.text_fields import line, long_text

LINE_LENGTH, TEXT_LENGTH = 80, 4000
MOST_ROWS = 6
MOST_YEARS = 50
"""A day further away is taken for a mistake of typing."""
LARGEST_NUMBER = 10**18 - 1
LARGEST_NUMBER = 9999
TIME = re.compile(r"([01]?[0-9]|2[0-3]):[0-5][0-9]")


@dataclass(frozen=True)
class Offered:
    """The choices that the case at hand offers."""

    parties: Sequence[int]
    mediators: Sequence[int]
    rows: Sequence[int]
    members: Sequence[int] = ()
    done_rows: Sequence[int] = ()


Mistakes = dict[str, FormError]


@dataclass(frozen=True)
class SentForm:
    """The form of an act as it was sent."""

    values: Mapping[str, str]
    many: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Every value of each field that takes several."""
    with_files: bool = False
    """A photo or a recording came with it."""


def read_act_form(
    fields: Sequence[Field], sent: SentForm, offered: Offered, today: date
) -> tuple[dict[str, Any], Mistakes]:
    """Return what was said by field, and the mistakes by field. Photos and recordings are read elsewhere."""
    reader = _Reader(sent, offered, today)
    said = {one.name: reader.value(one) for one in fields if one.kind not in (FieldKind.PHOTOS, FieldKind.VOICE)}
    return said, reader.mistakes


@dataclass(frozen=True)
class _Reader:
    """Reads one field after another, and notes the mistakes."""

    sent: SentForm
    offered: Offered
    today: date
    mistakes: Mistakes = field(default_factory=dict)

    def value(self, one: Field) -> Any:
        """Return the value of a field; None, or something empty, where there is none."""
        values, name = self.sent.values, one.name
        may_be_empty = not one.needed or (one.or_files and self.sent.with_files)
        if one.kind in (FieldKind.LINE, FieldKind.HOUSEHOLD):
            return line(values, name, LINE_LENGTH, self.mistakes, may_be_empty=may_be_empty)
        if one.kind is FieldKind.TEXT:
            return long_text(values, name, TEXT_LENGTH, self.mistakes, may_be_empty=may_be_empty)
        if one.kind is FieldKind.ROWS:
            return self._rows()
        if one.kind in (FieldKind.PARTIES, FieldKind.MEDIATORS):
            return self._several(one)
        raw = values.get(name, "").strip()
        if one.kind is FieldKind.TICK:
            if one.needed and not raw:
                self.mistakes[name] = FormError.MUST_BE_SAID
            return bool(raw)
        if not raw:
            if one.needed:
                self.mistakes[name] = MISSING.get(one.kind, FormError.EMPTY)
            return None
        return self._one(one, raw)

    def _one(self, one: Field, raw: str) -> Any:
        if one.kind in NUMBERS_OFFERED:
            return self._chosen(one, raw)
        if one.kind is FieldKind.CHOICE:
            return self._checked(one.name, raw, FormError.NOT_OFFERED, fits=raw in choices(one.of))
        if one.kind is FieldKind.TIME:
            return self._checked(one.name, raw, FormError.NOT_A_TIME, fits=bool(TIME.fullmatch(raw)))
        if one.kind is FieldKind.PHONE:
            phone = phone_number(raw)
            return self._checked(one.name, phone, FormError.NOT_A_PHONE, fits=phone is not None)
        if one.kind is FieldKind.NUMBER:
            number = _whole(raw)
            fits = number is not None and number <= LARGEST_NUMBER
            return self._checked(one.name, number if fits else None, FormError.NOT_A_NUMBER, fits=fits)
        if one.kind is FieldKind.MONEY:
            return self._money(one.name, raw)
        return self._day(one, raw)

    def _checked(self, name: str, value: Any, mistake: FormError, *, fits: bool) -> Any:
        if not fits:
            self.mistakes[name] = mistake
        return value

    def _chosen(self, one: Field, raw: str) -> int | None:
        """Return the number of what was chosen: of a party, a mediator, a row."""
        chosen = _whole(raw)
        if chosen in NUMBERS_OFFERED[one.kind](self.offered):
            return chosen
        self.mistakes[one.name] = FormError.NOT_OFFERED
        return None

    def _several(self, one: Field) -> list[int]:
        able = self.offered.parties if one.kind is FieldKind.PARTIES else self.offered.mediators
        values = self.sent.many.get(one.name, ())
        chosen = [number for value in values if (number := _whole(value)) is not None and number in able]
        if len(chosen) != len(values) or (one.needed and not chosen):
            self.mistakes[one.name] = FormError.NOT_OFFERED
        return sorted(set(chosen))

    def _day(self, one: Field, raw: str) -> str | None:
        """Return a day as it is stored: 2026-07-13."""
        day = read_day(raw)
        if day is None or abs(day.year - self.today.year) > MOST_YEARS:
            self.mistakes[one.name] = FormError.NOT_A_DAY
            return None
        if one.kind is FieldKind.PAST_DAY and day > self.today:
            self.mistakes[one.name] = FormError.DAY_TO_COME
        if one.kind is FieldKind.COMING_DAY and day < self.today:
            self.mistakes[one.name] = FormError.DAY_PAST
        return day.isoformat()

    def _money(self, name: str, raw: str) -> int | None:
        """Return an amount in fen."""
        amount = fen(raw) if raw else None
        if raw and amount is None:
            self.mistakes[name] = FormError.NOT_MONEY
        return amount

    def _rows(self) -> list[dict[str, Any]]:
        """Return who does what, how much, by when. Rows left empty are none."""
        form = self.sent.values
        used = [n for n in range(1, MOST_ROWS + 1) if any(form.get(f"{name}_{n}", "").strip() for name in ROW_FIELDS)]
        if not used:
            self.mistakes["what_1"] = FormError.EMPTY
        return [self._row(n) for n in used]

    def _row(self, n: int) -> dict[str, Any]:
        form = self.sent.values
        what = line(form, f"what_{n}", LINE_LENGTH, self.mistakes)
        by = _whole(form.get(f"by_{n}", ""))
        if by not in self.offered.parties:
            self.mistakes[f"by_{n}"] = FormError.NOT_OFFERED
        due = self._day(Field(f"due_{n}", FieldKind.DAY), form.get(f"due_{n}", "").strip())
        if due and due < form.get("on", ""):
            self.mistakes[f"due_{n}"] = FormError.BEFORE_AGREED
        amount = self._money(f"amount_{n}", form.get(f"amount_{n}", "").strip())
        return {"by": by or 0, "what": what, "amount": amount, "due": due or ""}


ROW_FIELDS = ("what", "amount", "due")
NUMBERS_OFFERED: dict[FieldKind, Callable[[Offered], Sequence[int]]] = {
    FieldKind.PARTY: lambda offered: offered.parties,
    FieldKind.MEMBER: lambda offered: offered.members,
    FieldKind.MEDIATOR: lambda offered: offered.mediators,
    FieldKind.ROW: lambda offered: offered.rows,
    FieldKind.DONE_ROW: lambda offered: offered.done_rows,
}
MISSING = {kind: FormError.NOT_OFFERED for kind in (FieldKind.CHOICE, *NUMBERS_OFFERED)} | {
    FieldKind.NUMBER: FormError.NOT_A_NUMBER
}


def _whole(raw: str) -> int | None:
    """Return a whole number of a length that anybody would type, or None."""
    return read_number(raw, most=LARGEST_NUMBER)
