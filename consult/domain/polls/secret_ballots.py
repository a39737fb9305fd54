"""The receipt of a secret ballot: a token that only the voter has, and the key that anybody may see."""

import re

from consult.domain.audit import canonical, sha256
from consult.domain.people.codes import ALPHABET, new_code

TOKEN_LENGTH = 26
"""Of 31 letters and digits: 128 bits."""


def new_token() -> str:
    """Return a new token: the server puts it into the form and stores it nowhere."""
    return new_code(TOKEN_LENGTH)


def is_token(text: str) -> bool:
    """Tell whether a text can be a token made by `new_token`."""
    return re.fullmatch(f"[{ALPHABET}]{{{TOKEN_LENGTH}}}", text) is not None


def key_of(token: str) -> str:
    """Return the key under which the ballot is stored, and which is listed after the close: SHA-256 of the token."""
    return sha256(token)


def digest(ballots: list[tuple[str, str]]) -> str:
    """Return the hash that binds all (key, choice) of a closed poll to its entry in the log."""
    return sha256(canonical([list(ballot) for ballot in sorted(ballots)]))
