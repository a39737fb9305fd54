"""Papers of cases as they lie on the desk: every name inside its page and above its foot, also a hundred of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise

import pypdfium2
import pytest

from consult import clock
from consult.domain.allowances import MOST_A_DAY, Use
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.applications import Side
from consult.domain.cases.papers import Paper
from consult.domain.cases.states import CaseRole, CaseState
from consult.services.core import typesetting
from consult.services.people import villages
from consult.web import printing
from consult.web.words.cases import case_papers
from tests import prints
from tests.cases import a_case, act, course, opened
from tests.village import Cast

SURNAMES, GIVEN = "赵钱孙李周吴郑王冯陈", "建国秀英志强丽华桂芳"
FOOT = 52
"""Points above the lower edge: nothing but the foot stands below (20 mm is 57)."""


def worker(n: int) -> str:
    """One of a hundred names, none like another."""
    return f"{SURNAMES[n % 10]}{GIVEN[n // 10]}{'甲乙丙丁戊己庚辛壬癸'[n % 10]}"


@contextmanager
def reading(app) -> Iterator[None]:
    with app.test_request_context("/rongxi/", headers={"Cookie": "language=zh_Hans"}):
        app.preprocess_request()
        yield


def of_many(cast: Cast, many: int, until: CaseState = CaseState.CLOSED) -> str:
    """A case of unpaid wages, as many applicants as said but one, alternating on the list with the one who owes."""
    sides = [Side(CaseRole.APPLICANT, worker(n)) for n in range(many - 1)]
    sides.insert(1, Side(CaseRole.RESPONDENT, "欠薪包工头"))
    day = (villages.local_day(cast.row(), clock.now()) + timedelta(20)).isoformat()
    rows = [{"by": 2, "what": "付清工资", "amount": 400_000, "due": day, "to": []}]
    address = a_case(cast, sides=sides, key=f"many-{many}")
    for who, step, facts, media in course(cast, rows=rows):
        case = opened(cast, cast.aunt_leung, address)
        assert case is not None
        if case.state is until:
            break
        if step is CaseAct.CONSENT:
            if who is not cast.ah_fong:
                continue
            for party in case.situation.sides():
                act(cast, address, cast.aunt_leung, step, {"party": party.number, "answer": "yes", "how": "当面"})
            continue
        if step is CaseAct.SIGN:
            facts = {**facts, "signed": [one.number for one in case.situation.sides()]}
        if step is CaseAct.PERFORM and until is CaseState.PERFORMING:
            break
        act(cast, address, cast.aunt_leung, step, facts, media=media)
    return address


def texts(pdf: bytes) -> list[list[tuple[str, tuple[float, float, float, float]]]]:
    """Each page's pieces of text with their boxes: left, bottom, right, top, in points."""
    document, found = pypdfium2.PdfDocument(pdf), []
    for page in document:
        text = page.get_textpage()
        boxes = [text.get_rect(n) for n in range(text.count_rects())]
        found.append([(text.get_text_bounded(*box).strip(), box) for box in boxes])
    document.close()
    return found


def outside(pdf: bytes) -> list[str]:
    """Text beyond the margins or printed over the foot, or one line over another."""
    wrong = []
    for number, page in enumerate(texts(pdf), 1):
        foot = max((box[3] for words, box in page if box[3] < FOOT), default=0)
        for words, (left, bottom, right, top) in page:
            if left < 40 or right > 595 - 30 or top > 842 - 20 or (bottom < foot < top):
                wrong.append(f"{number}: {words}")
    return wrong


def printed(case, paper: Paper, name: str) -> bytes:
    pdf = printing.rendered("case_paper", **case_papers.of_paper(case, paper))
    prints.keep(pdf, name)
    return pdf


@pytest.mark.parametrize("many", [2, 11, 24, 50, 100])
def test_every_line_to_sign_stands_on_paper_whatever_their_number(app, inside, many, monkeypatch):
    monkeypatch.setitem(MOST_A_DAY, Use.CASE_WRITING, 10_000)
    address = of_many(inside, many, CaseState.PERFORMING)
    names = [worker(n) for n in range(many - 1)] + ["欠薪包工头"]
    with reading(app):
        case = opened(inside, inside.aunt_leung, address)
        for paper in (Paper.AGREEMENT, Paper.RIGHTS, Paper.RECORD, Paper.CONFIRMATION):
            pdf = printed(case, paper, f"many-{many}-{paper}")
            pages = prints.words(pdf)
            whole = "".join(pages)
            assert not [name for name in names if whole.count(name) < 2], paper
            assert not outside(pdf), paper
            if many > 10:
                lines = [page for page in pages if sum(page.count(name) for name in names) > 3 and "___" not in page]
                assert lines
            assert [page.endswith(f"第{n}页共{len(pages)}页") for n, page in enumerate(pages, 1)] == [True] * len(pages)


def squeezed(pdf: bytes) -> list[str]:
    """Lines to sign that leave no room for a name: 15 points are 5 mm."""
    wrong = []
    for page in texts(pdf):
        lines = sorted((box[1] for words, box in page if words.startswith("申请人") and box[0] < 100), reverse=True)
        wrong += [f"{one}" for one, below in pairwise(lines) if 1 < one - below < 15]
    return wrong


def test_each_page_of_signatures_begins_with_what_is_signed(app, inside, monkeypatch):
    monkeypatch.setitem(MOST_A_DAY, Use.CASE_WRITING, 10_000)
    address = of_many(inside, 100, CaseState.AGREED_IN_WRITING)
    act(inside, address, inside.aunt_leung, CaseAct.AGREE, agreed(inside))
    with reading(app):
        pdf = printed(opened(inside, inside.aunt_leung, address), Paper.AGREEMENT, "to-sign-100")
    *_, before, _last = pages = prints.words(pdf)
    signing = [page for page in pages if page.count("申请人") > 12 and "姓名性别" not in page]
    assert len(signing) >= 2
    for page in signing[1:]:
        assert (
            page.startswith("以下签名属于《人民调解协议书》") and "〔2026〕人调字第1号" in page and "付清工资" in page
        )
    assert "盖章" in pages[-1] or "印章" in pages[-1]
    assert not squeezed(pdf) and before


def agreed(cast: Cast) -> dict:
    day = (villages.local_day(cast.row(), clock.now()) + timedelta(20)).isoformat()
    rows = [{"by": 2, "what": "付清工资", "amount": 400_000, "due": day, "to": []}]
    return next(facts for _w, step, facts, _m in course(cast, rows=rows) if step is CaseAct.AGREE)


@pytest.mark.parametrize("many", [2, 100])
def test_a_volume_is_whole_from_cover_to_back(app, inside, many, monkeypatch):
    monkeypatch.setitem(MOST_A_DAY, Use.CASE_WRITING, 10_000)
    address = of_many(inside, many, CaseState.ARCHIVED)
    with reading(app):
        facts = case_papers.of_volume(opened(inside, inside.aunt_leung, address))
        pdf = printing.rendered("case_volume", **facts)
    prints.keep(pdf, f"volume-{many}")
    cover, index, *pages = prints.words(pdf)
    assert not outside(pdf)
    for words in ("立卷人", "调解日期", "〔2026〕人调字第1号", inside.aunt_leung.name):
        assert words in cover
    assert "13800000001" in "".join(pages) and "受理登记表" in index
    assert [page.endswith(f"第{n}页共{len(pages)}页") for n, page in enumerate(pages, 1)] == [True] * len(pages)


def text_of(case, paper: Paper, name: str) -> str:
    pdf = printed(case, paper, name)
    assert not outside(pdf)
    return "".join(prints.words(pdf))


def test_what_is_not_taken_leaves_a_notice_with_ground_article_and_where_to_go(app, inside):
    address = a_case(inside, CaseState.DECLINED)
    with reading(app):
        text = text_of(opened(inside, inside.aunt_leung, address), Paper.DECLINED, "declined")
        volume = "".join(
            prints.words(
                printing.rendered("case_volume", **case_papers.of_volume(opened(inside, inside.aunt_leung, address)))
            )
        )
    for words in ("不予受理告知书", "要先确权。", "土地管理法14", "其他解决途径", "李桂芳"):
        assert words in text and words in volume


def test_a_mediation_that_ended_leaves_a_notice_with_who_why_when_and_who_was_told(app, inside):
    address = a_case(inside, CaseState.TERMINATED)
    leung, today = inside.aunt_leung, villages.local_day(inside.row(), clock.now()).isoformat()
    act(inside, address, leung, CaseAct.TELL_WAYS, {"on": today, "told": [2]})
    with reading(app):
        text = text_of(opened(inside, leung, address), Paper.ENDED, "ended")
    for words in ("终止调解告知书", "一方中途离开。", "陈伯坚2026年", "《人民调解法》第十七条", "向人民法院起诉"):
        assert words in text
    refused = a_case(inside, CaseState.ASSIGNED, key="no")
    act(inside, refused, inside.old_chan, CaseAct.CONSENT, {"answer": "no", "sure": True})
    with reading(app):
        case = opened(inside, leung, refused)
        text = text_of(case, Paper.ENDED, "refused")
        assert "不愿意调解的一方陈伯坚" in text


def test_what_is_handed_up_leaves_a_letter_with_a_slip(app, inside):
    address = a_case(inside, CaseState.ESCALATED)
    with reading(app):
        text = text_of(opened(inside, inside.aunt_leung, address), Paper.TRANSFER, "transfer")
    for words in ("案件移送函", "镇司法所", "牵涉两个村。", "回执", "接收人", "01-002"):
        assert words in text


def test_where_somebody_may_be_in_danger_the_letter_to_the_office_above_tells_where_nobody_lives(app, inside):
    address = a_case(inside, CaseState.ESCALATED)
    act(inside, address, inside.aunt_leung, CaseAct.NOTE_DANGER, {"in_danger": [1], "no_message": False})
    with reading(app):
        text = text_of(opened(inside, inside.aunt_leung, address), Paper.TRANSFER, "transfer")
    assert "李桂芳" in text and "住址，经本人同意" in text and "01-001" not in text and "01-002" not in text


def test_a_letter_calls_each_party_and_its_envelope_says_nothing_of_a_dispute(app, inside):
    address = a_case(inside, CaseState.INVESTIGATING)
    on = (villages.local_day(inside.row(), clock.now()) + timedelta(3)).isoformat()
    act(
        inside,
        address,
        inside.aunt_leung,
        CaseAct.CALL_SESSION,
        {"on": on, "at": "19:30", "place": "调解室", "how": "closed"},
    )
    with reading(app):
        pdf = printed(opened(inside, inside.aunt_leung, address), Paper.SUMMONS, "summons")
        volume = case_papers.of_volume(opened(inside, inside.aunt_leung, address))
    letter, envelope, *others = prints.words(pdf)
    assert len(others) == 2 and "19:30" in letter and "送达回证" in letter
    assert "李桂芳" in envelope and not [word for word in ("调解", "纠纷", "司法") if word in envelope]
    assert "summons" not in [one["code"] for one in volume["documents"]]


def test_what_is_due_is_written_to_whoever_owes_it(app, inside):
    address = a_case(inside, CaseState.PERFORMING)
    with reading(app):
        text = text_of(opened(inside, inside.aunt_leung, address), Paper.REMINDER, "reminder")
    assert "履行通知书" in text and "装好屋檐水槽" in text and text.count("亲启") == 1


def test_the_court_gets_two_applicants_and_nothing_of_the_committee(app, inside):
    address = a_case(inside, CaseState.PERFORMING)
    with reading(app):
        text = text_of(opened(inside, inside.aunt_leung, address), Paper.CONFIRMATION, "confirmation")
        copy = case_papers.of_paper(opened(inside, inside.aunt_leung, address), Paper.CONFIRMATION)
    assert text.count("公民身份号码（本人手写）") == 2 and "被申请人" not in text and "人调字" not in text
    assert "此致" in text and "人民法院" in text and "13800000001" in text
    assert copy["documents"][0]["above"] == ""


def test_only_those_to_whom_it_was_owed_sign_that_they_received_it(app, inside):
    address = a_case(inside, CaseState.PERFORMED)
    with reading(app):
        (document,) = case_papers.of_paper(opened(inside, inside.aunt_leung, address), Paper.RECEIPTS)["documents"]
    assert document["signers"] == ["申请人 李桂芳"]
    (table, *_) = document["blocks"]
    assert {row[-1] for row in table["rows"]} == {"李桂芳"}


def test_a_record_has_its_hour_its_place_and_a_line_on_each_page(app, inside):
    address = a_case(inside, CaseState.AGREED_IN_WRITING)
    with reading(app):
        case = opened(inside, inside.aunt_leung, address)
        record = text_of(case, Paper.RECORD, "record")
        asked = text_of(case, Paper.INVESTIGATION, "asked")
    assert "晚上7:30" in record and "榕树头调解室" in record and "当事人每页签名" in record
    assert "时分至时分" in asked and "陈伯坚家屋后" in asked and "被调查人每页签名" in asked


def test_letters_without_a_space_stay_within_the_margins(app, inside):
    address = a_case(inside, words="x" * 300)
    with reading(app):
        text = text_of(opened(inside, inside.aunt_leung, address), Paper.APPLICATION, "unbroken")
    assert "x" * 300 in text.replace("\u200b", "")


RARE = "𠮶㛃䶮𡚸𬭎𫖯㙟\U000321a0"
"""Of names; the last is in no font."""
IN_NO_FONT = "𠮶𡀲𪐀\U000321a0"
"""Not in the font that comes with the program."""


def glyphs(pdf: bytes) -> set[str]:
    """Characters of a file that are drawn."""
    return set("".join(prints.words(pdf)))


def test_a_rare_character_of_a_name_is_printed_or_marked_and_named(app, inside):
    sides = [Side(CaseRole.APPLICANT, f"陈{one}秋") for one in RARE] + [Side(CaseRole.RESPONDENT, "李四")]
    address = a_case(inside, sides=sides)
    with reading(app):
        pdf = printed(opened(inside, inside.aunt_leung, address), Paper.APPLICATION, "rare")
    text = "".join(prints.words(pdf))
    lacking = typesetting.lacking([RARE])
    assert "\U000321a0" in lacking
    for one in RARE:
        if one in lacking:
            assert one not in text and f"U+{ord(one):04X}（陈〓秋）" in text
        else:
            assert f"陈{one}秋" in text and f"U+{ord(one):04X}" not in text
    assert text.count("陈〓秋") >= 2 * len(lacking)


def test_without_fonts_of_the_machine_each_rare_character_is_marked_and_named(app, inside, monkeypatch):
    monkeypatch.setattr(typesetting, "SYSTEM_FONTS", ())
    sides = [Side(CaseRole.APPLICANT, f"陈{one}秋") for one in IN_NO_FONT] + [Side(CaseRole.RESPONDENT, "李四")]
    address = a_case(inside, sides=sides)
    with reading(app):
        text = "".join(
            prints.words(printed(opened(inside, inside.aunt_leung, address), Paper.APPLICATION, "rare-bare"))
        )
    assert not [one for one in IN_NO_FONT if f"U+{ord(one):04X}（陈〓秋）" not in text]


def test_the_desk_reads_before_printing_which_character_no_font_has(app, village, as_person):
    sides = [Side(CaseRole.APPLICANT, "陈\U000321a0秋"), Side(CaseRole.RESPONDENT, "李四")]
    with app.app_context():
        address = a_case(village, sides=sides)
    page = as_person(village.aunt_leung).get(f"/rongxi/cases/{address}").get_data(as_text=True)
    assert "U+321A0（陈〓秋）" in page
