"""The parts of what a page showed, as they are named where one has changed meanwhile."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

PARTS: dict[str, LazyString] = {
    "agenda": _l("the agenda"),
    "agreement": _l("the agreement"),
    "answer": _l("the council's answer"),
    "appeal": _l("the appeal"),
    "changes": _l("the changes to the vote"),
    "closing": _l("the closing time"),
    "decision": _l("the decision"),
    "house": _l("the household they live in"),
    "due": _l("the day for the answer"),
    "hidden": _l("whether it is shown"),
    "matter": _l("the kind of matter"),
    "mediators": _l("the mediators"),
    "minutes": _l("the minutes"),
    "entry": _l("this entry"),
    "parties": _l("those who take part"),
    "person": _l("what the roll says of the person"),
    "phase": _l("the step it is at"),
    "place": _l("hour, place or name of the meeting"),
    "request": _l("what was asked for"),
    "session": _l("the talk that was called"),
    "sheets": _l("the count sheets"),
    "speaker": _l("who speaks for your household"),
    "steps": _l("the steps that are done"),
    "summary": _l("the summary"),
    "task": _l("who is in charge, the day or the budget"),
    "text": _l("the words of the proposal"),
    "title": _l("what the case is about"),
    "until": _l("the day it runs until"),
    "work": _l("the work done"),
}
"""The parts of versions (domain.versions), as they are named where one has changed."""
