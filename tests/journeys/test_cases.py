"""A quarrel from a phone in three small steps to a closed and archived volume; what a party sees, what nobody sees."""

import re
from datetime import timedelta

import pytest

from consult import clock
from consult.models import MediationCase, db
from tests import prints
from tests.phone_stores import everything_kept, ready
from tests.views.talk.test_consultations import photo

WORDS = "屋檐水滴到我家的墙，墙脚都湿了"
SEND = "form[data-private] button:not([type=button])"
"""The button that sends what was typed; above it stands the one that leaves at once."""


def day(days: int = 0) -> str:
    return (clock.now() + timedelta(days=days, hours=8)).strftime("%Y-%m-%d")


def paper(name: str = "paper.jpg") -> dict[str, object]:
    return {"name": name, "mimeType": "image/jpeg", "buffer": photo((300, 400)).read()}


def bring(phone, village) -> str:
    """Ah Fong, on her phone. Returns the address of the case."""
    phone.sign_in(village.ah_fong)
    page = phone.open("/rongxi/cases/")
    phone.look("cases")
    page.locator(".headline a.button").click()
    page.wait_for_url("**/cases/new")
    phone.look("case-safety")
    assert page.locator("a[href='tel:110']").first.is_visible()
    page.locator("a[href$='/cases/new/kind']").click()
    page.wait_for_url("**/new/kind")
    phone.look("case-kind")
    page.locator("button[value=neighbours]").click()
    page.wait_for_url("**/new/story**")
    page.locator(SEND).click()
    page.wait_for_selector("#story-mistake")
    phone.look("case-story-empty")
    page.fill("#other", "陈伯坚")
    page.fill("#story", WORDS)
    page.set_input_files("#photos", paper())
    page.locator(SEND).click()
    page.wait_for_url("**/contact")
    phone.look("case-contact")
    page.fill("#phone", "12")
    page.locator(SEND).click()
    page.wait_for_selector("#phone-mistake")
    page.fill("#phone", "13800000001")
    page.locator(SEND).click()
    page.wait_for_url("**/received")
    phone.look("case-received")
    return page.url.split("/")[-2]


def act(
    phone,
    address: str,
    name: str,
    /,
    *,
    seen: str = "",
    photos: bool = False,
    ticks: tuple[str, ...] = (),
    **fields: str,
) -> None:
    """One act through its own page: texts are filled, choices tapped."""
    page = phone.open(f"/rongxi/cases/{address}/{name}")
    if seen:
        phone.look(seen)
    for field, value in fields.items():
        one = page.locator(f"[name={field}]").first
        if one.get_attribute("type") == "radio":
            tapped = page.locator(f"[name='{field}'][value='{value}']").get_attribute("id")
            page.locator(f"label[for='{tapped}']").click()
        elif one.evaluate("e => e.tagName") == "SELECT":
            one.select_option(value)
        else:
            one.fill(value)
    for tick in ticks:
        page.locator(f"label[for={tick}]").click()
    if photos:
        page.set_input_files("#photos", paper())
    page.locator("form.sheet button").last.click()
    page.wait_for_url(re.compile(rf"/cases/{address}$"))


def agree(phone, village, address: str) -> None:
    """Aunt Leung takes the case, asks both, sits down with them, and writes down what they agree on."""
    phone.sign_in(village.aunt_leung)
    phone.open("/rongxi/cases/")
    phone.look("cases-desk")
    phone.open(f"/rongxi/cases/{address}")
    phone.look("case-applied")
    act(phone, address, "accept", seen="case-accept", title="屋檐水", kind="neighbours", ticks=("rights_told",))
    act(phone, address, "take_on")
    for party in ("1", "2"):
        act(phone, address, "consent", seen="case-consent", party=party, answer="yes")
    act(phone, address, "call_session", on=day(), at="19:30", place="榕树头", how="closed")
    phone.look("case-called")
    act(
        phone,
        address,
        "hold_session",
        seen="case-session",
        on=day(),
        place="榕树头",
        present="两家",
        said="各自讲了",
        checked="伸过 40 厘米",
        proposal="收回",
        result="agreed",
        ticks=("identity_seen",),
    )
    act(
        phone,
        address,
        "agree",
        seen="case-agree",
        form="written",
        on=day(),
        facts="檐伸过界",
        terms="收回四十厘米",
        by_1="2",
        what_1="收檐",
        amount_1="300",
        due_1=day(),
    )
    phone.look("case-unsigned")
    act(
        phone,
        address,
        "sign",
        seen="case-sign",
        on=day(),
        photos=True,
        ticks=("signed-1", "signed-2", "mediator_signed", "sealed"),
    )


def test_from_a_phone_to_the_archive(phone, app, village):
    address = bring(phone, village)
    agree(phone, village, address)
    phone.sign_in(village.ah_fong)
    page = phone.open(f"/rongxi/cases/{address}")
    phone.look("case-party")
    act(phone, address, "perform", row="1", on=day())
    phone.sign_in(village.aunt_leung)
    act(
        phone,
        address,
        "follow_up",
        seen="case-follow-up",
        on=day(),
        persons="两家",
        performed="all",
        satisfied="yes",
        sued="no",
    )
    act(phone, address, "close", seen="case-close", summary="都做到了")
    act(phone, address, "archive", shelf="柜二")
    phone.look("case-archived")
    answer = page.request.get(f"{phone.server.url}/rongxi/cases/{address}/volume.pdf")
    assert answer.status == 200 and answer.headers["cache-control"] == "private, no-store"
    prints.keep(answer.body(), f"volume-{phone.locale}")
    assert any("屋檐水" in text for text in prints.words(answer.body()))
    phone.open(f"/rongxi/cases/{address}/looks")
    phone.look("case-looks")
    for path, name in (
        ("board", "case-board"),
        ("figures", "case-figures"),
        (f"reports/{day()[:7]}", "case-report"),
        ("desk", "case-desk"),
    ):
        phone.open(f"/rongxi/cases/{path}")
        phone.look(name)
    with app.app_context():
        assert db.session.query(MediationCase.state).scalar() == "archived"
        db.session.remove()


def test_the_same_without_javascript(plain_phone, app, village):
    plain_phone.sign_in(village.ah_fong)
    page = plain_phone.open("/rongxi/cases/new/story?kind=water")
    page.fill("#story", WORDS)
    page.locator(SEND).click()
    page.wait_for_url("**/contact")
    page.locator("label[for=way-2]").click()
    page.fill("#phone", "")
    page.locator(SEND).click()
    page.wait_for_url("**/received")
    address = page.url.split("/")[-2]
    plain_phone.sign_in(village.aunt_leung)
    act(plain_phone, address, "accept", title="断水", kind="neighbours", ticks=("rights_told",))
    act(plain_phone, address, "take_on")
    with app.app_context():
        assert db.session.query(MediationCase.state).scalar() == "assigned"
        db.session.remove()


@pytest.mark.one_language
def test_what_was_typed_of_a_case_stays_on_no_phone(phone, village):
    """Without a key it is unreadable; in the clear stand the language, a mark of the sign-in, and when that ends."""
    phone.sign_in(village.ah_fong)
    page = phone.open("/rongxi/cases/new/story?kind=water")
    ready(page)
    page.fill("#other", "陈伯坚")
    page.fill("#story", WORDS)
    page.wait_for_timeout(600)  # until what was typed is sealed
    plain = page.evaluate("({...localStorage})")
    assert set(plain) <= {"kept", "mark", "offline"}, plain
    assert plain.get("offline", page.get_attribute("html", "lang")) == page.get_attribute("html", "lang")
    mark, until = plain["kept"].split(" ")
    assert re.fullmatch("[0-9a-f]{16,64}", mark) and until.isdigit()
    assert all(mark not in cookie["value"] for cookie in phone.context.cookies())
    kept = everything_kept(page) + page.evaluate("JSON.stringify(sessionStorage)")
    assert "drafts" in kept and "key extractable: false" in kept
    assert not any(words in kept for words in (WORDS, "屋檐", "陈伯坚"))
