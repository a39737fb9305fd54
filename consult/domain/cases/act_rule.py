"""One row of the table of acts, and the fields that forms of several acts share."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from consult.domain.cases.acts import ADDED, Field, FieldKind
from consult.domain.cases.situation import CaseActor, Facts, PlannedAct, Situation
from consult.domain.cases.states import Audience, CaseRole, CaseState


@dataclass(frozen=True)
class ActRule:
    """One row of the table of acts."""

    states: frozenset[CaseState]
    parts: frozenset[CaseRole]
    fields: tuple[Field, ...] = ()
    to: CaseState | None = None
    """Where the case goes. None: `state_after` says so, or it stays."""
    audience: str = Audience.ALL
    """OWN: a party's own private talk; what the desk says under it is for all."""
    offered_if: tuple[Callable[[CaseState, Situation], None], ...] = ()
    """Asked before a form is shown and again under the lock; each raises Refused."""
    listed_if: Callable[[Situation, CaseActor, date], bool] | None = None
    """Whether the page of the case names the act; its form can be opened all the same."""
    complete: Callable[[PlannedAct], dict[str, Any]] | None = None
    """Return the facts with what follows from the case and the actor. Raises Refused."""
    checks: tuple[Callable[[PlannedAct], None], ...] = ()
    """What was said against what the case is; each raises Refused."""
    state_after: Callable[[CaseState, Situation, Situation], CaseState] | None = None
    """Return where the case stands after the act, from its state and situation before and its situation after."""
    code: Callable[[Facts], str] | None = None
    """Return what monthly figures need of the act in the clear: a code of choices.toml, never words of people."""
    needs_records: bool = False
    """services.cases.act_records has a row for it: it is completed or followed up with the database."""

    def __post_init__(self) -> None:
        parties = {field.name for field in self.fields if field.kind in (FieldKind.PARTY, FieldKind.MEMBER)}
        for field in self.fields:
            if field.kind is FieldKind.PHONE and field.whose not in {ADDED, *parties}:
                raise ValueError(f"{field.name}: no field of this act says whose phone it is")


OWN = "own"
PEOPLE_LENGTH = 10_000
"""Who came, who was visited: filled in with the names of all who take part, at most 100 from one list."""
FACTS_LENGTH = 9_000
"""The facts of an agreement: filled in with two texts of the last session, a line each, and said in round thousands."""
HEADS = frozenset({CaseRole.HEAD})
REASON = Field("reason", FieldKind.TEXT)
WORDS = Field("words", FieldKind.TEXT)
PHOTOS = Field("photos", FieldKind.PHOTOS, needed=False)
IDENTITY_SEEN = Field("identity_seen", FieldKind.TICK, needed=False)
BOTH_AGREE = Field("both_agree", FieldKind.TICK)
HAPPENED = Field("on", FieldKind.PAST_DAY)
TOLD = Field("told", FieldKind.PARTIES, needed=False)
"""The parties who were told of arbitration, the authorities and the court (人民调解法 26)."""
TOLD_ON = Field("told_on", FieldKind.PAST_DAY, needed=False)
