"""四议两公开: a proposal's six steps, its kind of matter and its questions of law. Everybody reads, officers record."""

from flask import Blueprint, Response, abort, request, url_for

from consult.domain import versions
from consult.domain.form_errors import FormError
from consult.domain.law import four_deliberations as rules
from consult.domain.law import matters, motion_checks
from consult.domain.law.four_deliberations import ON_RECORD
from consult.domain.people import roles
from consult.models import Consultation
from consult.models.meetings import meeting_queries
from consult.services.law import four_deliberations
from consult.services.talk import work_results
from consult.views.meetings import meeting_pages
from consult.views.talk.consultation_pages import find_consultation
from consult.web import pages
from consult.web.access import act, held_roles, only, public, today
from consult.web.uploads import photo_of_paper
from consult.web.words import code_words, meeting_words

bp = Blueprint("four_deliberations", __name__)


@bp.get("/<slug>/consultations/<int:consultation_id>/four-deliberations", endpoint="show")
@public
def show_deliberations(consultation_id: int) -> Response:
    return _page(find_consultation(consultation_id), {}, {})


@bp.post("/<slug>/consultations/<int:consultation_id>/four-deliberations/matter")
@only(*sorted(roles.ANNOUNCES_POLLS))
def choose_matter(consultation_id: int) -> Response:
    consultation, form = find_consultation(consultation_id), request.form.to_dict()
    if form.get("matter") not in matters.codes():
        return _page(consultation, form, code_words.mistakes({"matter": FormError.NOT_OFFERED}), status=422)
    four_deliberations.choose_matter(consultation, form["matter"], act())
    return _again(consultation_id)


@bp.post("/<slug>/consultations/<int:consultation_id>/four-deliberations/check")
@only(*sorted(roles.ANNOUNCES_POLLS))
def check(consultation_id: int) -> Response:
    consultation, form = find_consultation(consultation_id), request.form.to_dict()
    checked, mistakes = motion_checks.read_check_form(form)
    if checked is None:
        return _page(consultation, form, code_words.mistakes(mistakes), status=422)
    four_deliberations.check_motion(consultation, checked, act())
    return _again(consultation_id)


@bp.post("/<slug>/consultations/<int:consultation_id>/four-deliberations/steps")
@only(*sorted(roles.RECORDS_STEPS))
def record(consultation_id: int) -> Response:
    """Record a step that was held on paper, with a photo of it."""
    consultation, form = find_consultation(consultation_id), request.form.to_dict()
    step, mistakes = rules.read_stage_form(form, today=today())
    photo, wrong = photo_of_paper(form)
    if not photo:
        mistakes["picture"] = wrong or FormError.PICTURE_MISSING
    if step is None or mistakes:
        return _page(consultation, form, code_words.mistakes(mistakes), status=422)
    four_deliberations.record_step(consultation, step, photo, act())
    return _again(consultation_id)


@bp.post("/<slug>/consultations/<int:consultation_id>/result")
@only(*sorted(roles.DECLARES_OUTCOMES))
def post_result(consultation_id: int) -> Response:
    """Post on the board what became of it."""
    notice = work_results.post_result(find_consultation(consultation_id), act())
    return pages.done(url_for("notices.show", notice_id=notice.id))


@bp.get("/<slug>/consultations/<int:consultation_id>/four-deliberations/papers/<int:number>.jpg")
@only(*sorted(roles.READS_MEETING_PAPERS))
def paper(consultation_id: int, number: int) -> Response:
    """Return the photo of a step's paper, by the number of the step from 1."""
    step = dict(enumerate(rules.ORDER, 1)).get(number)
    row = four_deliberations.done(find_consultation(consultation_id).id).get(step) if step else None
    if row is None:
        abort(404)
    return pages.photo(row.picture)


def _again(consultation_id: int) -> Response:
    return pages.done(url_for(".show", consultation_id=consultation_id))


def _page(consultation: Consultation, values: dict[str, str], mistakes: dict[str, str], status: int = 200) -> Response:
    there, code = four_deliberations.done(consultation.id), four_deliberations.matter_of(consultation.id)
    held = held_roles()
    return pages.page(
        "law/four_deliberations/show.html",
        status,
        consultation=consultation,
        proposal=consultation.proposal,
        version=versions.token(four_deliberations.shown_parts(consultation)),
        done=there,
        steps=rules.ORDER,
        next_step=rules.next_step(there),
        matter=matters.find(code) if code else None,
        matters=[(m, meeting_words.matter(m)) for m in matters.codes()],
        checked=four_deliberations.check_of(consultation.id),
        questions=list(motion_checks.sources().items()),
        on_record=[s for s in ON_RECORD if s not in there],
        meetings=meeting_queries.of_consultation(
            consultation.id, hidden=() if meeting_pages.in_office() else meeting_pages.INTERNAL
        ),
        may_choose=roles.holds_any(held, roles.ANNOUNCES_POLLS),
        may_record=roles.holds_any(held, roles.RECORDS_STEPS),
        may_post=roles.holds_any(held, roles.DECLARES_OUTCOMES),
        reads_papers=roles.holds_any(held, roles.READS_MEETING_PAPERS),
        values=values,
        mistakes=mistakes,
    )
