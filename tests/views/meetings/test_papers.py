"""Papers that say it: the text resolved, its cost and money, who came; in the official language, whoever prints them."""

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta

import icalendar
import pytest

from consult import clock
from consult.domain.law.vote_gates import Exceptions
from consult.domain.meetings.agendas import ItemKind, ItemPlan, Result
from consult.domain.meetings.calls import FrozenCall
from consult.domain.meetings.entry_facts import ProceedingStep
from consult.domain.people.office_terms import Term
from consult.domain.people.roles import Role
from consult.domain.polls.resolution_texts import ResolutionText
from consult.models import Consultation, Notice, Poll, db
from consult.models.board import notice_queries
from consult.models.meetings import meeting_queries
from consult.models.people import household_queries
from consult.services.core.acts import Act
from consult.services.meetings import agendas, check_ins, meetings, minutes, proceedings, resolutions, sittings
from consult.services.people import grants
from consult.services.polls import closing, polls
from consult.services.site import verification
from consult.views.board import notices
from consult.views.meetings import print_notices
from consult.web import printing
from consult.web.filters import long_day
from tests import prints
from tests.hours import today
from tests.meetings import (
    a_called_meeting,
    a_meeting_draft,
    a_vote,
    an_item,
    begin_vote,
    close_it,
    count_hands,
    declare,
    end_vote,
    everybody,
    meeting,
    note,
    open_it,
    ripe,
    seat,
    studied,
)
from tests.tampering import without_triggers
from tests.tasks import representatives
from tests.village import FOUNDED, WORDS, Cast, Who, a_poll, close, villagers, vote

EXCEPTIONS = Exceptions(short_notice="汛期将至", authorisation="2026年3月1日村民会议授权")
ROAD = ResolutionText(
    "硬化上围至老碾房三百米水泥路，宽三米五，厚十八公分，十月底前完工。", 8_000_000, (("村集体公益金", None),)
)
LAMPS = ResolutionText("村口到学校装太阳能路灯二十盏，保修三年。", 3_650_050, (("镇文明办补助", None),))
FREE = ResolutionText("每月第一个星期六全村大扫除，各户自愿出工。", 0)
UNSAID = ResolutionText("成立护河小组，人选由各小组推选。")
MOTIONS = [("硬化上围村道", ROAD), ("装太阳能路灯", LAMPS), ("每月大扫除", FREE), ("成立护河小组", UNSAID)]
RARE = "㙟喆堃𠮷"


def a_meeting_of_motions(
    cast: Cast,
    body: str,
    who: tuple[Who, ...],
    motions: list[tuple[str, ResolutionText]],
    *,
    matter: str = "public_works",
    group_id: int | None = None,
    title: str = "今年第三次会议",
    gist: str = "路基要压实。答：请镇里派人验收。",
) -> int:
    """Called, held and closed: those named came; all hands for the first three motions, against the fourth."""
    meeting_id = a_meeting_draft(cast, body=body, group_id=group_id, title=title)
    polls = []
    for number, (name, said) in enumerate(motions):
        plan = ItemPlan(name, ItemKind.MOTION, None, "两三句话说清楚。", "", resolution=said)
        item = agendas.add(meeting(meeting_id), plan, cast.old_chan.act(language="zh-Hans-CN", key=f"item-{number}"))
        ripe(cast, item.consultation_id, matter, group_id=group_id)
        studied(cast, item.consultation_id)
        polls.append(a_vote(cast, item, key=f"vote-{number}", question=f"您同意“{name}”吗？"))
    meetings.call(meeting(meeting_id), EXCEPTIONS, cast.old_chan.act())
    seat(cast, meeting_id, *who)
    open_it(cast, meeting_id)
    for number, poll_id in enumerate(polls, 1):
        proceedings.call_item(meeting(meeting_id), number, cast.old_chan.act())
        begin_vote(cast, meeting_id, poll_id)
        end_vote(cast, meeting_id, poll_id)
        count_hands(cast, poll_id, *((0, len(who), 0) if number == len(MOTIONS) else (len(who), 0, 0)))
        declare(cast, poll_id)
        if number == 1:
            note(cast, meeting_id, ProceedingStep.SPEECH_NOTED, name="罗志明", text=gist)
        proceedings.close_item(meeting(meeting_id), number, Result.TALKED_OVER, cast.old_chan.act())
    check_ins.sit_in(meeting(meeting_id), "黎驻村", "驻村干部", cast.ms_yip.act(key="guest"))
    proceedings.close_meeting(meeting(meeting_id), cast.old_chan.act(), ended_at=clock.now())
    return meeting_id


@pytest.fixture
def assembly(app, village) -> int:
    """A villagers' assembly of persons, held, with one motion."""
    with app.app_context():
        return of_all_villagers(village)


@pytest.fixture
def of_representatives(app, village) -> int:
    """A representatives' meeting, held, with four motions."""
    with app.app_context():
        return of_the_representatives(village)


def read(client, path: str, lang: str = "zh_Hans", keep: str = "") -> str:
    """The words of a PDF, without spaces."""
    return "".join(pages_of(client, path, lang, keep))


def pages_of(client, path: str, lang: str = "zh_Hans", keep: str = "") -> list[str]:
    client.set_cookie("language", lang)
    answer = client.get(path)
    assert answer.status_code == 200, path
    if keep:
        prints.keep(answer.data, keep)
    return prints.words(answer.data)


def notices_of(app, tag: str) -> list[int]:
    with app.app_context():
        return [one.id for one in db.session.query(Notice).filter_by(tag=tag).order_by(Notice.id)]


SAID = ("硬化上围至老碾房三百米水泥路", "80,000元", "村集体公益金")


def test_the_call_says_text_cost_and_money_of_each_motion(app, client, assembly):
    (found,) = notices_of(app, "meeting_called")
    text = read(client, f"/rongxi/notices/{found}.pdf", keep="assembly-call")
    for words in (*SAID, "会议时间", "会议地点", "法定人数", "《村民委员会组织法》第", "汛期将至"):
        assert words in text, words


def test_the_minutes_say_text_cost_money_and_who_came_and_who_did_not(as_person, village, assembly):
    text = read(as_person(village.old_chan), f"/rongxi/meetings/{assembly}/minutes.pdf", keep="assembly-minutes")
    for words in (
        *SAID,
        "到会人员",
        "缺席人员",
        "列席黎驻村（驻村干部）",
        "会议时间",
        "会议地点",
        "法定人数",
        "决议内容",
    ):
        assert words in text, words
    for who in everybody(village):
        assert who.name in text, who.name


def test_one_notice_has_all_results_of_a_meeting(app, client, of_representatives):
    (found,) = notices_of(app, "meeting_results")
    pages = pages_of(client, f"/rongxi/notices/{found}.pdf", keep="representatives-results")
    text = "".join(pages)
    for name, said in MOTIONS:
        assert name in text and said.text in text, name
    assert text.count("表决内容") == 1 and text.count("决议内容") == 3, "three were carried, one was not"
    assert "36,500.50元" in text and "不花钱" in text and "议题没有写明" in text


def test_the_wall_shows_one_posting_and_old_addresses_of_single_notices_still_work(app, client, of_representatives):
    singles, (whole,) = notices_of(app, "poll_declared"), notices_of(app, "meeting_results")
    assert len(singles) == len(MOTIONS)
    client.get("/rongxi/notices/")
    shown = {link["href"] for link in client.page.select("main .ledger a")}
    assert f"/rongxi/notices/{whole}" in shown
    assert not shown & {f"/rongxi/notices/{single}" for single in singles}
    client.get(f"/rongxi/notices/{singles[0]}")
    assert client.page.select_one(f'a[href="/rongxi/notices/{whole}"]')
    assert client.get(f"/rongxi/notices/{singles[0]}.pdf").status_code == 200
    client.get(f"/rongxi/notices/{whole}")
    for _, said in MOTIONS:
        assert said.text in client.text("main")


def test_the_archive_says_it_in_data_index_and_one_posting(as_person, village, of_representatives):
    zipped = as_person(village.old_chan).get(f"/rongxi/meetings/{of_representatives}/archive.zip").data
    files = zipfile.ZipFile(io.BytesIO(zipped))
    facts = json.loads(files.read("meeting.json"))
    road = facts["items"][0]
    assert road["called"] == {"text": ROAD.text, "cost": "80000.00", "funding": [["村集体公益金", None]]}
    assert road["votes"][0]["resolution"] == road["called"] and road["votes"][0]["outcome"] == "carried"
    names = {row[1]: row[2] for row in facts["attendance"]}
    assert names[village.ah_fong.name] == "present" and set(names.values()) == {"present"}
    index = files.read("index.html").decode()
    assert ROAD.text in index and "36,500.50 元" in index and 'lang="zh-Hans-CN"' in index
    assert len([name for name in files.namelist() if name.startswith("notices/")]) == 2


def test_what_was_voted_on_is_frozen_with_the_call_and_with_the_vote(app, village, assembly):
    with app.app_context():
        called = FrozenCall.from_facts(meeting(assembly).frozen)
        assert called.agenda[0].resolution == ROAD and called.to_facts() == meeting(assembly).frozen
        assert list(verification.verify(village.row())) == []


def test_a_call_frozen_before_there_were_texts_reads_and_gives_its_fingerprint():
    row = [1, "修桥", "motion", 4, 2]
    facts = {
        "format": 1,
        "meeting": 1,
        "village": 1,
        "group": None,
        "title": "会",
        "place": "村委会",
        "starts_at": "2026-12-01T10:00:00+00:00",
        "called_at": "2026-11-01T10:00:00+00:00",
        "rule": {
            "body": "VRA",
            "unit": "person",
            "quorum": {"of": "2/3", "strict": False},
            "majority": {"of": "1/2", "strict": True},
            "base": "present",
            "notice_days": 0,
            "source": "法",
        },
        "online": "",
        "agenda": [row],
        "short_notice": "",
        "study_exception": "",
        "authorisation": "",
        "adult_on": "2026-12-01",
        "households": 3,
        "roll": {"units": 3, "digest": "x"},
    }
    assert FrozenCall.from_facts(facts).to_facts() == facts


def test_a_poll_without_meeting_says_its_text_cost_and_money(app, client, village):
    with app.app_context():
        poll_id = a_poll(village)
        vote(village, poll_id, village.ah_fong, 1)
    (found,) = notices_of(app, "poll_announced")
    text = read(client, f"/rongxi/notices/{found}.pdf", keep="poll-announced")
    for words in ("先清淤，再砌石。", "128,600元", "县里补助128,600元"):
        assert words in text, words


BOTH_OTHERS = pytest.mark.parametrize("lang", ["yue_Hant", "en"])


@BOTH_OTHERS
def test_whoever_prints_gets_the_same_official_paper(app, as_person, village, of_representatives, lang):
    reader = as_person(village.old_chan)
    paths = [f"/rongxi/notices/{n}.pdf" for tag in ("meeting_called", "meeting_results") for n in notices_of(app, tag)]
    paths += [f"/rongxi/meetings/{of_representatives}/{name}.pdf" for name in ("minutes", "sign-in-sheet")]
    for path in paths:
        reader.set_cookie("language", "zh_Hans")
        official = reader.get(path).data
        reader.set_cookie("language", lang)
        app.extensions.pop("kept_prints", None)
        assert reader.get(path).data == official, path


def test_a_reading_copy_says_on_each_page_that_it_is_one(app, client, of_representatives):
    (found,) = notices_of(app, "meeting_results")
    pages = pages_of(client, f"/rongxi/notices/{found}.pdf?copy=yue_Hant", "yue_Hant", keep="results-copy")
    assert all("粵語閱讀版，以簡體中文正本為準" in page for page in pages)
    assert "Readingcopy" in read(client, f"/rongxi/notices/{found}.pdf?copy=en", "en")
    assert "阅读版" not in read(client, f"/rongxi/notices/{found}.pdf?copy=zh_Hans")
    assert "阅读版" not in read(client, f"/rongxi/notices/{found}.pdf?copy=nonsense")


def official_papers(app, reader, meeting_id: int, name: str) -> Iterator[tuple[str, str]]:
    tags = ("meeting_called", "poll_declared", "meeting_results")
    for path in [
        *(f"/rongxi/notices/{n}.pdf" for tag in tags for n in notices_of(app, tag)),
        f"/rongxi/meetings/{meeting_id}/minutes.pdf",
        f"/rongxi/meetings/{meeting_id}/sign-in-sheet.pdf",
    ]:
        yield path, read(reader, path, keep=f"{name}-{path.rsplit('/', 1)[1].removesuffix('.pdf')}")
    zipped = reader.get(f"/rongxi/meetings/{meeting_id}/archive.zip").data
    files = zipfile.ZipFile(io.BytesIO(zipped))
    yield "attendance.pdf", "".join(prints.words(files.read("attendance.pdf")))


def of_a_collective(cast: Cast) -> int:
    for one in everybody(cast)[:5]:
        term, act = Term(FOUNDED.date()), Act.by_system(cast.id, now=FOUNDED)
        grants.grant(one.row(), Role.COLLECTIVE_REPRESENTATIVE, term, act)
    who = everybody(cast)[:5]
    return a_meeting_of_motions(cast, "CRA", who, MOTIONS[:2], matter="collective_rules", title="成员代表会议")


def of_a_group(cast: Cast) -> int:
    who = (cast.ah_fong, cast.old_chan, cast.ah_keung)
    group = cast.upper_group
    return a_meeting_of_motions(
        cast, "VG_house", who, MOTIONS[1:3], matter="group_matter", group_id=group, title="上围户代表会议"
    )


def of_all_villagers(cast: Cast) -> int:
    return a_meeting_of_motions(cast, "VA_people", everybody(cast)[:6], MOTIONS[:1])


def of_the_representatives(cast: Cast) -> int:
    five = everybody(cast)[:5]
    representatives(cast, *five)
    return a_meeting_of_motions(cast, "VRA", five, MOTIONS)


@pytest.mark.parametrize("hold", [of_all_villagers, of_the_representatives, of_a_collective, of_a_group])
def test_no_mark_of_ascii_stands_beside_a_chinese_character_in_an_official_paper(app, as_person, village, hold):
    with app.app_context():
        meeting_id = hold(village)
    for path, text in official_papers(app, as_person(village.old_chan), meeting_id, hold.__name__):
        assert not prints.half_width(text), (path, prints.half_width(text))


def test_a_letter_is_printed_only_where_somebody_may_be_sent_with_one(app, as_person, village, of_representatives):
    reader = as_person(village.ah_fong)
    assert reader.get(f"/rongxi/meetings/{of_representatives}/letter.pdf").status_code == 403
    with app.app_context():
        assembly, _ = a_called_meeting(village, key="another")
    text = read(reader, f"/rongxi/meetings/{assembly}/letter.pdf", "en")
    assert not prints.half_width(text) and "委托书" in text


def test_names_of_rare_characters_long_texts_and_many_names_stand_whole_on_notice_and_minutes(app, as_person, village):
    long = ResolutionText("修路之事，" * 399 + "完。", 8_000_000, (("村集体", None),))
    with app.app_context():
        villagers(village, 142)
        meeting_id = a_meeting_draft(village, title=f"第{RARE}次村民会议")
        plan = ItemPlan("长议案", ItemKind.MOTION, None, "说清楚。", "", resolution=long)
        item = agendas.add(meeting(meeting_id), plan, village.old_chan.act(language="zh-Hans-CN", key="long"))
        ripe(village, item.consultation_id)
        studied(village, item.consultation_id)
        meetings.call(meeting(meeting_id), EXCEPTIONS, village.old_chan.act())
        seat(village, meeting_id, *everybody(village))
        open_it(village, meeting_id)
    (found,) = notices_of(app, "meeting_called")
    reader = as_person(village.old_chan)
    for path, name in (
        (f"/rongxi/meetings/{meeting_id}/minutes.pdf", "long-minutes"),
        (f"/rongxi/notices/{found}.pdf", "long-call"),
    ):
        text = read(reader, path, keep=name)
        assert text.count("事") == 399 and RARE in text, name
    assert all(f"邻居{n}" in read(reader, f"/rongxi/meetings/{meeting_id}/minutes.pdf") for n in (0, 77, 141))


def lines_of(words: int, lines: int) -> dict[str, object]:
    """The context of minutes with so many words in each of so many lines."""
    part = [{"text": "话" * words, "strong": False, "struck": False}]
    item = {"title": "一、修路", "aside": "", "pairs": [["决议内容", "修路。"]], "lines": [{"parts": part}] * lines}
    return {
        "village": "榕溪村",
        "title": "会议记录",
        "subtitle": "会",
        "marks": [],
        "pairs": [["会议时间", "今天"]],
        "names": [["到会人员", ["陈伯坚"] * 30]],
        "items": [{**item, "result": "结果：通过了"}] * 2,
        "ending": "以上是会议记录。",
        "signers": ["主持人：", "记录人："],
        "all_sign": "到会人员签名",
        "signatures": 24,
        "proof": [],
        "foot": "会",
    }


@pytest.mark.parametrize("lines", range(8, 20))
def test_no_line_of_the_minutes_stands_alone_on_a_page(app, lines):
    with app.test_request_context():
        pdf = printing.rendered("minutes", **lines_of(60, lines))
    for page in prints.lines(pdf):
        text = [line for line in page if line.strip()]
        assert len(text) >= 4, text


def test_the_item_form_takes_text_cost_and_money_and_gives_back_what_was_typed(app, as_person, village):
    with app.app_context():
        meeting_id = a_meeting_draft(village)
    chan = as_person(village.old_chan)
    url, title = f"/rongxi/meetings/{meeting_id}/items/new", {"title": "修桥", "kind": "motion", "summary": "修桥。"}
    answer = chan.submit(url, **title, resolution="修东头石桥。", cost="五万", funding="村集体")
    assert answer.status_code == 422 and "修东头石桥。" in chan.page.select_one("#resolution").text
    answer = chan.submit(url, **title, resolution="修东头石桥。", cost="50000", funding="")
    assert answer.status_code == 422 and chan.page.select_one("#funding-mistake")
    chan.submit(url, **title, resolution="修东头石桥。", cost="5万", funding="村集体")
    with app.app_context():
        (item,) = meeting_queries.agenda(meeting_id)
        said = resolutions.of_item(item)
        assert said == ResolutionText("修东头石桥。", 5_000_000, (("村集体", None),))
        proposal = db.session.get_one(Consultation, item.consultation_id).proposal
        assert proposal.cost_fen == 5_000_000 and proposal.funding[0].name == "村集体"


def test_what_is_left_empty_is_taken_from_the_proposal_as_it_stands_at_the_call(app, village):
    with app.app_context():
        meeting_id, _ = a_called_meeting(village)
        (item,) = meeting(meeting_id).call.agenda
        assert item.resolution.cost_fen == 12_860_000 and item.resolution.funding == (("县里补助", 12_860_000),)
        proposal = db.session.get_one(Consultation, item.consultation_id).proposal
        assert item.resolution.text == f"{proposal.summary}\n{proposal.text}"


def test_the_wall_says_how_many_items_it_does_not_show(app, as_person, village):
    with app.app_context():
        meeting_id = a_meeting_draft(village)
        for n in range(7):
            an_item(village, meeting_id, kind=ItemKind.REPORT, title=f"第{n}项")
        meetings.call(meeting(meeting_id), EXCEPTIONS, village.old_chan.act())
    chan = as_person(village.old_chan)
    chan.get(f"/rongxi/meetings/{meeting_id}/projector")
    assert "共 7 项，下面列出第 1 到第 5 项" in chan.text("main")


def test_a_calendar_entry_is_of_this_server_and_rings_before(app, client, village):
    with app.app_context():
        meeting_id, _ = a_called_meeting(village)
    calendar = icalendar.Calendar.from_ical(client.get(f"/rongxi/meetings/{meeting_id}.ics").data)
    (event,) = calendar.walk("VEVENT")
    (alarm,) = event.walk("VALARM")
    assert event["UID"] == f"meeting-{meeting_id}-rongxi@localhost"
    assert alarm["ACTION"] == "DISPLAY" and alarm["TRIGGER"].dt == timedelta(hours=-2)


def test_a_text_changed_before_the_vote_is_said_on_ballot_minutes_and_result_and_its_money_stays(
    app, as_person, village
):
    with app.app_context():
        meeting_id = a_meeting_draft(village)
        plan = ItemPlan("硬化上围村道", ItemKind.MOTION, None, "修路。", "", resolution=ROAD)
        item = agendas.add(meeting(meeting_id), plan, village.old_chan.act(language="zh-Hans-CN", key="road"))
        ripe(village, item.consultation_id)
        studied(village, item.consultation_id)
        poll_id = a_vote(village, item)
        meetings.call(meeting(meeting_id), EXCEPTIONS, village.old_chan.act())
        seat(village, meeting_id, *everybody(village)[:6])
    chan = as_person(village.old_chan)
    url, other = f"/rongxi/meetings/{meeting_id}/items/1/text", "硬化上围至老碾房三百米水泥路，宽四米。"
    assert chan.submit(url, resolution=other).status_code == 409, "before it is open"
    with app.app_context():
        open_it(village, meeting_id)
    assert as_person(village.ms_yip).send(url, resolution="别的。").status_code == 403, (
        "who keeps the record decides no text"
    )
    for _ in range(2):
        assert chan.submit(url, resolution=other).status_code == 200
    with app.app_context():
        begin_vote(village, meeting_id, poll_id)
    assert chan.submit(url, resolution="又改了。").status_code == 409, "once it is voted on"
    ballot = as_person(village.ah_kwok).get(f"/rongxi/polls/{poll_id}").text
    assert not [words for words in (other, "开会时改过", ROAD.text, "80,000") if words not in ballot]
    with app.app_context():
        end_vote(village, meeting_id, poll_id)
        count_hands(village, poll_id, 6, 0, 0)
        declare(village, poll_id)
        close_it(village, meeting_id)
        assert minutes.of_meeting(meeting(meeting_id)).items[0].lines[0].words == (other,), "noted once"
        minutes.confirm(meeting(meeting_id), village.old_chan.act())
        assert list(verification.verify(village.row())) == []
    (found,) = notices_of(app, "meeting_results")
    for path in (f"/rongxi/notices/{found}.pdf", f"/rongxi/meetings/{meeting_id}/minutes.pdf"):
        text = read(chan, path)
        for words in (other, "开会时改过", f"改之前写的是：{ROAD.text}", "80,000元"):
            assert words in text, (path, words)


def test_reading_what_was_frozen_before_texts_gives_the_words_of_the_revision_that_was_voted_on(app, village):
    with app.app_context():
        poll_id = a_poll(village)
        frozen = db.session.get_one(Poll, poll_id).frozen
        without_triggers(f"UPDATE poll SET frozen = json_remove(frozen, '$.resolution') WHERE id = {poll_id}")
        db.session.expire_all()
        poll = db.session.get_one(Poll, poll_id)
        assert "resolution" in frozen and "resolution" not in poll.frozen
        assert polls.resolution_of(poll) == ResolutionText(WORDS.text, WORDS.cost_fen, WORDS.funding)


@pytest.mark.parametrize("resumed", [True, False])
def test_papers_of_a_meeting_of_two_days_say_of_a_vote_the_day_and_the_place_where_it_was(
    app, as_person, village, resumed
):
    """The row of the meeting has the last place and hour that were told; a vote of the first day was not there."""
    with app.app_context():
        meeting_id, poll_id = a_called_meeting(village)
        seat(village, meeting_id, *everybody(village)[:6])
        open_it(village, meeting_id)
        begin_vote(village, meeting_id, poll_id)
        end_vote(village, meeting_id, poll_id)
        count_hands(village, poll_id, 5, 1, 0)
        declare(village, poll_id)
        single = notice_queries.single_result(poll_id).id
        first, second = meeting(meeting_id).starts_at, meeting(meeting_id).starts_at + timedelta(days=2)
        act = village.old_chan.act(key="break")
        sittings.adjourn(meeting(meeting_id), place="祠堂", resumes_at=second, reason="天黑了", act=act)
        if resumed:
            there = village.old_chan.act(key="again", now=second)
            sittings.resume(meeting(meeting_id), there, began_at=second)
        ended = village.old_chan.act(key="end", now=second if resumed else clock.now())
        proceedings.close_meeting(meeting(meeting_id), ended, ended_at=ended.now)
        gathered = notice_queries.gathering(poll_id)
        with app.test_request_context("/rongxi/"):
            one, other = long_day(first), long_day(second)
    yip = as_person(village.ms_yip)
    yip.get(f"/rongxi/notices/{single}")
    assert one in yip.text("article") and "榕树头文化室" in yip.text("article")
    assert other not in yip.text("article p") and "祠堂" not in yip.text("article")
    yip.get(f"/rongxi/notices/{gathered}")
    facts = yip.text("dl.facts")
    assert one in facts and "榕树头文化室" in facts
    assert (other in facts, "祠堂" in facts) == (resumed, resumed)
    with zipfile.ZipFile(io.BytesIO(yip.get(f"/rongxi/meetings/{meeting_id}/archive.zip").data)) as packed:
        index = packed.read("index.html").decode()
        papers = {name: "".join(prints.words(packed.read(name))) for name in packed.namelist() if name.endswith(".pdf")}
    for name in ("minutes.pdf", "attendance.pdf"):
        assert "榕树头文化室" in papers[name] and ("祠堂" in papers[name]) is (resumed or name == "minutes.pdf"), name
    assert "榕树头文化室" in index and ("祠堂" in index) is resumed


def test_what_only_advises_resolves_nothing_on_any_page_or_paper(app, as_person, village):
    with app.app_context():
        poll_id = a_poll(village, body="VA_house")
        speaking = household_queries.speakers(village.id, on=today()).values()
        for who in (one for one in everybody(village) if one.id in speaking):
            vote(village, poll_id, who, 1)
        due = db.session.get_one(Poll, poll_id).closes_at + timedelta(minutes=1)
        close(at=due)
        closing.declare(db.session.get_one(Poll, poll_id), village.old_chan.act(now=due))
        notice = notice_queries.single_result(poll_id)
        said = db.session.get_one(Poll, poll_id)
        assert (said.standing, said.declaration.outcome) == ("advisory", "carried")
        notice_id = notice.id
    fong = as_person(village.ah_fong)
    for page in (f"notices/{notice_id}", f"polls/{poll_id}"):
        fong.get(f"/rongxi/{page}")
        assert "決議內容" not in fong.page.get_text(), page
    with app.test_request_context(f"/rongxi/notices/{notice_id}"):
        app.preprocess_request()
        row = db.session.get_one(Notice, notice_id)
        facts = print_notices.of_notice(row, notices.notice_context(row))
        assert "决议内容" not in [label for label, _ in facts["pairs"]]


def test_drafts_of_a_notice_belong_to_the_sign_in_as_those_of_every_page(app, as_person, village):
    """Under a name for everybody they were shown to whoever signed in next, and those of other pages were dropped."""
    with app.app_context():
        poll_id = a_poll(village, body="VA_house")
        notice_id = db.session.query(Notice).filter_by(poll_id=poll_id).one().id
    marks = set()
    for who in (village.ah_fong, village.ah_keung):
        reader = as_person(who)
        reader.get("/rongxi/")
        of_sign_in = reader.page.html["data-mark"]
        reader.get(f"/rongxi/notices/{notice_id}")
        assert reader.page.html["data-mark"] == of_sign_in
        marks.add(of_sign_in)
    assert len(marks) == 2
