"""Who took part on paper or by raising hands, the box that is carried round, and what is printed for it."""

import secrets
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, request, url_for

from consult.domain import instants
from consult.domain.form_errors import FormError
from consult.domain.people import roles, roll_numbers
from consult.domain.people.roll.headers import plain
from consult.domain.polls.polls import Channel
from consult.domain.refusals import Reason, Refused
from consult.domain.text_fields import line
from consult.models import PaperTicker, Poll, db
from consult.models.people import person_queries, roll_queries
from consult.models.polls import channel_queries
from consult.services.polls import offline_turnout, poll_states
from consult.services.polls.counting import paper_tickers
from consult.services.polls.offline_turnout import Visit
from consult.views.polls.poll_pages import rule_of, state_of
from consult.views.polls.polls import find_poll
from consult.web import errors, fragments, pages
from consult.web.access import act, held_roles, now, only, person, today, village
from consult.web.forms import key_from
from consult.web.numbers import ident
from consult.web.words import code_words

bp = Blueprint("attendance", __name__)
MARKERS = sorted(roles.MARKS_TURNOUT)
REASON_LENGTH = 120
JUST_NOW = timedelta(hours=12)
"""Marks of the reader that are listed with a way back: about a day at the ballot box."""
BALLOTS_A_PAGE = 4


@bp.errorhandler(Refused)
def refused(error: Refused) -> Response:
    """Show the page again with what was typed and the reason, where the form is offered to the reader."""

    def again(mistakes: dict[str, str], status: int) -> Response:
        return _turnout_page(find_poll((request.view_args or {})["poll_id"]), request.form.to_dict(), mistakes, status)

    typed = request.endpoint in ("attendance.mark", "attendance.unmark", "attendance.visit")
    if typed and error.reason is not Reason.NOT_TICKING:
        return errors.shown_again(error, again)
    return errors.refused(error)


@bp.get("/<slug>/polls/<int:poll_id>/attendance", endpoint="show")
@only(*MARKERS)
def show_offline_turnout(poll_id: int) -> Response:
    return _turnout_page(find_poll(poll_id), {}, {})


@bp.post("/<slug>/polls/<int:poll_id>/attendance")
@only(*MARKERS)
def mark(poll_id: int) -> Response:
    poll, form = find_poll(poll_id), request.form.to_dict()
    numbers = roll_numbers.read_roll_numbers(form.get("numbers", ""))
    mistakes = {} if numbers else {"numbers": FormError.NOT_NUMBERS_OF_ROLL}
    if form.get("channel") not in (Channel.PAPER, Channel.HANDS):
        mistakes["channel"] = FormError.NOT_OFFERED
    if mistakes or numbers is None:
        return _turnout_page(poll, form, code_words.mistakes(mistakes), status=422)
    offline_turnout.mark(poll, Channel(form["channel"]), numbers, act())
    return pages.done(url_for(".show", poll_id=poll_id))


@bp.post("/<slug>/polls/<int:poll_id>/attendance/names")
@only(*MARKERS)
def look(poll_id: int) -> Response:
    """Show whom some roll numbers name, before anybody is marked. A POST that writes nothing: addresses are logged."""
    poll, form = find_poll(poll_id), request.form.to_dict()
    paper_tickers.refuse_unless_ticking(poll, act())
    numbers = roll_numbers.read_roll_numbers(form.get("numbers", "")) or []
    units = channel_queries.voter_list(poll.id, on=today())
    looked_up: dict[str, Any] = {
        "found": [u for u in units if u.number in numbers],
        "missing": _missing(numbers, len(units)),
        "own": offline_turnout.of_own_house(poll.id, numbers, person()),
    }
    if fragments.wanted():
        return pages.page("polls/offline_turnout/_who.html", **looked_up)
    return _turnout_page(poll, form, {}, **looked_up)


def _missing(numbers: list[int], size: int) -> list[int]:
    return [n for n in numbers if n > size]


@bp.post("/<slug>/polls/<int:poll_id>/attendance/undone")
@only(*MARKERS)
def unmark(poll_id: int) -> Response:
    """Undo marks that were wrong, with a reason that those whom it concerns read."""
    poll, form, mistakes = find_poll(poll_id), request.form.to_dict(), {}
    numbers = roll_numbers.read_roll_numbers(form.get("undone", ""))
    if numbers is None:
        mistakes["undone"] = FormError.NOT_NUMBERS_OF_ROLL
    reason = line(form, "reason", REASON_LENGTH, mistakes)
    if mistakes or numbers is None:
        return _turnout_page(poll, form, code_words.mistakes(mistakes), status=422)
    offline_turnout.unmark(poll, numbers, reason, act())
    return pages.done(url_for(".show", poll_id=poll_id))


@bp.post("/<slug>/polls/<int:poll_id>/attendance/visits")
@only(*MARKERS)
def visit(poll_id: int) -> Response:
    """Note that two workers carried the box round."""
    poll, form, mistakes = find_poll(poll_id), request.form.to_dict(), {}
    numbers = roll_numbers.read_roll_numbers(form.get("visited", ""))
    if numbers is None:
        mistakes["visited"] = FormError.NOT_NUMBERS_OF_ROLL
    place = line(form, "place", 60, mistakes)
    visited_at = instants.read_instant(form, "visited_at", ZoneInfo(village().timezone), mistakes)
    if visited_at is not None and visited_at > now():
        mistakes["visited_at"] = FormError.NOT_A_TIME
    workers = [_worker(form, n, mistakes) for n in (1, 2)]
    if mistakes or numbers is None or visited_at is None:
        return _turnout_page(poll, form, code_words.mistakes(mistakes), status=422)
    box = Visit(workers[0], workers[1], place, visited_at)
    offline_turnout.visit(poll, box, numbers, act(key_from(form)))
    return pages.done(url_for(".show", poll_id=poll_id))


@bp.post("/<slug>/polls/<int:poll_id>/attendance/tickers")
@only(*sorted(roles.CHANGES_POLLS))
def assign(poll_id: int) -> Response:
    """Assign another officer to give out paper for some hours."""
    poll, form, mistakes = find_poll(poll_id), request.form.to_dict(), {}
    ticker = person_queries.by_code_and_name(village().id, plain(form.get("code", "")), plain(form.get("name", "")))
    if ticker is None:
        mistakes["name"] = FormError.NOBODY_THERE
        return _turnout_page(poll, form, code_words.mistakes(mistakes), status=422)
    paper_tickers.assign(poll, ticker, act(key_from(form)))
    return pages.done(url_for(".show", poll_id=poll_id))


@bp.post("/<slug>/polls/<int:poll_id>/attendance/tickers/<int:ticker_id>/ending")
@only(*sorted(roles.CHANGES_POLLS))
def end(poll_id: int, ticker_id: int) -> Response:
    """End an assignment before its time."""
    poll = find_poll(poll_id)
    ticker = db.session.get(PaperTicker, ticker_id)
    if ticker is None or ticker.poll_id != poll.id:
        abort(404)
    paper_tickers.end(ticker, act())
    return pages.done(url_for(".show", poll_id=poll_id))


@bp.get("/<slug>/polls/<int:poll_id>/voter-list")
@only(*MARKERS)
def voter_list(poll_id: int) -> Response:
    """Show the roll to be printed, with a box for each way of voting."""
    poll = find_poll(poll_id)
    paper_tickers.refuse_unless_ticking(poll, act())
    group = request.args.get("group", type=ident)
    return pages.page(
        "polls/offline_turnout/voter_list.html",
        poll=poll,
        rule=rule_of(poll),
        units=channel_queries.voter_list(poll.id, on=today(), group_id=group),
        groups=roll_queries.groups_of(village().id),
        group_id=group,
        **_footer_of_print(poll),
    )


@bp.get("/<slug>/polls/<int:poll_id>/paper-ballots")
@only(*MARKERS)
def paper_ballots(poll_id: int) -> Response:
    """Show one A4 page of four ballots, all alike and without numbers."""
    poll = find_poll(poll_id)
    if not poll.paper:
        abort(404)
    return pages.page(
        "polls/offline_turnout/paper_ballots.html", poll=poll, each=range(BALLOTS_A_PAGE), **_footer_of_print(poll)
    )


def _footer_of_print(poll: Poll) -> dict[str, Any]:
    return {"fingerprint": poll_states.fingerprint_of(poll)}


def _worker(form: dict[str, str], n: int, mistakes: dict[str, FormError]) -> int:
    code, name = plain(form.get(f"code{n}", "")), plain(form.get(f"name{n}", ""))
    worker = person_queries.by_code_and_name(village().id, code, name)
    if worker is None:
        mistakes[f"name{n}"] = FormError.NOBODY_THERE
    return worker.id if worker else 0


def _turnout_page(
    poll: Poll, values: dict[str, str], mistakes: dict[str, str], status: int = 200, **looked_up: Any
) -> Response:
    shown = paper_tickers.sees_voters(poll, person().id, now())
    units = channel_queries.voter_list(poll.id, on=today()) if shown else []
    by_number = {unit.number: unit for unit in units}
    lately = channel_queries.marked_lately(poll.id, person().id, since=now() - JUST_NOW) if shown else []
    return pages.page(
        "polls/offline_turnout/show.html",
        status,
        poll=poll,
        rule=rule_of(poll),
        units=[u for u in units if u.channel in (Channel.PAPER, Channel.HANDS)],
        size=len(units),
        lately=[by_number[n] for n in lately],
        state=state_of(poll),
        **{"found": [], "missing": [], "own": [], **looked_up},
        visits=channel_queries.visits(poll.id) if shown else [],
        shown=shown,
        ticking=paper_tickers.ticking(poll, now()) if paper_tickers.hides_voters(poll, now()) else None,
        may_assign=roles.holds_any(held_roles(), roles.CHANGES_POLLS),
        late=channel_queries.late_marks(poll.id),
        values={"key": secrets.token_urlsafe(18), "channel": _only_way(poll), **values},
        mistakes=mistakes,
    )


def _only_way(poll: Poll) -> str:
    """Return the one way that can be marked, chosen already; empty where there are two."""
    if poll.paper and poll.hands:
        return ""
    return Channel.PAPER.value if poll.paper else Channel.HANDS.value
