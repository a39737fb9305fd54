"""Uploads leave threads to those who vote: few at a time, of each person and of all, and never of a stranger."""

import io
import os
import threading
import time
from datetime import timedelta

import pytest
from flask import Response

from consult import clock
from consult.config import ROOT
from consult.domain.people.sign_ins import SignInWay
from consult.services.people import sign_ins
from consult.web import cookies
from consult.web.guards import slow_bodies, upload_gate
from tests.village import a_consultation, a_poll

LARGE = os.urandom(upload_gate.UPLOAD + 1)
THREADS = 12
"""Of a worker, as docs/deploy/consult-web.service and run.py start it."""


@pytest.fixture
def matter(app, village) -> str:
    with app.app_context():
        return f"/rongxi/consultations/{a_consultation(village)}/comments"


@pytest.fixture
def taken(monkeypatch) -> upload_gate.Places:
    places = upload_gate.Places()
    monkeypatch.setattr(upload_gate, "_places", places)
    return places


def send(client, address: str, **more: object):
    return client.send(address, key="k", stance="concern", text="看", **more)


def test_the_places_leave_threads_to_those_who_vote():
    assert upload_gate.MOST_OF_ALL + upload_gate.MOST_ARRIVING_OF_ALL < THREADS
    assert upload_gate.MOST_ARRIVING < upload_gate.MOST_ARRIVING_OF_ALL
    for name in ("run.py", "docs/deploy/consult-web.service"):
        text = (ROOT / name).read_text()
        assert f'"{THREADS}"' in text or f"--blocking-threads {THREADS}" in text


def test_an_upload_finds_no_place_while_others_arrive_and_a_ballot_does(app, as_person, village, matter, taken):
    for _ in range(upload_gate.MOST_OF_ALL):
        assert taken.take(("all", upload_gate.MOST_OF_ALL))
    fong = as_person(village.ah_fong)
    assert send(fong, matter, picture=(io.BytesIO(LARGE), "a.png")).status_code == 503
    assert send(fong, matter).status_code == 303
    with app.app_context():
        poll = a_poll(village)
    assert fong.send(f"/rongxi/polls/{poll}/ballots", key="v", choice="1").status_code == 303


def test_one_person_takes_two_places_at_most(as_person, village, matter, taken):
    for _ in range(upload_gate.MOST_OF_ONE):
        assert taken.take((f"person:{village.ah_fong.id}", upload_gate.MOST_OF_ONE))
    assert send(as_person(village.ah_fong), matter, picture=(io.BytesIO(LARGE), "a.png")).status_code == 503
    assert send(as_person(village.ah_kwok), matter, picture=(io.BytesIO(LARGE), "a.png")).status_code == 422


def test_a_place_is_given_back_whatever_comes_of_the_upload(as_person, village, matter, taken):
    fong = as_person(village.ah_fong)
    for _ in range(2 * upload_gate.MOST_OF_ALL):
        assert send(fong, matter, picture=(io.BytesIO(LARGE), "a.png")).status_code == 422
    assert taken.are_empty()


def test_what_a_stranger_uploads_is_not_read(client, village, matter, taken):
    class Unread(io.BytesIO):
        def read(self, *_: object) -> bytes:
            raise AssertionError("it was read")

    for kind in ("multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "text/plain"):
        sent = {"CONTENT_LENGTH": "10000000", "CONTENT_TYPE": kind, "wsgi.input": Unread()}
        answer = client.post(matter, environ_overrides=sent)
        assert answer.status_code == 401 and taken.are_empty(), kind


def test_what_finds_no_place_is_not_read_by_the_page_that_says_so(as_person, village, matter, taken):
    class Unread(io.BytesIO):
        def read(self, *_: object) -> bytes:
            raise AssertionError("it was read")

    for _ in range(upload_gate.MOST_OF_ALL):
        assert taken.take(("all", upload_gate.MOST_OF_ALL))
    sent = {"CONTENT_LENGTH": "10000000", "CONTENT_TYPE": "multipart/form-data; boundary=x", "wsgi.input": Unread()}
    assert as_person(village.ah_fong).post(matter, environ_overrides=sent).status_code == 503


def test_who_is_signed_in_by_the_pages_may_upload(app, client, village, matter, taken):
    """The cookie of a sign-in holds more than its token."""
    with app.app_context():
        token = sign_ins.begin(village.ah_fong.row(), SignInWay.CODE, now=clock.now())
    with app.test_request_context():
        answer = Response()
        cookies.remember_sign_in(answer, token, idle=timedelta(days=1), now=clock.now())
    client.set_cookie("sign_in", answer.headers["Set-Cookie"].split("=", 1)[1].split(";")[0])
    assert send(client, matter, picture=(io.BytesIO(LARGE), "a.png")).status_code == 422


def test_two_persons_never_hold_all_places_and_one_address_leaves_one():
    places = upload_gate.Places()

    def take(who: str, address: str, monkey: pytest.MonkeyPatch) -> bool:
        monkey.setattr(upload_gate, "_places", places)
        return places.take(*upload_gate._places_of_upload(f"person:{who}", f"uploads:{address}"))

    with pytest.MonkeyPatch.context() as monkey:
        held = [take(who, who, monkey) for who in ("a", "b", "a", "b", "a", "b")]
        assert sum(held) < upload_gate.MOST_OF_ALL
        assert take("c", "c", monkey), "a place is left for a third"
        places = upload_gate.Places()
        of_one_house = [take(str(n), "the carrier", monkey) for n in range(upload_gate.MOST_OF_ALL)]
        assert sum(of_one_house) == upload_gate.MOST_OF_ADDRESS and take("z", "elsewhere", monkey)


class Dribbling(io.BytesIO):
    """A sender who sends byte by byte."""

    def read(self, *_: object) -> bytes:
        time.sleep(0.05)
        return super().read(1)


def test_a_body_that_dribbles_is_given_up_and_holds_no_place(client, village, taken, monkeypatch):
    monkeypatch.setattr(slow_bodies, "AT_LEAST", 0.2)
    sent = {"CONTENT_LENGTH": "600", "CONTENT_TYPE": "application/x-www-form-urlencoded"}
    answer = client.post("/rongxi/sign-in", environ_overrides={**sent, "wsgi.input": Dribbling(b"a=b&" * 150)})
    assert answer.status_code == 408 and taken.are_empty()


@pytest.mark.parametrize("size", [1, 15, 16, 17, 4096, 300_000])
def test_a_watched_body_is_read_whole_and_never_beyond_its_end(size):
    source = io.BytesIO(os.urandom(size) + b"the next request")
    body = slow_bodies.WatchedBody(source, size)
    parts = [body.read(7), body.read(100_000), body.read(), body.read()]
    assert b"".join(parts) == source.getvalue()[:size] and source.tell() == size


def test_the_time_for_a_body_grows_with_it_and_has_an_end():
    assert slow_bodies.seconds_for(100) < slow_bodies.seconds_for(1_000_000) < slow_bodies.AT_MOST
    assert slow_bodies.seconds_for(24 * 1024**2) == slow_bodies.seconds_for(None) == slow_bodies.AT_MOST


def test_a_body_waits_a_moment_for_a_place_among_those_that_arrive(client, matter, taken):
    assert taken.take(*[("arriving", 99)] * upload_gate.MOST_ARRIVING_OF_ALL)
    threading.Timer(0.2, taken.leave, ["arriving"]).start()
    assert client.send("/rongxi/sign-in", phone="1").status_code == 422


def test_places_are_taken_all_or_none():
    places = upload_gate.Places()
    assert places.take(("a", 2), ("b", 1)) and not places.take(("a", 2), ("b", 1))
    assert places.take(("a", 2)) and not places.take(("a", 2))
    places.leave("a", "b")
    assert places.take(("a", 2), ("b", 1))
