"""The JSON that robots of chat groups take: WeCom and DingTalk agree on it."""

from consult.services.messages.http_json import NotTaken, post_json


def post_text(address: str, text: str) -> None:
    """Post a text to a robot. Raises OSError."""
    answer = post_json(address, {"msgtype": "text", "text": {"content": text}})
    if answer.get("errcode") != 0:
        raise NotTaken(f"errcode {answer.get('errcode')}")
