"""四议两公开 (four deliberations, two disclosures): six steps of a proposal, in their order, each with its record.

docs/law.md 2: the Party branch proposes, the two committees discuss, the Party members review, the villagers or their
representatives resolve; the resolution is posted, and later the result.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from consult.domain.form_errors import FormError
from consult.domain.instants import read_day
from consult.domain.law import bodies
from consult.domain.law.bodies import Body
from consult.domain.numbers import read_number
from consult.domain.refusals import Reason
from consult.domain.text_fields import line, long_text

PLACE_LENGTH, WORDS_LENGTH, REASON_LENGTH, MOST_PEOPLE = 60, 1000, 200, 100_000


class DeliberationStage(StrEnum):
    """The six steps, in their order."""

    PARTY_PROPOSES = "party_proposes"
    COMMITTEES_DISCUSS = "committees_discuss"
    PARTY_REVIEWS = "party_reviews"
    VILLAGERS_RESOLVE = "villagers_resolve"
    RESOLUTION_POSTED = "resolution_posted"
    RESULT_POSTED = "result_posted"


ORDER = tuple(DeliberationStage)
ON_RECORD = (DeliberationStage.PARTY_PROPOSES, DeliberationStage.COMMITTEES_DISCUSS, DeliberationStage.PARTY_REVIEWS)
"""These an officer writes down, or a meeting in the app gives them. The others follow from votes and notices."""
BODIES: dict[DeliberationStage, frozenset[str]] = {
    DeliberationStage.PARTY_PROPOSES: frozenset(),
    DeliberationStage.COMMITTEES_DISCUSS: frozenset({"TWO_COMMITTEES", "VC"}),
    DeliberationStage.PARTY_REVIEWS: frozenset({"PARTY"}),
    DeliberationStage.VILLAGERS_RESOLVE: frozenset(
        {"VA_people", "VA_house", "VRA", "VG_people", "VG_house", "CM", "CRA", "NONMEMBER"}
    ),
}
RULE_OF = {
    DeliberationStage.PARTY_PROPOSES: "PARTY",
    DeliberationStage.COMMITTEES_DISCUSS: "TWO_COMMITTEES",
    DeliberationStage.PARTY_REVIEWS: "PARTY",
}
"""The rows of bodies.toml whose quorum and majority a step on paper must meet."""
STUDY = (DeliberationStage.PARTY_PROPOSES, DeliberationStage.PARTY_REVIEWS)
"""Either shows that the Party organisation has studied the matter: 村民委员会组织法(2025-10-28) 28(3)."""


@dataclass(frozen=True, kw_only=True)
class StageRecord:
    """The record of a step held without the app: day, place, attendance, result."""

    step: DeliberationStage
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


@dataclass(frozen=True, kw_only=True)
class Resolution:
    """A carried vote of a body: the step of its body on the proposal's way. The counts are of units; 0 for a choice."""

    body: str
    formal: bool
    """Not merely advisory."""
    poll_id: int
    question: str
    expected: int
    present: int
    support: int = 0
    oppose: int = 0
    abstain: int = 0


def step_of_body(body: str) -> DeliberationStage | None:
    """Return the step that a resolution of a body is for a proposal."""
    return next((step for step, bodies in BODIES.items() if body in bodies), None)


def missing_before(step: DeliberationStage, done: Collection[DeliberationStage]) -> list[DeliberationStage]:
    """Return the earlier steps that are not on record."""
    return [earlier for earlier in ORDER[: ORDER.index(step)] if earlier not in done]


def why_not_step(step: DeliberationStage, done: Collection[DeliberationStage], *, exception: str) -> Reason | None:
    """Return why a step cannot be recorded now; None: it can. A written exception allows it out of order."""
    return Reason.STEP_OUT_OF_ORDER if missing_before(step, done) and not exception else None


def studied(done: Collection[DeliberationStage]) -> bool:
    """Tell whether one of the steps shows that the Party organisation has studied the matter."""
    return any(step in done for step in STUDY)


def next_step(done: Collection[DeliberationStage]) -> DeliberationStage | None:
    """Return the first step that is not on record; None: all are."""
    return next((step for step in ORDER if step not in done), None)


def law_rule(code: str, on: date) -> Body:
    """Return the nation's rule of a body on a day."""
    return bodies.find(code, province="", on=max(on, bodies.first_day(code)))


def read_stage_form(
    form: Mapping[str, str], *, today: date, rule_of: Callable[[str, date], Body] = law_rule
) -> tuple[StageRecord | None, dict[str, FormError]]:
    """Return a step's record from the fields of a form, or every mistake in it. `rule_of`: the rule of a body on a day."""
    mistakes: dict[str, FormError] = {}
    step = form.get("step", "")
    if step not in ON_RECORD:
        mistakes["step"] = FormError.NOT_OFFERED
    place = line(form, "place", PLACE_LENGTH, mistakes)
    words = long_text(form, "words", WORDS_LENGTH, mistakes)
    exception = line(form, "exception", REASON_LENGTH, mistakes, may_be_empty=True)
    held_on = _day(form, today, mistakes)
    expected, present, *votes = (
        _count(form, name, mistakes) for name in ("expected", "present", "support", "oppose", "abstain")
    )
    if not mistakes and present > expected:
        mistakes["present"] = FormError.MORE_THAN_EXPECTED
    if not mistakes and sum(votes) > present:
        mistakes["support"] = FormError.MORE_THAN_PRESENT
    if not mistakes and held_on is not None:
        stage = DeliberationStage(step)
        if not passed(stage, expected, present, votes[0], on=held_on, rule_of=rule_of):
            mistakes["support"] = FormError.STEP_NOT_PASSED
    if mistakes or held_on is None:
        return None, mistakes
    support, oppose, abstain = votes
    record = StageRecord(
        step=DeliberationStage(step),
        held_on=held_on,
        place=place,
        expected=expected,
        present=present,
        support=support,
        oppose=oppose,
        abstain=abstain,
        words=words,
        exception=exception,
    )
    return record, {}


def passed(
    step: DeliberationStage,
    expected: int,
    present: int,
    support: int,
    *,
    on: date,
    rule_of: Callable[[str, date], Body] = law_rule,
) -> bool:
    """Tell whether a step on paper passed, by the rule that holds for a vote of its body in the app."""
    if step not in RULE_OF:
        return True
    rule = rule_of(RULE_OF[step], on)
    here = present > 0 if rule.quorum is None else rule.quorum.met_by(present, expected)
    return here and rule.majority.met_by(support, expected if rule.base is bodies.QuorumBase.ALL else present)


def _day(form: Mapping[str, str], today: date, mistakes: dict[str, FormError]) -> date | None:
    held_on = read_day(form.get("held_on", ""))
    if held_on is None:
        mistakes["held_on"] = FormError.NOT_A_DAY
        return None
    if held_on > today:
        mistakes["held_on"] = FormError.DAY_TO_COME
    return held_on


def _count(form: Mapping[str, str], name: str, mistakes: dict[str, FormError]) -> int:
    number = read_number(form.get(name, "").strip() or "0", most=MOST_PEOPLE)
    if number is None:
        mistakes[name] = FormError.NOT_A_COUNT
        return 0
    return number
