"""Contests on which officers do not agree: they may say otherwise, and after the day they hold up no result that stands without them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from consult import clock
from consult.domain.refusals import Reason
from consult.models import ContestOpinion, ContestRuling, db
from consult.models.polls import act_queries
from consult.services.people.villages import local_day
from consult.services.polls import closing
from consult.services.polls.channels import vote_disputes
from consult.services.polls.requests import further_votes
from tests.bundle_cases import chained, check, files_of
from tests.services.polls.test_acts_on_votes import contest, say, sound, told
from tests.services.polls.test_contested_outcomes import annulled
from tests.tampering import without_triggers
from tests.village import a_poll, close, help_to_vote, vote
from tests.ways import poll_of, refused

pytestmark = pytest.mark.both_databases
IN_TIME, LATE = timedelta(days=3), timedelta(days=4)


def three_minds(cast, poll: int, who):
    """Two officers who say otherwise of a contest, and change nothing."""
    one = vote_disputes.dispute(poll_of(poll), "我没有投", who.act(), on=local_day(cast.row(), clock.now()))
    say(one, cast.old_chan, "committee_member", upheld=True)
    say(one, cast.uncle_ho, "supervisor", upheld=False)
    return one


@pytest.fixture
def helped(inside) -> int:
    """Ah Fong's vote was filled in by Ms Yip; three others carried the motion without it."""
    poll = a_poll(inside)
    for who in (inside.old_chan, inside.uncle_ho, inside.sister_chow):
        vote(inside, poll, who, 1)
    help_to_vote(inside, poll, inside.ah_fong, 2, helper=inside.ms_yip, witness=inside.aunt_leung)
    return poll


def declare(cast, poll: int, after: timedelta):
    return closing.declare(poll_of(poll), cast.old_chan.act(now=clock.now() + after))


def test_until_its_day_has_passed_it_holds_the_count_and_then_it_is_named_with_a_result_that_stands(
    inside, helped, tmp_path
):
    one = three_minds(inside, helped, inside.ah_fong)
    assert refused(declare, inside, helped, IN_TIME) is Reason.CONTESTS_WAIT
    declared = declare(inside, helped, LATE)
    assert declared.facts["tally"]["counts"][:2] == [3, 1], "it is counted as it was given"
    assert act_queries.counts_of(helped) == {"contested": 1, "undecided": 1}
    assert sound(inside, helped) == []
    assert "contest_lapsed" in told(inside.ah_fong) and "contest_lapsed" in told(inside.ms_yip)
    assert act_queries.open_contest_ids(helped, one.number) == []
    assert refused(say, one, inside.old_chan, "committee_member", upheld=False, after=LATE) is Reason.CONTEST_OF_RESULT
    assert refused(contest, helped, inside.ah_fong, after=LATE) is not None

    files = files_of(helped, full=False)
    hidden = chained(files, lambda facts: facts["acts"].pop("undecided"), "poll:declared")
    assert "W1" in check(hidden, tmp_path)[1], "a result that hides it"


@pytest.fixture
def pivotal(inside) -> int:
    """Three against two, and one of the three was filled in by Ah Keung."""
    poll = a_poll(inside)
    for who, choice in ((inside.old_chan, 1), (inside.uncle_ho, 1), (inside.sister_chow, 2), (inside.ah_kwok, 2)):
        vote(inside, poll, who, choice)
    help_to_vote(inside, poll, inside.aunt_leung, 1, helper=inside.ah_keung, witness=inside.ms_yip)
    return poll


def test_a_result_that_hangs_on_it_is_not_declared_until_they_agree(inside, pivotal):
    one = three_minds(inside, pivotal, inside.aunt_leung)
    close(at=clock.now() + LATE)
    assert refused(declare, inside, pivotal, LATE) is Reason.CONTEST_TOUCHES_OUTCOME
    say(one, inside.old_chan, "committee_member", upheld=False, after=LATE)
    assert declare(inside, pivotal, LATE).poll_id == pivotal, "of one mind now: the vote stands"
    assert act_queries.counts_of(pivotal) == {"contested": 1, "dismissed": 1}
    assert sound(inside, pivotal) == []


def test_a_body_above_annuls_such_a_vote_and_the_same_people_are_asked_anew(inside, pivotal):
    at = clock.now() + LATE
    three_minds(inside, pivotal, inside.aunt_leung)
    close(at=at)
    annulled(inside, pivotal, at)
    [(_, grounds)] = further_votes.repeatable(poll_of(pivotal).consultation_id, now=at)
    assert "contested" in {ground.value for ground in grounds}
    assert sound(inside, pivotal) == []


def test_an_officer_may_say_otherwise_until_it_is_decided_and_the_newest_word_counts(inside, helped):
    one = three_minds(inside, helped, inside.ah_fong)
    say(one, inside.old_chan, "committee_member", upheld=False)
    ruling = db.session.scalars(select(ContestRuling)).one()
    assert not ruling.upheld and (ruling.first_turn, ruling.second_turn) in ((1, 2), (2, 1))
    assert len(db.session.scalars(select(ContestOpinion)).all()) == 3, "what was said before stays"
    say(one, inside.old_chan, "committee_member", upheld=False)
    assert refused(say, one, inside.uncle_ho, "supervisor", upheld=True) is Reason.CONTEST_RULED
    declare(inside, helped, LATE)
    assert sound(inside, helped) == []


def test_a_word_that_was_taken_back_decides_nothing(inside, helped):
    one = contest(helped, inside.ah_fong, "我没有投")
    say(one, inside.old_chan, "committee_member", upheld=True)
    say(one, inside.old_chan, "committee_member", upheld=False)
    say(one, inside.uncle_ho, "supervisor", upheld=True)
    assert db.session.scalars(select(ContestRuling)).first() is None


def test_an_undecided_contest_that_sql_leaves_out_is_named(inside, helped, tmp_path):
    three_minds(inside, helped, inside.ah_fong)
    declare(inside, helped, LATE)
    without_triggers("DELETE FROM contest_opinion", "DELETE FROM contest")
    assert sound(inside, helped) != []
