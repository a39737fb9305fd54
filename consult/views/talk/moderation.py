"""Moderation: reporting content, hiding it, appealing, deciding, showing it again."""

from collections.abc import Callable

from flask import Blueprint, Response, abort, request, url_for
from sqlalchemy import select

from consult.domain import versions
from consult.domain.form_errors import FormError
from consult.domain.people import roles
from consult.domain.people.owed import Owed
from consult.domain.talk.moderation import REASON_LENGTH, ReportableKind, ReportGround
from consult.domain.text_fields import line
from consult.models import Person, Removal, db
from consult.models.board.hidden import in_force
from consult.models.talk import talk_queries
from consult.services.people import villages
from consult.services.talk import moderation, moderation_subjects
from consult.services.talk.moderation_subjects import Subject
from consult.web import pages
from consult.web.access import act, held_roles, members_only, now, only, person, village
from consult.web.words import code_words, talk_words

bp = Blueprint("hidings", __name__)
CONTENT = "/<slug>/<any(comment, statement, revision, recording, picture, petition, objection, progress):kind>/<ref>"
"""Every ReportableKind."""
readers_only = only(*sorted(roles.READS_HIDDEN))


@bp.get(CONTENT + "/report")
@members_only
def report_form(kind: str, ref: str) -> Response:
    return _report_page(_find_content(kind, ref), {}, {})


@bp.post(CONTENT + "/report", endpoint="report")
@members_only
def report_content(kind: str, ref: str) -> Response:
    content, form = _find_content(kind, ref), request.form.to_dict()
    remark, ground, mistakes = _reason(form, may_be_empty=True)
    if ground is None or mistakes:
        return _report_page(content, form, mistakes, status=422)
    moderation.report_content(content, ground, remark, act(), about_me=bool(form.get("about_me")))
    return pages.page("talk/moderation/reported.html", words=content, place=address_of(content))


@bp.get("/<slug>/hidings/")
@readers_only
def index() -> Response:
    """List the open reports, and what is hidden."""
    reports, hidden = talk_queries.reports_waiting(village().id), talk_queries.removals(village().id)
    texts = moderation_subjects.texts_of(village().id, [r.subject for r in reports] + [h.subject for h in hidden])
    return pages.page(
        "talk/moderation/index.html",
        reports=reports,
        hidings=hidden,
        texts=texts,
        due_days={r.id: villages.owed_by(Owed.REPORT, r.village_id, r.reported_at) for r in reports}
        | {
            ("appeal", h.id): villages.owed_by(Owed.APPEAL, h.village_id, h.appealed_at)
            for h in hidden
            if h.appealed_at is not None
        },
        hides=roles.holds_any(held_roles(), roles.ANSWERS_PROPOSALS),
        grounds=_grounds(),
    )


@bp.get(CONTENT + "/hiding")
@readers_only
def hide_form(kind: str, ref: str) -> Response:
    return _hide_page(_find_content(kind, ref), {}, {})


@bp.post(CONTENT + "/hiding")
@only(*sorted(roles.ANSWERS_PROPOSALS))
def hide(kind: str, ref: str) -> Response:
    content, form = _find_content(kind, ref), request.form.to_dict()
    reason, ground, mistakes = _reason(form, may_be_empty=False)
    if ground is None or mistakes:
        return _hide_page(content, form, mistakes, status=422)
    moderation.hide(content, ground, reason, act())
    return pages.done(url_for(".index"))


@bp.post(CONTENT + "/report/settlement", endpoint="let_stand")
@only(*sorted(roles.ANSWERS_PROPOSALS))
def dismiss_reports(kind: str, ref: str) -> Response:
    moderation.dismiss_reports(_find_content(kind, ref), act())
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


def _find_content(kind: str, ref: str) -> Subject:
    content = moderation_subjects.find(village().id, kind, ref)
    if content is None or (_is_hidden(content) and not roles.holds_any(held_roles(), roles.READS_HIDDEN)):
        abort(404)
    return content


def _is_hidden(content: Subject) -> bool:
    return bool(in_force(village().id, [content.key]))


def address_of(content: Subject) -> str:
    """Return the page on which content stands."""
    if content.kind is ReportableKind.PETITION:
        return url_for("petitions.show", petition_id=content.place)
    if content.kind is ReportableKind.OBJECTION:
        return url_for("notices.show", notice_id=content.place, _anchor="objections")
    if content.kind is ReportableKind.PROGRESS:
        return url_for("tasks.show", task_id=content.place)
    return url_for("consultations.show", consultation_id=content.consultation_id)


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
    content: Subject, values: dict[str, str], mistakes: dict[str, FormError], status: int = 200
) -> Response:
    return _form("talk/moderation/report.html", content, values, mistakes, status)


def _hide_page(content: Subject, values: dict[str, str], mistakes: dict[str, FormError], status: int = 200) -> Response:
    return _form("talk/moderation/hide.html", content, values, mistakes, status)


def _form(
    template: str, content: Subject, values: dict[str, str], mistakes: dict[str, FormError], status: int
) -> Response:
    hidden = _is_hidden(content)
    return pages.page(
        template,
        status,
        words=content,
        place=address_of(content),
        hidden=hidden,
        may_hide=roles.holds_any(held_roles(), roles.ANSWERS_PROPOSALS) and moderation.may_hide(content, act()),
        version=versions.token({"hidden": hidden}),
        kind=content.kind.value,
        ref=content.ref,
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
        text=moderation_subjects.texts_of(village().id, [removal.subject]).get(removal.subject, ""),
        is_author=removal.author_id == person().id,
        may_decide=may_decide and moderation.may_decide(removal, person().id, now=now()),
        may_restore=roles.holds_any(held_roles(), roles.ANSWERS_PROPOSALS),
        due=villages.owed_by(Owed.APPEAL, removal.village_id, removal.appealed_at) if removal.appealed_at else None,
    )
