"""The reader's inbox, and a switch for each event."""

from collections.abc import Sequence

from flask import Blueprint, Response, request, url_for

from consult.domain.messages.notifications import NotificationEvent
from consult.domain.numbers import read_id
from consult.domain.polls.acts_on_votes import CountedAs
from consult.models import Notification
from consult.models.polls import poll_queries
from consult.services.messages import notifications
from consult.web import pages
from consult.web.access import now, person, signed_in_only
from consult.web.numbers import ident
from consult.web.words import inbox_words, talk_words

bp = Blueprint("notifications", __name__)
PAGE = 30


@bp.get("/<slug>/notifications/")
@signed_in_only
def index() -> Response:
    found = notifications.inbox(person(), most=PAGE, before=request.args.get("before", type=ident))
    return pages.page(
        "messages/notifications/index.html",
        lines=[(n, inbox_words.when(n), *inbox_words.line(n)) for n in found],
        counted=_counted(found),
        newest=found[0].id if found else 0,
        waiting=any(n.read_at is None for n in found),
        more=found[-1].id if len(found) == PAGE else None,
    )


def _counted(found: Sequence[Notification]) -> dict[int, CountedAs]:
    """Return which of these lines tell of a result in which the reader's vote was counted, and as what."""
    told = {one.id: read_id(str(one.facts.get("poll", ""))) for one in found if one.event == NotificationEvent.DECIDED}
    results = {line: poll_id for line, poll_id in told.items() if poll_id is not None}  # older lines name no vote
    counted = poll_queries.counted_of(person(), set(results.values()))
    return {line: counted[poll_id] for line, poll_id in results.items() if poll_id in counted}


@bp.post("/<slug>/notifications/reading")
@signed_in_only
def read() -> Response:
    """Mark the lines up to the newest one shown as read."""
    notifications.mark_read(person(), up_to=request.form.get("up_to", 0, type=ident), now=now())
    return pages.done(url_for(".index"))


@bp.get("/<slug>/notifications/switches")
@signed_in_only
def switches() -> Response:
    states = notifications.switches(person().id)
    return pages.page(
        "messages/notifications/switches.html",
        switches=[(event.value, str(talk_words.EVENTS[event]), on) for event, on in states.items()],
        kept=request.args.get("kept") == "1",
    )


@bp.post("/<slug>/notifications/switches")
@signed_in_only
def switch() -> Response:
    notifications.set_switches(person(), request.form.getlist("on"))
    return pages.done(url_for(".switches", kept=1))
