"""A house contests an act on its vote once, and the voter is heard whoever of the house came first."""

from datetime import timedelta

import pytest

from consult.domain.polls.acts_on_votes import EarlierContest, why_not_contest_again
from consult.domain.refusals import Reason
from consult.models import Household, db
from consult.services.polls.channels import vote_disputes
from tests.services.polls.test_acts_on_votes import contest, rule
from tests.village import a_poll, vote
from tests.ways import mark, poll_of, refused

pytestmark = pytest.mark.both_databases
LATER = timedelta(days=3)


@pytest.fixture
def marked(inside) -> int:
    """The house of Ah Fong, who spoke for it, and Ah Kwok is marked on paper by somebody else."""
    poll = a_poll(inside, body="VG_house", group_id=inside.upper_group, paper=True)
    mark(inside, poll, inside.ah_fong, by=inside.ms_yip)
    return poll


def speaker_first(cast, poll: int):
    entry = vote_disputes.unit_of(poll_of(poll), cast.ah_fong.row())
    pair = (cast.ah_fong, cast.ah_kwok)
    return pair if entry.person_id == cast.ah_fong.id else pair[::-1]


def test_what_is_ruled_is_ruled_for_the_other_adults_too(inside, marked):
    voter, other = speaker_first(inside, marked)
    rule(contest(marked, voter, "我没有投"), inside, upheld=False)
    assert refused(contest, marked, other) is Reason.CONTEST_RULED
    assert refused(contest, marked, voter) is Reason.CONTEST_RULED


def test_while_one_of_the_house_waits_another_does_not_open_a_second_one(inside, marked):
    voter, other = speaker_first(inside, marked)
    first = contest(marked, voter, "我没有投")
    assert refused(contest, marked, other) is Reason.CONTESTED_BY_HOUSE
    assert contest(marked, voter).id == first.id, "twice is the same as once"


def test_a_relative_who_comes_first_does_not_use_up_the_voters_word(inside, marked):
    voter, other = speaker_first(inside, marked)
    rule(contest(marked, other, "无所谓"), inside, upheld=False)
    mine = contest(marked, voter, "我没有投")
    assert mine.contested_by == voter.id
    rule(mine, inside, upheld=False)
    assert refused(contest, marked, voter) is Reason.CONTEST_RULED


def test_whom_the_house_chooses_to_speak_meanwhile_is_not_heard_as_the_voter(inside, marked):
    """Else each adult in turn could be chosen and hold up the result once more."""
    voter, other = speaker_first(inside, marked)
    rule(contest(marked, voter, "我没有投"), inside, upheld=False)
    home = db.session.get_one(Household, inside.ah_fong.household_id)
    home.representative_id = other.id
    db.session.commit()
    assert refused(contest, marked, other) is Reason.CONTEST_RULED


def test_a_mark_made_anew_is_contested_anew_by_either(inside):
    poll = a_poll(inside, body="VG_house", group_id=inside.upper_group)
    vote(inside, poll, inside.ah_fong, 1)
    rule(contest(poll, inside.ah_kwok, "没商量"), inside, upheld=False)
    assert refused(contest, poll, inside.ah_kwok) is Reason.CONTEST_RULED
    vote(inside, poll, inside.ah_fong, 2)
    assert contest(poll, inside.ah_kwok).turn == 2


@pytest.mark.parametrize(
    ("earlier", "person", "reason"),
    [
        ([], 2, None),
        ([EarlierContest(1, None)], 2, Reason.CONTESTED_BY_HOUSE),
        ([EarlierContest(1, upheld=False)], 2, Reason.CONTEST_RULED),
        ([EarlierContest(2, upheld=False)], 1, None),
        ([EarlierContest(2, None)], 1, None),
        ([EarlierContest(2, upheld=True)], 1, Reason.CONTEST_RULED),
        ([EarlierContest(1, upheld=False), EarlierContest(2, upheld=False)], 1, Reason.CONTEST_RULED),
    ],
)
def test_the_voter_is_1(earlier, person, reason):
    assert why_not_contest_again(earlier, person, 1) is reason
