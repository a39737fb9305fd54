"""The statements that append to the audit log, built once: building them for each entry would cost more than running them."""

from sqlalchemy import bindparam, insert, select, update

from consult.models.audit import AuditEntry, AuditHead
from consult.models.people.villages import Village

LOCKED_HEAD = (
    select(AuditHead.number, AuditHead.hash, AuditHead.key)
    .where(AuditHead.village_id == bindparam("village_id"))
    .with_for_update()
)
CLOSED_AT = select(Village.closed_at).where(Village.id == bindparam("village_id"))
"""To be asked after the head is locked: a statement of its own sees a closing that the lock waited for."""
KEY = select(AuditHead.key).where(AuditHead.village_id == bindparam("village_id"))
ADD_ENTRY = insert(AuditEntry.__table__)  # type: ignore[arg-type]
MOVE_HEAD = (
    update(AuditHead.__table__)  # type: ignore[arg-type]
    .where(AuditHead.village_id == bindparam("b_village_id"))
    .values(number=bindparam("number"), hash=bindparam("hash"))
)
