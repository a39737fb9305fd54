"""Read texts that people typed: trimmed, of limited length, without private numbers."""

from collections.abc import Mapping

from consult.domain.characters import without_stray
from consult.domain.form_errors import FormError, too_long
from consult.domain.private_numbers import mistake_of


def line(
    form: Mapping[str, str], name: str, most: int, mistakes: dict[str, FormError], *, may_be_empty: bool = False
) -> str:
    """Return one line of words, inner spaces made single. Its mistake is added to `mistakes`."""
    return _checked(" ".join(without_stray(form.get(name, "")).split()), name, most, mistakes, may_be_empty)


def long_text(
    form: Mapping[str, str], name: str, most: int, mistakes: dict[str, FormError], *, may_be_empty: bool = False
) -> str:
    """Return words with their line breaks. Their mistake is added to `mistakes`."""
    text = without_stray(form.get(name, "").replace("\r\n", "\n")).strip()
    return _checked(text, name, most, mistakes, may_be_empty)


def _checked(words: str, name: str, most: int, mistakes: dict[str, FormError], may_be_empty: bool) -> str:
    if not words and not may_be_empty:
        mistakes[name] = FormError.EMPTY
    elif len(words) > most:
        mistakes[name] = too_long(words, most)
    elif mistake := mistake_of(words):
        mistakes[name] = mistake
    return words
