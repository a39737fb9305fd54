"""A browser without JavaScript that looks closely at every page it opens."""

import hashlib
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from bs4 import BeautifulSoup, Tag
from flask import has_app_context
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.inspection import faults_of, lost_in_refusal

UNFIT = 422
HTMX = {"HX-Request": "true"}
SAID_ANEW = re.compile(r' (value|data-left|data-mark)="[^"]*"')
"""What differs from one answer to the next on the same page, tokens and seconds, and what no inspection asks for."""
_good: set[bytes] = set()
"""Digests of the markup that was inspected by this worker and found without a fault. A sweep is answered the same page often."""

BY_THE_CLOCK = "job_run.finished_at IS NOT NULL"
"""In what is asked for all pages together, once in half a minute (guards.runner_alarm): it is the cost of none of them."""


class Answer(TestResponse):
    """What came back. Its text has no marks where a line of a heading may end: a word that is sought is not cut by one."""

    @property
    def text(self) -> str:
        return self.get_data(as_text=True).replace("<wbr>", "")


class Client(FlaskClient):
    """`page` is the last page opened; `queries` the statements of the last request."""

    queries: list[str]
    _html: str
    _read: BeautifulSoup | None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.response_wrapper = type("Answer", (Answer, self.response_wrapper), {})

    @property
    def page(self) -> BeautifulSoup:
        """The last page opened, read when somebody asks for it."""
        if self._read is None:
            self._read = BeautifulSoup(self._html, "html.parser")
        return self._read

    @page.setter
    def page(self, page: BeautifulSoup) -> None:
        self._read = page

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        assert not has_app_context(), "leave the app's context before a request: it would be shared with it"
        watched: list[str] = self.application.extensions["watch"].queries
        watched.clear()
        kwargs.setdefault("buffered", True)  # read to the end and closed, as a browser does
        response = super().open(*args, **{"buffered": True} | kwargs)
        self.queries = [one for one in watched if BY_THE_CLOCK not in one]
        if (
            response.mimetype == "text/html"
            and not response.content_encoding
            and response.data
            and response.status_code not in (301, 302, 303, 307, 308)
        ):
            self._look_at(response)
            if response.status_code == UNFIT and kwargs.get("method") == "POST":
                self._look_at_refusal(response, kwargs.get("data"))
        return response

    def _look_at_refusal(self, response: TestResponse, sent: Any) -> None:
        """Whatever test a form is refused in: the summary is there, the words are kept, the limit is a number."""
        words = (
            [(name, value) for name, value in sent.items() if isinstance(value, str)] if isinstance(sent, dict) else []
        )
        found = lost_in_refusal(self.page, words)
        assert not found, f"{response.request.path} refuses:\n- " + "\n- ".join(found)

    def _look_at(self, response: TestResponse) -> None:
        self._html, self._read = response.get_data(as_text=True), None
        markup = markup_of(self._html)
        if markup in _good:
            return
        found = faults_of(self.page, fragment=self.page.html is None)
        assert not found, f"{response.request.path} ({response.status}):\n- " + "\n- ".join(found)
        _good.add(markup)

    def text(self, selector: str = "main") -> str:
        """The words in one part of the last page, with single spaces, and none where a line may end within a sentence."""
        part = self.page.select_one(selector)
        assert part is not None, f"no {selector} on the page"
        if part.wbr:
            part = BeautifulSoup(str(part).replace("<wbr/>", ""), "html.parser")
        return " ".join(part.get_text(" ").split())

    def submit(
        self, url: str, form: str = "", *, htmx: bool = False, follow: bool = True, **fields: Any
    ) -> TestResponse:
        """Open a page, fill in its form as a person would, and send it.

        `form` is a CSS selector; without it the one form in <main> with these fields. A field that is not on the
        page, or a choice that is not offered, is an error: use `send` to forge.
        """
        opened = self.get(url, follow_redirects=True)
        assert opened.status_code == 200, f"{url} answered {opened.status}"
        chosen = self._form(form, set(fields))
        data = controls(chosen) | {name: value for name, value in fields.items()}
        for name, value in fields.items():
            _refuse_unless_offered(chosen, name, value)
        headers = HTMX if htmx else {}
        target = str(chosen["action"])
        if chosen.get("method") == "get":
            query = urlencode(data, doseq=True)
            return self.get(f"{target.split('?')[0]}?{query}", headers=headers, follow_redirects=follow)
        return self.post(target, data=data, headers=headers, follow_redirects=follow)

    def press(self, form: str = "", *, follow: bool = True, **fields: Any) -> TestResponse:
        """Send a form of the page that is open, which may have come as the answer to another form."""
        return self.fill_in(form, fields, follow=follow)

    def fill_in(self, form: str, fields: Mapping[str, Any], *, follow: bool = True) -> TestResponse:
        """Send a form of the page that is open, whatever its fields are called."""
        chosen = self._form(form, set(fields))
        for name, value in fields.items():
            _refuse_unless_offered(chosen, name, value)
        return self.post(str(chosen["action"]), data=controls(chosen) | dict(fields), follow_redirects=follow)

    def token(self, at: str = "/rongxi/") -> str:
        """A valid token taken from a page. It holds for all forms of whoever is signed in."""
        self.get(at, follow_redirects=True)
        field = self.page.select_one("input[name=csrf_token]")
        assert field is not None, f"no form on {at}"
        return str(field["value"])

    def send(
        self, url: str, *, at: str = "/rongxi/", htmx: bool = False, follow: bool = False, **fields: Any
    ) -> TestResponse:
        """Post anything to an address, with a valid token, as a forger with an account can.

        It is taken from the page `at`, unless `csrf_token` names one: a sweep of all addresses asks for it once.
        """
        data = fields if "csrf_token" in fields else {"csrf_token": self.token(at), **fields}
        return self.post(url, data=data, headers=HTMX if htmx else {}, follow_redirects=follow)

    def _form(self, selector: str, names: set[str]) -> Tag:
        kept = re.sub(r"\$='([^']*)'\]", r"$='\1?sent=1']", selector)  # the address of a form that is kept on the phone
        found = self.page.select(f"{selector}, {kept}" if selector else "main form")
        offered = [f for f in found if names <= _names(f)]
        assert len(offered) == 1, f"{len(offered)} forms '{selector}' with the fields {sorted(names)}"
        return offered[0]


def markup_of(html: str) -> bytes:
    """A digest of all that an inspection asks for."""
    return hashlib.sha256(SAID_ANEW.sub(r' \1=""', html).encode(errors="surrogatepass")).digest()


def _names(form: Tag) -> set[str]:
    return {str(field["name"]) for field in form.select("[name]")}


def controls(form: Tag) -> dict[str, Any]:
    """What a browser would send if nothing were touched."""
    data: dict[str, Any] = {}
    for field in form.select("input[name], textarea[name], select[name]"):
        name, kind = str(field["name"]), field.get("type", "text")
        if kind in ("file", "submit", "button") or field.has_attr("disabled"):
            continue
        if kind in ("checkbox", "radio") and not field.has_attr("checked"):
            continue
        data.setdefault(name, []).append(_value(field))
    return data


def _value(field: Tag) -> str:
    if field.name == "textarea":
        return field.get_text().removeprefix("\n")
    if field.name == "select":
        option = field.select_one("option[selected]") or field.select_one("option")
        return str(option.get("value", option.get_text())) if option else ""
    return str(field.get("value", "on" if field.get("type") in ("checkbox", "radio") else ""))


def _refuse_unless_offered(form: Tag, name: str, value: Any) -> None:
    selects = f"select[name='{name}'] option"
    presses = f"button[name='{name}'], input[name='{name}'][type=radio], input[name='{name}'][type=checkbox]"
    offers = {str(tag.get("value", "on")) for tag in form.select(f"{presses}, {selects}")}
    for one in value if isinstance(value, list | tuple) and offers else [value]:
        assert not offers or str(one) in offers, f"{name}={one} is not offered; there is {sorted(offers)}"
