"""Wait for an answer no longer than so many seconds: resolvers, dead shares and silent servers have no patience to set."""

import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Late(Exception):
    """No answer came in time. What was asked goes on in a thread that keeps no process from ending."""


def within(seconds: float, ask: Callable[[], T]) -> T:
    """Return what a call returns, or raise what it raises. Raises Late where that takes longer than `seconds`."""
    answers: list[T] = []
    errors: list[BaseException] = []

    def asked() -> None:
        try:
            answers.append(ask())
        except BaseException as error:  # told where it was asked
            errors.append(error)

    asking = threading.Thread(target=asked, name="asking", daemon=True)
    asking.start()
    asking.join(seconds)
    if errors:
        raise errors[0]
    if not answers:
        raise Late
    return answers[0]
