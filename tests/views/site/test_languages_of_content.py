"""What people wrote stands in its own language on every page: a Cantonese screen reader reads no Mandarin as Cantonese."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString
from flask import Flask
from sqlalchemy import select

from consult.domain import languages
from consult.models import Comment, Consultation, Group, Person, Poll, Proposal, Statement, Village, db
from consult.web.words import tagging
from tests import page_kinds
from tests.page_kinds import Page

FEWEST = 8
"""Han characters: shorter words stand in sentences of ours by chance."""
READ_ALOUD = ("alt", "aria-label", "placeholder")
"""Attributes that a screen reader says."""
UNREAD = {"script", "style", "title", "textarea"}
"""The title of a page has one language; what stands in a field is the writer's own."""
SIMPLIFIED = 2
"""So many simplified characters beside names are no chance."""
SPELLED_AS_ON_THE_ROLL = {"persons.new", "group_robots.show"}
"""Pages whose hints quote words as a roll or the app of a chat group on the mainland spells them."""


def written(app) -> dict[str, str]:
    """Return the longer texts of the village with the language of each."""
    with app.app_context():
        found = {p.title: p.language for p in db.session.query(Proposal)}
        found |= {p.summary: p.language for p in db.session.query(Proposal)}
        found |= {c.text: c.language for c in db.session.query(Comment)}
        found |= {s.text: s.language for s in db.session.query(Statement)}
    return {text: language for text, language in found.items() if text and len(text) >= FEWEST}


def language_of(node: NavigableString | Tag) -> str:
    """Return the language that a text is said to be in."""
    return next(str(parent["lang"]) for parent in node.parents if isinstance(parent, Tag) and parent.get("lang"))


def untagged(page, texts: dict[str, str]) -> list[str]:
    """Return what people wrote in another language than the page says it is in."""
    return [
        text
        for node in page.body.find_all(string=True)
        if node.parent.name not in UNREAD
        for text, language in texts.items()
        if text in node and language_of(node).split("-")[0] != language.split("-")[0]
    ]


def paths(app) -> list[str]:
    with app.app_context():
        matters = [f"/rongxi/consultations/{one.id}" for one in db.session.query(Consultation)]
        votes = [f"/rongxi/polls/{one.id}" for one in db.session.query(Poll)]
    pages = ("", "tasks", "notices", "search?q=修", "meetings", "consultations", "me", "inbox", "polls")
    return [f"/rongxi/{one}" for one in pages] + matters + votes


def test_what_people_wrote_is_in_its_own_language_on_every_page_of_a_reader_of_cantonese(app, demo_village, client):
    texts = written(app)
    assert len({language.split("-")[0] for language in texts.values()}) > 1, "the village speaks both"
    wrong, looked = {}, 0
    for path in paths(app):
        answer = client.get(path, headers={"Accept-Language": languages.CANTONESE.tag})
        looked += answer.status_code == 200
        if answer.status_code == 200 and (found := untagged(client.page, texts)):
            wrong[path] = found
    assert looked > len(texts) // 4 and not wrong, wrong


def names(app: Flask) -> list[str]:
    """Return the names of people and places, longest first: a name is read in the voice of the page."""
    with app.app_context():
        found = {one for of in (Person.name, Group.name, Village.name) for one in db.session.scalars(select(of))}
    return sorted(found, key=len, reverse=True)


def said(page: BeautifulSoup) -> Iterator[tuple[str, str]]:
    """Yield what a screen reader says of a page, each text with the language it is said to be in."""
    for node in page.body.find_all(string=True):
        if type(node) is NavigableString and node.parent.name not in UNREAD:
            yield str(node), language_of(node)
    for tag in page.body.find_all(True):
        for attribute in READ_ALOUD:
            if tag.get(attribute):
                yield str(tag[attribute]), str(tag.get("lang") or language_of(tag))


def in_other_characters(page: BeautifulSoup, known: list[str]) -> list[str]:
    """Return what is said to be traditional Cantonese and is written in simplified characters."""
    found = []
    for text, language in said(page):
        if language == languages.CANTONESE.tag and sum(map(tagging.is_simplified, text)) >= SIMPLIFIED:
            rest = text
            for name in known:
                rest = rest.replace(name, "")
            if sum(map(tagging.is_simplified, rest)) >= SIMPLIFIED:
                found.append(text.strip())
    return found


def walked(app: Flask) -> list[Page]:
    """Return a page of each kind, of a villager, of a stranger and of somebody with every office, in Cantonese."""
    found = []
    for readers in (page_kinds.villager_and_stranger, page_kinds.officer):
        with app.app_context():
            people = readers(languages.CANTONESE.code)
        found += page_kinds.of_all_kinds(app, people)
    return found


@pytest.fixture
def config(config):
    return replace(config, mode="demo")


@pytest.mark.own_app
def test_no_page_says_of_simplified_characters_that_they_are_traditional_cantonese(app, demo_village):
    """Inbox, cases, tasks with their pictures, options of a choice: on whichever page somebody who signed in meets them."""
    known, wrong, pages = names(app), {}, walked(app)
    for one in pages:
        answer = page_kinds.fetched(app, one, languages.CANTONESE.tag)
        if one.endpoint not in SPELLED_AS_ON_THE_ROLL and (found := in_other_characters(answer, known)):
            wrong[f"{one.endpoint} {one.path}"] = found
    assert not wrong, "\n".join(f"{where}: {texts}" for where, texts in wrong.items())
