"""Organisations as parties: kinds, and the unified social credit code (GB 32100-2015)."""

import unicodedata

BODIES = ("company", "cooperative", "collective", "committee", "other_body")
"""A company, a farmers' cooperative, a collective organisation, a villagers' committee, another organisation."""
WITHOUT_LEGAL_PERSONALITY = frozenset({"other_body"})
"""These have a person in charge (负责人); the others, legal persons, a legal representative (法定代表人, 民法典 61, 102)."""
OF_THE_VILLAGE = frozenset({"cooperative", "collective", "committee"})
"""May be the village's own: then officers of its committee or its cooperative are close to it."""
SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 18


def read_credit_code(text: str) -> str | None:
    """Return a unified social credit code in its usual form, or None unless its check digit is right (GB 32100-2015)."""
    code = "".join(unicodedata.normalize("NFKC", text).upper().split()).replace("-", "")
    if len(code) != LENGTH or any(sign not in SIGNS for sign in code):
        return None
    return code if code[-1] == check_sign(code[:-1]) else None


def check_sign(body: str) -> str:
    """Return the check sign of the first 17 signs: weights are powers of 3, modulo 31 (GB 32100-2015, 4.3)."""
    total = sum(SIGNS.index(sign) * pow(3, place, len(SIGNS)) for place, sign in enumerate(body))
    return SIGNS[-total % len(SIGNS)]
