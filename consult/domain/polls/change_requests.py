"""Requests of officers to change an announced poll, read from a form with every mistake found at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum

from consult.domain import instants
from consult.domain.form_errors import FormError
from consult.domain.polls.annulments import Ruling, read_ruling
from consult.domain.text_fields import line


class ChangeKind(StrEnum):
    """The only changes an announced poll may see: the first three before its close, the last one after its count."""

    EXTENSION = "extension"
    ADDITION = "addition"
    CANCELLATION = "cancellation"
    ANNULMENT = "annulment"


@dataclass(frozen=True)
class ChangeRequest:
    """The change that an officer asks for."""

    kind: ChangeKind
    reason: str
    closes_at: datetime | None = None
    """The new closing time, of an extension."""
    person_id: int | None = None
    """Who is to be added to the roll, of an addition."""
    ruling: Ruling | None = None
    """By whom and by which paper, of an annulment."""
    appeal_id: int | None = None
    """The appeal that an addition answers."""


REASON_LENGTH = 200
MOST_DAYS_LONGER = 60
"""So many days after the announced close a poll may end at the latest. No law names a number; without one a vote could
be kept open until it comes out as wished."""


def is_too_far(announced: datetime, closes_at: datetime) -> bool:
    """Tell whether a new closing time is further from the announced one than an extension may reach."""
    return closes_at > announced + timedelta(days=MOST_DAYS_LONGER)


def read_change_form(
    form: Mapping[str, str], *, zone: tzinfo, body: str, today: date
) -> tuple[ChangeRequest, dict[str, FormError]]:
    """Return the request, still without the person to be added and the photo of a paper, and every mistake by field."""
    mistakes: dict[str, FormError] = {}
    kind = ChangeKind.EXTENSION
    if form.get("kind", "") in list(ChangeKind):
        kind = ChangeKind(form["kind"])
    else:
        mistakes["kind"] = FormError.NOT_OFFERED
    reason = line(form, "reason", REASON_LENGTH, mistakes)
    closes_at = None
    if kind is ChangeKind.EXTENSION and "kind" not in mistakes:
        closes_at = instants.read_instant(form, "closes_at", zone, mistakes)
    ruling = None
    if kind is ChangeKind.ANNULMENT:
        ruling = read_ruling(form, body=body, today=today, mistakes=mistakes)
    return ChangeRequest(kind, reason, closes_at, ruling=ruling), mistakes
