"""The village's front page: duties of the person, what is open, what was decided, the newest notices."""

from flask import Blueprint, Response

from consult.domain.people import roles
from consult.models.board import notice_queries
from consult.models.meetings import meeting_queries
from consult.models.polls import duty_queries, poll_queries
from consult.models.polls.duty_queries import Duty
from consult.models.talk import consultation_queries, task_queries
from consult.views.meetings.meeting_pages import INTERNAL, in_office
from consult.web import pages
from consult.web.access import held_roles, now, person_or_none, public, village

bp = Blueprint("home", __name__)
DUTIES = {
    Duty.DECLARE: roles.DECLARES_OUTCOMES,
    Duty.LOOK_INTO: roles.LOOKS_INTO_POLLS,
    Duty.CONFIRM: roles.SETTLES_RIGHTS,
}
"""Which offices are shown what waits."""


@bp.get("/<slug>/", endpoint="show")
@public
def show_home() -> Response:
    person, here, instant = person_or_none(), village(), now()
    held = held_roles()
    duties = frozenset(duty for duty, offices in DUTIES.items() if roles.holds_any(held, offices))
    duty = duty_queries.waiting(here.id, person.id if person else 0, duties, now=instant)
    return pages.page(
        "site/home/show.html",
        meetings=meeting_queries.upcoming(here.id, person, internal=INTERNAL, officer=in_office(), most=3),
        tasks=task_queries.mine(person.id) if person else [],
        waiting=poll_queries.polls_waiting_for(person, now=instant) if person else [],
        running=poll_queries.polls_running(here.id, now=instant),
        decided=poll_queries.polls_decided(here.id),
        to_declare=duty[Duty.DECLARE],
        set_aside=duty[Duty.LOOK_INTO],
        to_confirm=sum(row.id for row in duty[Duty.CONFIRM]),
        notices=notice_queries.newest(here.id, most=4),
        newest=consultation_queries.newest(here.id, most=5),
        may_write=roles.holds_any(held, roles.WRITES_CONSULTATIONS),
    )
