"""Codes that people copy by hand: without figures and letters that look alike."""

import secrets
import unicodedata

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0 O 1 I L."""


def new_code(length: int) -> str:
    """Return a random code of this length, from a secure source."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def grouped(code: str, size: int = 4) -> list[str]:
    """Split a code into groups of `size` characters for printing."""
    return [code[i : i + size] for i in range(0, len(code), size)]


def as_typed(text: str) -> str:
    """Normalise a typed code: half-width capitals without spaces and hyphens, as it is stored."""
    text = unicodedata.normalize("NFKC", text).upper()
    return "".join(c for c in text if c.isalnum())
