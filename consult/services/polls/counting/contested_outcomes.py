"""Outcomes of counted polls that hang on votes which two officers found wrong and which cannot be taken out.

Such a poll is never declared: a body above may annul it, and then the same people can be asked once more.
"""

from consult.domain.polls import methods
from consult.domain.polls.acts_on_votes import may_change_outcome
from consult.domain.polls.polls import Outcome, Tally, Verdict
from consult.models import Poll
from consult.models.polls import act_queries
from consult.services.polls import poll_states


def verdict_of(poll: Poll, tally: Tally) -> Verdict:
    """Return what the tally means under the poll's frozen rule."""
    frozen = poll_states.frozen_of(poll)
    return methods.of(frozen.kind).judge(tally, rule=frozen.rule, max_choices=frozen.max_choices)


def votes_it_hangs_on(poll: Poll, tally: Tally | None) -> int:
    """Return how many votes that were contested with success are in the count and could change the outcome; 0: none could."""
    upheld = act_queries.upheld_but_counted(poll.id) if tally is not None else 0
    if tally is None or not upheld:
        return 0
    return upheld if may_change_outcome(tally, upheld, lambda counted: _ends(poll, counted)) else 0


def _ends(poll: Poll, tally: Tally) -> tuple[Outcome, tuple[int, ...]]:
    verdict = verdict_of(poll, tally)
    return verdict.outcome, verdict.winners
