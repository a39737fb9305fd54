"""Papers of a meeting as PDF files: A4, every character, in the reader's language, for those who may have them."""

import json
import re

import pytest

from consult.domain.audit import Tag
from consult.domain.meetings.agendas import ItemKind
from consult.domain.meetings.entry_facts import ProceedingStep
from consult.domain.people.office_terms import Term
from consult.domain.people.roles import Role
from consult.domain.polls.count_sheets import Figures
from consult.domain.polls.polls import Channel
from consult.models import AuditEntry, CountSheet, Notice, Person, db
from consult.services.core import typesetting
from consult.services.core.acts import Act
from consult.services.meetings import meetings, proceedings
from consult.services.people import cards, grants
from consult.services.polls import count_sheets
from tests import prints
from tests.meetings import (
    URGENT,
    a_called_meeting,
    a_held_meeting,
    a_meeting_draft,
    an_item,
    begin_vote,
    close_it,
    declare,
    end_vote,
    everybody,
    meeting,
    note,
    open_it,
    poll,
    seat,
)
from tests.tasks import representatives
from tests.village import FOUNDED, villagers, vote
from tests.ways import mark

BOTH = pytest.mark.parametrize("lang", ["zh_Hans", "yue_Hant"])
RARE = "冇佢喺咗哋𠵱𡃁𨋢㗎畀"


@pytest.fixture
def held(app, village):
    """(meeting, poll)"""
    with app.app_context():
        return a_held_meeting(village)


def pdf(client, path: str, lang: str = "zh_Hans") -> bytes:
    """A file, and its pictures kept to be looked at."""
    client.set_cookie("language", lang)
    answer = client.get(path)
    assert answer.status_code == 200, path
    assert answer.mimetype == "application/pdf"
    assert re.search(rb"/Lang\((zh-CN|zh-HK|en)", answer.data), "a reader of the file takes the right voice"
    name = path.strip("/").replace("/", "-").removesuffix(".pdf")
    prints.keep(answer.data, f"{name.partition('?')[0]}-{lang}")
    assert set(prints.sizes(answer.data)) == {prints.A4}
    return answer.data


def notice_of(app, tag: str) -> Notice:
    with app.app_context():
        found: Notice = db.session.query(Notice).filter_by(tag=tag).one()
        return found


@BOTH
def test_the_call_is_one_page_with_agenda_and_place(app, client, held, lang):
    found = notice_of(app, "meeting_called")
    pages = prints.words(pdf(client, f"/rongxi/notices/{found.id}.pdf", lang))
    assert len(pages) == 1
    for words in ("今年第三次村民会议", "榕树头文化室", "修好上圳三百米水圳", "汛期将至"):
        assert words in pages[0]


@BOTH
def test_the_resolution_is_one_page_with_its_counts(app, client, held, lang):
    found = notice_of(app, "poll_declared")
    pages = prints.words(pdf(client, f"/rongxi/notices/{found.id}.pdf", lang))
    assert len(pages) == 1
    assert "4" in pages[0] and "66.6%" in pages[0]


@BOTH
def test_the_sign_in_sheet_has_everybody_called(client, as_person, village, held, lang):
    pages = prints.words(pdf(as_person(village.ah_keung), f"/rongxi/meetings/{held[0]}/sign-in-sheet.pdf", lang))
    assert len(pages) == 1, "few fit on one sheet"
    assert village.ah_fong.name in pages[0] and village.uncle_ho.name in pages[0]


def test_the_sheet_of_a_full_hall_has_a_page_for_each_group(app, as_person, village):
    with app.app_context():
        villagers(village, 40)
        meeting_id, _ = a_called_meeting(village)
    pages = prints.words(pdf(as_person(village.ah_keung), f"/rongxi/meetings/{meeting_id}/sign-in-sheet.pdf"))
    upper = [page for page in pages if village.ah_fong.name in page]
    assert len(upper) == 1 and village.uncle_ho.name not in upper[0] and "邻居" not in upper[0]


def test_every_page_of_a_groups_sheet_says_whose_it_is_and_breaks_where_words_end(app, as_person, village):
    with app.app_context():
        db.session.get_one(Person, villagers(village, 40)[-1]).name = "阿不都热依木·买买提吐尔逊"
        db.session.commit()
        meeting_id, _ = a_called_meeting(
            village, title="关于村口停车位收费标准、旧校舍处置和集体鱼塘下一年度发包方案的今年第四次村民会议（续会）"
        )
    pages = prints.lines(pdf(as_person(village.ah_keung), f"/rongxi/meetings/{meeting_id}/sign-in-sheet.pdf"))
    of_lower = ["".join(page) for page in pages if any("邻居" in line for line in page)]
    assert len(of_lower) == 2 and all("签到表" in page and "下围" in page for page in of_lower)
    for line in (line for page in pages for line in page):
        assert not line.strip().startswith("·"), "a dot stays behind at the end of its line"
        assert "买买提" not in line or line.startswith("买买提"), line
    heads = [page for page in pages if any("列席人员" in line for line in page)]
    assert len(heads) == 2, "the head of the guests and the blanks under it stand on one page"


def test_no_minutes_are_offered_before_there_was_a_meeting(app, as_person, village, held):
    """They said that nobody had come, and that the quorum was missed."""
    with app.app_context():
        coming, _ = a_called_meeting(village, key="coming")
    clerk = as_person(village.old_chan)
    for meeting_id, offered in ((held[0], True), (coming, False)):
        clerk.get(f"/rongxi/meetings/{meeting_id}/prints")
        assert bool(clerk.page.select(f'a[href$="/meetings/{meeting_id}/minutes.pdf"]')) is offered


@BOTH
def test_the_minutes_say_who_came_and_what_was_decided(as_person, village, held, lang):
    pages = prints.words(pdf(as_person(village.old_chan), f"/rongxi/meetings/{held[0]}/minutes.pdf", lang))
    together = "".join(pages)
    for words in ("莲藕塘断水怎么办？答：分三段做。", "罗志明", "汛期将至", village.old_chan.name, village.ms_yip.name):
        assert words in together


@BOTH
def test_the_minutes_account_for_every_paper_and_hand_of_a_vote(app, as_person, village, lang):
    """One by phone, two papers of which one is blank, and hands: the counts alone did not add up to who was present."""
    with app.app_context():
        meeting_id, poll_id = a_called_meeting(village, paper=True)
        seat(village, meeting_id, *everybody(village)[:6])
        open_it(village, meeting_id)
        begin_vote(village, meeting_id, poll_id)
        vote(village, poll_id, village.ah_fong, 1)
        mark(village, poll_id, village.ah_kwok, village.aunt_leung, by=village.sister_chow)
        end_vote(village, meeting_id, poll_id)
        sheets = count_sheets.sheets_of(poll_id)
        paper = count_sheets.open_sheet(poll(poll_id), Channel.PAPER, "台前", village.ms_yip.act(key="p"))
        for sheet, figures in (
            (paper, Figures(2, 2, (1, 0, 0), blank=1)),
            (sheets[-1], Figures(3, 3, (3, 0, 0))),
        ):
            for who in (village.uncle_ho, village.ms_yip):
                count_sheets.enter(db.session.get_one(CountSheet, sheet.id), figures, who.act(), picture="")
        declare(village, poll_id)
        close_it(village, meeting_id)
    chair, copied = as_person(village.old_chan), "" if lang == "zh_Hans" else f"?copy={lang}"
    text = "".join(prints.words(pdf(chair, f"/rongxi/meetings/{meeting_id}/minutes.pdf{copied}", lang)))
    chair.get(f"/rongxi/meetings/{meeting_id}/minutes")
    said = {
        "zh_Hans": ("收回2张", "有效票1张", "空白票1张"),
        "yue_Hant": ("收返2張", "有效票1張", "白票1張"),
    }
    original = "".join(chair.text("#main").split())
    assert [way for way in said["zh_Hans"] if way not in original] == [], "the page is in the village's language"
    assert [way for way in said[lang] if way not in "".join(text.split())] == []


def test_corrected_words_stay_on_the_minutes(app, as_person, village):
    with app.app_context():
        meeting_id, _ = a_held_meeting(village)
        line = note(village, meeting_id, ProceedingStep.REMARK_NOTED, text="第一种说法")
        proceedings.correct(meeting(meeting_id), line, "第二种说法", village.ms_yip.act(key="c"))
    text = "".join(prints.words(pdf(as_person(village.old_chan), f"/rongxi/meetings/{meeting_id}/minutes.pdf")))
    assert "第一种说法" in text and "第二种说法" in text and "补录" in text


@BOTH
def test_a_letter_of_proxy_has_blanks_to_fill_in(as_person, village, held, lang):
    pages = prints.words(pdf(as_person(village.ah_fong), f"/rongxi/meetings/{held[0]}/letter.pdf", lang))
    assert len(pages) == 1 and "今年第三次村民会议" in pages[0]
    assert not prints.half_width("".join(pages))


@BOTH
def test_paper_ballots_are_four_to_a_page_and_all_alike(app, as_person, village, lang):
    with app.app_context():
        _, poll_id = a_called_meeting(village, paper=True)
    pages = prints.words(pdf(as_person(village.ah_keung), f"/rongxi/polls/{poll_id}/paper-ballots.pdf", lang))
    assert len(pages) == 1 and pages[0].count("您赞成修上圳吗？") == 4
    assert not prints.half_width("".join(pages))


@BOTH
def test_household_cards_are_ten_to_a_page(app, as_person, village, lang):
    with app.app_context():
        cards.issue(village.upper_group, village.ms_yip.act())
    pages = prints.words(pdf(as_person(village.ms_yip), f"/rongxi/cards.pdf?group={village.upper_group}", lang))
    assert len(pages) == 1 and "01-001" in pages[0]
    assert not prints.half_width("".join(pages))


def test_a_group_without_unclaimed_cards_has_a_sentence_and_no_empty_sheet(as_person, village):
    yip = as_person(village.ms_yip)
    answer = yip.get(f"/rongxi/cards.pdf?group={village.upper_group}")
    assert answer.status_code == 303 and answer.location.endswith(f"/cards?group={village.upper_group}")
    yip.get(answer.location)
    assert "都已认领" in yip.text("main") and not yip.page.select(".print-page, main a[href*='cards.pdf']")
    assert not yip.page.select("h1.screen-only")


def test_every_character_of_cantonese_and_of_rare_names_is_in_the_file(app, as_person, village):
    with app.app_context():
        meeting_id, _ = a_called_meeting(village, title=f"傾{RARE}")
    text = prints.words(pdf(as_person(village.old_chan), f"/rongxi/meetings/{meeting_id}/minutes.pdf"))[0]
    assert RARE in text


def test_a_character_that_no_font_has_is_shown_as_missing_and_named(app, monkeypatch):
    monkeypatch.setattr(typesetting, "SYSTEM_FONTS", ())
    facts = {
        "lang": "zh",
        "region": "CN",
        "foot": "",
        "title": "陈\U000321a0",
        "paragraphs": [],
        "blanks": [],
        "note": "",
    }
    text = prints.words(typesetting.typeset("letter", facts))[0]
    assert "陈〓" in text and "U+321A0" in text


def logged(app, client, *paths: str) -> list[AuditEntry]:
    """Print, and return the entries that it left."""
    with app.app_context():
        before = db.session.query(AuditEntry).count()
    for path in paths:
        pdf(client, path)
    with app.app_context():
        return db.session.query(AuditEntry).order_by(AuditEntry.number).all()[before:]


def test_printing_papers_without_people_leaves_no_trace_in_the_log(app, as_person, village, held):
    notice, reader = notice_of(app, "meeting_called"), as_person(village.ah_keung)
    assert not logged(app, reader, f"/rongxi/notices/{notice.id}.pdf", f"/rongxi/meetings/{held[0]}/letter.pdf")


@pytest.mark.parametrize("name", ["sign-in-sheet", "minutes"])
def test_papers_that_name_people_are_handed_out_with_one_entry_that_names_no_one_in_them(
    app, as_person, village, held, name
):
    (entry,) = logged(app, as_person(village.old_chan), f"/rongxi/meetings/{held[0]}/{name}.pdf")
    assert (entry.tag, entry.actor_id) == (Tag.EXPORT_MADE, village.old_chan.id)
    facts = json.loads(entry.facts)
    assert facts.keys() == {"kind", "count", "of"} and facts["of"] == f"meeting:{held[0]}"


@pytest.mark.parametrize("name", ["sign-in-sheet", "minutes"])
def test_papers_that_name_people_are_not_for_everybody(as_person, village, held, name):
    assert as_person(village.ah_fong).get(f"/rongxi/meetings/{held[0]}/{name}.pdf").status_code == 403


def test_the_sheet_of_many_office_holders_is_one_list(app, as_person, village):
    """A page for each group would be a page for each representative or two."""
    with app.app_context():
        representatives(village, village.ah_fong, village.ah_kwok)
        for one in villagers(village, 44):
            act = Act.by_system(village.id, now=FOUNDED)
            grants.grant(db.session.get_one(Person, one), Role.REPRESENTATIVE, Term(FOUNDED.date()), act)
        meeting_id = a_meeting_draft(village, body="VRA", title="村民代表会议")
        an_item(village, meeting_id, kind=ItemKind.REPORT, title="收支账")
        meetings.call(meeting(meeting_id), URGENT, village.old_chan.act())
    pages = prints.words(pdf(as_person(village.ah_keung), f"/rongxi/meetings/{meeting_id}/sign-in-sheet.pdf"))
    assert len(pages) == 2 and village.ah_fong.name in pages[0] and "邻居" in pages[0]


def test_no_seal_stands_on_a_page_without_words_of_the_call(app, client, village):
    """However long the agenda is, the basis in law stands on the page of the seal."""
    with app.app_context():
        for n in (7, 9, 11, 13):
            meeting_id = a_meeting_draft(village, key=f"long-{n}", title=f"第{n}次会议")
            for title in (f"{n}事{one}" for one in "甲乙丙丁戊己庚辛壬癸子丑寅"[:n]):
                an_item(village, meeting_id, kind=ItemKind.REPORT, title=title)
            meetings.call(meeting(meeting_id), URGENT, village.old_chan.act())
        found = [one.id for one in db.session.query(Notice).filter_by(tag="meeting_called")]
    for notice in found:
        *_, last = prints.words(pdf(client, f"/rongxi/notices/{notice}.pdf"))
        assert "（盖章）" in last and "依据：《" in last


def test_a_copy_to_read_has_no_lines_to_sign(as_person, village, held):
    address = f"/rongxi/meetings/{held[0]}/minutes.pdf"
    reader = as_person(village.ah_keung)
    assert "到会人员签名" in "".join(prints.words(pdf(reader, address)))
    assert "到會嘅人簽名" not in "".join(prints.words(pdf(reader, f"{address}?copy=yue_Hant", "yue_Hant")))
