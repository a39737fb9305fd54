"""What the audit log says of cases: a type for the facts of each tag. Never a word of people, never a name."""

from typing import TypedDict

from consult.domain.audit import Tag


class CaseFiledFacts(TypedDict):
    number: int
    digests: list[str]
    year: int
    of_year: int


"""`number`: of the first entry; `digests`: of it and the ones after it; `year`, `of_year`: the number of the case."""


class CaseMovedFacts(TypedDict):
    number: int
    digests: list[str]


class SweepNotedFacts(TypedDict):
    day: str
    found: int


"""A round of the mediators: the day (2026-07-13) and how many matters they found."""

FACTS: dict[Tag, type] = {
    Tag.CASE_FILED: CaseFiledFacts,
    Tag.CASE_MOVED: CaseMovedFacts,
    Tag.SWEEP_NOTED: SweepNotedFacts,
}
