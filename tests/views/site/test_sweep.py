"""Odd values in every part of every address, query and form, as a stranger, a villager and officers: a sentence, never a fault.

`pytest --whole` sends every value everywhere; without it each place gets some of them, the same ones in every run.
On SQLite five readers send all values. On PostgreSQL a stranger and a reader with all offices send those values that the
two databases read differently: a statement is the same for every reader whom it serves.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup

from consult import clock
from consult.demo import accounts
from consult.domain.people.roles import Role
from consult.domain.people.sign_ins import SignInWay
from consult.models import Person, db
from consult.services.people import sign_ins
from tests import hostile
from tests.hostile import ALIKE_ON_BOTH, VALUES, Sender
from tests.page_kinds import with_all_offices

pytestmark = [pytest.mark.sweep, pytest.mark.both_databases, pytest.mark.own_app]
ENDS_THE_SWEEP = {"sign_ins.end", "demo.sign_in", "static"}
SAYS_NOT_READY = {"health.ready"}
"""503 is its right answer where no job runner lives."""
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
    with app.app_context():
        members = accounts.members()
        tokens = signed_in([next(m.person for m in members if office in m.roles) for office in OFFICES])
    return hostile.browsers(app, tokens)


@pytest.fixture
def readers(app, config, request) -> list[Sender]:
    """The same five on SQLite; on PostgreSQL a stranger and somebody with all offices."""
    if config.on_sqlite:
        return request.getfixturevalue("senders")
    with app.app_context():
        tokens = signed_in([with_all_offices(accounts.members()[0].person)])
    return hostile.browsers(app, tokens)


def signed_in(people: list[Person]) -> dict[str, str]:
    """Begin a sign-in of each of these. Return its token by their name."""
    tokens = {person.name: sign_ins.begin(person, SignInWay.DEMO, now=clock.now()) for person in people}
    db.session.remove()
    return tokens


@pytest.fixture
def values(config) -> dict[str, bytes]:
    """The values that are sent: on PostgreSQL those that it reads in another way than SQLite."""
    return VALUES if config.on_sqlite else {what: v for what, v in VALUES.items() if what not in ALIKE_ON_BOTH}


def some(
    place: int, whole: bool, values: dict[str, bytes] = VALUES, few: int = EACH_PLACE_GETS
) -> Iterator[tuple[str, bytes]]:
    """Yield the values for one place: all of them, or a few, which are others at the next place."""
    names = list(values)
    for n in range(len(names) if whole else few):
        name = names[(place * few + n) % len(names)]
        yield name, values[name]


def test_each_address_of_the_sweep_is_one_that_its_rule_answers_to(app):
    addresses = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        method = min(rule.methods - {"HEAD", "OPTIONS"})
        endpoint, found = addresses.match(hostile.path_of(rule), method)
        assert endpoint == rule.endpoint
        assert found.get("slug", "rongxi") == "rongxi", "of a village that is there: any other is answered 404"


def test_no_address_breaks_whatever_stands_in_it(app, readers, values, demo_village, pytestconfig):
    whole = pytestconfig.getoption("whole")
    rules = [rule for rule in app.url_map.iter_rules() if rule.arguments and rule.endpoint not in ENDS_THE_SWEEP]
    for number, sender in enumerate(readers):
        for place, rule in enumerate(rules, number):
            for what, value in some(place, whole, values):
                path = hostile.path_of(rule, value)
                if rule.arguments == {"slug"}:
                    path = hostile.path_of(rule, slug=hostile.quoted(value))
                sender.get(path, what=what) if "GET" in rule.methods else sender.post(path, [], what)
    hostile.refuse_faults(readers)


def test_no_field_that_a_view_asks_for_breaks_it(app, readers, values, demo_village, pytestconfig):
    """Of queries and of forms that stand on no page: what a view asks for is learnt by watching it ask."""
    whole = pytestconfig.getoption("whole")
    for number, sender in enumerate(readers):
        for place, rule in enumerate(app.url_map.iter_rules(), number):
            if rule.endpoint in ENDS_THE_SWEEP | SAYS_NOT_READY:
                continue
            path = hostile.path_of(rule)
            hostile.Names.asked.clear()
            for n, (what, value) in enumerate(some(place, whole, values)):
                fields = {name: value for name in sorted(hostile.Names.asked)}
                if n and not fields:
                    break  # it asked for none: the same request again would be answered the same
                sender.get(path, fields, what) if "GET" in rule.methods else sender.post(path, fields.items(), what)
    hostile.refuse_faults(readers)


def test_no_field_of_any_form_on_any_page_breaks_it(senders, values, pytestconfig):
    """Each form is sent as it stands on its page, with one field changed."""
    whole = pytestconfig.getoption("whole")
    place, met = 0, Counter()
    for sender in senders:
        for action, method, fields in forms_of(sender, met):
            for name in fields:
                place += 1
                others = [(n, v.encode(errors="replace")) for n, found in fields.items() if n != name for v in found]
                for what, value in some(place, whole, values, few=1):
                    changed = [*others, (name, value)]
                    if method == "get":
                        sender.get(action, dict(changed), f"{name}: {what}")
                    else:
                        sender.post(action, changed, f"{name}: {what}")
    assert len(met) > 60
    all_wrong = [fault for sender in senders for fault in sender.wrong]
    assert not all_wrong, "\n".join(all_wrong)


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
        read = BeautifulSoup(page.data, "html.parser")
        waiting += hostile.links(read)
        for method, action, fields in hostile.forms(read):
            alike = (method, likeness(action), *sorted(fields))
            if not action.endswith(("/preferences", "/sign-in/end", "/demo/sign-in")):
                met[alike] += 1
                if met[alike] <= FORMS_ALIKE:
                    yield action.split("?")[0], method, {n: v for n, v in fields.items() if n != "csrf_token"}


def likeness(path: str) -> str:
    """Return an address without its numbers, so that a hundred pages of one kind count as one."""
    return re.sub(r"\d+|[0-9a-f]{16,}|[\w-]{16}", "N", path)


@pytest.mark.parametrize("few", [1, EACH_PLACE_GETS])
def test_every_value_is_sent_somewhere(values, few):
    assert {what for place in range(len(values)) for what, _ in some(place, False, values, few)} == set(values)
