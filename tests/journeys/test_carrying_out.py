"""Common ground and carrying out on a phone, in two languages, with and without JavaScript."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from consult import clock
from consult.domain.talk.phases import Phase
from consult.models import CommonGround, Task, db
from tests.council import moved
from tests.hours import today
from tests.services.talk.test_common_ground import a_statement
from tests.tasks import a_task, note, representatives
from tests.views.talk.test_consultations import photo
from tests.village import WORDS, a_consultation, a_matter

FACTS = {"people": 41, "sizes": [19, 14], "cells": [[1, [[19, 17, 1], [14, 11, 2]]], [2, [[19, 15, 2], [14, 2, 11]]]]}


@pytest.fixture
def discussed(app, village) -> int:
    with app.app_context():
        one = a_consultation(village)
        for words in ("早稻收割前要修好", "各户都出一天工", "不用各户出钱"):
            a_statement(village, one, words)
        db.session.add(
            CommonGround(consultation_id=one, village_id=village.id, reactions=90, facts=FACTS, computed_at=clock.now())
        )
        db.session.commit()
        db.session.remove()
    return one


@pytest.fixture
def task(app, village) -> int:
    with app.app_context():
        representatives(village, village.uncle_ho, village.aunt_leung)
        task = a_task(village)
        db.session.remove()
    return task


def test_a_villager_says_what_she_thinks_one_statement_at_a_time(phone, village, discussed):
    phone.sign_in(village.ah_kwok)
    page = phone.open(f"/rongxi/consultations/{discussed}/statements")
    phone.look("statement")
    for value in ("agree", "disagree", "pass"):
        with page.expect_response(re.compile("reaction")):
            page.locator(f"#next button[value={value}]").click()
        page.wait_for_timeout(100)
    page.wait_for_selector("#next a.button")
    assert page.evaluate("document.activeElement.closest('#next') !== null"), "focus stays where one was"
    phone.look("statement-done")
    page.fill("#text", "打 １３８ ００００ ０００１")
    page.locator("form.sheet button").click()
    page.wait_for_selector("#text-mistake")
    phone.look("statement-mistake")
    phone.open(f"/rongxi/consultations/{discussed}/common-ground")
    phone.look("common-ground")
    assert "早稻收割前要修好" in page.inner_text("section[aria-labelledby=agreed]")


def test_the_same_without_javascript(plain_phone, village, discussed):
    plain_phone.sign_in(village.ah_kwok)
    page = plain_phone.open(f"/rongxi/consultations/{discussed}/statements")
    for _ in range(3):
        with page.expect_navigation():
            page.locator("#next button[value=agree]").click()
    assert page.locator("#next form").count() == 0
    page.fill("#text", "先清淤再砌石")
    with page.expect_navigation():
        page.locator("form.sheet button").click()
    assert page.url.endswith("/statements?put_up=1")


def test_a_task_from_handing_out_to_acceptance(phone, app, village, task):
    phone.sign_in(village.sister_chow)
    page = phone.open("/rongxi/consultations/1/tasks/")
    page.fill("#title", "装四个分水闸")
    page.fill("#code", "01-003")
    page.fill("#name", "没有这人")
    page.fill("#due_on", (clock.now() + timedelta(days=20)).strftime("%Y-%m-%d"))
    page.locator("form.sheet button").click()
    page.wait_for_selector("#name-mistake")
    phone.look("task-mistake")
    page.fill("#name", "陈志强")
    page.locator("form.sheet button").click()
    page.wait_for_url(re.compile(r"/tasks/\d+$"))
    phone.sign_in(village.ah_keung)
    phone.open("/rongxi/")
    phone.look("home-with-task")
    phone.open(f"/rongxi/tasks/{task}")
    for stage, words in ((1, "塌了 6 米"), (3, "砌好了")):
        page.locator(f"label[for=stage-{stage}]").click()
        page.fill("#text", words)
        page.fill("#spent", "1600")
        page.set_input_files(
            "#picture", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo((400, 300)).read()}
        )
        page.fill("#description", words)
        page.locator("form[action$=progress] button").click()
        page.wait_for_selector(f"text={words}")
    for who in (village.uncle_ho, village.aunt_leung):
        phone.sign_in(who)
        phone.open(f"/rongxi/tasks/{task}")
        phone.look("task-to-accept")
        page.locator("label[for=accepted-1]").click()
        with page.expect_navigation():
            page.locator("form[action$=acceptances] button").click()
    phone.sign_in(village.ah_kwok)
    phone.open(f"/rongxi/tasks/{task}")
    page.locator("label[for=satisfied-1]").click()
    page.fill("#satisfied_words", "墙很结实")
    page.locator("form[action$=ratings] button").click()
    page.wait_for_selector(".agrees")
    phone.look("task-accepted")
    phone.open("/rongxi/consultations/1/tasks/")
    phone.look("tasks")
    phone.open("/rongxi/consultations/1/timeline")
    phone.look("timeline-done")
    with app.app_context():
        assert db.session.get(Task, task).accepted_at is not None
        db.session.remove()


def test_a_representative_accepts_and_a_villager_rates_without_javascript(plain_phone, app, village, task):
    with app.app_context():
        note(village, task, village.ah_keung)
        db.session.remove()
    for who in (village.uncle_ho, village.aunt_leung):
        plain_phone.sign_in(who)
        page = plain_phone.open(f"/rongxi/tasks/{task}")
        page.locator("label[for=accepted-1]").click()
        with page.expect_navigation():
            page.locator("form[action$=acceptances] button").click()
        left = page.locator(".root .to-come").all_inner_texts()
        assert [one for one in left if "1 位" in one] == left, "who has signed is awaited no more"
        assert len(left) == (who is village.uncle_ho)
    page.locator("label[for=satisfied-2]").click()
    page.fill("#satisfied_words", "缝太宽")
    with page.expect_navigation():
        page.locator("form[action$=ratings] button").click()
    assert page.locator("form[action$=ratings]").count() == 0


def test_a_late_task_is_said_calmly(phone, app, village, task):
    with app.app_context():
        db.session.get(Task, task).due_on = today(-timedelta(days=2))
        db.session.commit()
        db.session.remove()
    phone.open("/rongxi/consultations/1/tasks/")
    phone.look("task-late")


def test_the_robot_of_the_group_reads_well(phone, village):
    phone.sign_in(village.ms_yip)
    page = phone.open("/rongxi/group-robot")
    page.locator("form.sheet button").click()
    page.wait_for_selector("#address-mistake")
    phone.look("group-robot")


def test_an_answer_is_drafted_by_one_confirmed_by_another_and_carried_out(phone, app, village):
    with app.app_context():
        matter = a_matter(village, words=replace(WORDS, title="井边装两盏路灯", cost_fen=None, funding=()))
        db.session.remove()
    phone.sign_in(village.old_chan)
    page = phone.open(f"/rongxi/consultations/{matter}/steering")
    page.locator("label[for=state-2]").click()
    page.fill("#reason", "下月装好，电费村里出")
    phone.look("answer-drafted")
    with page.expect_navigation():
        page.locator("form[action$=answers] button").click()
    page.wait_for_selector("#waiting")
    phone.look("answer-waits")
    phone.sign_in(village.ah_kwok)
    phone.open(f"/rongxi/consultations/{matter}")
    assert "下月装好" not in page.inner_text("main"), "nothing is posted on one officer's word"
    phone.sign_in(village.uncle_ho)
    phone.open("/rongxi/")
    phone.look("home-second-officer")
    page.locator("main a[href*=council-requests]").first.click()
    page.wait_for_selector("form[action$=confirmation]")
    phone.look("answer-to-confirm")
    page.locator("form[action$=confirmation] button").click()
    page.wait_for_selector("section.official")
    said = page.inner_text("section.official")
    assert "下月装好" in said and village.old_chan.name in said and village.uncle_ho.name in said
    phone.look("answer-of-two")
    with app.app_context():
        moved(village, matter, Phase.DECIDE)
        db.session.remove()
    phone.sign_in(village.old_chan)
    phone.open(f"/rongxi/consultations/{matter}/steering")
    page.locator("form[action$=phases] input[value=carry_out] + label").click()
    with page.expect_navigation():
        page.locator("form[action$=phases] button").click()
    phone.open(f"/rongxi/consultations/{matter}/tasks/")
    page.wait_for_selector("form.sheet #title")
    phone.open(f"/rongxi/consultations/{matter}/timeline")
    phone.look("answer-in-the-story")
