"""The village board: the list, one notice, and its A4 page with QR code."""

import secrets
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, request, url_for

from consult.domain.audit import fingerprint_groups, head_digits
from consult.domain.board.notices import NoticeTag
from consult.domain.people import roles
from consult.domain.polls.polls import Tally
from consult.models import Meeting, Notice, PollChangeConfirmation, db
from consult.models.board import notice_queries
from consult.services.board import notice_objections
from consult.services.meetings import appointments, proceedings
from consult.services.people import right_lists
from consult.services.people.villages import local_day
from consult.services.polls import closing, poll_states, polls
from consult.services.talk.council import council_requests
from consult.views.board import notice_contexts
from consult.views.polls.poll_pages import may_be_left_off, meeting_of, rule_of
from consult.web import pages, qr_codes
from consult.web.access import held_roles, now, public, today, village
from consult.web.addresses import public_address
from consult.web.numbers import ident
from consult.web.words import heard_words
from consult.web.words.people import right_words

bp = Blueprint("notices", __name__)
PAGE = 20


@bp.get("/<slug>/notices/")
@public
def index() -> Response:
    before = request.args.get("before", type=ident)
    notices = notice_queries.newest(village().id, most=PAGE, before=before)
    return pages.page(
        "board/notices/index.html",
        notices=notices,
        more=notices[-1].id if len(notices) == PAGE else None,
        posted=right_lists.posted(village(), now=now()) if before is None else [],
        origin=right_words.origin,
        place=right_words.place,
    )


@bp.get("/<slug>/notices/<int:notice_id>", endpoint="show")
@public
def show_notice(notice_id: int) -> Response:
    """Show the notice as it is printed, on one A4 page."""
    return page(find_notice(notice_id), {}, {})


def page(notice: Notice, values: dict[str, str], mistakes: dict[str, str], status: int = 200) -> Response:
    """Render the notice, and beneath it its objections and the photos of the board."""
    held, objections = held_roles(), notice_objections.objections(notice.id)
    return pages.page(
        TEMPLATES.get(notice.tag, "board/notices/show.html"),
        status,
        notice=notice,
        **notice_context(notice),
        objections=objections,
        by_two=council_requests.answers_to_objections([one.id for one in objections]),
        waiting=council_requests.waiting_for_objections([one.id for one in objections]),
        photos=notice_objections.photos(notice.id),
        hangs=today() <= notice.posted_until,
        may_answer=roles.holds_any(held, roles.ANSWERS_PROPOSALS),
        may_photograph=roles.holds_any(held, roles.RUNS_MEETINGS),
        heard=heard_words.heard_notice(notice),
        gathered_in=notice_contexts.gathering(notice),
        values={"key": secrets.token_urlsafe(18), **values},
        mistakes=mistakes,
    )


TEMPLATES = {
    NoticeTag.MEETING_CALLED: "board/notices/meeting.html",
    NoticeTag.MEETING_CHANGED: "board/notices/meeting.html",
    NoticeTag.MEETING_CANCELLED: "board/notices/meeting.html",
    NoticeTag.MEETING_RESULTS: "board/notices/meeting_results.html",
    NoticeTag.AGENDA_ADDED: "board/notices/meeting.html",
    NoticeTag.RESULT_POSTED: "board/notices/result.html",
}


def notice_context(notice: Notice) -> dict[str, Any]:
    """Return what the templates of a notice need, for page and PDF alike."""
    posted_on = local_day(village(), notice.posted_at)
    common = {
        "head": head_digits(notice.audit_head),
        "assets": fingerprint_groups(notice.assets) if notice.assets else "",
        "days_posted": (notice.posted_until - posted_on).days,
        "day_now": max(0, min((today() - posted_on).days, (notice.posted_until - posted_on).days)),
    }
    if notice.meeting is not None:
        return common | {
            "meeting": notice.meeting,
            **when_and_where(notice, notice.meeting),
            "days": appointments.held(notice.meeting, proceedings.course_of(notice.meeting.id).sittings),
            "agenda": notice_contexts.items_of(notice, notice.meeting),
            "votes": notice_contexts.votes_of(notice.meeting, notice.facts.get("votes", [])),
            "unit": notice.meeting.call.unit.value if notice.meeting.call else "",
            "fingerprint": fingerprint_groups(notice.meeting.fingerprint or ""),
        }
    if notice.consultation is not None:
        return common | {"proposal": notice.consultation.proposal}
    poll = notice.poll
    if poll is None:
        abort(404)
    meeting = meeting_of(poll)
    tally = Tally.from_facts(notice.facts["tally"]) if "tally" in notice.facts else None
    return common | {
        "poll": poll,
        "may_appeal": tally is None and may_be_left_off(poll),
        "rule": rule_of(poll),
        "tally": tally,
        "verdict": closing.verdict_of(poll, tally) if tally else None,
        "resolution": polls.resolution_of(poll),
        "meeting": meeting,
        "held": appointments.in_force(meeting, poll.opens_at) if meeting else None,
        "fingerprint": fingerprint_groups(_fingerprint(notice)),
    }


def when_and_where(notice: Notice, meeting: Meeting) -> dict[str, Any]:
    """Return hour and place as this notice told them: of the frozen call, or of the change it tells of."""
    said = notice.facts if "starts_at" in notice.facts else meeting.frozen or {}
    return {"starts_at": datetime.fromisoformat(said["starts_at"]), "place": str(said["place"])}


def _fingerprint(notice: Notice) -> str:
    """Return the poll's fingerprint at the time of the notice, to be compared with the printed sheet."""
    if notice.poll is None:
        return ""
    if notice.tag is NoticeTag.POLL_ANNOUNCED:
        return notice.poll.fingerprint or ""
    change = db.session.get(PollChangeConfirmation, notice.change_id) if notice.change_id else None
    return change.fingerprint if change else poll_states.fingerprint_of(notice.poll)


@bp.get("/<slug>/notices/<int:notice_id>/qr.svg")
@public
def qr(notice_id: int) -> Response:
    """Answer with a QR code of the address of the notice."""
    find_notice(notice_id)
    address = public_address() + url_for(".show", notice_id=notice_id)
    return qr_codes.response(address, cache_control="private, max-age=3600")


def find_notice(notice_id: int) -> Notice:
    """Return a notice of this village. 404 otherwise."""
    notice = db.session.scalars(notice_queries.one(village().id, notice_id)).unique().first()
    if notice is None:
        abort(404)
    return notice
