"""Voting again on the same matter: which votes there were, and the ground that one officer states and another confirms."""

import secrets

from flask import Blueprint, Response, abort, request, url_for

from consult.domain.numbers import read_id
from consult.domain.people import roles
from consult.domain.polls import repeat_grounds
from consult.domain.polls.repeat_grounds import Ground
from consult.models import FurtherVote, db
from consult.models.people import person_queries
from consult.services.polls.requests import further_votes, same_words
from consult.views.polls import changed_words
from consult.views.polls.polls import find_poll
from consult.views.talk.consultation_pages import find_consultation
from consult.web import pages
from consult.web.access import act, acting_office, now, only
from consult.web.forms import key_from
from consult.web.words import code_words

bp = Blueprint("further_votes", __name__)
CHANGERS = sorted(roles.CHANGES_POLLS)


@bp.get("/<slug>/consultations/<int:consultation_id>/further-votes/")
@only(*CHANGERS)
def index(consultation_id: int) -> Response:
    return _page(consultation_id, {}, {})


@bp.post("/<slug>/consultations/<int:consultation_id>/further-votes/")
@only(*CHANGERS)
def create(consultation_id: int) -> Response:
    form = request.form.to_dict()
    earlier = find_poll(read_id(form.get("poll", "")) or 0)
    matter = find_consultation(consultation_id)
    if earlier.consultation_id not in same_words.same_matters(matter.id):
        abort(404)
    ground, words, mistakes = repeat_grounds.read_ground(form)
    if ground is None or mistakes:
        return _page(consultation_id, form, code_words.mistakes(mistakes), status=422)
    further_votes.ask(earlier, ground, words, acting_office(roles.CHANGES_POLLS), act(key_from(form)), matter=matter)
    return pages.done(url_for(".index", consultation_id=consultation_id))


@bp.post("/<slug>/consultations/<int:consultation_id>/further-votes/<int:request_id>/confirmation")
@only(*CHANGERS)
def confirm(consultation_id: int, request_id: int) -> Response:
    asked = _find(consultation_id, request_id)
    office = acting_office(roles.CHANGES_POLLS, other_than=asked.asked_office)
    further_votes.confirm(asked.id, office, act())
    return pages.done(url_for(".index", consultation_id=consultation_id))


@bp.post("/<slug>/consultations/<int:consultation_id>/further-votes/<int:request_id>/refusal")
@only(*CHANGERS)
def drop(consultation_id: int, request_id: int) -> Response:
    further_votes.drop(_find(consultation_id, request_id).id, acting_office(roles.CHANGES_POLLS), act())
    return pages.done(url_for(".index", consultation_id=consultation_id))


def _find(consultation_id: int, request_id: int) -> FurtherVote:
    row = db.session.get(FurtherVote, request_id)
    if row is None or row.consultation_id != find_consultation(consultation_id).id:
        abort(404)
    return row


def _page(consultation_id: int, values: dict[str, str], mistakes: dict[str, str], status: int = 200) -> Response:
    consultation = find_consultation(consultation_id)
    asked = further_votes.waiting(consultation.id)
    return pages.page(
        "polls/further_votes/index.html",
        status,
        consultation=consultation,
        waiting=asked,
        changes={
            one.id: changed_words.since_vote(one.earlier_id, consultation.id)
            for one in asked
            if one.ground is Ground.CHANGED_PROPOSAL
        },
        names=person_queries.names([one.asked_by for one in asked]),
        repeatable=[
            (
                poll,
                [(one.value, code_words.ground(one.value)) for one in grounds],
                changed_words.since_vote(poll.id, consultation.id),
            )
            for poll, grounds in further_votes.repeatable(consultation.id, now=now())
        ],
        values={"key": secrets.token_urlsafe(18), **values},
        mistakes=mistakes,
    )
