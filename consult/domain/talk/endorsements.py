"""When enough villagers stand behind a proposal, the council owes an answer."""

from datetime import date, timedelta

FEWEST, MOST = 3, 500
SHORTEST_DAYS, LONGEST_DAYS = 3, 60
"""What a village may set. In between it decides itself; Hainan's 15 days for a villager's question is the default."""


def reached(endorsers: int, needed: int) -> bool:
    return endorsers >= needed


def answer_due(day: date, days: int) -> date:
    """The last day for the answer: the day on which the number was reached is not counted (Civil Code 201)."""
    return day + timedelta(days=days)
