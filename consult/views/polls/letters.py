"""Letters of proxy that wait for somebody of another house to look at them."""

from flask import Blueprint, Response, abort, request, url_for

from consult.domain.form_errors import FormError
from consult.domain.people import roles
from consult.domain.polls.acts_on_votes import Letter, why_not_look, why_not_see
from consult.domain.refusals import Refused
from consult.domain.text_fields import line
from consult.models import Poll, ProxyLetter, RollEntry, db
from consult.models.polls import act_queries
from consult.services.people import villages
from consult.services.polls.channels import answers
from consult.views.polls.polls import find_poll
from consult.web import pages
from consult.web.access import act, held_roles, only, person
from consult.web.words import code_words

bp = Blueprint("letters", __name__)
LOOKERS = sorted(roles.COUNTS_BALLOTS)
SEERS = sorted(roles.COUNTS_BALLOTS | roles.DECIDES_CONTESTS)
REASON_LENGTH = 200


@bp.get("/<slug>/polls/<int:poll_id>/letters/")
@only(*LOOKERS)
def index(poll_id: int) -> Response:
    return _letters_page(find_poll(poll_id), {}, {})


@bp.get("/<slug>/polls/<int:poll_id>/letters/<int:letter_id>/picture")
@only(*SEERS)
def picture(poll_id: int, letter_id: int) -> Response:
    """Send the photo of a letter: to who may look at it while it waits, and to who decides a contest of it."""
    letter, held = _find(poll_id, letter_id), held_roles()
    refusal = why_not_see(
        villages.own_house(person()),
        _facts(letter),
        looks=roles.holds_any(held, roles.COUNTS_BALLOTS) and act_queries.waits_to_be_looked_at(letter.id),
        decides=roles.holds_any(held, roles.DECIDES_CONTESTS) and letter.id in act_queries.contested_letters(poll_id),
    )
    if refusal is not None:
        raise Refused(refusal)
    return pages.photo(letter.picture)


@bp.post("/<slug>/polls/<int:poll_id>/letters/<int:letter_id>/answer")
@only(*LOOKERS)
def look(poll_id: int, letter_id: int) -> Response:
    """Say that it is a letter for this vote, signed, or why it is not."""
    letter, form, mistakes = _find(poll_id, letter_id), request.form.to_dict(), dict[str, FormError]()
    sound = form.get("sound") == "yes"
    reason = "" if sound else line(form, "reason", REASON_LENGTH, mistakes)
    if mistakes and _is_asked(letter):  # else the act says why the reader does not look at it, or not any more
        values = {**form, "letter": str(letter.id)}
        return _letters_page(find_poll(poll_id), values, code_words.mistakes(mistakes), status=422)
    answers.look(letter, act(), sound=sound, reason=reason)
    return pages.done(url_for(".index", poll_id=poll_id))


def _is_asked(letter: ProxyLetter) -> bool:
    """Tell whether the letter waits, and the reader is one to look at it."""
    waits = letter.id in {row.id for row in act_queries.letters_to_look_at(letter.poll_id)}
    return waits and why_not_look(villages.own_house(person()), _facts(letter)) is None


def _find(poll_id: int, letter_id: int) -> ProxyLetter:
    letter = db.session.get(ProxyLetter, letter_id)
    if letter is None or letter.poll_id != find_poll(poll_id).id:
        abort(404)
    return letter


def _facts(letter: ProxyLetter) -> Letter:
    entry = db.session.get_one(RollEntry, (letter.poll_id, letter.number))
    return Letter(letter.holder_id, letter.giver_id, entry.household_id)


def _letters_page(poll: Poll, values: dict[str, str], mistakes: dict[str, str], status: int = 200) -> Response:
    house = villages.own_house(person())
    letters = [
        (row, why_not_look(house, Letter(row.holder_id, row.giver_id, row.household_id)))
        for row in act_queries.letters_to_look_at(poll.id)
    ]
    return pages.page(
        "polls/letters/index.html",
        status,
        poll=poll,
        letters=letters,
        values=values,
        mistakes=mistakes,
        reason_length=REASON_LENGTH,
    )
