"""The contents of the sealed entries of a case beside the fields of their forms: keys and values as they are stored."""

from typing import NotRequired, TypedDict

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


class RowFacts(TypedDict):
    """One obligation of an agreement."""

    by: int
    """The number of the party who owes it."""
    what: str
    amount: int | None
    """In fen."""
    due: str
    """2026-07-13"""


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
    by: NotRequired[int]
    by_name: NotRequired[str]


class AssignedFacts(TypedDict):
    """The mediators from now on."""

    assigned: list[list[int | str]]
    """Person and name of each."""


class MediatorFacts(TypedDict):
    """The mediator whom the entry is about."""

    mediator_name: str
    """As the mediator was called then."""
    keeps_out: NotRequired[bool]
    """Of a kinship: it excludes the mediator."""


class PartyFacts(TypedDict):
    """The person who was added."""

    party: SideFacts


class IdentityFacts(TypedDict):
    """A party found on the roll."""

    person: int


class ConsentFacts(TypedDict):
    """A yes or no to mediation."""

    party: int
    """The number of the party whose answer it is."""


class RaisedFacts(TypedDict):
    """A matter raised to the village."""

    consultation: int


class ContactFacts(TypedDict):
    """A note with a phone, and the second entry of a case: `party` is the number of whom it reaches, 0 for no party."""

    words: str
    party: int
    phone: str
    way: NotRequired[str]


FACTS: dict[CaseAct, type] = {
    CaseAct.FILE: FiledFacts,
    CaseAct.TAKE_ON: AssignedFacts,
    CaseAct.ASSIGN: AssignedFacts,
    CaseAct.RECUSE: AssignedFacts,
    CaseAct.CONSENT: ConsentFacts,
    CaseAct.CHOOSE_MEDIATOR: MediatorFacts,
    CaseAct.REFUSE_MEDIATOR: MediatorFacts,
    CaseAct.DECLARE_KINSHIP: MediatorFacts,
    CaseAct.ADD_PARTY: PartyFacts,
    CaseAct.IDENTIFY: IdentityFacts,
    CaseAct.RAISE: RaisedFacts,
}
"""What an entry of an act holds beside its form's fields and ActorFacts."""
