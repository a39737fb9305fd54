"""Papers of a mediation case: each filled from the case, for those who may have them; and the volume with its index."""

import tempfile
from contextlib import contextmanager
from datetime import timedelta

import pypdfium2
import pytest
from flask_babel import gettext
from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE

from consult import clock
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.applications import Side
from consult.domain.cases.papers import IF_ANY, ORDER, Paper
from consult.domain.cases.states import CaseRole, CaseState, Source
from consult.services.cases import access_log, membership
from consult.services.people import villages
from consult.web import printing
from consult.web.words.cases import case_papers, case_state_words
from tests import hours, prints
from tests.cases import PHONE, WORDS, a_case, a_photo, act, course, opened

BOTH = pytest.mark.parametrize("lang", ["zh_Hans", "yue_Hant"])
SECRET = "其实只要他肯装水槽就算了。"


def whole(cast, **options) -> str:
    """A case that has every document there is. Returns its address."""
    address = a_case(cast, CaseState.MEDIATING, **options)
    leung, today = cast.aunt_leung, villages.local_day(cast.row(), clock.now()).isoformat()
    agent = {"side": "agent", "name": "李大文", "code": "", "for_party": 1, "authority": "agree", "both_agree": False}
    act(cast, address, leung, CaseAct.ADD_PARTY, {**agent, "phone": "13911112222"}, media=(a_photo("letter"),))
    act(cast, address, leung, CaseAct.EVIDENCE, {"words": "换瓦时的收据"}, media=(a_photo("receipt"),))
    act(cast, address, cast.ah_fong, CaseAct.STATEMENT, {"words": SECRET})
    steps = list(course(cast))
    for who, step, facts, media in steps[[step[1] for step in steps].index(CaseAct.AGREE) :]:
        if step is CaseAct.FOLLOW_UP:
            act(
                cast,
                address,
                leung,
                CaseAct.APPLY_CONFIRMATION,
                {"court": "清城区人民法院", "on": today, "both_agree": True},
            )
            act(cast, address, leung, CaseAct.CONFIRMATION, {"result": "confirmed", "on": today, "number": "民特3号"})
        act(cast, address, who, step, facts, media=media)
    return address


@contextmanager
def reading(app, lang="zh_Hans"):
    with app.test_request_context("/rongxi/", headers={"Cookie": f"language={lang}"}):
        app.preprocess_request()
        yield


def words_of(template: str, facts, name: str = "") -> list[str]:
    pdf = printing.rendered(template, **facts)
    assert set(prints.sizes(pdf)) == {prints.A4}
    if name:
        prints.keep(pdf, name)
    return prints.words(pdf)


def text_of(case, paper: Paper, name: str = "") -> str:
    return "".join(words_of("case_paper", case_papers.of_paper(case, paper), name))


SAYS = {
    Paper.APPLICATION: [WORDS, "李桂芳", "陈伯坚", "01-001", "48"],
    Paper.REGISTER: [WORDS, "李桂芳", "陈伯坚"],
    Paper.RIGHTS: ["李桂芳", "陈伯坚", "李大文"],
    Paper.IDENTITY: ["李桂芳", "李大文", "梁秀珍"],
    Paper.AUTHORITY: ["李桂芳", "李大文"],
    Paper.INVESTIGATION: ["屋檐伸出多少？", "陈伯坚家屋后"],
    Paper.EVIDENCE: ["换瓦时的收据", SECRET],
    Paper.RECORD: ["榕树头调解室", "墙脚湿了一年。", "屋檐伸出界线三十八公分。", "装水槽，修好墙脚。"],
    Paper.AGREEMENT: ["陈伯坚装水槽，补贴墙面修缮费。", "装好屋檐水槽", "1,200", "梁秀珍"],
    Paper.RECEIPTS: ["装好屋檐水槽", "付墙面修缮费", "1,200"],
    Paper.FOLLOW_UP: ["双方", "梁秀珍"],
    Paper.CONFIRMATION: ["清城区人民法院", "民特3号"],
    Paper.REMARKS: ["双方当面谈好，水槽已装，墙脚已补。"],
    Paper.BACK_COVER: ["调解室二号柜", "梁秀珍"],
}


@BOTH
def test_every_document_of_a_case_is_filled_from_it(app, inside, lang):
    address = whole(inside)
    with reading(app, lang):
        case = opened(inside, inside.aunt_leung, address)
        for paper in SAYS:
            text = text_of(case, paper, f"case-{paper}-{lang}")
            assert not [words for words in [*SAYS[paper], "榕溪村"] if "".join(words.split()) not in text], paper
            assert not prints.half_width(text), paper


@BOTH
def test_the_volume_has_all_documents_in_the_official_order_and_its_index_their_pages(app, inside, lang):
    address = whole(inside)
    with reading(app, lang):
        facts = case_papers.of_volume(opened(inside, inside.aunt_leung, address))
        cover, index, *pages = words_of("case_volume", facts, f"case-volume-{lang}")
        titles = {paper.value: "".join(case_state_words.paper(paper).split()) for paper in ORDER}
        page_of = "".join(gettext("Page %(n)s of %(all)s", n="%s", all="%s").split())
        mark = "".join(printing.reading_copy().split())
    there = [Paper(row["code"]) for row in facts["index"]["rows"]]
    assert list(dict.fromkeys(one["code"] for one in facts["documents"])) == [paper.value for paper in there]
    assert there == [paper for paper in ORDER if paper not in IF_ANY or paper is Paper.REGISTER]
    assert "屋檐滴水纠纷" in cover and "李桂芳" in cover and str(len(pages)) in cover
    assert [page.endswith(page_of % (n, len(pages))) for n, page in enumerate(pages, 1)] == [True] * len(pages)
    first = {one["code"]: one for one in reversed(facts["documents"])}
    for number, paper in enumerate(there, 1):
        document, title = first[paper.value], titles[paper.value]
        heading = "".join((document["above"] + document["title"] + document["number"]).split())
        begins = next(n for n, page in enumerate(pages, 1) if page.startswith(mark + heading))
        assert f"{number}{title}{begins}" in index


def test_a_document_that_is_not_there_has_no_page_in_the_index(app, inside):
    address = a_case(inside, CaseState.ACCEPTED)
    with reading(app):
        facts = case_papers.of_volume(opened(inside, inside.aunt_leung, address))
        words = words_of("case_volume", facts)
    assert [d["code"] for d in facts["documents"]] == ["application", "register", "rights", "back_cover"]
    assert words[1].count("—") == len(set(ORDER) - IF_ANY) - 3


def test_an_agreement_can_be_printed_to_be_signed_with_a_line_for_each_and_a_place_for_the_seal(app, inside):
    address = a_case(inside, CaseState.AGREED_IN_WRITING)
    with reading(app):
        case = opened(inside, inside.aunt_leung, address)
        (document,) = case_papers.of_paper(case, Paper.AGREEMENT)["documents"]
        text = text_of(case, Paper.AGREEMENT, "case-agreement-to-sign")
    names = ("李桂芳", "陈伯坚", "梁秀珍")
    assert all(any(name in line for line in document["signers"]) for name in names)
    assert document["seal"] and "".join(document["seal"].split()) in text
    assert not [block for block in document["blocks"] if block["kind"] in ("photos", "ticks")]


def test_the_notice_of_rights_is_there_once_a_case_is_taken_and_a_blank_letter_before(app, inside):
    applied, taken = a_case(inside), a_case(inside, CaseState.ACCEPTED, key="taken")
    with reading(app):
        before, after = (opened(inside, inside.aunt_leung, address) for address in (applied, taken))
        assert Paper.RIGHTS not in case_papers.printable(before) and Paper.AUTHORITY in case_papers.printable(before)
        assert Paper.RIGHTS in case_papers.printable(after)
        assert not case_papers.of_paper(after, Paper.RECORD)["documents"]
        assert "李桂芳" not in text_of(before, Paper.AUTHORITY, "case-letter-blank")


def test_what_nobody_applied_for_and_what_is_agreed_by_word_of_mouth_stand_in_registers(app, inside):
    address = a_case(inside, CaseState.AGREED_ORALLY, source=Source.GRID)
    with reading(app):
        case = opened(inside, inside.aunt_leung, address)
        for paper in (Paper.APPLICATION, Paper.AGREEMENT):
            (document,) = case_papers.of_paper(case, paper)["documents"]
            assert document["title"] != case_state_words.paper(paper) and document["seal"]
            text_of(case, paper, f"case-register-{paper}")


def test_after_a_second_mediation_the_new_agreement_is_signed_and_the_volume_keeps_both(app, inside, monkeypatch):
    day = villages.local_day(inside.row(), clock.now())
    late = [{"by": 2, "what": "旧的约定", "amount": None, "due": day.isoformat()}]
    address = a_case(inside, CaseState.PERFORMING, rows=late)
    monkeypatch.setenv("CONSULT_CLOCK_SHIFT", hours.later(timedelta(days=2)))
    leung = inside.aunt_leung
    act(inside, address, leung, CaseAct.BREACH, {"row": 1, "words": "没有做。"})
    act(inside, address, leung, CaseAct.MEDIATE_AGAIN, {"both_agree": True, "reason": "换个办法。"})
    anew = next(facts for _who, step, facts, _media in course(inside) if step is CaseAct.AGREE)
    act(inside, address, leung, CaseAct.AGREE, anew)
    with reading(app):
        case = opened(inside, leung, address)
        text = text_of(case, Paper.AGREEMENT)
        kept = "".join(words_of("case_volume", case_papers.of_volume(case)))
    assert "装好屋檐水槽" in text and "旧的约定" not in text
    assert "旧的约定" in kept and "装好屋檐水槽" not in kept, "a volume holds what has taken effect"
    sign = next(step for step in course(inside) if step[1] is CaseAct.SIGN)
    act(inside, address, leung, CaseAct.SIGN, sign[2], media=sign[3])
    with reading(app):
        kept = "".join(words_of("case_volume", case_papers.of_volume(opened(inside, leung, address))))
    assert "旧的约定" in kept and "装好屋檐水槽" in kept


def test_what_was_ticked_by_mistake_stands_in_no_receipt(app, inside):
    address = a_case(inside, CaseState.PERFORMING)
    day = villages.local_day(inside.row(), clock.now()).isoformat()
    for n, what in ((1, CaseAct.PERFORM), (2, CaseAct.PERFORM), (2, CaseAct.TAKE_BACK)):
        told = {"row": n, "on": day, "other_side_says": True, "reason": "看错"}
        act(inside, address, inside.aunt_leung, what, told, key=f"{what}{n}")
    with reading(app):
        text = text_of(opened(inside, inside.aunt_leung, address), Paper.RECEIPTS)
    assert "装好屋檐水槽" in text and "付墙面修缮费" not in text


def test_the_desk_has_whole_phone_numbers_and_a_party_masked_ones(app, inside):
    """A court and an archive want the number; nobody else is told the number of another."""
    address = whole(inside)
    with reading(app):
        official = "".join(words_of("case_volume", case_papers.of_volume(opened(inside, inside.aunt_leung, address))))
        party = text_of(opened(inside, inside.old_chan, address), Paper.AGREEMENT)
    assert PHONE in official and "13911112222" in official
    assert "138****0001" in party and PHONE not in party and "13911112222" not in party


def test_a_reading_copy_masks_phone_numbers(app, inside):
    address = whole(inside)
    with reading(app, "yue_Hant"):
        copy = text_of(opened(inside, inside.aunt_leung, address), Paper.AGREEMENT)
    assert "138****0001" in copy and PHONE not in copy and "13911112222" not in copy


def test_photos_are_in_the_file_and_touch_no_disk(app, inside, tmp_path, monkeypatch):
    address = a_case(inside, CaseState.PERFORMING, media=[a_photo("wall")])
    kept = {path for path in app.config["CONSULT"].instance_path.rglob("*") if path.is_file()}
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))
    with reading(app):
        case = opened(inside, inside.aunt_leung, address)
        pdf = printing.rendered("case_volume", **case_papers.of_volume(case))
    document = pypdfium2.PdfDocument(pdf)
    pictures = [one for page in document for one in page.get_objects(filter=[FPDF_PAGEOBJ_IMAGE], max_depth=9)]
    assert len(pictures) == 2, "one of the application, one of the signed page"
    document.close()
    assert kept == {path for path in app.config["CONSULT"].instance_path.rglob("*") if path.is_file()}
    assert not list((tmp_path / "scratch").iterdir())


@pytest.fixture
def signed(app, village) -> str:
    with app.app_context():
        return a_case(village, CaseState.PERFORMING)


MAY_HAVE = {
    "aunt_leung": {Paper.APPLICATION, Paper.RIGHTS, Paper.RECORD, Paper.AGREEMENT, Paper.BACK_COVER},
    "ah_fong": {Paper.APPLICATION, Paper.RIGHTS, Paper.AGREEMENT},
    "old_chan": {Paper.RIGHTS, Paper.AGREEMENT},
    "ms_yip": set(),
}


@pytest.mark.parametrize("who", MAY_HAVE)
def test_a_paper_is_there_only_for_those_who_may_have_it(app, village, as_person, signed, who):
    reader = as_person(getattr(village, who))
    at = f"/rongxi/cases/{signed}"
    found = {paper for paper in Paper if reader.get(f"{at}/papers/{paper}.pdf").status_code == 200}
    assert MAY_HAVE[who] <= found and (who == "aunt_leung" or found == MAY_HAVE[who])
    assert reader.get(f"{at}/volume.pdf").status_code == (200 if who == "aunt_leung" else 404)
    assert reader.get(f"{at}/papers/nonsense.pdf").status_code == 404
    assert reader.get(f"{at}/papers/remarks.pdf").status_code == 404, "it is not closed yet"


def test_every_paper_taken_out_is_noted_and_no_browser_keeps_it(app, village, as_person, signed):
    reader = as_person(village.old_chan)
    answer = reader.get(f"/rongxi/cases/{signed}/papers/agreement.pdf")
    assert answer.mimetype == "application/pdf" and "no-store" in answer.headers["Cache-Control"]
    with app.app_context():
        looks = access_log.lines(opened(village, village.aunt_leung, signed))
    assert [(look.name, look.what) for look in looks] == [(village.old_chan.name, "paper")]


def test_a_record_says_of_its_own_session_alone_that_identity_was_seen(app, inside):
    """What was asked at another session is no answer for this one, and nobody was seen before they came."""
    address = a_case(inside, CaseState.MEDIATING)
    leung = inside.aunt_leung
    session = next(facts for _, step, facts, _ in course(inside) if step is CaseAct.HOLD_SESSION)
    act(inside, address, leung, CaseAct.HOLD_SESSION, {**session, "result": "again", "identity_seen": False})
    kin = {"side": "kin", "name": "陈伯文", "code": "", "both_agree": True, "phone": ""}
    act(inside, address, leung, CaseAct.ADD_PARTY, kin)
    with reading(app):
        case = opened(inside, leung, address)
        records = case_papers.of_paper(case, Paper.RECORD)["documents"]
        ticked = [
            block["rows"][0][0] for one in records for block in one["blocks"] if block and block["kind"] == "ticks"
        ]
        identity = case_papers.of_paper(case, Paper.IDENTITY)["documents"][0]
        rows = next(block["rows"] for block in identity["blocks"] if block and block["kind"] == "table")
    assert ticked == [True, False]
    assert {row[2]: bool(row[4]) for row in rows} == {"李桂芳": True, "陈伯坚": True, "陈伯文": False}


def test_no_party_is_named_as_who_registered_the_case_for_the_committee(app, inside):
    """A party who wrote it on their phone under a bare name, and was found on the roll later."""
    sides = [Side(CaseRole.APPLICANT, "李桂芳"), membership.party_of(inside.old_chan.row(), CaseRole.RESPONDENT)]
    address = a_case(inside, CaseState.APPLIED, by=inside.ah_fong, sides=sides)
    leung = inside.aunt_leung
    accepted = next(facts for _, step, facts, _ in course(inside) if step is CaseAct.ACCEPT)
    act(inside, address, leung, CaseAct.ACCEPT, accepted)
    act(inside, address, leung, CaseAct.IDENTIFY, {"party": 1, "code": "01-001"})
    with reading(app):
        (document,) = case_papers.of_paper(opened(inside, leung, address), Paper.REGISTER)["documents"]
    assert any(leung.name in line for line in document["signers"])
    assert not any("李桂芳" in line for line in document["signers"])
