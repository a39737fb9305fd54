"""Checking in to a meeting: for which unit of the roll a person is here, and how it was seen."""

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
    """The way in which a unit checked in."""

    SCAN = "scan"
    MANUAL = "manual"
    PAPER = "paper"
    ONLINE = "online"
    PROXY = "proxy"


class CheckInKind(StrEnum):
    """The kind of a line of the check-in list."""

    ARRIVED = "arrived"
    LEFT = "left"
    EXCUSED = "excused"
    SITTING_IN = "sitting_in"
    UNDONE = "undone"


def screen_code(secret: str, meeting_id: int, at: datetime) -> str:
    """Return the code in the QR on the screen. A phone that knows it is at the meeting, or was within the last minutes."""
    slot = int(at.astimezone(UTC).timestamp()) // CODE_SECONDS
    return hmac.new(secret.encode(), f"door:{meeting_id}:{slot}".encode(), hashlib.sha256).hexdigest()[:12]


def why_not_code(code: str, codes: Sequence[str]) -> Reason | None:
    """Return why a code is not taken; None: it is one of these."""
    return None if any(hmac.compare_digest(code.encode(), one.encode()) for one in codes) else Reason.DOOR_CODE_OLD


def read_guest(form: Mapping[str, str]) -> tuple[str, str, dict[str, FormError]]:
    """Return (name, office or reason) of a guest without a vote from the fields of a form, and the mistakes in them."""
    mistakes: dict[str, FormError] = {}
    return line(form, "guest", NAME_LENGTH, mistakes), line(form, "why", REASON_LENGTH, mistakes), mistakes
