"""Read the table in which several obligations are entered as done at once; each becomes an entry of its own."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from consult.domain.cases.agreements.obligations import Obligation
from consult.domain.form_errors import FormError, fen
from consult.domain.instants import read_day


def read_payments(
    form: Mapping[str, str], rows: Sequence[Obligation], today: date
) -> tuple[list[dict[str, Any]], dict[str, FormError]]:
    """Return the facts of each row that was ticked, in their order, and the mistakes by field.

    The tick says that it was done and that those to whom it is owed say so. An amount left as it was, or empty, is all
    that was still owed; a smaller one is a part. A tick at a row that is not among these is a mistake: nobody is to take
    for written down what was left out.
    """
    mistakes: dict[str, FormError] = {}
    on = read_day(form.get("on", ""))
    if on is None or on > today:
        mistakes["on"] = FormError.NOT_A_DAY if on is None else FormError.DAY_TO_COME
    found = []
    for row in rows:
        if not form.get(f"paid_{row.number}"):
            continue
        raw = form.get(f"amount_{row.number}", "").strip()
        amount = fen(raw) if raw and row.left_fen is not None else None
        if raw and row.left_fen is not None and amount is None:
            mistakes[f"amount_{row.number}"] = FormError.NOT_MONEY
        part = amount if amount != row.left_fen else None
        day = on.isoformat() if on is not None else ""
        found.append({"row": row.number, "on": day, "amount": part, "other_side_says": True, "heard": []})
    ticked = sum(bool(value) for name, value in form.items() if name.startswith("paid_"))
    if ticked > len(found) or (not found and not mistakes):
        mistakes[f"paid_{rows[0].number}" if rows else "on"] = FormError.NOT_OFFERED
    return found, mistakes
