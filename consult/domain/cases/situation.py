"""The situation of a case at one point: who is in it, what was agreed, where its clocks stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from consult.domain.cases.acts import CaseAct
from consult.domain.cases.agreements.obligations import Obligation
from consult.domain.cases.states import REPRESENTATIVES, SIDES, CaseRole, CaseState, Standing

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
    corrections: tuple["Correction", ...] = ()
    """What was put right in it, the oldest first. `facts` are those in force."""
    void: bool = False
    """Struck by a correction: it counts no more, and stays in sight."""

    @property
    def happened(self) -> date:
        """Return the day of the event: the one that was said, else the day of entry."""
        return day_said(self.act, self.facts) or self.on

    @property
    def entered_late(self) -> bool:
        """Tell whether it was written down on a later day than it happened (补录)."""
        return self.happened < self.on

    @property
    def waits(self) -> bool:
        """Tell whether a correction of it waits for the second look."""
        return any(one.waits for one in self.corrections)


def day_said(act: CaseAct, facts: Facts) -> date | None:
    """Return the day of the event as it was said with an act; None where none was."""
    said = facts.get("on") if act is not CaseAct.CALL_SESSION else None
    return date.fromisoformat(said) if said else None


@dataclass(frozen=True, kw_only=True)
class Correction:
    """One correction (更正) of an entry."""

    number: int
    """Of the entry that corrects."""
    by: int
    by_name: str
    on: date
    reason: str
    void: bool
    before: Facts
    """What the entry said until then."""
    after: Facts
    waits: bool = False
    """For the second look; until then the entry stands as it was."""
    confirmed_by: str = ""


@dataclass(frozen=True)
class Party:
    """A person who takes part: in dispute, an agent, or invited kin."""

    number: int
    part: CaseRole
    name: str
    person_id: int | None = None
    for_party: int = 0
    """An agent or a statutory representative speaks for this one."""
    may_agree: bool = False
    """The letter of authority says so."""
    gone: bool = False
    """Taken out again: put in by mistake, or no longer wanted by both."""
    standing: Standing = Standing.TAKES_PART
    """Of a party in dispute; others take part as long as the one they speak for."""
    left_on: date | None = None
    left_why: str = ""
    left_at: int = 0
    """The number of the entry by which they left."""
    born: date | None = None
    """By the roll, or as the desk noted it of an outsider."""
    capacity: str = ""
    """domain.cases.parties.capacity.Noted, as the desk noted it; empty: nothing noted."""
    noted_on: date | None = None
    by_court: bool = False
    """The note names the judgment that found it."""
    body: str = ""
    """A code of parties.organisations.BODIES; empty for a person."""
    in_charge: str = ""
    """The legal representative or the person in charge of an organisation."""
    credit_code: str = ""
    ours: bool = False
    """An organisation of this very village."""
    claim_fen: int | None = None
    """What the party asks for, where a list named it."""
    relation: str = ""
    """Of a statutory representative to the one they act for."""
    proof: str = ""
    """How the right to represent was shown: a code of choices.toml."""


@dataclass(frozen=True)
class Election:
    """A party chosen to represent others of their side (民事诉讼法 56, 57 as the model)."""

    chosen: int
    may_agree: bool
    """Signs for those who chose them."""


@dataclass(frozen=True)
class Recusal:
    """A mediator has kept out of the case by their own word."""

    mediator: int
    """Person."""
    name: str
    reason: str
    on: date


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


ENFORCEMENT, LAWSUIT = "enforcement", "lawsuit"


@dataclass(frozen=True)
class Suit:
    """The way of an agreement to court: to have it enforced, or sued upon."""

    kind: str
    """ENFORCEMENT or LAWSUIT."""
    court: str = ""
    on: date | None = None
    result: str = ""
    """A code of the table `result_of` of choices.toml; empty while the court has not spoken."""
    result_of: str = ""
    result_on: date | None = None


@dataclass(frozen=True)
class Finding:
    """A visit that found something not done, or somebody discontent."""

    on: date
    performed: str
    satisfied: str


@dataclass(frozen=True)
class Danger:
    """Violence between those of the case, as the desk noted it."""

    in_danger: frozenset[int] = frozenset()
    vulnerable: bool = False
    """A minor or a person without full capacity is concerned (反家庭暴力法 14, 未成年人保护法 11)."""
    crime: bool = False
    safe_way: str = ""
    """Which phone, and when."""
    no_message: bool = False
    """Nothing goes to the phone of those in danger."""
    title: str = ""
    """The real title: both sides read one that gives nothing away."""


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
    parties: frozenset[int] = frozenset()
    """Those who took part when it was made; it binds them also after they have left a second mediation."""


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
    recusals: tuple[Recusal, ...] = ()
    consents: dict[int, bool] = field(default_factory=dict)
    elected: dict[int, Election] = field(default_factory=dict)
    """By the number of the party who is represented."""
    indivisible: str = ""
    """The ground on which the desk said that the claim cannot be divided: a code of choices.toml; empty: not said."""
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
    breached: frozenset[int] = frozenset()
    """The obligations of which it was said that they were not done in time."""
    urged_on: date | None = None
    suit: Suit | None = None
    finding: Finding | None = None
    """Of the newest visit, where it found something amiss."""
    danger: Danger | None = None
    """Only for who reads the notes of the desk."""
    news: int = 0
    """The number of the newest entry that the parties have to hear of."""
    told: Mapping[int, tuple[int, date]] = field(default_factory=dict)
    """The newest entry by which each party was told in person, and the day."""
    earlier: "Situation | None" = None
    """Before an agreement was written anew, with one in effect that stays until the new one takes effect."""
    acts: frozenset[CaseAct] = frozenset()
    days: Mapping[CaseAct, date] = field(default_factory=dict)
    """The day on which each act was done last."""

    def party(self, number: int) -> Party | None:
        """Return the party of a number, also one who was taken out."""
        return next((party for party in self.parties if party.number == number), None)

    def in_dispute(self) -> tuple[Party, ...]:
        """Return the parties in dispute themselves, also those who left."""
        return tuple(party for party in self.parties if party.part in SIDES and not party.gone)

    def sides(self) -> tuple[Party, ...]:
        """Return the parties in dispute who still take part: those who are asked, who sign and who are told."""
        return tuple(party for party in self.in_dispute() if party.standing is Standing.TAKES_PART)

    def present(self) -> tuple[Party, ...]:
        """Return all whom the case names and who were not taken out, also those who left."""
        return tuple(party for party in self.parties if not party.gone)

    def takes_part(self, party: Party) -> bool:
        """Tell whether somebody takes part still: an agent or representative as long as the one they act for."""
        if party.gone:
            return False
        spoken = self.party(party.for_party) if party.part not in SIDES and party.for_party else party
        return spoken is not None and not spoken.gone and spoken.standing is Standing.TAKES_PART

    def active(self) -> tuple[Party, ...]:
        """Return those who take part now, with agents, representatives and kin."""
        return tuple(party for party in self.parties if self.takes_part(party))

    def unidentified(self) -> tuple[Party, ...]:
        """Return the parties who take part, and those who act for them, who were not found on the roll yet."""
        return tuple(one for one in self.active() if one.person_id is None and one.part in SIDES | REPRESENTATIVES)

    def spoken_for(self, number: int) -> int:
        """Return the party for whom somebody speaks: the one a statutory representative acts for, else their own."""
        one = self.party(number)
        return one.for_party if one is not None and one.part is CaseRole.GUARDIAN else number

    def signs_for(self, number: int) -> int:
        """Return the party whose signature counts for a party: one they chose and let agree, else their own."""
        election = self.elected.get(number)
        if election is None or not election.may_agree:
            return number
        chosen = self.party(election.chosen)
        return number if chosen is None or not self.takes_part(chosen) else chosen.number

    def kin_of(self, mediator: int) -> tuple[Kinship, ...]:
        """Return the kinships of a mediator with those who take part, also with one taken out and put in anew."""
        here = {party.number for party in self.present()} | self._came_back()
        return tuple(one for one in self.kinships if one.mediator == mediator and one.party in here)

    def _came_back(self) -> set[int]:
        """Return the numbers of those who were taken out and take part under another number now."""
        persons = {party.person_id for party in self.present()} - {None}
        names = {party.name for party in self.present()}
        return {p.number for p in self.parties if p.gone and (p.person_id in persons or p.name in names)}

    def row(self, number: int) -> Obligation | None:
        """Return the obligation of a number."""
        return next((row for row in self.agreement.rows if row.number == number), None) if self.agreement else None

    def creditors(self, row: Obligation) -> frozenset[int]:
        """Return the parties to whom an obligation is owed: those named, or all on the other side."""
        if row.to:
            return frozenset(row.to)
        debtor = self.party(row.by)
        return frozenset(one.number for one in self.bound() if debtor is None or one.part is not debtor.part)

    def bound(self) -> tuple[Party, ...]:
        """Return the parties between whom the agreement was made."""
        if self.agreement is None or not self.agreement.parties:
            return self.sides()
        return tuple(one for one in self.in_dispute() if one.number in self.agreement.parties)

    def as_whom(self, person_id: int) -> Party | None:
        """Return as whom a person is in a case in which they may be several: as a party before a representative of one."""
        mine = [one for one in self.present() if person_id and one.person_id == person_id]
        return min(mine, key=lambda one: (not self.takes_part(one), one.part not in SIDES, one.number), default=None)

    def broken(self) -> tuple[Obligation, ...]:
        """Return the obligations that were called broken and are still owed."""
        return tuple(row for row in self.undone() if row.number in self.breached)

    def undone(self) -> tuple[Obligation, ...]:
        """Return the obligations that were not ticked off."""
        return tuple(row for row in self.agreement.rows if row.done_on is None) if self.agreement else ()

    def begun(self) -> tuple[Obligation, ...]:
        """Return the obligations of which something was done."""
        rows = self.agreement.rows if self.agreement else ()
        return tuple(row for row in rows if row.payments or row.done_on is not None)

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

    @property
    def day(self) -> date:
        """Return the day of the event: the one that was said, else today. Not of an act whose `on` is a day to come."""
        said = self.facts.get("on")
        return date.fromisoformat(said) if said else self.today
