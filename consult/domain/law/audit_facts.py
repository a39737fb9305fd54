"""The facts that the audit log keeps of the four deliberations and their gates. Free words are kept as digests."""

from typing import TypedDict

from consult.domain.audit import Tag


class MatterSetFacts(TypedDict):
    """Number of the choice, code of matters.toml."""

    number: int
    matter: str


class MotionCheckedFacts(TypedDict):
    """Number of the check, revision checked, digest of answers and note."""

    number: int
    revision: int
    digest: str


class StepRecordedFacts(TypedDict):
    """The stage, digest of the record, salted digest of the photo of its paper."""

    step: str
    digest: str
    picture: str


FACTS: dict[Tag, type] = {
    Tag.MATTER_SET: MatterSetFacts,
    Tag.MOTION_CHECKED: MotionCheckedFacts,
    Tag.STEP_RECORDED: StepRecordedFacts,
}
