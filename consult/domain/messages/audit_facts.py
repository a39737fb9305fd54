"""What the audit log says of the village's chat robot. Its address is a key and stands nowhere."""

from typing import TypedDict

from consult.domain.audit import Tag


class RobotSetFacts(TypedDict):
    kind: str
    """The provider; empty where the robot was removed."""


FACTS: dict[Tag, type] = {Tag.ROBOT_SET: RobotSetFacts}
