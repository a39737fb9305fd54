"""Results say how many ballots came by a number or a card that was new after the announcement."""

from datetime import timedelta

import pytest

from consult import clock
from consult.domain.people.right_changes import RightKind
from consult.models import Declaration, HouseholdCard, Notice, Poll, db
from consult.models.polls import poll_queries
from consult.services.people import cards
from consult.services.polls import closing
from tests.hours import today
from tests.rights import by_two
from tests.village import a_poll, close, help_to_vote, vote, vote_in_secret

pytestmark = pytest.mark.both_databases
AFTER = timedelta(minutes=1)


def claim(cast, who) -> None:
    cards.issue(cast.upper_group, cast.ms_yip.act())
    card = db.session.query(HouseholdCard).filter_by(household_id=who.household_id).one()
    cards.claim(card, who.id, "739264", on=today(), now=clock.now())


def change_number(cast, who, present) -> None:
    kind, new = RightKind.NUMBER_CHANGED, "13900000099"
    by_two(cast, kind=kind, person_id=who.id, number=new, present_id=present.id, at_desk=True)


@pytest.mark.parametrize("secret", [False, True])
def test_a_ballot_by_a_number_or_card_newer_than_the_announcement_is_counted(inside, secret):
    poll = a_poll(inside, secret=secret)
    cast = vote_in_secret if secret else vote
    claim(inside, inside.ah_kwok)
    change_number(inside, inside.ah_fong, inside.ah_kwok)
    for who in (inside.ah_kwok, inside.ah_fong, inside.old_chan):
        cast(inside, poll, who, 1)
    assert poll_queries.new_ways(poll) == 2


def test_ways_in_from_before_the_announcement_are_not_counted(inside):
    claim(inside, inside.ah_kwok)
    change_number(inside, inside.ah_fong, inside.ah_kwok)
    poll = a_poll(inside)
    for who in (inside.ah_kwok, inside.ah_fong):
        vote(inside, poll, who, 1)
    assert poll_queries.new_ways(poll) == 0


def test_a_ballot_that_a_helper_filled_in_came_by_no_way_in_of_the_voter(inside):
    poll = a_poll(inside)
    claim(inside, inside.ah_kwok)
    help_to_vote(inside, poll, inside.ah_kwok, 1, helper=inside.aunt_leung, witness=inside.uncle_ho)
    assert poll_queries.new_ways(poll) == 0


def test_the_declared_notice_and_the_result_say_how_many_there_were(app, village, client):
    with app.app_context():
        poll = a_poll(village)
        claim(village, village.ah_kwok)
        vote(village, poll, village.ah_kwok, 1)
        end = db.session.get_one(Poll, poll).closes_at + AFTER
        close(at=end)
        closing.declare(db.session.get_one(Poll, poll), village.old_chan.act(now=end))
        notice = db.session.query(Notice).filter_by(poll_id=poll, tag="poll_declared").one()
        assert notice.facts["new_ways"] == 1
        notice_id = notice.id
        assert db.session.get(Declaration, poll) is not None
    for path in (f"/rongxi/polls/{poll}", f"/rongxi/notices/{notice_id}"):
        client.get(path)
        assert "1 票" in client.text("main") and "户卡" in client.text("main")
    assert client.get(f"/rongxi/polls/{poll}/outcome.json").get_json()["new_ways"] == 1


def test_nothing_of_it_is_told_while_the_vote_is_open(app, village, client):
    with app.app_context():
        poll = a_poll(village)
        claim(village, village.ah_kwok)
        vote(village, poll, village.ah_kwok, 1)
    assert "new_ways" not in client.get(f"/rongxi/polls/{poll}/outcome.json").get_json()
