"""Every form that somebody fills in is refused once: a summary that leads to the fields, the words kept, the limit as a number.

The same forms, whose scenes are dear to build, are then sent in Chromium: refused with scripts, and with the line cut
(`tests/unsent_forms.py`).
"""

from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from playwright.sync_api import Browser

from consult.domain import allowances
from consult.domain.cases.acts import CaseAct
from consult.services.people.roll import long_readings
from tests import form_states, page_kinds
from tests.refused_forms import Refused, views_of_forms
from tests.unsent_forms import Drawn, faults_of

pytestmark = pytest.mark.sweep
TAKES_ANYTHING = {
    "attendance.look": "shows whom the numbers name, and nobody for what is no number",
    "cards.withdraw": "a reason out of a list, one of which always stands there",
    "case_searches.search": "shows what it looked for, and that nothing was found",
    "notifications.switch": "boxes: none ticked is an answer",
    "preferences.change": "boxes: none ticked is an answer",
    "representatives.choose": "a person of the household: any other is refused as a whole",
    "rights.confirm": "a box: not ticked is an answer",
    "rolls.confirm": "boxes: none ticked is an answer",
}
"""Forms that are filled in and have nothing to put right, and why."""
ADDS_NOTHING = {
    "attendance.look": TAKES_ANYTHING["attendance.look"],
    "case_acts.do": "acts with nothing but words that may stay away, as a note beside an agreement",
    "case_searches.search": TAKES_ANYTHING["case_searches.search"],
    "contests.create": "the button says that it is not right; a reason may be added",
    "notifications.switch": TAKES_ANYTHING["notifications.switch"],
    "preferences.change": TAKES_ANYTHING["preferences.change"],
    "proceedings.close_meeting": "the button alone: it ends now",
    "proceedings.resume": "the button alone: it goes on now",
    "rights.confirm": TAKES_ANYTHING["rights.confirm"],
    "rolls.answer": "no question is answered, and none that was is answered anew",
}
"""Views that take a form without any field: the act is the button, or nothing is written. No other may: what a form does not say
of what stands is not to be made empty."""
NEVER_REFUSED = {
    CaseAct.CONFIRM_CORRECTION: "a view of its own: case_corrections.confirm",
    CaseAct.CORRECT_ENTRY: "a view of its own: case_corrections.correct",
    CaseAct.FILE: "how a case begins, by views of its own: case_filings",
    CaseAct.TAKE_ON: "boxes for a mediator who is kin: nothing is an answer",
}
"""Acts on a case whose form is sent elsewhere or has nothing to put right, and why."""
OF_SCENES = frozenset().union(*(views for _, views in form_states.SCENES))


@pytest.fixture
def config(config, request):
    return replace(config, mode="demo") if "demo_village" in request.fixturenames else config


def judge(seen: Refused) -> None:
    """Fail with every fault, a line each; and where a form that has nothing to put right was refused after all."""
    assert not seen.wrong, "\n".join(seen.wrong)
    assert set(seen.answers) <= views_of_forms(), "the list made of the templates knows each form that stands on a page"
    assert seen.took_nothing <= set(ADDS_NOTHING), "what stands was made empty by a form that says nothing of it"
    assert seen.never <= set(TAKES_ANYTHING) and not seen.refused & set(TAKES_ANYTHING)


def keeps_all_without_a_line(browser: Browser, app: Flask, seen: Refused) -> None:
    """Fail with every form that loses what was typed or says nothing of it where the line is lost, a line each."""
    wrong = faults_of(browser, app, seen.drawn)
    assert not wrong, "\n".join(wrong)


def test_each_form_of_the_demo_village_is_refused_with_its_words_kept_and_each_other_one_has_a_scene(
    app, demo_village, keeping_browser
):
    """Each form on any kind of page is sent with nothing in it, and with everything far too long; then without a line."""
    with app.app_context():
        people = [*page_kinds.villager_and_stranger("zh_Hans"), *page_kinds.officer("zh_Hans")]
    seen, clients = Refused(app), {one.name: page_kinds.client_of(app, one) for one in people}
    pages = [
        (one.reader.name, clients[one.reader.name].get(one.path).data) for one in page_kinds.of_all_kinds(app, people)
    ]
    for who, page in pages:  # read before anything is sent: what is taken all the same changes others
        seen.look(BeautifulSoup(page, "html.parser"), clients[who], who)
    judge(seen)
    assert views_of_forms() - seen.refused - set(TAKES_ANYTHING) == OF_SCENES - seen.refused
    keeps_all_without_a_line(keeping_browser, app, seen)


def test_each_form_that_needs_more_than_the_demo_village_has_is_refused_in_its_scene(
    app, as_person, village, monkeypatch, keeping_browser
):
    monkeypatch.setattr(long_readings, "PATIENCE_SECONDS", 60.0)
    seen = Refused(app)
    stage = form_states.Village(app, village, as_person, lambda client, page: seen.look(page, client), monkeypatch)
    for scene, views in form_states.SCENES:
        scene(stage)
        assert views <= seen.refused, f"{scene.__name__}: {sorted(views - seen.refused)}"
    judge(seen)
    keeps_all_without_a_line(keeping_browser, app, seen)


def test_each_act_on_a_case_is_refused(app, as_person, village, monkeypatch, keeping_browser):
    for use in allowances.MOST_A_DAY:  # one mediator's photos of a year, in one day
        monkeypatch.setitem(allowances.MOST_A_DAY, use, 10**12)
    seen = Refused(app)
    stage = form_states.Village(app, village, as_person, lambda client, page: seen.look(page, client), monkeypatch)
    form_states.acts_on_cases(stage)
    judge(seen)
    assert {*CaseAct} - seen.acts == set(NEVER_REFUSED)
    keeps_all_without_a_line(keeping_browser, app, seen)


def test_the_check_in_a_browser_sees_a_refusal_that_takes_no_focus(app, keeping_browser):
    page = (
        '<html lang="zh"><head><script src="/static/app.js" defer></script></head><body><main><form method="post" action="/rongxi/x">'
        '<textarea name="text"></textarea><button>投</button></form>{}</main></body></html>'
    )
    drawn = Drawn("somebody", "/rongxi/x", 0, page.format(""), page.format('<p id="mistakes">改一改</p>'))
    assert any("refused: the focus is on" in one for one in faults_of(keeping_browser, app, [drawn]))
