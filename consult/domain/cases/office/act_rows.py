"""The rows of the table of acts by which a case changes hands, is opened again, or is marked as difficult."""

from datetime import date

from consult.domain.cases.act_rule import HEADS, REASON, ActRule
from consult.domain.cases.acts import CaseAct, Field, FieldKind
from consult.domain.cases.office.reopening import refuse_ended_by_parties, reopened
from consult.domain.cases.parties.act_effects import of_field
from consult.domain.cases.situation import CaseActor, Situation
from consult.domain.cases.states import (
    AGREED,
    CARRIED_OUT,
    DESK,
    ENDED,
    IN_WORK,
    OPEN,
    SHUT,
    WITH_MEDIATORS,
    Audience,
    CaseState,
)

AFTERWARDS = AGREED | CARRIED_OUT | ENDED | {CaseState.PERFORMED, CaseState.FOLLOWED_UP}
"""Agreed, carried out, in court, or ended with papers still open: somebody has to see to it."""
ASSIGNED_IN = IN_WORK | AFTERWARDS
HANDED_OVER_IN = WITH_MEDIATORS | AFTERWARDS


def _mediates(s: Situation, actor: CaseActor, today: date) -> bool:
    return actor.person_id in {person for person, _ in s.mediators}


ROWS: dict[CaseAct, ActRule] = {
    CaseAct.HAND_OVER: ActRule(
        HANDED_OVER_IN,
        DESK,
        (
            Field("mediator", FieldKind.MEDIATOR),
            Field("note", FieldKind.TEXT, needed=False, apart=True),
            Field("despite", FieldKind.TICK, False),
            Field("reason", FieldKind.LINE, False),
        ),
        listed_if=_mediates,
        needs_records=True,
    ),
    CaseAct.REOPEN: ActRule(
        SHUT | ENDED,
        HEADS,
        (Field("ground", FieldKind.CHOICE, of="reopen"), REASON),
        offered_if=(refuse_ended_by_parties,),
        state_after=reopened,
        code=of_field("ground"),
        needs_records=True,
    ),
    CaseAct.NOTE_DIFFICULTY: ActRule(
        OPEN,
        DESK,
        (Field("difficulty", FieldKind.CHOICE, of="difficulty"), REASON),
        audience=Audience.DESK,
        code=of_field("difficulty"),
    ),
}
