"""What a count means, in sentences: the same on the page, on the wall and on paper."""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from consult.domain.law.bodies import QuorumBase, UnitKind
from consult.domain.polls import methods, polls
from consult.domain.polls.frozen import FrozenRule
from consult.domain.polls.poll_faults import FaultKind
from consult.domain.polls.polls import Comparison, Outcome, Standing, Tally, Verdict, few_in_secret
from consult.domain.polls.repeat_grounds import ANNULLED
from consult.models import Poll
from consult.services.meetings.appointments import Appointment
from consult.web import filters
from consult.web.words import code_words
from consult.web.words.lists import clauses, dotted, one_after_another


def is_only_asked(poll: Poll) -> bool:
    """Tell whether a vote by phone only collects opinions: nobody was expected, nobody was present."""
    return poll.standing is Standing.ADVISORY and poll.meeting_poll is None


def few_on_roll(poll: Poll) -> int:
    """Return how many vote where they are so few that the figures of a secret vote may tell each one's choice; else 0."""
    frozen = poll.frozen_poll if poll.secret else None
    return few_in_secret(frozen.roll_units) if frozen is not None else 0


def resolves(poll: Poll, verdict: Verdict) -> bool:
    """Tell whether a vote resolves what was put to it: it carried, and does more than advise."""
    return polls.resolves(poll.standing, verdict.outcome)


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


def opinions_asked(poll: Poll, held: Appointment | None, *, open: bool = False) -> str:
    """Say on a notice who is, or was, asked for an opinion, when and where. `held`: in a meeting. `open`: it still is."""
    body = code_words.body(poll.body)
    if held is not None:
        told = {"day": filters.long_day(held.starts_at), "body": body, "place": held.place}
        return str(
            _(
                "On %(day)s the %(body)s met at %(place)s and was asked for its opinion on the following matter. "
                "What it thinks is posted here; nothing is decided by it.",
                **told,
            )
        )
    opened, closed = filters.long_day(poll.opens_at), filters.long_day(poll.closes_at)
    told = {"opened": opened, "closed": closed, "body": body}
    if open:
        return str(
            _(
                "From %(opened)s to %(closed)s, %(body)s is asked for its opinion on the following matter. "
                "Nothing is decided by it.",
                **told,
            )
        )
    return str(
        _(
            "From %(opened)s to %(closed)s, %(body)s was asked for its opinion on the following matter. "
            "What was answered is posted here; nothing is decided by it.",
            **told,
        )
    )


def majority(verdict: Verdict, rule: FrozenRule, poll: Poll) -> str:
    """Say how many had to agree, of how many, and how many did; of opinions only how many share the most frequent one."""
    if poll.standing is Standing.ADVISORY:
        return _opinions(verdict, rule, poll)
    return SENTENCES[methods.of(poll.kind).words](verdict, rule)


def _opinions(verdict: Verdict, rule: FrozenRule, poll: Poll) -> str:
    n = verdict.majority.part
    motion, household = poll.method.words == "motion", rule.unit is UnitKind.HOUSEHOLD
    if motion and (against := _against(poll)):  # said too: the number in favour alone would read like a yes
        both = (
            _("Households in favour: %(n)s; against: %(against)s.", n=n, against=against)
            if household
            else _("People in favour: %(n)s; against: %(against)s.", n=n, against=against)
        )
        return str(both)
    if motion and household:
        return str(ngettext("%(n)s household supports it.", "%(n)s households support it.", n, n=n))
    if motion:
        return str(ngettext("%(n)s person supports it.", "%(n)s people support it.", n, n=n))
    if (leaders := _how_many_lead(poll)) > 1:
        alike = (
            _("%(leaders)s answers have the same number: %(n)s households each.", leaders=leaders, n=n)
            if household
            else _("%(leaders)s answers have the same number: %(n)s people each.", leaders=leaders, n=n)
        )
        return str(alike)
    if household:
        return str(
            ngettext(
                "The most chosen answer has %(n)s household.", "The most chosen answer has %(n)s households.", n, n=n
            )
        )
    return str(ngettext("The most chosen answer has %(n)s person.", "The most chosen answer has %(n)s people.", n, n=n))


def _counts(poll: Poll) -> list[int]:
    """Return how often each answer of a declared vote was chosen; nothing before it is declared."""
    return poll.declaration.facts["tally"]["counts"] if poll.declaration is not None else []


def _against(poll: Poll) -> int:
    """Return how many opposed a motion that is declared."""
    return next(iter(_counts(poll)[1:2]), 0)


def _how_many_lead(poll: Poll) -> int:
    """Return how many answers of a declared vote share the highest number; 0 where none was chosen."""
    counts = _counts(poll)
    most = max(counts, default=0)
    return counts.count(most) if most else 0


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
    return one_after_another((said, _tie())) if verdict.tied else str(said)


def papers(tally: Tally) -> list[str]:
    """Say what became of the paper ballots, and how many were marked after the close; nothing where there was no paper."""
    said = []
    if tally.returned is None:
        if tally.blank or tally.invalid:
            said.append(
                _("Blank ballots: %(blank)s. Invalid ballots: %(invalid)s.", blank=tally.blank, invalid=tally.invalid)
            )
        return [str(one) for one in said]
    if tally.issued:
        said.append(
            _(
                "Paper ballots: %(issued)s given out, %(returned)s came back. "
                "Of these %(valid)s valid, %(blank)s blank, %(invalid)s invalid.",
                issued=tally.issued,
                returned=tally.returned,
                valid=tally.valid,
                blank=tally.blank,
                invalid=tally.invalid,
            )
        )
    if tally.late:
        said.append(
            ngettext(
                "%(n)s of them was marked after the close, by two officers from the signed list.",
                "%(n)s of them were marked after the close, by two officers from the signed list.",
                tally.late,
                n=tally.late,
            )
        )
    return [str(one) for one in said]


def papers_of_record(tally: Mapping[str, Any]) -> list[str]:
    """Return the papers and hands of a vote in a meeting's record, of which some may be blank or spoilt. `tally`: its facts."""
    return papers(Tally.from_facts(tally))


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
    return str(_("Chosen: %(names)s.", names=clauses(o.label for o in poll.options if o.number in verdict.winners)))


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
    "vote_papers": papers,
    "papers_of_record": papers_of_record,
    "few_on_roll": few_on_roll,
    "is_only_asked": is_only_asked,
    "resolves": resolves,
    "opinions_asked": opinions_asked,
    "fault_sentence": fault,
}
"""What templates call, by its name there."""


def asked_again(again: Mapping[str, Any]) -> str:
    """Return how the earlier vote of a repeated one ended and why it is asked once more. `again`: of its notice."""
    annulled = again["ended"] == ANNULLED
    ended = str(_("annulled")) if annulled else code_words.outcome(again["ended"])
    before = _("The same people have voted on this matter before.")
    why = clauses([code_words.ground(again["ground"]), str(again["why"])])
    reason = _("Why it is asked again:")
    return dotted((one_after_another((before, ended)), one_after_another((reason, why))))
