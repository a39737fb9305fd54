"""Uploads leave threads to those who vote: few at a time, of each person and of all, and never of a stranger."""

import io
import os

import pytest

from consult.config import ROOT
from consult.web.guards import upload_gate
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
    assert upload_gate.MOST_OF_ALL + upload_gate.MOST_ARRIVING < THREADS
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

    answer = client.post(matter, environ_overrides={"CONTENT_LENGTH": "10000000", "wsgi.input": Unread()})
    assert answer.status_code == 401 and taken.are_empty()


def test_places_are_taken_all_or_none():
    places = upload_gate.Places()
    assert places.take(("a", 2), ("b", 1)) and not places.take(("a", 2), ("b", 1))
    assert places.take(("a", 2)) and not places.take(("a", 2))
    places.leave("a", "b")
    assert places.take(("a", 2), ("b", 1))
