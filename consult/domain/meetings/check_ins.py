"""At the door of a meeting: who is here, for which unit of the roll, and how it was seen."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum

from consult.domain.form_errors import FormError
from consult.domain.refusals import Reason
from consult.domain.text_fields import line

NAME_LENGTH, REASON_LENGTH = 20, 100
CODE_SECONDS = 600
"""The code on the screen changes so often; the one before it is still taken, for slow phones."""


class CheckInWay(StrEnum):
    """How somebody signed in."""

    SCAN = "scan"
    MANUAL = "manual"
    PAPER = "paper"
    ONLINE = "online"
    PROXY = "proxy"


class CheckInKind(StrEnum):
    ARRIVED = "arrived"
    LEFT = "left"
    EXCUSED = "excused"
    SITTING_IN = "sitting_in"
    UNDONE = "undone"


def screen_code(secret: str, meeting_id: int, at: datetime) -> str:
    """What the QR on the screen holds: it shows that a phone is in the room, or was within the last minutes."""
    slot = int(at.astimezone(UTC).timestamp()) // CODE_SECONDS
    return hmac.new(secret.encode(), f"door:{meeting_id}:{slot}".encode(), hashlib.sha256).hexdigest()[:12]


def why_not_code(code: str, codes: Sequence[str]) -> Reason | None:
    return None if any(hmac.compare_digest(code, one) for one in codes) else Reason.DOOR_CODE_OLD


def read_guest(form: Mapping[str, str]) -> tuple[str, str, dict[str, FormError]]:
    """Who sits in without a vote, and why: name and office or reason."""
    mistakes: dict[str, FormError] = {}
    return line(form, "guest", NAME_LENGTH, mistakes), line(form, "why", REASON_LENGTH, mistakes), mistakes
