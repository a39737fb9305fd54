"""Robots of WeCom groups: the address alone lets speak."""

from datetime import datetime

from consult.services.messages.providers import RobotProvider
from consult.services.messages.text_messages import post_text


def say(address: str, secret: str, text: str, *, now: datetime) -> None:
    """Let the robot say a text in its group. WeCom signs nothing. Raises OSError."""
    del secret, now
    post_text(address, text)


PROVIDER = RobotProvider("qyapi.weixin.qq.com", say)
