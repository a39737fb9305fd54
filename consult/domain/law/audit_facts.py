"""The facts that the audit log keeps of the four deliberations and their gates. Free words are kept as digests."""

from typing import TypedDict

from consult.domain.audit import Tag


class MatterSetFacts(TypedDict):
    """Number of the choice, code of matters.toml, id of the group whose it is (None: the village's)."""

    number: int
    matter: str
    group: int | None


class PaperRecordedFacts(TypedDict):
    """Number of the record, kind of paper, digest of the record, salted digest of its photo."""

    number: int
    paper: str
    digest: str
    picture: str


class RuleFacts(TypedDict):
    """Kind, body, group and person concerned, the office it was done by, digest of what is settled."""

    kind: str
    body: str
    group: int | None
    person: int | None
    office: str
    digest: str


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
    Tag.RULE_ASKED: RuleFacts,
    Tag.RULE_CONFIRMED: RuleFacts,
    Tag.RULE_DROPPED: RuleFacts,
    Tag.PAPER_RECORDED: PaperRecordedFacts,
    Tag.MOTION_CHECKED: MotionCheckedFacts,
    Tag.STEP_RECORDED: StepRecordedFacts,
}
