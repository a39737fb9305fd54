"""The words for codes of mediation cases."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from consult.domain.cases.acts import CaseAct
from consult.domain.cases.clocks import Clock
from consult.domain.cases.papers import Paper
from consult.domain.cases.states import CaseRole, CaseState, Source

STATES: dict[CaseState, LazyString] = {
    CaseState.DRAFT: _l("Not handed in yet"),
    CaseState.CLUE: _l("A clue"),
    CaseState.APPLIED: _l("Waits to be taken"),
    CaseState.ACCEPTED: _l("Taken"),
    CaseState.DECLINED: _l("Not taken"),
    CaseState.ASSIGNED: _l("Has a mediator"),
    CaseState.INVESTIGATING: _l("Being looked into"),
    CaseState.MEDIATING: _l("Being mediated"),
    CaseState.AGREED_ORALLY: _l("Agreed by word of mouth"),
    CaseState.AGREED_IN_WRITING: _l("Agreed, waits for signatures"),
    CaseState.PERFORMING: _l("Being carried out"),
    CaseState.BREACHED: _l("Not done as agreed"),
    CaseState.ENFORCEMENT: _l("The court is enforcing it"),
    CaseState.LAWSUIT: _l("In court"),
    CaseState.PERFORMED: _l("Done as agreed"),
    CaseState.FOLLOWED_UP: _l("Visited afterwards"),
    CaseState.WITHDRAWN: _l("Application withdrawn"),
    CaseState.SELF_SETTLED: _l("Settled by themselves"),
    CaseState.TERMINATED: _l("Mediation ended without agreement"),
    CaseState.ESCALATED: _l("Handed up"),
    CaseState.CLOSED: _l("Closed"),
    CaseState.ARCHIVED: _l("In the archive"),
    CaseState.DISCARDED: _l("Thrown away"),
}
PARTS: dict[CaseRole, LazyString] = {
    CaseRole.APPLICANT: _l("who brought it"),
    CaseRole.RESPONDENT: _l("the other side"),
    CaseRole.AGENT: _l("speaks for a party"),
    CaseRole.GUARDIAN: _l("statutory representative"),
    CaseRole.LEFT: _l("takes part no more"),
    CaseRole.KIN: _l("invited, with both sides' consent"),
    CaseRole.MEDIATOR: _l("mediator"),
    CaseRole.HEAD: _l("head of mediation"),
    CaseRole.REPORTER: _l("brought it for somebody"),
    CaseRole.JUSTICE_OFFICE: _l("justice office"),
    CaseRole.RECUSED: _l("keeps out of it"),
}
SOURCES: dict[Source, LazyString] = {
    Source.APPLICATION: _l("the parties applied"),
    Source.OWN_MOTION: _l("of the committee's own motion"),
    Source.GRID: _l("found on the round of the grid"),
    Source.POLICE: _l("handed over by the police"),
    Source.COURT: _l("referred by the court"),
    Source.TOWN: _l("given by the town"),
    Source.CONSULTATION: _l("came up in a consultation"),
}
ACTS: dict[CaseAct, LazyString] = {
    CaseAct.FILE: _l("Bring a matter"),
    CaseAct.APPLY: _l("They apply for mediation now"),
    CaseAct.ACCEPT: _l("Take the case"),
    CaseAct.DECLINE: _l("Not for us"),
    CaseAct.TAKE_ON: _l("I take it on"),
    CaseAct.ASSIGN: _l("Name the mediators"),
    CaseAct.RECUSE: _l("I keep out of it"),
    CaseAct.HAND_OVER: _l("Hand the case to a colleague"),
    CaseAct.REOPEN: _l("Open the case again"),
    CaseAct.NOTE_DIFFICULTY: _l("Mark as difficult or ordinary"),
    CaseAct.CONSENT: _l("Say yes or no to mediation"),
    CaseAct.CHOOSE_MEDIATOR: _l("I want this mediator"),
    CaseAct.REFUSE_MEDIATOR: _l("I want another mediator"),
    CaseAct.DECLARE_KINSHIP: _l("A mediator is related to a party"),
    CaseAct.ADD_PARTY: _l("Add somebody"),
    CaseAct.ADD_PARTIES: _l("Add many from a list"),
    CaseAct.ADD_GUARDIAN: _l("Add a statutory representative"),
    CaseAct.IDENTIFY: _l("Find a party on the roll"),
    CaseAct.DESCRIBE_PARTY: _l("A party is an organisation"),
    CaseAct.NOTE_CAPACITY: _l("Note a party's capacity"),
    CaseAct.ELECT_REPRESENTATIVE: _l("They have chosen a representative"),
    CaseAct.RETURN_PARTY: _l("A party comes back"),
    CaseAct.INDIVISIBLE: _l("The claim cannot be divided"),
    CaseAct.REMOVE_PARTY: _l("Take somebody out"),
    CaseAct.STATEMENT: _l("Say my side"),
    CaseAct.EVIDENCE: _l("Add evidence"),
    CaseAct.NOTE: _l("Note for the mediators only"),
    CaseAct.INVESTIGATE: _l("Write down what was looked into"),
    CaseAct.CALL_SESSION: _l("Call them to sit down"),
    CaseAct.HOLD_SESSION: _l("Write down a session"),
    CaseAct.EXTEND: _l("More time"),
    CaseAct.CORRECT: _l("Correct title or category"),
    CaseAct.AGREE: _l("They have agreed"),
    CaseAct.SIGN: _l("Signatures and seal"),
    CaseAct.PERFORM: _l("This was done"),
    CaseAct.TAKE_BACK: _l("That was not done after all"),
    CaseAct.DEFER: _l("Another day for it"),
    CaseAct.BREACH: _l("This was not done"),
    CaseAct.URGE: _l("Urge them"),
    CaseAct.MEDIATE_AGAIN: _l("Mediate again"),
    CaseAct.ENFORCE: _l("Ask the court to enforce it"),
    CaseAct.SUE: _l("Goes to court"),
    CaseAct.APPLY_CONFIRMATION: _l("Both ask the court to confirm"),
    CaseAct.CONFIRMATION: _l("What the court said of it"),
    CaseAct.COURT_RESULT: _l("What became of it in court"),
    CaseAct.ENFORCEMENT_RESULT: _l("What came of the enforcement"),
    CaseAct.FOLLOW_UP: _l("Write down a visit"),
    CaseAct.WITHDRAW: _l("A party leaves"),
    CaseAct.SETTLE_THEMSELVES: _l("A party has settled it themselves"),
    CaseAct.TERMINATE: _l("End the mediation"),
    CaseAct.TELL_WAYS: _l("Told where else they can go"),
    CaseAct.ESCALATE: _l("Hand it up"),
    CaseAct.SHARE: _l("Hand more over to the town"),
    CaseAct.TOWN_TALK: _l("May the town read my own talk?"),
    CaseAct.NOTE_DANGER: _l("Somebody may be in danger"),
    CaseAct.TOLD_IN_PERSON: _l("Told in person"),
    CaseAct.RECEIPT: _l("The receipt from above"),
    CaseAct.REPORT_POLICE: _l("Reported to the police"),
    CaseAct.RAISE: _l("This is a village matter"),
    CaseAct.CLOSE: _l("Close the case"),
    CaseAct.ARCHIVE: _l("Put it into the archive"),
    CaseAct.CORRECT_ENTRY: _l("Correction of an entry"),
    CaseAct.CONFIRM_CORRECTION: _l("Second look at a correction"),
}
RECORDED: dict[CaseAct, LazyString] = ACTS | {
    CaseAct.FILE: _l("Brought the matter"),
    CaseAct.APPLY: _l("Applied for mediation"),
    CaseAct.ACCEPT: _l("Took the case"),
    CaseAct.DECLINE: _l("Did not take the case"),
    CaseAct.TAKE_ON: _l("Took the case on as mediator"),
    CaseAct.ASSIGN: _l("Named the mediators"),
    CaseAct.RECUSE: _l("Kept out of the case"),
    CaseAct.HAND_OVER: _l("Handed the case to a colleague"),
    CaseAct.REOPEN: _l("Took the case up again"),
    CaseAct.NOTE_DIFFICULTY: _l("Said how difficult the case is"),
    CaseAct.CONSENT: _l("Said whether they want mediation"),
    CaseAct.CHOOSE_MEDIATOR: _l("Asked for a mediator by name"),
    CaseAct.REFUSE_MEDIATOR: _l("Asked for another mediator"),
    CaseAct.DECLARE_KINSHIP: _l("Said that a mediator is close to a party"),
    CaseAct.ADD_PARTY: _l("Added somebody"),
    CaseAct.ADD_PARTIES: _l("Added people from a list"),
    CaseAct.ADD_GUARDIAN: _l("Added a statutory representative"),
    CaseAct.IDENTIFY: _l("Found a party on the roll"),
    CaseAct.DESCRIBE_PARTY: _l("Noted an organisation"),
    CaseAct.NOTE_CAPACITY: _l("Noted the capacity of a party"),
    CaseAct.ELECT_REPRESENTATIVE: _l("Chose a representative"),
    CaseAct.RETURN_PARTY: _l("Came back to the mediation"),
    CaseAct.REMOVE_PARTY: _l("Took somebody out of the case"),
    CaseAct.STATEMENT: _l("What a party says"),
    CaseAct.EVIDENCE: _l("Added evidence to the case"),
    CaseAct.INVESTIGATE: _l("Looked into the matter"),
    CaseAct.CALL_SESSION: _l("Called a session"),
    CaseAct.HOLD_SESSION: _l("Held a session"),
    CaseAct.EXTEND: _l("Took more time"),
    CaseAct.CORRECT: _l("Corrected title or category"),
    CaseAct.SIGN: _l("Signed and sealed"),
    CaseAct.TAKE_BACK: _l("Took back that it was done"),
    CaseAct.DEFER: _l("Agreed on another day"),
    CaseAct.URGE: _l("Urged those who owe"),
    CaseAct.MEDIATE_AGAIN: _l("Mediated once more"),
    CaseAct.ENFORCE: _l("Asked the court to enforce the agreement"),
    CaseAct.SUE: _l("Went to court"),
    CaseAct.APPLY_CONFIRMATION: _l("Both asked the court for confirmation"),
    CaseAct.FOLLOW_UP: _l("Visited the parties"),
    CaseAct.WITHDRAW: _l("A party left the mediation"),
    CaseAct.TERMINATE: _l("Ended the mediation"),
    CaseAct.ESCALATE: _l("Handed the case up"),
    CaseAct.SHARE: _l("Gave the town more to read"),
    CaseAct.TOWN_TALK: _l("Said whether the town may read private talk"),
    CaseAct.RAISE: _l("Made it a village matter"),
    CaseAct.CLOSE: _l("Closed the case"),
    CaseAct.ARCHIVE: _l("Put the case into the archive"),
    CaseAct.CORRECT_ENTRY: _l("Corrected an entry"),
    CaseAct.CONFIRM_CORRECTION: _l("Confirmed a correction"),
}
"""How the history of a case names what was done; buttons name the same acts in ACTS."""
ON_PAPER: dict[CaseAct, LazyString] = {
    CaseAct.FILE: _l("the registration"),
    CaseAct.APPLY: _l("the application"),
    CaseAct.ACCEPT: _l("the acceptance"),
    CaseAct.DECLINE: _l("the refusal"),
    CaseAct.CONSENT: _l("the answer about mediation"),
    CaseAct.ADD_PARTY: _l("the entry of a participant"),
    CaseAct.ADD_GUARDIAN: _l("the entry of a statutory representative"),
    CaseAct.STATEMENT: _l("the statement"),
    CaseAct.EVIDENCE: _l("the evidence"),
    CaseAct.INVESTIGATE: _l("the investigation"),
    CaseAct.HOLD_SESSION: _l("the mediation session"),
    CaseAct.AGREE: _l("the agreement of the parties"),
    CaseAct.SIGN: _l("the signing"),
    CaseAct.PERFORM: _l("the performance"),
    CaseAct.FOLLOW_UP: _l("the visit"),
    CaseAct.CONFIRMATION: _l("the court's answer on confirmation"),
    CaseAct.APPLY_CONFIRMATION: _l("the application for confirmation"),
    CaseAct.TERMINATE: _l("the end of the mediation"),
    CaseAct.WITHDRAW: _l("the withdrawal"),
    CaseAct.SETTLE_THEMSELVES: _l("the settlement by the parties themselves"),
    CaseAct.TELL_WAYS: _l("the advice on other ways"),
    CaseAct.ESCALATE: _l("the hand-up"),
    CaseAct.RECEIPT: _l("the receipt of the office above"),
    CaseAct.CLOSE: _l("the closing"),
    CaseAct.ARCHIVE: _l("the archiving"),
    CaseAct.CALL_SESSION: _l("the call to a session"),
    CaseAct.TAKE_BACK: _l("the taking back of a performance"),
    CaseAct.DEFER: _l("another day for the performance"),
    CaseAct.BREACH: _l("the failure to perform"),
    CaseAct.URGE: _l("the urging"),
}
"""What an official paper calls an entry, where the words of the history are spoken ones."""
CLOCKS: dict[Clock, LazyString] = {
    Clock.ACCEPT: _l("Ring them up, then take it or not"),
    Clock.SETTLE: _l("Bring both to the table"),
    Clock.SESSION: _l("The session is called"),
    Clock.SIGN: _l("Have the paper signed and sealed"),
    Clock.PERFORM: _l("Ask whether it was done"),
    Clock.URGE: _l("Urge them, or mediate again"),
    Clock.FOLLOW_UP: _l("Visit both afterwards"),
    Clock.CLOSE: _l("Put the papers in order and close"),
    Clock.SECOND_FOLLOW_UP: _l("Visit both once more"),
}
PAPERS: dict[Paper, LazyString] = {
    Paper.APPLICATION: _l("Application for people's mediation"),
    Paper.REGISTER: _l("Register of acceptance"),
    Paper.DECLINED: _l("Notice that the case is not taken"),
    Paper.RIGHTS: _l("Notice of rights and duties"),
    Paper.IDENTITY: _l("Proof of identity"),
    Paper.AUTHORITY: _l("Letter of authority"),
    Paper.SUMMONS: _l("Invitation to the session"),
    Paper.INVESTIGATION: _l("Record of investigation"),
    Paper.EVIDENCE: _l("Evidence"),
    Paper.RECORD: _l("Record of mediation"),
    Paper.AGREEMENT: _l("Mediation agreement"),
    Paper.REMINDER: _l("Notice of what is due"),
    Paper.RECEIPTS: _l("Receipts of performance"),
    Paper.FOLLOW_UP: _l("Record of the visit"),
    Paper.CONFIRMATION: _l("Papers of judicial confirmation"),
    Paper.ENDED: _l("Notice that mediation has ended"),
    Paper.TRANSFER: _l("Letter of transfer"),
    Paper.REMARKS: _l("Remarks on the volume"),
    Paper.BACK_COVER: _l("Back cover"),
}


def state(code: str) -> str:
    return str(STATES[CaseState(code)])


def part(code: str) -> str:
    return str(PARTS[CaseRole(code)])


def source(code: str) -> str:
    return str(SOURCES[Source(code)])


def act(code: str) -> str:
    return str(ACTS[CaseAct(code)])


def recorded(code: str) -> str:
    """Return what stands in the history for an act that was done."""
    return str(RECORDED[CaseAct(code)])


def on_paper(done: CaseAct) -> str:
    """Return what an official paper calls an act; never as the button of whoever does it."""
    return str(ON_PAPER.get(done) or RECORDED[done])


def clock(code: str) -> str:
    return str(CLOCKS[Clock(code)])


def paper(code: str) -> str:
    return str(PAPERS[Paper(code)])
