"""四议两公开: a proposal's six steps, its kind of matter and its questions of law. Everybody reads, officers record."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, request, url_for

from consult.domain import versions
from consult.domain.form_errors import FormError
from consult.domain.law import bodies, matters, motion_checks
from consult.domain.law import four_deliberations as rules
from consult.domain.law.bodies import Body
from consult.domain.law.four_deliberations import ON_RECORD
from consult.domain.law.matters import MatterPaper, Whose
from consult.domain.law.paper_records import read_paper_form
from consult.domain.people import roles
from consult.domain.polls.resolution_texts import ResolutionText
from consult.domain.refusals import Reason, Refused
from consult.domain.talk.consultations import Draft
from consult.models import Consultation
from consult.models.meetings import meeting_queries
from consult.models.people import roll_queries
from consult.models.talk import consultation_queries
from consult.services.law import agenda_texts, four_deliberations, rule_changes
from consult.services.talk import work_results
from consult.views.meetings import meeting_pages
from consult.views.talk.consultation_pages import find_consultation
from consult.web import pages
from consult.web.access import act, held_roles, only, public, today, village
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
    mistakes: dict[str, FormError] = {}
    if form.get("matter") not in {row.code for row in matters.offered(today())}:
        mistakes["matter"] = FormError.NOT_OFFERED
    group = form.get("whose", "")
    if group and group not in _groups():
        mistakes["whose"] = FormError.NOT_OFFERED
    if not mistakes:
        whose = matters.find(form["matter"]).whose
        if whose is Whose.GROUP and not group:
            mistakes["whose"] = FormError.NOT_OFFERED
        if whose is Whose.VILLAGE:
            group = ""
    if mistakes:
        return _page(consultation, form, code_words.mistakes(mistakes), status=422)
    four_deliberations.choose_matter(consultation, form["matter"], act(), group_id=_groups().get(group))
    return _again(consultation_id)


@bp.post("/<slug>/consultations/<int:consultation_id>/four-deliberations/matter-papers")
@only(*sorted(roles.RECORDS_PAPERS))
def record_paper(consultation_id: int) -> Response:
    """Put on record a paper that the law asks for beside the vote, with a photo of it."""
    consultation, form = find_consultation(consultation_id), request.form.to_dict()
    if not (needed := _needed(consultation.id)):
        raise Refused(Reason.NO_PAPER_WANTED)
    record, mistakes = read_paper_form(
        form,
        offered=needed,
        households=roll_queries.counts(village().id)[1],
        today=today(),
    )
    photo, wrong = photo_of_paper(form)
    if not photo:
        mistakes["picture"] = wrong or FormError.PICTURE_MISSING
    if record is None or mistakes:
        return _page(consultation, form, code_words.mistakes(mistakes), status=422)
    four_deliberations.record_paper(consultation, record, photo, act())
    return _again(consultation_id)


@bp.get("/<slug>/consultations/<int:consultation_id>/four-deliberations/matter-papers/<paper>.jpg")
@only(*sorted(roles.READS_MEETING_PAPERS))
def matter_paper(consultation_id: int, paper: str) -> Response:
    """Return the photo of the newest paper of a kind."""
    there = four_deliberations.papers_of(find_consultation(consultation_id).id)
    row = next((one for kind, one in there.items() if kind.value == paper), None)
    if row is None:
        abort(404)
    return pages.photo(row.picture)


def _groups() -> dict[str, int]:
    return {str(g.id): g.id for g in roll_queries.groups_of(village().id)}


def _needed(consultation_id: int) -> list[MatterPaper]:
    """Return the papers that the kind of matter asks for."""
    code = four_deliberations.matter_of(consultation_id)
    matter = matters.find(code) if code else None
    return matters.papers_of(matter) if matter else []


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
    step, mistakes = rules.read_stage_form(form, today=today(), rule_of=_rule_here)
    photo, wrong = photo_of_paper(form)
    if not photo:
        mistakes["picture"] = wrong or FormError.PICTURE_MISSING
    if step is None or mistakes:
        return _page(consultation, form, code_words.mistakes(mistakes), status=422)
    four_deliberations.record_step(consultation, step, photo, act())
    return _again(consultation_id)


def _rule_here(code: str, on: date) -> Body:
    """Return the rule of a body on a day as it holds in this village, with what the charter sets."""
    return rule_changes.body_in_force(village(), code, None, on=max(on, bodies.first_day(code)))


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
    there, chosen = four_deliberations.done(consultation.id), four_deliberations.choice_of(consultation.id)
    stands, history = four_deliberations.covering(consultation.id), four_deliberations.history_of(consultation.id)
    checked = four_deliberations.check_of(consultation.id)
    papers = {
        kind: row
        for kind, row in four_deliberations.papers_of(consultation.id).items()
        if history.paper_stands(kind, row.recorded_at)
    }
    matter = matters.find(chosen.matter) if chosen else None
    groups = {g.id: g.name for g in roll_queries.groups_of(village().id)}
    held = held_roles()
    return pages.page(
        "law/four_deliberations/show.html",
        status,
        consultation=consultation,
        proposal=consultation.proposal,
        version=versions.token(four_deliberations.shown_parts(consultation)),
        done=there,
        steps=rules.ORDER,
        next_step=rules.next_step(stands),
        matter=matter,
        whose=chosen.group_id if chosen else None,
        groups=groups,
        papers=papers,
        needed=[*matter.before, *matter.after] if matter else [],
        offered_papers=[(p.value, meeting_words.matter_paper(p.value)) for p in _needed(consultation.id)],
        authorised=papers.get(MatterPaper.AUTHORISATION),
        paper_name=meeting_words.matter_paper,
        matters=[(row.code, meeting_words.matter(row.code)) for row in matters.offered(today())],
        checked=checked,
        check_stands=checked is not None and four_deliberations.check_stands(checked),
        outdated=[step for step in there if step not in stands],
        questions=list(motion_checks.sources().items()),
        on_record=[s for s in ON_RECORD if s not in stands],
        meetings=meeting_queries.of_consultation(
            consultation.id, hidden=() if meeting_pages.in_office() else meeting_pages.INTERNAL
        ),
        texts=_texts(consultation),
        may_choose=roles.holds_any(held, roles.ANNOUNCES_POLLS),
        may_record=roles.holds_any(held, roles.RECORDS_STEPS),
        may_record_papers=roles.holds_any(held, roles.RECORDS_PAPERS),
        may_post=roles.holds_any(held, roles.DECLARES_OUTCOMES),
        reads_papers=roles.holds_any(held, roles.READS_MEETING_PAPERS),
        values=values,
        mistakes=mistakes,
    )


def _texts(consultation: Consultation) -> list[tuple[Any, ResolutionText]]:
    """Return, for those who prepare votes, the texts of agendas that say something else than the proposal, with their rows."""
    if not meeting_pages.in_office():
        return []
    _, words = consultation_queries.words_of(consultation.id)
    draft = Draft.from_facts(words)
    proposed = ResolutionText.of_proposal(draft)
    filled = [
        (row, meeting_queries.resolution_of(row).filled_from(draft)) for row in agenda_texts.shown(consultation.id)
    ]
    return [(row, text) for row, text in filled if not text.says_the_same(proposed)]
