"""Endorsements: how many oblige the council to answer, and by when."""

from datetime import date, timedelta

FEWEST, MOST = 3, 500
SHORTEST_DAYS, LONGEST_DAYS = 3, 60
"""The bounds of what a village may set. The default of 15 days follows Hainan's rule for a villager's question."""


def reached(endorsers: int, needed: int) -> bool:
    """Tell whether enough villagers endorse a proposal to oblige the council."""
    return endorsers >= needed


def answer_due(day: date, days: int) -> date:
    """Return the last day for the answer, `days` after `day`, which is not counted (Civil Code art. 201)."""
    return day + timedelta(days=days)
