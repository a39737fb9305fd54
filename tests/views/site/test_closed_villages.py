"""A closed village: its pages offer nothing that it then refuses, and what they still say is whole."""

from dataclasses import replace

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient

from consult import clock
from consult.domain.people.roles import Role
from consult.models import Village, db
from consult.services.people.roll import long_readings
from consult.web.guards import moved_villages
from tests import form_states, page_kinds
from tests.inspection import faults_of

pytestmark = pytest.mark.sweep
SAYS_CLOSED = ("网页已经关闭", "網頁已經關咗")
"""In the banner of each page, and once more where something is refused."""
ENDS_THE_WALK = {"sign_ins.end", "demo.sign_in", "me.end_other_sign_ins", "me.end_sign_in", "accounts.switch"}
"""Views after which this browser would read the pages as somebody else."""
OFFICES = (Role.PARTY_MEMBER, Role.COUNCIL_MEMBER, Role.CLERK, Role.MEDIATOR, Role.SUPERVISOR)
READ_BY_THE_NAME_OF_A_FORM = {"persons.edit_identity": "what a request for a correction asks the clerk to do"}


@pytest.fixture
def config(config, request):
    return replace(config, mode="demo") if "demo_village" in request.fixturenames else config


def close(app: Flask, *, again: bool = False) -> None:
    """Close the village past the rule that nothing may be open: each form that there is then stands somewhere."""
    with app.app_context():
        village = db.session.query(Village).first()
        assert village is not None
        village.closed_at = None if again else clock.now()
        db.session.commit()
        db.session.remove()


class Offered:
    """What pages of a closed village offer, and what is wrong with that."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.wrong: list[str] = []
        self.sent: set[str] = set()
        self._met: set[tuple[str, ...]] = set()

    def look(self, client: FlaskClient, path: str, who: str) -> None:
        """Open a page as it is in a closed village, follow its links and send its forms; each kind of them once."""
        answer = FlaskClient.open(client, path)
        page = BeautifulSoup(answer.data, "html.parser")
        self.wrong += [f"{who} {path}: {fault}" for fault in faults_of(page, fragment=False)]
        asked = [one for one in page.select("a[href^='/rongxi/sign-in?next=']") if one.find_parent("main")]
        self.wrong += [f"{who} {path} asks to sign in for an act: {one.get_text(strip=True)}" for one in asked]
        for link in page.select("a[href^='/']"):
            self._ask(client, str(link["href"]).split("#")[0], "GET", [], f"{who} {path}")
        for form in page.select("form"):
            self._send(client, form, f"{who} {path}")

    def _send(self, client: FlaskClient, form: Tag, where: str) -> None:
        ways = [str(form["action"]), *(str(one["formaction"]) for one in form.select("button[formaction]"))]
        fields = [(str(one["name"]), str(one.get("value", ""))) for one in form.select("input[type=hidden][name]")]
        for action in ways:
            self._ask(client, action.split("#")[0], str(form.get("method", "get")).upper(), fields, where)

    def _ask(self, client: FlaskClient, address: str, method: str, fields: list[tuple[str, str]], where: str) -> None:
        endpoint = page_kinds.endpoint_of(self.app, address) if method == "POST" else self._page(address)
        alike = (method, endpoint, *sorted({name for name, _ in fields}))
        if endpoint in ENDS_THE_WALK or alike in self._met or not endpoint:
            return
        self._met.add(alike)
        self.sent.add(endpoint)
        body = dict(fields) if method == "POST" else None
        answer = FlaskClient.open(client, address, method=method, data=body, buffered=True)
        said = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
        if answer.status_code == 409 and any(said.count(words) > 1 for words in SAYS_CLOSED):
            self.wrong.append(f"{where} offers {method} {address} ({endpoint}), which is refused")

    def _page(self, address: str) -> str:
        return page_kinds.page_of(self.app, address)


def judge(seen: Offered) -> None:
    assert not seen.wrong, "\n".join(seen.wrong)


def test_no_page_of_a_closed_village_offers_what_it_refuses(app, demo_village):
    """Each kind of page as a stranger, somebody without a say in the council, officers, and a villager who holds all offices."""
    with app.app_context():
        people = [
            *page_kinds.villager_and_stranger("zh_Hans"),
            *page_kinds.officers(OFFICES),
            *page_kinds.officer("zh_Hans"),
        ]
    pages, seen = page_kinds.of_all_kinds(app, people), Offered(app)
    close(app)
    for one in pages:
        client = page_kinds.client_of(app, one.reader)
        seen.look(client, one.path, one.reader.name)
        client.delete_cookie(app.config["SESSION_COOKIE_NAME"])  # that mediation was left in a hurry
    judge(seen)
    assert {"cases.leave", "preferences.change", "own_data.ask", "notifications.switch", "persons.correct"} <= seen.sent


def test_no_page_that_the_demo_village_lacks_offers_what_a_closed_village_refuses(app, as_person, village, monkeypatch):
    monkeypatch.setattr(long_readings, "PATIENCE_SECONDS", 60.0)
    seen = Offered(app)

    def look(client: FlaskClient, page: BeautifulSoup) -> None:
        here = page.select_one("footer input[name=next]")
        assert here is not None
        close(app)
        seen.look(client, str(here["value"]), "")
        close(app, again=True)

    stage = form_states.Village(app, village, as_person, look, monkeypatch)
    for scene, _ in form_states.SCENES:
        scene(stage)
    form_states.mediation(stage)
    judge(seen)


def test_a_page_that_only_holds_a_form_is_on_the_list_of_those(app):
    """A view by the name of a form is of a blueprint whose acts go on, or is not opened in a closed village."""
    views = {rule.endpoint for rule in app.url_map.iter_rules() if "slug" in rule.arguments and "GET" in rule.methods}
    named = {one for one in views if one.partition(".")[2].startswith(("new", "edit")) or one.endswith("_form")}
    open_ = {one for one in named if moved_villages.is_taken(one, "GET") and not moved_villages.is_taken(one, "POST")}
    assert open_ == set(READ_BY_THE_NAME_OF_A_FORM)
    assert views >= moved_villages.ONLY_FORMS
