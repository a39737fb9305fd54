"""Payments of one day on a mediator's phone, with the line cut in the middle; and the same page for large type and small screens."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import ViewportSize

from consult.domain.cases.states import CaseState
from consult.models import db
from tests.browser import SCREEN, Phone
from tests.cases import opened
from tests.journeys.test_no_signal import with_worker
from tests.phone_stores import ready
from tests.running.line import Line
from tests.views.cases.test_many_rows import agreed_in_session
from tests.views.cases.test_payment_table import paid, wages


@pytest.fixture
def line(phone: Phone) -> Iterator[Line]:
    made = Line(phone.server.url)
    yield made
    made.close()


def send_over_a_cut_line(page, line, address: str) -> None:
    """Press the button without line, and send the words again when it is back."""
    line.set("cut")
    page.locator("form[data-private] button:not([type=button])").last.click()
    page.wait_for_selector("html[data-said=sealed]", state="attached")
    line.set("up")
    page.locator("[data-again]").click()
    page.wait_for_url(re.compile(rf"/cases/{address}$"))


def test_what_was_ticked_without_signal_is_sent_once(phone, line, app, village):
    with app.app_context():
        address = wages(village, 8)
    phone.sign_in(village.aunt_leung)
    page = with_worker(phone, line, f"/rongxi/cases/{address}/payments")
    for n in range(1, 9):
        page.locator(f"label[for=paid_{n}]").click()
    page.fill("#amount_8", "500")
    phone.look("payments")
    send_over_a_cut_line(page, line, address)
    with app.app_context():
        assert [one.facts["row"] for one in paid(village, address)] == list(range(1, 9))
        case = opened(village, village.aunt_leung, address)
        assert case.state is CaseState.PERFORMING and len(case.situation.undone()) == 1
    page.goto(f"{line.url}/rongxi/cases/{address}")
    ready(page)
    phone.look("payments-case")


def test_what_was_ticked_by_one_tap_is_sent_once_too(phone, line, app, village):
    with app.app_context():
        address = wages(village, 4)
    phone.sign_in(village.aunt_leung)
    page = with_worker(phone, line, f"/rongxi/cases/{address}/payments")
    page.locator("button[name=all_paid]").click()
    page.wait_for_selector("html[data-posted]", state="attached")
    ready(page)
    send_over_a_cut_line(page, line, address)
    with app.app_context():
        assert [one.facts["row"] for one in paid(village, address)] == [1, 2, 3, 4]


@pytest.mark.one_language
@pytest.mark.parametrize("how", ["elder", "dark", "small"])
def test_forms_of_the_yard_are_whole_in_large_type_in_the_dark_and_on_a_small_screen(phone, app, village, how):
    with app.app_context():
        address = wages(village, 8)
        rows = agreed_in_session(village, 8)
        village.aunt_leung.row().elder_mode = how == "elder"
        db.session.commit()
    phone.sign_in(village.aunt_leung)
    phone.page.emulate_media(color_scheme="dark" if how == "dark" else "light")
    size: ViewportSize = {"width": 320, "height": 640} if how == "small" else SCREEN
    phone.page.set_viewport_size(size)
    forms = {
        f"{address}/payments": "payments",
        f"{address}/perform": "perform",
        f"{address}/follow_up": "follow-up",
        f"{rows}/agree": "agree",
        f"{rows}/investigate": "investigate",
        f"{rows}/hold_session": "session",
        "on-the-spot": "on-the-spot",
    }
    for path, name in forms.items():
        phone.open(f"/rongxi/cases/{path}")
        if how == "small":
            phone.page.evaluate("document.documentElement.style.fontSize = '200%'")
        phone.look(f"yard-{name}-{how}", size=size)
