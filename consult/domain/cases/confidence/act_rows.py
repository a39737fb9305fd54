"""The rows of the table of acts about confidence: what the town reads, danger, who was told in person."""

from dataclasses import replace

from consult.domain.cases.act_rule import HAPPENED, OWN, TOLD, WORDS, ActRule
from consult.domain.cases.acts import CaseAct, Field, FieldKind
from consult.domain.cases.confidence import danger, sharing
from consult.domain.cases.parties.act_effects import for_the_party_spoken_for, of_field
from consult.domain.cases.states import DESK, LIVE, OPEN, PARTIES, Audience, CaseState

HANDED = (
    Field("share", FieldKind.TICKS, needed=False, desk=True),
    Field("talk_of", FieldKind.PARTIES, needed=False, desk=True),
    Field("talk_how", needed=False, desk=True),
)
"""Asked at each hand-up: which entries the town may read, and whose private talk with their yes."""
ROWS: dict[CaseAct, ActRule] = {
    CaseAct.SHARE: ActRule(
        frozenset({CaseState.ESCALATED, CaseState.CLOSED}),
        DESK,
        HANDED,
        offered_if=(sharing.refuse_not_handed_up,),
        complete=sharing.chosen,
        needs_records=True,
    ),
    CaseAct.TOWN_TALK: ActRule(
        OPEN | {CaseState.CLOSED},
        PARTIES | DESK,
        (
            Field("party", FieldKind.PARTY, desk=True, spoken=True),
            Field("answer", FieldKind.CHOICE, of="town_talk"),
            Field("how", needed=False, desk=True),
        ),
        audience=OWN,
        complete=for_the_party_spoken_for,
        checks=(sharing.refuse_yes_without_how,),
        listed_if=sharing.is_handed_up,
        code=of_field("answer"),
        needs_records=True,
    ),
    CaseAct.NOTE_DANGER: ActRule(
        LIVE - {CaseState.ARCHIVED},
        DESK,
        (
            Field("in_danger", FieldKind.PARTIES, needed=False),
            Field("vulnerable", FieldKind.TICK, needed=False),
            Field("crime", FieldKind.TICK, needed=False),
            Field("safe_way", needed=False),
            Field("no_message", FieldKind.TICK, needed=False),
            replace(WORDS, needed=False),
        ),
        audience=Audience.DESK,
        checks=(danger.refuse_empty,),
    ),
    CaseAct.TOLD_IN_PERSON: ActRule(
        LIVE - {CaseState.ARCHIVED},
        DESK,
        (replace(TOLD, needed=True), HAPPENED, Field("way", FieldKind.CHOICE, of="told_way")),
        audience=Audience.DESK,
    ),
}
