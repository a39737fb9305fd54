"""What people wrote stands in its own language on every page: a Cantonese screen reader reads no Mandarin as Cantonese."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString
from flask import Flask
from sqlalchemy import select, update

from consult.domain import languages
from consult.domain.languages import Language
from consult.models import Comment, Consultation, Group, Person, Poll, Proposal, Statement, Village, db
from consult.web.words import tagging
from tests import page_kinds
from tests.page_kinds import Page

FEWEST = 8
"""Han characters: shorter words stand in sentences of ours by chance."""
READ_ALOUD = ("alt", "aria-label", "label", "placeholder", "title")
"""Attributes that a screen reader says, and the value of a field that is typed into."""
UNREAD = {"script", "style"}
TYPED_INTO = ("text", "search", None)
"""Types of fields whose value is words."""
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
    """Yield what a screen reader says of a page, each text with the language it is said to be in.

    The title of a page has one language, that of its first words.
    """
    for node in page.html.find_all(string=True):
        if type(node) is NavigableString and node.parent.name not in UNREAD:
            yield (
                (node.split("\N{NO-BREAK SPACE}· ")[0] if node.parent.name == "title" else str(node)),
                language_of(node),
            )
    for tag in page.body.find_all(True):
        typed = ("value",) if tag.name == "input" and tag.get("type") in TYPED_INTO else ()
        for attribute in (*READ_ALOUD, *typed):
            if tag.get(attribute):
                yield str(tag[attribute]), str(tag.get("lang") or language_of(tag))


def in_simplified_characters(words: str) -> bool:
    return sum(map(tagging.is_simplified, words)) >= SIMPLIFIED


def spoken_in_another_way(words: str) -> bool:
    return bool(tagging.CANTONESE.search(words)) or sum(map(tagging.is_traditional, words)) >= SIMPLIFIED


def in_chinese(words: str) -> bool:
    return len(re.findall(tagging.HAN, words)) >= FEWEST


WRONG_IN = {
    languages.CANTONESE: in_simplified_characters,
    languages.OFFICIAL: spoken_in_another_way,
    languages.SOURCE: in_chinese,
}
"""What tells of words that are said to be in a language that they are not in it."""


def in_another_language(page: BeautifulSoup, reader: Language, known: list[str]) -> list[str]:
    """Return what is said to be in the language of a reader and is not."""
    found = []
    for text, language in said(page):
        if language == reader.tag and WRONG_IN[reader](text):
            rest = text
            for name in known:
                rest = rest.replace(name, "")
            if WRONG_IN[reader](rest):
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
def test_no_page_says_of_words_that_they_are_in_a_language_that_they_are_not_in(app, demo_village):
    """Titles, texts, fields and what is read aloud: on whichever page somebody who signed in meets them, in each language."""
    known, wrong, pages = names(app), {}, walked(app)
    for reader in WRONG_IN:
        with app.app_context():
            db.session.execute(update(Person).values(language=reader.code))
            db.session.commit()
        for one in pages:
            page = page_kinds.fetched(app, one, reader.tag)
            if one.endpoint not in SPELLED_AS_ON_THE_ROLL and (found := in_another_language(page, reader, known)):
                wrong[f"{reader.code} {one.endpoint} {one.path}"] = found
    assert not wrong, "\n".join(f"{where}: {texts}" for where, texts in wrong.items())


def test_the_check_sees_a_title_a_field_and_a_text_in_another_language():
    page = BeautifulSoup(
        f'<html lang="{languages.CANTONESE.tag}"><title>修水圳的钱谁出\N{NO-BREAK SPACE}· 榕樹頭</title><body><p>修水圳的钱谁出</p>'
        '<input value="修水圳的钱谁出"><textarea>修水圳的钱谁出</textarea><p lang="zh-Hans-CN">修水圳的钱谁出</p></body></html>',
        "html.parser",
    )
    assert len(in_another_language(page, languages.CANTONESE, [])) == 4
