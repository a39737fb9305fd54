"""A voting method is one class: pages draft, announce, cast, count and declare by a made-up one without knowing it."""

from datetime import timedelta

import pytest

from consult import clock
from consult.domain.polls import methods
from consult.models import Poll, db
from consult.services.polls import closing
from tests.made_up_method import FewestObjections
from tests.village import a_poll


@pytest.fixture(autouse=True)
def made_up(monkeypatch) -> FewestObjections:
    method = FewestObjections()
    monkeypatch.setitem(methods.METHODS, method.code, method)
    return method


def test_a_poll_by_a_made_up_method_is_voted_on_counted_and_declared(app, village, as_person, made_up):
    with app.app_context():
        poll = a_poll(village, kind=made_up.code, options=("路灯", "水圳", "晒场"))
    for who, choice in ((village.ah_fong, ["1"]), (village.ah_kwok, ["1", "2"]), (village.old_chan, ["2"])):
        phone = as_person(who)
        phone.submit(f"/rongxi/polls/{poll}", choice=choice)
        phone.press()
    with app.app_context():
        act = village.old_chan.act(now=clock.now() + timedelta(days=4))
        declared = closing.declare(db.session.get_one(Poll, poll), act)
        assert (declared.outcome, declared.facts["tally"]["counts"]) == ("inquorate", [2, 2, 0])


def test_its_outcome_names_the_option_with_the_fewest_objections(app, village, client, as_person, made_up):
    with app.app_context():
        poll = a_poll(village, kind=made_up.code, options=("路灯", "水圳"))
    for who in (
        village.ah_fong,
        village.ah_kwok,
        village.old_chan,
        village.aunt_leung,
        village.uncle_ho,
        village.ms_yip,
    ):
        phone = as_person(who)
        phone.submit(f"/rongxi/polls/{poll}", choice=["1"])
        phone.press()
    with app.app_context():
        act = village.old_chan.act(now=clock.now() + timedelta(days=4))
        declared = closing.declare(db.session.get_one(Poll, poll), act)
        assert declared.facts["verdict"]["winners"] == [2]
    assert "水圳" in client.get(f"/rongxi/polls/{poll}").text
