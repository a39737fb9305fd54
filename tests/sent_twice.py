"""A form sent twice with the same fields and the same cookies: its first answer was lost on the way."""

import io
import re
import sqlite3
import wave
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import timedelta
from functools import cache, partial
from typing import Any

import psycopg
from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from psycopg import sql
from sqlalchemy import func, make_url, select
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from consult.config import HEADS
from consult.models import db
from tests import hours, page_kinds
from tests.client import Client, controls

Fields = list[tuple[str, Any]]


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


def drawn(client: Client, selector: str = "main form") -> tuple[str, dict[str, Any]]:
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


class Snapshots:
    """A database, and the note of where its log stood, brought back after each form: the next one finds what it was."""

    def __init__(self, app: Flask) -> None:
        self.app, config = app, app.config["CONSULT"]
        self.url, self.on_sqlite = make_url(config.database_url), config.on_sqlite
        self.notes, self.noted, self.kept = (
            config.instance_path / HEADS,
            b"",
            sqlite3.connect(":memory:"),
        )

    def keep(self) -> None:
        """Remember what stands now."""
        if self.on_sqlite:
            with closing(sqlite3.connect(self.url.database or "")) as live:
                live.backup(self.kept)
        else:
            self._copy(str(self.url.database), f"{self.url.database}_kept")
        self.noted = self.notes.read_bytes() if self.notes.exists() else b""

    def bring_back(self) -> None:
        """Let stand again what was remembered."""
        if self.on_sqlite:
            with closing(sqlite3.connect(self.url.database or "")) as live:
                self.kept.backup(live)
        else:
            self._copy(f"{self.url.database}_kept", str(self.url.database))
        if self.noted:
            self.notes.write_bytes(self.noted)

    def _copy(self, source: str, target: str) -> None:
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()
        server = self.url.set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)
        with closing(psycopg.connect(server, autocommit=True)) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(target)))
            copied = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(target), sql.Identifier(source))
            connection.execute(copied)

    def close(self) -> None:
        """Leave no second database behind."""
        self.kept.close()
        if not self.on_sqlite:
            server = self.url.set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)
            with closing(psycopg.connect(server, autocommit=True)) as connection:
                name = sql.Identifier(f"{self.url.database}_kept")
                connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))


class SentTwice:
    """Each form of the pages that are looked at, taken once and sent again; what is wrong with the second answer."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.wrong: list[str] = []
        self.taken: set[str] = set()
        """The views that took a form, and the acts of cases in their place."""
        self.met: set[str] = set()
        self.refusals: dict[str, str] = {}
        """By view, what was said last to a form that was not taken."""
        self._alike: set[tuple[str, ...]] = set()
        self.snapshots = Snapshots(app)

    def look(self, page: BeautifulSoup, client: FlaskClient, who: str = "") -> None:
        """Send each form of a page twice, once for each set of its fields that is taken."""
        for form in page.select("form[method=post]"):
            for action in _addresses(form):
                view = self._view(action)
                alike = (view, *sorted({str(one["name"]) for one in form.select("[name]")}))
                if alike in self._alike:
                    continue
                self.met.add(view)
                if self._send(form, action, client, f"{who}: {view} {action}"):
                    self._alike.add(alike)
                    self.taken.add(view)

    def _view(self, action: str) -> str:
        view = page_kinds.endpoint_of(self.app, action)
        return f"{view}:{action.split('?')[0].rsplit('/', 1)[1]}" if view == "case_acts.do" else view

    def _send(self, form: Tag, action: str, client: FlaskClient, name: str) -> bool:
        self.snapshots.keep()
        for way in WAYS:
            before = self._rows()
            with LostAnswers(client):
                first = _posted(client, action, way(form))
            if first.status_code in TAKEN and b'id="mistakes"' not in first.data:
                between = self._rows()
                with LostAnswers(client):
                    second = _posted(client, action, way(form))
                self._judge(name, (first, second), differing(before, between), differing(between, self._rows()))
                self.snapshots.bring_back()
                return True
            self.refusals[name.split(": ", 1)[1].split(" ")[0]] = _said(first)
        return False

    def _judge(
        self, name: str, answers: tuple[TestResponse, TestResponse], wrote: dict[str, int], again: dict[str, int]
    ) -> None:
        first, second = answers
        if second.status_code not in TAKEN or b'id="mistakes"' in second.data:
            self.wrong.append(f"{name}: {first.status_code}, then {_said(second)} (wrote {wrote})")
        elif (first.status_code, _place(first)) != (second.status_code, _place(second)):
            self.wrong.append(
                f"{name}: leads to {_place(first)}, then to {second.status_code} {_place(second)} (wrote {wrote})"
            )
        if again:
            self.wrong.append(f"{name}: wrote {wrote}, then {again}")

    def _rows(self) -> dict[str, int]:
        with self.app.app_context(), db.engine.connect() as connection:
            counts = [select(func.count()).select_from(one).scalar_subquery() for one in TABLES]
            found = connection.execute(select(*counts)).one()
        return {one.name: n for one, n in zip(TABLES, found, strict=True)}


def _said(answer: TestResponse) -> str:
    page = BeautifulSoup(answer.data, "html.parser")
    said = page.select_one("#mistakes") or page.select_one("#refusal") or page.select_one("main") or page
    return f"{answer.status_code} {' '.join(said.get_text(' ').split())[:200]}"


def _place(answer: TestResponse) -> str:
    """Where an answer leads; what it carries there is sealed anew each time."""
    return SEALED.sub("", answer.location or answer.headers.get("HX-Redirect", ""))


def _posted(client: FlaskClient, action: str, fields: list[tuple[str, Any]]) -> TestResponse:
    given = [(name, (io.BytesIO(value[0]), value[1]) if isinstance(value, tuple) else value) for name, value in fields]
    return FlaskClient.open(client, action, method="POST", data=MultiDict(given), buffered=True)


def _addresses(form: Tag) -> list[str]:
    return [str(form["action"]).split("#")[0], *(str(one["formaction"]) for one in form.select("button[formaction]"))]


@cache
def _photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (80, 60), "white").save(out, "JPEG")
    return out.getvalue()


@cache
def _sound() -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(b"\x10\x00\x00\x10" * 16_000)
    return out.getvalue()


def _file(box: Tag) -> tuple[bytes, str]:
    accept = str(box.get("accept", ""))
    if "audio" in accept:
        return _sound(), "话.wav"
    return (_photo(), "灯.jpg") if "image" in accept else (ROLL.encode(), "roll.csv")


def _filled(form: Tag, *, last: bool, ticked: bool, past: bool) -> list[tuple[str, Any]]:
    fields: list[tuple[str, Any]] = []
    for box in form.select("input[name], textarea[name], select[name]"):
        name, kind = str(box["name"]), str(box.get("type", "text" if box.name == "input" else ""))
        if kind in ("submit", "button") or box.has_attr("disabled"):
            continue
        if kind == "radio":
            if name not in dict(fields):
                fields.append(
                    (name, str(form.select(f"input[type=radio][name='{name}']")[_pick(last)].get("value", "on")))
                )
        elif kind in ("checkbox", "file"):
            if ticked or box.has_attr("checked") or box.has_attr("required"):
                fields.append((name, str(box.get("value", "on")) if kind == "checkbox" else _file(box)))
        else:
            fields.append((name, _written(name, kind, box, last=last, past=past)))
    buttons = form.select("button[name]:not([type=button]):not([formaction])")
    if buttons:
        pressed = buttons[_pick(last)]
        fields.append((str(pressed["name"]), str(pressed.get("value", ""))))
    return fields


def _pick(last: bool) -> int:
    return -1 if last else 0


def _written(name: str, kind: str, box: Tag, *, last: bool, past: bool) -> str:
    if kind == "hidden":
        return str(box.get("value", ""))
    if box.name == "select":
        offered = [str(one.get("value", one.get_text())) for one in box.select("option")]
        return ([one for one in offered if one] or [""])[_pick(last)]
    standing = box.get_text() if box.name == "textarea" else str(box.get("value", ""))
    return standing if standing and not last else _typed(name, kind, box, past=past)


def _typed(name: str, kind: str, box: Tag, *, past: bool) -> str:
    day = hours.today() if past else hours.today() + timedelta(days=20)
    by_name = {
        "since": "2026-01-01",
        "born": "1980-01-02",
        "phone": "13812345699",
        "pin": "739264",
        "numbers": "1",
        "number": "1",
        "code": "01-001",
        "amount": "100",
        "members": "1",
        "left": "1",
        "excused": "1",
        "visited": "1",
        "options": "修\n不修",
    }
    by_kind = {
        "date": day.isoformat(),
        "datetime-local": f"{day}T09:30",
        "time": "09:30",
        "month": day.isoformat()[:7],
        "number": str(box.get("min", "1")),
        "url": "https://example.org/",
        "tel": "13812345699",
        "password": "739264",
    }
    if name in by_name:
        return by_name[name]
    if kind in by_kind:
        return by_kind[kind]
    if box.get("inputmode") in ("numeric", "decimal"):
        return "1"
    return WORDS[: int(str(box.get("maxlength") or 99))]


WORDS = "晚上走这条路看不见，老人摔过两回。"
WAYS: tuple[Callable[[Tag], Fields], ...] = tuple(
    partial(_filled, last=last, ticked=ticked, past=past)
    for past in (False, True)
    for ticked in (True, False)
    for last in (False, True)
)
"""The first or the last that is offered of everything, all boxes ticked and files brought or none, days to come or today."""
SEALED = re.compile(r"gAAAA[\w-]+(?:%3D|=)*")
TAKEN = {200, 204, 302, 303}
TABLES = [one for one in db.metadata.sorted_tables if one.name not in {"stored_file"}]
"""All but the files: one that is sent again is kept again under another name, and goes with those that nothing names."""
ROLL = "村民小组,户编号,姓名,与户主关系,出生日期,电话,职务\n上围,07-001,何新一,户主,1970-01-02,13812345678,护林员\n"
