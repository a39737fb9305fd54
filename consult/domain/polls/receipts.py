"""Looking a receipt code up in the list of a counted vote: what was typed, and what the list says of it."""

import re
from collections.abc import Collection, Sequence
from enum import StrEnum

from consult.domain.people.codes import as_typed
from consult.domain.polls.secret_ballots import TOKEN_LENGTH, key_of

RECEIPT_LENGTH = 16
"""Signs of the receipt code of a named ballot."""


class Lookup(StrEnum):
    """The result of looking up a code. Only MISSING is a reason to tell the supervisors."""

    COUNTED = "counted"
    REPLACED = "replaced"
    """A named ballot that its voter replaced later."""
    VOID = "void"
    """A named ballot that does not count."""
    MISSING = "missing"
    EMPTY = "empty"
    UNFINISHED = "unfinished"
    """What was typed is as long as neither code."""


MISTAKEN = frozenset({Lookup.EMPTY, Lookup.UNFINISHED, Lookup.MISSING})
"""What was typed leads to no ballot: the form is shown again as any other that was refused."""


def find_secret(typed: str, keys: Sequence[str]) -> tuple[Lookup, str]:
    """Look up the long code of a secret ballot, or the short one; return what was found, and the key it leads to."""
    code = as_typed(typed)
    if not code:
        return Lookup.EMPTY, ""
    if len(code) == TOKEN_LENGTH:
        wanted = key_of(code)
    elif re.fullmatch("[0-9A-F]{16}", code):
        wanted = code.lower()
    else:
        return Lookup.UNFINISHED, ""
    found = next((key for key in keys if key.startswith(wanted)), "")
    return (Lookup.COUNTED if found else Lookup.MISSING), found


def find_named(
    typed: str, counted: Collection[str], replaced: Collection[str], void: Collection[str] = ()
) -> tuple[Lookup, str]:
    """Look up the receipt code of a named ballot; return what was found, and the code as it is listed, or of a void one."""
    code = as_typed(typed)
    if not code:
        return Lookup.EMPTY, ""
    if code in counted:
        return Lookup.COUNTED, code
    if code in void:
        return Lookup.VOID, code
    if code in replaced:
        return Lookup.REPLACED, ""
    return (Lookup.MISSING if len(code) == RECEIPT_LENGTH else Lookup.UNFINISHED), ""
