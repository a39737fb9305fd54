"""A form sent twice with the same fields and the same cookies: its first answer was lost on the way."""

from collections.abc import Iterable
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.client import Client, controls

Fields = dict[str, Any]


class LostAnswers:
    """A browser that forgets what an answer brought: its cookies are those of before, as where the line broke."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self._kept = self._cookies()

    def __enter__(self) -> FlaskClient:
        return self.client

    def __exit__(self, *_: object) -> None:
        for cookie in self._cookies():
            self.client.delete_cookie(cookie.key, path=cookie.path)
        for cookie in self._kept:
            self.client.set_cookie(cookie.key, cookie.value, path=cookie.path)

    def _cookies(self) -> list[Any]:
        return list((self.client._cookies or {}).values())


def drawn(client: Client, selector: str = "main form") -> tuple[str, Fields]:
    """The address of the form of the page that is open, and what it sends untouched."""
    form = client.page.select_one(selector)
    assert form is not None, selector
    return str(form["action"]), controls(form)


def lost_then_sent(
    client: Client, selector: str = "main form", *, follow: bool = True, **fields: Any
) -> tuple[TestResponse, TestResponse]:
    """Send the form of the page that is open, lose the answer, and send the very same once more."""
    action, untouched = drawn(client, selector)
    data = untouched | fields
    with LostAnswers(client):
        first = client.post(action, data=data)
    return first, client.post(action, data=data, follow_redirects=follow)


def differing(before: dict[str, int], after: dict[str, int], leave_out: Iterable[str] = ()) -> dict[str, int]:
    """The tables in which rows were added or taken away, and how many."""
    return {name: after[name] - n for name, n in before.items() if after[name] != n and name not in set(leave_out)}
