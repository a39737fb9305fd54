"""The village board: the list, one notice, and its A4 page with QR code."""

from io import BytesIO

import segno
from flask import Blueprint, Response, abort, current_app, make_response, request, url_for

from consult.config import Config
from consult.domain.audit import fingerprint_groups, head_digits
from consult.domain.polls import Tally
from consult.models import Notice, PollChangeConfirmation, db, notice_reads
from consult.services import closing, poll_states
from consult.services.villages import local_day
from consult.views.poll_pages import rule_of
from consult.web import pages
from consult.web.access import public, village

bp = Blueprint("notices", __name__)
PAGE = 20


@bp.get("/<slug>/notices/")
@public
def index() -> Response:
    notices = notice_reads.newest(village().id, most=PAGE, before=request.args.get("before", type=int))
    return pages.page("notices/index.html", notices=notices, more=notices[-1].id if len(notices) == PAGE else None)


@bp.get("/<slug>/notices/<int:notice_id>")
@public
def show(notice_id: int) -> Response:
    """The notice as it is printed: one A4 page, read on the screen as well."""
    notice = _found(notice_id)
    poll = notice.poll
    if poll is None:
        abort(404)
    tally = Tally.from_facts(notice.facts["tally"]) if "tally" in notice.facts else None
    return pages.page(
        "notices/show.html", notice=notice, poll=poll, rule=rule_of(poll), tally=tally,
        verdict=closing.verdict_of(poll, tally) if tally else None,
        fingerprint=fingerprint_groups(_fingerprint(notice)), head=head_digits(notice.audit_head),
        days_posted=(notice.posted_until - local_day(village(), notice.posted_at)).days,
    )  # fmt: skip


def _fingerprint(notice: Notice) -> str:
    """As it stood when the notice was posted: what hangs in the street is held against the page."""
    if notice.poll is None:
        return ""
    if notice.tag == "poll_announced":
        return notice.poll.fingerprint or ""
    change = db.session.get(PollChangeConfirmation, notice.change_id) if notice.change_id else None
    return change.fingerprint if change else poll_states.fingerprint_of(notice.poll)


@bp.get("/<slug>/notices/<int:notice_id>/qr.svg")
@public
def qr(notice_id: int) -> Response:
    """A QR code with the address of the notice."""
    _found(notice_id)
    out = BytesIO()
    address = public_address() + url_for(".show", notice_id=notice_id)
    segno.make(address, error="m").save(
        out, kind="svg", border=2, xmldecl=False, svgclass="qr", dark="#000", light="#fff"
    )
    response = make_response(out.getvalue())
    response.mimetype = "image/svg+xml"
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


def public_address() -> str:
    """Where phones reach this server: as configured, else as this request came in."""
    config: Config = current_app.config["CONSULT"]
    return config.public_url or request.host_url.rstrip("/")


def _found(notice_id: int) -> Notice:
    notice = db.session.scalars(notice_reads.one(village().id, notice_id)).unique().first()
    if notice is None:
        abort(404)
    return notice
