"""What is read out over the loudspeaker, and hours and languages as people say them."""

from datetime import UTC, datetime, time

import pytest

from consult.domain import languages
from consult.web import filters, i18n
from consult.web.words import spoken_words, tagging

AT = {"title": "商议", "starts_at": datetime(2026, 12, 12, 11, 30, tzinfo=UTC), "timezone": "Asia/Shanghai"}
SAID = AT | {"place": "榕树头文化室", "items": ["听卫生情况", "清扫荔枝林"], "unit": "person"}


@pytest.fixture
def reading(app):
    with app.test_request_context("/"):
        yield


def test_the_loudspeaker_speaks_in_simplified_characters(reading):
    assert [row.code for row in spoken_words.spoken()] == ["zh_Hans", "yue_Hans"]


@pytest.mark.parametrize(
    ("body", "called"),
    [("VA_house", "各位村民请注意"), ("COUNCIL", "村民理事会的各位理事请注意"), ("PARTY", "各位党员请注意")],
)
def test_those_who_are_meant_are_called(reading, body, called):
    assert spoken_words.loudspeaker(languages.MANDARIN, **SAID, body=body).startswith(called)


def test_day_hour_and_items_can_be_read_aloud(reading):
    said = spoken_words.loudspeaker(languages.MANDARIN, **SAID, body="VRA")
    assert "12月12日，星期六，农历十一月初四，晚上七点半" in said and "一、听卫生情况；二、清扫荔枝林" in said
    assert "夜晚七点半" in spoken_words.loudspeaker(languages.SIMPLIFIED_CANTONESE, **SAID, body="VRA")


@pytest.mark.parametrize(
    ("at", "mandarin", "cantonese"),
    [
        ((7, 30), "早上7:30", "朝早7:30"),
        ((9, 5), "上午9:05", "朝早9:05"),
        ((12, 0), "中午12:00", "中午12:00"),
        ((14, 0), "下午2:00", "下晝2:00"),
        ((18, 30), "晚上6:30", "夜晚6:30"),
        ((0, 10), "凌晨0:10", "凌晨0:10"),
    ],
)
def test_hours_are_those_that_people_say(at, mandarin, cantonese):
    said = [filters.time_in_words(time(*at), row) for row in (languages.MANDARIN, languages.CANTONESE)]
    assert said == [mandarin, cantonese]


@pytest.mark.parametrize(("of", "said"), [("1/10", "十分之一以上"), ("1/7", "七分之一以上"), ("2/3", "三分之二以上")])
def test_shares_are_said_in_words(reading, of, said):
    assert filters.share_words({"of": of, "strict": False}) == said


@pytest.mark.parametrize(
    ("words", "reader", "tag"),
    [
        ("墙脚湿了一年。", languages.CANTONESE, "zh-Hans-CN"),
        ("墙脚湿了一年。", languages.MANDARIN, ""),
        ("啲水流入我屋企", languages.MANDARIN, "yue-Hans-CN"),
        ("張枱壞咗，佢唔認", languages.MANDARIN, "yue-Hant-HK"),
        ("張枱壞咗，佢唔認", languages.CANTONESE, ""),
        ("李永康", languages.CANTONESE, ""),
        ("3,000", languages.CANTONESE, ""),
        ("榕溪 · 上坪", languages.MANDARIN, ""),
        ("户主 – 1", languages.MANDARIN, ""),
        ("墙脚湿了一年。", languages.ENGLISH, "zh-Hans-CN"),
    ],
)
def test_words_without_a_kept_language_are_told_by_their_characters(words, reader, tag):
    assert tagging.other_language(words, reader) == tag


def test_what_is_tagged_is_escaped(reading):
    with_markup = tagging.tagged("佢话<b>唔系</b>")
    assert str(with_markup) == f'<span lang="{languages.SIMPLIFIED_CANTONESE.tag}">佢话&lt;b&gt;唔系&lt;/b&gt;</span>'
    assert i18n.language() is languages.MANDARIN
