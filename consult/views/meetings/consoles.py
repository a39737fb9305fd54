"""Running a meeting: the console of its chair and recorder, and the screen on the wall."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request, url_for

from consult.domain.meetings import proceedings as rules
from consult.domain.meetings.check_ins import CODE_SECONDS
from consult.domain.meetings.entry_facts import ProceedingStep
from consult.domain.meetings.meetings import MeetingState
from consult.domain.meetings.proceedings import Course
from consult.domain.people import roles
from consult.domain.polls.polls import Channel, Tally, Verdict
from consult.domain.refusals import Reason, Refused
from consult.models import CountSheet, Meeting, Poll, db
from consult.models.meetings import meeting_queries
from consult.models.polls import poll_queries
from consult.services.polls import closing, count_sheets
from consult.views.meetings import meeting_pages
from consult.web import conveners, errors, pages
from consult.web.access import now, only, person, village

bp = Blueprint("consoles", __name__)
RUNS = sorted(roles.RUNS_MEETINGS)
MOST_ON_WALL = 5


@dataclass(frozen=True)
class EnteredSheet:
    """A count sheet, who has entered figures (ids), and whether two agree."""

    sheet: CountSheet
    by: Sequence[int]
    confirmed: bool


@dataclass(frozen=True, kw_only=True)
class ItemVote:
    """A vote of the current item, as the console shows it."""

    row: Any
    """Of meeting_queries.votes."""
    poll: Poll | None
    sheets: Sequence[EnteredSheet]
    hands: int
    voted: int
    """Units that have voted, by every channel."""
    declared: bool
    tally: Tally | None
    verdict: Verdict | None
    why: Reason | None
    """Why it cannot be counted yet."""


@bp.get("/<slug>/meetings/<int:meeting_id>/console", endpoint="show")
@only(*RUNS)
def show_console(meeting_id: int) -> Response:
    return page(meeting_pages.to_run(meeting_id), {}, {})


@bp.get("/<slug>/meetings/<int:meeting_id>/console/live")
@only(*RUNS)
def live(meeting_id: int) -> Response:
    """Answer a console that polls: who is here, the votes, the speakers' list. Forms with words in them are not replaced."""
    version = meeting_queries.screen_version(village().id, meeting_id)
    if version is not None and version == request.args.get("seen"):
        return pages.nothing_new()
    context = _context(meeting_pages.to_run(meeting_id), {}, {}) | {"swapped": True}
    return pages.page("meetings/consoles/_status.html", **context)


@bp.get("/<slug>/meetings/<int:meeting_id>/projector")
@only(*RUNS)
def projector(meeting_id: int) -> Response:
    """Show the screen on the wall, which polls by itself and goes on after a lost connection."""
    meeting = meeting_pages.find_meeting(meeting_id)
    local = now().astimezone(ZoneInfo(village().timezone))
    return pages.page(
        "meetings/consoles/projector.html",
        clock_digits=local.strftime("%H:%M"),
        clock_seconds=local.hour * 3600 + local.minute * 60 + local.second,
        **_on_wall(meeting),
    )


@bp.get("/<slug>/meetings/<int:meeting_id>/projector/live")
@only(*RUNS)
def screen(meeting_id: int) -> Response:
    version = meeting_queries.screen_version(village().id, meeting_id)
    if version is not None and f"{version}-{code_slot()}" == request.args.get("seen"):
        return pages.nothing_new()
    meeting = meeting_pages.find_meeting(meeting_id)
    return pages.page("meetings/consoles/_screen.html", **_on_wall(meeting))


def code_slot() -> str:
    """Return a number that changes with the code on the screen, so that a screen takes the new one."""
    return str(int(now().timestamp()) // CODE_SECONDS)


def _on_wall(meeting: Meeting) -> dict[str, Any]:
    """Return everything the screen on the wall shows."""
    context = meeting_pages.live(meeting)
    return context | _shown_on_screen(context)


def _shown_on_screen(context: dict[str, Any]) -> dict[str, Any]:
    """Return what the wall shows beside the live part: the newest vote of the current item, and the slot of the code."""
    votes = [
        v for v in context["votes"].get(context["course"].current or 0, []) if v.announced_at and not v.cancelled_at
    ]
    newest = context["vote"] or (votes[-1] if votes else None)
    poll = loaded(newest.id) if newest else None
    tally = closing.tally_of(poll) if poll and newest and newest.outcome else None
    return {
        "slot": code_slot(),
        "strip": _strip(context["items"], context["course"]),
        "poll": poll,
        "counting": newest is not None and newest.ended_at is not None and not newest.outcome,
        "tally": tally,
        "verdict": closing.verdict_of(poll, tally) if poll and tally else None,
    }


def _strip(items: Sequence[Any], course: Course) -> Sequence[Any]:
    """Return the items around the current or next one, as many as fit side by side on the wall."""
    at = next((n for n, item in enumerate(items) if item.number == course.current), len(course.results))
    first = max(0, min(at - MOST_ON_WALL // 2, len(items) - MOST_ON_WALL))
    return items[first : first + MOST_ON_WALL]


def loaded(poll_id: int) -> Poll | None:
    return db.session.scalars(poll_queries.poll_of(village().id, poll_id)).unique().first()


def page(meeting: Meeting, values: dict[str, str], mistakes: dict[str, str], status: int = 200) -> Response:
    """Show the console: who is here, the agenda, the current item, the record."""
    return pages.page("meetings/consoles/show.html", status, **_context(meeting, values, mistakes))


def _context(meeting: Meeting, values: dict[str, str], mistakes: dict[str, str]) -> dict[str, Any]:
    context = meeting_pages.live(meeting)
    course: Course = context["course"]
    on = context["on"]
    names = meeting_queries.names([i for i in (course.chair_id, course.recorder_id) if i is not None])
    votes = [_vote(vote) for vote in context["votes"].get(on.number, [])] if on else []
    return context | {
        "chair": names.get(course.chair_id or 0, ""),
        "recorder": names.get(course.recorder_id or 0, ""),
        "item_votes": votes,
        "lines": [e for e in course.standing.values() if e.step in rules.UNDOABLE and e.item == course.current],
        "words": rules.words_of,
        "may_decide": conveners.convenes(meeting.body, meeting.group_id),
        "steps": ProceedingStep,
        "me": person(),
        "running": context["state"] is MeetingState.OPEN,
        "local_now": meeting_pages.local_time(now()),
        "left": [item for item in context["items"] if item.number not in course.results],
        "voted_on": any(vote.declared for vote in votes),
        "swapped": False,
        "values": {"key": secrets.token_urlsafe(18), **values},
        "mistakes": mistakes,
    }


def refused(error: Refused) -> Response:
    """Show the refusal on the console itself, with what was typed."""

    def again(mistakes: dict[str, str], status: int) -> Response:
        return page(
            meeting_pages.find_meeting((request.view_args or {})["meeting_id"]),
            request.form.to_dict(),
            mistakes,
            status,
        )

    if error.reason is Reason.NOT_CONVENER or not meeting_pages.runs():
        return errors.refused(error)
    return errors.shown_again(error, again)


def _vote(vote: Any) -> ItemVote:
    """Return a vote of the current item: its state, and the count of hands as far as it is entered."""
    poll = loaded(vote.id)
    marked = count_sheets.marked_by_channel(vote.id) if vote.announced_at else {}
    declared = poll is not None and poll.declaration is not None
    tally = closing.tally_of(poll) if poll and vote.ended_at and not vote.cancelled_at else None
    return ItemVote(
        row=vote,
        poll=poll,
        sheets=[_sheet(sheet) for sheet in count_sheets.sheets_of(vote.id)] if vote.ended_at else [],
        hands=marked.get(Channel.HANDS, 0),
        voted=sum(marked.values()),
        declared=declared,
        tally=tally,
        verdict=closing.verdict_of(poll, tally) if poll and tally else None,
        why=count_sheets.why_not_countable(poll) if poll and vote.ended_at and not declared else None,
    )


def _sheet(sheet: CountSheet) -> EnteredSheet:
    by = [entry.entered_by for entry in count_sheets.entries_of(sheet.id)]
    return EnteredSheet(sheet, by, confirmed=count_sheets.confirmation_of(sheet.id) is not None)


def back(meeting_id: int, anchor: str = "now") -> Response:
    return pages.done(url_for("consoles.show", meeting_id=meeting_id, _anchor=anchor))
