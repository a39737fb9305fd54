"""Polls that cannot be counted: each is set aside, and all others are closed."""

from enum import StrEnum


class FaultKind(StrEnum):
    """The part of a poll that does not add up."""

    COUNTS_DIFFER = "counts_differ"
    """Ballots, roll and count sheets do not fit together."""
    BALLOT_CHANGED = "ballot_changed"
    """A sealed ballot was changed, exchanged or put in from outside."""
    KEY_MISSING = "key_missing"
    """The private key of the poll is not in its folder."""
