"""Verify a village's records: recompute what can be recomputed and name each fault."""

from collections.abc import Iterator

from sqlalchemy import select

from consult.domain.audit import GENESIS, head_digits
from consult.domain.audit_forms import FIRST, link_of
from consult.domain.characters import said_back
from consult.models import AuditEntry, AuditHead, Meeting, Poll, Village, db
from consult.services.board import notice_verification
from consult.services.cases import case_verification
from consult.services.law import deliberation_verification
from consult.services.meetings import meeting_verification
from consult.services.people.roll import speaker_verification
from consult.services.people.two_persons import office_verification
from consult.services.polls import poll_verification
from consult.services.site import evidence, written_words


def verify(village: Village, *, printed_head: str | None = None) -> Iterator[str]:
    """Yield a line for each fault, with its place. `printed_head` is the log head of a printed notice."""
    yield from _chain(village)
    if printed_head is not None:
        yield from _printed(village, printed_head)
    yield from written_words.faults(village)
    yield from evidence.faults(village)
    yield from _readable("offices", office_verification.faults(village.id))
    yield from _readable("voters", speaker_verification.faults(village.id))
    for poll in db.session.scalars(select(Poll).where(Poll.village_id == village.id, Poll.announced_at.is_not(None))):
        yield from poll_verification.faults(poll)
    called = select(Meeting).where(Meeting.village_id == village.id, Meeting.called_at.is_not(None))
    for meeting in db.session.scalars(called):
        yield from meeting_verification.faults(meeting)
    yield from _readable("notices", notice_verification.faults(village.id))
    yield from deliberation_verification.faults(village.id)
    yield from case_verification.faults(village.id)


def _readable(what: str, found: Iterator[str]) -> Iterator[str]:
    """Yield faults, and as the last one that an entry which they rest on cannot be read: the chain has named it."""
    try:
        yield from found
    except (KeyError, TypeError, ValueError) as error:
        yield f"log: an entry about {what} is of no known form ({type(error).__name__}: {error})"


def faults_of(village: Village, *, printed_head: str | None = None) -> Iterator[str]:
    """Yield the faults of one of many villages: one that cannot be read to its end keeps no other from its turn."""
    slug = village.slug
    try:
        yield from verify(village, printed_head=printed_head)
    except Exception as error:
        db.session.rollback()
        yield f"{slug} could not be verified to the end ({type(error).__name__}: {error})"


def _entries(village_id: int) -> Iterator[AuditEntry]:
    query = select(AuditEntry).where(AuditEntry.village_id == village_id).order_by(AuditEntry.number)
    yield from db.session.scalars(query.execution_options(yield_per=1000))


def _chain(village: Village) -> Iterator[str]:
    head = db.session.get(AuditHead, village.id)
    number, previous, form = 0, GENESIS, FIRST
    for entry in _entries(village.id):
        number += 1
        if entry.number != number:
            yield f"log: entry {number} is missing"
            number = entry.number
        if entry.prev_hash != previous:
            yield f"log: entry {entry.number} does not follow the entry before it"
        if entry.form < form:
            yield f"log: entry {entry.number} is of an older form than those before it"
        if _recomputed(entry, head.key if head else "") != entry.hash:
            yield f"log: entry {entry.number} was changed after it was written"
        previous, form = entry.hash, max(form, entry.form)
    if head is None or (head.number, head.hash) != (number, previous):
        yield f"log: the head is not the last entry ({number}); entries were cut off the end"


def _recomputed(entry: AuditEntry, key: str) -> str:
    try:
        return link_of(entry.form, key, entry).digest()
    except ValueError:  # facts that are no JSON, or no known form
        return ""


def _printed(village: Village, printed: str) -> Iterator[str]:
    digits = "".join(c for c in printed if c.isdigit())
    if digits not in {head_digits(entry.hash).replace(" ", "") for entry in _entries(village.id)}:
        yield f"log: the printed head {said_back(printed)} is in no entry; the log was rewritten or an old backup put back"
