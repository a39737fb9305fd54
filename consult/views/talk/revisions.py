"""Revisions of a proposal: what changed and why, and the form for the next one."""

import secrets
from itertools import pairwise

from flask import Blueprint, Response, abort, request, url_for

from consult.domain.numbers import read_id
from consult.domain.people import roles
from consult.domain.refusals import Reason, Refused
from consult.domain.talk import consultations as rules
from consult.domain.talk import differences
from consult.domain.talk.consultations import Draft, as_form
from consult.domain.text_fields import line
from consult.models import Consultation, Person, db
from consult.models.board.hidden import in_force
from consult.models.talk import comment_queries, moderation_queries, talk_queries
from consult.services.talk import revisions
from consult.views.talk import consultation_pages
from consult.web import errors, pages
from consult.web.access import act, held_roles, members_only, person, public, village
from consult.web.forms import key_from
from consult.web.numbers import ident
from consult.web.words import code_words, refusal_words

bp = Blueprint("revisions", __name__)
PAGE = 20


@bp.get("/<slug>/consultations/<int:consultation_id>/revisions")
@public
def index(consultation_id: int) -> Response:
    """Show revisions, newest first, each against the one before it, a page of them at once."""
    consultation = consultation_pages.find_consultation(consultation_id)
    before = request.args.get("before", type=ident)
    found = talk_queries.revisions(consultation.proposal.id, most=PAGE + 1, before=before)
    if not found:
        abort(404)
    people = {p.id: p.name for p in db.session.query(Person).where(Person.id.in_({r.revised_by for r in found}))}
    credited: dict[int, list[object]] = {}
    subjects = {one.number: moderation_queries.words_subject(one.proposal_id, one.number) for one in found}
    traces = in_force(village().id, list(subjects.values()))
    hidden = {number: traces[subject] for number, subject in subjects.items() if subject in traces}
    budget = differences.Budget()  # for revisions of before the differences were stored
    for comment in comment_queries.credits_of(consultation.id):
        credited.setdefault(comment.accepted_in or 0, []).append(comment)
    return pages.page(
        "talk/revisions/index.html",
        consultation=consultation,
        proposal=consultation.proposal,
        steps=[
            (
                new,
                people[new.revised_by],
                [] if {new.number, old.number} & set(hidden) else revisions.changes(old, new, budget).items(),
                credited.get(new.number, []),
            )
            for new, old in pairwise(found)
        ],
        hidden=hidden,
        reads_hidden=roles.holds_any(held_roles(), roles.READS_HIDDEN),
        first=found[-1] if found[-1].number == 1 else None,
        more=found[-1].number + 1 if found[-1].number > 1 else None,
        by_officer=talk_queries.opened_by_officer(consultation.id),
        first_name=people[found[-1].revised_by],
        may_revise=consultation_pages.may_revise(consultation),
    )


@bp.get("/<slug>/consultations/<int:consultation_id>/revisions/new")
@members_only
def new(consultation_id: int) -> Response:
    consultation = consultation_pages.find_consultation(consultation_id)
    revisions.refuse_unless_revisable(consultation, person(), in_office=_in_office())
    words = Draft.from_facts(talk_queries.revisions(consultation.proposal.id, most=1)[0].words)
    values = as_form(words) | {"key": secrets.token_urlsafe(18), "base": str(consultation.proposal.revision)}
    return _form(consultation, values, {})


@bp.post("/<slug>/consultations/<int:consultation_id>/revisions")
@members_only
def create(consultation_id: int) -> Response:
    consultation, form = consultation_pages.find_consultation(consultation_id), request.form.to_dict()
    draft, mistakes = rules.read_draft_form(form)
    reason = line(form, "reason", rules.REASON_LENGTH, mistakes)
    if draft is None or mistakes:
        return _form(consultation, form, code_words.mistakes(mistakes), status=422)
    accepted = [n for n in map(read_id, request.form.getlist("accepted")) if n is not None]
    try:
        revisions.revise(
            consultation,
            draft,
            act(key_from(form)),
            base=read_id(form.get("base", "")) or 0,
            reason=reason,
            accepted=accepted,
            in_office=_in_office(),
        )
    except Refused as refusal:
        if refusal.reason not in (Reason.REVISED_MEANWHILE, Reason.WORDS_ARE_HIDDEN):
            raise
        newer = {**form, "base": str(consultation_pages.find_consultation(consultation_id).proposal.revision)}
        mistake = {"title": refusal_words.refusal(refusal)}
        return _form(
            consultation_pages.find_consultation(consultation_id),
            newer,
            mistake,
            status=errors.status_of(refusal.reason),
        )
    return pages.done(url_for(".index", consultation_id=consultation_id))


def _in_office() -> bool:
    return roles.holds_any(held_roles(), roles.ANSWERS_PROPOSALS)


def _form(consultation: Consultation, values: dict[str, str], mistakes: dict[str, str], status: int = 200) -> Response:
    return pages.page(
        "talk/revisions/new.html",
        status,
        consultation=consultation,
        values=values,
        mistakes=mistakes,
        suggestions=comment_queries.suggestions_waiting(consultation.id),
        chosen=request.form.getlist("accepted"),
        funding_rows=range(1, rules.FUNDING_ROWS + 1),
    )
