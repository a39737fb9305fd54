"""Rules of sign-ins: how long one lasts, on what kind of phone, and limits on PINs, never counted by address.

Villagers share one address behind the carrier; a limit by address would lock out a whole village.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from consult.domain.people.roles import Role


class SignInWay(StrEnum):
    """The means by which a person proved who they are."""

    CODE = "code"
    """By a code sent to their phone."""
    CARD = "card"
    """By their household's card and their PIN."""
    DEMO = "demo"


class CardLoss(StrEnum):
    """The reason for which one officer withdraws a household card. It is kept and told to the house."""

    LOST = "lost"
    STOLEN = "stolen"
    ASKED = "asked"
    """Its holder asked for it."""
    WRONG_PERSON = "wrong_person"
    """Somebody claimed it whose card it is not."""


class Device(StrEnum):
    """The family of a browser, as coarse as its owner needs to know it again."""

    WECHAT = "wechat"
    ANDROID = "android"
    IPHONE = "iphone"
    COMPUTER = "computer"
    OTHER = "other"


DEVICE_SIGNS: tuple[tuple[str, Device], ...] = (
    ("micromessenger", Device.WECHAT),
    ("android", Device.ANDROID),
    ("harmonyos", Device.ANDROID),
    ("iphone", Device.IPHONE),
    ("ipad", Device.IPHONE),
    ("windows", Device.COMPUTER),
    ("macintosh", Device.COMPUTER),
    ("linux", Device.COMPUTER),
)
"""Words of a user agent. First match wins: WeChat stands on top of a phone's own words."""


def device_of(user_agent: str) -> Device:
    """Return the family of a browser by its user agent."""
    text = user_agent.lower()
    return next((device for sign, device in DEVICE_SIGNS if sign in text), Device.OTHER)


@dataclass(frozen=True)
class SignInTerm:
    """The time that a sign-in lasts: without use, and altogether."""

    idle: timedelta
    whole: timedelta


OF_VILLAGERS = SignInTerm(idle=timedelta(days=30), whole=timedelta(days=90))
ON_SHARED_PHONES = SignInTerm(idle=timedelta(minutes=30), whole=timedelta(hours=12))
OF_KEEPERS = SignInTerm(idle=timedelta(hours=1), whole=timedelta(hours=12))
"""Who keeps the roll, the records or the cases, or can change a result."""
OF_HELPERS = SignInTerm(idle=timedelta(hours=8), whole=timedelta(days=7))
TERMS: dict[Role, SignInTerm] = {
    Role.CLERK: OF_KEEPERS,
    Role.COMMITTEE_MEMBER: OF_KEEPERS,
    Role.BRANCH_SECRETARY: OF_KEEPERS,
    Role.SUPERVISOR: OF_KEEPERS,
    Role.MEDIATOR: OF_KEEPERS,
    Role.HEAD_OF_MEDIATION: OF_KEEPERS,
    Role.COUNTY_OPERATOR: OF_KEEPERS,
    Role.JUSTICE_OFFICE: OF_KEEPERS,
    Role.COLLECTIVE_DIRECTOR: OF_KEEPERS,
    Role.COUNCIL_MEMBER: OF_HELPERS,
    Role.GROUP_HEAD: OF_HELPERS,
    Role.GRID_WORKER: OF_HELPERS,
    Role.REPRESENTATIVE: OF_VILLAGERS,
    Role.COLLECTIVE_REPRESENTATIVE: OF_VILLAGERS,
    Role.PARTY_MEMBER: OF_VILLAGERS,
    Role.VILLAGER: OF_VILLAGERS,
}
"""By office; the shortest of those held counts."""
PROVEN_FOR = timedelta(minutes=10)
"""How long after a sign-in or a repeated PIN the acts that ask again do not ask."""

PROVEN_FOR_FILES = timedelta(minutes=60)
"""The same for a form with photos, which no page that asks could carry on."""
PROVEN_FOR_A_SITTING = timedelta(hours=3)
"""The same for acts before the eyes of others: votes of a meeting in the hall, counts that a second person repeats."""
SENT_AGAIN = timedelta(minutes=3)
"""How long the form of a sign-in does the same once more in the browser that sent it: its answer may have been lost."""
BOTH_TOKENS = timedelta(seconds=30)
"""How long the token of a sign-in counts beside the one that replaced it."""


def is_proven(proven_at: datetime | None, *, files: bool = False, sitting: bool = False, now: datetime) -> bool:
    """Tell whether a person proved who they are shortly enough ago for an act that asks again.

    `files`: its form takes photos. `sitting`: it is done before the eyes of others.
    """
    longest = PROVEN_FOR_A_SITTING if sitting else PROVEN_FOR_FILES if files else PROVEN_FOR
    return proven_at is not None and now - proven_at < longest


def term_of(roles: Iterable[Role], *, way: SignInWay, shared: bool) -> SignInTerm:
    """Return how long a sign-in lasts for a holder of these offices. A sign-in of the demo lasts as a villager's."""
    terms = [OF_VILLAGERS]
    if way is not SignInWay.DEMO:
        terms += [TERMS[role] for role in roles]
    if shared:
        terms.append(ON_SHARED_PHONES)
    return SignInTerm(idle=min(term.idle for term in terms), whole=min(term.whole for term in terms))


def has_lapsed(term: SignInTerm, *, started_at: datetime, seen_at: datetime, now: datetime) -> bool:
    """Tell whether a sign-in ended by itself: too long ago begun, or too long unused."""
    return now >= started_at + term.whole or now >= seen_at + term.idle


PIN_LENGTH = 6
"""Digits of a PIN, as at the bank: with four, one try in ten thousand would be right. Older ones may be shorter."""
CHOOSING_TIME = timedelta(minutes=10)
"""How long after a right code one may say who of the people on that number is acting."""
FAMILY_TIME = SignInTerm(idle=timedelta(hours=3), whole=timedelta(hours=12))
"""The same on a family's own phone, for those who hold no office: since the last change, and since the code. Nobody is
taken to have proved who they are by it: what asks again asks for the own PIN or a new code."""


def wait_for(tries: Sequence[datetime], limits: Sequence[tuple[int, timedelta]], now: datetime) -> timedelta | None:
    """Return how long until another try is allowed; None: now. `tries` are past instants in any order."""
    longest: timedelta | None = None
    for most, span in limits:
        recent = sorted(t for t in tries if now - t < span)
        if len(recent) >= most:
            wait = recent[-most] + span - now
            longest = wait if longest is None else max(longest, wait)
    return longest


def minutes_of(wait: timedelta) -> int:
    """Return a wait in whole minutes, rounded up, at least one."""
    return max(1, -(-int(wait.total_seconds()) // 60))


def digits(text: str) -> str:
    """Normalise a typed code or PIN: half-width digits without spaces and hyphens. Other signs are no digits: empty."""
    plain = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text))
    return plain if plain.isascii() else ""


def is_weak_pin(pin: str) -> bool:
    """Tell whether a PIN is one digit repeated, or a run up or down."""
    steps = {int(b) - int(a) for a, b in pairwise(pin)}
    return len(steps) == 1 and steps <= {0, 1, -1}


def is_pin(text: str) -> bool:
    """Tell whether a text is a PIN that may be chosen: of PIN_LENGTH digits and not weak."""
    return re.fullmatch(rf"[0-9]{{{PIN_LENGTH}}}", text) is not None and not is_weak_pin(text)
