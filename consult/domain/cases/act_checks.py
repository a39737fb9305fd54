"""The conditions under which an act of a case is offered, and its mistakes. Used by act_table.py alone."""

from datetime import date, timedelta

from consult.domain.cases import clocks
from consult.domain.cases.agreements.obligations import Obligation
from consult.domain.cases.choices import may_be_confirmed, may_concern_the_village
from consult.domain.cases.papers import missing
from consult.domain.cases.parties import capacity
from consult.domain.cases.situation import CaseActor, Facts, PlannedAct, Situation
from consult.domain.cases.states import DESK, SIDES, CaseRole, CaseState
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


def refuse_all_identified(state: CaseState, s: Situation) -> None:
    """Refuse where everybody who takes part was found on the roll: parties, and those who act for them."""
    if not s.unidentified():
        raise Refused(Reason.CASE_OTHER_STATE)


def refuse_nothing_done(state: CaseState, s: Situation) -> None:
    """Refuse where nothing was done of any obligation."""
    if not s.begun():
        raise Refused(Reason.CASE_OTHER_STATE)


def refuse_private_matter(state: CaseState, s: Situation) -> None:
    """Refuse to lay before the village what is the parties' own affair: a loan, a marriage, wages."""
    if not may_concern_the_village(s.kind, s.tag):
        raise Refused(Reason.CASE_PRIVATE_MATTER)


def refuse_second_receipt(state: CaseState, s: Situation) -> None:
    """Refuse where the office above has given its receipt."""
    if s.received:
        raise Refused(Reason.CASE_SENT_ALREADY)


def due_rows(s: Situation, today: date) -> tuple[Obligation, ...]:
    """Return the obligations of which it can be said that they were not done: their day is over."""
    return tuple(row for row in s.undone() if row.due_on < today)


def may_speak_of(s: Situation, actor: CaseActor, row: Obligation, day: date) -> bool:
    """Tell whether somebody may say on a day that an obligation was done or not: the desk, or a party to whom it is owed.

    The debtor's word never counts. A statutory representative speaks for the party they represent.
    """
    return actor.role in DESK or bool(capacity.owed_to(s, actor, row, day))


def open_rows(s: Situation, actor: CaseActor, today: date) -> list[Obligation]:
    """Return the obligations that are open and of which this actor may say that they were done."""
    return [row for row in s.undone() if may_speak_of(s, actor, row, today)]


def something_owed_to(s: Situation, actor: CaseActor, today: date) -> bool:
    """Tell whether an obligation is open of which this actor may speak."""
    return bool(open_rows(s, actor, today))


def something_due(s: Situation, actor: CaseActor, today: date) -> bool:
    """Tell whether the day of an obligation is over of which this actor may speak."""
    return any(may_speak_of(s, actor, row, today) for row in due_rows(s, today))


def refuse_no_later_day(act: PlannedAct) -> None:
    """Refuse an extension that ends no later than mediation does now; ask about one of more than half a year.

    How long both may agree on has no number in the law (HNPM 26, MOJ75 33).
    """
    until = date.fromisoformat(act.facts["until"])
    if until <= clocks.settle_by(act.before):
        raise Refused(Reason.NOT_LATER)
    if until > act.day + timedelta(clocks.LONG_EXTENSION_DAYS):
        _ask(act, Reason.CASE_EXTENDED_FAR, until=until)


def _ask(act: PlannedAct, reason: Reason, **facts: object) -> None:
    """Refuse with a question, once: with the tick that it is so all the same, which is recorded, it is not refused."""
    if not act.facts.get("all_the_same"):
        raise Refused(reason, **facts)


QUESTIONS = frozenset({Reason.CASE_TIME_EXPIRED, Reason.CASE_TIME_RUNS, Reason.CASE_EXTENDED_FAR})
"""What a clock of ours asks: the act is done all the same with a tick."""


def refuse_unfit_agreement(act: PlannedAct) -> None:
    """Refuse an agreement by word of mouth where it has to be written; ask about one after the time of mediation.

    In writing where it is not done on the spot, or money is owed (NB 24, HNPM 29, MOJ75 34), or a party asks. The month of
    mediation is a rule "in general" (MOJ75 33): what both agreed on after it stands.
    """
    s, facts = act.before, act.facts
    if date.fromisoformat(facts["on"]) > clocks.settle_by(s):
        _ask(act, Reason.CASE_TIME_EXPIRED, until=clocks.settle_by(s))
    for number, row in enumerate(facts["rows"], 1):
        if row["due"] < facts["on"]:
            raise Refused(Reason.CASE_DUE_BEFORE_AGREED, n=number)
    later = any(row["due"] > facts["on"] for row in facts["rows"])
    if facts["form"] == "oral" and (later or facts.get("asked_written")):
        raise Refused(Reason.CASE_MUST_BE_WRITTEN)


def refuse_useless_correction(act: PlannedAct) -> None:
    """Refuse a correction that changes nothing, or that takes away from the court what it may not confirm."""
    s, facts = act.before, act.facts
    if (facts["title"], facts["kind"], facts.get("tag") or "") == (s.title, s.kind, s.tag):
        raise Refused(Reason.CASE_NOTHING_NEW)
    if s.court_on is not None and not may_be_confirmed(facts["kind"], facts.get("tag") or ""):
        raise Refused(Reason.CASE_CANNOT_BE_CONFIRMED)


def refuse_row_not_done(act: PlannedAct) -> None:
    """Refuse to take back what was not done."""
    if int(act.facts["row"]) not in {row.number for row in act.before.begun()}:
        raise Refused(Reason.CASE_NOTHING_NEW)


def refuse_unfit_signing(act: PlannedAct) -> None:
    """Refuse a form with neither signature, seal nor photo, and the signature of a party whom another represents."""
    s, facts = act.before, act.facts
    capacity.refuse_unrepresented(s, act.day, facts.get("signed") or ())
    if not (facts.get("signed") or facts.get("mediator_signed") or facts.get("sealed") or facts.get("files")):
        raise Refused(Reason.CASE_NOTHING_NEW)


def refuse_row_not_due(act: PlannedAct) -> None:
    """Refuse a breach of an obligation that was done, or whose day is not over."""
    if _row(act.before, act.facts) not in due_rows(act.before, act.day):
        raise Refused(Reason.CASE_NOT_DUE)


def _row(s: Situation, facts: Facts) -> Obligation:
    row = next((row for row in s.undone() if row.number == int(facts["row"])), None)
    if row is None:
        raise Refused(Reason.CASE_ROW_DONE)
    return row


def refuse_own_debt(act: PlannedAct) -> None:
    """Refuse the word of any but those to whom it is owed, and the desk."""
    if not may_speak_of(act.before, act.actor, _row(act.before, act.facts), act.day):
        raise Refused(Reason.CASE_OTHER_SIDE_SAYS)


def refuse_time_that_runs(act: PlannedAct) -> None:
    """Ask about an end of the mediation for want of time while there is time by our clock."""
    if act.facts["ground"] == "time_expired" and act.day <= clocks.settle_by(act.before):
        _ask(act, Reason.CASE_TIME_RUNS, until=clocks.settle_by(act.before))


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


def refuse_unrepresented_applicants(act: PlannedAct) -> None:
    """Refuse to take a case of somebody without full capacity before a statutory representative is in it (民法典 23)."""
    asking = [one.number for one in act.before.sides() if one.part is CaseRole.APPLICANT]
    capacity.refuse_unrepresented(act.before, act.day, asking)


def refuse_unsure_no(act: PlannedAct) -> None:
    """Refuse a no, by which the party leaves the mediation, without the tick of its second look."""
    if act.facts["answer"] == "no" and not act.facts.get("sure"):
        raise Refused(Reason.CASE_NOT_SURE)
