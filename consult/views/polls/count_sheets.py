"""Count sheets: the list, one sheet, and entering what one reads off it. Each sees the other's figures only afterwards."""

import secrets
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, request, url_for

from consult.domain.form_errors import FormError
from consult.domain.numbers import read_id
from consult.domain.people import roles
from consult.domain.people.second_factors import KEEPERS
from consult.domain.polls import count_sheets as rules
from consult.domain.polls.count_sheets import ChannelCount, Figures
from consult.domain.polls.polls import Channel
from consult.domain.refusals import Reason, Refused
from consult.domain.text_fields import line
from consult.models import CountSheet, Person, Poll, db
from consult.models.people import person_queries
from consult.services.core.acts import Act
from consult.services.people import proofs, villages
from consult.services.polls import count_sheets, poll_states
from consult.views.polls.poll_pages import meeting_of, rule_of, state_of
from consult.views.polls.polls import find_poll
from consult.web import conveners, errors, i18n, pages
from consult.web.access import act, now, only, person, sign_in, today, village
from consult.web.forms import key_from
from consult.web.guards.browser import asker
from consult.web.uploads import photo_of_paper
from consult.web.words import code_words, refusal_words
from consult.web.words.names import told_apart

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

    entering = request.endpoint in ("count_sheets.enter", "count_sheets.enter_by_pin")
    return errors.shown_again(error, again) if entering else errors.refused(error)


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
    figures, photo, mistakes = _read(poll, sheet, form)
    said = _sentences(poll, figures, mistakes)
    if figures is None or said:
        return _sheet_page(poll, sheet, form, said, status=422)
    try:
        count_sheets.enter(sheet, figures, act(), picture=photo)
    except Refused as error:  # the page keeps the photo, which is in `form` by now
        return errors.shown_again(error, lambda why, status: _sheet_page(poll, sheet, form, why, status))
    return _entered(poll, sheet)


@bp.post("/<slug>/polls/<int:poll_id>/count-sheets/<int:sheet_id>/entries-by-pin")
@only(*COUNTERS)
def enter_by_pin(poll_id: int, sheet_id: int) -> Response:
    """Enter raised hands for somebody who counted too, on the reader's phone, with their own PIN. Raises Refused."""
    poll, form = find_poll(poll_id), request.form.to_dict()
    sheet = _sheet_of(poll, sheet_id)
    if not _counts_hands(poll, sheet):
        abort(404)
    counter = _counter(poll, sheet, form)
    figures, photo, mistakes = _read(poll, sheet, form)
    if figures is not None and count_sheets.has_entered(sheet, read_id(form.get("counter", "")), figures, person().id):
        return _entered(poll, sheet)
    if counter is None:
        mistakes["counter"] = FormError.NOT_OFFERED
    said = _sentences(poll, figures, mistakes)
    if figures is None or counter is None or said:
        return _sheet_page(poll, sheet, form, said, status=422)
    if not _may_count(counter):
        raise Refused(Reason.NOT_A_COUNTER)
    if not proofs.is_free(sign_in()):  # in the demo anybody may be anybody
        proofs.check_pin_of(counter, form.get("pin", ""), asker(), on=today(), now=now())
    entering = Act.of(counter, now=now(), language=i18n.tag())
    count_sheets.enter(sheet, figures, entering, picture=photo, device_of=person())
    return _entered(poll, sheet)


def _read(poll: Poll, sheet: CountSheet, form: dict[str, str]) -> tuple[Figures | None, str, dict[str, FormError]]:
    """Return the figures of a form, the photo of the sheet, and the mistakes. One button says that all agree."""
    if form.get("unanimous") and _may_be_unanimous(poll, sheet):
        return count_sheets.unanimous(poll), "", {}
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
    return figures, photo, mistakes


def _sentences(poll: Poll, figures: Figures | None, mistakes: dict[str, FormError]) -> dict[str, str]:
    """Return the mistakes of a form as sentences, with what does not add up: which number, and by how much."""
    said = code_words.mistakes(mistakes)
    if figures is not None and (fault := rules.fault_of(figures, poll.method.most_marks(poll.max_choices))):
        said[fault.field] = refusal_words.refusal(Refused(fault.reason, **fault.facts()))
    return said


def _entered(poll: Poll, sheet: CountSheet) -> Response:
    """Go on: to the sheet while a second person must count hands on the same phone, to the console once they agree."""
    waits = _counts_hands(poll, sheet) and count_sheets.confirmation_of(sheet.id) is None
    console = "" if waits else _console_of(poll)
    return pages.done(console or url_for(".show", poll_id=poll.id, sheet_id=sheet.id))


def _counts_hands(poll: Poll, sheet: CountSheet) -> bool:
    """Tell whether a sheet is of hands raised in a meeting: two may count them on one phone, each proving who they are."""
    return poll.meeting_poll is not None and sheet.channel == Channel.HANDS


def _may_be_unanimous(poll: Poll, sheet: CountSheet) -> bool:
    """Tell whether one button can say that all who raise a hand agree: where the first answer is to agree."""
    return _counts_hands(poll, sheet) and poll.method.fixed_options[:1] == ("support",)


def _counter(poll: Poll, sheet: CountSheet, form: dict[str, str]) -> Person | None:
    """Return the person chosen of those who may still count on this phone."""
    chosen = read_id(form.get("counter", ""))
    offered = {one.id for one in _other_counters(poll, sheet)}
    return db.session.get(Person, chosen) if chosen in offered else None


def _other_counters(poll: Poll, sheet: CountSheet) -> list[Any]:
    """Return who else may count: offices that count, of another house, not yet entered, not the one who proposed it."""
    out = {entry.entered_by for entry in count_sheets.entries_of(sheet.id)}
    out |= {person().id, poll_states.author_of(poll.consultation_id) or 0}
    known = person_queries.holders(village().id, roles.COUNTS_BALLOTS, on=today())
    return [one for one in known if one.id not in out and one.household_id != person().household_id]


def _counters_to_choose(poll: Poll, sheet: CountSheet) -> list[tuple[int, str]]:
    """Return who may take this phone and enter raised hands, as the form offers them."""
    if not _counts_hands(poll, sheet):
        return []
    return told_apart((one.id, one.name, one.house) for one in _other_counters(poll, sheet))


def _may_count(counter: Person) -> bool:
    """Tell whether somebody who proves themselves by PIN holds an office that counts; not one that takes a second proof."""
    held = villages.roles_of(counter, on=today())
    return roles.holds_any(held - KEEPERS if village().second_factor_needed else held, roles.COUNTS_BALLOTS)


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


@dataclass(frozen=True)
class Reconciled:
    """Marks and sheets of one channel, and what to do where they do not fit."""

    count: ChannelCount
    why: str


def _reconciled(poll: Poll) -> list[Reconciled]:
    """Return for paper and hands how many are marked and what the confirmed sheets say."""
    found = []
    for one in count_sheets.channel_counts(poll.id):
        reason = rules.why_not_reconciled(one, in_meeting=poll.meeting_poll is not None)
        facts = {"marked": one.marked, "counted": one.issued, "difference": abs(one.missing)}
        found.append(Reconciled(one, refusal_words.refusal(Refused(reason, **facts)) if reason else ""))
    return found


def _sheets_page(poll: Poll, values: dict[str, str], mistakes: dict[str, str], status: int = 200) -> Response:
    confirmed_by = count_sheets.confirmations(poll.id)
    sheets = [(sheet, confirmed_by.get(sheet.id)) for sheet in count_sheets.sheets_of(poll.id)]
    corrected = {sheet.corrects_id for sheet, confirmed in sheets if confirmed}
    channels = _channels_of(poll)
    return pages.page(
        "polls/count_sheets/index.html",
        status,
        poll=poll,
        rule=rule_of(poll),
        state=state_of(poll),
        corrected=corrected,
        sheets=[(sheet, Figures.from_text(c.figures) if c else None) for sheet, c in sheets],
        reconciled=_reconciled(poll),
        channels=[(code, code_words.channel(code)) for code in channels],
        values={"key": secrets.token_urlsafe(18), "channel": channels[0] if len(channels) == 1 else "", **values},
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
        entered_by=[names[e.entered_by] for e in entries],
        mine=mine,
        confirmed=Figures.from_text(confirmed.figures) if confirmed else None,
        pictured=any(entry.picture for entry in entries),
        asks_picture=_needs_picture(poll, sheet),
        console=_console_of(poll),
        others=_counters_to_choose(poll, sheet) if confirmed is None else [],
        asks_pin=not proofs.is_free(sign_in()),
        beside=request.args.get("turn") == "other" or request.endpoint == "count_sheets.enter_by_pin",
        reconciled=[one for one in _reconciled(poll) if one.count.channel == sheet.channel],
        several=poll.method.most_marks(poll.max_choices) > 1,
        unanimous=count_sheets.unanimous(poll).issued if _may_be_unanimous(poll, sheet) else 0,
        is_author=poll_states.author_of(poll.consultation_id) == person().id,
        hands=sheet.channel == Channel.HANDS and poll.meeting_poll is not None,
        values=values,
        mistakes=mistakes,
    )
