"""On the demo village, what a villager looks for stands on the first screens of a phone."""

import pytest

from consult import clock
from consult.demo import accounts
from consult.domain.people.sign_ins import SignInWay
from consult.models import db
from consult.services.people import sign_ins
from consult.web.access import SIGN_IN_COOKIE
from tests.browser import SCREEN, Phone

pytestmark = pytest.mark.usefixtures("demo_village")
MOST_SCREENS = 3
HEIGHT = "document.documentElement.scrollHeight"


def become(phone: Phone, name: str) -> None:
    """Sign in as one of the demo village who reads this phone's language."""
    with phone.app.app_context():
        (person,) = (one.person for one in accounts.members() if one.person.name == name)
        person.language = phone.locale
        db.session.commit()
        token = sign_ins.begin(person, SignInWay.DEMO, now=clock.now())
    phone.put_cookie(SIGN_IN_COOKIE, token)


def test_the_front_page_of_a_villager_takes_three_screens_with_four_doors(phone: Phone):
    become(phone, "李桂兰")
    page = phone.open("/rongxi/")
    assert page.evaluate(HEIGHT) <= MOST_SCREENS * SCREEN["height"]
    assert page.locator(".calls .call .button").count() == 3, "three votes wait for her"
    doors = page.locator(".doors a")
    assert doors.count() == 4
    assert [box["height"] >= 48 and box["width"] >= 48 for one in doors.all() if (box := one.bounding_box())] == [
        True
    ] * 4
    phone.look("home")
    for n in range(4):
        page.locator(".doors a").nth(n).click()
        assert page.locator("h1").count() == 1
        page.go_back()
    page.locator("a[href$='/votes']").click()
    assert page.locator("#decided").count() == 1
    phone.look("votes")
    page = phone.open("/rongxi/")
    page.locator(".big-type button").click()
    page.wait_for_selector("html.elder")
    first = page.locator(".calls .button").first.bounding_box()
    assert first is not None and first["y"] + first["height"] <= SCREEN["height"] - 60, (
        "in large type it stands on the first screen"
    )
    phone.look("home-elder")


def test_the_first_screen_of_a_stranger_says_what_this_is_and_lets_them_in(phone: Phone):
    page = phone.open("/rongxi/")
    for what in (
        "#welcome p",
        "#welcome button[lang^=yue]",
        "#welcome button[lang^=zh]",
        ".big-type button",
        "main .button[href*=sign-in]",
    ):
        box = page.locator(what).first.bounding_box()
        assert box is not None and box["y"] + box["height"] <= SCREEN["height"] - 60, what
    mandarin, cantonese = (page.locator(f"#welcome button[lang^={one}]").first.bounding_box() for one in ("zh", "yue"))
    assert mandarin and cantonese and mandarin["y"] == cantonese["y"], "side by side"
    phone.look("home-stranger")
