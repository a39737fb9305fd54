"""Written once: what the applicant wants, what is carried from page to page, the next form, and the page for small matters."""

import pytest

from consult import clock
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.choices import claims_of, every_claim, topics
from consult.domain.cases.states import CaseState
from consult.models import CaseEntry, MediationCase, db
from consult.services.cases import case_verification
from consult.services.people import villages
from consult.web.words.cases import case_claim_words
from tests.cases import a_case, act, course, opened

STORY = {"kind": "money", "story": "做了三个月，没有出粮", "other": "陈伯坚"}
CLAIM = {
    "claim": "pay_wages",
    "wish": "一次付清",
    "claim_amount": "13500",
    "claim_detail": "三月到五月",
    "claim_since": "2026年6月",
}


def test_every_topic_has_claims_and_every_claim_words():
    assert all(claims_of(topic)[0] and claims_of(topic)[1] in case_claim_words.ASKS for topic in topics())
    assert set(every_claim()) == set(case_claim_words.WANTS)


def brought(as_person, village) -> str:
    """A matter of wages from Ah Fong's phone, with what she wants; returns its address."""
    client = as_person(village.ah_fong)
    client.get("/rongxi/cases/new/story?kind=money")
    client.press("main form", **{k: v for k, v in (STORY | CLAIM).items() if k != "kind"})
    assert client.page.select_one("#way") is not None, client.text("main")
    address = client.page.select_one("main form[action$='handing-in']")["action"].split("/")[-2]
    client.press("main form[action$='handing-in']", way="visit", phone="")
    return address


def test_what_the_applicant_wants_is_shown_to_the_mediator_and_printed(app, as_person, village):
    address = brought(as_person, village)
    client = as_person(village.aunt_leung)
    client.get(f"/rongxi/cases/{address}")
    words = client.text("main")
    assert all(one in words for one in ("13,500", "一次付清", "三月到五月", "2026年6月"))
    assert client.get(f"/rongxi/cases/{address}/papers/application.pdf").status_code == 200


def test_a_draft_gives_back_what_was_wanted(app, as_person, village):
    client = as_person(village.ah_fong)
    client.get("/rongxi/cases/new/story?kind=money")
    client.press("main form", **{k: v for k, v in (STORY | CLAIM).items() if k != "kind"})
    address = client.page.select_one("main form[action$='handing-in']")["action"].split("/")[-2]
    client.get(f"/rongxi/cases/{address}/story")
    assert client.page.select_one("input[name=claim][value=pay_wages]").has_attr("checked")
    assert client.page.select_one("#claim_amount")["value"] == "13,500"
    client.press("main form", claim_amount="viel")
    assert client.page.select_one("#claim_amount")["value"] == "viel"


def test_the_words_of_the_session_fill_the_agreement(app, as_person, village):
    with app.app_context():
        address = a_case(village)
        for who, step, facts, media in course(village):
            if step is CaseAct.AGREE:
                break
            if step is CaseAct.HOLD_SESSION:
                facts = facts | {"proposal": "陈伯坚当场付李桂芳1200元。"}
            act(village, address, who, step, facts, media=media)
        db.session.commit()
    client = as_person(village.aunt_leung)
    client.get(f"/rongxi/cases/{address}/agree")
    page = client.page
    assert "墙脚湿了一年" in page.select_one("#facts").text and "1200元" in page.select_one("#terms").text
    assert page.select_one("#amount_1")["value"] == "1200" and page.select_one("#due_1")["value"]
    assert page.select_one("#by_1 option[selected]")["value"] == "2"
    client.get(f"/rongxi/cases/{address}/hold_session")
    assert client.page.select_one("#place")["value"] == "榕树头调解室"
    assert "组长陈志强" in client.page.select_one("#present")["value"]


def test_after_an_act_the_next_form_is_one_tap_away(app, as_person, village):
    with app.app_context():
        address = a_case(village)
        db.session.commit()
    client = as_person(village.aunt_leung)
    client.get(f"/rongxi/cases/{address}/accept")
    asked = {"title": "屋檐", "kind": "neighbours", "rights_told": "1", "then": "1"}
    token = client.page.select_one("form.sheet input[name=key]")["value"]
    said = {**asked, "key": token, "csrf_token": client.page.select_one("form.sheet input[name=csrf_token]")["value"]}
    answer = client.post(f"/rongxi/cases/{address}/accept", data=said)
    assert answer.status_code == 303 and answer.headers["Location"].endswith("/take_on")
    answer = client.post(f"/rongxi/cases/{address}/accept", data=said)  # a double tap leads to the same place
    assert answer.headers["Location"].endswith("/take_on")


def typed(day: str) -> dict[str, str]:
    return {
        "topic": "neighbours",
        "source": "application",
        "applicant": "李桂芳",
        "applicant_code": "01-001",
        "respondent": "陈伯坚",
        "respondent_code": "01-002",
        "title": "鸡吃了菜",
        "said": "各自讲了",
        "terms": "陈伯坚当场赔80元",
        "place": "榕树头",
        "on": day,
        "rights_told": "1",
        "consent_1": "1",
        "consent_2": "1",
        "by_1": "2",
        "what_1": "赔菜钱",
        "amount_1": "80",
        "done_1": "1",
    }


def today(app, village) -> str:
    with app.app_context():
        return villages.local_day(village.row(), clock.now()).isoformat()


@pytest.mark.both_databases
def test_one_page_from_filing_to_performance(app, as_person, village):
    client = as_person(village.aunt_leung)
    client.get("/rongxi/cases/on-the-spot")
    answer = client.press("main form", follow=False, **typed(today(app, village)))
    assert answer.status_code == 303
    again = client.press("main form", follow=False, **typed(today(app, village)))
    assert again.headers["Location"] == answer.headers["Location"]
    with app.app_context():
        assert db.session.query(MediationCase.state).scalar() == CaseState.PERFORMED
        assert db.session.query(CaseEntry).count() == 9
        assert not list(case_verification.faults(village.id))


def test_what_the_law_wants_in_writing_keeps_the_words_and_offers_the_long_way(app, as_person, village):
    client = as_person(village.aunt_leung)
    client.get("/rongxi/cases/on-the-spot")
    answer = client.press("main form", asked_written="1", **typed(today(app, village)))
    assert answer.status_code == 422 and client.page.select_one("#title")["value"] == "鸡吃了菜"
    assert client.page.select_one("button[name=long_way]") is not None
    client.press("main form", long_way="1")
    with app.app_context():
        (case,) = db.session.query(MediationCase).all()
        address = case.address
        assert opened(village, village.aunt_leung, address).state is CaseState.MEDIATING
    client.get(f"/rongxi/cases/{address}/agree")
    assert client.page.select_one("input[name=form][value=written]").has_attr("checked")
    assert client.page.select_one("#what_1")["value"] == "赔菜钱"


def test_villagers_do_not_find_the_page(as_person, village):
    assert as_person(village.ah_fong).get("/rongxi/cases/on-the-spot").status_code == 403


def test_all_answers_can_be_ticked_at_once(app, as_person, village):
    with app.app_context():
        address = a_case(village)
        for who, step, facts, media in course(village):
            if step is CaseAct.CONSENT:
                break
            act(village, address, who, step, facts, media=media)
        db.session.commit()
    client = as_person(village.aunt_leung)
    client.get(f"/rongxi/cases/{address}/consents")
    assert client.page.select_one("button[name=all_yes]") is None
