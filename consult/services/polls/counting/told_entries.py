"""The entries of the log that a poll's bundle tells of. Counting and declaring bind their numbers: none can be left out."""

import json
from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, or_, select

from consult.domain.audit import Tag
from consult.domain.polls import bundle_entries, bundle_lists
from consult.models import AuditEntry, Notice, Poll, db
from consult.services.polls import poll_states
from consult.services.polls.poll_states import frozen_of


def own_entries(poll: Poll, *, tags: frozenset[str] = frozenset()) -> Sequence[AuditEntry]:
    """Return the entries about the poll, the notices of it, and the call of its meeting, in order. `tags`: only these."""
    query = select(AuditEntry).where(AuditEntry.village_id == poll.village_id, _is_own(poll))
    if tags:
        query = query.where(AuditEntry.tag.in_(tags))
    return db.session.scalars(query.order_by(AuditEntry.number)).all()


def _is_own(poll: Poll) -> ColumnElement[bool]:
    notices = select(Notice.id).where(Notice.poll_id == poll.id)
    subjects = [f"poll:{poll.id}", *(f"notice:{n}" for n in db.session.scalars(notices))]
    own = AuditEntry.subject.in_(subjects)
    if meeting_id := frozen_of(poll).meeting_id:
        called = and_(AuditEntry.subject == f"meeting:{meeting_id}", AuditEntry.tag == Tag.MEETING_CALLED.value)
        return or_(own, called)
    return own


def is_only_asked(poll: Poll, entry: AuditEntry) -> bool:
    """Tell whether it is a change that one officer asked for and no second one confirmed: nobody outside hears of it."""
    if entry.tag != Tag.CHANGE_ASKED.value:
        return False
    confirmed = {change.change_id for change in poll_states.changes_of(poll.id)}
    return json.loads(entry.facts)["change"] not in confirmed


def appeals_told(poll: Poll) -> dict[str, int]:
    """Return the numbers of appeals as the newest closing or declaring entry tells them; none where it tells of none."""
    ending = own_entries(poll, tags=frozenset({Tag.POLL_CLOSED.value, Tag.POLL_DECLARED.value}))
    numbers: dict[str, int] = json.loads(ending[-1].facts).get("appeals", {}) if ending else {}
    return numbers


def digest(poll: Poll, *, before: int | None = None) -> str:
    """Return the digest of the numbers of all entries that the bundle for everybody opens. `before`: of those under it.

    A change that was asked for counts once it was confirmed: it may be confirmed later, as the cancellation of what was counted.
    """
    own = own_entries(poll, tags=bundle_entries.OPEN_TO_ALL)
    told = [entry for entry in own if before is None or entry.number < before]
    confirmed = {json.loads(e.facts)["change"]["id"] for e in told if e.tag == Tag.POLL_CHANGED.value}
    only_asked = {
        e.number for e in told if e.tag == Tag.CHANGE_ASKED.value and json.loads(e.facts)["change"] not in confirmed
    }
    return bundle_lists.digest_of_numbers(e.number for e in told if e.number not in only_asked)
