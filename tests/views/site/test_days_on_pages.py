"""Days on pages: with the year where it is another one than the one that runs in the village."""

from datetime import UTC, date, datetime

import pytest
from flask import g

from consult.web import filters, i18n

NEW_YEARS_EVE = datetime(2026, 12, 31, 15, 59, tzinfo=UTC)
"""One minute before midnight in the village."""
NEW_YEAR = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)


@pytest.fixture
def say(app, village):
    def said(value, now, form=filters.day, language="zh_Hans"):
        with app.test_request_context("/rongxi/", headers={"Accept-Language": language.replace("_", "-")}):
            g.village, g.now = village.row(), now
            return form(value)

    return said


@pytest.mark.parametrize(
    ("language", "without", "with_it"),
    [
        ("zh_Hans", "12月6日 周日", "2026年12月6日 周日"),
        ("yue_Hant", "12月6號 星期日", "2026年12月6號 星期日"),
        ("en", "Sun 6 Dec", "Sun 6 Dec 2026"),
    ],
)
def test_a_day_has_its_year_where_it_is_another_one(say, language, without, with_it):
    day = date(2026, 12, 6)
    assert say(day, NEW_YEARS_EVE, language=language) == without
    assert say(day, NEW_YEAR, language=language) == with_it, "the village's new year, not that of UTC"


def test_a_coming_year_is_said_too(say):
    assert say(date(2027, 1, 5), NEW_YEARS_EVE) == "2027年1月5日 周二"
    assert say(date(2027, 1, 5), NEW_YEAR) == "1月5日 周二"


def test_small_days_and_leaves_have_the_year_too(say):
    held = datetime(2026, 12, 13, 2, tzinfo=UTC)
    assert (say(held, NEW_YEARS_EVE, filters.short_day), say(held, NEW_YEAR, filters.short_day)) == (
        "12.13",
        "2026.12.13",
    )
    assert (say(held, NEW_YEARS_EVE, filters.leaf)["month"], say(held, NEW_YEAR, filters.leaf)["month"]) == (
        "12月",
        "2026年12月",
    )


def test_without_a_village_the_year_is_still_that_of_the_day(app):
    with app.test_request_context("/"):
        assert filters.short_day(date(1999, 3, 18)) == "1999.3.18"


def test_days_and_numbers_in_a_sentence_stand_on_one_line_and_the_rest_is_escaped(say):
    said = say("<b>12月3日 周四开会，2026-014 到2026年12月31日", NEW_YEARS_EVE, form=filters.kept_whole)
    assert said == (
        '&lt;b&gt;<span class="as-one flows">12月3日 周四</span>开会，<span class="number">2026-014</span> '
        '到<span class="as-one flows">2026年<wbr>12月31日</span>'
    )
    for kept in ("01-003", "1966-07-23", "2026-14"):
        assert say(f"像{kept}；", NEW_YEARS_EVE, form=filters.kept_whole) == f'像<span class="number">{kept}</span>；'
    for number in ("020-1234-5678", "A-12-003", "3-07"):
        assert say(number, NEW_YEARS_EVE, form=filters.kept_whole) == number
    heard = say("12月15日 周二 晚上7:30，文化室", NEW_YEARS_EVE, form=filters.kept_whole)
    assert '<span class="as-one flows">晚上7:30</span>，文化室' in heard
    assert "星期四</span>" in say("12月3號 星期四開會", NEW_YEARS_EVE, form=filters.kept_whole, language="yue_Hant")
    assert say("周四 晚上7:30", NEW_YEARS_EVE, form=filters.kept_whole).endswith(
        '<span class="as-one flows">晚上7:30</span>'
    )


def test_no_line_begins_with_a_middle_dot(app):
    with app.test_request_context("/"):
        made = (
            i18n.environment().from_string("{% block title %}甲 · 乙{% endblock %}<p>{{ a }} · 丙</p>").render(a="丁")
        )
    assert made == "甲 · 乙<p>丁\N{NO-BREAK SPACE}· 丙</p>"


def test_a_time_of_day_stands_on_one_line_and_machines_read_it(say):
    assert say(NEW_YEARS_EVE, NEW_YEARS_EVE, form=filters.clock_mark) == '<time datetime="23:59">晚上11:59</time>'


@pytest.mark.parametrize(
    ("term", "said"),
    [
        ("征求意见公告", "征求<wbr>意见<wbr>公告"),
        ("意见收集情况公示\u00a0·", "意见<wbr>收集<wbr>情况<wbr>公示\u00a0·"),
        ("加議題通知", "加議題通知"),
        ("Notice <b>", "Notice &lt;b&gt;"),
    ],
)
def test_a_line_ends_between_the_words_of_a_term_only(term, said):
    assert filters.by_words(term) == f'<span class="as-one">{said}</span>'


def test_a_day_with_its_year_is_one_word_on_a_page(say):
    assert (
        say(date(2026, 12, 31), NEW_YEAR, form=filters.long_day_mark)
        == '<time datetime="2026-12-31">2026年12月31日</time>'
    )


def test_the_title_of_every_page_breaks_between_words_and_stays_escaped(app):
    with app.test_request_context("/"):
        page = i18n.environment().from_string('<h1 id="a"><b>{{ a }}</b> · {{ b }}</h1><h2>{{ a }}</h2>')
        made = page.render(a="今年的会议<名册", b="村规")
    whole = '<span class="as-one flows">今年的<wbr>会议&lt;名册</span>'
    assert made == f'<h1 id="a"><b>{whole}</b>\N{NO-BREAK SPACE}· 村规</h1><h2>今年的会议&lt;名册</h2>'


def test_a_title_keeps_a_number_and_its_measure_on_one_line(app):
    with app.test_request_context("/"):
        page = i18n.environment().from_string('<h1 lang="zh"><a href="/3 号">{{ a }}</a> <b>{{ b }}</b></h1>')
        made = page.render(a="底价一年 3.6 万元", b="1 修 3 户")
    price, short = "底价<wbr>一年 3.6\N{NO-BREAK SPACE}万元", "1 修 3\N{NO-BREAK SPACE}户"
    assert made == f'<h1 lang="zh"><a href="/3 号"><span class="as-one flows">{price}</span></a> <b>{short}</b></h1>'
