"""Append to the audit log, in the unit of work of the act itself."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, insert, select

from consult.domain.audit import GENESIS, TAKEN_WHEN_CLOSED, Tag, canonical
from consult.domain.audit_facts import refuse_wrong_facts
from consult.domain.audit_forms import SECOND, SealedLink, new_key, new_salt, pseudonym
from consult.domain.refusals import Reason, Refused
from consult.models import AuditHead, audit_statements, db
from consult.services.core.acts import Act
from consult.services.core.uploads import allowances


def record(tag: Tag, subject: str, act: Act, /, **facts: Any) -> str:
    """Append one entry and return its hash. Call it last: it locks the village's chain until the commit.

    Raises Refused where the actor has written enough of this kind today.
    """
    allowances.spend_for(tag, act)
    return record_each(tag, act, [(subject, facts)])


def record_all(tag: Tag, subject: str, act: Act, each: Sequence[Mapping[str, Any]]) -> str:
    """Append one entry about a subject for each of the facts, in their order, and return the hash of the last one."""
    return record_each(tag, act, [(subject, facts) for facts in each])


def record_each(tag: Tag, act: Act, each: Sequence[tuple[str, Mapping[str, Any]]]) -> str:
    """Append one entry for each subject and its facts, in their order, and return the hash of the last one.

    It takes as many statements for a hundred entries as for one. Raises LookupError for a village without a log, and
    TypeError for facts that are not those of the tag's schema. Raises Refused for what a closed village does not take.
    """
    head = lock_head(act.village_id)
    _refuse_if_closed(tag, act.village_id)
    digest, rows = head.hash, []
    for number, (subject, facts) in enumerate(each, head.number + 1):
        refuse_wrong_facts(tag, facts)
        fields = {
            "village_id": act.village_id,
            "number": number,
            "recorded_at": act.now,
            "actor_id": act.actor_id,
            "tag": tag.value,
            "subject": subject,
            "facts": canonical(dict(facts)),
            "prev_hash": digest,
            "salt": new_salt(),
        }
        digest = SealedLink(**fields, by=pseudonym(head.key, subject, act.actor_id)).digest()
        rows.append({**fields, "form": SECOND, "hash": digest})
    connection = db.session.connection()
    connection.execute(audit_statements.ADD_ENTRY, rows)
    newest = {"b_village_id": act.village_id, "number": head.number + len(rows), "hash": digest}
    connection.execute(audit_statements.MOVE_HEAD, newest)
    return str(digest)


def lock_head(village_id: int) -> Row[tuple[int, str, str]]:
    """Lock the newest entry of a village's log until the commit and return its number, its hash and the key of the log.

    Nothing is written to the log meanwhile: what another act has written is seen by the next statement.
    """
    head = db.session.execute(audit_statements.LOCKED_HEAD, {"village_id": village_id}).first()
    if head is None:
        raise LookupError(f"village {village_id} has no audit log: services.villages.create makes it")
    return head


def _refuse_if_closed(tag: Tag, village_id: int) -> None:
    """Refuse what a closed village does not take, under the lock of the head, which a closing takes too. Raises Refused."""
    if tag in TAKEN_WHEN_CLOSED:
        return
    if db.session.scalar(audit_statements.CLOSED_AT, {"village_id": village_id}) is not None:
        raise Refused(Reason.VILLAGE_CLOSED)


def begin_log(village_id: int) -> None:
    """Begin the chain of a new village."""
    db.session.execute(insert(AuditHead).values(village_id=village_id, number=0, hash=GENESIS, key=new_key()))


def head(village_id: int) -> str:
    """Return the hash of a village's newest entry."""
    digest = db.session.scalar(select(AuditHead.hash).where(AuditHead.village_id == village_id))
    return digest or GENESIS


def pseudonym_of(village_id: int, subject: str, person_id: int | None) -> str:
    """Return what stands for a person in what leaves the village about one subject, as in the log's own entries."""
    return pseudonym(key_of(village_id), subject, person_id)


def key_of(village_id: int) -> str:
    """Return the key by which the village's log makes pseudonyms. It never leaves the village."""
    return db.session.scalar(audit_statements.KEY, {"village_id": village_id}) or ""
