"""The chair holds a whole meeting on one phone, from the call to the archive, with few submits.

A submit is a form that somebody sends: each POST that the phone makes, also those of the two counters, who enter what
they counted on the chair's phone with their own PIN, and of a question for the chair's own PIN. Not counted are pages
that are only opened, the Party organisation's study of each matter, which is on record before, and signing in.

In Mandarin with seven items. In Cantonese with two, for each page is looked at with the first item of its kind: submits
are counted in one language.
"""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, Request

from consult import clock
from consult.domain.people.sign_ins import SignInWay
from consult.models import AgendaItem, HouseholdCard, Meeting, Poll, db
from consult.services.meetings import minutes, proceedings
from consult.services.people import cards, sign_ins
from consult.services.site import verification
from consult.web.access import SIGN_IN_COOKIE
from tests.browser import LOCALES, Phone
from tests.hours import today
from tests.meetings import a_called_meeting, everybody, open_it, seat, studied
from tests.meetings import meeting as meeting_of
from tests.tasks import representatives
from tests.village import Cast, Who

MOST_SUBMITS = 35
"""For seven items with four motions. It took about sixty before."""
PIN = "739264"
HEARD = ("一季度收支账", "水圳工程进度", "防汛安排")
MOTIONS = ("修好上圳", "换村口路灯", "文化室添桌椅", "清理莲藕塘")


class Counted:
    """The submits of one phone, by address."""

    def __init__(self, page: Page) -> None:
        self.sent: list[str] = []
        page.on("request", self._hear)

    def _hear(self, request: Request) -> None:
        if request.method == "POST":
            self.sent.append(request.url.partition("/rongxi/")[2])


def press(page: Page, selector: str) -> None:
    with page.expect_navigation() as answer:
        page.locator(selector).first.click()
    assert answer.value is not None and answer.value.status < 400, f"{selector} answered {answer.value.status}"


def card_with_pin(who: Who) -> None:
    cards.issue(who.row().household.group_id, who.act())
    card = db.session.query(HouseholdCard).filter_by(household_id=who.household_id).one()
    cards.claim(card, who.id, PIN, on=today(), now=clock.now())


def sign_in_by_code(phone: Phone, who: Who) -> None:
    phone.belongs_to(who)
    with phone.app.app_context():
        token = sign_ins.begin(who.row(), SignInWay.CODE, now=clock.now())
    phone.put_cookie(SIGN_IN_COOKIE, token)


@pytest.fixture
def prepared(app, village) -> Cast:
    """Representatives, two who count and have a PIN, and everything of the law that is no business of the meeting."""
    with app.app_context():
        representatives(village, village.ah_fong, village.ah_kwok, village.aunt_leung, village.uncle_ho)
        for who in (village.uncle_ho, village.sister_chow):
            card_with_pin(who)
        db.session.remove()
    return village


def add_motion(page: Page, meeting: int, title: str) -> None:
    """One page, one submit: item, kind of matter, authorisation, check and vote."""
    page.goto(page.url.partition("/rongxi/")[0] + f"/rongxi/meetings/{meeting}/items/new")
    page.fill("#title", title)
    page.fill("#summary", f"{title}，按公示的方案办。")
    page.select_option("#matter", "public_works")
    page.fill("#authorisation", "2026年3月1日村民会议第二号决定授权")
    for question in ("power", "lawful", "rights", "women", "money"):
        page.locator(f"label[for='{question}-1']").click()
    page.fill("#question", f"您赞成{title}吗？")
    press(page, "form.sheet button")


def count_by(page: Page, who: Who) -> None:
    """One of those who counted takes the phone: all hands agree."""
    page.select_option("#counter", str(who.id))
    page.fill("#pin", PIN)
    press(page, "button[name=unanimous]")


def vote_by_hands(page: Page, cast: Cast) -> None:
    """The vote is opened, ended and counted by two in turn on this phone; declared with the step to the next item."""
    press(page, "#votes form[action$='/opening'] button")
    press(page, "#votes a[href$='/ending']")
    press(page, "form[action$='/ending'] button")
    count_by(page, cast.uncle_ho)
    count_by(page, cast.sister_chow)
    press(page, "#votes button[name=then]")


def test_seven_items_with_four_motions_take_few_submits(phone, app, server, prepared):
    cast = prepared
    of_each = None if phone.locale == LOCALES[0] else 1
    heard, motions = HEARD[:of_each], MOTIONS[:of_each]
    sign_in_by_code(phone, cast.old_chan)
    page = phone.open("/rongxi/meetings/new")
    counted = Counted(page)
    page.select_option("#body", "VRA")
    page.fill("#title", "今年第二次村民代表会议")
    page.fill("#place", "榕树头文化室")
    page.fill("#starts_at", (clock.now() + timedelta(hours=8, minutes=20)).strftime("%Y-%m-%dT%H:%M"))
    page.fill("#reports", "\n".join(heard))
    phone.look("whole-meeting-new")
    press(page, "form.sheet button")
    meeting = int(page.url.rpartition("/")[2].partition("#")[0])
    for title in motions:
        add_motion(page, meeting, title)
    with app.app_context():
        for item in db.session.query(AgendaItem).filter(AgendaItem.consultation_id.is_not(None)):
            studied(cast, item.consultation_id)
        db.session.remove()
    page = phone.open(f"/rongxi/meetings/{meeting}")
    phone.look("whole-meeting-draft")
    press(page, "form[action$='/call'] button")
    preparing = len(counted.sent)

    page = phone.open(f"/rongxi/meetings/{meeting}/door")
    page.locator("details summary").first.click()
    page.fill("#numbers", "1-5")
    press(page, "form:has(#numbers) button")
    page = phone.open(f"/rongxi/meetings/{meeting}/console")
    press(page, "form[action$='/opening'] button")
    phone.look("whole-meeting-first-item")
    for _ in heard:
        press(page, "form[action$='/closing'] button[name=then]")
    phone.look("whole-meeting-motion")
    for n, _ in enumerate(motions):
        if n == 0:
            press(page, "#votes form[action$='/opening'] button")
            press(page, "#votes a[href$='/ending']")
            press(page, "form[action$='/ending'] button")
            phone.look("whole-meeting-count")
            count_by(page, cast.uncle_ho)
            count_by(page, cast.sister_chow)
            phone.look("whole-meeting-counted")
            press(page, "#votes button[name=then]")
        else:
            vote_by_hands(page, cast)
    running = len(counted.sent) - preparing

    page.locator("#end summary").click()
    press(page, "#end form button")
    press(page, "form[action$='/minutes/confirmation'] button")
    phone.look("whole-meeting-minutes")
    page = phone.open(f"/rongxi/meetings/{meeting}")
    with page.expect_download() as archive:
        page.locator("a[href*='archive']").first.click()
    assert archive.value.suggested_filename.endswith(".zip")
    ending = len(counted.sent) - preparing - running

    with app.app_context():
        results = proceedings.course_of(meeting).results
        assert list(results.values()) == ["heard"] * len(heard) + ["carried"] * len(motions)
        assert minutes.confirmed_digest(meeting)
        assert db.session.query(Poll).count() == len(motions)
        assert meeting_of(meeting).closed_at is not None
        assert list(verification.verify(cast.row())) == []
        db.session.remove()
    said = f"preparing {preparing}, running {running}, ending {ending}: {len(counted.sent)}\n" + "\n".join(counted.sent)
    print(said)
    assert len(counted.sent) <= MOST_SUBMITS, said


def test_a_meeting_is_broken_off_and_gone_on_with_on_a_phone(phone, app, server, village):
    with app.app_context():
        meeting, _ = a_called_meeting(village)
        seat(village, meeting, *everybody(village)[:6])
        open_it(village, meeting)
        db.session.remove()
    phone.sign_in(village.old_chan)
    page = phone.open(f"/rongxi/meetings/{meeting}/console")
    page.locator("#break summary").click()
    page.fill("#break_reason", "天黑了，明晚接着开")
    phone.look("console-break")
    press(page, "#break form button")
    phone.look("console-adjourned")
    phone.open(f"/rongxi/meetings/{meeting}")
    phone.look("meeting-adjourned")
    phone.open("/rongxi/notices/")
    press(phone.page, ".ledger h2 a")
    phone.look("notice-adjourned")
    server.at(timedelta(days=1, minutes=10))
    phone.sign_in(village.old_chan)
    page = phone.open(f"/rongxi/meetings/{meeting}/console")
    press(page, "form[action$='/resumption'] button")
    phone.look("console-resumed")
    with app.app_context():
        assert len(proceedings.course_of(meeting).sittings) == 2
        assert db.session.get_one(Meeting, meeting).adjourned_at is None
        db.session.remove()
