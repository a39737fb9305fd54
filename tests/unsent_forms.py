"""Each form of a page filled in and sent in Chromium, refused, and while the line is cut: what it keeps, what is said of it, what goes out.

The pages were drawn by the real app for whoever looked at them (`tests/form_states.py`, `tests/page_kinds.py`). A stand-in on
loopback serves them again with the app's own scripts and worker, takes what is sent and says that it has arrived.
"""

import json
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from bs4 import BeautifulSoup
from flask import Flask
from playwright.sync_api import Browser, Page
from playwright.sync_api import Error as BrowserError
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from tests.browser import SCREEN
from tests.hostile import UNFIT
from tests.page_measures import SUMMARY
from tests.running.line import Line

STATES = ("cut", "away", "portal")
"""The ways in which a line is lost before anything has arrived; by turns, each kind of form meets all of them."""
NOT_TYPED = {"csrf_token", "kept_mark"}
FILL = """([n, action]) => {
    const form = document.querySelectorAll("form[method=post]")[n], said = {}, areas = {};
    const choose = (one, value) => { one.value = value; one.dispatchEvent(new Event("input", { bubbles: true })); };
    const ways = { date: "2026-03-02", time: "09:30", "datetime-local": "2026-03-02T09:30", month: "2026-03", number: "1", url: "https://example.org/" };
    for (const one of form.elements) {
        if (!one.name || one.disabled || one.readOnly || /^(hidden|submit|button|checkbox)$/.test(one.type) || one.tagName === "FIELDSET") { continue; }
        if (one.type === "radio") { if (!form.querySelector(`[name="${one.name}"]:checked`)) { one.checked = true; } }
        else if (one.tagName === "SELECT") { one.selectedIndex = one.options.length - 1; }
        else if (one.type === "file") {
            const carrier = new DataTransfer();
            carrier.items.add(new File(["a paper"], "纸.txt", { type: "text/plain" }));
            one.files = carrier.files;
            one.dispatchEvent(new Event("change", { bubbles: true }));
        } else { choose(one, ways[one.type] || "试一试".slice(0, one.maxLength > 0 ? one.maxLength : 9)); }
    }
    form.dispatchEvent(new Event("change", { bubbles: true }));
    for (const [name, value] of new FormData(form)) { if (typeof value === "string") { (said[name] = said[name] || []).push(value); } }
    form.querySelectorAll("textarea").forEach(one => { areas[one.name] = one.value; });
    const buttons = [...form.querySelectorAll("button:not([type=button])")];
    const button = buttons.find(one => one.getAttribute("formaction") === action) || buttons.filter(one => !one.hasAttribute("formaction")).pop();
    const scripted = [form, button].some(one => one.hasAttribute("hx-post"));
    setTimeout(() => button.click());
    return { said, areas, scripted, sealed: "private" in form.dataset, files: !!form.querySelector("input[type=file]") };
}"""
SCRIPTED = """([n, action]) => {
    const form = document.querySelectorAll("form[method=post]")[n];
    return [form, ...form.querySelectorAll("button")].some(one => one.hasAttribute("hx-post"));
}"""
EMPTIED = """() => [...document.querySelectorAll("main form[method=post] textarea, main form[method=post] input[type=text]")]
    .filter(one => one.defaultValue && !one.value).map(one => one.name)"""
LEFT = """() => ({
    said: document.documentElement.dataset.said, again: !document.querySelector("[data-again]").hidden,
    told: [...document.querySelectorAll("p[data-of]")].filter(one => one.checkVisibility() && one.textContent).map(one => one.dataset.of),
    kept: Object.entries(localStorage).filter(([name]) => name.startsWith("draft:")).map(([, value]) => value),
})"""
STILL_THERE = """n => [...document.querySelectorAll("form[method=post]")[n].querySelectorAll("textarea")]
    .filter(one => one.value !== one.defaultValue).map(one => one.name)"""
CLEAR = """async () => {
    localStorage.clear(); sessionStorage.clear();
    for (const { name } of await indexedDB.databases()) { await new Promise(done => { const w = indexedDB.deleteDatabase(name); w.onsuccess = w.onerror = w.onblocked = done; }); }
}"""


class Silent(WSGIRequestHandler):
    """Writes no line for each request."""

    def log(self, type: str, message: str, *args: Any) -> None:
        """Keep the log of a test for the app."""


@dataclass
class Drawn:
    """One form on a page that the app has drawn."""

    name: str
    action: str
    number: int
    """Which of the page's forms it is, from 0."""
    html: str
    refusal: str = ""
    """The page that answered when it was refused."""


@dataclass
class StandIn:
    """Serves one page under every address, takes what is sent to it, and says afterwards that it has arrived."""

    app: Flask
    html: str = ""
    action: str = ""
    arrived: str = ""
    refusal: str = ""
    """Answered to what is sent, where it is not to be taken."""
    taken: list[dict[str, list[str]]] = field(default_factory=list)
    files: list[int] = field(default_factory=list)

    def show(self, form: Drawn) -> None:
        """Serve another page from now on, and note what is sent to its form."""
        self.html, self.action, self.arrived, self.refusal = form.html, form.action.split("?")[0], "", ""
        self.taken.clear()
        self.files.clear()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        with Request(environ) as asked:
            if asked.path.startswith("/static/") or asked.path in ("/sw.js", "/offline"):
                return self.app.wsgi_app(environ, start_response)
            answer = self._taken(asked) if asked.method == "POST" else self._page(asked)
        answer.headers["Content-Security-Policy"] = "default-src 'self'; img-src 'self' data:"
        answer.headers["Cache-Control"] = "private, no-store"
        return answer(environ, start_response)

    def _taken(self, asked: Request) -> Response:
        if asked.path != self.action:
            return Response("", 204)  # what a page asks for by itself
        if self.refusal:
            return Response(self.refusal, UNFIT, mimetype="text/html")
        self.taken.append({name: asked.form.getlist(name) for name in asked.form})
        self.files.append(sum(bool(one.filename) for one in asked.files.values()))
        self.arrived = asked.form.get("kept_mark", "")
        if "HX-Request" in asked.headers:
            return Response("", 204, {"HX-Redirect": "/rongxi/form"})
        return Response("", 303, {"Location": "/rongxi/form"})

    def _page(self, asked: Request) -> Response:
        root = BeautifulSoup(self.html[: self.html.index("<head>")], "html.parser").html
        holder = str(root.get("data-holder", "")) if root is not None else ""
        if asked.path.endswith("/sealing-key"):
            return Response(json.dumps({"holder": holder, "key": "5a" * 32}), mimetype="application/json")
        named = self.html.replace("<html ", f'<html data-arrived="{self.arrived}" ', 1) if self.arrived else self.html
        return Response(named, mimetype="text/html")


def faults_of(browser: Browser, app: Flask, forms: list[Drawn]) -> list[str]:
    """Send each form once with the line cut and once more when it is back; return what was lost or left unsaid, a line each."""
    stand_in = StandIn(app)
    server = make_server("127.0.0.1", 0, stand_in, threaded=True, request_handler=Silent)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    line = Line(f"http://127.0.0.1:{server.server_port}")
    context = browser.new_context(viewport=SCREEN, locale="zh-CN")
    context.set_default_timeout(10_000)
    wrong: list[str] = []
    try:
        page = context.new_page()
        stand_in.show(forms[0])
        page.goto(f"{line.url}/rongxi/form")
        page.evaluate("navigator.serviceWorker.ready.then(() => new Promise(done => setTimeout(done, 800)))")
        for turn, form in enumerate(forms):
            stand_in.show(form)
            try:
                found = _refused(page, line, stand_in, form) + _sent(
                    page, line, stand_in, form, STATES[turn % len(STATES)]
                )
            except BrowserError as broken:
                found = [str(broken).splitlines()[0]]
            wrong += [f"{form.name}: {fault}" for fault in found]
            line.set("up")
    finally:
        context.close()
        line.close()
        server.shutdown()
        server.server_close()
    return wrong


def _refused(page: Page, line: Line, stand_in: StandIn, form: Drawn) -> list[str]:
    """Send a form that is refused, with scripts: the focus is on the summary, and no script has emptied a box.

    What htmx sends is refused in its place, which the journeys look at (tests/journeys/test_refusals.py, test_page_kinds.py).
    """
    page.goto(f"{line.url}/rongxi/form")
    if 'id="mistakes"' not in form.refusal or page.evaluate(SCRIPTED, [form.number, form.action]):
        return []
    if page.locator("script[src*='kept.js']").count():
        page.wait_for_selector("html[data-kept-ready]", state="attached")
    stand_in.refusal = form.refusal
    with page.expect_navigation():
        page.evaluate(FILL, [form.number, form.action])
    page.wait_for_selector("#mistakes")
    page.wait_for_load_state("load")
    found = [f"refused: {fault}" for fault in page.evaluate(SUMMARY)]
    found += [f"refused: {name} was emptied" for name in page.evaluate(EMPTIED)]
    stand_in.refusal = ""
    page.evaluate(CLEAR)
    return found


def _sent(page: Page, line: Line, stand_in: StandIn, form: Drawn, state: str) -> list[str]:
    """Send a form without a line, look at what stands there, and send it again."""
    page.goto(f"{line.url}/rongxi/form")
    if page.locator("script[src*='kept.js']").count():
        page.wait_for_selector("html[data-kept-ready]", state="attached")
    line.set(state)
    filled = page.evaluate(FILL, [form.number, form.action])
    if filled["scripted"]:
        page.wait_for_selector(".lost:not([hidden])")
        line.set("up")
        with page.expect_navigation():
            page.evaluate(FILL, [form.number, form.action])
        page.evaluate(CLEAR)
        return _lost(filled, stand_in)
    page.wait_for_selector("html[data-said]", state="attached")
    found, left = [], page.evaluate(LEFT)
    kind = "sealed" if filled["sealed"] else "words" if filled["areas"] else "nothing"
    if left["said"] != kind or kind not in left["told"] or not left["again"]:
        found.append(f"{state}: said {left['said']} ({left['told']}), not {kind}")
    if kind == "words":
        found += [f"{name} is not kept" for name, typed in filled["areas"].items() if typed not in left["kept"]]
    line.set("up")
    page.locator("[data-again]").click()
    page.wait_for_selector("html:not([data-offline])", state="attached")
    if kind == "sealed":
        page.wait_for_selector("html[data-kept-ready]", state="attached")
    after = page.evaluate(STILL_THERE, form.number)
    found += [f"{name} has arrived and stands there still" for name in after]
    page.evaluate(CLEAR)
    return found + _lost(filled, stand_in)


def _lost(filled: dict[str, Any], stand_in: StandIn) -> list[str]:
    """Return what was typed and did not arrive with the second sending."""
    if len(stand_in.taken) != 1:
        return [f"arrived {len(stand_in.taken)} times"]
    came = stand_in.taken[0]
    found = [
        f"{name} arrived as {came.get(name)}, not as {typed}"
        for name, typed in filled["said"].items()
        if name not in NOT_TYPED and came.get(name) != typed
    ]
    return [*found, *(["its file has not arrived"] if filled["files"] and not stand_in.files[0] else [])]
