"""The conditions under which an act of a case is offered, and its mistakes. Used by act_table.py alone."""

from datetime import date

from consult.domain.cases import clocks
from consult.domain.cases.choices import may_be_confirmed
from consult.domain.cases.papers import missing
from consult.domain.cases.situation import CaseActor, Facts, Obligation, PlannedAct, Situation
from consult.domain.cases.states import SIDES, CaseRole, CaseState
from consult.domain.refusals import Reason, Refused

LEVELS = {"town": 1, "county": 2}


def refuse_without_consent(state: CaseState, s: Situation) -> None:
    """Refuse unless there is somebody on each side and everybody in dispute said yes."""
    if {party.part for party in s.sides()} != SIDES:
        raise Refused(Reason.CASE_OTHER_SIDE_MISSING)
    if not all(s.consents.get(party.number) for party in s.sides()):
        raise Refused(Reason.CASE_CONSENT_MISSING)


def refuse_signed_words(state: CaseState, s: Situation) -> None:
    """Refuse to write an agreement anew from its first signature or seal on."""
    signed = s.agreement is None or bool(s.agreement.signed or s.agreement.mediator_signed or s.agreement.sealed)
    if state is CaseState.AGREED_IN_WRITING and signed:
        raise Refused(Reason.CASE_OTHER_STATE)


def refuse_performing_unless_rejected(state: CaseState, s: Situation) -> None:
    """Refuse to mediate again what is being carried out, unless the court did not confirm it."""
    if state is CaseState.PERFORMING and s.confirmed is not False:
        raise Refused(Reason.CASE_OTHER_STATE)


def refuse_unconfirmed(state: CaseState, s: Situation) -> None:
    """Refuse unless the court confirmed the agreement."""
    if not s.confirmed:
        raise Refused(Reason.CASE_NOT_CONFIRMED)


def refuse_not_in_court(state: CaseState, s: Situation) -> None:
    """Refuse unless an application for confirmation waits for its answer."""
    if s.court_on is None or s.confirmed is not None:
        raise Refused(Reason.CASE_NOT_IN_COURT)


def refuse_all_identified(state: CaseState, s: Situation) -> None:
    """Refuse where every party in dispute was found on the roll."""
    if all(party.person_id is not None for party in s.sides()):
        raise Refused(Reason.CASE_OTHER_STATE)


def refuse_nothing_done(state: CaseState, s: Situation) -> None:
    """Refuse where no obligation was ticked off."""
    if not s.done():
        raise Refused(Reason.CASE_OTHER_STATE)


def refuse_second_receipt(state: CaseState, s: Situation) -> None:
    """Refuse where the office above has given its receipt."""
    if s.received:
        raise Refused(Reason.CASE_SENT_ALREADY)


def due_rows(s: Situation, today: date) -> tuple[Obligation, ...]:
    """Return the obligations of which it can be said that they were not done: their day is over."""
    return tuple(row for row in s.undone() if row.due_on < today)


def may_speak_of(s: Situation, actor: CaseActor, row: Obligation) -> bool:
    """Tell whether somebody may say that an obligation was done or not: the desk, or the side that does not owe it."""
    me, debtor = s.party(actor.party), s.party(row.by)
    return actor.role not in SIDES or (me is not None and debtor is not None and me.part is not debtor.part)


def something_due(s: Situation, actor: CaseActor, today: date) -> bool:
    """Tell whether the day of an obligation is over of which this actor may speak."""
    return any(may_speak_of(s, actor, row) for row in due_rows(s, today))


def refuse_no_later_day(act: PlannedAct) -> None:
    """Refuse an extension that ends no later than mediation does now."""
    if date.fromisoformat(act.facts["until"]) <= clocks.settle_by(act.before):
        raise Refused(Reason.NOT_LATER)


def refuse_unfit_agreement(act: PlannedAct) -> None:
    """Refuse an agreement after the time of mediation, out of order, or by word of mouth where it has to be written.

    In writing where it is not done on the spot, or money is owed (NB 24, HNPM 29, MOJ75 34), or a party asks.
    """
    s, facts = act.before, act.facts
    if date.fromisoformat(facts["on"]) > clocks.settle_by(s):
        raise Refused(Reason.CASE_TIME_EXPIRED)
    _refuse_out_of_order(s.clock_from.isoformat() if s.clock_from else None, facts["on"])
    for number, row in enumerate(facts["rows"], 1):
        if row["due"] < facts["on"]:
            raise Refused(Reason.CASE_DUE_BEFORE_AGREED, n=number)
    later = any(row["due"] > facts["on"] for row in facts["rows"])
    if facts["form"] == "oral" and (later or facts.get("asked_written")):
        raise Refused(Reason.CASE_MUST_BE_WRITTEN)


def _refuse_out_of_order(first: str | None, second: str) -> None:
    """Refuse a step before the one it follows. Days as they are stored: 2026-07-13."""
    if first and second < first:
        raise Refused(Reason.CASE_DAYS_OUT_OF_ORDER)


def refuse_useless_correction(act: PlannedAct) -> None:
    """Refuse a correction that changes nothing, or that takes away from the court what it may not confirm."""
    s, facts = act.before, act.facts
    if (facts["title"], facts["kind"], facts.get("tag") or "") == (s.title, s.kind, s.tag):
        raise Refused(Reason.CASE_NOTHING_NEW)
    if s.court_on is not None and not may_be_confirmed(facts["kind"], facts.get("tag") or ""):
        raise Refused(Reason.CASE_CANNOT_BE_CONFIRMED)


def refuse_row_not_done(act: PlannedAct) -> None:
    """Refuse to take back a tick that was not made."""
    if int(act.facts["row"]) not in {row.number for row in act.before.done()}:
        raise Refused(Reason.CASE_NOTHING_NEW)


def refuse_unfit_signing(act: PlannedAct) -> None:
    """Refuse signatures before the agreement, and a form with neither signature, seal nor photo."""
    s, facts = act.before, act.facts
    if s.agreement is not None and facts.get("on"):
        _refuse_out_of_order(s.agreement.agreed_on.isoformat(), facts["on"])
    if not (facts.get("signed") or facts.get("mediator_signed") or facts.get("sealed") or facts.get("files")):
        raise Refused(Reason.CASE_NOTHING_NEW)


def refuse_row_not_due(act: PlannedAct) -> None:
    """Refuse a breach of an obligation that was done, or whose day is not over."""
    if _row(act.before, act.facts) not in due_rows(act.before, act.today):
        raise Refused(Reason.CASE_NOT_DUE)


def _row(s: Situation, facts: Facts) -> Obligation:
    row = next((row for row in s.undone() if row.number == int(facts["row"])), None)
    if row is None:
        raise Refused(Reason.CASE_ROW_DONE)
    return row


def refuse_own_debt(act: PlannedAct) -> None:
    """Refuse the word of the side that owes it: whether something was done is said by the other side or the desk."""
    if not may_speak_of(act.before, act.actor, _row(act.before, act.facts)):
        raise Refused(Reason.CASE_OTHER_SIDE_SAYS)


def refuse_unfit_confirmation(act: PlannedAct) -> None:
    """Refuse what no court confirms, an application out of order, and one after 30 days (PML 33)."""
    s, facts = act.before, act.facts
    until = clocks.confirm_by(s)
    if until is None or s.court_on is not None or not may_be_confirmed(s.kind, s.tag):
        raise Refused(Reason.CASE_CANNOT_BE_CONFIRMED)
    if s.agreement is not None and s.agreement.effective_on is not None:
        _refuse_out_of_order(s.agreement.effective_on.isoformat(), facts["on"])
    if date.fromisoformat(facts["on"]) > until:
        raise Refused(Reason.CASE_CONFIRMATION_LATE, until=until)


def refuse_time_that_runs(act: PlannedAct) -> None:
    """Refuse to end the mediation for want of time while there is time."""
    if act.facts["ground"] == "time_expired" and act.today <= clocks.settle_by(act.before):
        raise Refused(Reason.CASE_TIME_RUNS)


def refuse_no_higher_level(act: PlannedAct) -> None:
    """Refuse to hand a case up to where it is, or below."""
    if LEVELS[act.facts["level"]] <= LEVELS.get(act.before.escalated_to, 0):
        raise Refused(Reason.CASE_SENT_ALREADY)


def refuse_unfit_party(act: PlannedAct) -> None:
    """Refuse others without both parties' consent (PML 20), and an agent of no party or without a letter of authority."""
    facts = act.facts
    if facts["side"] == CaseRole.KIN and not facts.get("both_agree"):
        raise Refused(Reason.CASE_BOTH_MUST_AGREE)
    if facts["side"] == CaseRole.AGENT and not (facts.get("for_party") and facts.get("authority")):
        raise Refused(Reason.CASE_AGENT_OF_WHOM)
    if facts["side"] == CaseRole.AGENT and not facts.get("files"):
        raise Refused(Reason.LETTER_MISSING)


def refuse_missing_receipt(act: PlannedAct) -> None:
    """Refuse to close what was handed up without a receipt of that office."""
    if act.before.escalated_to and not act.before.received:
        raise Refused(Reason.CASE_RECEIPT_MISSING)


def refuse_missing_papers(act: PlannedAct) -> None:
    """Refuse to close a volume that lacks papers; names them."""
    if lacking := missing(act.entries, act.before):
        raise Refused(Reason.CASE_PAPERS_MISSING, papers=[paper.value for paper in lacking])


def refuse_unsure_no(act: PlannedAct) -> None:
    """Refuse a no, which ends the mediation for good, without the tick that it is meant."""
    if act.facts["answer"] == "no" and not act.facts.get("sure"):
        raise Refused(Reason.CASE_NOT_SURE)
