"""The taps a mediator needs: a house plot from file to sealed agreement, ten parties, and a small matter on one page."""

import os
import re
from dataclasses import dataclass
from datetime import timedelta

import pytest

from consult import clock
from consult.models import MediationCase, db
from tests.browser import SCREEN, SCREENS, Phone
from tests.cases import a_case
from tests.journeys.test_cases import SEND, paper

HOUSE_PLOT, TEN_PARTIES, ON_THE_SPOT = 40, 25, 25
"""Most taps; a text field that has to be typed into counts as one."""


def day(days: int = 0) -> str:
    return (clock.now() + timedelta(days=days, hours=8)).strftime("%Y-%m-%d")


@dataclass
class Hand:
    """A hand on a phone that counts what it does: taps on links, buttons, radios, ticks, choices, and fields typed into."""

    phone: Phone
    taps: int = 0

    @property
    def page(self):
        return self.phone.page

    def tap(self, selector: str) -> None:
        self.page.locator(selector).first.click()
        self.taps += 1

    def tick(self, name: str, value: str = "1") -> None:
        one = self.page.locator(f"[name='{name}'][value='{value}']").first.get_attribute("id")
        self.tap(f"label[for='{one}']")

    def type(self, name: str, words: str) -> None:
        self.page.fill(f"[name='{name}']", words)
        self.taps += 1

    def choose(self, name: str, value: str) -> None:
        self.page.select_option(f"[name='{name}']", value)
        self.taps += 1

    def photo(self) -> None:
        self.page.set_input_files("#photos", paper())
        self.taps += 1

    def go_on(self, to: str) -> None:
        self.tap("form.sheet button[name=then]")
        self.page.wait_for_url(re.compile(to))


def look_large(phone, name: str) -> None:
    """Look at the page at 320 pixels with letters twice as large: nothing may scroll sideways."""
    phone.page.set_viewport_size({"width": 320, "height": 640})
    phone.page.evaluate("document.documentElement.style.fontSize = '200%'")
    wide = phone.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if os.environ.get("PICTURES"):
        phone.page.screenshot(path=SCREENS / f"{name}-320-{phone.locale}.png", full_page=True)
    phone.page.evaluate("document.documentElement.style.fontSize = ''")
    phone.page.set_viewport_size(SCREEN)
    assert wide <= 0, f"{name} scrolls sideways by {wide} at 320 pixels and twice the letters"


def brought(phone, village) -> str:
    """Ah Fong, six pages on her phone, with what she wants."""
    phone.sign_in(village.ah_fong)
    page = phone.open("/rongxi/cases/")
    pages = [page.url]
    page.locator(".headline a.button").click()
    page.wait_for_url("**/cases/new")
    pages.append(page.url)
    page.locator("a[href$='/cases/new/kind']").click()
    page.wait_for_url("**/new/kind")
    pages.append(page.url)
    page.locator("button[value=land]").click()
    page.wait_for_url("**/new/story**")
    pages.append(page.url)
    page.fill("#other", "陈伯坚")
    page.fill("#story", "他起屋过了我的地界")
    page.locator("label[for=claim-3]").click()
    page.fill("#claim_amount", "2000")
    page.fill("#claim_detail", "东边老石桩")
    phone.look("case-story-claim")
    look_large(phone, "case-story-claim")
    page.locator(SEND).click()
    page.wait_for_url("**/contact")
    pages.append(page.url)
    page.locator("label[for=way-2]").click()
    page.locator(SEND).click()
    page.wait_for_url("**/received")
    pages.append(page.url)
    assert len(pages) == 6
    return page.url.split("/")[-2]


def test_a_house_plot_from_file_to_sealed_agreement_in_forty_taps(phone, app, village):
    address = brought(phone, village)
    phone.sign_in(village.aunt_leung)
    page, hand = phone.open("/rongxi/cases/"), Hand(phone)
    hand.tap(f"a[href$='/cases/{address}']")
    page.wait_for_url(re.compile(f"{address}$"))
    phone.look("case-with-claim")
    hand.tap("a[href$='/accept']")
    page.wait_for_url("**/accept")
    hand.type("title", "宅基地地界")
    hand.choose("kind", "homestead")
    hand.tick("rights_told")
    hand.go_on("/take_on$")
    hand.go_on("/identify$")
    hand.tick("party", "2")
    hand.tick("code", "01-002")
    hand.go_on("/consents$")
    phone.look("case-consents-next")
    hand.tick("answer_1", "yes")
    hand.tick("answer_2", "yes")
    hand.go_on("/hold_session$")
    phone.look("case-session-filled")
    hand.type("place", "榕树头")
    hand.type("said", "李桂芳：过了半米。\n陈伯坚：当年没有量。")
    hand.type("checked", "量过，过了四十公分。")
    hand.type("proposal", f"陈伯坚于{day(20)}前补偿李桂芳2000元。双方以老石桩为准")
    hand.tick("result", "agreed")
    hand.tick("identity_seen")
    hand.go_on("/agree$")
    phone.look("case-agree-filled")
    assert page.input_value("[name=amount_1]") == "2000" and page.input_value("[name=due_1]") == day(20)
    assert page.input_value("[name=terms]").startswith("陈伯坚于")
    hand.tick("form", "written")
    hand.go_on("/sign$")
    hand.tick("signed", "1")
    hand.tick("signed", "2")
    hand.tick("mediator_signed")
    hand.tick("sealed")
    hand.photo()
    hand.tap(SEND)
    page.wait_for_url(re.compile(f"{address}$"))
    with app.app_context():
        assert db.session.query(MediationCase.state).scalar() == "performing"
        db.session.remove()
    print("taps: house plot", hand.taps)
    assert hand.taps <= HOUSE_PLOT


@pytest.mark.one_language
def test_ten_parties_are_added_and_answer_in_few_taps(phone, app, village):
    with app.app_context():
        address = a_case(village)
        db.session.commit()
        db.session.remove()
    phone.sign_in(village.aunt_leung)
    page = phone.open(f"/rongxi/cases/{address}/accept")
    page.fill("[name=title]", "欠薪")
    page.locator("label[for=rights_told]").click()
    page.locator("form.sheet button[name=then]").click()
    page.wait_for_url("**/take_on")
    page.locator("form.sheet button").last.click()
    page.wait_for_url(re.compile(f"{address}$"))
    hand = Hand(phone)
    hand.tap("details:has(a[href$='/add_parties']) summary")
    hand.tap("a[href$='/add_parties']")
    page.wait_for_url("**/add_parties")
    hand.tick("side", "applicant")
    hand.type("people", "\n".join(f"工友{one}" for one in "甲乙丙丁戊己庚辛"))
    hand.go_on("/consents$")
    added = hand.taps
    hand.tap("button[name=all_yes]")
    page.wait_for_selector("[name=answer_9]:checked", state="attached")
    phone.look("case-consents-all")
    hand.go_on("/hold_session$")
    assert page.locator("form.sheet").count()
    print("taps: adding eight", added, "ten answers", hand.taps - added)
    assert hand.taps <= TEN_PARTIES


def test_a_small_matter_is_settled_on_one_page(phone, app, village):
    phone.sign_in(village.aunt_leung)
    page, hand = phone.open("/rongxi/cases/"), Hand(phone)
    hand.tap("a[href$='/cases/on-the-spot']")
    page.wait_for_url("**/on-the-spot")
    phone.look("on-the-spot")
    look_large(phone, "on-the-spot")
    hand.tap("form.sheet button:not([type=button])")
    page.wait_for_selector("#title-mistake")
    phone.look("on-the-spot-empty")
    hand.taps -= 1
    for name, words in (
        ("applicant", "李桂芳"),
        ("applicant_code", "01-001"),
        ("respondent", "陈伯坚"),
        ("respondent_code", "01-002"),
        ("title", "鸡吃了菜"),
        ("place", "榕树头"),
        ("said", "各自讲了"),
        ("terms", "当场赔八十元"),
        ("what_1", "赔菜钱"),
        ("amount_1", "80"),
    ):
        hand.type(name, words)
    for name in ("identity_seen", "rights_told", "consent_1", "consent_2", "done_1"):
        hand.tick(name)
    hand.tick("topic", "neighbours")
    hand.tick("by_1", "2")
    hand.tick("asked_written")
    hand.tap("form.sheet button:not([type=button]):not([name])")
    page.wait_for_selector("button[name=long_way]")
    phone.look("on-the-spot-refused")
    hand.tick("asked_written")
    hand.tap("form.sheet button:not([type=button]):not([name])")
    page.wait_for_url(re.compile(r"/cases/[\w-]{20,}$"))
    phone.look("on-the-spot-done")
    with app.app_context():
        assert db.session.query(MediationCase.state).scalar() == "performed"
        db.session.remove()
    print("taps: on the spot", hand.taps)
    assert hand.taps <= ON_THE_SPOT


def test_the_page_without_javascript(plain_phone, app, village):
    plain_phone.sign_in(village.aunt_leung)
    page = plain_phone.open("/rongxi/cases/on-the-spot")
    for name, words in (
        ("applicant", "李桂芳"),
        ("respondent", "陈伯坚"),
        ("title", "鸡吃了菜"),
        ("place", "榕树头"),
        ("said", "各自讲了"),
        ("terms", "当场赔八十元"),
        ("what_1", "赔菜钱"),
    ):
        page.fill(f"[name={name}]", words)
    for name in ("rights_told", "consent_1", "consent_2", "done_1", "topic-2", "by_1-2"):
        page.locator(f"label[for={name}]").click()
    page.locator("form.sheet button").last.click()
    page.wait_for_url(re.compile(r"/cases/[\w-]{20,}$"))
    with app.app_context():
        assert db.session.query(MediationCase.state).scalar() == "performed"
        db.session.remove()
