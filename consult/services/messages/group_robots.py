"""The robot of a village's chat group: set, replaced, taken away. Its address is a key and stays encrypted."""

from datetime import datetime
from urllib.parse import urlsplit

from consult.domain.audit import Tag
from consult.domain.form_errors import FormError
from consult.models import GroupRobot, Person, db
from consult.services.core import audit, crypto, transactions
from consult.services.messages.robots import HOSTS


def mistake_in(kind: str, address: str) -> FormError | None:
    """Whether this is an https address of the provider's robots."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return FormError.NOT_OFFERED
    if kind not in HOSTS or parts.scheme != "https" or parts.netloc != HOSTS[kind] or not parts.query:
        return FormError.NOT_OFFERED
    return None


def set_robot(kind: str, address: str, secret: str, actor: Person, *, now: datetime) -> None:
    """From now on public notices are told there."""
    robot = db.session.get(GroupRobot, actor.village_id) or GroupRobot(village_id=actor.village_id)
    robot.kind, robot.address_cipher = kind, crypto.seal(address.strip())
    robot.secret_cipher = crypto.seal(secret.strip()) if secret.strip() else ""
    robot.set_by, robot.set_at = actor.id, now
    db.session.add(robot)
    audit.record(
        Tag.ROBOT_SET, f"village:{actor.village_id}", village_id=actor.village_id, actor_id=actor.id, now=now, kind=kind
    )
    transactions.commit()


def remove(actor: Person, *, now: datetime) -> None:
    """Nothing is told there any more. Twice is the same as once."""
    robot = db.session.get(GroupRobot, actor.village_id)
    if robot is not None:
        db.session.delete(robot)
        audit.record(
            Tag.ROBOT_SET,
            f"village:{actor.village_id}",
            village_id=actor.village_id,
            actor_id=actor.id,
            now=now,
            kind="",
        )
    transactions.commit()
