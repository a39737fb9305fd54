"""From a phone: an appeal of somebody who is not on the roll, its answer by code; a vote that a court annulled; receipts."""

from datetime import timedelta

import pytest

from consult import clock
from consult.domain.polls.annulments import Annuller, Ruling
from consult.domain.polls.change_requests import ChangeKind, ChangeRequest
from consult.models import Poll, PollChange, RollAppeal, db
from consult.services.polls import closing, poll_changes
from consult.services.polls.requests import roll_appeals
from tests.village import a_photo, a_poll, vote

LATER = timedelta(days=4)


@pytest.fixture
def poll(app, village) -> int:
    with app.app_context():
        return a_poll(village)


def appeal_on(phone, poll: int) -> str:
    """Follow the link on the poll's page, fill the form in; return the code that the page shows."""
    page = phone.open(f"/rongxi/polls/{poll}")
    page.locator(f"a[href$='/polls/{poll}/appeals/new']").first.click()
    page.wait_for_selector("#name")
    phone.look("appeal-new")
    page.fill("#name", "新来福")
    page.fill("#phone", "139 0000 0001")
    page.fill("#house", "陈国强家")
    page.locator("main form.sheet button").click()
    page.wait_for_selector(".receipt .code")
    phone.look("appeal-made")
    return "".join(page.locator(".receipt .code li").all_inner_texts())


def answer_on(phone, poll: int, code: str) -> str:
    page = phone.open(f"/rongxi/polls/{poll}/appeals/answer")
    page.fill("#code", f"{code[:4]} {code[4:].lower()}")
    page.locator("main form.sheet button").click()
    page.wait_for_selector("section.sheet [class]")
    assert code not in page.url
    return str(page.locator("section.sheet").inner_text())


def test_a_stranger_appeals_from_a_phone_and_reads_the_answer_by_code(phone, app, village, poll):
    code = appeal_on(phone, poll)
    assert answer_on(phone, poll, code)
    phone.look("appeal-waits")
    with app.app_context():
        appeal = db.session.query(RollAppeal).one().id
        roll_appeals.propose_refusal(appeal, "户口不在本村", "council_member", village.sister_chow.act())
        roll_appeals.confirm_refusal(appeal, "supervisor", village.uncle_ho.act())
        db.session.remove()
    assert "户口不在本村" in answer_on(phone, poll, code)
    phone.look("appeal-refused")
    page = phone.open(f"/rongxi/polls/{poll}")
    assert "新来福" not in page.content()


def test_an_appeal_without_javascript(plain_phone, app, village, poll):
    page = plain_phone.open(f"/rongxi/polls/{poll}/appeals/new")
    page.fill("#name", "新来福")
    page.fill("#phone", "12")
    page.fill("#house", "陈国强家")
    page.locator("main form.sheet button").click()
    page.wait_for_selector("#phone-mistake")
    assert page.input_value("#name") == "新来福"
    page.fill("#phone", "13900000001")
    page.locator("main form.sheet button").click()
    page.wait_for_selector(".receipt .code")
    code = "".join(page.locator(".receipt .code li").all_inner_texts())
    page.reload()
    assert "".join(page.locator(".receipt .code li").all_inner_texts()) == code, "the same press, the same code"
    with app.app_context():
        assert db.session.query(RollAppeal).count() == 1


def test_officers_answer_an_appeal_at_their_desk(phone, app, village, poll):
    with app.app_context():
        db.session.remove()
    phone.sign_in(village.sister_chow)
    page = phone.open(f"/rongxi/polls/{poll}/appeals/")
    page.fill("form.sheet #name", "新来福")
    page.fill("form.sheet #house", "01-001")
    page.locator("form.sheet button").last.click()
    page.wait_for_selector(".receipt .code")
    phone.open(f"/rongxi/polls/{poll}/appeals/")
    phone.look("appeal-desk")
    assert "新来福" in page.content()


def test_the_result_of_an_annulled_vote_keeps_its_figures_and_says_by_whom_and_why(phone, server, app, village, poll):
    with app.app_context():
        longer = ChangeRequest(
            ChangeKind.EXTENSION, "大雨，路断了", db.session.get_one(Poll, poll).closes_at + timedelta(hours=1)
        )
        asked = poll_changes.ask(
            db.session.get_one(Poll, poll), longer, "council_member", village.sister_chow.act(key="e")
        ).id
        poll_changes.confirm(db.session.get_one(PollChange, asked), "committee_member", village.old_chan.act())
        code = vote(village, poll, village.ah_fong, 1)
        at = clock.now() + LATER
        closing.declare(db.session.get_one(Poll, poll), village.old_chan.act(now=at))
        paper = Ruling(Annuller.COURT, "（2026）粤01行初1号", at.date(), a_photo(village.old_chan))
        wish = ChangeRequest(ChangeKind.ANNULMENT, "侵害了外嫁女的权益", ruling=paper)
        row = db.session.get_one(Poll, poll)
        change = poll_changes.ask(row, wish, "council_member", village.sister_chow.act(now=at, key="a")).id
        poll_changes.confirm(db.session.get_one(PollChange, change), "supervisor", village.uncle_ho.act(now=at))
        matter = row.consultation_id
        db.session.remove()
    server.at(LATER + timedelta(minutes=5))
    phone.sign_in(village.ah_fong)
    page = phone.open(f"/rongxi/polls/{poll}")
    phone.look("annulled-outcome")
    shown = page.inner_text("main")
    assert "（2026）粤01行初1号" in shown and "侵害了外嫁女的权益" in shown and page.locator(".tally li").count() == 3
    banner, seal = (page.locator(of).last.bounding_box() for of in (".urgent.change", ".seal.whole"))
    assert seal["y"] >= banner["y"] + banner["height"] or seal["x"] >= banner["x"] + banner["width"], (
        "the seal lies over it"
    )
    phone.open(f"/rongxi/polls/{poll}/receipt")
    phone.look("annulled-receipt")
    assert page.locator("#receipt .due").count() == 1
    phone.open("/rongxi/polls/mine")
    phone.look("annulled-receipts")
    assert page.locator("main .due").count() == 1

    def find(typed: str) -> None:
        phone.open(f"/rongxi/polls/{poll}/receipts")
        page.fill("#code", typed)
        with page.expect_navigation():
            page.click("#finder button")

    find(f"{code[:4]} {code[4:].lower()}")
    assert page.locator("#code-counted").is_visible() and page.locator("main mark").count() == 1
    phone.look("named-found")
    find("")
    assert page.locator("#code-empty").is_visible() and not page.locator("#code-missing").is_visible()
    phone.open(f"/rongxi/consultations/{matter}")
    phone.look("annulled-matter")
