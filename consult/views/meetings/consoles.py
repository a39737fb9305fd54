"""Running a meeting: the console of its chair and recorder, and the screen on the wall."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request, url_for

from consult.domain.meetings import meetings
from consult.domain.meetings import proceedings as rules
from consult.domain.meetings.agendas import ItemKind
from consult.domain.meetings.check_ins import CODE_SECONDS
from consult.domain.meetings.entry_facts import ProceedingStep
from consult.domain.meetings.meetings import MeetingState
from consult.domain.meetings.proceedings import Course
from consult.domain.people import roles
from consult.domain.polls.polls import Channel, Outcome, Standing, Tally, Verdict
from consult.domain.refusals import Reason, Refused
from consult.models import CountSheet, Meeting, Poll, db
from consult.models.meetings import check_in_queries, meeting_queries
from consult.models.people import person_queries
from consult.models.polls import poll_queries
from consult.services.meetings import meeting_votes, proceedings
from consult.services.people import villages
from consult.services.polls import closing, count_sheets
from consult.views.meetings import meeting_pages
from consult.web import conveners, errors, i18n, pages
from consult.web.access import held_roles, now, person, today, village
from consult.web.words import refusal_words
from consult.web.words.names import told_apart

bp = Blueprint("consoles", __name__)
MOST_ON_WALL = 5
MOST_DEPUTIES = 8


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
    why: Refused | None
    """Why it cannot be counted yet."""


@bp.get("/<slug>/meetings/<int:meeting_id>/console", endpoint="show")
@conveners.runs_it
def show_console(meeting_id: int) -> Response:
    return page(meeting_pages.to_run(meeting_id), {}, {})


@bp.get("/<slug>/meetings/<int:meeting_id>/console/live")
@conveners.runs_it
def live(meeting_id: int) -> Response:
    """Answer a console that polls: who is here, the votes, the speakers' list. Forms with words in them are not replaced."""
    version = meeting_queries.screen_version(village().id, meeting_id)
    if version is not None and version == request.args.get("seen"):
        return pages.nothing_new()
    context = _context(meeting_pages.to_run(meeting_id), {}, {}) | {"swapped": True}
    return pages.page("meetings/consoles/_status.html", **context)


@bp.get("/<slug>/meetings/<int:meeting_id>/projector")
@conveners.runs_it
def projector(meeting_id: int) -> Response:
    """Show the screen on the wall, which polls by itself and goes on after a lost connection."""
    meeting = meeting_pages.find_meeting(meeting_id)
    local = now().astimezone(ZoneInfo(village().timezone))
    return pages.page(
        "meetings/consoles/projector.html",
        hours=i18n.language().hours,
        clock_seconds=local.hour * 3600 + local.minute * 60 + local.second,
        **_on_wall(meeting),
    )


@bp.get("/<slug>/meetings/<int:meeting_id>/projector/live")
@conveners.runs_it
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
    return context | _shown_on_screen(context) | {"another_day": _another_day(meeting)}


def _another_day(meeting: Meeting) -> bool:
    """Return whether it was adjourned and does not go on today: nobody signs in then."""
    return meeting.adjourned_at is not None and villages.local_day(village(), meeting.starts_at) > today()


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
    spoke = _speakers(course)
    votes = [_vote(vote) for vote in context["votes"].get(on.number, [])] if on else []
    return context | {
        "chair": names.get(course.chair_id or 0, ""),
        "recorder": names.get(course.recorder_id or 0, ""),
        "item_votes": votes,
        "lines": [e for e in course.standing.values() if e.step in rules.UNDOABLE and e.item == course.current],
        "words": rules.words_of,
        "may_decide": conveners.may_decide(meeting),
        "staffs_check_in": meeting_pages.staffs_check_in(),
        "counts": roles.holds_any(held_roles(), roles.COUNTS_BALLOTS),
        "shut": _why_shut(meeting, on) if on and not context["vote"] else "",
        "deputies": _deputies_to_name(meeting, course) if course.began_at else [],
        "spoke": spoke,
        "following": rules.next_item(course, [item.number for item in context["items"]]),
        "steps": ProceedingStep,
        "me": person(),
        "running": context["state"] is MeetingState.OPEN,
        "local_now": meeting_pages.local_time(now()),
        "tomorrow": meeting_pages.local_time(meeting_pages.same_hour_tomorrow(meeting)),
        "local_starts": meeting_pages.local_time(meeting.starts_at),
        "in_doubt": meeting_pages.is_in_doubt(meeting),
        "afterwards": _is_entered_afterwards(course),
        "left": [item for item in context["items"] if item.number not in course.results],
        "voted_on": any(vote.declared for vote in votes),
        "waits": _waits(votes),
        "repeatable": bool(votes) and _came_to_nothing(votes[-1]),
        "decided": any(_decided(vote) for vote in votes),
        "swapped": False,
        "values": {"key": secrets.token_urlsafe(18), "name": spoke[0] if spoke else "", **values},
        "mistakes": mistakes,
    }


def _came_to_nothing(vote: ItemVote) -> bool:
    """Tell whether a vote was cancelled, or too few were there: it can be asked once more as it was."""
    declared = vote.poll.declaration if vote.poll else None
    return vote.row.cancelled_at is not None or (declared is not None and declared.outcome == Outcome.INQUORATE)


def _decided(vote: ItemVote) -> bool:
    """Tell whether a vote decided its item: this meeting votes on it no more."""
    return (
        vote.poll is not None and vote.declared and vote.poll.standing == Standing.FORMAL and not _came_to_nothing(vote)
    )


def _waits(votes: Sequence[ItemVote]) -> str:
    """Return what the newest vote of the item waits for: its "opening", its "declaration"; empty: nothing."""
    if not votes or votes[-1].row.cancelled_at or votes[-1].declared:
        return ""
    return "declaration" if votes[-1].row.announced_at else "opening"


def _speakers(course: Course) -> list[str]:
    """Return who speaks, spoke or waits at the item that is on, each once: who has the floor, else who had it last, first."""
    said = [e for e in course.standing.values() if e.item == course.current and e.step is ProceedingStep.SPEECH_BEGUN]
    entries = [*reversed(said), *course.queue]
    return list(dict.fromkeys(str(entry.facts["name"]) for entry in entries))


def _why_shut(meeting: Meeting, on: Any) -> str:
    """Return why no vote of the item that is on can begin now, as a sentence; empty: one can, or it is no motion."""
    item = proceedings.item_of(meeting.id, on.number)
    refusal = meeting_votes.why_shut(meeting, item, now=now()) if item and on.kind is ItemKind.MOTION else None
    return refusal_words.refusal(refusal) if refusal else ""


def deputies(meeting: Meeting, course: Course | None = None) -> Sequence[Any]:
    """Return who can take the chair with one tap: who is here and holds an office that runs meetings, and who chaired."""
    here = check_in_queries.attending(meeting.id)
    chaired = {
        e.facts["chair"] if e.step is ProceedingStep.OPENED else e.facts["person"]
        for e in (course or proceedings.course_of(meeting.id)).standing.values()
        if e.step in (ProceedingStep.OPENED, ProceedingStep.CHAIR_CHANGED)
    }
    officers = person_queries.holders(village().id, roles.RUNS_MEETINGS, on=today())
    able = [one for one in officers if one.id in here or one.id in chaired]
    return [one for one in able if conveners.may_name_chair(meeting, one.id)][:MOST_DEPUTIES]


def _is_entered_afterwards(course: Course) -> bool:
    """Tell whether the day that is open began so long ago that it is being entered after it was held."""
    return bool(course.sittings) and meetings.recorded_afterwards(
        starts_at=course.sittings[-1].began_at, opened_at=now()
    )


def _deputies_to_name(meeting: Meeting, course: Course) -> list[tuple[int, str]]:
    """Return who can take the chair from the one who has it, as the buttons name them."""
    return told_apart((one.id, one.name, one.house) for one in deputies(meeting, course) if one.id != course.chair_id)


def refused(error: Refused) -> Response:
    """Show the refusal on the console itself, with what was typed, to those who run the meeting."""

    def again(mistakes: dict[str, str], status: int) -> Response:
        return page(_meeting(), request.form.to_dict(), mistakes, status)

    shown = errors.is_let_in() and error.reason not in (Reason.NOT_CONVENER, Reason.NO_SUCH_OFFICE)
    if not shown or not conveners.may_run(_meeting()):
        return errors.refused(error)
    return errors.shown_again(error, again)


def _meeting() -> Meeting:
    return meeting_pages.find_meeting((request.view_args or {})["meeting_id"], drafts=True)


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
        why=closing.why_not_countable(poll, now()) if poll and vote.ended_at and not declared else None,
    )


def _sheet(sheet: CountSheet) -> EnteredSheet:
    by = [entry.entered_by for entry in count_sheets.entries_of(sheet.id)]
    return EnteredSheet(sheet, by, confirmed=count_sheets.confirmation_of(sheet.id) is not None)


def back(meeting_id: int, anchor: str = "now") -> Response:
    return pages.done(url_for("consoles.show", meeting_id=meeting_id, _anchor=anchor))
