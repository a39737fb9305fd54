"""Our app with one commit for each ballot: what group commit is measured against."""

from collections.abc import Callable
from typing import TypeVar

from consult import create_app
from consult.services.core import group_commit, transactions

Result = TypeVar("Result")


def alone(act: Callable[[], Result]) -> Result:
    """Do one act in a unit of work of its own."""
    with transactions.writing():
        return act()


group_commit.run = alone
app = create_app()
