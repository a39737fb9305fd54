"""A page on paper says what it is of, when it was printed and where it stands; the lines of a page keep their dots."""

import pytest

from consult.web import i18n
from consult.web.words.lists import DOT, dotted


def test_a_page_on_paper_names_its_village_its_day_and_its_address_and_a_screen_does_not_show_them(as_person, village):
    fong = as_person(village.ah_fong)
    fong.get("/rongxi/votes?page=1")
    printed = fong.text(".printed")
    assert (
        printed.startswith("榕溪村 · 20")
        and "打印 · " in printed
        and "://" in printed
        and printed.endswith("/rongxi/votes?page=1")
    )
    sheet = fong.get("/static/style.css?v=1").text
    on_screen, _, on_paper = sheet.partition("@media print{")
    assert ".printed{display:none}" in on_screen and ".printed{display:block" in on_paper


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("全村 · 11月2日", "全村\N{NO-BREAK SPACE}· 11月2日"),
        ("{% if x %} · {% endif %}", "{% if x %}\N{NO-BREAK SPACE}· {% endif %}"),
        ("8:00 – 9:00", "8:00\N{NO-BREAK SPACE}– 9:00"),
        ("阿依古丽·买买提", "阿依古丽·买买提"),
    ],
)
def test_a_dot_between_facts_stays_with_the_fact_before_it_and_that_of_a_name_stays_as_it_is(written, kept):
    assert i18n.dots_kept_back(written) == kept


def test_facts_without_words_leave_no_dot():
    assert dotted(("甲", "", "乙")) == f"甲{DOT}乙" and dotted([]) == ""
