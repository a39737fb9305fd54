"""The situation of a case at one point: who is in it, what was agreed, where its clocks stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from consult.domain.cases.acts import CaseAct
from consult.domain.cases.states import SIDES, CaseRole, CaseState

Facts = Mapping[str, Any]
"""What was said with an act: a value for each field of its form, and what the app adds."""


@dataclass(frozen=True, kw_only=True)
class ActEntry:
    """One entry of a case. `facts`: the fields of the act's form and what entry_facts.py adds to them."""

    number: int
    act: CaseAct
    state: CaseState
    """Where the case stood afterwards."""
    at: datetime
    on: date
    audience: str
    facts: dict[str, Any]


@dataclass(frozen=True)
class Party:
    """A person who takes part: in dispute, an agent, or invited kin."""

    number: int
    part: CaseRole
    name: str
    person_id: int | None = None
    for_party: int = 0
    """An agent speaks for this one."""
    may_agree: bool = False
    """The letter of authority says so."""
    gone: bool = False
    """Taken out again: put in by mistake, or no longer wanted by both."""


@dataclass(frozen=True)
class Kinship:
    """A mediator and a party are said to be related, or close in another way."""

    mediator: int
    """Person."""
    name: str
    party: int
    relation: str
    by_desk: bool
    """A mediator or the head says so; else a party."""
    keeps_out: bool
    """Said by the head, or by mediators of themselves. The word of others is a hint, since it could exclude all."""


@dataclass(frozen=True)
class Obligation:
    """One row of an agreement: who does what, how much (fen), by when."""

    number: int
    by: int
    what: str
    amount_fen: int | None
    due_on: date
    done_on: date | None = None


@dataclass(frozen=True)
class Agreement:
    """The terms agreed, in writing or by word of mouth."""

    written: bool
    agreed_on: date
    facts: str
    terms: str
    rows: tuple[Obligation, ...]
    signed: frozenset[int] = frozenset()
    mediator_signed: bool = False
    sealed: bool = False
    photos: int = 0
    signed_on: date | None = None
    """The newest day on which one of these came in: they come in any order."""
    effective_on: date | None = None


@dataclass(frozen=True)
class Situation:
    """The case as its entries tell it."""

    title: str = ""
    kind: str = ""
    tag: str = ""
    parties: tuple[Party, ...] = ()
    mediators: tuple[tuple[int, str], ...] = ()
    """Person and name."""
    kinships: tuple[Kinship, ...] = ()
    consents: dict[int, bool] = field(default_factory=dict)
    filed_on: date | None = None
    accepted_on: date | None = None
    clock_from: date | None = None
    """The thirty days of mediation run from here."""
    extended_to: date | None = None
    agreement: Agreement | None = None
    performed_on: date | None = None
    court_on: date | None = None
    """When both went to court for confirmation."""
    confirmed: bool | None = None
    followed_up: tuple[date, ...] = ()
    closed_on: date | None = None
    ended_on: date | None = None
    police: bool = False
    escalated_to: str = ""
    received: bool = False
    session: tuple[date, str, str] | None = None
    """The session that is called: day, time, place."""
    acts: frozenset[CaseAct] = frozenset()

    def party(self, number: int) -> Party | None:
        """Return the party of a number, also one who was taken out."""
        return next((party for party in self.parties if party.number == number), None)

    def sides(self) -> tuple[Party, ...]:
        """Return the parties in dispute themselves."""
        return tuple(party for party in self.parties if party.part in SIDES and not party.gone)

    def present(self) -> tuple[Party, ...]:
        """Return those who take part now."""
        return tuple(party for party in self.parties if not party.gone)

    def kin_of(self, mediator: int) -> tuple[Kinship, ...]:
        """Return the kinships of a mediator with those who take part, also with one taken out and put in anew."""
        here = {party.number for party in self.present()} | self._came_back()
        return tuple(one for one in self.kinships if one.mediator == mediator and one.party in here)

    def _came_back(self) -> set[int]:
        """Return the numbers of those who were taken out and take part under another number now."""
        persons = {party.person_id for party in self.present()} - {None}
        names = {party.name for party in self.present()}
        return {p.number for p in self.parties if p.gone and (p.person_id in persons or p.name in names)}

    def undone(self) -> tuple[Obligation, ...]:
        """Return the obligations that were not ticked off."""
        return tuple(row for row in self.agreement.rows if row.done_on is None) if self.agreement else ()

    def done(self) -> tuple[Obligation, ...]:
        """Return the obligations that were ticked off."""
        return tuple(row for row in self.agreement.rows if row.done_on is not None) if self.agreement else ()


@dataclass(frozen=True)
class CaseActor:
    """A person who acts on a case, and their role in it."""

    person_id: int
    name: str
    role: CaseRole
    party: int = 0
    """The number of the party they are; 0 for others."""
    stands_in: bool = False
    """Acts as head because no head of mediation is in office."""


@dataclass(frozen=True)
class PlannedAct:
    """An act that somebody is about to do: what was said, on which case, by whom, on which day of the village."""

    facts: Facts
    before: Situation
    actor: CaseActor
    today: date
    entries: Sequence[ActEntry] = ()
    """All entries of the case so far that the actor may read."""
