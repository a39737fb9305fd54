"""The words for codes of the talk: phases, stances, answers, grounds, events."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from consult.domain.messages.notifications import NotificationEvent
from consult.domain.talk.comments import AnswerState, Stance
from consult.domain.talk.moderation import ReportGround
from consult.domain.talk.phases import Phase
from consult.domain.talk.tasks import Stage, TaskState

PHASES: dict[Phase, LazyString] = {
    Phase.RAISE: _l("Raise"),
    Phase.DISCUSS: _l("Discuss"),
    Phase.VOTE: _l("Vote on it"),
    Phase.DECIDE: _l("Decide"),
    Phase.CARRY_OUT: _l("Carry out"),
}

OPENS: dict[Phase, LazyString] = {
    Phase.RAISE: _l("Now: stand behind it, say what you think. The proposer can still change the words."),
    Phase.DISCUSS: _l("Now: say what you think, ask, suggest. The words can still change."),
    Phase.VOTE: _l("Now: the vote. The words stand fast."),
    Phase.DECIDE: _l(
        "Now: what was decided is put in order. The words stand fast. Tasks are given out once it stands at “Carry out”."
    ),
    Phase.CARRY_OUT: _l("Now: it is being done. Everybody can look how far it is."),
}

STANCES: dict[Stance, LazyString] = {
    Stance.SUPPORT: _l("In favour"),
    Stance.CONCERN: _l("Concern"),
    Stance.QUESTION: _l("A question"),
    Stance.SUGGESTION: _l("Suggestion"),
}

STANCE_ICONS: dict[Stance, str] = {
    Stance.SUPPORT: "leaf",
    Stance.CONCERN: "cloud",
    Stance.QUESTION: "question",
    Stance.SUGGESTION: "idea",
}

ANSWER_STATES: dict[AnswerState, LazyString] = {
    AnswerState.EVALUATING: _l("being looked into"),
    AnswerState.ACCEPTED: _l("accepted"),
    AnswerState.PARTLY: _l("accepted in part"),
    AnswerState.NOT_ACCEPTED: _l("not accepted"),
    AnswerState.WITHDRAWN: _l("the answer is taken back"),
}

GROUNDS: dict[ReportGround, LazyString] = {
    ReportGround.INSULT: _l("It insults somebody"),
    ReportGround.PRIVATE: _l("It tells private things of somebody"),
    ReportGround.UNTRUE: _l("It is not true"),
    ReportGround.ADVERTISING: _l("It is advertising"),
    ReportGround.OTHER: _l("Something else"),
}

TASK_STATES: dict[TaskState, LazyString] = {
    TaskState.UNDER_WAY: _l("under way"),
    TaskState.LATE: _l("late"),
    TaskState.DONE: _l("done, waits to be accepted"),
    TaskState.ACCEPTED: _l("done and accepted"),
    TaskState.WITHDRAWN: _l("task withdrawn"),
}

STAGES: dict[Stage, LazyString] = {
    Stage.BEFORE: _l("How it was before"),
    Stage.UNDER_WAY: _l("How it goes"),
    Stage.DONE: _l("It is done"),
}

EVENTS: dict[NotificationEvent, LazyString] = {
    NotificationEvent.VOTE_ANNOUNCED: _l("A vote in which you can take part is announced"),
    NotificationEvent.VOTE_REMINDER: _l("A vote closes soon and you have not voted yet"),
    NotificationEvent.VOTE_CHANGED: _l("A vote in which you can take part is extended or cancelled"),
    NotificationEvent.DECIDED: _l("Something you took part in is decided, or done"),
    NotificationEvent.ANSWERED: _l("Somebody answers you, or the council answers your matter"),
    NotificationEvent.CHANGED: _l("A proposal you took part in changes"),
    NotificationEvent.DUTY: _l("Your office or your task waits for you"),
    NotificationEvent.MEETING_CALLED: _l("A meeting to which you are called, or its change"),
    NotificationEvent.MEETING_REMINDER: _l("A meeting to which you are called is tomorrow"),
    NotificationEvent.RIGHTS: _l("An office of yours or a way in to your house changes"),
    NotificationEvent.MODERATED: _l("Words of yours are hidden or shown again"),
}


def phase(code: str) -> str:
    return str(PHASES[Phase(code)])


def opens(code: str, *, undecided: object = False) -> str:
    """Say what goes on in a phase. `undecided`: its votes are over, and none has decided anything."""
    if Phase(code) is Phase.DECIDE and undecided:
        return str(_("Now: no vote has decided anything so far. The matter can be taken back to be discussed."))
    return str(OPENS[Phase(code)])


def stance(code: str) -> str:
    return str(STANCES[Stance(code)])


def stance_icon(code: str) -> str:
    return STANCE_ICONS[Stance(code)]


def answer_state(code: str) -> str:
    return str(ANSWER_STATES[AnswerState(code)])


def task_state(code: str) -> str:
    return str(TASK_STATES[TaskState(code)])


def stage(code: str) -> str:
    return str(STAGES[Stage(code)])


def ground(code: str) -> str:
    return str(GROUNDS[ReportGround(code)])


GLOBALS = {
    "phase_name": phase,
    "phase_opens": opens,
    "stance_name": stance,
    "stance_icon": stance_icon,
    "answer_state_name": answer_state,
    "ground_name": ground,
    "task_state_name": task_state,
    "stage_name": stage,
}
"""What templates call, by its name there."""
