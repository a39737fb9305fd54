"""A case with its real days, and its mistakes put right, on the pages and papers, in both languages."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask_babel import force_locale

from consult import clock
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.corrected_entries import corrected
from consult.domain.cases.papers import Paper
from consult.domain.cases.states import CaseState
from consult.domain.people.roles import Role
from consult.models import db
from consult.services.people import villages
from consult.web import filters
from consult.web.words.cases import case_page_words, case_papers, case_state_words
from consult.web.words.cases.papers import parts
from tests.cases import a_case, act, grant, opened
from tests.services.cases.test_case_danger import ACCEPT
from tests.services.cases.test_case_sharing import UP
from tests.views.talk.test_consultations import photo
from tests.village import Cast


def days(app, village: Cast) -> tuple[date, date]:
    """Today, and three days ago."""
    with app.app_context():
        today = villages.local_day(village.row(), clock.now())
        db.session.remove()
    return today, today - timedelta(3)


def entry_number(app, village: Cast, address: str, step: CaseAct) -> int:
    with app.app_context():
        found = opened(village, village.aunt_leung, address)
        assert found is not None
        number = [entry.number for entry in found.written if entry.act is step][-1]
        db.session.remove()
    return number


def send_form(client, at: str, **fields: Any):
    client.get(at)
    return client.press(f"main form[action$='{at}']", follow=False, **fields)


@pytest.mark.parametrize("language", ["zh_Hans", "yue_Hant"])
def test_settled_in_the_yard_and_typed_in_three_days_later(app, as_person, village, language):
    """Filing, acceptance, session, agreement and signatures bear their real day and are marked on page and papers."""
    today, then = days(app, village)
    client = as_person(village.aunt_leung)
    client.send("/preferences", language=language, next="/rongxi/")
    on = then.isoformat()
    sides = {"applicant": "李桂芳", "applicant_code": "01-001", "present": "1", "respondent": "陈伯坚"}
    form = {"source": "application", "kind": "neighbours", "way": "come", "words": "水滴到墙脚", "on": on}
    answer = client.send("/rongxi/cases/desk", at="/rongxi/cases/desk", key="f", **form, **sides)
    if answer.status_code == 422:  # the code of the household is another in this cast
        sides |= {"applicant_code": ""}
        answer = client.send("/rongxi/cases/desk", at="/rongxi/cases/desk", key="f", **form, **sides)
    assert answer.status_code == 303
    case = answer.headers["Location"]
    at = case[case.index("/rongxi") :]
    send_form(client, f"{at}/accept", title="屋檐滴水", rights_told="1", on=on)
    send_form(client, f"{at}/take_on")
    for party in ("1", "2"):
        send_form(client, f"{at}/consent", party=party, answer="yes")
    said = {"place": "屋后", "present": "双方", "said": "谈好了", "result": "agreed", "identity_seen": "1"}
    early = (then - timedelta(1)).isoformat()
    refused = send_form(client, f"{at}/hold_session", on=early, **said)
    assert refused.status_code == 422
    named = client.text(".mistakes, .urgent, main")
    assert str(then.day) in named and str(then.year) in named
    assert send_form(client, f"{at}/hold_session", on=on, **said).status_code == 303
    rows = {"by_1": "2", "what_1": "装水槽", "due_1": today.isoformat()}
    words = {"form": "written", "facts": "水", "terms": "装水槽", **rows, "on": on}
    assert client.send(f"{at}/agree", at=f"{at}/agree", key="agree", **words).status_code == 303
    client.get(at)
    late = {"zh_Hans": "补录", "yue_Hant": "補錄"}[language]
    marks = [one.get_text() for one in client.page.select("ol.root small") if late in one.get_text()]
    assert len(marks) == 5  # filing, what was said, acceptance, session, agreement
    assert client.page.select_one(f"ol.root time[datetime='{on}']")


def test_the_form_of_every_act_of_the_desk_has_todays_day_in_it(app, as_person, village):
    with app.app_context():
        address = a_case(village, CaseState.MEDIATING)
        db.session.remove()
    today, _ = days(app, village)
    client = as_person(village.aunt_leung)
    for step in ("consent", "withdraw", "terminate", "evidence", "hold_session"):
        client.get(f"/rongxi/cases/{address}/{step}")
        assert client.page.select_one("#on")["value"] == today.isoformat(), step
    as_party = as_person(village.ah_fong)
    as_party.get(f"/rongxi/cases/{address}/withdraw")
    assert as_party.page.select_one("#on") is None


def test_what_a_clock_of_ours_asks_is_answered_with_a_tick_that_is_recorded(app, as_person, village):
    with app.app_context():
        address = a_case(village, CaseState.MEDIATING)
        db.session.remove()
    client, at = as_person(village.aunt_leung), f"/rongxi/cases/{address}/terminate"
    client.get(at)
    assert client.page.select_one("#all_the_same") is None
    sent = {"ground": "time_expired", "reason": "双方都说到期了", "told_ways": "1"}
    answer = send_form(client, at, **sent)
    assert answer.status_code == 409 and client.page.select_one("#all_the_same")
    answer = client.press(f"main form[action$='{at}']", follow=False, **sent, all_the_same="1")
    assert answer.status_code == 303
    client.get(f"/rongxi/cases/{address}")
    assert "情況屬實" in client.text("ol.root") or "情况属实" in client.text("ol.root")


@pytest.mark.parametrize("language", ["zh_Hans", "yue_Hant"])
def test_a_mistake_is_corrected_on_the_page_and_the_old_words_stay_struck(app, as_person, village, language):
    with app.app_context():
        address = a_case(village, CaseState.MEDIATING)
        db.session.remove()
    client, case = as_person(village.aunt_leung), f"/rongxi/cases/{address}"
    client.send("/preferences", language=language, next="/rongxi/")
    number = entry_number(app, village, address, CaseAct.HOLD_SESSION)
    at = f"{case}/entries/{number}/correct"
    client.get(case)
    assert client.page.select_one(f"a[href='{at}']")
    client.get(at)
    assert client.page.select_one("#place")["value"] == "榕树头调解室"
    wrong = send_form(client, at, place="祠堂", why_corrected="")
    assert wrong.status_code == 422 and client.page.select_one("#place")["value"] == "祠堂"
    same = send_form(client, at, why_corrected="看错")
    assert same.status_code == 422
    assert send_form(client, at, place="祠堂", why_corrected="地点写错").status_code == 303
    client.get(case)
    assert "榕树头调解室" in client.page.select_one(f"#entry-{number} del").get_text()
    told = client.page.select_one(f"#entry-{number}").get_text()
    assert "祠堂" in told and "地点写错" in told and village.aunt_leung.name in told
    with app.app_context():
        found = opened(village, village.aunt_leung, address)
        with app.test_request_context():
            paper = case_papers.of_paper(found, Paper.RECORD)
        notes = str(paper["documents"][-1]["blocks"][-1])
        assert "榕树头调解室" in notes and "地点写错" in notes
        assert "祠堂" in str(paper["documents"][-1]["blocks"][0])
        db.session.remove()


def test_a_signature_is_taken_away_with_a_second_look_on_the_page(app, as_person, village):
    with app.app_context():
        grant(village.ms_yip, Role.HEAD_OF_MEDIATION)
        db.session.commit()
        address = a_case(village, CaseState.PERFORMING)
        db.session.remove()
    leung, case = as_person(village.aunt_leung), f"/rongxi/cases/{address}"
    number = entry_number(app, village, address, CaseAct.SIGN)
    assert (
        send_form(leung, f"{case}/entries/{number}/correct", strike="1", why_corrected="陈伯坚还没签").status_code
        == 303
    )
    look = f"{case}/entries/{number}/second-look"
    assert leung.get(look).status_code == 403
    party = as_person(village.old_chan)
    party.get(case)
    assert party.page.select_one(f"a[href='{look}']")
    signed = party.page.select_one(f"#entry-{number}").get_text()
    assert signed.count("已在纸上签名") == 1 and "要作废，等人确认" in signed, "what counts is said once"
    told = party.text("main")
    assert "提出把“签名盖章了”作废" in told and "“签名盖章了”已作废" not in told
    assert party.get(look).status_code == 200
    yip = as_person(village.ms_yip)
    yip.get(look)
    nothing = yip.send(look, at=look, key="n")
    assert nothing.status_code == 422
    assert yip.send(look, at=look, key="y", answer="yes").status_code == 303
    yip.get(case)
    struck = yip.page.select_one(f"#entry-{number}")
    assert struck.select_one("del") and village.ms_yip.name in struck.get_text()
    with app.app_context():
        assert opened(village, village.aunt_leung, address).state is CaseState.AGREED_IN_WRITING
        db.session.remove()


def test_an_agreement_of_many_lines_is_corrected_with_all_of_them_to_whom_and_in_which_way(app, as_person, village):
    row = {"by": 2, "to": [1], "what": "工钱", "amount": 12_345, "due": "2027-01-05", "way": "transfer"}
    rows = [{**row, "amount": row["amount"] + n} for n in range(12)]
    with app.app_context():
        address = a_case(village, CaseState.AGREED_IN_WRITING, rows=rows)
        db.session.remove()
    client, number = as_person(village.aunt_leung), entry_number(app, village, address, CaseAct.AGREE)
    at = f"/rongxi/cases/{address}/entries/{number}/correct"
    client.get(at)
    assert len(client.page.select("[name^=by_]")) == 12
    chosen = (
        client.page.select_one("[name=to_12]"),
        client.page.select_one("[name=way_12]"),
    )
    assert [one["value"] for one in chosen] == ["1", "transfer"]
    more = client.press(f"main form[action$='{at}']", follow=False, more_rows="1", why_corrected="")
    assert more.status_code == 200 and len(client.page.select("[name^=by_]")) > 12
    assert send_form(client, at, why_corrected="看错").status_code == 422, "nothing was changed"
    assert send_form(client, at, what_3="误工费", why_corrected="写错").status_code == 303
    with app.app_context():
        values = opened(village, village.aunt_leung, address).written[-1].facts["values"]
        assert values["rows"] == [{**one, **({"what": "误工费"} if n == 2 else {})} for n, one in enumerate(rows)]
        db.session.remove()


def test_a_stranger_and_the_other_side_find_no_entry_of_what_they_may_not_read(app, as_person, village):
    with app.app_context():
        address = a_case(village, CaseState.ASSIGNED)
        act(village, address, village.ah_fong, CaseAct.STATEMENT, {"words": "只跟调解员说"})
        db.session.remove()
    with app.app_context():
        number = opened(village, village.ah_fong, address).written[-1].number
        db.session.remove()
    at = f"/rongxi/cases/{address}/entries/{number}/correct"
    assert as_person(village.ah_fong).get(at).status_code == 200
    assert as_person(village.old_chan).get(at).status_code == 404
    assert as_person(village.sister_chow).get(at).status_code == 404
    assert (
        as_person(village.ah_fong).get(f"/rongxi/cases/{address}/entries/99999999999999999999/correct").status_code
        == 404
    )


def test_a_day_that_is_far_is_told_with_its_year_and_holidays_that_are_not_known_are_named(app):
    with app.test_request_context():
        today, far = date(2026, 12, 1), date(2029, 11, 28)
        assert case_page_words.days(far, today) == filters.long_day(far) and "1093" not in case_page_words.days(
            far, today
        )
        assert "5" in case_page_words.days(date(2026, 12, 6), today)
        assert "2029" in case_page_words.unknown_holidays(None, far)
        assert case_page_words.unknown_holidays(date(2026, 12, 6)) == ""
        assert "2027" in case_page_words.missing_arrangement(today)
        assert case_page_words.missing_arrangement(date(2026, 11, 30)) == ""


def every_kind_of_entry(village: Cast) -> list[str]:
    """Cases with entries of as many acts as may be: to the archive, handed up, with danger, and paid in part."""
    leung = village.aunt_leung
    grant(village.uncle_ho, Role.JUSTICE_OFFICE)
    up = a_case(village, CaseState.MEDIATING, key="up")
    share = [one.number for one in opened(village, leung, up).written if one.act is CaseAct.ACCEPT]
    act(village, up, leung, CaseAct.ESCALATE, {**UP, "share": share})
    feared = a_case(village, key="feared")
    act(village, feared, leung, CaseAct.ACCEPT, {**ACCEPT, "violence": True, "safe_way": "白天", "no_message": True})
    act(village, feared, leung, CaseAct.TAKE_ON, {})
    act(village, feared, leung, CaseAct.NOTE_DANGER, {"in_danger": [1], "words": "有伤"})
    paid = a_case(village, CaseState.PERFORMING, key="paid")
    today = opened(village, leung, paid).written[-1].on.isoformat()
    act(village, paid, leung, CaseAct.PERFORM, {"row": 2, "on": today, "amount": 40_000, "other_side_says": True})
    return [up, feared, paid, a_case(village, CaseState.ARCHIVED, key="archived")]


def test_a_form_of_a_correction_says_what_stands_there_and_sent_as_it_is_it_changes_nothing(app, as_person, village):
    with app.app_context():
        addresses = every_kind_of_entry(village)
        db.session.commit()
        db.session.remove()
    leung, seen = as_person(village.aunt_leung), set()
    for address in addresses:
        leung.get(f"/rongxi/cases/{address}")
        ended = leung.page.select_one("h1 + p.aside b").text == "已归档"
        assert (leung.text("#next-step") == "结果") is ended, "an end is not told as what comes next"
        for link in [one["href"] for one in leung.page.select("a[href*='/entries/'][href$='/correct']")]:
            assert leung.get(link).status_code == 200, leung.text("main")
            what = leung.text(".lead").split(" ·")[0]
            if what in seen:
                continue
            seen.add(what)
            answer = leung.press("main form.sheet", follow=False, why_corrected="试试")
            assert answer.status_code == 422 and "没有变化" in leung.text("main"), f"{what}: {answer.status}"
    assert len(seen) > 12


def test_no_paper_names_an_entry_by_the_button_of_whoever_did_it(app):
    with app.test_request_context(), force_locale("zh_Hans"):
        said = {act: case_state_words.on_paper(act) for act in CaseAct}
        assert not {act: words for act, words in said.items() if "我" in words or "吗" in words}
        assert said[CaseAct.CALL_SESSION] == "调解会通知" and said[CaseAct.TAKE_ON] == "接手调解"


def test_a_photo_of_the_paper_as_it_is_now_comes_with_its_correction(app, as_person, village):
    """It stays with the form that has to be put right, waits for the second look, and is on page and paper then."""
    with app.app_context():
        grant(village.ms_yip, Role.HEAD_OF_MEDIATION)
        db.session.commit()
        address = a_case(village, CaseState.PERFORMING)
        db.session.remove()
    client, number = as_person(village.aunt_leung), entry_number(app, village, address, CaseAct.SIGN)
    at, case = f"/rongxi/cases/{address}/entries/{number}/correct", f"/rongxi/cases/{address}"
    with app.app_context():
        found = opened(village, village.aunt_leung, address)
        before = sum(len(row) for row in parts.folder_of(found).files.values())
        db.session.remove()
    client.get(at)
    wrong = client.press("main form.sheet", follow=False, photos=(photo(), "page.jpg"))
    assert wrong.status_code == 422 and client.page.select_one("[data-has-files]"), "kept, though the reason is missing"
    done = client.press("main form.sheet", follow=False, why_corrected="拍漏了一页")
    assert done.status_code == 303, client.text("main")
    with app.app_context():
        found = opened(village, village.aunt_leung, address)
        folder = parts.folder_of(found)
        entry = next(one for one in corrected(found.written) if one.number == number)
        assert entry.corrections[-1].waits and entry.facts["files"] == 1
        with app.test_request_context():
            shown = parts.photos(folder, entry)
        assert shown is not None and len(shown["pictures"]) == before, "not on paper before the second look"
        db.session.remove()
    yip = as_person(village.ms_yip)
    look = f"/rongxi/cases/{address}/entries/{number}/second-look"
    yip.get(look)
    assert [one.get_text() for one in yip.page.select("main section.sheet h2")] == ["改成这样"], "no heading of nothing"
    link = yip.page.select_one("main a[href*='/files/']")
    assert link is not None and yip.get(link["href"]).mimetype == "image/jpeg"
    assert yip.send(look, at=look, key="y", answer="yes").status_code == 303
    with app.app_context():
        found = opened(village, village.aunt_leung, address)
        entry = next(one for one in corrected(found.written) if one.number == number)
        with app.test_request_context():
            shown = parts.photos(parts.folder_of(found), entry)
        assert entry.facts["files"] == 2 and len(shown["pictures"]) == before + 1
        assert found.state is CaseState.PERFORMING, "the signatures stand as they stood"
        db.session.remove()
    client.get(case)
    assert len(client.page.select("ol.root a[href*='/files/']")) == before + 1


def test_entries_without_a_paper_take_no_photo_in_a_correction(app, as_person, village):
    with app.app_context():
        address = a_case(village, CaseState.MEDIATING)
        db.session.remove()
    number = entry_number(app, village, address, CaseAct.CONSENT)
    client = as_person(village.aunt_leung)
    client.get(f"/rongxi/cases/{address}/entries/{number}/correct")
    assert client.page.select_one("main form.sheet") and client.page.select_one("input[type=file]") is None


def test_a_mediator_who_is_alone_reads_that_there_is_no_second_look_of_the_desk(app, as_person, village):
    with app.app_context():
        address = a_case(village, CaseState.PERFORMING)
        db.session.remove()
    client, number = as_person(village.aunt_leung), entry_number(app, village, address, CaseAct.SIGN)
    at = f"/rongxi/cases/{address}/entries/{number}/correct"
    client.get(at)
    assert "没有别的调解员" in client.text("main")
    client.get("/rongxi/cases/board")
    assert "第八条" in client.text("main") and "这里有 1 人" in client.text("main")
    with app.app_context():
        for who in (village.ms_yip, village.uncle_ho):
            grant(who, Role.MEDIATOR)
        db.session.commit()
    client.get(at)
    assert "没有别的调解员" not in client.text("main")
    client.get("/rongxi/cases/board")
    assert "第八条" not in client.text("main")
