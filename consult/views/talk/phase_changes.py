"""What the council does with a consultation: answer, move on, sum up, merge, relate. One page, a form each."""

import secrets
from collections.abc import Sequence
from datetime import date

from flask import Blueprint, Response, request, url_for

from consult.domain import versions
from consult.domain.form_errors import FormError
from consult.domain.instants import read_day
from consult.domain.numbers import read_id
from consult.domain.people import owed, roles
from consult.domain.talk import comments as comment_rules
from consult.domain.talk.comments import SUMMARY_LENGTH, AnswerState
from consult.domain.talk.consultations import REASON_LENGTH
from consult.domain.talk.council_requests import CouncilAct
from consult.domain.talk.phases import WAYS, Phase
from consult.domain.text_fields import line, long_text
from consult.models import Consultation, CouncilRequest, db
from consult.models.talk import answer_queries, comment_queries, consultation_queries, meeting_bases, talk_queries
from consult.services.people import villages
from consult.services.talk import answers, phases, withdrawals
from consult.services.talk.council import council_requests
from consult.services.talk.duty import mergers, owed_answers
from consult.views.talk import consultation_pages
from consult.web import pages
from consult.web.access import act, acting_office, only, today, village
from consult.web.forms import key_from
from consult.web.numbers import ident
from consult.web.words import code_words, council_words, talk_words

bp = Blueprint("steerings", __name__)
CHOICES, LONGEST_SEARCH = 30, 60
"""So many consultations to choose from at once; the others are found by words or number, or on further pages."""
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
    item_id = read_id(form.get("item", ""))
    if item_id is not None:
        answers.give_by_meeting(consultation, *given, act(key_from(form)), item_id=item_id)
        return _back(consultation)
    answers.propose(consultation, *given, act(key_from(form)), office=acting_office(roles.ANSWERS_PROPOSALS))
    return _waits(consultation)


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
    phase, office = Phase(form["phase"]), acting_office(roles.ANSWERS_PROPOSALS)
    waits = phases.move(consultation, phase, act(key_from(form)), until=until, reason=why, office=office)
    return _back(consultation) if waits is None else _waits(consultation)


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
    why, into = line(form, "merge_reason", REASON_LENGTH, mistakes), _other(form, "into", mistakes)
    if mistakes:
        return _page(consultation, form, mistakes, status=422)
    asked = mergers.ask(consultation, into, why, act())
    if asked is None or asked.ended_at is not None:
        return _back(consultation)
    return pages.done(url_for("mergers.show", request_id=asked.id))


@bp.post("/<slug>/consultations/<int:consultation_id>/extension")
@officers_only
def extend(consultation_id: int) -> Response:
    """Ask for a later day for the answer, once, with a reason; a second officer confirms it."""
    consultation, form = consultation_pages.find_consultation(consultation_id), request.form.to_dict()
    mistakes: dict[str, FormError] = {}
    why = line(form, "extension_reason", REASON_LENGTH, mistakes)
    until = _day(form, mistakes, "answer_until")
    if until is None and "answer_until" not in mistakes:
        mistakes["answer_until"] = FormError.NOT_A_DAY
    if until is None or mistakes:
        return _page(consultation, form, mistakes, status=422)
    office = acting_office(roles.ANSWERS_PROPOSALS)
    owed_answers.extend(consultation, until, why, act(key_from(form)), office=office)
    return _waits(consultation)


@bp.post("/<slug>/consultations/<int:consultation_id>/relations")
@officers_only
def relate(consultation_id: int) -> Response:
    consultation, form = consultation_pages.find_consultation(consultation_id), request.form.to_dict()
    mistakes: dict[str, FormError] = {}
    other = _other(form, "other", mistakes)
    if mistakes:
        return _page(consultation, form, mistakes, status=422)
    withdrawals.relate(consultation, other, act())
    return _back(consultation)


def _other(form: dict[str, str], name: str, mistakes: dict[str, FormError]) -> Consultation | None:
    """Return the matter that was chosen. Where there is none its mistake is added to `mistakes`."""
    chosen = read_id(form.get(name, ""))
    query = consultation_queries.one(village().id, chosen) if chosen is not None else None
    found = db.session.scalars(query).unique().first() if query is not None else None
    if found is None:
        mistakes[name] = FormError.NOT_OFFERED
    return found


def _day(form: dict[str, str], mistakes: dict[str, FormError], name: str = "until") -> date | None:
    text = form.get(name, "").strip()
    if not text:
        return None
    day = read_day(text)
    if day is None:
        mistakes[name] = FormError.NOT_A_DAY
        return None
    if day < today():
        mistakes[name] = FormError.DAY_PAST
    return day


def _back(consultation: Consultation) -> Response:
    return pages.done(url_for("consultations.show", consultation_id=consultation.id))


def _waits(consultation: Consultation) -> Response:
    """Show the officer that it waits for a second one."""
    return pages.done(url_for(".show", consultation_id=consultation.id, _anchor="waiting"))


def _may_extend(consultation: Consultation, waiting: Sequence[CouncilRequest], *, own: bool) -> bool:
    """Tell whether the form for a later day is shown: not while one waits, and to nobody of the mover's house."""
    if own or any(one.kind is CouncilAct.EXTENSION for one in waiting):
        return False
    return answer_queries.can_move(consultation.id, today())


def _page(
    consultation: Consultation, form: dict[str, str], mistakes: dict[str, FormError], status: int = 200
) -> Response:
    words, before = request.args.get("find", "")[:LONGEST_SEARCH], request.args.get("before", type=ident)
    others = talk_queries.others(village().id, consultation.id, words=words, before=before, most=CHOICES + 1)
    held = consultation.phase is Phase.VOTE and phases.holding_vote(consultation.id) is not None
    ways = [] if held else sorted(WAYS[consultation.phase], key=list(Phase).index)
    bases = meeting_bases.bases_of(consultation.id)
    states = [s for s in AnswerState if s is not AnswerState.WITHDRAWN or answer_queries.stands(consultation.id)]
    summaries = comment_queries.opinion_summaries(consultation.id)
    waiting = council_requests.waiting(village().id, CouncilRequest.consultation_id == consultation.id)
    own = villages.of_one_house(consultation.proposal.proposed_by, act().actor)
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
        goes_on=consultation_pages.goes_on(consultation),
        may_extend=_may_extend(consultation, waiting, own=own),
        extend_to=(consultation.answer_due_on or today()) + owed.extension(),
        merger=mergers.waiting_of(consultation.id),
        answer_states=[(s.value, talk_words.answer_state(s)) for s in states],
        bases=[("", council_words.by_second()), *((one.item_id, council_words.basis(one)) for one in bases)],
        waiting=waiting,
        own_matter=own,
        ways=[(p.value, talk_words.phase(p)) for p in ways],
        others=[(o.id, f"{o.year}-{o.number:02} {o.title}") for o in others[:CHOICES]],
        find=words,
        before=before,
        more=others[CHOICES - 1].id if len(others) > CHOICES else None,
    )
