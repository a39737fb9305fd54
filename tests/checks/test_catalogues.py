"""No villager ever sees a half-translated page."""

import re
from functools import lru_cache

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from opencc import OpenCC

from consult.cli import derivation
from consult.cli.catalogues import forms, path_of
from consult.cli.translate import TEMPLATE, extract
from consult.domain import languages

LANGUAGES = [language.code for language in languages.translated()]
MAY_HAVE_GAPS = {language.code for language in languages.translated() if language.fallback}
"""Another language's sentences stand in for what is not translated yet."""
DERIVED = [language for language in languages.translated() if language.derived]
PLURAL = "nplurals=1; plural=0;"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%")
CANTONESE = ("yue_Hant", "yue_Hans")

MANDARIN = ("的", "是", "不", "沒有", "没有", "他們", "他们", "這", "这", "那", "什麼", "什么", "怎麼", "怎么")
"""Words of written Mandarin that have another word in Cantonese."""
ALSO_CANTONESE = (
    "目的",
    "的確",
    "的确",
    "是否",
    "是但",
    "但是",
    "於是",
    "于是",
    "凡是",
    "不過",
    "不过",
    "不如",
    "不同",
    "不足",
    "不變",
    "不变",
    "不記名",
    "不记名",
    "不得",
    "不利",
    "不滿",
    "不满",
    "不便",
    "不明",
    "不用",
    "刹那",
)
"""Compounds with those characters that Cantonese speakers do say or that are fixed terms."""


@lru_cache
def catalogue(language: str) -> Catalog:
    with open(path_of(language), "rb") as file:
        return read_po(file, locale=language)


@lru_cache
def sentences() -> dict[object, Message]:
    """What stands in the sources now."""
    return {message.id: message for message in extract() if message.id}


def translated(language: str) -> list[Message]:
    return [message for message in catalogue(language) if message.id]


def test_the_template_file_holds_the_sentences_of_the_sources():
    """Otherwise: python3 run.py flask translate update"""
    with open(TEMPLATE, "rb") as file:
        kept = {message.id for message in read_po(file) if message.id}
    assert kept == set(sentences())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated_and_none_is_left_over(language):
    assert {message.id for message in translated(language)} == set(sentences())


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_empty_or_fuzzy(language):
    assert not [m.id for m in translated(language) if m.fuzzy]
    if language not in MAY_HAVE_GAPS:
        assert not [m.id for m in translated(language) if not all(text.strip() for text in forms(m))]


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_is_one_plural_form(language):
    assert PLURAL in path_of(language).read_text(encoding="utf-8")
    assert not [m.id for m in translated(language) if m.pluralizable and len(forms(m)) != 1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_survive_translation(language):
    def wanted(message: Message) -> set[str]:
        source = message.id[1] if message.pluralizable else message.id
        return set(PLACEHOLDER.findall(source))

    said = [(message, text) for message in translated(language) for text in forms(message) if text.strip()]
    lost = [message.id for message, text in said if set(PLACEHOLDER.findall(text)) != wanted(message)]
    assert not lost


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_hold_no_markup_and_no_english_quotes(language):
    assert not [text for m in translated(language) for text in forms(m) if re.search(r"<\w|&\w+;|\"", text)]


@pytest.mark.parametrize("language", CANTONESE)
def test_cantonese_is_not_written_mandarin(language):
    assert not {text for m in translated(language) for text in forms(m) if mandarin_in(text)}


@pytest.mark.parametrize(("language", "other"), [("zh_Hans", "你"), *((code, "您") for code in CANTONESE)])
def test_readers_are_addressed_in_one_way(language, other):
    """Mandarin says 您 throughout; spoken Cantonese has no such word and says 你."""
    assert not [text for m in translated(language) for text in forms(m) if other in text]


def mandarin_in(text: str) -> list[str]:
    for compound in ALSO_CANTONESE:
        text = text.replace(compound, "")
    return [word for word in MANDARIN if word in text]


def test_the_check_knows_mandarin_from_cantonese():
    assert mandarin_in("你们的票没有投") == ["的", "没有"]
    assert not mandarin_in("你嘅票仲未投，不過可以改，目的係咁")


def test_mandarin_is_in_simplified_characters():
    convert = OpenCC("t2s").convert
    assert not [text for m in translated("zh_Hans") for text in forms(m) if convert(text) != text]


@pytest.mark.parametrize("language", DERIVED, ids=lambda language: language.code)
def test_a_derived_catalogue_is_what_its_source_gives(language):
    """Otherwise: python3 run.py flask translate derive"""
    how = language.derived
    source = {m.id: [derivation.derived(text, how) for text in forms(m)] for m in translated(how.source)}
    assert source == {m.id: forms(m) for m in translated(language.code)}
