"""Insiders at the ballot box: who holds up a result, counts with their own house, or asks again by another name of the body."""

from datetime import timedelta

import pytest

from consult.domain.polls.change_requests import ChangeKind, ChangeRequest
from consult.domain.polls.count_sheets import Figures
from consult.domain.polls.repeat_grounds import Ground
from consult.domain.refusals import Reason
from consult.services.polls import count_sheets, poll_changes
from consult.services.polls.requests import further_votes, roll_appeals
from tests.services.polls.test_acts_on_votes import contest, rule
from tests.services.polls.test_count_sheets import enter, sheet_of
from tests.services.polls.test_marks import count, declare, unmark, why_not_declared
from tests.services.polls.test_roll_appeals import make
from tests.village import a_poll, help_to_vote, vote
from tests.ways import mark, poll_of, refused

pytestmark = pytest.mark.both_databases
LATER = timedelta(days=4)


@pytest.fixture
def on_paper(inside) -> int:
    """Three took paper, one voted by phone."""
    poll = a_poll(inside, paper=True)
    mark(inside, poll, inside.ah_fong, inside.ah_kwok, inside.uncle_ho)
    vote(inside, poll, inside.ms_yip, 1)
    return poll


def test_what_two_officers_decided_is_not_contested_again_by_the_same_person(inside, on_paper):
    """Each new contest of a mark that was found right would keep the result from being declared for ever."""
    rule(contest(on_paper, inside.ah_fong, after=LATER), inside, upheld=False, after=LATER)
    assert refused(contest, on_paper, inside.ah_fong, after=LATER) is Reason.CONTEST_RULED
    count(inside, on_paper, Figures(3, 3, (2, 1, 0)))
    declare(inside, on_paper)


def test_a_mark_that_was_made_anew_is_contested_anew(inside, on_paper):
    rule(contest(on_paper, inside.ah_fong), inside, upheld=False)
    unmark(inside, on_paper, inside.ah_fong)
    mark(inside, on_paper, inside.ah_fong)
    assert contest(on_paper, inside.ah_fong).turn == 2


def test_a_helped_vote_that_was_changed_is_contested_anew(inside):
    poll = a_poll(inside)
    help_to_vote(inside, poll, inside.ah_fong, 2, helper=inside.ms_yip, witness=inside.aunt_leung, pin=False)
    rule(contest(poll, inside.ah_fong), inside, upheld=False)
    assert refused(contest, poll, inside.ah_fong) is Reason.CONTEST_RULED
    help_to_vote(inside, poll, inside.ah_fong, 1, helper=inside.ms_yip, witness=inside.aunt_leung, pin=False)
    assert contest(poll, inside.ah_fong).turn == 2


def test_two_of_one_house_do_not_confirm_a_count_on_their_own_phones(inside):
    on_paper = a_poll(inside, paper=True)
    mark(inside, on_paper, inside.ah_fong, inside.ah_kwok, inside.uncle_ho)
    sheet = sheet_of(inside, on_paper).id
    enter(sheet, inside.ah_fong, Figures(3, 3, (3, 0, 0)))
    assert refused(enter, sheet, inside.ah_kwok, Figures(3, 3, (3, 0, 0))) is Reason.SHEET_ENTERED_AT_HOME
    assert count_sheets.confirmation_of(sheet) is None
    enter(sheet, inside.old_chan, Figures(3, 3, (3, 0, 0)))
    assert count_sheets.confirmation_of(sheet) is not None


def test_a_sheet_that_nobody_entered_holds_no_result_up(inside, on_paper):
    """One officer who opens sheet after sheet keeps nothing from being declared: marks and papers must agree anyhow."""
    count(inside, on_paper, Figures(3, 3, (2, 1, 0)))
    for n in range(3):
        sheet_of(inside, on_paper, by=inside.ms_yip, key=f"empty-{n}")
    assert declare(inside, on_paper)["counts"] == [3, 1, 0]


def test_a_sheet_that_was_entered_once_is_still_waited_for(inside, on_paper):
    count(inside, on_paper, Figures(3, 3, (2, 1, 0)))
    enter(sheet_of(inside, on_paper, key="other").id, inside.ms_yip, Figures(0, 0, (0, 0, 0)))
    assert why_not_declared(inside, on_paper).reason is Reason.SHEETS_OPEN


def test_the_helpers_own_house_is_no_witness(inside):
    """Whoever knows the PIN at home would fill in for people who are not there."""
    poll = a_poll(inside, secret=True)
    asked = dict(helper=inside.ah_fong, witness=inside.ah_kwok)
    assert refused(help_to_vote, inside, poll, inside.uncle_ho, 1, **asked) is Reason.WITNESS_OF_HELPERS_HOUSE


@pytest.mark.parametrize(("who", "office"), [("ah_fong", "committee_member"), ("sister_chow", "secretary_of_nothing")])
def test_nobody_asks_by_an_office_that_they_do_not_hold(inside, who, office):
    """The page asks too; what asks in the end is the act, so that no other door is without it."""
    poll = a_poll(inside)
    act = getattr(inside, who).act(key="asked")
    wish = ChangeRequest(ChangeKind.CANCELLATION, "题目写错了")
    assert refused(poll_changes.ask, poll_of(poll), wish, office, act) is Reason.NO_SUCH_OFFICE
    assert (
        refused(further_votes.ask, poll_of(poll), Ground.NEW_FACTS, "石料降价了", office, act) is Reason.NO_SUCH_OFFICE
    )
    appeal = make(inside, poll)
    assert refused(roll_appeals.propose_refusal, appeal, "不是本村人", office, act) is Reason.NO_SUCH_OFFICE
