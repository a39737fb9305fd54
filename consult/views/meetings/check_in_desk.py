"""The check-in desk of a meeting: ticking people off, noting letters, guests, excuses and departures."""

import secrets
from typing import Any

from flask import Blueprint, Response, abort, request, url_for

from consult.domain.form_errors import FormError
from consult.domain.meetings import check_ins as rules
from consult.domain.meetings.check_ins import CheckInWay
from consult.domain.numbers import read_id
from consult.domain.people import roles, roll_numbers
from consult.domain.people.roll.headers import plain
from consult.domain.refusals import Refused
from consult.domain.text_fields import line
from consult.models import Meeting, MeetingAddition, Person, db
from consult.models.meetings import check_in_queries, meeting_queries
from consult.models.people import person_queries, roll_queries
from consult.services.meetings import check_ins, meeting_additions, meeting_states
from consult.views.meetings import meeting_pages
from consult.web import errors, pages
from consult.web.access import act, acting_office, held_roles, only, today, village
from consult.web.forms import key_from
from consult.web.numbers import ident
from consult.web.uploads import photo_of_paper
from consult.web.words import code_words

bp = Blueprint("doors", __name__)
KEEPERS = sorted(roles.STAFFS_CHECK_IN)
FEW_ENOUGH_FOR_ONE_PAGE = 60
"""A roll that fits on one page is shown without choosing a group first."""


@bp.errorhandler(Refused)
def refused(error: Refused) -> Response:
    def again(mistakes: dict[str, str], status: int) -> Response:
        return _desk(
            meeting_pages.find_meeting((request.view_args or {})["meeting_id"]),
            request.form.to_dict(),
            mistakes,
            status,
        )

    return errors.shown_again(error, again) if meeting_pages.staffs_check_in() else errors.refused(error)


@bp.get("/<slug>/meetings/<int:meeting_id>/door", endpoint="show")
@only(*KEEPERS)
def show_check_in_desk(meeting_id: int) -> Response:
    return _desk(meeting_pages.find_meeting(meeting_id), {}, {})


@bp.post("/<slug>/meetings/<int:meeting_id>/door/arrivals")
@only(*KEEPERS)
def tick(meeting_id: int) -> Response:
    """Tick one number of the list, or several typed from the paper sheet."""
    meeting, form = meeting_pages.find_meeting(meeting_id), request.form.to_dict()
    numbers = roll_numbers.read_roll_numbers(form.get("numbers", ""))
    if numbers is None:
        return _desk(meeting, form, code_words.mistakes({"numbers": FormError.NOT_NUMBERS_OF_ROLL}), status=422)
    way = CheckInWay.PAPER if form.get("way") == CheckInWay.PAPER else CheckInWay.MANUAL
    check_ins.tick(meeting, numbers, way, act())
    return _again(meeting_id, said=len(set(numbers)))


@bp.post("/<slug>/meetings/<int:meeting_id>/door/departures")
@only(*KEEPERS)
def leave(meeting_id: int) -> Response:
    meeting, form = meeting_pages.find_meeting(meeting_id), request.form.to_dict()
    numbers = roll_numbers.read_roll_numbers(form.get("left", ""))
    if numbers is None:
        return _desk(meeting, form, code_words.mistakes({"left": FormError.NOT_NUMBERS_OF_ROLL}), status=422)
    check_ins.leave(meeting, numbers, act())
    return _again(meeting_id, said=len(set(numbers)))


@bp.post("/<slug>/meetings/<int:meeting_id>/door/excuses")
@only(*KEEPERS)
def excuse(meeting_id: int) -> Response:
    meeting, form = meeting_pages.find_meeting(meeting_id), request.form.to_dict()
    mistakes: dict[str, FormError] = {}
    numbers, reason = (
        roll_numbers.read_roll_numbers(form.get("excused", "")),
        line(form, "excuse", rules.REASON_LENGTH, mistakes),
    )
    if numbers is None:
        mistakes["excused"] = FormError.NOT_NUMBERS_OF_ROLL
    if mistakes or numbers is None:
        return _desk(meeting, form, code_words.mistakes(mistakes), status=422)
    check_ins.excuse(meeting, numbers, reason, act())
    return _again(meeting_id, said=len(set(numbers)))


@bp.post("/<slug>/meetings/<int:meeting_id>/door/guests")
@only(*KEEPERS)
def sit_in(meeting_id: int) -> Response:
    meeting, form = meeting_pages.find_meeting(meeting_id), request.form.to_dict()
    name, why, mistakes = rules.read_guest(form)
    if mistakes:
        return _desk(meeting, form, code_words.mistakes(mistakes), status=422)
    check_ins.sit_in(meeting, name, why, act())
    return _again(meeting_id)


@bp.post("/<slug>/meetings/<int:meeting_id>/door/letters")
@only(*KEEPERS)
def bring_letter(meeting_id: int) -> Response:
    """Note that a member of the same household is here for an absent one."""
    meeting, form = meeting_pages.find_meeting(meeting_id), request.form.to_dict()
    mistakes: dict[str, FormError] = {}
    number, holder = read_id(form.get("giver", "")), _named(form, "holder", mistakes)
    if number is None:
        mistakes["giver"] = FormError.NOT_NUMBERS_OF_ROLL
    photo, wrong = photo_of_paper(form)
    if not photo:
        mistakes["picture"] = wrong or FormError.PICTURE_MISSING
    if mistakes or holder is None or number is None:
        return _desk(meeting, form, code_words.mistakes(mistakes), status=422)
    check_ins.bring_letter(meeting, number, holder, photo, act())
    return _again(meeting_id)


@bp.post("/<slug>/meetings/<int:meeting_id>/door/arrivals/<int:number>/reversal")
@only(*KEEPERS)
def undo(meeting_id: int, number: int) -> Response:
    check_ins.undo(meeting_pages.find_meeting(meeting_id), number, "", act())
    return _again(meeting_id)


@bp.post("/<slug>/meetings/<int:meeting_id>/door/additions")
@only(*sorted(roles.CHANGES_POLLS))
def add(meeting_id: int) -> Response:
    """Ask to add a person whom the roll left out; a second officer must confirm."""
    meeting, form = meeting_pages.find_meeting(meeting_id), request.form.to_dict()
    mistakes: dict[str, FormError] = {}
    added, reason = _named(form, "added", mistakes), line(form, "add_reason", rules.REASON_LENGTH, mistakes)
    if mistakes or added is None:
        return _desk(meeting, form, code_words.mistakes(mistakes), status=422)
    office = acting_office(roles.CHANGES_POLLS)
    meeting_additions.ask(meeting, added, reason, office, act(key_from(form)))
    return _again(meeting_id)


@bp.post("/<slug>/meetings/<int:meeting_id>/door/additions/<int:addition_id>/confirmation")
@only(*sorted(roles.CHANGES_POLLS))
def confirm_addition(meeting_id: int, addition_id: int) -> Response:
    meeting = meeting_pages.find_meeting(meeting_id)
    addition = db.session.get(MeetingAddition, addition_id)
    if addition is None or addition.meeting_id != meeting.id:
        abort(404)
    office = acting_office(roles.CHANGES_POLLS, other_than=addition.asked_office)
    meeting_additions.confirm(addition, office, act())
    return _again(meeting_id)


def _named(form: dict[str, str], name: str, mistakes: dict[str, FormError]) -> Person | None:
    """Return a person on the roll by household code and name; note a mistake where there is none."""
    named = person_queries.by_code_and_name(
        village().id, plain(form.get(f"{name}_code", "")), plain(form.get(f"{name}_name", ""))
    )
    if named is None:
        mistakes[f"{name}_name"] = FormError.NOBODY_THERE
    return named


def _again(meeting_id: int, said: int | None = None) -> Response:
    """Return to the list as it was, saying how many were noted."""
    kept: dict[str, Any] = {name: request.form[name] for name in ("group", "q") if request.form.get(name)}
    if said is not None:
        kept["said"] = said
    return pages.done(url_for(".show", meeting_id=meeting_id, **kept))


def _desk(meeting: Meeting, values: dict[str, str], mistakes: dict[str, str], status: int = 200) -> Response:
    group, like = request.values.get("group", type=ident), " ".join(request.values.get("q", "").split())
    context = meeting_pages.live(meeting)
    few = context["quorum"].roll <= FEW_ENOUGH_FOR_ONE_PAGE
    lines = check_in_queries.lines(meeting.id, most=30)
    additions = check_in_queries.additions(meeting.id)
    return pages.page(
        "meetings/check_in_desk/show.html",
        status,
        group_id=group,
        like=like,
        mistakes=mistakes,
        values={"key": secrets.token_urlsafe(18), **values},
        entries=check_in_queries.roll(meeting.id, on=today(), group_id=group, like=like)
        if group or like or few
        else [],
        said=request.args.get("said", type=ident),
        takes_letters=meeting_states.body_of(meeting).takes_letters,
        undone={line.undoes for line, *_ in lines},
        newest=check_ins.newest_lines(meeting.id),
        groups=roll_queries.groups_of(village().id),
        lines=lines,
        additions=additions,
        may_add=roles.holds_any(held_roles(), roles.CHANGES_POLLS),
        asked_by=meeting_queries.names([a.asked_by for a in additions]),
        **context,
    )
