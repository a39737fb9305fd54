"""The two lists of a counted poll that its bundle shows to everybody, and that its closing entry binds.

Neither has a roll number: those follow the posted roll, so that a number is as good as a name. A unit stands there
under a token made of its own salt, which stays in the database.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from consult.domain.audit import canonical, commitment, sha256

TOOK_PART = "took part"


def unit_token(salt: str) -> str:
    """Return what stands for a unit beside its channel and its ballots. `salt`: of its entry on the poll's roll."""
    return commitment(salt, TOOK_PART)


def marks(units: Iterable[tuple[str, str, int]]) -> list[dict[str, Any]]:
    """Return the units that took part, by token: `units` are (salt, channel, newest revision)."""
    rows = [{"unit": unit_token(salt), "channel": channel, "rev": rev} for salt, channel, rev in units]
    return sorted(rows, key=lambda row: str(row["unit"]))


def named(
    ballots: Iterable[Any], salts: Mapping[int, str], voided: Mapping[tuple[int, int], str]
) -> list[dict[str, Any]]:
    """Return named ballots without choices, by token and revision. `salts`: of the roll entries, by number.

    `voided`: why a ballot does not count, by number and revision; only those say so.
    """
    rows = [
        {"unit": unit_token(salts[b.number]), "rev": b.rev, "channel": str(b.channel), "receipt": b.receipt}
        | ({"void": voided[b.number, b.rev]} if (b.number, b.rev) in voided else {})
        for b in ballots
    ]
    return sorted(rows, key=lambda row: (row["unit"], row["rev"]))


def secret(keys: Iterable[str]) -> list[dict[str, Any]]:
    """Return the keys of secret ballots, sorted."""
    return [{"key": key} for key in sorted(keys)]


def digest(rows: list[dict[str, Any]]) -> str:
    """Return the hash that binds a list to the closing entry."""
    return sha256(canonical(rows))


def digest_of_numbers(numbers: Iterable[int]) -> str:
    """Return the hash that binds the numbers of the log entries that the bundle opens for everybody."""
    return sha256(canonical(sorted(numbers)))
