"""Robots of DingTalk groups: a robot may have a secret with which the address is signed."""

import base64
import hashlib
import hmac
from datetime import datetime
from urllib.parse import quote_plus

from consult.services.messages.providers import RobotProvider
from consult.services.messages.text_messages import post_text


def say(address: str, secret: str, text: str, *, now: datetime) -> None:
    """Let the robot say a text in its group. Raises OSError."""
    post_text(signed(address, secret, now) if secret else address, text)


def signed(address: str, secret: str, now: datetime) -> str:
    """Return the address with DingTalk's signature: HMAC-SHA256 over the time in milliseconds and the secret."""
    stamp = int(now.timestamp() * 1000)
    digest = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
    return f"{address}&timestamp={stamp}&sign={quote_plus(base64.b64encode(digest))}"


PROVIDER = RobotProvider("oapi.dingtalk.com", say)
