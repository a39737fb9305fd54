"""Set, replace and remove the robot of a village's chat group. Its address is a key and is stored encrypted."""

from urllib.parse import urlsplit

from consult.domain.audit import Tag
from consult.domain.form_errors import FormError
from consult.models import GroupRobot, db
from consult.services.core import audit, crypto, transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.messages.providers import robot_providers


def mistake_in(kind: str, address: str) -> FormError | None:
    """Return what is wrong with the address of a robot: it must be an https address of its provider."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return FormError.NOT_OFFERED
    provider = robot_providers().get(kind)
    if provider is None or parts.scheme != "https" or parts.netloc != provider.host or not parts.query:
        return FormError.NOT_OFFERED
    return None


@atomic
def set_robot(kind: str, address: str, secret: str, act: Act) -> None:
    """Set the robot to which public notices go from now on."""
    transactions.queue_for(f"robot:{act.village_id}")
    robot = db.session.get(GroupRobot, act.village_id) or GroupRobot(village_id=act.village_id)
    robot.kind, robot.address_cipher = kind, crypto.seal(address.strip())
    robot.secret_cipher = crypto.seal(secret.strip()) if secret.strip() else ""
    robot.set_by, robot.set_at = act.actor.id, act.now
    db.session.add(robot)
    audit.record(Tag.ROBOT_SET, f"village:{act.village_id}", act, kind=kind)


@atomic
def remove(act: Act) -> None:
    """Remove the village's robot; twice is the same as once."""
    transactions.queue_for(f"robot:{act.village_id}")
    robot = db.session.get(GroupRobot, act.village_id)
    if robot is not None:
        db.session.delete(robot)
        audit.record(Tag.ROBOT_SET, f"village:{act.village_id}", act, kind="")
