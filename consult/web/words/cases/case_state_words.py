"""The words for codes of mediation cases."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from consult.domain.cases.acts import Act
from consult.domain.cases.clocks import Clock
from consult.domain.cases.papers import Paper
from consult.domain.cases.states import Part, Source, State

STATES: dict[State, LazyString] = {
    State.DRAFT: _l("Not handed in yet"),
    State.CLUE: _l("A clue"),
    State.APPLIED: _l("Waits to be taken"),
    State.ACCEPTED: _l("Taken"),
    State.DECLINED: _l("Not taken"),
    State.ASSIGNED: _l("Has a mediator"),
    State.INVESTIGATING: _l("Being looked into"),
    State.MEDIATING: _l("Being mediated"),
    State.AGREED_ORALLY: _l("Agreed by word of mouth"),
    State.AGREED_IN_WRITING: _l("Agreed, waits for signatures"),
    State.PERFORMING: _l("Being carried out"),
    State.BREACHED: _l("Not done as agreed"),
    State.PERFORMED: _l("Done as agreed"),
    State.FOLLOWED_UP: _l("Visited afterwards"),
    State.WITHDRAWN: _l("Application withdrawn"),
    State.SELF_SETTLED: _l("Settled by themselves"),
    State.TERMINATED: _l("Mediation ended without agreement"),
    State.ESCALATED: _l("Handed up"),
    State.CLOSED: _l("Closed"),
    State.ARCHIVED: _l("In the archive"),
    State.DISCARDED: _l("Thrown away"),
}
PARTS: dict[Part, LazyString] = {
    Part.APPLICANT: _l("who brought it"),
    Part.RESPONDENT: _l("the other side"),
    Part.AGENT: _l("speaks for a party"),
    Part.KIN: _l("invited, with both sides' consent"),
    Part.MEDIATOR: _l("mediator"),
    Part.HEAD: _l("head of mediation"),
    Part.REPORTER: _l("brought it for somebody"),
    Part.JUSTICE_OFFICE: _l("justice office"),
    Part.RECUSED: _l("keeps out of it"),
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
ACTS: dict[Act, LazyString] = {
    Act.FILE: _l("Bring a matter"),
    Act.APPLY: _l("They apply for mediation now"),
    Act.ACCEPT: _l("Take the case"),
    Act.DECLINE: _l("Not for us"),
    Act.TAKE_ON: _l("I take it on"),
    Act.ASSIGN: _l("Name the mediators"),
    Act.RECUSE: _l("I keep out of it"),
    Act.CONSENT: _l("Say yes or no to mediation"),
    Act.CHOOSE_MEDIATOR: _l("I want this mediator"),
    Act.REFUSE_MEDIATOR: _l("I want another mediator"),
    Act.DECLARE_KINSHIP: _l("A mediator is related to a party"),
    Act.ADD_PARTY: _l("Add somebody"),
    Act.IDENTIFY: _l("Find a party on the roll"),
    Act.REMOVE_PARTY: _l("Take somebody out"),
    Act.STATEMENT: _l("Say my side"),
    Act.EVIDENCE: _l("Add evidence"),
    Act.NOTE: _l("Note for the mediators only"),
    Act.INVESTIGATE: _l("Write down what was looked into"),
    Act.CALL_SESSION: _l("Call them to sit down"),
    Act.HOLD_SESSION: _l("Write down a session"),
    Act.EXTEND: _l("More time"),
    Act.CORRECT: _l("Correct title or category"),
    Act.AGREE: _l("They have agreed"),
    Act.SIGN: _l("Signatures and seal"),
    Act.PERFORM: _l("This was done"),
    Act.TAKE_BACK: _l("That was not done after all"),
    Act.DEFER: _l("Another day for it"),
    Act.BREACH: _l("This was not done"),
    Act.URGE: _l("Urge them"),
    Act.MEDIATE_AGAIN: _l("Mediate again"),
    Act.ENFORCE: _l("Ask the court to enforce it"),
    Act.SUE: _l("Goes to court"),
    Act.APPLY_CONFIRMATION: _l("Both ask the court to confirm"),
    Act.CONFIRMATION: _l("What the court said of it"),
    Act.COURT_RESULT: _l("What became of it in court"),
    Act.FOLLOW_UP: _l("Write down a visit"),
    Act.WITHDRAW: _l("Withdraw the application"),
    Act.SETTLE_THEMSELVES: _l("They have settled it themselves"),
    Act.TERMINATE: _l("End the mediation"),
    Act.ESCALATE: _l("Hand it up"),
    Act.RECEIPT: _l("The receipt from above"),
    Act.REPORT_POLICE: _l("Reported to the police"),
    Act.RAISE: _l("This is a village matter"),
    Act.CLOSE: _l("Close the case"),
    Act.ARCHIVE: _l("Put it into the archive"),
}
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
    Paper.RIGHTS: _l("Notice of rights and duties"),
    Paper.IDENTITY: _l("Proof of identity"),
    Paper.AUTHORITY: _l("Letter of authority"),
    Paper.INVESTIGATION: _l("Record of investigation"),
    Paper.EVIDENCE: _l("Evidence"),
    Paper.RECORD: _l("Record of mediation"),
    Paper.AGREEMENT: _l("Mediation agreement"),
    Paper.RECEIPTS: _l("Receipts of performance"),
    Paper.FOLLOW_UP: _l("Record of the visit"),
    Paper.CONFIRMATION: _l("Papers of judicial confirmation"),
    Paper.REMARKS: _l("Remarks on the volume"),
    Paper.BACK_COVER: _l("Back cover"),
}


def state(code: str) -> str:
    return str(STATES[State(code)])


def part(code: str) -> str:
    return str(PARTS[Part(code)])


def source(code: str) -> str:
    return str(SOURCES[Source(code)])


def act(code: str) -> str:
    return str(ACTS[Act(code)])


def clock(code: str) -> str:
    return str(CLOCKS[Clock(code)])


def paper(code: str) -> str:
    return str(PAPERS[Paper(code)])
