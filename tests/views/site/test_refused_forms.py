"""Every form that somebody fills in is refused once: a summary that leads to the fields, the words kept, the limit as a number."""

from dataclasses import replace

import pytest
from bs4 import BeautifulSoup

from tests import hostile, page_kinds
from tests.hostile import VALUES

pytestmark = [pytest.mark.sweep, pytest.mark.own_app]
LEAST_REFUSED = 70
"""So many forms at least are found. A form of a view that no page of the demo village has is held to the same by every test that
sends it: tests.client looks into each refusal."""
TAKES_ANYTHING = {
    "case_searches.search": "shows what it looked for, and that nothing was found",
    "notifications.switch": "boxes: none ticked is an answer",
    "polls.find_receipt": "a code that is not there is told as such",
    "preferences.change": "boxes: none ticked is an answer",
    "representatives.choose": "a person of the household: any other is refused as a whole",
}
"""Forms that are filled in and have nothing to put right, and why."""


@pytest.fixture
def config(config):
    return replace(config, mode="demo")


def test_each_form_is_refused_once_with_its_words_kept(app, config, demo_village):
    """Each form that somebody fills in on any kind of page is sent with nothing in it, and with everything far too long."""
    with app.app_context():
        people = [*page_kinds.villager_and_stranger("zh_Hans"), *page_kinds.officer("zh_Hans")]
    pages = page_kinds.of_all_kinds(app, people)
    senders = hostile.browsers(app, {one.name: one.token for one in people if one.token})
    by_name = {sender.who: sender for sender in senders}
    answers: dict[str, set[int]] = {}
    met: set[tuple[str, ...]] = set()
    for page in pages:
        sender = by_name[page.reader.name]
        for form in BeautifulSoup(sender.get(page.path).data, "html.parser").select("form[method=post]"):
            action, names = str(form["action"]).split("#")[0], hostile.filled_in(form)
            endpoint = page_kinds.endpoint_of(app, action)
            if not names or (alike := (endpoint, *names)) in met:
                continue
            met.add(alike)
            for what in ("nothing", "10 kB of words"):
                sent = [*hostile.hidden(form), *((name, VALUES[what]) for name in names)]
                answer = sender.post(action, sent, what)
                answers.setdefault(endpoint, set()).add(answer.status_code)
                wrong = hostile.faults_of_refusal(answer, sent)
                sender.wrong += [f"{sender.who}: {action} ({what}): {fault}" for fault in wrong]
    hostile.refuse_faults(senders)
    assert {endpoint for endpoint, found in answers.items() if hostile.UNFIT not in found} == set(TAKES_ANYTHING)
    assert len(answers) > LEAST_REFUSED
