"""Reading the form of an act: one field after another, every mistake by name, nothing lost."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from consult.domain.cases.acts import Field, FieldKind
from consult.domain.cases.agreements.plans import instalments
from consult.domain.cases.choices import choices
from consult.domain.cases.parties.organisations import read_credit_code
from consult.domain.cases.parties.party_lists import read_list
from consult.domain.form_errors import FormError, fen
from consult.domain.instants import read_day
from consult.domain.numbers import read_number
from consult.domain.phone_numbers import read_phone
from consult.domain.text_fields import line, long_text

LINE_LENGTH, TEXT_LENGTH = 80, 4000
MOST_ROWS = 400
"""Rows of one agreement: ten workers and twelve months are 120."""
MOST_YEARS = 50
"""A day further away is taken for a mistake of typing."""
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
    left: Sequence[int] = ()
    entries: Sequence[int] = ()
    """Those that may be chosen for the town."""


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
            return line(values, name, one.most or LINE_LENGTH, self.mistakes, may_be_empty=may_be_empty)
        if one.kind is FieldKind.TEXT:
            return long_text(values, name, one.most or TEXT_LENGTH, self.mistakes, may_be_empty=may_be_empty)
        if one.kind is FieldKind.ROWS:
            return self._rows()
        if one.kind in SEVERAL:
            return self._several(one)
        raw = values.get(name, "").strip()
        if one.kind is FieldKind.LIST:
            return self._list(one)
        if one.kind in (FieldKind.TICK, FieldKind.SURE):
            if one.needed and not raw:
                self.mistakes[name] = FormError.MUST_BE_TICKED
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
            phone, mistake = read_phone(raw)
            return self._checked(one.name, phone, mistake or FormError.NOT_A_PHONE, fits=phone is not None)
        if one.kind is FieldKind.NUMBER:
            number = _whole(raw)
            fits = number is not None and number <= LARGEST_NUMBER
            return self._checked(one.name, number if fits else None, FormError.NOT_A_NUMBER, fits=fits)
        if one.kind is FieldKind.MONEY:
            return self._money(one.name, raw)
        if one.kind is FieldKind.CREDIT_CODE:
            code = read_credit_code(raw)
            return self._checked(one.name, code, FormError.NOT_A_CREDIT_CODE, fits=code is not None)
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
        able = SEVERAL[one.kind](self.offered)
        values = self.sent.many.get(one.name, ())
        chosen = [number for value in values if (number := _whole(value)) is not None and number in able]
        if len(chosen) != len(values) or (one.needed and not chosen):
            self.mistakes[one.name] = FormError.NOT_OFFERED
        return sorted(set(chosen))

    def _list(self, one: Field) -> list[dict[str, Any]]:
        """Return the people of a list, one a line; each mistake is named by its line."""
        people, wrong = read_list(self.sent.values.get(one.name, ""))
        self.mistakes.update({f"{one.name}_{n}": mistake for n, mistake in wrong.items() if n})
        if 0 in wrong and (one.needed or wrong[0] is not FormError.EMPTY):
            self.mistakes[one.name] = wrong[0]
        return [person.as_facts() for person in people]

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
        """Return who does what for whom, how much, by when. Rows left empty are none."""
        used = used_rows(self.sent.values)
        if not used:
            self.mistakes["what_1"] = FormError.EMPTY
        return [self._row(n) for n in used]

    def _row(self, n: int) -> dict[str, Any]:
        form = self.sent.values
        what = line(form, f"what_{n}", LINE_LENGTH, self.mistakes)
        by = self._debtor(f"by_{n}")
        due = self._due(n)
        if due and due < form.get("on", ""):
            self.mistakes[f"due_{n}"] = FormError.BEFORE_AGREED
        amount = self._money(f"amount_{n}", form.get(f"amount_{n}", "").strip())
        to, way = self._creditors(f"to_{n}", by), self._way(f"way_{n}")
        return {"by": by or 0, "to": to, "what": what, "amount": amount, "due": due or "", "way": way}

    def _due(self, n: int) -> str | None:
        """Return the day of a row, or the one for all rows without one; without either, the latter is missing."""
        form = self.sent.values
        own, common = form.get(f"due_{n}", "").strip(), form.get("due_all", "").strip()
        name = "due_all" if not own and "due_all" in form else f"due_{n}"
        return self._day(Field(name, FieldKind.DAY), own or common)

    def _debtor(self, name: str) -> int | None:
        by = _whole(self.sent.values.get(name, ""))
        if by not in self.offered.parties:
            self.mistakes[name] = FormError.NOT_OFFERED
        return by

    def _creditors(self, name: str, by: int | None) -> list[int]:
        """Return to whom it is owed; nobody named stands for all on the other side."""
        sent = self.sent.many.get(name) or [self.sent.values.get(name, "")]
        named = [_whole(value) for value in sent if value.strip()]
        if any(one not in self.offered.parties or one == by for one in named):
            self.mistakes[name] = FormError.NOT_OFFERED
        return sorted({one for one in named if one})

    def _way(self, name: str) -> str:
        way = self.sent.values.get(name, "")
        if way and way not in choices("pays"):
            self.mistakes[name] = FormError.NOT_OFFERED
        return way

    def plan(self) -> list[dict[str, Any]]:
        """Return the rows of an instalment plan, one for each day and each creditor that was ticked."""
        form = self.sent.values
        what = line(form, "plan_what", LINE_LENGTH, self.mistakes)
        by = self._debtor("plan_by")
        to, way, every = self._creditors("plan_to", by), self._way("plan_way"), form.get("plan_every", "") or "month"
        total = self._money("plan_total", form.get("plan_total", "").strip())
        first = self._day(Field("plan_first", FieldKind.DAY), form.get("plan_first", "").strip())
        count = _whole(form.get("plan_count", "").strip() or "1") or 0
        if not 1 <= count * max(len(to), 1) <= MOST_ROWS or (total is not None and total < count):
            self.mistakes["plan_count"] = FormError.OUT_OF_BOUNDS
        if every not in choices("every"):
            self.mistakes["plan_every"] = FormError.NOT_OFFERED
        if self.mistakes or first is None:
            return []
        parts = instalments(total, count, date.fromisoformat(first), every)
        return [
            {"by": by, "to": [one] if one else [], "what": what, "amount": amount, "due": due.isoformat(), "way": way}
            for amount, due in parts
            for one in to or [0]
        ]


def used_rows(form: Mapping[str, str]) -> list[int]:
    """Return the numbers of the rows of an agreement in which something was typed."""
    return [n for n in range(1, MOST_ROWS + 1) if any(form.get(f"{name}_{n}", "").strip() for name in ROW_FIELDS)]


def read_plan(sent: SentForm, offered: Offered, today: date) -> tuple[list[dict[str, Any]], Mistakes]:
    """Return the rows that an instalment plan makes, and the mistakes by field."""
    reader = _Reader(sent, offered, today)
    rows = reader.plan()
    if not reader.mistakes and len(rows) + len(used_rows(sent.values)) > MOST_ROWS:
        reader.mistakes["plan_count"] = FormError.OUT_OF_BOUNDS
    return ([] if reader.mistakes else rows), reader.mistakes


SEVERAL: dict[FieldKind, Callable[[Offered], Sequence[int]]] = {
    FieldKind.PARTIES: lambda offered: offered.parties,
    FieldKind.MEDIATORS: lambda offered: offered.mediators,
    FieldKind.TICKS: lambda offered: offered.entries,
}
ROW_FIELDS = ("what", "amount", "due")
NUMBERS_OFFERED: dict[FieldKind, Callable[[Offered], Sequence[int]]] = {
    FieldKind.PARTY: lambda offered: offered.parties,
    FieldKind.LEFT_PARTY: lambda offered: offered.left,
    FieldKind.MEMBER: lambda offered: offered.members,
    FieldKind.MEDIATOR: lambda offered: offered.mediators,
    FieldKind.ROW: lambda offered: offered.rows,
    FieldKind.DONE_ROW: lambda offered: offered.done_rows,
}
MISSING = {kind: FormError.NOT_OFFERED for kind in (FieldKind.CHOICE, *NUMBERS_OFFERED)} | {
    FieldKind.NUMBER: FormError.NOT_A_NUMBER,
    FieldKind.PHONE: FormError.NOT_A_PHONE,
    **dict.fromkeys((FieldKind.DAY, FieldKind.PAST_DAY, FieldKind.COMING_DAY), FormError.NOT_A_DAY),
}


def _whole(raw: str) -> int | None:
    """Return a whole number of a length that anybody would type, or None."""
    return read_number(raw, most=LARGEST_NUMBER)
