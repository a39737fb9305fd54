"""The village's front page: duties of the person, what is open, what was decided, the newest notices."""

from flask import Blueprint, Response

from consult.domain.law.rule_changes import SETTLES_RULES
from consult.domain.people import roles
from consult.domain.people.roles import Role
from consult.models.board import notice_queries
from consult.models.meetings import meeting_queries
from consult.models.polls import duty_queries, poll_queries
from consult.models.polls.duty_queries import Duty
from consult.models.talk import consultation_queries, task_queries
from consult.services.law import duties, rule_changes
from consult.services.law.duties import OpenDuty
from consult.services.people import villages
from consult.views.meetings.meeting_pages import INTERNAL, in_office
from consult.web import pages
from consult.web.access import held_roles, now, person_or_none, public, today, village
from consult.web.words import rule_words

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
    waits = frozenset(duty for duty, offices in DUTIES.items() if roles.holds_any(held, offices))
    duty = duty_queries.waiting(here.id, person.id if person else 0, waits, now=instant)
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
        duties=_duties(),
        rules_to_confirm=rule_changes.to_confirm(here.id, person.id, now=instant) if person and _settles_rules() else 0,
        notices=notice_queries.newest(here.id, most=4),
        newest=consultation_queries.newest(here.id, most=5),
        may_write=roles.holds_any(held, roles.WRITES_CONSULTATIONS),
    )


def _settles_rules() -> bool:
    return roles.holds_any(held_roles(), SETTLES_RULES)


def _duties() -> list[tuple[str, OpenDuty]]:
    """Return what the law asks of the reader's offices and is not on record yet, each with its sentence."""
    person, shown = person_or_none(), held_roles()
    if person is None or not shown - {Role.VILLAGER}:
        return []
    held = {one for one in villages.offices_of(person, on=today()) if one.role in shown}
    open_ones = duties.of_officer(village(), held, on=today())
    return [(rule_words.duty(one.duty.code), one) for one in open_ones]
