"""Each form is taken once and sent again, its first answer lost: the same comes of it, and nothing is written twice."""

from dataclasses import replace

import pytest
from bs4 import BeautifulSoup

from consult.domain import allowances
from consult.services.people.roll import long_readings
from tests import form_states, page_kinds
from tests.sent_twice import SentTwice

pytestmark = pytest.mark.sweep


BY_NAME = "names an adult of the village by household and name, as the roll has them"
NOT_FILLED_IN = {
    "agendas.create_vote": "a way of voting that goes with its secrecy",
    "assistances.create": BY_NAME,
    "attendance.assign": BY_NAME,
    "attendance.visit": BY_NAME,
    "cards.open": "the code of a card; it writes nothing (test_lost_answers)",
    "case_acts.do:add_guardian": "what somebody looked at and asked must all be said",
    "case_acts.do:add_party": BY_NAME,
    "case_acts.do:breach": "a day that has passed",
    "case_acts.do:describe_party": "a number whose last sign proves it",
    "case_acts.do:elect_representative": "several on one side",
    "case_acts.do:enforce": "days in their order",
    "case_acts.do:enforcement_result": "days in their order",
    "case_acts.do:extend": "both sides agree",
    "case_acts.do:hand_over": "something must change",
    "case_acts.do:perform": "what the other side said",
    "case_acts.do:urge": "a day that has passed",
    "case_corrections.correct": "a day of the entry",
    "case_filings.file_at_desk": BY_NAME,
    "case_handovers.create": "a second mediator",
    "consultations.create": "sums that add up",
    "count_sheets.enter": "counts that add up",
    "doors.add": BY_NAME,
    "doors.bring_letter": BY_NAME,
    "four_deliberations.post_result": "tasks that are done",
    "four_deliberations.record": "counts that add up",
    "four_deliberations.record_paper": "the photo of a paper",
    "grants.create": BY_NAME,
    "group_robots.create": "the address of a robot",
    "meetings.call": "a matter whose kind was chosen",
    "meetings.create": "a body that goes with its group",
    "meetings.revise": "a meeting that has not ended",
    "on_the_spot.settle": BY_NAME,
    "own_rules.ask_charter": "days that the law allows",
    "persons.move": "another household",
    "polls.create": "an end after its beginning",
    "polls.find_receipt": "a receipt; it writes nothing",
    "proceedings.change_chair": BY_NAME,
    "proceedings.open_meeting": BY_NAME,
    "revisions.create": "sums that add up",
    "rights.create_number": "a number that is new",
    "roll_appeals.accept": BY_NAME,
    "roll_appeals.answer": "the code of an answer; it writes nothing",
    "rolls.answer": "answers to the questions of a file",
    "rolls.confirm": "answers to the questions of a file",
    "second_factors.answer": "digits of an app (test_lost_answers)",
    "second_factors.set_up_app": "digits of an app",
    "sign_ins.check_code": "the digits of a message (test_lost_answers)",
    "sign_ins.send_again": "a minute that has passed (test_lost_answers)",
    "tasks.correct": BY_NAME,
    "tasks.create": BY_NAME,
}
"""Forms that the walk cannot fill in so that they are taken, and what it would have to know."""


def judge(seen: SentTwice) -> None:
    """Fail with every form whose second answer is another one, and with each that was not taken and has no reason."""
    assert not seen.wrong, "\n".join(seen.wrong)
    left = {one: seen.refusals.get(one, "") for one in seen.met - seen.taken - set(NOT_FILLED_IN)}
    assert not left, left


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


@pytest.mark.both_databases
def test_each_form_of_the_demo_village_sent_again_does_the_same(app, demo_village):
    seen = walk(app)
    seen.snapshots.close()
    judge(seen)


def test_each_form_of_a_scene_sent_again_does_the_same(app, as_person, village, monkeypatch):
    monkeypatch.setattr(long_readings, "PATIENCE_SECONDS", 60.0)
    seen = SentTwice(app)
    stage = form_states.Village(app, village, as_person, lambda client, page: seen.look(page, client), monkeypatch)
    for scene, _ in form_states.SCENES:
        scene(stage)
    seen.snapshots.close()
    judge(seen)


def test_each_act_on_a_case_sent_again_does_the_same(app, as_person, village, monkeypatch):
    for use in allowances.MOST_A_DAY:
        monkeypatch.setitem(allowances.MOST_A_DAY, use, 10**12)
    seen = SentTwice(app)
    stage = form_states.Village(app, village, as_person, lambda client, page: seen.look(page, client), monkeypatch)
    form_states.acts_on_cases(stage)
    seen.snapshots.close()
    judge(seen)
