"""Codes people copy by hand: no figure or letter that is taken for another."""

import secrets
import unicodedata

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0 O 1 I L."""


def new_code(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def grouped(code: str, size: int = 4) -> list[str]:
    return [code[i : i + size] for i in range(0, len(code), size)]


def as_typed(text: str) -> str:
    """What a person typed, brought to the form a code is stored in: full width, spaces, hyphens, small letters."""
    text = unicodedata.normalize("NFKC", text).upper()
    return "".join(c for c in text if c.isalnum())
