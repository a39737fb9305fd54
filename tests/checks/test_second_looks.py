"""Every act that ends, withdraws, cancels or deletes something has a second look, or a reason why it needs none.

A second look says what follows before the button that does it: a page of its own, or a part of the page that opens
first (`second_look` in templates/components/forms.html). Both work without scripts.
"""

import re
from dataclasses import replace

import pytest

from tests.checks.sources import TEMPLATES, files

PAGE, INLINE = "on a page of its own", "in a part of the page that opens first"
UNDONE_BY_ONE_TAP = "one tap undoes it, and people do it every day"

ENDINGS = {
    "agendas.remove": INLINE,
    "arrivals.go": INLINE,
    "attendance.end": INLINE,
    "cards.withdraw": INLINE,
    "case_acts.do": PAGE,
    "case_filings.discard": INLINE,
    "drafts.remove": INLINE,
    "endings.withdraw": PAGE,
    "grants.end": INLINE,
    "group_robots.remove": INLINE,
    "hidings.hide": PAGE,
    "meeting_votes.end_vote": PAGE,
    "meetings.discard": INLINE,
    "meetings.make_change": PAGE,
    "own_data.end_lock": INLINE,
    "poll_changes.create": PAGE,
    "proceedings.close_meeting": INLINE,
    "rolls.depart": INLINE,
    "steerings.merge": PAGE,
    "steerings.move": PAGE,
    "tasks.withdraw": INLINE,
}
"""The acts, and where their second look stands."""
NONE_NEEDED = {
    "comments.take_back_seconding": UNDONE_BY_ONE_TAP,
    "endorsements.take_back": UNDONE_BY_ONE_TAP,
    "proceedings.take_hand_down": UNDONE_BY_ONE_TAP,
    "doors.leave": "who comes back is ticked again, and a queue waits at the desk",
    "doors.undo": "puts right a wrong tick; the line stays, and the next tick puts it back",
    "proceedings.close_item": "asks how the item ended first; undone by an entry while the meeting runs",
    "own_data.withdraw": "takes back what one asked oneself and nobody answered; it can be asked for again",
    "proceedings.undo": "puts right a wrong note, which stays readable and can be noted again",
    "roll_appeals.drop_refusal": "leaves the appeal as it was, to be answered anew",
    "clocks.confirm": "the page is the question itself; it ends a doubt and changes no record",
    "me.end_sign_in": "a lost phone must be shut out quickly; signing in again undoes it",
    "me.end_other_sign_ins": "a lost phone must be shut out quickly; signing in again undoes it",
    "second_factors.end": "asks again who acts, on a page of its own, before it ends",
    "further_votes.drop": "takes back what waits for a second person; it can be stated again",
    "sign_ins.end": "leaving a shared phone must be quick; signing in again undoes it",
}
"""The acts without one, and why."""
LOOK_ORDINARY = {
    "arrivals.go": "who comes back signs in again",
    "attendance.end": "the office to tick can be given again at once",
    "case_acts.do": "one page for all acts of a case, few of which end it",
    "hidings.hide": "the words stay, and can be shown again",
    "meeting_votes.end_vote": "the next step of every vote",
    "meetings.make_change": "one button for a new day or place and for calling the meeting off",
    "own_data.end_lock": "the lock can be asked for again at once",
    "poll_changes.create": "one button for three changes, each of which a second person confirms",
    "steerings.merge": "asks those who proposed it first",
    "steerings.move": "goes on to the next phase, which is what a matter does",
}
"""Endings whose button looks like any other, and why. Those of all others have the class `final`: nobody mistakes them for the next step."""
ENDS = re.compile(
    r"(removal|withdrawal|withdraw|ending|end|closing|discarding|departure|departures|reversal|merger|cancellation|"
    r"deletion|erasure|lock|discharge|hiding)$"
)
"""The last word of an address at which something ends."""


@pytest.fixture
def endings(config, app) -> set[str]:
    rules = [rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    return {rule.endpoint for rule in rules if ENDS.search(rule.rule)}


@pytest.fixture
def config(config):
    return replace(config, mode="demo")


def test_every_act_that_ends_something_is_in_the_table(endings):
    assert not endings - set(ENDINGS) - set(NONE_NEEDED)


def test_the_table_names_acts_that_there_are(app):
    assert set(ENDINGS) | set(NONE_NEEDED) <= set(app.view_functions)
    assert not set(ENDINGS) & set(NONE_NEEDED)


def test_nothing_is_said_twice_and_each_exception_has_its_reason():
    assert all(len(why) > 20 for why in [*NONE_NEEDED.values(), *LOOK_ORDINARY.values()])
    assert set(LOOK_ORDINARY) <= set(ENDINGS)


@pytest.mark.parametrize("endpoint", [name for name, where in ENDINGS.items() if where == INLINE])
def test_the_button_stands_in_a_part_that_opens_first(endpoint):
    sources = {path: path.read_text(encoding="utf-8") for path in files(".html", below=TEMPLATES)}
    buttons = [(path, found.start()) for path, text in sources.items() for found in used(endpoint, text)]
    assert buttons, f"no page has {endpoint}"
    assert not [path.name for path, at in buttons if not behind_a_look(sources[path][:at])]


@pytest.mark.parametrize("endpoint", [name for name, where in ENDINGS.items() if where == PAGE])
def test_the_button_stands_on_a_page_of_one_kind_with_a_sentence_about_what_follows(endpoint):
    texts = [path.read_text(encoding="utf-8") for path in files(".html", below=TEMPLATES)]
    pages = [text for text in texts if used(endpoint, text)]
    assert len(pages) == 1, f"{endpoint} stands on {len(pages)} pages"
    assert "<h1" in pages[0] and "<p" in pages[0]


@pytest.mark.parametrize("endpoint", sorted(set(ENDINGS) - set(LOOK_ORDINARY)))
def test_the_button_of_what_cannot_be_taken_back_looks_like_no_other(endpoint):
    texts = [path.read_text(encoding="utf-8") for path in files(".html", below=TEMPLATES)]
    forms = [text[found.start() :].partition("</form>")[0] for text in texts for found in used(endpoint, text)]
    buttons = [button for form in forms for button in re.findall(r"<button[^>]*>", form)]
    assert buttons
    assert not [button for button in buttons if not re.search(r'class="final( small)?"', button)]


def used(endpoint: str, text: str) -> list[re.Match[str]]:
    return list(re.finditer(rf"url_for\('{re.escape(endpoint)}'", text))


def behind_a_look(before: str) -> bool:
    """Tell whether a `details` or a second look is open at the end of a piece of template."""
    opened = len(re.findall(r"<details|\{% call second_look\(", before))
    return opened > len(re.findall(r"</details>|\{% endcall %\}", before))


def test_the_check_sees_a_button_without_a_second_look():
    assert behind_a_look("{% call second_look(1, 2) %}<form action=")
    assert not behind_a_look("{% call second_look(1, 2) %}<form>{% endcall %}<form action=")
