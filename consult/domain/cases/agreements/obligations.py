"""Obligations of an agreement: who owes what to whom, and what was paid of it. Sums are exact, in fen."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date


@dataclass(frozen=True)
class Payment:
    """An entry that something of an obligation was done."""

    on: date
    amount_fen: int | None = None
    """A part of the sum; None: all that was left."""
    heard: frozenset[int] = frozenset()
    """The creditors who said so, where others are owed the same; empty: all of them."""


@dataclass(frozen=True)
class Obligation:
    """One row of an agreement: who does what, how much (fen), by when."""

    number: int
    by: int
    what: str
    amount_fen: int | None
    due_on: date
    done_on: date | None = None
    to: tuple[int, ...] = ()
    """The parties to whom it is owed; empty: everybody on the other side."""
    way: str = ""
    """A code of choices.toml, or empty where the terms say it."""
    payments: tuple[Payment, ...] = ()

    @property
    def paid_fen(self) -> int:
        """Return what was paid so far: all of it once it is done."""
        if self.done_on is not None:
            return self.amount_fen or 0
        return sum(one.amount_fen or 0 for one in self.payments)

    @property
    def left_fen(self) -> int | None:
        """Return what is still owed of a sum; None for an obligation without one."""
        return None if self.amount_fen is None else self.amount_fen - self.paid_fen

    @property
    def heard(self) -> frozenset[int]:
        """Return the creditors who said that they have received theirs."""
        return frozenset().union(*(one.heard for one in self.payments if one.amount_fen is None))


def with_payment(row: Obligation, payment: Payment, creditors: Collection[int]) -> Obligation:
    """Return the row with one more payment; done once the sum is reached, or everybody owed said so."""
    return _settled(row, (*row.payments, payment), creditors)


def without_last(row: Obligation, creditors: Collection[int]) -> Obligation:
    """Return the row without its last payment."""
    return _settled(row, row.payments[:-1], creditors)


def _settled(row: Obligation, payments: tuple[Payment, ...], creditors: Collection[int]) -> Obligation:
    open_row = replace(row, payments=payments, done_on=None)
    whole = any(one.amount_fen is None and not one.heard for one in payments)
    everybody = bool(open_row.heard) and open_row.heard >= set(creditors)
    reached = row.amount_fen is not None and bool(payments) and open_row.paid_fen >= row.amount_fen
    if not (whole or everybody or reached):
        return open_row
    return replace(open_row, done_on=max(one.on for one in payments))
