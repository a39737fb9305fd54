"""What a count means, in sentences: the same on the page, on the wall and on paper."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from consult.domain.polls.polls import Outcome, PollKind, Verdict
from consult.models import Poll
from consult.web import filters


def quorum(verdict: Verdict, unit: str) -> str:
    """How many had to take part, and whether they did; empty where the charter sets it."""
    if verdict.quorum is None:
        return ""
    q = verdict.quorum
    facts = {"whole": q.whole, "part": q.part, "share": filters.share_words(q.share.as_facts()), "needed": q.needed}
    if unit == "household":
        if q.met:
            return str(
                _(
                    "Expected %(whole)s households, present %(part)s households; %(share)s is "
                    "%(needed)s households: reached.",
                    **facts,
                )
            )
        return str(
            _(
                "Expected %(whole)s households, present %(part)s households; %(share)s is "
                "%(needed)s households: not reached.",
                **facts,
            )
        )
    if q.met:
        return str(
            _("Expected %(whole)s people, present %(part)s people; %(share)s is %(needed)s people: reached.", **facts)
        )
    return str(
        _("Expected %(whole)s people, present %(part)s people; %(share)s is %(needed)s people: not reached.", **facts)
    )


def majority(verdict: Verdict, rule: Mapping[str, Any], kind: str) -> str:
    """How many had to agree, of whom, and how many did."""
    m = verdict.majority
    facts = {"share": filters.share_words(m.share.as_facts()), "whole": m.whole, "needed": m.needed, "part": m.part}
    if kind == PollKind.MOTION:
        if rule["base"] == "all":
            return str(
                _(
                    "It takes %(share)s of the whole roll: of %(whole)s, %(needed)s must support it. "
                    "%(part)s support it.",
                    **facts,
                )
            )
        return str(
            _(
                "It takes %(share)s of those present: of %(whole)s, %(needed)s must support it. %(part)s support it.",
                **facts,
            )
        )
    if rule["base"] == "all":
        said = _(
            "It takes %(share)s of the whole roll: of %(whole)s, %(needed)s must choose the "
            "same answer. The most chosen one has %(part)s.",
            **facts,
        )
    else:
        said = _(
            "It takes %(share)s of those present: of %(whole)s, %(needed)s must choose the "
            "same answer. The most chosen one has %(part)s.",
            **facts,
        )
    return f"{said} {_tie()}" if verdict.tied else str(said)


def _tie() -> str:
    return str(_("Answers with the same number tie for the last place: none of them is chosen."))


def outcome(verdict: Verdict, poll: Poll) -> str:
    """Carried, not carried, nothing decided; or what was chosen."""
    if verdict.outcome is Outcome.NOT_CARRIED:
        return str(_("The motion is not carried."))
    if verdict.outcome is not Outcome.CARRIED:
        return str(_("The quorum was not reached; nothing is decided."))
    if poll.kind == PollKind.MOTION:
        return str(_("The motion is carried."))
    return str(_("Chosen:")) + " " + "; ".join(o.label for o in poll.options if o.number in verdict.winners)


GLOBALS = {"vote_quorum": quorum, "vote_majority": majority, "vote_outcome": outcome}
"""What templates call, by its name there."""
