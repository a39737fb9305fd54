"""The table of languages: whole, without doubles, and browsers get the language they ask for."""

import pytest
from babel import Locale

from consult.domain import languages

BY_CODE = {row.code: row for row in languages.ALL}


def test_no_two_languages_share_a_code_a_tag_a_name_or_a_browser_tag():
    for of in ("code", "tag", "name"):
        assert len({getattr(row, of) for row in languages.ALL}) == len(languages.ALL)
    tags = [tag for row in languages.ALL for tag in row.browser_tags]
    assert len(set(tags)) == len(tags)


@pytest.mark.parametrize("row", languages.ALL, ids=lambda row: row.code)
def test_what_a_row_refers_to_is_there(row):
    assert Locale.parse(row.babel)
    assert row.fallback is None or row.fallback in BY_CODE
    assert row.derived is None or BY_CODE[row.derived.source].derived is None
    assert row.lunar is None or len(row.lunar.months) == 12
    assert all(tag == tag.lower() for tag in (*row.browser_tags, *row.voices))
    assert languages.for_tag(row.tag) is row


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("zh", "zh_Hans"),
        ("zh-CN", "zh_Hans"),
        ("zh-SG", "zh_Hans"),
        ("zh-Hans-HK", "zh_Hans"),
        ("zh-Hant", "yue_Hant"),
        ("zh-HK", "yue_Hant"),
        ("zh_TW", "yue_Hant"),
        ("zh-Hant-CN", "yue_Hant"),
        ("zh-yue", "yue_Hant"),
        ("zh-yue-CN", "yue_Hans"),
        ("zh-yue-Hans-HK", "yue_Hans"),
        ("yue", "yue_Hant"),
        ("yue-Hans", "yue_Hans"),
        ("yue-Hant-CN", "yue_Hans"),
        ("en-GB", "en"),
        ("fr", None),
        ("zhx", None),
        ("", None),
    ],
)
def test_a_browser_tag_gets_its_language(tag, code):
    found = languages.for_tag(tag)
    assert (found and found.code) == code


def test_the_first_tag_that_is_known_decides():
    assert languages.for_browser("fr, yue;q=0.9, zh;q=0.8").code == "yue_Hant"
    assert languages.for_browser("fr,de") is languages.ALL[0]
