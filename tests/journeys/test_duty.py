"""The duty to answer on a phone, in two languages, with and without JavaScript: late, moved, merged, and hidden words."""

from datetime import timedelta

import pytest

from consult import clock
from consult.domain.talk.moderation import ReportGround
from consult.models import Consultation, MergerRequest, db
from consult.services.core import transactions
from consult.services.site import overdue
from consult.services.talk import moderation, moderation_subjects
from consult.services.talk.duty import mergers
from tests.hours import today
from tests.village import a_matter

LATE = {"zh_Hans": "已经过了 5 天", "yue_Hant": "已經過咗 5 日"}
SUPERVISOR = {"zh_Hans": "过了 5 天", "yue_Hant": "過咗 5 日"}


@pytest.fixture
def late(app, village) -> int:
    """A matter whose answer was due five days ago, and everybody told."""
    with app.app_context():
        one = a_matter(village)
        with transactions.writing():
            db.session.get_one(Consultation, one).answer_due_on = today(-timedelta(days=5))
        overdue.tell_all(now=clock.now())
        db.session.remove()
    return one


def read_what_is_late(phone, village, late, locale, look) -> None:
    phone.sign_in(village.uncle_ho)
    page = phone.open("/rongxi/")
    assert SUPERVISOR[locale] in page.inner_text("section[aria-labelledby=to-do]")
    look("waits-late")
    page.locator("section[aria-labelledby=to-do] a").first.click()
    page.wait_for_selector(".due.late")
    assert LATE[locale] in page.inner_text("main")
    look("answer-late")
    phone.sign_in(village.ah_fong)
    page = phone.open("/rongxi/notifications/")
    page.locator(f"main a[href$='/consultations/{late}']").first.click()
    page.wait_for_selector(".due.late")


def test_a_late_answer_is_said_to_the_supervisor_and_to_who_waits(phone, village, late, locale):
    read_what_is_late(phone, village, late, locale, phone.look)


def test_the_same_without_javascript(plain_phone, village, late, locale):
    read_what_is_late(plain_phone, village, late, locale, lambda _name: None)


@pytest.fixture
def asked(app, village) -> int:
    with app.app_context():
        one, other = a_matter(village), a_matter(village, key="other", by=village.ah_keung)
        rows = [db.session.get_one(Consultation, n) for n in (one, other)]
        request = mergers.ask(rows[0], rows[1], "都是上围那条渠", village.old_chan.act())
        assert request is not None
        found = request.id
        db.session.remove()
    return found


def say_no(phone, app, village, asked, look) -> None:
    phone.sign_in(village.ah_fong)
    page = phone.open("/rongxi/notifications/")
    page.locator(f"main a[href$='/mergers/{asked}']").click()
    page.wait_for_selector("form[action$='/refusal']")
    look("merger")
    page.locator("form[action$='/refusal'] button").click()
    page.wait_for_url("**/consultations/1")
    with app.app_context():
        assert db.session.get_one(MergerRequest, asked).outcome == "declined"
        db.session.remove()


def test_the_proposer_says_with_one_tap_that_it_is_not_the_same(phone, app, village, asked):
    say_no(phone, app, village, asked, phone.look)


def test_the_proposer_says_so_without_javascript(plain_phone, app, village, asked):
    say_no(plain_phone, app, village, asked, lambda _name: None)


def test_an_officer_moves_the_day_and_finds_another_matter(phone, app, village):
    with app.app_context():
        one, _ = a_matter(village), a_matter(village, key="other")
        with transactions.writing():
            db.session.get_one(Consultation, one).answer_due_on = today(timedelta(days=5))
        until = today(timedelta(days=20))
        db.session.remove()
    phone.sign_in(village.sister_chow)
    page = phone.open(f"/rongxi/consultations/{one}/steering")
    phone.look("steering-duty")
    page.locator("details:has(#answer_until) > summary").click()
    page.fill("#answer_until", until.isoformat())
    page.fill("#extension_reason", "要请水利站来看")
    page.locator("form[action$='/extension'] button").click()
    page.wait_for_selector("#waiting li a")
    phone.look("answer-waits")
    page.locator("#waiting li a").first.click()
    assert "要请水利站来看" in page.inner_text("main") and not page.locator("form[action$='/confirmation']").count()
    assert "要请水利站来看" not in phone.open(f"/rongxi/consultations/{one}").inner_text("main")
    phone.sign_in(village.uncle_ho)
    page = phone.open("/rongxi/council-requests")
    phone.look("later-day-to-confirm")
    page.locator("form[action$='/confirmation'] button").click()
    page.wait_for_url(f"**/consultations/{one}")
    assert "要请水利站来看" in page.inner_text("main")
    phone.look("answer-moved")
    phone.sign_in(village.sister_chow)
    page = phone.open(f"/rongxi/consultations/{one}/steering")
    page.locator("details:has(#find) > summary").click()
    page.fill("#find", "水圳")
    page.locator("#others button").click()
    page.wait_for_selector("select[name=into] option", state="attached")


def test_a_hidden_matter_leaves_its_trace(phone, app, village):
    with app.app_context():
        one = a_matter(village)
        subject = moderation_subjects.find(
            village.id, "revision", f"{db.session.get_one(Consultation, one).proposal.id}.1"
        )
        moderation.hide(subject, ReportGround.INSULT, "骂人", village.old_chan.act(now=village.row().founded_at))
        db.session.remove()
    phone.sign_in(village.ah_fong)
    page = phone.open(f"/rongxi/consultations/{one}")
    assert village.old_chan.name in page.inner_text("main")
    phone.look("hidden-matter")
    phone.open("/rongxi/consultations/?phase=raise")
    phone.look("consultations-filtered")
    phone.open("/rongxi/hidings/1")
    phone.look("hidden-why")
    phone.sign_in(village.ah_kwok)
    phone.open("/rongxi/consultations/")
