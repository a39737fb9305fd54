"""The village's front page: what waits for the reader, the next meeting, and four doors; the votes stand a tap further."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, request
from sqlalchemy import Row

from consult.domain.people import roles
from consult.domain.people.roles import Role
from consult.domain.people.waiting import Wait
from consult.models import Person
from consult.models.meetings import meeting_queries
from consult.models.polls import poll_queries
from consult.models.talk import task_queries
from consult.services.law import duties
from consult.services.law.duties import OpenDuty
from consult.services.people import villages
from consult.services.site import waiting
from consult.views.meetings.meeting_pages import INTERNAL, in_office
from consult.web import cookies, pages
from consult.web.access import held_roles, now, person, person_or_none, public, signed_in_only, today, village
from consult.web.words import rule_words, waiting_words

bp = Blueprint("home", __name__)
MOST = {False: 3, True: 1}
"""So many lines of what waits stand on the front page, by whether it is in large type; the others on a page of their own."""
CALLS = 3
"""So many votes that wait for the reader stand there; the others on the page of votes."""
DECIDED = 20


@bp.get("/<slug>/", endpoint="show")
@public
def show_home() -> Response:
    reader, here, instant = person_or_none(), village(), now()
    things = waiting.of_officer(here, reader, held_roles(), now=instant) if reader else []
    lines = waiting_words.lines([one for one in things if one.kind is not Wait.LOOK_INTO])
    calls, running = _calls(reader), poll_queries.polls_running(here.id, now=instant)
    return pages.page(
        "site/home/show.html",
        meetings=meeting_queries.upcoming(
            here.id,
            reader,
            since=villages.local_midnight(here, instant),
            internal=INTERNAL,
            officer=in_office(),
            most=3,
        ),
        tasks=task_queries.mine(reader.id) if reader else [],
        waiting=calls,
        most_calls=CALLS,
        others=len({one.id for one in running if one.opens_at <= instant} - {one.id for one in calls}),
        set_aside=[one.row for one in things if one.kind is Wait.LOOK_INTO],
        to_do=lines,
        most=MOST,
        duties=_duties(),
        asks_shared=request.cookies.get(cookies.SHARED_COOKIE) == cookies.ASKS_SHARED,
        may_write=roles.holds_any(held_roles(), roles.WRITES_CONSULTATIONS),
    )


@bp.get("/<slug>/votes", endpoint="votes")
@public
def show_votes() -> Response:
    """Show the votes that wait for the reader, the others that go on, and the latest results."""
    return pages.page(
        "site/home/votes.html",
        waiting=_calls(person_or_none()),
        running=poll_queries.polls_running(village().id, now=now()),
        decided=poll_queries.polls_decided(village().id, most=DECIDED),
    )


@bp.get("/<slug>/waiting", endpoint="waiting")
@signed_in_only
def show_waiting() -> Response:
    """Show everything that waits for the reader in their offices."""
    things = waiting.of_officer(village(), person(), held_roles(), now=now())
    return pages.page("site/home/waiting.html", to_do=waiting_words.lines(things), duties=_duties())


def _calls(reader: Person | None) -> Sequence[Row[Any]]:
    """Return the open votes in which the reader has not voted, soonest to close first."""
    return poll_queries.polls_waiting_for(reader, now=now(), on=today()) if reader else []


def _duties() -> list[tuple[str, OpenDuty]]:
    """Return what the law asks of the reader's offices and is not on record yet, each with its sentence."""
    reader, shown = person_or_none(), held_roles()
    if reader is None or not shown - {Role.VILLAGER}:
        return []
    held = {one for one in villages.offices_of(reader, on=today()) if one.role in shown}
    open_ones = duties.of_officer(village(), held, on=today())
    return [(rule_words.duty(one.duty.code), one) for one in open_ones]
