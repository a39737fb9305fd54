"""What a hostile or unlucky browser sends: odd values for every part of an address, of a query and of a form.

`Names` learns which fields a view asks for, by watching it ask; `forms` finds the forms of the pages somebody can open.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote_from_bytes, urlencode

from bs4 import BeautifulSoup, Tag
from flask import Flask, Request, has_app_context
from flask.testing import FlaskClient
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.client import controls

VALUES: dict[str, bytes] = {
    "2**63": b"9223372036854775808",
    "2**63-1": b"9223372036854775807",
    "2**31": b"2147483648",
    "below zero": b"-1",
    "a superscript": "²".encode(),
    "NUL": b"\x00",
    "NUL written out": b"%00",
    "nothing": b"",
    "10 kB": b"9" * 10_000,
    "10 kB of words": "长".encode() * 3_400,
    "a lone surrogate": b"\xed\xa0\x80",
    "no UTF-8": b"\xff\xfe",
    "control characters": b"a\x01\x1b[31m\x7f\xc2\x85\r\n\x0bb",
    "right to left": "\u202e倒过来\u2066".encode(),
    "the first day": b"0001-01-01T00:00",
    "the last day": b"9999-12-31T23:59",
    "the first date": b"0001-01-01",
    "the last date": b"9999-12-31",
    "the first month": b"0001-01",
    "an endless sum": b"1e999999999",
    "a way up": b"../../etc/passwd",
}
ALIKE_ON_BOTH = frozenset(
    {"a superscript", "nothing", "control characters", "right to left", "the first month", "a way up"}
)
"""Values that both databases read alike. They differ in numbers, instants, bytes that are no text, and long words."""
RIGHT = frozenset({200, 204, 301, 302, 303, 304, 308, 400, 401, 403, 404, 405, 409, 410, 413, 414, 422, 429})
"""What may be answered to nonsense: anything but a fault of ours."""
WITH_A_SENTENCE = 400
UNFIT = 422
REFUSED = frozenset({403, 409, UNFIT})
SHOWN_IN_A_PATH = re.compile(r"<(?:(?:any\(\W*(?P<first>[\w-]+)[^)]*\)|\w+(?:\([^)]*\))?):)?(?P<name>\w+)>")


class Names(ImmutableMultiDict[str, Any]):
    """Fields of a request that note which of them a view asks for."""

    asked: set[str] = set()

    def get(self, key: Any, *args: Any, **kwargs: Any) -> Any:
        self.asked.add(str(key))
        return super().get(key, *args, **kwargs)

    def getlist(self, key: Any, *args: Any, **kwargs: Any) -> Any:
        self.asked.add(str(key))
        return super().getlist(key, *args, **kwargs)

    def __getitem__(self, key: Any) -> Any:
        self.asked.add(str(key))
        return super().__getitem__(key)

    def to_dict(self, flat: bool = True) -> Any:
        return Watched(super().to_dict() if flat else super().to_dict(False))


class Watched(dict[str, Any]):
    """A plain copy of a form that notes the same."""

    def get(self, key: Any, default: Any = None) -> Any:
        Names.asked.add(str(key))
        return super().get(key, default)

    def __getitem__(self, key: Any) -> Any:
        Names.asked.add(str(key))
        return super().__getitem__(key)


def watching(request_class: type[Request]) -> type[Request]:
    """A class of requests whose fields note what is asked of them."""

    class Fields(Names, request_class.parameter_storage_class):  # type: ignore[name-defined,misc]
        pass

    return type("WatchedRequest", (request_class,), {"parameter_storage_class": Fields})


def path_of(rule: Rule, value: bytes | None = None, slug: str = "rongxi", number: int = 1) -> str:
    """An address that a rule may answer to; with a value in the place of each of its variables but the village's."""

    def part(found: re.Match[str]) -> str:
        if found["name"] == "slug":
            return slug
        if value is None:
            return found["first"] or str(number)
        return quoted(value)

    return SHOWN_IN_A_PATH.sub(part, rule.rule)


def quoted(value: bytes) -> str:
    """Return a value as it stands in an address."""
    return quote_from_bytes(value, safe="")


class Sender:
    """One browser that sends nonsense and remembers what was answered wrongly."""

    def __init__(self, app: Flask, who: str, client: FlaskClient) -> None:
        self.app, self.who, self.client = app, who, client
        self.sent = 0
        self.wrong: list[str] = []
        self.answered: Counter[tuple[str, int]] = Counter()
        """How often each method was answered with each status: a sweep whose forms all come back as too old has swept nothing."""
        self.token = self._token()

    def _token(self) -> bytes:
        page = BeautifulSoup(self._open("GET", "/rongxi/").data, "html.parser")
        field = page.select_one("input[name=csrf_token]")
        assert field is not None
        return str(field["value"]).encode()

    def get(self, path: str, fields: Mapping[str, bytes] | None = None, what: str = "") -> TestResponse:
        query = urlencode(dict(fields or {}))
        return self._judged("GET", f"{path}?{query}" if query else path, None, what)

    def post(self, path: str, fields: Iterable[tuple[str, bytes]], what: str = "") -> TestResponse:
        body = urlencode([("csrf_token", self.token), *[(n, v) for n, v in fields if n != "csrf_token"]])
        return self._judged("POST", path, body.encode(), what)

    def _judged(self, method: str, path: str, body: bytes | None, what: str) -> TestResponse:
        response = self._open(method, path, body)
        self.sent += 1
        said = response.status_code < WITH_A_SENTENCE or b"<" in response.data
        self.answered[method, response.status_code] += 1
        self.wrong += [f"{self.who}: {method} {path[:90]} ({what}): {fault}" for fault in dead_ends(response)]
        if response.status_code not in RIGHT or not said:
            self.wrong.append(f"{self.who}: {method} {path[:90]} ({what}) → {response.status_code}")
        return response

    def _open(self, method: str, path: str, body: bytes | None = None) -> TestResponse:
        assert not has_app_context(), "who is signed in, and the token of their forms, would be those of the context"
        kind = "application/x-www-form-urlencoded" if method == "POST" else None
        return FlaskClient.open(self.client, path, method=method, data=body, content_type=kind, buffered=True)


def browsers(app: Flask, tokens: dict[str, str]) -> list[Sender]:
    """Return a browser of a stranger and one for each of these sign-ins."""
    app.request_class = watching(app.request_class)
    found = [Sender(app, "a stranger", app.test_client())]
    for name, token in tokens.items():
        client = app.test_client()
        client.set_cookie("sign_in", token)
        found.append(Sender(app, name, client))
    return found


def refuse_faults(senders: list[Sender]) -> None:
    """Fail with every fault, a line each."""
    wrong = [fault for sender in senders for fault in sender.wrong]
    assert not wrong, "\n".join(wrong)


def dead_ends(response: TestResponse) -> list[str]:
    """Return the links of a refusal's summary that lead to no field of the page."""
    if response.status_code not in REFUSED or b'id="mistakes"' not in response.data:
        return []
    page = BeautifulSoup(response.data, "html.parser")
    targets = [str(link["href"]) for link in page.select("#mistakes a[href^='#']")]
    return [f"{target} is not on the page" for target in targets if page.find(id=target[1:]) is None]


def forms(page: BeautifulSoup) -> Iterator[tuple[str, str, dict[str, list[str]]]]:
    """Yield method, address and fields of each form of a page, the fields as they would be sent untouched."""
    for form in page.select("form[action]"):
        fields = {name: [str(v) for v in values] for name, values in controls(form).items()}
        for field in form.select("[name]"):  # boxes and choices that are not ticked, and buttons
            if field.get("type") != "file" and field["name"] not in fields:
                fields[str(field["name"])] = [_offered(field)]
        yield str(form.get("method", "get")), str(form["action"]), fields


FILLED_IN = "input:not([type=hidden]):not([type=submit])[name], textarea[name], select[name]"


def filled_in(form: Tag) -> list[str]:
    """Return the names of the fields that a person fills in."""
    return sorted({str(field["name"]) for field in form.select(FILLED_IN)})


def hidden(form: Tag) -> list[tuple[str, bytes]]:
    """Return what a form sends by itself."""
    fields = form.select("input[type=hidden][name]")
    return [(str(f["name"]), str(f.get("value", "")).encode()) for f in fields if f["name"] != "csrf_token"]


def _offered(field: Tag) -> str:
    return str(field.get("value", "on"))


def links(page: BeautifulSoup) -> list[str]:
    """Return the addresses of this site that a page leads to."""
    found = [str(tag["href"]) for tag in page.select("a[href^='/']")]
    return list(dict.fromkeys(one.split("#")[0] for one in found))
