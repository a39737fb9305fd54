"""Builders for what is carried out. Each runs in the app context at hand."""

from datetime import timedelta

from consult import clock
from consult.domain.people.office_terms import Term
from consult.domain.people.roles import Role
from consult.domain.talk.phases import Phase
from consult.domain.talk.tasks import ProgressNote, Stage, TaskPlan
from consult.models import Consultation, Notification, Person, Poll, Task, db
from consult.services.core import transactions
from consult.services.core.acts import Act
from consult.services.people import grants
from consult.services.talk import phases, tasks
from tests.hours import today
from tests.meetings import a_called_meeting, begin_vote, count_hands, declare, end_vote, everybody, open_it, seat
from tests.village import FOUNDED, WORDS, Cast, Who, a_consultation


def carried_out(cast: Cast, *, decided: bool = True) -> int:
    """A consultation that is being carried out. `decided`: a meeting of all adults decided it and its money."""
    consultation = db.session.get_one(Consultation, by_the_meeting(cast) if decided else a_consultation(cast))
    with transactions.writing():
        phases.enter(consultation, Phase.CARRY_OUT, cast.old_chan.act())
    return consultation.id


def by_the_meeting(cast: Cast, *, cost_fen: int | None = WORDS.cost_fen) -> int:
    """A consultation whose motion a meeting of all adults carried, studied and called with this cost."""
    meeting_id, poll_id = a_called_meeting(cast, key="decides", cost_fen=cost_fen)
    seat(cast, meeting_id, *everybody(cast)[:6])
    open_it(cast, meeting_id)
    begin_vote(cast, meeting_id, poll_id)
    end_vote(cast, meeting_id, poll_id)
    count_hands(cast, poll_id, 6, 0, 0)
    declare(cast, poll_id)
    db.session.query(Notification).delete()  # what the meeting told is not what these tests are about
    db.session.commit()
    return db.session.get_one(Poll, poll_id).consultation_id


def a_task(
    cast: Cast, *, owner: Who | None = None, key: str = "task", due: int = 10, budget: int | None = 500_000
) -> int:
    """Handed out by Sister Chow to Ah Keung, due in ten days. Returns its id."""
    consultation = db.session.query(Consultation).filter_by(phase="carry_out").first()
    found = consultation or db.session.get_one(Consultation, carried_out(cast))
    plan = TaskPlan("老碾房边砌石墙", today(timedelta(days=due)), budget)
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
    """Of the first roll: no second person is needed for them, also where a vote was announced since."""
    act, term = Act.by_system(cast.id, now=FOUNDED), Term(FOUNDED.date(), title="村民代表")
    with transactions.writing():
        for one in who:
            grants.begin(db.session.get_one(Person, one.id), Role.REPRESENTATIVE, term, act)
