"""Odd values in every part of every address, query and form, as a stranger, a villager and officers: a sentence, never a fault.

`pytest --whole` sends every value everywhere; without it each place gets some of them, the same ones in every run.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest

from consult import clock
from consult.demo import accounts
from consult.domain.people.roles import Role
from consult.domain.people.sign_ins import SignInWay
from consult.models import db
from consult.services.people import sign_ins
from tests import hostile
from tests.hostile import VALUES, Sender

pytestmark = [pytest.mark.sweep, pytest.mark.both_databases, pytest.mark.own_app]
ENDS_THE_SWEEP = {"sign_ins.end", "demo.sign_in", "static"}
OFFICES = (Role.VILLAGER, Role.CLERK, Role.COUNCIL_MEMBER, Role.HEAD_OF_MEDIATION)
"""A villager, and officers who may open different pages."""
FILES = re.compile(r"\.(zip|pdf|gz|svg|ics|m4a|jpg|xlsx|csv)$")
PAGES_OF_ONE = 90
FORMS_ALIKE = 1
EACH_PLACE_GETS = 2


@pytest.fixture
def config(config):
    return replace(config, mode="demo")


@pytest.fixture
def senders(app, demo_village) -> list[Sender]:
    """Browsers in the demo village, where there is something of everything."""
    app.request_class = hostile.watching(app.request_class)
    with app.app_context():
        members = accounts.members()
        chosen = [next(m for m in members if office in m.roles) for office in OFFICES]
        tokens = {m.person.name: sign_ins.begin(m.person, SignInWay.DEMO, now=clock.now()) for m in chosen}
        db.session.remove()
    found = [Sender(app, "a stranger", app.test_client())]
    for name, token in tokens.items():
        client = app.test_client()
        client.set_cookie("sign_in", token)
        found.append(Sender(app, name, client))
    return found


def some(place: int, whole: bool, few: int = EACH_PLACE_GETS) -> Iterator[tuple[str, bytes]]:
    """Yield the values for one place: all of them, or a few, which are others at the next place."""
    names = list(VALUES)
    for n in range(len(names) if whole else few):
        name = names[(place * few + n) % len(names)]
        yield name, VALUES[name]


def test_no_address_breaks_whatever_stands_in_it(app, senders, pytestconfig):
    whole = pytestconfig.getoption("whole")
    rules = [rule for rule in app.url_map.iter_rules() if rule.arguments and rule.endpoint not in ENDS_THE_SWEEP]
    for number, sender in enumerate(senders):
        for place, rule in enumerate(rules, number):
            for what, value in some(place, whole):
                path = hostile.path_of(rule, value)
                if rule.arguments == {"slug"}:
                    path = hostile.path_of(rule, slug=hostile.quoted(value))
                sender.get(path, what=what) if "GET" in rule.methods else sender.post(path, [], what)
    assert not [fault for sender in senders for fault in sender.wrong]


def test_no_field_that_a_view_asks_for_breaks_it(app, senders, pytestconfig):
    """Of queries and of forms that stand on no page: what a view asks for is learnt by watching it ask."""
    whole = pytestconfig.getoption("whole")
    for number, sender in enumerate(senders):
        for place, rule in enumerate(app.url_map.iter_rules(), number):
            if rule.endpoint in ENDS_THE_SWEEP:
                continue
            path = hostile.path_of(rule)
            hostile.Names.asked.clear()
            for what, value in some(place, whole):
                fields = {name: value for name in sorted(hostile.Names.asked)}
                sender.get(path, fields, what) if "GET" in rule.methods else sender.post(path, fields.items(), what)
    assert not [fault for sender in senders for fault in sender.wrong]


def test_no_field_of_any_form_on_any_page_breaks_it(senders, pytestconfig):
    """Each form is sent as it stands on its page, with one field changed."""
    whole = pytestconfig.getoption("whole")
    place, met = 0, Counter()
    for sender in senders:
        for action, method, fields in forms_of(sender, met):
            for name in fields:
                place += 1
                others = [(n, v.encode(errors="replace")) for n, values in fields.items() if n != name for v in values]
                for what, value in some(place, whole, few=1):
                    changed = [*others, (name, value)]
                    if method == "get":
                        sender.get(action, dict(changed), f"{name}: {what}")
                    else:
                        sender.post(action, changed, f"{name}: {what}")
    assert len(met) > 60
    assert not [fault for sender in senders for fault in sender.wrong]


def forms_of(sender: Sender, met: Counter) -> Iterator[tuple[str, str, dict[str, list[str]]]]:
    """Yield address, method and fields of the forms somebody meets on the way through the village."""
    waiting, seen, kinds = ["/rongxi/"], set(), Counter()
    while waiting and len(seen) < PAGES_OF_ONE:
        path = waiting.pop(0)
        kind = likeness(path)
        if path in seen or kinds[kind] > 1 or FILES.search(path.split("?")[0]):
            continue
        seen.add(path)
        kinds[kind] += 1
        page = sender.get(path)
        if page.status_code != 200 or page.mimetype != "text/html":
            continue
        waiting += hostile.links(page.data)
        for method, action, fields in hostile.forms(page.data):
            alike = (method, likeness(action), *sorted(fields))
            if not action.endswith(("/preferences", "/sign-in/end", "/demo/sign-in")):
                met[alike] += 1
                if met[alike] <= FORMS_ALIKE:
                    yield action.split("?")[0], method, {n: v for n, v in fields.items() if n != "csrf_token"}


def likeness(path: str) -> str:
    """Return an address without its numbers, so that a hundred pages of one kind count as one."""
    return re.sub(r"\d+|[0-9a-f]{16,}|[\w-]{16}", "N", path)


def test_every_value_is_sent_somewhere():
    assert {what for place in range(len(VALUES)) for what, _ in some(place, whole=False)} == set(VALUES)
