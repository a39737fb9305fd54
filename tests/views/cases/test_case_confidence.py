"""What pages show of confidence: the choice at a hand-up, true labels, danger at the desk, leaving at once, notices."""

import pytest

from consult import clock
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.choices import neutral_title
from consult.domain.cases.states import CaseState
from consult.domain.people.roles import Role
from consult.models import MediationCase, db
from consult.services.people import villages
from tests import prints
from tests.cases import a_case, act, grant, opened
from tests.services.cases.test_case_danger import TITLE, accepted
from tests.services.cases.test_case_sharing import SECRET, UP, in_work
from tests.village import sign_in_as

UP_FORM = {**UP, "on": "", "talk_how": ""}


def ready(app, make, *args, **options) -> str:
    with app.app_context():
        address = make(*args, **options)
        db.session.commit()
        db.session.remove()
    return address


@pytest.mark.both_databases
def test_handing_up_asks_what_may_be_shown_and_labels_say_so_afterwards(app, as_person, village):
    address = ready(app, in_work, village)
    at = f"/rongxi/cases/{address}/escalate"
    leung = as_person(village.aunt_leung)
    leung.get(at)
    offered = {int(box["value"]) for box in leung.page.select("input[name=share]")}
    ticked = [int(box["value"]) for box in leung.page.select("input[name=share][checked]")]
    assert ticked and set(ticked) < offered and not leung.page.select("input[name=talk_of][checked]")
    sent = {**UP, "share": [str(n) for n in ticked], "talk_of": ["1"], "key": "up"}
    assert leung.send(at, at=at, **sent, talk_how="").status_code == 422, "a yes needs the way it was given"
    assert leung.page.select_one("input[name=talk_of][checked]")["value"] == "1" and leung.page.select("#reason")
    assert leung.send(at, at=at, **sent, talk_how="当面").status_code == 303
    fong, chan, ho = (as_person(one) for one in (village.ah_fong, village.old_chan, village.uncle_ho))
    fong.get(f"/rongxi/cases/{address}")
    assert "你喺2026年" in fong.text(".root") and SECRET in fong.text("main")
    chan.get(f"/rongxi/cases/{address}")
    assert "同意咗" not in chan.text(".root") and "同意的" not in chan.text(".root")
    ho.get(f"/rongxi/cases/{address}")
    assert SECRET in ho.text("main") and "我手头紧" not in ho.text("main") and "13800000001" not in ho.text("main")
    assert ho.get(f"/rongxi/cases/{address}/volume.pdf").status_code == 200
    back = f"/rongxi/cases/{address}/town_talk"
    assert fong.send(back, at=back, key="no", answer="no").status_code == 303
    ho.get(f"/rongxi/cases/{address}")
    assert SECRET not in ho.text("main")
    fong.get(f"/rongxi/cases/{address}/looks")
    assert village.uncle_ho.name in fong.text("main"), "that the office looked is noted"


def test_after_a_hand_up_the_receipt_comes_first_and_the_office_is_not_told_to_close(app, as_person, village):
    def make() -> str:
        address = in_work(village)
        grant(village.uncle_ho, Role.JUSTICE_OFFICE)
        act(village, address, village.aunt_leung, CaseAct.ESCALATE, dict(UP))
        return address

    def says(who) -> str:
        client = as_person(who)
        client.get(f"/rongxi/cases/{address}")
        return client.text("#next-step ~ p.lead")

    address = ready(app, make)
    assert {says(village.aunt_leung), says(village.uncle_ho)} == {"记录上级签收"}
    with app.app_context():
        on = villages.local_day(village.row(), clock.now()).isoformat()
        facts = {"on": on, "number": "镇司调字3号", "received_by": "何所长"}
        act(village, address, village.aunt_leung, CaseAct.RECEIPT, facts)
        db.session.remove()
    assert says(village.uncle_ho) == "已移交上级" and "结案" in says(village.aunt_leung)


@pytest.mark.both_databases
def test_a_photo_of_talk_opens_to_the_office_only_with_its_entry(app, as_person, village):
    from tests.cases import a_photo

    def make() -> tuple[str, int]:
        grant(village.uncle_ho, Role.JUSTICE_OFFICE)
        address = a_case(village, CaseState.MEDIATING)
        act(village, address, village.ah_fong, CaseAct.STATEMENT, {"words": "看照片"}, media=[a_photo()])
        act(village, address, village.aunt_leung, CaseAct.ESCALATE, dict(UP))
        return address

    address = ready(app, make)
    with app.app_context():
        from consult.models import CaseFile

        file_id = db.session.query(CaseFile.id).order_by(CaseFile.id.desc()).limit(1).scalar()
        db.session.remove()
    ho, fong = as_person(village.uncle_ho), as_person(village.ah_fong)
    photo, talk = f"/rongxi/cases/{address}/files/{file_id}", f"/rongxi/cases/{address}/town_talk"
    assert ho.get(photo).status_code == 404
    fong.send(talk, at=talk, key="y", answer="yes")
    assert ho.get(photo).status_code == 200
    fong.send(talk, at=talk, key="n", answer="no")
    assert ho.get(photo).status_code == 404


@pytest.mark.both_databases
def test_the_desk_is_asked_about_danger_and_nobody_else_reads_the_answer(app, as_person, village):
    leung, at = as_person(village.aunt_leung), "/rongxi/cases/desk"
    leung.get(at)
    page = leung.page
    home = page.select_one("input[name=applicant]")
    assert home is not None and page.select_one("input[name=violence]") and page.select_one("input[name=safe_way]")
    sent = {
        "source": "application",
        "kind": "family",
        "applicant": village.ah_fong.name,
        "applicant_code": "",
        "present": "1",
        "respondent": village.old_chan.name,
        "respondent_code": "",
        "words": "女儿打断了我的肋骨",
        "way": "call",
        "phone": "",
        "violence": "1",
        "vulnerable": "1",
        "safe_way": "打侄女电话",
        "key": "d",
        "consultation": "",
        "on": "",
    }
    answer = leung.send(at, at=at, **sent)
    assert answer.status_code == 303
    leung.get(answer.headers["Location"])
    said = leung.text("main")
    for words in ("人身安全保护令", "第二十三条", "《未成年人保护法》第十一条", "110", "打侄女电话"):
        assert words in said
    call = leung.page.select_one("section:has(#danger) .emergency")
    assert call is not None and "第二十三条" in " ".join(one.text for one in call.find_all_next("p")), "before the law"
    leung.get("/rongxi/cases/")
    assert "肋骨" not in leung.text("main") and neutral_title() in leung.text("main")


@pytest.mark.both_databases
@pytest.mark.parametrize("language", ["zh_Hans", "yue_Hant"])
def test_on_the_daughters_phone_nothing_gives_it_away(app, as_person, village, language):
    address = ready(app, accepted, village, violence=True, vulnerable=True)
    chan = as_person(village.old_chan)
    with app.app_context():
        village.old_chan.row().language = language
        db.session.commit()
        db.session.remove()
    for path in ("/rongxi/cases/", f"/rongxi/cases/{address}", f"/rongxi/cases/{address}/papers/rights.pdf"):
        answer = chan.get(path)
        said = prints.words(answer.data)[0] if path.endswith(".pdf") else chan.text("body")
        for words in (TITLE, "暴力", "赡养", "婚姻家庭", "保护令", "危险"):
            assert words not in said or path == "/rongxi/cases/", (path, words)
        assert TITLE not in said and "赡养" not in said


@pytest.mark.both_databases
def test_leaving_at_once_leads_to_a_neutral_page_and_back_does_not_return(app, as_person, village):
    address = ready(app, a_case, village, CaseState.MEDIATING)
    fong, page = as_person(village.ah_fong), f"/rongxi/cases/{address}"
    fong.get(page)
    assert fong.page.select_one("form[action$='/cases/leaving'] button") is not None
    answer = fong.send("/rongxi/cases/leaving", at=page)
    assert answer.status_code == 303 and answer.headers["Location"].endswith("/rongxi/")
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    for path in (page, f"{page}/statement", f"{page}/looks", "/rongxi/cases/new/kind"):
        answer = fong.get(path)
        assert answer.status_code == 303 and answer.headers["Location"].endswith("/rongxi/"), path
    fong.get("/rongxi/cases/")
    assert address not in str(fong.page) and not fong.page.select("nav a[href$='/cases/'] .unread")
    back = "form[action$='/cases/coming-back']"
    assert fong.page.select_one(back) is not None
    sign_in_as(fong, village.old_chan)
    fong.get("/rongxi/cases/")
    assert fong.page.select_one(back) is None, "the next person on the phone is not told that somebody left"
    sign_in_as(fong, village.ah_fong)
    assert fong.get(page).status_code == 303
    fong.send("/rongxi/cases/coming-back", at="/rongxi/cases/")
    assert fong.get(page).status_code == 200


@pytest.mark.both_databases
def test_who_has_no_phone_is_told_in_person_with_a_notice_that_does_not_name_the_matter(app, as_person, village):
    def make() -> str:
        address = a_case(village, CaseState.ASSIGNED)
        today = opened(village, village.aunt_leung, address).written[-1].on.isoformat()
        called = {"on": today, "at": "19:30", "place": "调解室", "how": "closed"}
        act(village, address, village.aunt_leung, CaseAct.CALL_SESSION, called)
        village.old_chan.row().phone_mark = None
        village.old_chan.row().account_id = None
        return address

    address = ready(app, make)
    leung = as_person(village.aunt_leung)
    leung.get(f"/rongxi/cases/{address}")
    assert village.old_chan.name in leung.text("[aria-labelledby=to-tell]")
    answer = leung.get(f"/rongxi/cases/{address}/notice.pdf?party=2")
    text = prints.words(answer.data)[0]
    assert "调解通知书" in text and village.old_chan.name in text and "晚上7:30" in text
    assert "屋檐" not in text and village.ah_fong.name not in text
    assert as_person(village.ah_fong).get(f"/rongxi/cases/{address}/notice.pdf?party=2").status_code == 404
    assert leung.get(f"/rongxi/cases/{address}/notice.pdf?party=9").status_code == 404
    at = f"/rongxi/cases/{address}/told_in_person"
    with app.app_context():
        day = villages.local_day(village.row(), clock.now()).isoformat()
        db.session.remove()
    for _ in range(2):
        assert leung.send(at, at=at, key="t", told=["2"], on=day, way="at_home").status_code == 303
    leung.get(f"/rongxi/cases/{address}")
    assert not leung.page.select("[aria-labelledby=to-tell]") or village.old_chan.name not in leung.text(
        "[aria-labelledby=to-tell]"
    )


def test_where_somebody_may_be_in_danger_the_desk_is_warned_of_what_both_read_and_not_told_to_seat_them_together(
    app, as_person, village
):
    def make() -> str:
        address = accepted(village, violence=True)
        act(village, address, village.aunt_leung, CaseAct.TAKE_ON, {})
        return address

    address = ready(app, make)
    leung = as_person(village.aunt_leung)
    leung.get(f"/rongxi/cases/{address}")
    assert "不要让双方坐到一起" in leung.text("[aria-labelledby=next-step]")
    for form in ("escalate", "terminate", "evidence"):
        leung.get(f"/rongxi/cases/{address}/{form}")
        assert "让人害怕的那一方也看得到" in leung.text("form.sheet"), form
    for form in ("note_danger", "note", "told_in_person"):
        leung.get(f"/rongxi/cases/{address}/{form}")
        assert "让人害怕的那一方也看得到" not in leung.text("form.sheet"), form
    assert "履行方式" not in leung.text("form.sheet") and "怎么告知的" in leung.text("form.sheet")
    filed = opened_number(app, village, address, CaseAct.FILE)
    leung.get(f"/rongxi/cases/{address}/entries/{filed}/correct")
    assert "让人害怕的那一方也看得到" in leung.text("form.sheet")


def test_a_correction_says_before_it_is_written_who_reads_it_and_that_the_town_does(app, as_person, village):
    address = ready(app, in_work, village)
    with app.app_context():
        act(village, address, village.aunt_leung, CaseAct.ESCALATE, dict(UP))
        db.session.commit()
        db.session.remove()
    leung = as_person(village.aunt_leung)
    for step, town in ((CaseAct.FILE, True), (CaseAct.INVESTIGATE, False)):
        number = opened_number(app, village, address, step)
        if number:
            leung.get(f"/rongxi/cases/{address}/entries/{number}/correct")
            assert ("司法所" in leung.text("form.sheet")) is town, step


def test_a_good_time_and_the_way_reach_the_desk_also_without_a_phone_and_not_the_other_side(app, as_person, village):
    fong = as_person(village.ah_fong)
    fong.submit("/rongxi/cases/new/story?kind=family", story="我怕他", other=village.old_chan.name)
    with app.app_context():
        address = db.session.query(MediationCase).one().address
        db.session.remove()
    fong.get("/rongxi/cases/")
    assert "我怕他" not in fong.text("main")
    fong.submit(f"/rongxi/cases/{address}/contact", way="visit", phone="", when="白天，他上班")
    leung = as_person(village.aunt_leung)
    leung.get("/rongxi/cases/")
    assert "我怕他" not in leung.text("main"), "before anybody asked who is afraid"
    leung.get(f"/rongxi/cases/{address}")
    assert "白天，他上班" in leung.text(".parties") and "到我家来" in leung.text(".parties")
    with app.app_context():
        act(
            village,
            address,
            village.aunt_leung,
            CaseAct.ACCEPT,
            {"title": "家事", "kind": "family", "rights_told": True},
        )
        act(village, address, village.aunt_leung, CaseAct.IDENTIFY, {"party": 2, "code": "01-002"})
        db.session.commit()
        db.session.remove()
    chan = as_person(village.old_chan)
    assert chan.get(f"/rongxi/cases/{address}").status_code == 200 and "他上班" not in chan.text("main")


def opened_number(app, village, address: str, step: CaseAct) -> int:
    with app.app_context():
        written = opened(village, village.aunt_leung, address).written
        found = next((one.number for one in written if one.act is step), 0)
        db.session.remove()
    return found


@pytest.mark.both_databases
def test_a_phones_calendar_names_no_mediation_where_somebody_may_be_in_danger(app, as_person, village):
    """A phone's calendar is seen by whoever lives with its owner; the days of other cases say that they are of a mediation."""
    address = ready(app, accepted, village, violence=True)
    with app.app_context():
        act(village, address, village.aunt_leung, CaseAct.TAKE_ON, {})
        on = villages.local_day(village.row(), clock.now()).isoformat()
        called = {"on": on, "at": "9:30", "place": "村委", "how": "closed"}
        act(village, address, village.aunt_leung, CaseAct.CALL_SESSION, called)
        db.session.commit()
        db.session.remove()
    for who in (village.ah_fong, village.old_chan):
        text = as_person(who).get("/rongxi/cases/calendar.ics").get_data(as_text=True).replace("\r\n ", "")
        assert neutral_title() in text and "调解" not in text and "家庭" not in text and "村委" not in text
