"""Each form of a page sent with what cannot be taken: with nothing in it, and with words too long for every box."""

import re
from collections.abc import Iterator
from functools import cache

from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from consult.domain.cases.acts import CaseAct
from tests import page_kinds
from tests.checks.sources import TEMPLATES, files
from tests.hostile import REFUSED, RIGHT, UNFIT, dead_ends, filled_in, hidden
from tests.inspection import Tags, limits, lost_in_refusal
from tests.unsent_forms import Drawn

Fields = list[tuple[str, str]]
TOO_LONG = "长" * 3_400
WORDS = {"", "text", "search", "tel", "password"}
TAKEN = {200, 302, 303}
LEFT_OUT = "no field at all"
TICKED = {"radio", "checkbox"}


class Refused:
    """What became of the forms that were sent: the statuses by view, and what is wrong with the pages that answered."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.answers: dict[str, set[int]] = {}
        self.wrong: list[str] = []
        self.took_nothing: set[str] = set()
        """The views that took a form in which no field stood at all: it said nothing, and was not asked again."""
        self.acts: set[str] = set()
        """The acts on a case whose form was refused and shown again."""
        self.drawn: list[Drawn] = []
        """Each of these forms on its page, before anything was sent."""
        self._met: set[tuple[str, ...]] = set()

    def look(self, page: BeautifulSoup, client: FlaskClient, who: str = "") -> None:
        """Send each form of a page that somebody fills in, once for each set of its fields."""
        self.wrong += [f"{who}: {fault}" for fault in limits(Tags(page))]
        for number, form in enumerate(page.select("form[method=post]")):
            for action in _addresses(form):
                names, endpoint = filled_in(form), page_kinds.endpoint_of(self.app, action)
                if not names or (alike := (endpoint, *_kinds(action), *names)) in self._met:
                    continue
                self._met.add(alike)
                drawn = Drawn(f"{who}: {action}", action, number, str(page))
                self.drawn.append(drawn)
                for what, fields in _unfit(form):
                    answer = _posted(client, action, fields)
                    if self._send(endpoint, f"{who}: {action} ({what})", answer, fields):
                        drawn.refusal = answer.get_data(as_text=True)
                        self.acts |= {*_kinds(action)} & {*CaseAct} if endpoint == "case_acts.do" else set()

    def _send(self, endpoint: str, name: str, answer: TestResponse, fields: Fields) -> bool:
        """Note what came of a form; return whether it was refused."""
        refused = answer.status_code == UNFIT or (answer.status_code in REFUSED and b'id="mistakes"' in answer.data)
        self.answers.setdefault(endpoint, set()).add(UNFIT if refused else answer.status_code)
        if LEFT_OUT in name and not refused and answer.status_code in TAKEN:
            self.took_nothing.add(endpoint)
        if answer.status_code not in RIGHT:
            self.wrong.append(f"{name} → {answer.status_code}")
        if refused:
            page = BeautifulSoup(answer.data, "html.parser")
            found = [*lost_in_refusal(page, fields), *unsaid_limits(page), *dead_ends(answer)]
            self.wrong += [f"{name}: {fault}" for fault in found]
        return refused

    @property
    def refused(self) -> set[str]:
        """The views that refused a form, and showed it again."""
        return {endpoint for endpoint, found in self.answers.items() if UNFIT in found}

    @property
    def never(self) -> set[str]:
        """The views that took everything, and refused nothing."""
        return set(self.answers) - self.refused


def _posted(client: FlaskClient, action: str, fields: Fields) -> TestResponse:
    """Send past the class of tests.client, which fails at the first fault: all are named together."""
    return FlaskClient.open(client, action, method="POST", data=MultiDict(fields), buffered=True)


def _addresses(form: Tag) -> list[str]:
    return [str(form["action"]).split("#")[0], *(str(one["formaction"]) for one in form.select("button[formaction]"))]


def _kinds(action: str) -> list[str]:
    """The act of a case, and what a moderator decides about: one view, many forms."""
    return re.findall(r"/([a-z_]+)(?:\?|$)", action)


def _unfit(form: Tag) -> Iterator[tuple[str, Fields]]:
    """Each with a key of its own: what was taken answers for whatever is sent under the same one."""
    ways = [(LEFT_OUT, _by_itself(form)), ("nothing", _empty(form))]
    if any(_takes_words(box) for box in form.select("input[name], textarea[name]")):
        ways.append(("too long", _too_long(form)))
    for number, (what, fields) in enumerate(ways):
        yield what, [(name, f"{value[:-1]}{number}" if name == "key" else value) for name, value in fields]


def _takes_words(box: Tag) -> bool:
    return box.name == "textarea" or (box.name == "input" and box.get("type", "") in WORDS)


def _empty(form: Tag) -> Fields:
    return [*_by_itself(form), *((name, "") for name in filled_in(form))]


def _too_long(form: Tag) -> Fields:
    """Choose the first that is offered of everything, and write too much in every box."""
    fields, chosen = _by_itself(form), set[str]()
    for box in form.select("input[name], textarea[name], select[name]"):
        name, kind = str(box["name"]), str(box.get("type", ""))
        if kind in ("hidden", "submit", "file") or (name in chosen and kind == "radio"):
            continue
        chosen.add(name)
        fields.append((name, TOO_LONG if _takes_words(box) else _offered(box, kind)))
    return fields


def _offered(box: Tag, kind: str) -> str:
    if box.name == "select":
        offered = [str(one.get("value", one.get_text())) for one in box.select("option")]
        return next(filter(None, offered), "")
    return str(box.get("value", "on" if kind in TICKED else ""))


def _by_itself(form: Tag) -> Fields:
    """Return what a form sends untouched: its hidden fields, and its last button where each of them has a name."""
    buttons = form.select("button:not([type=button]):not([formaction])")
    named = [(str(buttons[-1]["name"]), str(buttons[-1].get("value", "")))] if _all_named(buttons) else []
    token = [("csrf_token", str(one["value"])) for one in form.select("input[name=csrf_token]")]
    return [*token, *((name, value.decode()) for name, value in hidden(form)), *named]


def _all_named(buttons: list[Tag]) -> bool:
    return bool(buttons) and all(one.has_attr("name") for one in buttons)


def unsaid_limits(page: BeautifulSoup) -> list[str]:
    """Return the boxes whose limit is a number afterwards and was none before: nothing counted while it was typed."""
    boxes = page.select("textarea[aria-invalid], input[aria-invalid]")
    said = [(box, page.find(id=str(box.get("aria-describedby", "")))) for box in boxes]
    return [
        f"{box.get('name')} says its limit only afterwards: {mistake.get_text()}"
        for box, mistake in said
        if mistake is not None and TOO_LONG_SAID.search(mistake.get_text()) and not box.has_attr("data-most")
    ]


TOO_LONG_SAID = re.compile(r"最多[写寫] \d+ [个個]字|At most \d+ characters")
MACRO = re.compile(r"\{%-? macro (\w+)\((.*?)\) -?%\}(.*?)\{%-? endmacro", re.DOTALL)
FORM = re.compile(r"<form\b((?:\{\{.*?\}\}|\{%.*?%\}|[^>])*)>(.*?)</form>", re.DOTALL)
FIELD = re.compile(r"<textarea|<select|<input(?![^>]*type=\"(?:hidden|submit)\")")
SENT_TO = re.compile(r"'(\w+\.\w+)'")
OTHER_BUTTON = re.compile(r"formaction=\"\{\{ url_for\('(\w+\.\w+)'")
CALLED = re.compile(r"\b(\w+)\(")
INCLUDED = re.compile(r'\{%-? include "([^"]+)"')


def views_of_forms() -> set[str]:
    """Return the views that a form of a template is sent to in which somebody fills in something."""
    return {view for path in files(".html", below=TEMPLATES) for view in _sent_by(path.read_text(encoding="utf-8"))}


def _sent_by(source: str) -> Iterator[str]:
    for head, body in FORM.findall(source):
        if 'method="post"' in head and _has_fields(body):
            yield from (view for view in SENT_TO.findall(head) if not view.endswith(".js"))
            yield from OTHER_BUTTON.findall(body)


def _has_fields(source: str, inside: frozenset[str] = frozenset()) -> bool:
    if FIELD.search(source):
        return True
    called = {name for name in CALLED.findall(source) if name in _macros() and name not in inside}
    parts = [(TEMPLATES / name).read_text(encoding="utf-8") for name in INCLUDED.findall(source)]
    return any(_has_fields(body, inside | {name}) for name in called for body in _macros()[name]) or any(
        _has_fields(part, inside) for part in parts
    )


@cache
def _macros() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in files(".html", below=TEMPLATES):
        for name, _, body in MACRO.findall(path.read_text(encoding="utf-8")):
            found.setdefault(name, []).append(body)
    return found
