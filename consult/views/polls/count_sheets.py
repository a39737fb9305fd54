"""Count sheets: the list, one sheet, and entering what one reads off it. Each sees the other's figures only afterwards."""

import secrets

from flask import Blueprint, Response, abort, request, url_for

from consult.domain.form_errors import FormError
from consult.domain.numbers import read_id
from consult.domain.people import roles
from consult.domain.polls import count_sheets as rules
from consult.domain.polls.count_sheets import Figures
from consult.domain.polls.polls import Channel
from consult.domain.refusals import Refused
from consult.domain.text_fields import line
from consult.models import CountSheet, Poll, db
from consult.models.people import person_queries
from consult.services.polls import count_sheets, poll_states
from consult.views.polls.poll_pages import meeting_of, rule_of, state_of
from consult.views.polls.polls import find_poll
from consult.web import conveners, errors, pages
from consult.web.access import act, only, person
from consult.web.forms import key_from
from consult.web.uploads import photo_of_paper
from consult.web.words import code_words

bp = Blueprint("count_sheets", __name__)
COUNTERS = sorted(roles.COUNTS_BALLOTS)
PLACE_LENGTH = 60


@bp.errorhandler(Refused)
def refused(error: Refused) -> Response:
    """Show the sheet again with what was typed and the reason."""

    def again(mistakes: dict[str, str], status: int) -> Response:
        ids = request.view_args or {}
        poll = find_poll(ids["poll_id"])
        return _sheet_page(poll, _sheet_of(poll, ids["sheet_id"]), request.form.to_dict(), mistakes, status)

    return errors.shown_again(error, again) if request.endpoint == "count_sheets.enter" else errors.refused(error)


@bp.get("/<slug>/polls/<int:poll_id>/count-sheets/")
@only(*COUNTERS)
def index(poll_id: int) -> Response:
    return _sheets_page(find_poll(poll_id), {}, {})


@bp.post("/<slug>/polls/<int:poll_id>/count-sheets/")
@only(*COUNTERS)
def create(poll_id: int) -> Response:
    poll, form = find_poll(poll_id), request.form.to_dict()
    mistakes: dict[str, FormError] = {}
    place = line(form, "place", PLACE_LENGTH, mistakes)
    if form.get("channel") not in _channels_of(poll):
        mistakes["channel"] = FormError.NOT_OFFERED
    if mistakes:
        return _sheets_page(poll, form, code_words.mistakes(mistakes), status=422)
    corrected = read_id(form.get("corrects", ""))
    corrects = _sheet_of(poll, corrected) if corrected is not None else None
    sheet = count_sheets.open_sheet(poll, Channel(form["channel"]), place, act(key_from(form)), corrects=corrects)
    return pages.done(url_for(".show", poll_id=poll_id, sheet_id=sheet.id))


@bp.get("/<slug>/polls/<int:poll_id>/count-sheets/<int:sheet_id>", endpoint="show")
@only(*COUNTERS)
def show_sheet(poll_id: int, sheet_id: int) -> Response:
    poll = find_poll(poll_id)
    return _sheet_page(poll, _sheet_of(poll, sheet_id), {}, {})


@bp.post("/<slug>/polls/<int:poll_id>/count-sheets/<int:sheet_id>/entries")
@only(*COUNTERS)
def enter(poll_id: int, sheet_id: int) -> Response:
    poll, form = find_poll(poll_id), request.form.to_dict()
    sheet = _sheet_of(poll, sheet_id)
    figures, mistakes = rules.read_count_form(
        form,
        options=len(poll.options),
        hands=sheet.channel == Channel.HANDS,
        most_each=poll.method.most_marks(poll.max_choices),
    )
    photo, wrong = photo_of_paper(form)
    if not photo and _needs_picture(poll, sheet):
        wrong = wrong or FormError.PICTURE_MISSING
    if wrong is not None:
        mistakes["picture"] = wrong
    if figures is None or wrong is not None:
        return _sheet_page(poll, sheet, form, code_words.mistakes(mistakes), status=422)
    count_sheets.enter(sheet, figures, act(), picture=photo)
    return pages.done(_console_of(poll) or url_for(".show", poll_id=poll_id, sheet_id=sheet_id))


@bp.get("/<slug>/polls/<int:poll_id>/count-sheets/<int:sheet_id>/picture")
@only(*COUNTERS)
def picture(poll_id: int, sheet_id: int) -> Response:
    """Send the photo of the sheet, to those who count: it may show signatures."""
    sheet = _sheet_of(find_poll(poll_id), sheet_id)
    return pages.photo(next((e.picture for e in count_sheets.entries_of(sheet.id) if e.picture), ""))


def _channels_of(poll: Poll) -> list[str]:
    return [c.value for c, there in ((Channel.PAPER, poll.paper), (Channel.HANDS, poll.hands)) if there]


def _sheet_of(poll: Poll, sheet_id: int) -> CountSheet:
    sheet = db.session.get(CountSheet, sheet_id)
    if sheet is None or sheet.poll_id != poll.id:
        abort(404)
    return sheet


def _needs_picture(poll: Poll, sheet: CountSheet) -> bool:
    """Tell whether the sheet still needs its photo: each has one, except of hands raised in a meeting."""
    if poll.meeting_poll is not None and sheet.channel == Channel.HANDS:
        return False
    return not any(entry.picture for entry in count_sheets.entries_of(sheet.id))


def _console_of(poll: Poll) -> str:
    """Return the address of the console for those who run the meeting; empty for others, and outside of meetings."""
    meeting = meeting_of(poll)
    return url_for("consoles.show", meeting_id=meeting.id) if meeting and conveners.may_run(meeting) else ""


def _sheets_page(poll: Poll, values: dict[str, str], mistakes: dict[str, str], status: int = 200) -> Response:
    confirmed_by = count_sheets.confirmations(poll.id)
    sheets = [(sheet, confirmed_by.get(sheet.id)) for sheet in count_sheets.sheets_of(poll.id)]
    corrected = {sheet.corrects_id for sheet, confirmed in sheets if confirmed}
    return pages.page(
        "polls/count_sheets/index.html",
        status,
        poll=poll,
        rule=rule_of(poll),
        state=state_of(poll),
        corrected=corrected,
        sheets=[(sheet, Figures.from_text(c.figures) if c else None) for sheet, c in sheets],
        channels=[(code, code_words.channel(code)) for code in _channels_of(poll)],
        values={"key": secrets.token_urlsafe(18), **values},
        mistakes=mistakes,
    )


def _sheet_page(
    poll: Poll, sheet: CountSheet, values: dict[str, str], mistakes: dict[str, str], status: int = 200
) -> Response:
    """Show a sheet, with its figures only when they are confirmed or two entries differ."""
    entries, confirmed = count_sheets.entries_of(sheet.id), count_sheets.confirmation_of(sheet.id)
    mine = any(entry.entered_by == person().id for entry in entries)
    names = person_queries.names([e.entered_by for e in entries])
    seen = [(names[e.entered_by], Figures.from_text(e.figures)) for e in entries]
    return pages.page(
        "polls/count_sheets/show.html",
        status,
        poll=poll,
        sheet=sheet,
        state=state_of(poll),
        seen=seen if confirmed or len(entries) > 1 else [],
        entered=len(entries),
        mine=mine,
        confirmed=Figures.from_text(confirmed.figures) if confirmed else None,
        pictured=any(entry.picture for entry in entries),
        asks_picture=_needs_picture(poll, sheet),
        console=_console_of(poll),
        is_author=poll_states.author_of(poll.consultation_id) == person().id,
        hands=sheet.channel == Channel.HANDS and poll.meeting_poll is not None,
        values=values,
        mistakes=mistakes,
    )
