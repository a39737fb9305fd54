"""Providers of messages: each module of this package is one, and its file name is the provider's name.

A module names its PROVIDER: a PhoneProvider or a RobotProvider. Nothing else has to be edited; see docs/providers.md.
"""

import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Protocol, runtime_checkable

from consult.config import Config, Misconfigured, alike, no_setting
from consult.domain.characters import said_back


class Delivery(Protocol):
    """Messages to phones."""

    def send(self, recipient: str, template: str, facts: dict[str, str], key: str = "") -> None:
        """Hand over one message to a phone. Raises OSError when it cannot be handed over.

        `template` is the name of one of our templates, never a text; `key` is the same for the same message.
        """


@runtime_checkable
class TogetherDelivery(Protocol):
    """Messages to phones that take the same words for several phones in one call."""

    most_together: int

    def send_together(
        self, recipients: Sequence[str], template: str, facts: dict[str, str], key: str = ""
    ) -> Sequence[Exception | None]:
        """Hand over one message to several phones; say of each what failed. Raises OSError when none was handed over."""


class Say(Protocol):
    """Messages to chat groups."""

    def __call__(self, address: str, secret: str, text: str, *, now: datetime) -> None:
        """Let the robot at `address` say a text in its group. `secret` may be empty. Raises OSError."""


@dataclass(frozen=True)
class PhoneProvider:
    """A way to phones, chosen by DELIVERY."""

    configure: Callable[[Config], Delivery]
    """Read the settings it needs (`config.sms`) and return what sends. Raises Misconfigured."""
    configure_calls: Callable[[Config], Delivery | None] = lambda _config: None
    """The same for what calls a phone and reads a template out; None without the settings, or where a provider cannot."""
    variables: tuple[str, ...] | None = None
    """Every variable beginning with SMS_ that it reads; None: unsaid, and no name is refused while it is chosen."""


@dataclass(frozen=True)
class RobotProvider:
    """A way into chat groups, chosen by the clerk."""

    host: str
    """Where its robots live. An address elsewhere is not taken."""
    say: Say


Provider = PhoneProvider | RobotProvider


def phone_provider(name: str) -> PhoneProvider:
    """Return the provider that DELIVERY names. Raises Misconfigured."""
    offered = {known: one for known, one in _providers().items() if isinstance(one, PhoneProvider)}
    if name not in offered:
        raise Misconfigured(
            f"DELIVERY 是“{said_back(name)}”，只能是 {'、'.join(sorted(offered))} / "
            f"DELIVERY is '{said_back(name)}'; it must be one of: {', '.join(sorted(offered))}."
        )
    return offered[name]


def refuse_misspelt(config: Config) -> None:
    """Refuse a variable beginning with SMS_ that no provider reads. Raises Misconfigured."""
    if phone_provider(config.delivery).variables is None:
        return
    known = {name for one in _providers().values() if isinstance(one, PhoneProvider) for name in one.variables or ()}
    for name in sorted(set(config.sms) - known):
        meant = alike(name, known)
        raise Misconfigured(no_setting(name, meant, known))


def robot_providers() -> dict[str, RobotProvider]:
    """Return the providers of chat group robots by name."""
    return {name: one for name, one in _providers().items() if isinstance(one, RobotProvider)}


def _providers() -> dict[str, Provider]:
    names = [module.name for module in pkgutil.iter_modules(__path__)]
    return {name: import_module(f"{__name__}.{name}").PROVIDER for name in names}
