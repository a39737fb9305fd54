"""flask audit verify: recompute everything that can be recomputed, and name what does not fit."""

import json
from collections.abc import Iterator

from sqlalchemy import select

from consult.domain.audit import GENESIS, Link, Tag, canonical, commitment, head_digits, sha256
from consult.models import AuditEntry, AuditHead, BallotEvent, Declaration, Poll, PollTally, RollEntry, Village, db
from consult.services import closing, polls, written_words


def verify(village: Village, *, printed_head: str | None = None) -> Iterator[str]:
    """Every fault found, as a line that names its place. Nothing: all is as it was recorded."""
    yield from _chain(village)
    if printed_head is not None:
        yield from _printed(village, printed_head)
    yield from written_words.faults(village)
    for poll in db.session.scalars(select(Poll).where(Poll.village_id == village.id, Poll.announced_at.is_not(None))):
        yield from _frozen(poll)
        yield from _ballots(poll)
        yield from _counts(poll)


def _entries(village_id: int) -> Iterator[AuditEntry]:
    query = select(AuditEntry).where(AuditEntry.village_id == village_id).order_by(AuditEntry.number)
    yield from db.session.scalars(query.execution_options(yield_per=1000))


def _chain(village: Village) -> Iterator[str]:
    number, previous = 0, GENESIS
    for entry in _entries(village.id):
        number += 1
        if entry.number != number:
            yield f"log: entry {number} is missing"
            number = entry.number
        if entry.prev_hash != previous:
            yield f"log: entry {entry.number} does not follow the entry before it"
        link = Link(
            entry.village_id, entry.number, entry.recorded_at, entry.actor_id, entry.tag, entry.subject, entry.facts,
            entry.prev_hash,
        )  # fmt: skip
        if link.digest() != entry.hash:
            yield f"log: entry {entry.number} was changed after it was written"
        previous = entry.hash
    head = db.session.get(AuditHead, village.id)
    if head is None or (head.number, head.hash) != (number, previous):
        yield f"log: the head is not the last entry ({number}); entries were cut off the end"


def _printed(village: Village, printed: str) -> Iterator[str]:
    digits = "".join(c for c in printed if c.isdigit())
    if digits not in {head_digits(entry.hash).replace(" ", "") for entry in _entries(village.id)}:
        yield f"log: the printed head {printed} is in no entry; the log was rewritten or an old backup put back"


def _frozen(poll: Poll) -> Iterator[str]:
    name = f"poll {poll.id}"
    if sha256(canonical(poll.frozen)) != poll.fingerprint:
        yield f"{name}: the frozen rules do not give the fingerprint"
    if (poll.question, poll.kind, poll.opens_at.isoformat(), poll.closes_at.isoformat()) != tuple(
        closing.frozen_of(poll)[key] for key in ("question", "kind", "opens_at", "closes_at")
    ):
        yield f"{name}: question, kind or times differ from what was frozen"
    if [option.label for option in poll.options] != closing.frozen_of(poll)["options"]:
        yield f"{name}: the answers differ from what was frozen"
    units = db.session.execute(
        select(RollEntry.number, RollEntry.unit).where(RollEntry.poll_id == poll.id).order_by(RollEntry.number)
    ).all()
    if polls.roll_digest([list(unit) for unit in units]) != closing.frozen_of(poll)["roll"]["digest"]:
        yield f"{name}: the roll was changed after it was frozen"
    announced = _facts(poll, Tag.POLL_ANNOUNCED)
    if [facts["fingerprint"] for _, facts in announced] != [poll.fingerprint]:
        yield f"{name}: the fingerprint is not the one in the log"


def _facts(poll: Poll, tag: Tag) -> list[tuple[AuditEntry, dict[str, object]]]:
    query = select(AuditEntry).where(
        AuditEntry.village_id == poll.village_id, AuditEntry.subject == f"poll:{poll.id}", AuditEntry.tag == tag.value
    )
    return [(entry, json.loads(entry.facts)) for entry in db.session.scalars(query.order_by(AuditEntry.number))]


def _ballots(poll: Poll) -> Iterator[str]:
    """Each ballot against its entry in the log, and each entry against its ballot and its place on the roll."""
    logged = {(facts["number"], facts["rev"]): (entry, facts) for entry, facts in _facts(poll, Tag.BALLOT_CAST)}
    newest: dict[int, int] = {}
    for ballot in db.session.scalars(select(BallotEvent).where(BallotEvent.poll_id == poll.id)):
        where = f"poll {poll.id}, unit {ballot.number}, ballot {ballot.rev}"
        newest[ballot.number] = max(ballot.rev, newest.get(ballot.number, 0))
        entry, facts = logged.pop((ballot.number, ballot.rev), (None, {}))
        if entry is None:
            yield f"{where}: no entry in the log; it was put in from outside"
        elif facts["commitment"] != commitment(ballot.salt, ballot.choice):
            yield f"{where}: the choice is not the one that was cast"
        elif (entry.actor_id, facts["channel"]) != (ballot.actor_id, ballot.channel):
            yield f"{where}: voter or channel differ from the log"
    for number, rev in logged:
        yield f"poll {poll.id}, unit {number}, ballot {rev}: in the log, but the ballot is gone"
    for unit in db.session.scalars(select(RollEntry).where(RollEntry.poll_id == poll.id)):
        if unit.rev != newest.get(unit.number, 0) or (unit.channel is not None) != (unit.number in newest):
            yield f"poll {poll.id}, unit {unit.number}: the roll entry does not fit its ballots"


def _counts(poll: Poll) -> Iterator[str]:
    stored = db.session.get(PollTally, poll.id)
    if stored is None:
        return
    try:
        tally = closing.count(poll)
    except closing.CountsDiffer as error:
        yield str(error)
        return
    if tally.as_facts() != stored.counts:
        yield f"poll {poll.id}: a recount gives {tally.as_facts()}, the stored tally is {stored.counts}"
    declared = db.session.get(Declaration, poll.id)
    if declared is not None and declared.outcome != closing.verdict_of(poll, tally).outcome:
        yield f"poll {poll.id}: the declared outcome is not what the ballots give"
