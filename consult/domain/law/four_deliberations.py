"""四议两公开 (four deliberations, two disclosures): six steps of a proposal, in their order, each with its record.

domain.md 1.4: the Party branch proposes, the two committees discuss, the Party members review, the villagers or their
representatives resolve; the resolution is posted, and later the result.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from consult.domain.form_errors import Mistake
from consult.domain.refusals import Reason
from consult.domain.text_fields import line, long_text

PLACE_LENGTH, WORDS_LENGTH, REASON_LENGTH, MOST_PEOPLE = 60, 1000, 200, 100_000


class Step(StrEnum):
    PARTY_PROPOSES = "party_proposes"
    COMMITTEES_DISCUSS = "committees_discuss"
    PARTY_REVIEWS = "party_reviews"
    VILLAGERS_RESOLVE = "villagers_resolve"
    RESOLUTION_POSTED = "resolution_posted"
    RESULT_POSTED = "result_posted"


ORDER = tuple(Step)
ON_RECORD = (Step.PARTY_PROPOSES, Step.COMMITTEES_DISCUSS, Step.PARTY_REVIEWS)
"""These an officer writes down, or a meeting in the app gives them. The others follow from votes and notices."""
BODIES: dict[Step, frozenset[str]] = {
    Step.PARTY_PROPOSES: frozenset(),
    Step.COMMITTEES_DISCUSS: frozenset({"TWO_COMMITTEES", "VC"}),
    Step.PARTY_REVIEWS: frozenset({"PARTY"}),
    Step.VILLAGERS_RESOLVE: frozenset(
        {"VA_people", "VA_house", "VRA", "VG_people", "VG_house", "CM", "CRA", "NONMEMBER"}
    ),
}
STUDY = (Step.PARTY_PROPOSES, Step.PARTY_REVIEWS)
"""Either shows that the Party organisation has studied the matter: 村民委员会组织法(2025-10-28) 28(3)."""


@dataclass(frozen=True)
class Record:
    """What was written down of a step held without the app: day, place, who was there, how it went."""

    step: Step
    held_on: date
    place: str
    expected: int
    present: int
    support: int
    oppose: int
    abstain: int
    words: str
    exception: str
    """Why it comes out of its order; empty: it does not."""


def step_of_body(body: str) -> Step | None:
    """The step that a meeting of a body gives a proposal."""
    return next((step for step, bodies in BODIES.items() if body in bodies), None)


def missing_before(step: Step, done: Collection[Step]) -> list[Step]:
    """The steps that should have come first and have not."""
    return [earlier for earlier in ORDER[: ORDER.index(step)] if earlier not in done]


def why_not_step(step: Step, done: Collection[Step], *, exception: str) -> Reason | None:
    """The order is kept; whoever leaves it says in writing why."""
    return Reason.STEP_OUT_OF_ORDER if missing_before(step, done) and not exception else None


def studied(done: Collection[Step]) -> bool:
    return any(step in done for step in STUDY)


def next_step(done: Collection[Step]) -> Step | None:
    return next((step for step in ORDER if step not in done), None)


def read(form: Mapping[str, str], *, today: date) -> tuple[Record | None, dict[str, Mistake]]:
    """A step's record from the fields of a form, or every mistake in it."""
    mistakes: dict[str, Mistake] = {}
    step = form.get("step", "")
    if step not in ON_RECORD:
        mistakes["step"] = Mistake.NOT_OFFERED
    place = line(form, "place", PLACE_LENGTH, mistakes)
    words = long_text(form, "words", WORDS_LENGTH, mistakes)
    exception = line(form, "exception", REASON_LENGTH, mistakes, may_be_empty=True)
    held_on = _day(form, today, mistakes)
    expected, present, *votes = (
        _count(form, name, mistakes) for name in ("expected", "present", "support", "oppose", "abstain")
    )
    if not mistakes and present > expected:
        mistakes["present"] = Mistake.MORE_THAN_EXPECTED
    if not mistakes and sum(votes) > present:
        mistakes["support"] = Mistake.MORE_THAN_PRESENT
    if not mistakes and step != Step.PARTY_PROPOSES and not _passed(step, expected, present, votes[0]):
        mistakes["support"] = Mistake.STEP_NOT_PASSED
    if mistakes or held_on is None:
        return None, mistakes
    support, oppose, abstain = votes
    return Record(Step(step), held_on, place, expected, present, support, oppose, abstain, words, exception), {}


def _passed(step: str, expected: int, present: int, support: int) -> bool:
    """domain.md 1.4: more than half agree; of the Party members two thirds are there. A step that failed is none."""
    there = present * 3 >= expected * 2 if step == Step.PARTY_REVIEWS else present > 0
    return there and support * 2 > present


def _day(form: Mapping[str, str], today: date, mistakes: dict[str, Mistake]) -> date | None:
    try:
        held_on = date.fromisoformat(form.get("held_on", "").strip())
    except ValueError:
        mistakes["held_on"] = Mistake.NOT_A_DAY
        return None
    if held_on > today:
        mistakes["held_on"] = Mistake.DAY_TO_COME
    return held_on


def _count(form: Mapping[str, str], name: str, mistakes: dict[str, Mistake]) -> int:
    text = form.get(name, "").strip() or "0"
    if not text.isdecimal() or int(text) > MOST_PEOPLE:
        mistakes[name] = Mistake.NOT_A_COUNT
        return 0
    return int(text)
