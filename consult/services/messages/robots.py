"""Robots of chat groups: WeCom and DingTalk take one POST of JSON with a text."""

import base64
import hashlib
import hmac
from datetime import datetime
from urllib.parse import quote_plus

from consult.services.messages.http_json import NotTaken, post_json

WECOM, DINGTALK = "wecom", "dingtalk"
HOSTS = {WECOM: "qyapi.weixin.qq.com", DINGTALK: "oapi.dingtalk.com"}
"""Where each provider's robots live. An address elsewhere is not taken."""


def say(kind: str, address: str, secret: str, text: str, *, now: datetime) -> None:
    """Let the robot say a text in its group. Raises OSError."""
    target = signed(address, secret, now) if kind == DINGTALK and secret else address
    answer = post_json(target, {"msgtype": "text", "text": {"content": text}})
    if answer.get("errcode") != 0:
        raise NotTaken(f"errcode {answer.get('errcode')}")


def signed(address: str, secret: str, now: datetime) -> str:
    """DingTalk's signature: HMAC-SHA256 over the time in milliseconds and the secret, in the address."""
    stamp = int(now.timestamp() * 1000)
    digest = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
    return f"{address}&timestamp={stamp}&sign={quote_plus(base64.b64encode(digest))}"
