"""Tell people of a task, in their inbox and by SMS."""

from consult.domain.messages.notifications import NotificationEvent
from consult.models import Task
from consult.services.core.acts import Act
from consult.services.messages import notifications


def tell(task: Task, people: set[int], event: NotificationEvent, kind: str, act: Act, *, subject: str = "") -> None:
    """Tell people of a task, in the unit of work at hand."""
    notifications.tell(
        people,
        event,
        subject or f"task:{task.id}",
        village_id=task.village_id,
        consultation_id=task.consultation_id,
        now=act.now,
        kind=kind,
        title=task.title,
        task=task.id,
    )
