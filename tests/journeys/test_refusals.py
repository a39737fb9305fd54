"""Refused forms of each kind without JavaScript, and in a part of a page: focus on the summary, the words still there.

With JavaScript tests/journeys/test_page_kinds.py sends each form of the demo village.
"""

import pytest
from playwright.sync_api import Page

from consult.domain.polls.polls import PollKind
from consult.models import db
from tests.browser import SCREEN
from tests.meetings import a_called_meeting
from tests.village import a_consultation, a_poll

TOO_MUCH = "长" * 2_100


@pytest.fixture
def choice(app, village) -> int:
    with app.app_context():
        return a_poll(village, kind=PollKind.APPROVAL, options=("修路", "修桥", "修灯"), max_choices=2)


def sent(page: Page, form: str, **words: str) -> None:
    """Fill in a form, press its last button, and see that it is refused: the summary has the focus, the words are there."""
    for name, value in words.items():
        page.locator(f"{form} [name={name}]").fill(value)
    page.locator(f"{form} button").last.click()
    page.wait_for_selector("#mistakes:focus")
    box = page.locator("#mistakes").bounding_box()
    assert box is not None and 0 <= box["y"] < SCREEN["height"]
    for name, value in words.items():
        assert page.locator(f"{form} [name={name}]").input_value() == value


def test_without_javascript_the_summary_has_the_focus_and_the_words_are_there(plain_phone, app, village, choice):
    with app.app_context():
        talk = a_consultation(village)
        meeting, _ = a_called_meeting(village)
        db.session.remove()
    plain_phone.sign_in(village.ah_fong)
    sent(plain_phone.open(f"/rongxi/consultations/{talk}/statements"), "form.sheet", text=TOO_MUCH)
    sent(plain_phone.open(f"/rongxi/consultations/{talk}"), "form[action$='/comments']", text=TOO_MUCH)
    sent(
        plain_phone.open("/rongxi/cases/new/story?kind=water"),
        "form[action$='/drafts']",
        story=TOO_MUCH,
        other="陈伯坚",
    )
    sent(plain_phone.open(f"/rongxi/polls/{choice}"), "#ballot form")
    plain_phone.sign_in(village.ah_keung)
    page = plain_phone.open(f"/rongxi/meetings/{meeting}/door")
    page.locator("details:has([name=holder_name]) > summary").click()
    sent(page, "details form[action$='/letters']", giver="没有这个号", holder_name="没有这个人")


@pytest.mark.one_language
def test_a_ballot_with_nothing_chosen_is_refused_in_its_place_with_the_focus_on_why(phone, village, choice):
    phone.sign_in(village.ah_fong)
    page = phone.open(f"/rongxi/polls/{choice}")
    page.evaluate("window.same_page = true")
    sent(page, "#ballot form")
    assert page.evaluate("window.same_page")
