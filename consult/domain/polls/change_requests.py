"""Requests of officers to change an announced poll, read from a form with every mistake found at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum

from consult.domain import instants
from consult.domain.form_errors import FormError
from consult.domain.text_fields import line


class ChangeKind(StrEnum):
    """The only changes an announced poll may see."""

    EXTENSION = "extension"
    ADDITION = "addition"
    CANCELLATION = "cancellation"


@dataclass(frozen=True)
class ChangeRequest:
    """The change that an officer asks for."""

    kind: ChangeKind
    reason: str
    closes_at: datetime | None = None
    """The new closing time, of an extension."""
    person_id: int | None = None
    """Who is to be added to the roll, of an addition."""


REASON_LENGTH = 200


def read_change_form(form: Mapping[str, str], *, zone: tzinfo) -> tuple[ChangeRequest, dict[str, FormError]]:
    """Return the request, still without the person to be added, and every mistake by field."""
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
    return ChangeRequest(kind, reason, closes_at), mistakes
