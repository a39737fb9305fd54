"""What the pages of a visit ask the server for, counted there: the phone has the rest."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser
from werkzeug.serving import make_server

from consult import clock
from consult.domain.people.sign_ins import SignInWay
from consult.models import db
from consult.services.people import sign_ins
from consult.web.access import SIGN_IN_COOKIE
from tests.browser import SCREEN
from tests.village import Cast


class Counting:
    """The app, and the path of each request it answered."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.asked: list[str] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        self.asked.append(environ["PATH_INFO"])
        return self.app.wsgi_app(environ, start_response)

    def since(self) -> list[str]:
        """Return what was asked since the last call."""
        asked, self.asked = self.asked, []
        return sorted(asked)


@pytest.fixture
def served(app: Flask) -> Iterator[tuple[str, Counting]]:
    counting = Counting(app)
    server = make_server("127.0.0.1", 0, counting, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", counting
    server.shutdown()
    thread.join()


def test_each_further_page_is_one_request_also_after_a_sign_in(browser: Browser, served, app, village: Cast):
    """Styles, scripts and the worker are on the phone. They vary by nobody's cookie: a sign-in asks for none of them again."""
    url, server = served
    context = browser.new_context(viewport=SCREEN, locale="zh-CN", service_workers="allow")
    page = context.new_page()
    page.goto(f"{url}/rongxi/", wait_until="load")
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    page.wait_for_function("() => caches.match('/offline').then(Boolean)")
    first = server.since()
    assert len(first) == len(set(first)), f"asked twice: {first}"
    with app.app_context():
        fong = village.ah_fong.row()
        fong.language = "zh_Hans"  # as this browser
        db.session.commit()
        token = sign_ins.begin(fong, SignInWay.DEMO, now=clock.now())
    context.add_cookies([{"name": SIGN_IN_COOKIE, "value": token, "url": url}])
    for path in ("/rongxi/me", "/rongxi/notices/", "/rongxi/"):
        page.goto(f"{url}{path}", wait_until="networkidle")
        assert server.since() == [path]
    context.close()


def test_what_is_the_same_for_all_takes_no_cookie_and_no_question(client, as_person, village: Cast):
    fong = as_person(village.ah_fong)
    for path in ("/sw.js", "/static/style.css?v=1", "/static/style.css"):
        for who in (client, fong):
            answer = who.get(path, headers={"Accept-Encoding": "gzip"})
            assert "Cookie" not in answer.vary and not answer.headers.getlist("Set-Cookie"), path
            assert who.queries == [] and answer.headers["Content-Encoding"] == "gzip", path
    worker = fong.get("/sw.js")
    again = fong.get("/sw.js", headers={"If-None-Match": worker.headers["ETag"]})
    assert (again.status_code, len(again.data)) == (304, 0)
