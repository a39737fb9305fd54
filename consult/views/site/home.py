"""The village's front page: duties of the reader, what is open, what was decided, the newest notices."""

from flask import Blueprint, Response

from consult.domain.people import roles
from consult.models.board import notice_queries
from consult.models.meetings import meeting_queries
from consult.models.people import right_queries
from consult.models.polls import poll_queries
from consult.models.talk import consultation_queries, task_queries
from consult.services.people import right_lists
from consult.services.polls.counting import poll_faults
from consult.views.meetings.meeting_pages import INTERNAL, in_office
from consult.web import pages
from consult.web.access import held_roles, now, person, person_or_none, public, village

bp = Blueprint("home", __name__)


@bp.get("/<slug>/", endpoint="show")
@public
def show_home() -> Response:
    reader, here, instant = person_or_none(), village(), now()
    officer = roles.holds_any(held_roles(), roles.DECLARES_OUTCOMES)
    return pages.page(
        "site/home/show.html",
        meetings=meeting_queries.upcoming(here.id, reader, internal=INTERNAL, officer=in_office(), most=3),
        tasks=task_queries.mine(reader.id) if reader else [],
        waiting=poll_queries.polls_waiting_for(reader, now=instant) if reader else [],
        running=poll_queries.polls_running(here.id, now=instant),
        decided=poll_queries.polls_decided(here.id),
        to_declare=poll_queries.polls_to_declare(here.id, now=instant) if officer else [],
        set_aside=poll_faults.set_aside_polls(here.id) if roles.holds_any(held_roles(), roles.LOOKS_INTO_POLLS) else [],
        to_confirm=_to_confirm() if roles.holds_any(held_roles(), roles.SETTLES_RIGHTS) else 0,
        notices=notice_queries.newest(here.id, most=4),
        newest=consultation_queries.newest(here.id, most=5),
        may_write=roles.holds_any(held_roles(), roles.WRITES_CONSULTATIONS),
    )


def _to_confirm() -> int:
    """Count the changes of rights that the reader could confirm as the second person."""
    me = person().id
    waiting = right_lists.shown(right_queries.waiting(village().id), village(), now())
    return sum(
        one.needs_second and not one.confirmed and me not in (one.change.asked_by, one.change.person_id)
        for one in waiting
    )
