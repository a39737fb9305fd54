"""Read the settings that SMS providers have in common. The sentences are for the person who starts the server."""

import json
from collections.abc import Mapping, Sequence
from typing import TypedDict

from consult.config import Config, Misconfigured, alike
from consult.domain.characters import said_back
from consult.domain.messages.notifications import SMS_TEMPLATES

FREE_TEXT = frozenset({"title", "text", "reason", "name"})
"""Facts of messages that somebody typed: they would carry private words, and links, to a provider."""


class Template(TypedDict):
    """One template that the provider approved."""

    id: str
    params: list[str]
    """Names of our facts, in the order in which the approved template has them."""


def refuse_missing(config: Config, names: Sequence[str]) -> None:
    """Refuse settings without one of these variables. Raises Misconfigured."""
    missing = [name for name in names if not config.sms.get(name)]
    if missing:
        raise Misconfigured(
            f"DELIVERY 是 {config.delivery}，这些还没有设：{'、'.join(missing)} / "
            f"DELIVERY is {config.delivery}, but these are not set: {', '.join(missing)}."
        )


def templates(config: Config, variable: str = "SMS_TEMPLATES") -> Mapping[str, Template]:
    """Return the approved templates by our names, from a variable. Raises Misconfigured."""
    try:
        found = {
            str(name): Template(id=str(one["id"]), params=[str(param) for param in one["params"]])
            for name, one in json.loads(config.sms[variable]).items()
        }
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Misconfigured(
            f"{variable} 要写成后面那样的 JSON / "
            + variable
            + ' must be JSON like {"sign_in_code": {"id": "1234", "params": ["code"]}}.'
        ) from None
    if free := sorted({name for one in found.values() for name in one["params"]} & FREE_TEXT):
        raise Misconfigured(
            f"{variable} 里有 {'、'.join(free)}：人写的话不用短信发 / "
            f"{variable} names {', '.join(free)}: words people wrote do not go by SMS."
        )
    for name in sorted(set(found) - SMS_TEMPLATES):
        if meant := alike(name, SMS_TEMPLATES):
            shown = said_back(name)
            raise Misconfigured(
                f"{variable} 里的“{shown}”不是本程序的消息；是不是 {meant} / "
                f"{variable} has '{shown}', which is no message of this program. Did you mean {meant}?"
            )
    return found


def endpoint(config: Config, default: str, variable: str = "SMS_ENDPOINT") -> str:
    """Return the address of the provider, the one of the variable if it is set. Raises Misconfigured."""
    found = config.sms.get(variable, default)
    if not found.startswith("https://") and config.mode != "test":
        raise Misconfigured(f"{variable} 要以 https:// 开头 / {variable} must begin with https://.")
    return found
