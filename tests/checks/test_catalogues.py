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

MANDARIN = (
    *(
        "的",
        "是",
        "不",
        "沒有",
        "没有",
        "他們",
        "他们",
        "她們",
        "她们",
        "這",
        "这",
        "那",
        "什麼",
        "什么",
        "怎麼",
        "怎么",
    ),
    *("怎樣", "怎样", "誰", "谁", "哪", "給", "给", "很", "嗎", "吗", "吧", "看", "它", "與", "与"),
)
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
    "參與",
    "参与",
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


SPELLED = {
    "佈": "布",
    "吓": "下",
    "咩": "乜",
    "俾": "畀",
    "村入面": "村度",
    "依家": "而家",
    "咁樣": "噉樣",
    "」咁": "」噉",
    "個案": "案件",
    "紀錄": "記錄",
    "後備碼": "備用碼",
    "公告欄": "公示欄",
    "信號": "訊號",
    "或者以上": "或以上",
}
"""One spelling of each word; what the keys stand for is written as their values."""


def test_cantonese_has_one_spelling_of_a_word():
    assert not [(text, word) for m in translated("yue_Hant") for text in forms(m) for word in SPELLED if word in text]


SAID_IN_MANDARIN = {
    "第二重": "第二道",
    "家庭卡": "户卡",
    "运维员": "管理员",
    "点票表": "计票单",
    "第二人": "第二个人",
    "议事会": "村里",
    "「": "“",
}
"""One word for one thing in Mandarin; what the keys stand for is written as their values."""


def test_mandarin_has_one_word_for_a_thing():
    told = [text for m in translated("zh_Hans") for text in forms(m)]
    assert not [(text, word) for text in told for word in SAID_IN_MANDARIN if word in text]


HAN = re.compile("[\u3400-\u9fff]")
LONG = 10
"""Chinese characters; placeholders, figures and codes are none."""
SPOKEN = re.compile(
    "[嘅咗喺唔冇嗰啲哋嚟畀睇嘢攞搵揀撳佢乜噉咁仲晒啦喇㗎係咪掂]|呢[個條位件張份啲項版頁次樣種度戶步段封筆]|而家|今次|邊|點[樣解先算]|幾[時多]|"
    "傾|講|屋企|淨係|[改睇講寫試推延退收查補搵記返接放]返|返[去嚟工轉]|[^先]先[至可投再做有用算計會由]|都得|夾錢|唔該|麻煩"
)
"""Words that Cantonese has and written Mandarin has not."""
PAPER = re.compile("/papers/|/print|templates/print|case_papers")
"""Where sentences of papers stand, which are set in Mandarin for everybody."""


def test_nine_long_sentences_in_ten_have_a_word_of_cantonese():
    """The others are names of the law, and sentences that are Cantonese by their order alone."""
    long = [
        text
        for m in translated("yue_Hant")
        for text in forms(m)
        if len(HAN.findall(text)) >= LONG and not all(PAPER.search(place) for place, _ in m.locations)
    ]
    spoken = [text for text in long if SPOKEN.search(text)]
    assert len(spoken) / len(long) >= 0.9, sorted(set(long) - set(spoken))


def test_a_result_in_cantonese_is_not_still_to_come():
    """未 is "not yet": a vote that is over is 冇通過, and its count 唔夠數."""
    told = [
        text
        for m in translated("yue_Hant")
        for text in forms(m)
        if re.search("未(有)?通過|未獲|未(夠|達)(法定|人)?數", text)
    ]
    still = {"仲未通過，亦未採納，未有嘢可以落實。"}
    assert set(told) - still == set()


WORDS_OF_HONG_KONG = tuple(derivation.words(next(one.derived for one in DERIVED).words))


def test_the_derived_catalogue_has_the_words_of_the_mainland():
    simple = {OpenCC("t2s").convert(word) for word in WORDS_OF_HONG_KONG} - {"「", "」"}
    simple -= {
        word for there in derivation.words(DERIVED[0].derived.words).values() for word in simple if word in there
    }
    found = {(word, text) for m in translated(DERIVED[0].code) for text in forms(m) for word in simple if word in text}
    assert not found


@pytest.mark.parametrize("language", ["zh_Hans", "yue_Hant"])
def test_only_an_endorsement_that_is_counted_is_called_so(language):
    """附议 is counted and obliges the village to answer; with a comment one can only feel the same: 同感."""
    named = re.compile("stand|stood|behind|endors|names|villagers|answer", re.IGNORECASE)
    for m in translated(language):
        source = m.id[0] if m.pluralizable else m.id
        for text in forms(m):
            assert not re.search("附[议議]", text) or named.search(source), text
            assert "同感" not in text or source in ("Me too", "Others think so too."), text


@pytest.mark.parametrize("language", ["zh_Hans", "yue_Hant"])
def test_check_codes_have_one_name(language):
    """核对码 is what one compares with a paper. A 指纹 is that of a finger, which opens a phone."""
    for m in translated(language):
        source = m.id[0] if m.pluralizable else m.id
        for text in forms(m):
            assert not re.search("日[志誌](头|頭|摘要)", text), text
            assert not re.search("指[纹紋]", text) or re.search("passkey|phone or computer", source), text


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
