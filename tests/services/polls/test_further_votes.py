"""The same body votes once more on the same matter only on a ground that two persons put on record."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from consult import clock
from consult.domain.people.right_changes import numbers
from consult.domain.polls.polls import Outcome, Standing
from consult.domain.polls.repeat_grounds import EarlierVote, Ground, bodies_asked, fits, fitting, to_repeat
from consult.domain.refusals import Reason, Refused
from consult.models import FurtherVote, Notice, db
from consult.models.polls import poll_queries
from consult.services.polls import closing, polls
from consult.services.polls.requests import further_votes
from consult.services.site.verification import verify
from tests.services.polls.test_poll_changes import COMMITTEE, COUNCIL, poll_of, refused
from tests.village import a_plan, a_poll, vote

LATER = timedelta(days=4)
NOW = clock.now()


def earlier(**changes) -> EarlierVote:
    usual = {
        "id": 1,
        "standing": Standing.FORMAL,
        "outcome": Outcome.NOT_CARRIED,
        "annulled": False,
        "over_at": NOW,
        "revision": 2,
    }
    return EarlierVote(**(usual | changes))


@pytest.mark.parametrize(
    ("vote_", "ground", "fit"),
    [
        (earlier(), Ground.INQUORATE, False),
        (earlier(outcome=Outcome.INQUORATE), Ground.INQUORATE, True),
        (earlier(annulled=True), Ground.ANNULLED, True),
        (earlier(annulled=True), Ground.CONTESTED, False),
        (earlier(outcome=None, annulled=True, contested=True), Ground.CONTESTED, True),
        (earlier(outcome=None, annulled=True, contested=True), Ground.ANNULLED, True),
        (earlier(outcome=None, contested=True), Ground.CONTESTED, False),
        (earlier(), Ground.ANNULLED, False),
        (earlier(), Ground.NEW_FACTS, True),
        (earlier(), Ground.CHANGED_PROPOSAL, False),
        (earlier(revision=1), Ground.CHANGED_PROPOSAL, True),
        (earlier(), Ground.TERM, False),
        (earlier(over_at=NOW - timedelta(days=365)), Ground.TERM, True),
    ],
)
def test_a_ground_fits_how_the_earlier_vote_ended(vote_, ground, fit):
    changed = vote_.revision < 2
    assert fits(ground, vote_, changed=changed, now=NOW) is fit
    assert (ground in fitting(vote_, changed=changed, now=NOW)) is fit


def test_a_formal_vote_after_opinions_were_asked_repeats_nothing():
    opinions = earlier(standing=Standing.ADVISORY)
    assert to_repeat([opinions], Standing.FORMAL) is None
    assert to_repeat([opinions], Standing.ADVISORY) == opinions
    assert to_repeat([earlier(id=1), earlier(id=2)], Standing.FORMAL).id == 2


def another(cast, poll: int, *, at, key: str = "again") -> int:
    plan = a_plan(opens_at=at, closes_at=at + timedelta(days=3))
    draft = polls.draft(poll_of(poll).consultation, plan, cast.sister_chow.act(key=key, now=at))
    return draft.id


def announce(cast, poll: int, *, at) -> None:
    polls.announce(poll_of(poll), cast.sister_chow.act(now=at))


def state(cast, poll: int, *, at, ground: Ground = Ground.NEW_FACTS, key: str = "g") -> int:
    act = cast.sister_chow.act(now=at, key=key)
    return further_votes.ask(poll_of(poll), ground, "石料降价了", COUNCIL, act).id


@pytest.fixture
def decided(inside) -> int:
    poll = a_poll(inside)
    vote(inside, poll, inside.ah_fong, 2)
    closing.declare(poll_of(poll), inside.old_chan.act(now=clock.now() + LATER))
    return poll


@pytest.mark.both_databases
def test_no_second_vote_is_announced_while_the_first_one_is_open(inside):
    poll = a_poll(inside)
    again = another(inside, poll, at=clock.now())
    assert refused(announce, inside, again, at=clock.now()) is Reason.DECIDED_ELSEWHERE_NOW
    assert refused(state, inside, poll, at=clock.now()) is Reason.DECIDED_ELSEWHERE_NOW


@pytest.mark.both_databases
def test_no_second_vote_is_announced_without_a_ground_and_one_is_with_it(inside, decided):
    at = clock.now() + LATER
    again = another(inside, decided, at=at)
    assert refused(announce, inside, again, at=at) is Reason.VOTED_BEFORE
    request = state(inside, decided, at=at)
    assert refused(announce, inside, again, at=at) is Reason.VOTED_BEFORE
    further_votes.confirm(request, COMMITTEE, inside.old_chan.act(now=at))
    announce(inside, again, at=at)
    frozen = poll_of(again).frozen_poll
    assert (frozen.again.poll, frozen.again.ended, frozen.again.ground) == (decided, "inquorate", "new_facts")
    facts = db.session.scalar(select(Notice.facts).order_by(Notice.id.desc()))
    assert facts["again"]["why"] == "石料降价了"
    assert poll_queries.noted_units(decided).asked_again == again
    assert further_votes.repeat_of(poll_of(again)).earlier.id == decided
    assert list(verify(inside.row())) == []


@pytest.mark.both_databases
def test_a_ground_opens_one_more_vote_and_not_a_third_one(inside, decided):
    at = clock.now() + LATER
    further_votes.confirm(state(inside, decided, at=at), COMMITTEE, inside.old_chan.act(now=at))
    second = another(inside, decided, at=at)
    announce(inside, second, at=at)
    over = at + LATER
    closing.declare(poll_of(second), inside.old_chan.act(now=over))
    third = another(inside, second, at=over, key="third")
    assert refused(announce, inside, third, at=over) is Reason.VOTED_BEFORE
    assert refused(state, inside, decided, at=over, key="old") is Reason.NOTHING_TO_REPEAT


@pytest.mark.both_databases
def test_a_ground_takes_two_persons_of_two_offices_and_lapses(inside, decided):
    at = clock.now() + LATER
    request = state(inside, decided, at=at)
    assert state(inside, decided, at=at) == request
    own = inside.sister_chow.act(now=at)
    assert refused(further_votes.confirm, request, COMMITTEE, own) is Reason.SAME_PERSON
    assert refused(further_votes.confirm, request, COUNCIL, inside.old_chan.act(now=at)) is Reason.SAME_OFFICE
    late = at + numbers().lapse + timedelta(minutes=1)
    assert further_votes.lapse_due(now=late) == [request]
    assert refused(further_votes.confirm, request, COMMITTEE, inside.old_chan.act(now=late)) is Reason.REQUEST_LAPSED


@pytest.mark.both_databases
def test_a_ground_that_does_not_fit_is_refused_and_one_can_be_dropped(inside, decided):
    at = clock.now() + LATER
    assert refused(state, inside, decided, at=at, ground=Ground.ANNULLED) is Reason.GROUND_DOES_NOT_FIT
    request = state(inside, decided, at=at)
    further_votes.drop(request, COMMITTEE, inside.old_chan.act(now=at))
    further_votes.drop(request, COMMITTEE, inside.old_chan.act(now=at))
    with pytest.raises(Refused) as why:
        further_votes.confirm(request, COMMITTEE, inside.old_chan.act(now=at))
    assert why.value.reason is Reason.RIGHT_STOPPED
    db.session.rollback()
    assert db.session.get_one(FurtherVote, request).ended_by == inside.old_chan.id


@pytest.mark.both_databases
@pytest.mark.parametrize(("first", "again"), [("VA_people", "VA_house"), ("VA_house", "VA_people")])
def test_the_same_people_counted_another_way_are_asked_again_only_on_a_ground(inside, first, again):
    poll = a_poll(inside, body=first)
    plan = a_plan(body=again, opens_at=clock.now(), closes_at=clock.now() + timedelta(days=3))
    other = polls.draft(poll_of(poll).consultation, plan, inside.sister_chow.act(key="other")).id
    assert refused(announce, inside, other, at=clock.now()) is Reason.DECIDED_ELSEWHERE_NOW
    vote(inside, poll, inside.ah_fong, 2)
    at = clock.now() + LATER
    closing.declare(poll_of(poll), inside.old_chan.act(now=at))
    plan = a_plan(body=again, opens_at=at, closes_at=at + timedelta(days=3))
    other = polls.draft(poll_of(poll).consultation, plan, inside.sister_chow.act(key="later", now=at)).id
    assert refused(announce, inside, other, at=at) is Reason.VOTED_BEFORE
    further_votes.confirm(state(inside, poll, at=at), COMMITTEE, inside.old_chan.act(now=at))
    announce(inside, other, at=at)
    assert poll_of(other).frozen_poll.again.poll == poll
    assert list(verify(inside.row())) == []


@pytest.mark.parametrize(
    ("body", "standing", "asked"),
    [
        ("VRA", Standing.FORMAL, {"VRA", "VA_people", "VA_house"}),
        ("VRA", Standing.ADVISORY, {"VRA"}),
        ("VA_house", Standing.FORMAL, {"VA_people", "VA_house"}),
        ("CRA", Standing.FORMAL, {"CRA", "CM"}),
        ("CM", Standing.FORMAL, {"CM"}),
        ("PARTY", Standing.FORMAL, {"PARTY"}),
    ],
)
def test_representatives_decide_nothing_anew_that_all_decided_and_all_may_decide_anew(body, standing, asked):
    assert bodies_asked(body, standing) == asked
