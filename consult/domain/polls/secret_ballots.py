"""The receipt of a secret ballot: a token that only the voter has, and the key that anybody may see."""

import re

from consult.domain.audit import canonical, sha256
from consult.domain.people.codes import ALPHABET, new_code

TOKEN_LENGTH = 26
"""Of 31 letters and digits: 128 bits."""


def new_token() -> str:
    """Made by the server, put into the form, stored nowhere."""
    return new_code(TOKEN_LENGTH)


def is_token(text: str) -> bool:
    return re.fullmatch(f"[{ALPHABET}]{{{TOKEN_LENGTH}}}", text) is not None


def key_of(token: str) -> str:
    """Under which the ballot lies, and which is listed after the close: SHA-256 of the token."""
    return sha256(token)


def digest(ballots: list[tuple[str, str]]) -> str:
    """Binds all (key, choice) of a closed poll to its entry in the log."""
    return sha256(canonical([list(ballot) for ballot in sorted(ballots)]))
