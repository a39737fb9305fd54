"""The JSON that robots of chat groups take: WeCom and DingTalk agree on it."""

from consult.services.messages.http_json import NotTaken, Unanswered, post_json


def post_text(address: str, text: str) -> None:
    """Post a text to a robot. Raises OSError."""
    answer = post_json(address, {"msgtype": "text", "text": {"content": text}})
    if "errcode" not in answer:
        raise Unanswered("no errcode")
    if answer["errcode"] != 0:
        raise NotTaken(f"errcode {answer['errcode']}")
