"""Builders for what is carried out. Each runs in the app context at hand."""

from datetime import timedelta

from consult import clock
from consult.domain.people.roles import Role
from consult.domain.talk.phases import Phase
from consult.domain.talk.tasks import ProgressNote, Stage, TaskPlan
from consult.models import Consultation, Task, db
from consult.services.core import transactions
from consult.services.core.acts import Act
from consult.services.people import grants
from consult.services.people.grants import Term
from consult.services.talk import phases, tasks
from tests.village import FOUNDED, Cast, Who, a_consultation


def carried_out(cast: Cast) -> int:
    """A consultation that is being carried out."""
    consultation = db.session.get_one(Consultation, a_consultation(cast))
    with transactions.writing():
        phases.enter(consultation, Phase.CARRY_OUT, cast.old_chan.act())
    return consultation.id


def a_task(
    cast: Cast, *, owner: Who | None = None, key: str = "task", due: int = 10, budget: int | None = 500_000
) -> int:
    """Handed out by Sister Chow to Ah Keung, due in ten days. Returns its id."""
    consultation = db.session.query(Consultation).filter_by(phase="carry_out").first()
    found = consultation or db.session.get_one(Consultation, carried_out(cast))
    plan = TaskPlan("老碾房边砌石墙", (clock.now() + timedelta(days=due)).date(), budget)
    owner_row = (owner or cast.ah_keung).row()
    return tasks.assign(found, plan, owner_row, cast.sister_chow.act(language="zh-Hans-CN", key=key)).id


def note(
    cast: Cast,
    task_id: int,
    who: Who,
    stage: Stage = Stage.DONE,
    *,
    key: str = "",
    in_office: bool = False,
    after: int = 0,
) -> None:
    tasks.note_progress(
        db.session.get_one(Task, task_id),
        ProgressNote(stage, "墙砌好了", 320_000),
        who.act(
            now=clock.now() + timedelta(minutes=after), language="zh-Hans-CN", key=key or f"{task_id}-{stage}-{after}"
        ),
        in_office=in_office,
    )


def look(task_id: int, who: Who, *, accepted: bool = True, after: int = 0) -> None:
    tasks.inspect(
        db.session.get_one(Task, task_id),
        accepted,
        "" if accepted else "缝没勾",
        who.act(now=clock.now() + timedelta(minutes=after), key=f"{task_id}-{who.id}-{after}"),
    )


def representatives(cast: Cast, *who: Who) -> None:
    for one in who:
        grants.grant(one.row(), Role.REPRESENTATIVE, Term(FOUNDED.date()), Act.by_system(cast.id, now=FOUNDED))
