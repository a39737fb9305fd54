"""What the council does with a consultation: answer, move on, sum up, merge, relate. One page, a form each."""

import secrets
from datetime import date

from flask import Blueprint, Response, request, url_for

from consult.domain import versions
from consult.domain.form_errors import FormError
from consult.domain.instants import read_day
from consult.domain.numbers import read_id
from consult.domain.people import roles
from consult.domain.talk import comments as comment_rules
from consult.domain.talk.comments import SUMMARY_LENGTH, AnswerState
from consult.domain.talk.consultations import REASON_LENGTH
from consult.domain.talk.phases import WAYS, Phase
from consult.domain.text_fields import line, long_text
from consult.models import Consultation, db
from consult.models.talk import comment_queries, consultation_queries, talk_queries
from consult.services.talk import answers, phases, withdrawals
from consult.views.talk import consultation_pages
from consult.web import pages
from consult.web.access import act, only, today, village
from consult.web.forms import key_from
from consult.web.words import code_words, talk_words

bp = Blueprint("steerings", __name__)
officers_only = only(*sorted(roles.ANSWERS_PROPOSALS))


@bp.get("/<slug>/consultations/<int:consultation_id>/steering", endpoint="show")
@officers_only
def show_phase(consultation_id: int) -> Response:
    return _page(consultation_pages.find_consultation(consultation_id), {}, {})


@bp.post("/<slug>/consultations/<int:consultation_id>/answers")
@officers_only
def answer(consultation_id: int) -> Response:
    consultation, form = consultation_pages.find_consultation(consultation_id), request.form.to_dict()
    given, mistakes = comment_rules.read_answer(form)
    if given is None:
        return _page(consultation, form, mistakes, status=422)
    answers.answer(consultation, *given, act(key_from(form)))
    return _back(consultation)


@bp.post("/<slug>/consultations/<int:consultation_id>/phases")
@officers_only
def move(consultation_id: int) -> Response:
    consultation, form = consultation_pages.find_consultation(consultation_id), request.form.to_dict()
    mistakes: dict[str, FormError] = {}
    why = line(form, "why", REASON_LENGTH, mistakes, may_be_empty=True)
    until = _day(form, mistakes)
    if form.get("phase") not in list(Phase):
        mistakes["phase"] = FormError.NOT_OFFERED
    if mistakes:
        return _page(consultation, form, mistakes, status=422)
    phases.move(consultation, Phase(form["phase"]), act(), until=until, reason=why)
    return _back(consultation)


@bp.post("/<slug>/consultations/<int:consultation_id>/summaries")
@officers_only
def sum_up(consultation_id: int) -> Response:
    consultation, form = consultation_pages.find_consultation(consultation_id), request.form.to_dict()
    mistakes: dict[str, FormError] = {}
    text = long_text(form, "summary_text", SUMMARY_LENGTH, mistakes)
    if mistakes:
        return _page(consultation, form, mistakes, status=422)
    answers.sum_up(consultation, text, act(key_from(form)))
    return pages.done(url_for("opinions.show", consultation_id=consultation.id))


@bp.post("/<slug>/consultations/<int:consultation_id>/merger")
@officers_only
def merge(consultation_id: int) -> Response:
    consultation, form = consultation_pages.find_consultation(consultation_id), request.form.to_dict()
    mistakes: dict[str, FormError] = {}
    why = line(form, "merge_reason", REASON_LENGTH, mistakes)
    if mistakes:
        return _page(consultation, form, mistakes, status=422)
    withdrawals.merge(consultation, _other(form, "into"), why, act())
    return _back(consultation)


@bp.post("/<slug>/consultations/<int:consultation_id>/relations")
@officers_only
def relate(consultation_id: int) -> Response:
    consultation = consultation_pages.find_consultation(consultation_id)
    withdrawals.relate(consultation, _other(request.form.to_dict(), "other"), act())
    return _back(consultation)


def _other(form: dict[str, str], name: str) -> Consultation | None:
    chosen = read_id(form.get(name, ""))
    query = consultation_queries.one(village().id, chosen) if chosen is not None else None
    return db.session.scalars(query).unique().first() if query is not None else None


def _day(form: dict[str, str], mistakes: dict[str, FormError]) -> date | None:
    text = form.get("until", "").strip()
    if not text:
        return None
    day = read_day(text)
    if day is None:
        mistakes["until"] = FormError.NOT_A_DAY
        return None
    if day < today():
        mistakes["until"] = FormError.DAY_PAST
    return day


def _back(consultation: Consultation) -> Response:
    return pages.done(url_for("consultations.show", consultation_id=consultation.id))


def _page(
    consultation: Consultation, form: dict[str, str], mistakes: dict[str, FormError], status: int = 200
) -> Response:
    others = talk_queries.others(village().id, consultation.id)
    ways = sorted(WAYS[consultation.phase], key=list(Phase).index)
    summaries = comment_queries.opinion_summaries(consultation.id)
    return pages.page(
        "talk/phase_changes/show.html",
        status,
        consultation=consultation,
        proposal=consultation.proposal,
        key=secrets.token_urlsafe(18),
        version=versions.token(phases.shown_parts(consultation)),
        values={"summary_text": summaries[0].text if summaries else "", **form},
        mistakes=code_words.mistakes(mistakes),
        ended=consultation_pages.is_ended(consultation),
        answer_states=[(s.value, talk_words.answer_state(s)) for s in AnswerState],
        ways=[(p.value, talk_words.phase(p)) for p in ways],
        others=[(o.id, f"{o.year}-{o.number:02} {o.title}") for o in others],
    )
