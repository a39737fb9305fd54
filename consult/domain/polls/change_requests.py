"""What an officer may ask of an announced poll: read from a form with every mistake found at once."""

from collections.abc import Mapping
from datetime import datetime, tzinfo

from consult.domain import instants
from consult.domain.form_errors import FormError
from consult.domain.text_fields import line

KINDS = ("extension", "addition", "cancellation")
REASON_LENGTH = 200


def read_change_form(
    form: Mapping[str, str], *, zone: tzinfo
) -> tuple[str, str, datetime | None, dict[str, FormError]]:
    """Kind, reason, and the new closing time where the kind needs one."""
    mistakes: dict[str, FormError] = {}
    kind = form.get("kind", "")
    if kind not in KINDS:
        mistakes["kind"] = FormError.NOT_OFFERED
    reason = line(form, "reason", REASON_LENGTH, mistakes)
    closes_at = None
    if kind == "extension":
        closes_at = instants.read_instant(form, "closes_at", zone, mistakes)
    return kind, reason, closes_at, mistakes
