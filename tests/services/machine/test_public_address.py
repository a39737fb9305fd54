"""A place knows itself at its public address by a mark that says nothing, and waits for no answer that comes in drops."""

import contextlib
import json
import socket
import threading
import time
from dataclasses import replace

import pytest

from consult import clock
from consult.services.machine import public_address
from consult.services.machine.public_address import Answer, ask, judged, mark
from consult.services.site import health
from tests.running.providers import Provider, a_certificate


@pytest.fixture
def here(app, inside, tmp_path):
    """Let the place have a folder of its own."""
    config = app.config["CONSULT"]
    app.config["CONSULT"] = replace(config, instance_path=tmp_path)
    yield tmp_path
    app.config["CONSULT"] = config


def test_the_mark_is_made_once_and_told_to_everybody(here):
    assert health.report(now=clock.now(), alarm=False)["place"] == mark() == (here / public_address.FILE).read_text()
    public_address._known.clear()
    assert mark() == (here / public_address.FILE).read_text() and len(mark()) == 16
    assert [one.name for one in here.iterdir() if "tmp" in one.name] == []


def test_two_that_make_it_at_once_have_one(here):
    for _ in range(2):
        public_address._make(here)
    assert mark() == (here / public_address.FILE).read_text()


def test_a_disk_that_can_only_be_read_has_none(here, monkeypatch):
    def refused(_folder):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(public_address, "_make", refused)
    assert mark() == ""


OUR_WORDS = {"version": "0.8.0", "records": "ok", "place": "0123456789abcdef"}


@pytest.mark.parametrize(
    ("status", "body", "answer"),
    [
        (200, json.dumps(OUR_WORDS), Answer.OURS),
        (200, json.dumps(OUR_WORDS | {"place": "fedcba9876543210"}), Answer.ANOTHER),
        (200, json.dumps(OUR_WORDS | {"place": ""}), Answer.UNSAID),
        (200, json.dumps({"version": "0.7.0", "records": "ok"}), Answer.UNSAID),
        (200, '{"status": "UP"}', Answer.STRANGER),
        (200, "[1]", Answer.STRANGER),
        (200, "<html>parked</html>", Answer.STRANGER),
        (200, "\xff\xfe", Answer.STRANGER),
        (301, "", Answer.STRANGER),
        (400, "", Answer.STRANGER),
        (502, "", Answer.UNREACHED),
        (403, "", Answer.UNREACHED),
    ],
)
def test_who_answers_is_judged_by_what_they_say(status, body, answer):
    assert judged(status, body.encode("latin-1"), "0123456789abcdef") is answer


def listening(answer: bytes, *, drops: bool = False) -> int:
    """Answer one connection with these bytes, or forever with one at a time. Return the port."""
    there = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        line, _ = there.accept()
        with there, line, contextlib.suppress(BrokenPipeError, ConnectionResetError):  # who asked hangs up first
            line.recv(1000)
            line.sendall(answer)
            for _ in range(40 if drops else 0):
                time.sleep(0.05)
                line.sendall(b" ")

    threading.Thread(target=serve, daemon=True).start()
    return int(there.getsockname()[1])


def test_an_answer_in_drops_is_not_waited_for(here, monkeypatch):
    monkeypatch.setattr(public_address, "SECONDS", 0.3)
    began = time.monotonic()
    port = listening(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", drops=True)
    assert ask(f"http://127.0.0.1:{port}") is Answer.UNREACHED
    assert time.monotonic() - began < 1.5


def test_what_is_no_web_server_or_is_not_there_is_not_reached(here):
    assert ask(f"http://127.0.0.1:{listening(b'220 smtp ready')}") is Answer.UNREACHED
    assert ask("https://127.0.0.1:9") is Answer.UNREACHED


def test_a_certificate_that_nobody_trusts_is_told(here, tmp_path):
    """As browsers do: the certificate of a trial is one that its owner made."""
    with Provider(certificate=a_certificate(tmp_path)) as provider:
        assert ask(provider.url) is Answer.BAD_CERTIFICATE
