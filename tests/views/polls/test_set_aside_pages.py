"""The pages of a poll that does not add up: a sentence, no error; the officers see it on the front page."""

from datetime import timedelta

import pytest

from consult import clock
from consult.models import db
from tests.tampering import without_triggers
from tests.village import a_poll, close, vote, vote_in_secret

pytestmark = pytest.mark.both_databases
LATER = timedelta(days=4)


@pytest.fixture(params=["named", "named, no job yet", "secret"])
def damaged(request, app, village) -> int:
    with app.app_context():
        secret = request.param == "secret"
        poll = a_poll(village, secret=secret)
        (vote_in_secret if secret else vote)(village, poll, village.ah_fong, 1)
        without_triggers(
            "UPDATE sealed_ballot SET mac = 'x'" if secret else "UPDATE roll_entry SET rev = 0, channel = NULL"
        )
        without_triggers(f"UPDATE poll SET closes_at = '{clock.now() + timedelta(seconds=-1):%Y-%m-%d %H:%M:%S.%f}'")
        if request.param != "named, no job yet":
            assert close(at=clock.now()) == []
        db.session.remove()
        return poll


def test_every_page_of_it_explains_and_none_fails(client, as_person, village, damaged):
    chan = as_person(village.old_chan)
    for browser in (client, chan):
        assert browser.get(f"/rongxi/polls/{damaged}").status_code == 200
        assert "搁置" in browser.text("main")
        outcome = browser.get(f"/rongxi/polls/{damaged}/outcome.json")
        assert outcome.status_code == 200 and outcome.json["set_aside"] in ("counts_differ", "ballot_changed")
        assert "counts" not in outcome.json
        assert browser.get(f"/rongxi/polls/{damaged}/bundle.zip").status_code == 409
        assert browser.get("/rongxi/").status_code == 200
    answer = chan.send(f"/rongxi/polls/{damaged}/declaration")
    assert answer.status_code == 409 and "对不上数" in answer.text


def test_officers_see_it_on_the_front_page_and_others_do_not(as_person, village, damaged, request):
    noted = "no job" not in request.node.name
    for who, seen in ((village.old_chan, True), (village.uncle_ho, True), (village.ah_fong, False)):
        browser = as_person(who)
        browser.get("/rongxi/")
        assert ("对不上数" in browser.text("main")) == (seen and noted)


def test_the_machine_that_watches_and_the_operator_are_told(app, client, damaged, request):
    noted = "no job" not in request.node.name
    assert client.get("/healthz").json["polls_set_aside"] == noted
    told = app.test_cli_runner().invoke(args=["polls", "set-aside"])
    assert told.exit_code == noted and (f"poll {damaged}，" in told.output) == noted
