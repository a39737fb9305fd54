"""What a meeting needs on paper: notice, sign-in sheet, minutes, letters; and what is read out and sent around."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, abort, request, url_for
from flask_babel import gettext as _

from consult.domain.meetings.check_ins import CheckInKind
from consult.domain.people import roles
from consult.domain.people.codes import grouped
from consult.models import Meeting
from consult.models.meetings import check_in_queries, meeting_queries
from consult.models.people import roll_queries
from consult.services.meetings import appointments, attendance, check_ins, meeting_states, proceedings
from consult.services.meetings.appointments import Appointment
from consult.services.people import cards
from consult.services.polls import poll_states
from consult.views.board import notices
from consult.views.meetings import meeting_pages, minutes, print_contexts, print_notices
from consult.views.polls import offline_turnout, polls
from consult.views.polls.poll_pages import meeting_of
from consult.web import filters, pages, printing, qr_codes
from consult.web.access import members_only, only, public, today, village
from consult.web.addresses import card_address, public_address
from consult.web.guards import handing_out
from consult.web.numbers import ident
from consult.web.words import code_words, meeting_words, spoken_words
from consult.web.words.lists import clauses

bp = Blueprint("prints", __name__)
ONE_SHEET = 40
"""So few are on one list, without groups; so are those who were elected or hold an office, however many."""


@bp.get("/<slug>/meetings/<int:meeting_id>/prints")
@only(*sorted(roles.STAFFS_CHECK_IN))
def index(meeting_id: int) -> Response:
    """Show all papers of a meeting: files to print, words to read out, words to copy."""
    meeting = meeting_pages.find_meeting(meeting_id)
    context: dict[str, Any] = {
        "title": meeting.title,
        "starts_at": meeting.starts_at,
        "timezone": village().timezone,
        "place": meeting.place,
        "items": [item.title for item in meeting_queries.agenda(meeting.id)],
    }
    address = public_address() + url_for("meetings.show", meeting_id=meeting.id)
    unit = meeting_pages.unit_of(meeting)
    return pages.page(
        "meetings/prints/index.html",
        meeting=meeting,
        notices=meeting_queries.notices(meeting.id),
        unit=unit,
        spoken=[
            (
                language,
                spoken_words.label(language),
                spoken_words.loudspeaker(language, **context, body=meeting.body, unit=unit),
            )
            for language in spoken_words.spoken()
        ],
        messages=[
            (
                language,
                spoken_words.label(language),
                spoken_words.message(language, **context, village=village().name, address=address),
            )
            for language in spoken_words.spoken()
        ],
        votes=[vote for vote in meeting_queries.votes(meeting.id) if vote.paper],
        in_office=meeting_pages.in_office(),
        takes_letters=meeting_states.body_of(meeting).takes_letters,
        state=meeting_states.state_of(meeting),
    )


@bp.get("/<slug>/meetings/<int:meeting_id>/sign-in-sheet.pdf")
@only(*sorted(roles.STAFFS_CHECK_IN))
def sign_in_sheet(meeting_id: int) -> Response:
    """Return the sign-in sheet, a page or more for each group. It names people: for the desk, not for the board."""
    meeting = meeting_pages.find_meeting(meeting_id)
    return printing.pdf(
        "sign_in_sheet", f"sign-in-{meeting.id}", lambda: sheet_context(meeting, print_contexts.told(meeting))
    )


@bp.get("/<slug>/meetings/<int:meeting_id>/minutes.pdf")
@only(*sorted(roles.READS_MEETING_PAPERS))
def minutes_file(meeting_id: int) -> Response:
    meeting = meeting_pages.find_meeting(meeting_id)
    handing_out.count(len(attendance.of_meeting(meeting).called), of=f"meeting:{meeting.id}")

    def context() -> dict[str, Any]:
        return print_contexts.of_minutes(meeting, minutes.written(meeting))

    return printing.pdf("minutes", f"minutes-{meeting.id}", context, copies=True)


@bp.get("/<slug>/meetings/<int:meeting_id>/letter.pdf")
@members_only
def letter(meeting_id: int) -> Response:
    """Return a letter of proxy with blanks: name, who comes instead, signature or fingerprint.

    Raises Refused for a meeting to which nobody may send a letter.
    """
    meeting = meeting_pages.find_meeting(meeting_id)
    check_ins.refuse_unless_letters(meeting)
    return printing.pdf("letter", f"letter-{meeting.id}", lambda: print_contexts.of_letter(meeting), copies=True)


def sheet_context(meeting: Meeting, days: Sequence[Appointment]) -> dict[str, Any]:
    """Return the facts of the sign-in sheet. `days`: the hours and places that it names."""
    groups: dict[str, list[list[str]]] = {}
    roll = check_in_queries.roll(meeting.id, on=today() if meeting.closed_at is None else None)
    handing_out.count(len(roll), of=f"meeting:{meeting.id}")
    by_group = len(roll) > ONE_SHEET and meeting_states.body_of(meeting).is_an_assembly
    for unit in roll:
        groups.setdefault(unit.group if by_group else "", []).append([str(unit.number), unit.code, unit.name])
    household = meeting_pages.unit_of(meeting) == "household"
    return {
        "title": _("Sign-in sheet"),
        "line": print_contexts.line_of(meeting, days),
        "groups": [{"name": name, "rows": rows} for name, rows in groups.items()],
        "head": [
            _("No."),
            _("Household"),
            _("Head of household") if household else _("Name"),
            _("Signature of who came") if household else _("Signature"),
            _("Remark"),
        ],
        "guests": [_("Sits in without a vote: name"), _("Office"), _("Signature")],
        "guest_rows": [],
        "spare": 2,
        "foot": f"{village().name} · {meeting.title} · {code_words.body(meeting.body)}",
    }


def attendance_context(meeting: Meeting) -> dict[str, Any]:
    """Return the facts of the attendance sheet for the archive: who came, how and when they checked in."""
    came: dict[int, list[str]] = {}
    for line, *_names in reversed(check_in_queries.lines(meeting.id)):
        if line.roll_number is not None and line.kind in (CheckInKind.ARRIVED, CheckInKind.LEFT):
            word = meeting_words.way(line.way or "") if line.kind is CheckInKind.ARRIVED else _("left")
            came.setdefault(line.roll_number, []).append(
                f"{filters.time_beside(line.recorded_at, meeting.opened_at)} {word}"
            )
    rows = [
        [str(unit.number), unit.code, unit.name, clauses(came.get(unit.number, [])), ""]
        for unit in check_in_queries.roll(meeting.id, on=None)
    ]
    guests = [[name, why, ""] for name, why in check_ins.sitting_in(meeting.id)]
    days = appointments.held(meeting, proceedings.course_of(meeting.id).sittings)
    return sheet_context(meeting, days) | {
        "title": _("Who was there"),
        "groups": [{"name": "", "rows": rows}],
        "guest_rows": guests,
        "spare": 0,
        "head": [_("No."), _("Household"), _("Name"), _("How and when"), _("Remark")],
    }


@bp.get("/<slug>/notices/<int:notice_id>.pdf")
@public
def notice(notice_id: int) -> Response:
    """Return a notice as a PDF to print."""
    found = notices.find_notice(notice_id)

    def context() -> dict[str, Any]:
        return print_notices.of_notice(found, notices.notice_context(found))

    return printing.pdf("notice", f"notice-{found.year}-{found.number}", context, kept=True, copies=True)


@bp.get("/<slug>/polls/<int:poll_id>/paper-ballots.pdf")
@only(*offline_turnout.MARKERS)
def paper_ballots(poll_id: int) -> Response:
    """Four on a page, all alike. Those of a meeting are printed before it, and bear the fingerprint of its call."""
    poll = polls.find_poll(poll_id, drafts=True)
    meeting = meeting_of(poll)
    fingerprint = poll_states.fingerprint_of(poll) if poll.announced_at else meeting.fingerprint if meeting else None
    if not poll.paper or not fingerprint:
        abort(404)
    return printing.pdf("paper_ballots", f"ballots-{poll.id}", lambda: print_contexts.of_ballots(poll, fingerprint))


@bp.get("/<slug>/cards.pdf")
@only(*sorted(roles.KEEPS_THE_ROLL))
def household_cards() -> Response:
    """Print the unclaimed cards of a group, ten to a page. Where there are none, show the page that says so."""
    group = request.args.get("group", type=ident)
    if group not in {g.id for g in roll_queries.groups_of(village().id)}:
        abort(404)
    rows = [
        {
            "household": card.household.code,
            "group": f"{village().name} {card.household.group.name}",
            "code": " ".join(grouped(code)),
            "qr": qr_codes.for_print(card_address(code)),
        }
        for card, code in cards.unclaimed(group or 0)
    ]
    if not rows:
        return pages.done(url_for("cards.index", group=group))
    handing_out.count(len(rows), of=f"group:{group}")

    def context() -> dict[str, Any]:
        how = _("Scan in WeChat, choose your name and a PIN. The card can be claimed once.")
        return {"title": _("Household cards"), "cards": rows, "how": how}

    return printing.pdf("cards", f"cards-{group}", context)
