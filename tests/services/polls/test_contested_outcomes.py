"""A secret vote whose outcome hangs on votes that were found wrong: nobody declares it, a body above annuls it, all vote anew."""

from datetime import timedelta

import pytest

from consult import clock
from consult.domain.polls.annulments import Annuller, Ruling
from consult.domain.polls.change_requests import ChangeKind, ChangeRequest
from consult.domain.polls.repeat_grounds import Ground
from consult.domain.refusals import Reason
from consult.models.polls import act_queries
from consult.services.polls import closing, poll_changes, poll_states
from consult.services.polls.counting import contested_outcomes
from consult.services.polls.counting.contested_outcomes import HangsOn
from consult.services.polls.requests import further_votes
from consult.services.site.verification import verify
from tests.services.polls.test_acts_on_votes import by_letter, contest, rule
from tests.services.polls.test_further_votes import announce, another
from tests.services.polls.test_poll_changes import COMMITTEE, COUNCIL
from tests.village import a_photo, a_poll, close, help_to_vote, vote, vote_in_secret
from tests.ways import poll_of, refused

pytestmark = pytest.mark.both_databases
LATER = timedelta(days=4)


def hanging(cast) -> int:
    """Five vote in secret; of one a helper filled in two officers find that it was not so, and it carried the motion."""
    poll = a_poll(cast, secret=True)
    for who, choice in ((cast.old_chan, 1), (cast.uncle_ho, 1), (cast.sister_chow, 2), (cast.ah_kwok, 2)):
        vote_in_secret(cast, poll, who, choice)
    help_to_vote(cast, poll, cast.aunt_leung, 1, helper=cast.ah_keung, witness=cast.ms_yip)
    rule(contest(poll, cast.aunt_leung, "我没有投"), cast, upheld=True)
    return poll


def annulled(cast, poll: int, at) -> None:
    ruling = Ruling(Annuller.COURT, "（2026）粤01行初1号", at.date(), a_photo(cast.sister_chow))
    wish = ChangeRequest(ChangeKind.ANNULMENT, "有一票不是本人投的", ruling=ruling)
    change = poll_changes.ask(poll_of(poll), wish, COUNCIL, cast.sister_chow.act(now=at, key="annul"))
    poll_changes.confirm(change, COMMITTEE, cast.old_chan.act(now=at))


def test_such_a_vote_goes_its_way_to_a_new_one(inside):
    poll, at = hanging(inside), clock.now() + LATER
    close(at=at)
    tally = poll_states.stored_tally(poll_of(poll))
    assert tally is not None and contested_outcomes.votes_it_hangs_on(poll_of(poll), tally, at) == HangsOn(1, 0)
    declare = (closing.declare, poll_of(poll), inside.old_chan.act(now=at))
    assert refused(*declare) is Reason.CONTEST_TOUCHES_OUTCOME
    again = another(inside, poll, at=at)
    assert refused(announce, inside, again, at=at) is Reason.DECIDED_ELSEWHERE_NOW, "a body above decides first"
    annulled(inside, poll, at)
    assert refused(announce, inside, again, at=at) is Reason.VOTED_BEFORE
    [(first, grounds)] = further_votes.repeatable(poll_of(poll).consultation_id, now=at)
    assert first.id == poll and {Ground.CONTESTED, Ground.ANNULLED} <= set(grounds)
    act = inside.sister_chow.act(now=at, key="g")
    request = further_votes.ask(poll_of(poll), Ground.CONTESTED, "一票不是本人投的", COUNCIL, act).id
    further_votes.confirm(request, COMMITTEE, inside.old_chan.act(now=at))
    announce(inside, again, at=at)
    frozen = poll_of(again).frozen_poll
    assert (frozen.again.poll, frozen.again.ended, frozen.again.ground) == (poll, "contested", "contested")
    assert list(verify(inside.row())) == []


def test_a_vote_that_was_annulled_for_another_reason_does_not_know_this_ground(inside):
    poll, at = a_poll(inside), clock.now() + LATER
    vote(inside, poll, inside.ah_fong, 2)
    close(at=at)
    annulled(inside, poll, at)
    [(_, grounds)] = further_votes.repeatable(poll_of(poll).consultation_id, now=at)
    assert Ground.ANNULLED in grounds and Ground.CONTESTED not in grounds


def test_a_contest_that_is_open_keeps_a_result_back_also_where_a_letter_waits(inside):
    """A letter that waits was named first, and the declaration looked for nothing but the contest's name."""
    poll = a_poll(inside)
    vote(inside, poll, inside.old_chan, 1)
    by_letter(inside, poll, inside.ah_fong, inside.ah_kwok, 2)
    help_to_vote(inside, poll, inside.aunt_leung, 1, helper=inside.ah_keung, witness=inside.ms_yip)
    contest(poll, inside.aunt_leung)
    waits = act_queries.what_waits(poll)
    assert waits.letters and waits.contests
    assert refused(closing._refuse_while_contested, poll_of(poll), None, clock.now()) is Reason.CONTESTS_WAIT
