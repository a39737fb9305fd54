"""Each form is taken once and sent again, its first answer lost: the same comes of it, and nothing is written twice."""

from dataclasses import replace

import pytest
from bs4 import BeautifulSoup

from consult.domain import allowances
from consult.services.people.roll import long_readings
from tests import form_states, page_kinds
from tests.sent_twice import SentTwice

pytestmark = pytest.mark.sweep


@pytest.fixture
def config(config, request):
    return replace(config, mode="demo") if "demo_village" in request.fixturenames else config


def walk(app) -> SentTwice:
    with app.app_context():
        people = [*page_kinds.villager_and_stranger("zh_Hans"), *page_kinds.officer("zh_Hans")]
    seen, clients = SentTwice(app), {one.name: page_kinds.client_of(app, one) for one in people}
    pages = [(one, clients[one.reader.name].get(one.path).data) for one in page_kinds.of_all_kinds(app, people)]
    for one, page in pages:
        seen.look(BeautifulSoup(page, "html.parser"), clients[one.reader.name], f"{one.reader.name} {one.path}")
    return seen


def test_each_form_of_the_demo_village_sent_again_does_the_same(app, demo_village):
    seen = walk(app)
    print("NOT TAKEN", sorted(seen.met - seen.taken))
    print("TAKEN", sorted(seen.taken))
    assert not seen.wrong, "\n".join(seen.wrong)


def test_each_form_of_a_scene_sent_again_does_the_same(app, as_person, village, monkeypatch):
    monkeypatch.setattr(long_readings, "PATIENCE_SECONDS", 60.0)
    seen = SentTwice(app)
    stage = form_states.Village(app, village, as_person, lambda client, page: seen.look(page, client), monkeypatch)
    for scene, _ in form_states.SCENES:
        scene(stage)
    print("NOT TAKEN", sorted(seen.met - seen.taken))
    print("TAKEN", sorted(seen.taken))
    assert not seen.wrong, "\n".join(seen.wrong)


def test_each_act_on_a_case_sent_again_does_the_same(app, as_person, village, monkeypatch):
    for use in allowances.MOST_A_DAY:
        monkeypatch.setitem(allowances.MOST_A_DAY, use, 10**12)
    seen = SentTwice(app)
    stage = form_states.Village(app, village, as_person, lambda client, page: seen.look(page, client), monkeypatch)
    form_states.acts_on_cases(stage)
    print("NOT TAKEN", sorted(seen.met - seen.taken))
    print("TAKEN", sorted(seen.taken))
    assert not seen.wrong, "\n".join(seen.wrong)
