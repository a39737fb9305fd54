"""Voting methods: the three in use, and a made-up one that the same rules read, cast, count and judge."""

import pytest

from consult.domain.polls import methods, poll_plans
from consult.domain.polls.ballot_rules import Attempt, why_not_ballot
from consult.domain.polls.count_sheets import Figures, read_count_form
from consult.domain.polls.polls import Outcome, PollKind, PollState
from consult.domain.polls.units import Unit
from consult.domain.refusals import Reason
from tests.domain.polls.test_polls import MORE_THAN_HALF, QuorumBase, a_frozen_poll, a_rule
from tests.made_up_method import FewestObjections

MOTION, SINGLE, APPROVAL = (methods.of(kind) for kind in PollKind)
RULE = a_rule(None, MORE_THAN_HALF, QuorumBase.PRESENT)


@pytest.fixture
def made_up(monkeypatch) -> FewestObjections:
    method = FewestObjections()
    monkeypatch.setitem(methods.METHODS, method.code, method)
    return method


def test_every_kind_of_poll_has_its_method_and_no_method_is_without_a_kind():
    assert methods.codes() == [kind.value for kind in PollKind]


def test_only_a_motion_has_options_of_its_own():
    assert MOTION.options(("路灯", "水圳")) == ("support", "oppose", "abstain")
    assert SINGLE.options(("路灯", "水圳")) == APPROVAL.options(("路灯", "水圳")) == ("路灯", "水圳")


def test_a_ballot_of_an_approval_marks_as_many_as_were_announced_any_other_one():
    assert [method.most_marks(3) for method in (MOTION, SINGLE, APPROVAL)] == [1, 1, 3]


def test_a_made_up_method_is_offered_by_the_form_and_reads_its_options(made_up):
    form = {"kind": made_up.code, "question": "不要哪个？", "secrecy": "named", "options": "路灯\n水圳\n晒场"}
    asked, mistakes = poll_plans.read_asked(form | {"max_choices": "2"})
    assert not mistakes and asked is not None
    assert made_up.options(asked.options) == ("路灯", "水圳", "晒场")


@pytest.mark.parametrize(
    ("choice", "reason"), [((1, 2), None), ((1, 2, 3), Reason.TOO_MANY_CHOICES), ((), Reason.NOT_A_CHOICE)]
)
def test_a_made_up_method_says_which_choice_is_a_ballot(made_up, choice, reason):
    poll = a_frozen_poll(kind=made_up.code)
    unit = Unit(7, "household:4", 4, 1, 1, None, None, 0)
    assert why_not_ballot(Attempt(1, choice), poll=poll, state=PollState.OPEN, unit=unit) is reason


def test_a_made_up_method_counts_and_judges_in_its_own_way(made_up):
    ballots = [("phone", [1]), ("phone", [1, 2]), ("phone", [2])]
    tally = made_up.count(ballots, roll=5, options=3, sheets=[("paper", Figures(1, 1, (1, 0, 0)))], present=4)
    assert tally.counts == (3, 2, 0)
    verdict = made_up.judge(tally, rule=RULE, max_choices=1)
    assert (verdict.outcome, verdict.winners) == (Outcome.CARRIED, (3,))


def test_a_made_up_method_has_a_paper_form(made_up):
    form = {"issued": "2", "returned": "2", "blank": "0", "invalid": "0", "valid_1": "2", "valid_2": "1"}
    figures, mistakes = read_count_form(form, options=2, hands=False, most_each=made_up.most_marks(1))
    assert not mistakes and figures is not None and figures.valid == (2, 1)
