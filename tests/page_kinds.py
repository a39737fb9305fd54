"""The kinds of pages there are: those that people of the demo village find by walking all links, one or more of each view.

A view draws pages that look different (a vote that is open, one that was counted): a further page of the same view is kept if it has
an element that no page before had, by its name, its classes and those of what it stands in.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter, Rule

from consult import clock
from consult.demo import accounts
from consult.domain.people.office_terms import Term
from consult.domain.people.roles import TITLES, Role
from consult.domain.people.sign_ins import SignInWay
from consult.models import Person, db
from consult.services.core.acts import Act
from consult.services.core.transactions import writing
from consult.services.people import grants, sign_ins
from consult.web.access import SIGN_IN_COOKIE
from tests import hostile
from tests.hours import today

OPENED_OF_ONE_VIEW = 3
IDS = 6
LONGEST_WALK = timedelta(hours=3)
"""For so long nobody who walks is asked for their PIN again: on a slow machine a walk takes longer than a proof lasts."""
FILES = re.compile(r"\.(zip|pdf|gz|svg|ics|m4a|mp3|jpg|xlsx|csv|json|js)$|/live$|/export\.")
NUMBER = re.compile(r"<int:\w+>")


@dataclass(frozen=True)
class Reader:
    """Somebody of the demo village with a sign-in of theirs; without one a stranger."""

    name: str
    token: str = ""
    clients: dict[Flask, FlaskClient] = field(default_factory=dict, compare=False, repr=False)
    """The one browser that they have in an app: a sign-in's token is renewed by what is done in it, and the old one ends."""


@dataclass(frozen=True)
class Page:
    """One page of a view, and the first of the readers who can open it."""

    endpoint: str
    path: str
    reader: Reader


def villager_and_stranger(locale: str) -> list[Reader]:
    """Sign in a villager of the demo village who reads this language. Call it inside the context of the app, as the next one."""
    return [_signed_in(_first_with(Role.VILLAGER), locale), Reader("a stranger")]


def officer(locale: str) -> list[Reader]:
    """Sign in somebody who holds every office at once and reads this language: the villager from above, who has most to see."""
    return [_signed_in(with_all_offices(_first_with(Role.VILLAGER)), locale)]


def officers(roles: Iterable[Role], locale: str = "zh_Hans") -> list[Reader]:
    """Sign in one of the demo village for each of these offices. Call it inside the context of the app."""
    return [_signed_in(_first_with(role), locale) for role in roles]


def _first_with(role: Role) -> Person:
    return next(member.person for member in accounts.members() if role in member.roles)


def with_all_offices(person: Person) -> Person:
    """Give a person every office, past the rule which of them go together."""
    held = next(member.roles for member in accounts.members() if member.person.id == person.id)
    with writing():
        for role in sorted(set(TITLES) - set(held)):
            grants.begin(person, role, Term(today()), Act.by_system(person.village_id, now=clock.now()))
    return person


def _signed_in(person: Person, locale: str) -> Reader:
    person.language = locale
    db.session.commit()
    now = clock.now()
    found = Reader(person.name, sign_ins.begin(person, SignInWay.DEMO, proven_at=now + LONGEST_WALK, now=now))
    db.session.remove()
    return found


def of_all_kinds(app: Flask, people: list[Reader]) -> list[Page]:
    """Walk all links as each of them, then try the addresses of views that no link led to."""
    met: set[tuple[str, ...]] = set()
    found: list[Page] = []
    for reader in people:
        for endpoint, path, page in _walk(app, reader):
            looks = set(_looks(page))
            if looks - met or endpoint not in {one.endpoint for one in found}:
                found.append(Page(endpoint, path, reader))
            met |= looks
    return found + [one for rule in _unmet(app, found) if (one := _first(app, rule, people))]


def _walk(app: Flask, reader: Reader) -> Iterator[tuple[str, str, BeautifulSoup]]:
    client, addresses = client_of(app, reader), app.url_map.bind("localhost")
    waiting, opened, seen = ["/", "/rongxi/"], Counter[str](), set[str]()
    while waiting:
        path = waiting.pop(0)
        if path in seen or FILES.search(path.split("?")[0]):
            continue
        seen.add(path)
        if (endpoint := _endpoint(addresses, path, "GET")) is None or opened[endpoint] == OPENED_OF_ONE_VIEW:
            continue
        if (page := _opened(client, path)) is None:
            continue
        opened[endpoint] += 1
        yield endpoint, path, page
        waiting += hostile.links(page) + _first_answers(page)


def _first_answers(page: BeautifulSoup) -> list[str]:
    """Return where the first button of each form leads that asks by buttons alone, such as what a dispute is about."""
    forms = [
        (form, form.select_one("button[name][value]")) for form in page.select("form[method=get]:not(:has(input))")
    ]
    return [f"{form['action']}?{one['name']}={one['value']}" for form, one in forms if one is not None]


def endpoint_of(app: Flask, action: str) -> str:
    """Return the view that a form is sent to."""
    return _endpoint(app.url_map.bind("localhost"), action, "POST") or action


def page_of(app: Flask, address: str) -> str:
    """Return the view that an address is read by; empty where none is."""
    return _endpoint(app.url_map.bind("localhost"), address, "GET") or ""


def _endpoint(addresses: MapAdapter, path: str, method: str) -> str | None:
    try:
        return str(addresses.match(path.split("?")[0], method)[0])
    except HTTPException:
        return None


def _unmet(app: Flask, found: list[Page]) -> Iterator[Rule]:
    met = {one.endpoint for one in found}
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint not in met and not FILES.search(rule.rule):
            yield rule


def _first(app: Flask, rule: Rule, people: list[Reader]) -> Page | None:
    for reader in people:
        client = client_of(app, reader)
        for n in range(1, IDS + 1 if NUMBER.search(rule.rule) else 2):
            path = hostile.path_of(rule, number=n)
            if _opened(client, path) is not None:
                return Page(rule.endpoint, path, reader)
    return None


def client_of(app: Flask, reader: Reader) -> FlaskClient:
    """Return the browser in which a reader is signed in, always the same one."""
    if app not in reader.clients:
        reader.clients[app] = client = FlaskClient(app)
        if reader.token:
            client.set_cookie(SIGN_IN_COOKIE, reader.token)
    return reader.clients[app]


def token_of(app: Flask, reader: Reader) -> str:
    """Return the token with which a reader's browser is signed in now; empty for a stranger's."""
    cookie = client_of(app, reader).get_cookie(SIGN_IN_COOKIE)
    return cookie.value if cookie else ""


def fetched(app: Flask, page: Page, language: str) -> BeautifulSoup:
    """Return a page as its reader sees it, in a language that a stranger asks for."""
    answer = client_of(app, page.reader).get(page.path, headers={"Accept-Language": language})
    return BeautifulSoup(answer.data, "html.parser")


def _opened(client: FlaskClient, path: str) -> BeautifulSoup | None:
    answer = client.get(path)
    whole = answer.status_code == 200 and answer.mimetype == "text/html" and b"<main" in answer.data
    return BeautifulSoup(answer.data, "html.parser") if whole else None


def _looks(page: BeautifulSoup) -> Iterator[tuple[str, ...]]:
    for tag in page.select("main *"):
        yield _look(tag), _look(tag.parent)


def _look(tag: Tag | None) -> str:
    return f"{tag.name}.{'.'.join(sorted(tag.get('class') or []))}[{tag.get('type', '')}]" if tag is not None else ""
