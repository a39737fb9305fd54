"""Read a pasted list of people: one name a line, with household code, phone and amount where there are any."""

import re
from dataclasses import dataclass
from typing import Any

from consult.domain.characters import without_stray
from consult.domain.form_errors import FormError, fen, too_long
from consult.domain.phone_numbers import read_phone
from consult.domain.private_numbers import mistake_of

MOST_LINES = 100
NAME_LENGTH = 80
"""The name of a party, wherever it is typed: the full name of a company is longer than that of a person."""
BETWEEN = re.compile(r"[\s,;，；、|]+")
CODE = re.compile(r"[0-9０-９A-Za-z]+(?:[-－—–][0-9０-９A-Za-z]+)+")
PRIVATE = re.compile(r"[0-9０-９]{14,}[xXｘＸ]?")
DIGITS = re.compile(r"\+?[0-9０-９]{8,15}")
AMOUNT = re.compile(r"[¥￥]?[0-9０-９].*")
FIGURE = re.compile(r"\d")
NUMBERING = re.compile(r"^\s*[(（]?[0-9０-９]{1,3}[)）.．、:：]\s*(?=\D)")
"""A running number before the name: 1. or （1）."""


@dataclass(frozen=True)
class Listed:
    """One line of a list."""

    line: int
    name: str
    code: str = ""
    phone: str = ""
    claim_fen: int | None = None

    def as_facts(self) -> dict[str, Any]:
        """Return the line as the act is given it; services.cases.membership finds the person."""
        return {"line": self.line, "name": self.name, "code": self.code, "phone": self.phone, "claim": self.claim_fen}


def read_list(text: str) -> tuple[list[Listed], dict[int, FormError]]:
    """Return the people of a list and the mistakes by line; line 0 is the list as a whole. Empty lines are skipped."""
    lines = without_stray(text.replace("\r\n", "\n")).split("\n")
    used = [(n, line) for n, line in enumerate(lines, 1) if line.strip()]
    if not used:
        return [], {0: FormError.EMPTY}
    if len(used) > MOST_LINES:
        return [], {0: FormError.TOO_MANY_LINES.with_numbers(most=MOST_LINES)}
    found: list[Listed] = []
    mistakes: dict[int, FormError] = {}
    for n, line in used:
        one = _read(n, line)
        if isinstance(one, FormError):
            mistakes[n] = one
        elif any((other.name, other.code) == (one.name, one.code) for other in found):
            mistakes[n] = FormError.LISTED_TWICE
        else:
            found.append(one)
    return found, mistakes


def _read(n: int, line: str) -> Listed | FormError:
    """Return one line, or its mistake."""
    names: list[str] = []
    more: dict[str, Any] = {}
    for word in BETWEEN.split(NUMBERING.sub("", line).strip()):
        if not word:
            continue
        kind, value = _kind(word)
        if isinstance(value, FormError):
            return value
        if kind == "name":
            names.append(value)
        elif kind in more:
            return FormError.LINE_UNCLEAR
        else:
            more[kind] = value
    name = " ".join(names)
    if not name:
        return FormError.EMPTY
    if len(name) > NAME_LENGTH:
        return too_long(name, NAME_LENGTH)
    if private := mistake_of(name):
        return private
    return FormError.NAME_WITH_DIGITS if FIGURE.search(name) else Listed(n, name, **more)


def _kind(word: str) -> tuple[str, Any]:
    """Return what a word is and its value: a code, a phone, an amount, else part of the name."""
    if PRIVATE.fullmatch(word):
        return "name", FormError.PRIVATE_NUMBER.with_numbers(found=word)
    if DIGITS.fullmatch(word):
        phone, mistake = read_phone(word)
        return "phone", phone if phone is not None else (mistake or FormError.NOT_A_PHONE)
    if CODE.fullmatch(word):
        return "code", word
    if AMOUNT.fullmatch(word):
        amount = fen(word)
        return "claim_fen", FormError.NOT_MONEY if amount is None else amount
    return "name", word
