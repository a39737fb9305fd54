"""Moderation: reporting content, hiding it, appealing, deciding, showing it again."""

from collections.abc import Callable

from flask import Blueprint, Response, abort, request, url_for
from sqlalchemy import select

from consult.domain import versions
from consult.domain.form_errors import FormError
from consult.domain.people import roles
from consult.domain.talk.moderation import REASON_LENGTH, ReportGround
from consult.domain.text_fields import line
from consult.models import Person, Removal, db
from consult.models.talk import talk_queries
from consult.services.talk import moderation
from consult.services.talk.moderation import Content
from consult.web import pages
from consult.web.access import act, held_roles, members_only, only, person, village
from consult.web.words import code_words, talk_words

bp = Blueprint("hidings", __name__)
CONTENT = "/<slug>/<any(comment, statement):kind>/<int:row_id>"
readers_only = only(*sorted(roles.READS_HIDDEN))


@bp.get(CONTENT + "/report")
@members_only
def report_form(kind: str, row_id: int) -> Response:
    return _report_page(_find_content(kind, row_id), {}, {})


@bp.post(CONTENT + "/report", endpoint="report")
@members_only
def report_content(kind: str, row_id: int) -> Response:
    content, form = _find_content(kind, row_id), request.form.to_dict()
    remark, ground, mistakes = _reason(form, may_be_empty=True)
    if ground is None or mistakes:
        return _report_page(content, form, mistakes, status=422)
    moderation.report_content(content, ground, remark, act())
    return pages.page("talk/moderation/reported.html", words=content)


@bp.get("/<slug>/hidings/")
@readers_only
def index() -> Response:
    """List the open reports, and what is hidden."""
    reports, hidden = talk_queries.reports_waiting(village().id), talk_queries.removals(village().id)
    texts = moderation.texts_of(village().id, [r.subject for r in reports] + [h.subject for h in hidden])
    return pages.page(
        "talk/moderation/index.html",
        reports=reports,
        hidings=hidden,
        texts=texts,
        hides=roles.holds_any(held_roles(), roles.ANSWERS_PROPOSALS),
        grounds=_grounds(),
    )


@bp.get(CONTENT + "/hiding")
@readers_only
def hide_form(kind: str, row_id: int) -> Response:
    return _hide_page(_find_content(kind, row_id), {}, {})


@bp.post(CONTENT + "/hiding")
@only(*sorted(roles.ANSWERS_PROPOSALS))
def hide(kind: str, row_id: int) -> Response:
    content, form = _find_content(kind, row_id), request.form.to_dict()
    reason, ground, mistakes = _reason(form, may_be_empty=False)
    if ground is None or mistakes:
        return _hide_page(content, form, mistakes, status=422)
    moderation.hide(content, ground, reason, act())
    return pages.done(url_for(".index"))


@bp.post(CONTENT + "/report/settlement", endpoint="let_stand")
@only(*sorted(roles.ANSWERS_PROPOSALS))
def dismiss_reports(kind: str, row_id: int) -> Response:
    moderation.dismiss_reports(_find_content(kind, row_id), act())
    return pages.done(url_for(".index"))


@bp.get("/<slug>/hidings/<int:hiding_id>", endpoint="show")
@members_only
def show_removal(hiding_id: int) -> Response:
    """Show what was hidden, why, and what happened since."""
    return _page(_find_removal(hiding_id), {}, {})


@bp.post("/<slug>/hidings/<int:hiding_id>/appeal")
@members_only
def appeal(hiding_id: int) -> Response:
    return _with_reason(hiding_id, "why", lambda removal, why: moderation.appeal(removal, why, act()))


@bp.post("/<slug>/hidings/<int:hiding_id>/decision")
@only(*sorted(roles.DECIDES_APPEALS))
def decide(hiding_id: int) -> Response:
    restored = request.form.get("decision") == "restore"
    return _with_reason(
        hiding_id,
        "decision_reason",
        lambda removal, why: moderation.decide(removal, act(), restore_content=restored, reason=why),
    )


@bp.post("/<slug>/hidings/<int:hiding_id>/restoration")
@only(*sorted(roles.ANSWERS_PROPOSALS))
def restore(hiding_id: int) -> Response:
    return _with_reason(hiding_id, "restore_reason", lambda removal, why: moderation.restore(removal, why, act()))


def _with_reason(hiding_id: int, name: str, service: Callable[[Removal, str], None]) -> Response:
    """Do what needs a reason; without one the page comes back."""
    removal, form, mistakes = _find_removal(hiding_id), request.form.to_dict(), dict[str, FormError]()
    why = line(form, name, REASON_LENGTH, mistakes)
    if mistakes:
        return _page(removal, form, mistakes, status=422)
    service(removal, why)
    return pages.done(url_for(".show", hiding_id=hiding_id))


def _find_content(kind: str, row_id: int) -> Content:
    content = moderation.find_content(village().id, kind, row_id)
    if content is None or (content.hidden_at and not roles.holds_any(held_roles(), roles.READS_HIDDEN)):
        abort(404)
    return content


def _find_removal(hiding_id: int) -> Removal:
    """Find a removal that the reader may see: its author, the council, the supervisors. 404 otherwise."""
    removal = db.session.scalar(select(Removal).where(Removal.id == hiding_id, Removal.village_id == village().id))
    if removal is None or not (removal.author_id == person().id or roles.holds_any(held_roles(), roles.READS_HIDDEN)):
        abort(404)
    return removal


def _reason(form: dict[str, str], *, may_be_empty: bool) -> tuple[str, ReportGround | None, dict[str, FormError]]:
    mistakes: dict[str, FormError] = {}
    words = line(form, "reason", REASON_LENGTH, mistakes, may_be_empty=may_be_empty)
    ground = ReportGround(form["ground"]) if form.get("ground") in list(ReportGround) else None
    if ground is None:
        mistakes["ground"] = FormError.NOT_OFFERED
    return words, ground, mistakes


def _grounds() -> list[tuple[str, str]]:
    return [(g.value, talk_words.ground(g)) for g in ReportGround]


def _report_page(
    content: Content, values: dict[str, str], mistakes: dict[str, FormError], status: int = 200
) -> Response:
    return _form("talk/moderation/report.html", content, values, mistakes, status)


def _hide_page(content: Content, values: dict[str, str], mistakes: dict[str, FormError], status: int = 200) -> Response:
    return _form("talk/moderation/hide.html", content, values, mistakes, status)


def _form(
    template: str, content: Content, values: dict[str, str], mistakes: dict[str, FormError], status: int
) -> Response:
    kind, _, row_id = moderation.subject_of(content).partition(":")
    return pages.page(
        template,
        status,
        words=content,
        version=versions.token({"hidden": content.hidden_at is not None}),
        kind=kind,
        row_id=int(row_id),
        grounds=_grounds(),
        values=values,
        mistakes=code_words.mistakes(mistakes),
    )


def _page(removal: Removal, values: dict[str, str], mistakes: dict[str, FormError], status: int = 200) -> Response:
    people = {
        p.id: p.name
        for p in db.session.query(Person).where(
            Person.id.in_({removal.hidden_by, removal.author_id, removal.decided_by or 0, removal.restored_by or 0})
        )
    }
    may_decide = roles.holds_any(held_roles(), roles.DECIDES_APPEALS)
    return pages.page(
        "talk/moderation/show.html",
        status,
        hiding=removal,
        version=versions.token(moderation.removal_parts(removal)),
        names=people,
        values=values,
        mistakes=code_words.mistakes(mistakes),
        text=moderation.texts_of(village().id, [removal.subject]).get(removal.subject, ""),
        is_author=removal.author_id == person().id,
        may_decide=may_decide and person().id not in (removal.hidden_by, removal.author_id),
        may_restore=roles.holds_any(held_roles(), roles.ANSWERS_PROPOSALS),
    )
