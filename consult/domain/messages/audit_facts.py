"""The facts that the audit log keeps of the village's chat robot. Its address is a key and is never logged."""

from typing import TypedDict

from consult.domain.audit import Tag


class RobotSetFacts(TypedDict):
    """A robot that was set, replaced or removed."""

    kind: str
    """The provider; empty where the robot was removed."""


FACTS: dict[Tag, type] = {Tag.ROBOT_SET: RobotSetFacts}
