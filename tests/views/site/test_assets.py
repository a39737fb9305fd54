"""What a server sends to phones is held against the list that notices and bundles carry."""

import json
import shutil
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.serving import make_server

from consult.domain.audit import fingerprint_groups
from consult.models import AuditEntry, Notice, db
from consult.services.board import assets
from tests import prints
from tests.bundle_cases import check, declared, files_of
from tests.village import Cast, a_poll


class Tampered:
    """The app behind a server that changes one answer: what a village's machine could send to a phone."""

    def __init__(self, app: Flask) -> None:
        self.app, self.replaced, self.headers = app, {}, {}

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            kept = [(n, self.headers.get(n, v)) for n, v in headers if n.lower() != "content-length"]
            return start_response(status, kept, *more)

        answer = self.app.wsgi_app(environ, start)
        content = b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
        for old, new in self.replaced.get(environ["PATH_INFO"], ()):
            content = content.replace(old, new)
        return [content]


@pytest.fixture
def served(app: Flask, village: Cast) -> Iterator[tuple[str, Tampered]]:
    with app.app_context():
        a_poll(village)
        db.session.remove()
    tampered = Tampered(app)
    server = make_server("127.0.0.1", 0, tampered, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/rongxi/", tampered
    server.shutdown()
    thread.join()


def ask(app: Flask, address: str) -> tuple[int, str]:
    done = app.test_cli_runner().invoke(args=["audit", "assets", address])
    return done.exit_code, done.output


def test_an_honest_server_sends_what_the_program_has(app, served):
    code, said = ask(app, served[0])
    assert code == 0, said
    assert fingerprint_groups(assets.fingerprint()) in said


CHANGES = {
    "a script was changed": ("/static/app.js", b"document", b"document ", {}),
    "the page runs a foreign script": (
        "/rongxi/",
        b"</head>",
        b'<script src="https://evil.example/x.js"></script></head>',
        {},
    ),
    "the page runs a script of no list": (
        "/rongxi/",
        b"</head>",
        b'<script src="/static/more.js"></script></head>',
        {},
    ),
    "a script stands in the page": ("/rongxi/", b"</head>", b"<script>alert(1)</script></head>", {}),
    "a handler stands in the page": ("/rongxi/", b'<main id="main"', b'<main onclick="x()" id="main"', {}),
    "the policy lets others run": ("/rongxi/", b"", b"", {"Content-Security-Policy": "script-src *"}),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_server_that_sends_something_else_is_found(app, served, what):
    path, old, new, headers = CHANGES[what]
    address, tampered = served
    tampered.replaced, tampered.headers = {path: [(old, new)] if old else []}, headers
    code, said = ask(app, address)
    assert code == 1 and "not as it should be" in said, said


def test_a_server_that_is_not_there_gets_a_sentence(app):
    code, said = ask(app, "http://127.0.0.1:9/")
    assert code == 1 and "Traceback" not in said


def test_the_bundle_checks_a_server_and_a_folder(app, inside, tmp_path):
    poll, _ = declared(inside, secret=False)
    files = files_of(poll, full=False)
    assert json.loads(files["assets.json"])["files"] == assets.digests()
    copy = tmp_path / "static"
    shutil.copytree(assets.FOLDER, copy)
    assert check(files, tmp_path, "--assets", str(copy))[0] == 0
    (copy / "app.js").write_text("alert(1)")
    assert check(files, tmp_path, "--assets", str(copy))[1] == {"A1"}
    assert check(files, tmp_path, "--assets", "http://127.0.0.1:9/")[1] == {"A1"}


def test_the_fingerprint_is_on_the_notice_on_its_print_and_in_the_log(app, client, village):
    with app.app_context():
        a_poll(village)
        notice = db.session.query(Notice).one()
        logged = json.loads(db.session.query(AuditEntry).filter_by(tag="notice:posted").one().facts)
        found, number = logged["assets"], notice.id
    assert found == assets.fingerprint()
    assert fingerprint_groups(found) in client.get(f"/rongxi/notices/{number}").text
    pages = prints.words(client.get(f"/rongxi/notices/{number}.pdf").data)
    assert len(pages) == 1 and fingerprint_groups(found).replace(" ", "") in pages[0]


def test_every_file_under_static_is_in_the_list():
    assert {"app.js", "style.css", "icons.svg", "vendor/htmx-1.9.12.min.js"} <= set(assets.digests())
