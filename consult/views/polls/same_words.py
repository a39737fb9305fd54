"""Votes on other proposals with the same words: the officer who opens a vote says whether it is the same matter."""

from flask import Blueprint, Response, abort, request, url_for

from consult.domain.form_errors import FormError
from consult.domain.numbers import read_id
from consult.domain.people import roles
from consult.domain.polls.repeat_grounds import WORDS_LENGTH
from consult.domain.text_fields import line
from consult.models import Poll, db
from consult.services.polls.requests import same_words
from consult.views.polls import changed_words
from consult.views.polls.polls import find_poll
from consult.views.talk.consultation_pages import find_consultation
from consult.web import pages
from consult.web.access import act, acting_office, only
from consult.web.words import code_words

bp = Blueprint("same_words", __name__)
OPENERS = sorted(roles.OPENS_VOTES)


@bp.get("/<slug>/consultations/<int:consultation_id>/same-words/")
@only(*OPENERS)
def index(consultation_id: int) -> Response:
    return _page(consultation_id, {}, {})


@bp.post("/<slug>/consultations/<int:consultation_id>/same-words/")
@only(*OPENERS)
def create(consultation_id: int) -> Response:
    """Say whether it is the matter of an earlier vote, and if it is another one, why."""
    form, mistakes = request.form.to_dict(), dict[str, FormError]()
    consultation, earlier = find_consultation(consultation_id), find_poll(read_id(form.get("poll", "")) or 0)
    if earlier.consultation_id == consultation.id:
        abort(404)
    words = ""
    if form.get("same") not in ("yes", "no"):
        mistakes["same"] = FormError.NOT_OFFERED
    elif form["same"] == "no":
        words = line(form, "words", WORDS_LENGTH, mistakes)
    if mistakes:
        return _page(consultation_id, form, code_words.mistakes(mistakes), status=422)
    same_words.say(
        consultation, earlier, acting_office(roles.OPENS_VOTES), act(), same=form["same"] == "yes", words=words
    )
    return pages.done(url_for(".index", consultation_id=consultation_id))


def _page(consultation_id: int, values: dict[str, str], mistakes: dict[str, str], status: int = 200) -> Response:
    consultation = find_consultation(consultation_id)
    alike = same_words.alike(consultation)
    newest = {one.matter: one for one in alike}
    said = same_words.said(consultation_id)
    return pages.page(
        "polls/same_words/index.html",
        status,
        consultation=consultation,
        votes=[
            (db.session.get_one(Poll, one.id), changed_words.since_vote(one.id, consultation.id), said.get(one.matter))
            for one in newest.values()
        ],
        values=values,
        mistakes=mistakes,
        words_length=WORDS_LENGTH,
    )
