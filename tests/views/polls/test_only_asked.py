"""A vote that only advises reads so wherever it is told: on the board, on paper, in messages, for programs."""

from datetime import timedelta

import pytest

from consult import clock
from consult.models import Notice, Notification, Poll, db
from consult.services.polls import closing
from consult.web.words import robot_words
from tests.village import a_poll, vote

FORMAL = ("表决", "表決", "由谁", "决定了", "通过", "到会", "到會", "实到", "實到", "应到", "應到")


@pytest.fixture
def asked(app, village):
    """Return the notices of an advisory poll: of its announcement, and of what was answered."""
    with app.app_context():
        poll_id = a_poll(village, closes_at=clock.now() + timedelta(minutes=5))
        vote(village, poll_id, village.ah_fong, 1)
        later = clock.now() + timedelta(days=1)
        closing.declare(db.session.get_one(Poll, poll_id), village.old_chan.act(now=later))
        notices = {n.tag.value: n.id for n in db.session.query(Notice).filter_by(poll_id=poll_id)}
    return poll_id, notices["poll_announced"], notices["poll_declared"]


def first_words(page) -> str:
    """Return the title of a notice and its first sentence."""
    notice = page.select_one("article.notice")
    return notice.h1.get_text(" ", strip=True) + " " + notice.header.find_next_sibling("p").get_text(" ", strip=True)


def test_the_notices_have_a_title_and_a_first_sentence_of_their_own(client, asked):
    for notice in asked[1:]:
        client.get(f"/rongxi/notices/{notice}")
        said = first_words(client.page)
        assert "意见" in said and not [word for word in FORMAL if word in said], said
        links = client.page.select_one("main").get_text(" ", strip=True).replace("由会议表决决定", "")
        assert "表决" not in links, links
    client.get("/rongxi/notices/")
    rows = [row for row in client.page.select("main li") if row.select_one("a[href*='/notices/']")]
    told = [row.get_text(" ", strip=True) for row in rows]
    assert len(told) == 2 and all("意见" in one and "表决" not in one for one in told), told


def test_the_printed_notices_say_the_same(client, asked, app):
    from consult.views.board.notices import find_notice, notice_context
    from consult.views.meetings import print_notices

    for notice in asked[1:]:
        with app.test_request_context(f"/rongxi/notices/{notice}"):
            app.preprocess_request()
            found = find_notice(notice)
            sheet = print_notices.of_notice(found, notice_context(found))
            said = " ".join([sheet["title"], sheet["paragraphs"][0]])
            assert "意见" in said and not [word for word in FORMAL if word in said], said
            assert not [name for name, _ in sheet["pairs"] if name in ("由谁表决", "法定人数")]


def test_the_inbox_asks_for_an_opinion_and_decides_nothing(app, as_person, village, asked):
    fong = as_person(village.ah_fong)
    fong.get("/rongxi/notifications/")
    said = fong.text("main")
    assert said.count("意見") >= 2 and "有結果" not in said and "要投票" not in said, said
    with app.app_context():
        kinds = {n.facts["kind"] for n in db.session.query(Notification) if n.facts.get("poll") == str(asked[0])}
    assert kinds == {"vote_announced_of_opinions", "decided_of_opinions"}


def test_the_chat_group_reads_that_nothing_is_decided(app):
    facts = {"title": "修路", "closes_at": clock.now().isoformat(), "timezone": "Asia/Shanghai", "path": ""}
    with app.app_context():
        for tag in robot_words.OF_OPINIONS:
            said = robot_words.text_of(tag, facts | {"standing": "advisory"})
            assert "意见" in said and "投票" not in said and "表决" not in said
            assert said != robot_words.text_of(tag, facts | {"standing": "formal"})


def test_the_page_of_the_outcome_and_the_front_page_call_it_no_decision(client, asked):
    client.get(f"/rongxi/polls/{asked[0]}")
    assert "由谁表决" not in client.text("main") and "问谁" in client.text("main")
    assert client.page.select(".tally .bar line") and not client.page.select(".tally .bar .mark")
    assert "这次表决的规则" not in client.text("main") and "表决的规则" not in client.text("main")
    client.get("/rongxi/votes")
    assert "正在表决" not in client.text("main")
    assert "刚定下来" not in client.text("main")
    facts = client.get(f"/rongxi/polls/{asked[0]}/outcome.json").json
    assert (facts["standing"], facts["outcome"]) == ("advisory", "opinions")
