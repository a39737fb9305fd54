"""The contents of the sealed entries of a case beside the fields of their forms: keys and values as they are stored."""

from typing import Any, NotRequired, TypedDict

from consult.domain.cases.acts import CaseAct


class SideFacts(TypedDict):
    """A person in a case, as named by the entry that brought them in."""

    part: str
    """domain.cases.states.CaseRole"""
    name: str
    person: int | None
    """On the roll; None where they were not found there."""
    for_party: NotRequired[int]
    """An agent speaks for the party of this number; 0: for none."""
    may_agree: NotRequired[bool]
    claim: NotRequired[int | None]
    """What the party asks for, in fen."""
    relation: NotRequired[str]
    """Of a statutory representative to the one they act for."""
    proof: NotRequired[str]


class RowFacts(TypedDict):
    """One obligation of an agreement."""

    by: int
    """The number of the party who owes it."""
    what: str
    amount: int | None
    """In fen."""
    due: str
    """2026-07-13"""
    to: NotRequired[list[int]]
    """The numbers of the parties to whom it is owed; empty or missing: everybody on the other side."""
    way: NotRequired[str]
    """A code of choices.toml."""


ActorFacts = TypedDict("ActorFacts", {"by": int, "by_name": str, "as": str, "files": int})
"""In every entry of an act: the person and their name then, their role in the case, how many photos came with it."""


class FiledFacts(TypedDict):
    """The first entry of a case; `by` and `by_name` are missing where an informer brought it."""

    title: str
    kind: str
    stone: str
    """The topic that was tapped."""
    source: str
    parties: list[SideFacts]
    present: bool
    consultation: int | None
    on: NotRequired[str]
    """The day of an oral application, 2026-07-13; missing where it is the day of entry."""
    by: NotRequired[int]
    by_name: NotRequired[str]


class AssignedFacts(TypedDict):
    """The mediators from now on."""

    assigned: list[list[int | str]]
    """Person and name of each."""


class HandedOverFacts(TypedDict):
    """A case that a mediator gave to a colleague."""

    assigned: list[list[int | str]]
    giver: int
    """Person."""
    giver_name: str
    mediator_name: str


class MediatorFacts(TypedDict):
    """The mediator whom the entry is about."""

    mediator_name: str
    """As the mediator was called then."""
    keeps_out: NotRequired[bool]
    """Of a kinship: it excludes the mediator."""


class PartyFacts(TypedDict):
    """The person who was added."""

    party: SideFacts


class PartiesFacts(TypedDict):
    """Those who were added from a list."""

    parties: list[SideFacts]


class IdentityFacts(TypedDict):
    """A party found on the roll."""

    person: int


class ConsentFacts(TypedDict):
    """A yes or no to mediation."""

    party: int
    """The number of the party whose answer it is."""
    said_by: NotRequired[str]
    """The statutory representative who said it."""


class LeavingFacts(TypedDict):
    """Parties who left by their own word."""

    who: list[int]
    said_by: NotRequired[list[str]]


class PaymentFacts(TypedDict):
    """A payment on an obligation; in entries before 2026-12 it was always the whole."""

    heard: NotRequired[list[int]]
    """The parties who said so, where it is owed to others as well."""


class ConfirmationFacts(TypedDict):
    """The warnings of our tables against a confirmation, when the court took it."""

    against: NotRequired[list[str]]
    """`excluded`, `late`, `unfit`."""


class TownTalkFacts(TypedDict):
    """A party's yes or no to the town reading what they said in private."""

    party: int
    answer: str
    covers: list[int]
    """The numbers of the entries that a yes is about: those until then."""
    said_by: NotRequired[str]


class RaisedFacts(TypedDict):
    """A matter raised to the village."""

    consultation: int


class ContactFacts(TypedDict):
    """A note with a phone, and the second entry of a case: `party` is the number of whom it reaches, 0 for no party."""

    words: str
    party: int
    phone: str
    way: NotRequired[str]
    claim: NotRequired[str]
    """What the applicant wants: a code of choices.toml. These five in the second entry only."""
    wish: NotRequired[str]
    """The same in their own words."""
    claim_amount: NotRequired[int]
    """In fen."""
    claim_detail: NotRequired[str]
    """Where, which months, for whom."""
    claim_since: NotRequired[str]


class KeptFacts(TypedDict):
    """A note of what was typed on one page and could not be done then."""

    kept: NotRequired[dict[str, dict[str, Any]]]
    """By act, the fields of its form as they are typed."""


class CorrectionFacts(TypedDict):
    """A correction of an entry."""

    entry: int
    """The number of the entry that is corrected."""
    act: str
    """The act of that entry."""
    reason: str
    void: bool
    """The entry is struck."""
    values: dict[str, Any]
    """The facts that replace those of the entry, by the fields of its form."""
    waits: bool
    """In force only after a second look."""
    judged: list[list[Any]]
    """Number, state and code of each entry that the case is judged anew by; empty while it waits."""


class SecondLookFacts(TypedDict):
    """A second look at a correction."""

    correction: int
    """The number of the entry that corrects."""
    act: str
    """The act of the entry that is corrected."""
    answer: str
    """yes or no"""
    judged: list[list[Any]]


FACTS: dict[CaseAct, type] = {
    CaseAct.FILE: FiledFacts,
    CaseAct.TAKE_ON: AssignedFacts,
    CaseAct.ASSIGN: AssignedFacts,
    CaseAct.HAND_OVER: HandedOverFacts,
    CaseAct.RECUSE: AssignedFacts,
    CaseAct.CONSENT: ConsentFacts,
    CaseAct.WITHDRAW: LeavingFacts,
    CaseAct.SETTLE_THEMSELVES: LeavingFacts,
    CaseAct.ADD_PARTIES: PartiesFacts,
    CaseAct.ADD_GUARDIAN: PartyFacts,
    CaseAct.CHOOSE_MEDIATOR: MediatorFacts,
    CaseAct.REFUSE_MEDIATOR: MediatorFacts,
    CaseAct.DECLARE_KINSHIP: MediatorFacts,
    CaseAct.ADD_PARTY: PartyFacts,
    CaseAct.IDENTIFY: IdentityFacts,
    CaseAct.PERFORM: PaymentFacts,
    CaseAct.APPLY_CONFIRMATION: ConfirmationFacts,
    CaseAct.TOWN_TALK: TownTalkFacts,
    CaseAct.RAISE: RaisedFacts,
    CaseAct.NOTE: KeptFacts,
    CaseAct.CORRECT_ENTRY: CorrectionFacts,
    CaseAct.CONFIRM_CORRECTION: SecondLookFacts,
}
"""What an entry of an act holds beside its form's fields and ActorFacts."""
