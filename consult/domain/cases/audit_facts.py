"""The facts that the audit log keeps of cases: a type for each tag. Never a word of people, never a name."""

from typing import TypedDict

from consult.domain.audit import Tag


class CaseFiledFacts(TypedDict):
    """A case was filed under the number `of_year` of `year`; digests of its entries from `number` on."""

    number: int
    digests: list[str]
    year: int
    of_year: int


class CaseMovedFacts(TypedDict):
    """Entries were added to a case: their digests from `number` on."""

    number: int
    digests: list[str]


class ReportHandedInFacts(TypedDict):
    """The figures of a period were handed in: its name, and the digest of the figures."""

    period: str
    digest: str


class ReportDaySetFacts(TypedDict):
    """The day of the month on which the figures of mediation close; None: the last."""

    day: int | None


class SweepNotedFacts(TypedDict):
    """A round of the mediators: the day (2026-07-13) and how many matters they found."""

    day: str
    found: int


FACTS: dict[Tag, type] = {
    Tag.CASE_FILED: CaseFiledFacts,
    Tag.CASE_MOVED: CaseMovedFacts,
    Tag.SWEEP_NOTED: SweepNotedFacts,
    Tag.REPORT_HANDED_IN: ReportHandedInFacts,
    Tag.REPORT_DAY_SET: ReportDaySetFacts,
}
