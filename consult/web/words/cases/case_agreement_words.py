"""The words for what became of a case: agreed, confirmed, in court, ended; and what a form says before it is filled in."""

from collections.abc import Sequence
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from markupsafe import Markup, escape

from consult.domain import citations
from consult.domain.cases import clocks
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.agreements.court_checks import (
    VOID,
    against_confirmation,
    found_amiss,
    owed_after_hand_up,
)
from consult.domain.cases.agreements.endings import REFUSED, TABLE, Ending, endings_of
from consult.domain.cases.agreements.obligations import Obligation
from consult.domain.cases.agreements.standing import in_effect
from consult.domain.cases.choices import confirmation_rule
from consult.domain.cases.situation import ENFORCEMENT, ActEntry, Situation, Suit
from consult.domain.cases.states import CaseState
from consult.web import filters
from consult.web.words import tagging
from consult.web.words.cases import case_state_words
from consult.web.words.cases.case_form_words import code
from consult.web.words.lists import DOT, listed, within

QUESTIONS: dict[str, LazyString] = {
    "title": _l(
        "A court confirms no agreement that decides whose the land, the house, the boundary or another right is. "
        "What is to be paid or done about it can be confirmed."
    ),
    "identity": _l(
        "A court confirms no agreement that decides whether a marriage, a parentage or an adoption exists or ends. "
        "Support, money and things can be confirmed."
    ),
    "scope": _l(
        "A court confirms only what a civil court takes: not who is a member of the village or the collective, "
        "and not what an authority has to decide."
    ),
    "procedure": _l(
        "A court confirms nothing that belongs into a bankruptcy or another special procedure, "
        "and no agreement that decides whose a right is."
    ),
}
"""What the desk looks at before both go to court; the code is that of choices.toml."""


def question(s: Situation) -> Markup:
    """Return what a court looks at before it confirms such an agreement, with the article; empty where nothing is asked."""
    rule = confirmation_rule(s.kind, s.tag)
    if rule is None:
        return Markup("")
    source = tagging.tagged(citations.of_items(rule.source))
    return escape(_("%(rule)s (%(source)s)")) % {"rule": QUESTIONS[rule.asks], "source": source}


def notes(act: CaseAct, s: Situation, today: date) -> list[str]:
    """Return what is said above the form of an act."""
    found: list[str] = []
    if act is CaseAct.NOTE_CAPACITY:
        found += [
            _(
                "A minor's age says it. An adult acts alone until a court finds otherwise; the desk finds nothing itself."
            ),
            _("If an adult cannot follow, sign nothing: their family or the villagers' committee may ask the court."),
        ]
    if act is CaseAct.APPLY_CONFIRMATION:
        asks, against = question(s), against_confirmation(s, today)
        found += [asks] if asks else []
        until = clocks.confirm_by(s)
        if "late" in against and until is not None:
            found.append(_("The 30 days for it ended on %(day)s.", day=filters.long_day(until)))
        if against:
            found.append(_("If the court has taken it all the same, tick that; it is written down with this warning."))
    if act is CaseAct.CLOSE and found_amiss(s):
        found.append(finding(s))
    if act is CaseAct.CLOSE and s.agreement is not None and owed_after_hand_up(s):
        found.append(rows_in_short(s.agreement.rows))
    if act is CaseAct.ENFORCE:
        found.append(_("The agreement stays in force. What is paid meanwhile is ticked as before."))
        found.append(_("The court is asked within two years of the last day on which it was due."))
    if act is CaseAct.SUE:
        found.append(_("The agreement binds like a contract, and stays in force until a court says otherwise."))
    return found


def finding(s: Situation) -> str:
    """Return what the newest visit found amiss; empty where it found nothing."""
    if s.finding is None:
        return ""
    done = _("done: %(what)s", what=code("performed", s.finding.performed))
    content = _("satisfied: %(what)s", what=code("yes_no", s.finding.satisfied))
    return str(
        _("The visit on %(day)s found: %(what)s", day=filters.long_day(s.finding.on), what=listed([done, content]))
    )


def obligation(s: Situation, row: Obligation) -> str:
    """Say an obligation in one line: who owes whom what, how much is left, by when."""
    who, to = _name(s, row.by), creditors(s, row)
    words = (
        _("%(name)s to %(other)s: %(what)s", name=who, other=to, what=row.what)
        if row.to
        else _("%(label)s: %(words)s", label=who, words=row.what)
    )
    return str(_("%(name)s (%(why)s)", name=f"{words}{money_of(row)}", why=filters.short_day(row.due_on)))


def creditors(s: Situation, row: Obligation) -> str:
    """Return the names of those to whom a row is owed."""
    return listed(_name(s, number) for number in sorted(s.creditors(row)))


def money_of(row: Obligation) -> str:
    """Return the sum of a row, and what is left of it once a part was paid."""
    if not row.amount_fen:
        return ""
    whole = _("%(amount)s yuan", amount=filters.yuan(row.amount_fen))
    if not row.payments or row.done_on is not None:
        return f"{DOT}{whole}"
    left = _("%(amount)s yuan left", amount=filters.yuan(row.left_fen or 0))
    return f"{DOT}{whole}{DOT}{left}"


def _name(s: Situation, number: int) -> str:
    party = s.party(number)
    return party.name if party else ""


def outcome(s: Situation, entries: Sequence[ActEntry]) -> list[str]:
    """Say what became of a case, one fact a line: agreed, confirmed, in court; or ended, on which ground and when."""
    found = _agreed(s) if in_effect(s) else []
    return [*found, *(ending(one, s) for one in endings_of(entries) if not (found and one.act is CaseAct.CONSENT))]


def _agreed(s: Situation) -> list[str]:
    if s.agreement is None:
        return []
    lines = [_("agreement in writing") if s.agreement.written else _("agreement by word of mouth")]
    if s.confirmed is not None:
        lines.append(_("confirmed by the court") if s.confirmed else _("not confirmed by the court"))
    return [*lines, *(_court(s.suit) if s.suit is not None else [])]


def _court(suit: Suit) -> list[str]:
    where = {"court": suit.court, "day": filters.long_day(suit.on) if suit.on else ""}
    enforced = suit.kind == ENFORCEMENT
    went = [
        _("enforcement asked for at %(court)s on %(day)s", **where)
        if enforced
        else _("sued at %(court)s on %(day)s", **where)
    ]
    if not suit.result or suit.result_on is None:
        return went
    said = {"what": code(suit.result_of, suit.result), "day": filters.long_day(suit.result_on)}
    return [*went, _("result of the court on %(day)s: %(what)s", **said)]


def ending(one: Ending, s: Situation) -> str:
    """Say how a mediation ended: the state, the ground, the reason, the day."""
    what: str = case_state_words.state(one.state.value)
    if one.ground == REFUSED:
        what = _("mediation ended: %(name)s does not want it", name=_name(s, one.party))
    elif one.ground:  # holds commas of a list itself
        what = _("%(label)s: %(words)s", label=what, words=code(TABLE[one.act], one.ground))
    said: str = _("%(what)s, %(day)s", what=what, day=filters.long_day(one.on))
    return _("%(ended)s. Reason: %(why)s", ended=said, why=within(one.reason)) if one.reason else said


def rows_in_short(rows: Sequence[Obligation]) -> str:
    """Return the number of obligations, of those that are done, and the next day, in one line."""
    waiting = [row.due_on for row in rows if row.done_on is None]
    said: str = _("%(n)s points, %(done)s of them done", n=len(rows), done=len(rows) - len(waiting))
    return _("%(points)s; the next by %(day)s", points=said, day=filters.long_day(min(waiting))) if waiting else said


def told(s: Situation, entries: Sequence[ActEntry]) -> str:
    """Say who was told of the other ways after the mediation ended, and when; empty where nobody was."""
    ends = endings_of(entries)
    if not ends:
        return ""
    names = [
        _("%(name)s on %(day)s", name=_name(s, party), day=filters.long_day(on))
        for party, on in sorted(ends[-1].told.items())
    ]
    if names:
        return listed(names)
    return _("all parties, on %(day)s", day=filters.long_day(ends[-1].on)) if ends[-1].told_ways else ""


def in_court(state: CaseState, s: Situation, number_of_party: int) -> str:
    """Say to a party, in one sentence, what an agreement in court means for them."""
    owes = any(row.by == number_of_party for row in s.undone())
    if s.suit is not None and s.suit.result in VOID:
        return str(_("The court has annulled the agreement. Nothing is owed by it any more."))
    if state is CaseState.ENFORCEMENT:
        if owes:
            return str(_("The court was asked to enforce the agreement. Whoever pays now ends it: tell the mediators."))
        return str(_("The agreement holds. The court was asked to enforce it; when something is paid, say so here."))
    if owes:
        said = _(
            "The other side has gone to court over it. The agreement still binds: you may still do what you promised."
        )
        return str(said)
    return str(_("The agreement still binds. It is before the court; when something is paid, say so here."))
