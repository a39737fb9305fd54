"""The claims (申请事项) of an applicant: what they want, how much, since when. All may be left out: a recording will do."""

from collections.abc import Mapping
from typing import Any

from consult.domain.cases.choices import claims_of, every_claim
from consult.domain.form_errors import FormError, fen
from consult.domain.text_fields import line

WISH_LENGTH = 200
LINE_LENGTH = 80
FIELDS = ("claim", "wish", "claim_amount", "claim_detail", "claim_since")


def read_claim(form: Mapping[str, str], topic: str, mistakes: dict[str, FormError]) -> dict[str, Any]:
    """Return what was asked for, without what was left empty; notes mistakes by field.

    `topic`: of the first page, whose choices are offered; empty where all topics are on the same form.
    """
    chosen = form.get("claim", "")
    offered = claims_of(topic)[0] if topic else every_claim()
    if chosen and chosen not in offered:
        mistakes["claim"] = FormError.NOT_OFFERED
    raw = form.get("claim_amount", "").strip()
    amount = fen(raw) if raw else None
    if raw and amount is None:
        mistakes["claim_amount"] = FormError.NOT_MONEY
    found: dict[str, Any] = {
        "claim": chosen,
        "wish": line(form, "wish", WISH_LENGTH, mistakes, may_be_empty=True),
        "claim_amount": amount,
        "claim_detail": line(form, "claim_detail", LINE_LENGTH, mistakes, may_be_empty=True),
        "claim_since": line(form, "claim_since", LINE_LENGTH, mistakes, may_be_empty=True),
    }
    return {name: value for name, value in found.items() if value}


def as_typed(form: Mapping[str, str]) -> dict[str, str]:
    """Return the fields of a claim as they were typed, for a draft that has to be put right."""
    typed = {name: form.get(name, "") for name in FIELDS if name != "claim_amount"}
    return {name: value for name, value in typed.items() if value}
