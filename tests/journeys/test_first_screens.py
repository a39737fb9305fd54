"""On the demo village, what a villager looks for stands on the first screens of a phone."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import ViewportSize

from consult import clock
from consult.demo import accounts
from consult.domain.people.sign_ins import SignInWay
from consult.models import db
from consult.services.core import files
from consult.services.core.uploads import speech
from consult.services.people import sign_ins
from consult.web.access import SIGN_IN_COOKIE
from consult.web.words import heard_words
from tests.browser import SCREEN, Phone

pytestmark = pytest.mark.usefixtures("demo_village")
MOST_SCREENS = 3
FOLD = SCREEN["height"] - 60
"""Below it lie the tabs."""
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
    page.wait_for_selector("#decided")
    phone.look("votes")
    page = phone.open("/rongxi/")
    page.locator(".big-type button").click()
    page.wait_for_selector("html.elder")
    first = page.locator(".calls .button").first.bounding_box()
    assert first is not None and first["y"] + first["height"] <= FOLD, "in large type it stands on the first screen"
    assert page.evaluate(HEIGHT) <= MOST_SCREENS * SCREEN["height"], "also in large type"
    assert page.locator("main a[href$='#ballot']").count() == 3, "and every vote that waits leads to its ballot"
    phone.look("home-elder")


@pytest.mark.parametrize("name", ["陈世昌", "陈惠芳", "陈伟雄"])
def test_the_front_page_of_an_officer_takes_no_more(phone: Phone, name: str):
    """What waits in their offices stands above the votes; what has no room there is one tap further, and is counted."""
    become(phone, name)
    page = phone.open("/rongxi/")
    assert page.locator(".to-do li").count() >= 1 and page.locator("main a[href$='#ballot']").count() >= 2
    assert page.evaluate(HEIGHT) <= MOST_SCREENS * SCREEN["height"]
    assert page.locator("main a[href$='/waiting']").count() == 1
    page.locator(".big-type button").click()
    page.wait_for_selector("html.elder")
    assert page.locator(".to-do li").count() == 1 and page.locator("main a[href$='#ballot']").count() >= 1
    assert page.locator("main .row a[href$='/votes']").count() == 1, "the other votes that wait"
    assert page.locator("main a[href$='/me'], nav a[href$='/me']").count() >= 1, "from there to the meetings"
    assert page.evaluate(HEIGHT) <= MOST_SCREENS * SCREEN["height"], "also in large type"


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
        assert box is not None and box["y"] + box["height"] <= FOLD, what
    mandarin, cantonese = (page.locator(f"#welcome button[lang^={one}]").first.bounding_box() for one in ("zh", "yue"))
    assert mandarin and cantonese and mandarin["y"] == cantonese["y"], "side by side"
    phone.look("home-stranger")


def test_a_proposal_says_what_how_much_and_who_pays_beside_its_buttons_on_the_first_screen(phone: Phone):
    become(phone, "李桂兰")
    page = phone.open("/rongxi/")
    page.locator(".calls h2 a").first.click()
    page.locator("main a[href*='/consultations/']").last.click()
    page.wait_for_selector("#plain-text")
    page.evaluate(
        "document.querySelector('.acts .listen').hidden = false"
    )  # where nothing can speak here, its place is kept
    for what in (
        "#title",
        "#plain-text",
        "#money",
        ".acts a[href*='#ballot']",
        ".acts .listen",
        ".acts a[href='#form']",
    ):
        box = page.locator(what).first.bounding_box()
        assert box is not None and box["y"] + box["height"] <= FOLD, what
    assert page.locator("#comments .voices > li[id]").count() == 3
    phone.look("proposal")
    page.locator("#comments > .row a").last.click()
    page.wait_for_selector("#comments .voices > li[id]:nth-of-type(4)")
    page.locator(".acts a[href='#form']").click()
    page.wait_for_function("() => document.querySelector('#form').getBoundingClientRect().top < innerHeight")
    page = phone.open(urlsplit(page.url).path)
    page.locator(".big-type button").click()
    page.wait_for_selector("html.elder")
    page.evaluate("document.querySelector('.acts .listen').hidden = false")
    for what in ("#title", "#money", ".acts a[href*='#ballot']", ".acts .listen"):
        box = page.locator(what).first.bounding_box()
        assert box is not None and box["y"] + box["height"] <= FOLD, f"{what}, in large type"
    phone.look("proposal-elder")


def test_a_proposal_with_a_sound_still_leads_to_its_form_on_the_first_screen(phone: Phone):
    with phone.app.app_context():
        for script in heard_words.village_scripts(accounts.members()[0].person.village_id):
            files.keep(b"a sound", files.SOUNDS, speech.name_of(script))
        db.session.remove()
    become(phone, "李桂兰")
    page = phone.open("/rongxi/consultations/3")
    for what in ("#money .aside", ".acts a[href*='#ballot']", ".acts .listen[data-sound]", ".acts a[href='#form']"):
        box = page.locator(what).bounding_box()
        assert box is not None and box["y"] + box["height"] <= FOLD, what
    assert page.locator(".acts .by-machine").is_visible(), "who reads it and how large it is stands below the buttons"
    phone.look("proposal-heard")


NARROW: ViewportSize = {"width": 320, "height": 640}
PAGES = (
    "",
    "votes",
    "consultations/",
    "consultations/3",
    "polls/1",
    "polls/2",
    "polls/3",
    "polls/mine",
    "meetings/",
    "meetings/1",
    "notices/",
    "notices/1",
    "me",
    "notifications/",
    "cases/",
    "cases/new/kind",
    "household",
    "search",
    "bodies",
)
TWICE = "document.documentElement.style.fontSize = '225%'"
WIDER = """() => { const most = document.documentElement.clientWidth;
    return document.documentElement.scrollWidth <= most ? [] : [...document.querySelectorAll("body *")]
        .filter(e => e.getBoundingClientRect().right > most + 1).slice(0, 4).map(e => e.outerHTML.slice(0, 110)) }"""

COLUMNS = """() => [...document.querySelectorAll(".ledger h2, .ledger h3, .ledger .name")].filter(e => e.offsetWidth &&
    e.offsetWidth < 4 * parseFloat(getComputedStyle(e).fontSize) && e.textContent.trim().length > 4).map(e => e.textContent.trim())"""


def test_at_320_pixels_with_letters_of_double_size_no_page_scrolls_sideways_and_titles_stand_in_no_columns(
    phone: Phone,
):
    become(phone, "李桂兰")
    phone.page.set_viewport_size(NARROW)
    wide = {}
    for path in PAGES:
        page = phone.open(f"/rongxi/{path}")
        page.evaluate(TWICE)
        assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "36px"
        wide[path] = page.evaluate(WIDER) + page.evaluate(COLUMNS)
    assert {path: found for path, found in wide.items() if found} == {}
