"""What a count means, in sentences: the same on the page, on the wall and on paper."""

from collections.abc import Callable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from consult.domain.law.bodies import QuorumBase, UnitKind
from consult.domain.polls import methods
from consult.domain.polls.frozen import FrozenRule
from consult.domain.polls.poll_faults import FaultKind
from consult.domain.polls.polls import Comparison, Outcome, Standing, Tally, Verdict
from consult.models import Poll
from consult.web import filters
from consult.web.words.lists import clauses


def is_only_asked(poll: Poll) -> bool:
    """Tell whether a vote by phone only collects opinions: nobody was expected, nobody was present."""
    return poll.standing is Standing.ADVISORY and poll.meeting_poll is None


def quorum(verdict: Verdict, unit: UnitKind, poll: Poll, tally: Tally) -> str:
    """Say how many had to take part, and whether they did; empty where the charter sets it.

    Of opinions only how many were asked and gave theirs.
    """
    if poll.standing is Standing.ADVISORY:
        counted = {"whole": tally.roll, "part": tally.present}
        if unit == UnitKind.HOUSEHOLD:
            return str(_("%(whole)s households were asked, %(part)s took part.", **counted))
        return str(_("%(whole)s people were asked, %(part)s took part.", **counted))
    if verdict.quorum is None:
        return ""
    q = verdict.quorum
    numbers = _numbers(q)
    if unit == UnitKind.HOUSEHOLD:
        if q.met:
            return str(
                _(
                    "Expected %(whole)s households, present %(part)s households; %(share)s is "
                    "%(needed)s households: reached.",
                    **numbers,
                )
            )
        return str(
            _(
                "Expected %(whole)s households, present %(part)s households; %(share)s is "
                "%(needed)s households: not reached.",
                **numbers,
            )
        )
    if q.met:
        return str(
            _("Expected %(whole)s people, present %(part)s people; %(share)s is %(needed)s people: reached.", **numbers)
        )
    return str(
        _("Expected %(whole)s people, present %(part)s people; %(share)s is %(needed)s people: not reached.", **numbers)
    )


def _numbers(compared: Comparison) -> dict[str, object]:
    return {
        "share": filters.share_words(compared.share),
        "whole": compared.whole,
        "needed": compared.needed,
        "part": compared.part,
    }


def majority(verdict: Verdict, rule: FrozenRule, poll: Poll) -> str:
    """Say how many had to agree, of how many, and how many did; of opinions only how many share the most frequent one."""
    if poll.standing is Standing.ADVISORY:
        return _opinions(verdict, poll)
    return SENTENCES[methods.of(poll.kind).words](verdict, rule)


def _opinions(verdict: Verdict, poll: Poll) -> str:
    if poll.method.words == "motion":
        return str(_("%(part)s support it.", part=verdict.majority.part))
    return str(_("The most chosen answer has %(part)s.", part=verdict.majority.part))


def _majority_of_motion(verdict: Verdict, rule: FrozenRule) -> str:
    numbers = _numbers(verdict.majority)
    if rule.base is QuorumBase.ALL:
        return str(
            _(
                "It takes %(share)s of the whole roll: of %(whole)s, %(needed)s must support it. %(part)s support it.",
                **numbers,
            )
        )
    return str(
        _(
            "It takes %(share)s of those present: of %(whole)s, %(needed)s must support it. %(part)s support it.",
            **numbers,
        )
    )


def _majority_of_choice(verdict: Verdict, rule: FrozenRule) -> str:
    numbers = _numbers(verdict.majority)
    if rule.base is QuorumBase.ALL:
        said = _(
            "It takes %(share)s of the whole roll: of %(whole)s, %(needed)s must choose the "
            "same answer. The most chosen one has %(part)s.",
            **numbers,
        )
    else:
        said = _(
            "It takes %(share)s of those present: of %(whole)s, %(needed)s must choose the "
            "same answer. The most chosen one has %(part)s.",
            **numbers,
        )
    return f"{said} {_tie()}" if verdict.tied else str(said)


SENTENCES: dict[str, Callable[[Verdict, FrozenRule], str]] = {
    "motion": _majority_of_motion,
    "choice": _majority_of_choice,
}
"""By the key `words` of a voting method."""


def _tie() -> str:
    return str(_("Answers with the same number tie for the last place: none of them is chosen."))


def outcome(verdict: Verdict, poll: Poll) -> str:
    """Say whether it is carried, not carried or not decided; or what was chosen."""
    if poll.standing is Standing.ADVISORY:
        return str(_("Opinions were collected; nothing is decided by them."))
    if verdict.outcome is Outcome.NOT_CARRIED:
        return str(_("The motion is not carried."))
    if verdict.outcome is not Outcome.CARRIED:
        return str(_("The quorum was not reached; nothing is decided."))
    if poll.method.words == "motion":
        return str(_("The motion is carried."))
    return str(_("Chosen:")) + " " + clauses(o.label for o in poll.options if o.number in verdict.winners)


FAULTS: dict[FaultKind, LazyString] = {
    FaultKind.COUNTS_DIFFER: _l(
        "This vote does not add up: the ballots and the roll do not fit together. It is set aside."
    ),
    FaultKind.BALLOT_CHANGED: _l("Somebody changed ballots of this vote on the server. It is set aside."),
    FaultKind.KEY_MISSING: _l("The key that opens the ballots of this vote is missing. It is set aside."),
}


def fault(kind: FaultKind) -> str:
    """Say why a poll is set aside."""
    return str(FAULTS[kind])


GLOBALS = {
    "vote_quorum": quorum,
    "vote_majority": majority,
    "vote_outcome": outcome,
    "is_only_asked": is_only_asked,
    "fault_sentence": fault,
}
"""What templates call, by its name there."""
