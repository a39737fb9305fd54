"""Common ground on the page: one statement at a time, with and without htmx; findings are public, reactions are not."""

import re

import pytest

from consult import clock
from consult.domain.talk.common_ground import Finding
from consult.models import CommonGround, Reaction, db
from tests.services.talk.test_common_ground import a_statement
from tests.village import a_consultation

pytestmark = pytest.mark.both_databases


@pytest.fixture
def matter(app, village) -> int:
    with app.app_context():
        one = a_consultation(village)
        for n in range(3):
            a_statement(village, one, f"第 {n} 个说法")
    return one


def test_three_big_buttons_one_statement_at_a_time(app, as_person, village, matter):
    kwok = as_person(village.ah_kwok)
    page = f"/rongxi/consultations/{matter}/statements"
    for n in range(3):
        kwok.get(page)
        assert f"第 {n} 个说法" in kwok.text("#next") and f"{n} / 3" in kwok.text("#next")
        kwok.submit(page, "#next form", position="agree")
    assert "谢谢" in kwok.text("#next")
    with app.app_context():
        assert db.session.query(Reaction).filter_by(person_id=village.ah_kwok.id, position=1).count() == 3


def test_htmx_gets_the_next_statement_in_place(as_person, village, matter):
    kwok = as_person(village.ah_kwok)
    answer = kwok.submit(
        f"/rongxi/consultations/{matter}/statements", "#next form", position="pass", htmx=True, follow=False
    )
    assert answer.status_code == 200 and answer.text.lstrip().startswith("<section") and "第 1 个说法" in answer.text


def test_what_is_no_answer_is_refused(as_person, village, matter):
    assert as_person(village.ah_kwok).send("/rongxi/statements/1/reaction", position="maybe").status_code == 400


def test_a_statement_with_a_phone_number_comes_back(as_person, village, matter):
    kwok = as_person(village.ah_kwok)
    answer = kwok.submit(f"/rongxi/consultations/{matter}/statements", text="打 138-0000-0001 问")
    assert answer.status_code == 422 and kwok.page.select_one("#text")["value"] == "打 138-0000-0001 问"


def test_another_village_finds_nothing(as_person, village, matter):
    wong = as_person(village.mr_wong)
    assert wong.send("/daling/statements/1/reaction", at="/daling/", position="agree").status_code == 404
    assert wong.get(f"/daling/consultations/{matter}/common-ground").status_code == 404


def test_a_stranger_reads_what_was_found_but_answers_nothing(client, village, matter):
    assert client.get(f"/rongxi/consultations/{matter}/common-ground").status_code == 200
    assert client.get(f"/rongxi/consultations/{matter}/statements").status_code == 303


@pytest.mark.parametrize("reader", ["ah_keung", "sister_chow", "uncle_ho"])
def test_nobody_sees_what_somebody_answered(as_person, village, matter, reader):
    other, page = as_person(getattr(village, reader)), f"/rongxi/consultations/{matter}"
    before = [other.get(page + rest).text for rest in ("", "/opinions", "/common-ground", "/timeline", "/statements")]
    kwok = as_person(village.ah_kwok)
    kwok.submit(f"{page}/statements", "#next form", position="disagree")
    after = [other.get(page + rest).text for rest in ("", "/opinions", "/common-ground", "/timeline")]
    strip = re.compile(r'csrf_token" value="[^"]*"|name="key" value="[^"]*"')
    assert [strip.sub("", text) for text in after] == [strip.sub("", text) for text in before[:4]]


def test_what_most_of_every_group_agree_on_is_shown_with_sizes(app, client, village, matter):
    with app.app_context():
        facts = {
            "people": 20,
            "sizes": [9, 7],
            "cells": [[1, [[9, 8, 0], [7, 6, 1]]], [2, [[9, 9, 0], [7, 1, 6]]], [3, [[9, 9, 0], None]]],
        }
        assert Finding.from_facts(facts).as_facts() == facts
        db.session.add(
            CommonGround(
                consultation_id=matter, village_id=village.id, reactions=99, facts=facts, computed_at=clock.now()
            )
        )
        db.session.commit()
    client.get(f"/rongxi/consultations/{matter}/common-ground")
    agreed, divided = client.text("section[aria-labelledby=agreed]"), client.text("section[aria-labelledby=divided]")
    assert "第 0 个说法" in agreed and "第 1 个说法" not in agreed and "第 1 个说法" in divided
    assert "第 2 个说法" not in client.text() and "9" in client.text(".lead") and "7" in client.text(".lead")


def test_the_page_asks_the_same_with_five_and_with_fifty_statements(app, as_person, village, matter):
    kwok, counts = as_person(village.ah_kwok), []
    for more in (2, 45):
        with app.app_context():
            for n in range(more):
                a_statement(village, matter, f"又 {more} {n}")
        for rest in ("statements", "common-ground"):
            kwok.get(f"/rongxi/consultations/{matter}/{rest}")
            counts.append(len(kwok.queries))
    assert counts[:2] == counts[2:] and max(counts) <= 12, counts
