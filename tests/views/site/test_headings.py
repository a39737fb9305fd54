"""Headings below the title of a page end their lines between words too, and nobody's name is parted."""

import pytest

from consult.models import db
from consult.web import i18n
from tests.village import a_poll

SOURCE = """<h2>{{ _("The next meeting") }}</h2><h3><a href="{{ title }}">{{ row.title }}</a></h3>
<h3>{{ row.name }} {{ row.title }}</h3><p>{{ row.title }}{{ _("The next meeting") }}</p>
<h2>{{ _("The next meeting") if row else _("My tasks") }}</h2><h2>{{ ngettext("One vote waits for you", "%(n)s votes wait for you", 3) }}</h2>"""


@pytest.fixture
def written(app) -> str:
    with app.test_request_context("/", headers={"Accept-Language": "zh-Hans"}):
        template = i18n.environment().from_string(SOURCE)
        return template.render(title="修好上圳", row={"title": "修好<b>水圳</b>&路灯", "name": "李永康大伯"})


def test_our_sentences_and_titles_in_headings_are_parted_between_words(written):
    heading, other = written.split("</h2>")[0], written.split("<h2>")[2]
    assert heading == "<h2>下一次会" and other.startswith("下一次会</h2>")
    assert '<span class="as-one flows">有 3\xa0项<wbr>表决<wbr>等<wbr>您<wbr>投票</span>' in written
    assert '<a href="修好上圳">' in written


def test_what_stands_in_a_title_is_escaped_once(written):
    bare = written.replace("<wbr>", "").replace('<span class="as-one flows">', "").replace("</span>", "")
    assert bare.count("修好&lt;b&gt;水圳&lt;/b&gt;&amp;路灯") == 3 and "<b>" not in written


def test_a_name_and_what_stands_in_no_heading_are_left_whole(written):
    assert "李永康大伯" in written
    paragraph = written.split("<p>")[1].split("</p>")[0]
    assert "<wbr>" not in paragraph


def test_the_titles_of_votes_on_the_first_page_are_parted(app, as_person, village):
    with app.app_context():
        a_poll(village)
        db.session.remove()
    fong = as_person(village.ah_fong)
    fong.get("/rongxi/")
    titles = fong.page.select("article.call h2 a, article.call h3 a")
    assert titles and all(one.select("wbr") for one in titles if len(one.text) > 6)
