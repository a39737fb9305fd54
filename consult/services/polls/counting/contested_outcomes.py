"""Outcomes of counted polls that hang on votes which two officers found wrong, or on which none agreed by the stated day.

Such a poll is not declared: two officers may still agree that a vote stands; else a body above may annul the poll, and then
the same people can be asked once more.
"""

from dataclasses import dataclass
from datetime import date, datetime

from consult.domain.audit import Tag
from consult.domain.polls import methods
from consult.domain.polls.acts_on_votes import holds_up, may_change_outcome
from consult.domain.polls.polls import Outcome, Tally, Verdict
from consult.models import Poll
from consult.models.polls import act_queries
from consult.services.core import audit
from consult.services.core.acts import Act
from consult.services.polls import poll_states
from consult.services.polls.channels import answers, telling


def verdict_of(poll: Poll, tally: Tally) -> Verdict:
    """Return what the tally means under the poll's frozen rule."""
    frozen = poll_states.frozen_of(poll)
    return methods.of(frozen.kind).judge(tally, rule=frozen.rule, max_choices=frozen.max_choices)


@dataclass(frozen=True)
class HangsOn:
    """The votes in a count that were contested and could change its outcome."""

    votes: int
    undecided: int
    """How many contests nobody decided by their day; two officers can still decide them."""


def votes_it_hangs_on(poll: Poll, tally: Tally | None, now: datetime) -> HangsOn | None:
    """Return the votes that were contested, with success or with no decision by the day, if they could change the outcome."""
    on = answers.day_for_contests(poll, now)
    votes = act_queries.doubted_but_counted(poll.id, on=on) if tally is not None else 0
    if tally is None or not votes or not may_change_outcome(tally, votes, lambda counted: _ends(poll, counted)):
        return None
    late = [one for one in act_queries.undecided_contests(poll.id) if not holds_up(one.due_on or date.max, on)]
    return HangsOn(votes, len(late))


def end_undecided(poll: Poll, act: Act) -> None:
    """Note, where the result is declared, the contests on which nobody agreed, and tell those concerned. In the declaring act."""
    left = act_queries.undecided_contests(poll.id)
    telling.contests_over([one.id for one in left], act)
    for one in left:
        people = {one.contested_by, *act_queries.doers_of(one)}
        telling.tell(people, poll, "contest_lapsed", (0, one.id), act, name=telling.name_of(one.contested_by))
    for one in left:
        audit.record(Tag.CONTEST_UNDECIDED, f"poll:{poll.id}", act, contest=one.id)


def _ends(poll: Poll, tally: Tally) -> tuple[Outcome, tuple[int, ...]]:
    verdict = verdict_of(poll, tally)
    return verdict.outcome, verdict.winners
