"""Refused attempts to do alone what takes two persons, written to the audit log."""

from consult.domain.audit import Tag
from consult.domain.refusals import Reason
from consult.services.core import audit
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic


@atomic
def note(reason: Reason, subject: str, act: Act) -> None:
    """Write a refused attempt to the log, in a unit of work of its own: the attempt itself left nothing."""
    audit.record(Tag.ACT_REFUSED, subject, act, reason=reason.value)
