"""An officer at the ballot box: the name before the mark, a way back, the signed list after the close, the result."""

from collections.abc import Callable
from datetime import timedelta

from consult.domain.polls.polls import Channel
from consult.models import BallotEvent, MarkUndoing, Poll, RollEntry, db
from consult.services.polls import offline_turnout
from tests.browser import Phone
from tests.views.talk.test_consultations import photo
from tests.village import a_poll, number_of

LATER = timedelta(days=4)


def test_a_wrong_number_is_noticed_before_and_undone_after(phone, app, village):
    with app.app_context():
        poll = a_poll(village, paper=True)
        wrong, right = number_of(poll, village.ah_fong), number_of(poll, village.aunt_leung)
        db.session.remove()
    phone.sign_in(village.ms_yip)
    page = phone.open(f"/rongxi/polls/{poll}/attendance")
    page.locator("#numbers").press_sequentially(str(wrong))
    page.wait_for_selector("#who li")
    assert village.ah_fong.name in page.inner_text("#who"), "named while typing, without a tap"
    phone.look("marks-named")
    page.fill("#numbers", str(right))
    page.locator("#who", has_text=village.aunt_leung.name).wait_for()
    page.locator("label[for=channel-1]").click()
    with page.expect_navigation():
        page.locator("form:has(#numbers) button:not([formaction])").click()
    page.locator("section[aria-labelledby=lately] summary").first.click()
    phone.look("marks-undo")
    with page.expect_navigation():
        page.locator("section[aria-labelledby=lately] form button").first.click()
    with app.app_context():
        assert db.session.get_one(RollEntry, (poll, right)).channel is None
        db.session.remove()
    phone.sign_in(village.aunt_leung)
    page = phone.open(f"/rongxi/polls/{poll}")
    assert page.locator(".stones").count() == 1
    phone.look("marks-household")


def test_without_javascript_the_name_is_asked_for_by_a_button(plain_phone, app, village):
    with app.app_context():
        poll = a_poll(village, paper=True)
        number = number_of(poll, village.ah_fong)
        db.session.remove()
    plain_phone.sign_in(village.ms_yip)
    page = plain_phone.open(f"/rongxi/polls/{poll}/attendance")
    page.fill("#numbers", str(number))
    page.locator("form:has(#numbers) button[formaction]").click()
    page.wait_for_selector("#who li")
    assert page.input_value("#numbers") == str(number)


def test_the_signed_list_after_the_close(phone, app, server, village, tmp_path):
    with app.app_context():
        poll = a_poll(village, paper=True)
        number = number_of(poll, village.aunt_leung)
        db.session.remove()
    picture = tmp_path / "list.jpg"
    picture.write_bytes(photo((400, 300)).read())
    server.at(LATER)
    phone.sign_in(village.sister_chow)
    page = phone.open(f"/rongxi/polls/{poll}/attendance")
    phone.look("marks-after-close")
    page.locator("a[href$='late-marks/']").click()
    page.wait_for_selector("#picture")
    page.fill("#numbers", str(number))
    page.set_input_files("#picture", picture)
    phone.look("late-marks")
    with page.expect_navigation():
        page.locator("form.sheet:has(#numbers) button").click()
    phone.look("late-marks-asked")
    phone.sign_in(village.uncle_ho)
    page = phone.open("/rongxi/")
    page.locator("ul.to-do a[href*=late-marks]").click()
    page.wait_for_selector("form[action$=confirmation]")
    phone.look("late-marks-second")
    with page.expect_navigation():
        page.locator("form[action$=confirmation] button").click()
    phone.open(f"/rongxi/polls/{poll}/count-sheets/")
    phone.look("late-marks-sheets")
    with app.app_context():
        assert db.session.get_one(RollEntry, (poll, number)).channel == "paper"
        db.session.remove()


def say_that_it_is_wrong_and_vote(phone: Phone, app, village, look: Callable[[str], object]) -> None:
    """A household marked by a slip says so with a tap; two officers of different offices find it right; it votes."""
    with app.app_context():
        poll = a_poll(village, body="VA_house", paper=True)
        number = number_of(poll, village.ah_fong)
        offline_turnout.mark(db.session.get(Poll, poll), Channel.PAPER, [number], village.ms_yip.act())
        db.session.remove()
    phone.sign_in(village.ah_fong)
    page = phone.open(f"/rongxi/polls/{poll}")
    assert page.locator("#ballot .stones").count() == 0
    page.locator("#my-act a[href$='contests/new']").click()
    page.wait_for_selector("#reason")
    with page.expect_navigation():
        page.locator("form.sheet button").click()
    look("marked-wrong-said")
    for who in (village.old_chan, village.uncle_ho):
        phone.sign_in(who)
        page = phone.open("/rongxi/")
        page.locator(f"ul.to-do a[href*='/polls/{poll}/contests']").click()
        page.wait_for_selector("form[action$=opinions]")
        page.locator("label[for^=upheld-]").click()
        page.fill("textarea[name=reason]", "签到表上没有这一户")
        with page.expect_navigation():
            page.locator("form[action$=opinions] button").click()
    look("marked-wrong-decided")
    phone.sign_in(village.ah_fong)
    phone.open("/rongxi/notifications/")
    look("marked-wrong-told")
    page = phone.open(f"/rongxi/polls/{poll}")
    look("marked-wrong-free")
    page.locator("#ballot .stones button").nth(0).click()
    page.wait_for_selector("#confirm")
    page.locator("#confirm form button").click()
    page.wait_for_selector("#receipt")
    with app.app_context():
        assert db.session.query(MarkUndoing).one().reason == "签到表上没有这一户"
        assert db.session.get_one(RollEntry, (poll, number)).channel is Channel.PHONE
        assert db.session.query(BallotEvent).count() == 1
        db.session.remove()


def test_a_household_marked_by_a_slip_says_so_and_votes_by_phone(phone, app, village):
    say_that_it_is_wrong_and_vote(phone, app, village, phone.look)


def test_a_household_marked_by_a_slip_says_so_without_javascript(plain_phone, app, village):
    say_that_it_is_wrong_and_vote(plain_phone, app, village, str)
