"""Manners: reporting words, hiding them, appealing, deciding, showing them again."""

from collections.abc import Callable

from flask import Blueprint, Response, abort, request, url_for
from sqlalchemy import select

from consult.domain.form_errors import FormError
from consult.domain.people import roles
from consult.domain.talk.moderation import REASON_LENGTH, ReportGround
from consult.domain.text_fields import line
from consult.models import Person, Removal, db
from consult.models.talk import talk_queries
from consult.services.talk import moderation
from consult.services.talk.moderation import Words
from consult.web import pages
from consult.web.access import held_roles, members_only, now, only, person, village
from consult.web.words import code_words, talk_words

bp = Blueprint("hidings", __name__)
WORDS = "/<slug>/<any(comment, statement):kind>/<int:row_id>"
readers_only = only(*sorted(roles.READS_HIDDEN))


@bp.get(WORDS + "/report")
@members_only
def report_form(kind: str, row_id: int) -> Response:
    return _report_page(_words(kind, row_id), {}, {})


@bp.post(WORDS + "/report")
@members_only
def report(kind: str, row_id: int) -> Response:
    words, form = _words(kind, row_id), request.form.to_dict()
    remark, ground, mistakes = _reason(form, may_be_empty=True)
    if ground is None or mistakes:
        return _report_page(words, form, mistakes, status=422)
    moderation.report(words, ground, remark, person(), now=now())
    return pages.page("talk/moderation/reported.html", words=words)


@bp.get("/<slug>/hidings/")
@readers_only
def index() -> Response:
    """What waits for somebody to look at it, and what is hidden."""
    reports, hidden = talk_queries.reports_waiting(village().id), talk_queries.hidings(village().id)
    texts = moderation.texts(village().id, [r.subject for r in reports] + [h.subject for h in hidden])
    return pages.page(
        "talk/moderation/index.html",
        reports=reports,
        hidings=hidden,
        texts=texts,
        hides=roles.holds_any(held_roles(), roles.ANSWERS_PROPOSALS),
        grounds=_grounds(),
    )


@bp.get(WORDS + "/hiding")
@readers_only
def hide_form(kind: str, row_id: int) -> Response:
    return _hide_page(_words(kind, row_id), {}, {})


@bp.post(WORDS + "/hiding")
@only(*sorted(roles.ANSWERS_PROPOSALS))
def hide(kind: str, row_id: int) -> Response:
    words, form = _words(kind, row_id), request.form.to_dict()
    reason, ground, mistakes = _reason(form, may_be_empty=False)
    if ground is None or mistakes:
        return _hide_page(words, form, mistakes, status=422)
    moderation.hide(words, ground, reason, person(), now=now())
    return pages.done(url_for(".index"))


@bp.post(WORDS + "/report/settlement")
@only(*sorted(roles.ANSWERS_PROPOSALS))
def let_stand(kind: str, row_id: int) -> Response:
    moderation.let_stand(_words(kind, row_id), person(), now=now())
    return pages.done(url_for(".index"))


@bp.get("/<slug>/hidings/<int:hiding_id>", endpoint="show")
@members_only
def show_removal(hiding_id: int) -> Response:
    """For the author, the council and the supervisors: what was hidden, why, and what happened since."""
    return _page(_found(hiding_id), {}, {})


@bp.post("/<slug>/hidings/<int:hiding_id>/appeal")
@members_only
def appeal(hiding_id: int) -> Response:
    return _with_words(hiding_id, "why", lambda hiding, why: moderation.appeal(hiding, why, person(), now=now()))


@bp.post("/<slug>/hidings/<int:hiding_id>/decision")
@only(*sorted(roles.DECIDES_APPEALS))
def decide(hiding_id: int) -> Response:
    shown = request.form.get("decision") == "restore"
    return _with_words(
        hiding_id,
        "decision_reason",
        lambda hiding, why: moderation.decide(hiding, person(), restore_words=shown, reason=why, now=now()),
    )


@bp.post("/<slug>/hidings/<int:hiding_id>/restoration")
@only(*sorted(roles.ANSWERS_PROPOSALS))
def restore(hiding_id: int) -> Response:
    return _with_words(
        hiding_id, "restore_reason", lambda hiding, why: moderation.restore(hiding, why, person(), now=now())
    )


def _with_words(hiding_id: int, name: str, act: Callable[[Removal, str], None]) -> Response:
    """An act on a hiding that needs a reason; without one the page comes back."""
    hiding, form, mistakes = _found(hiding_id), request.form.to_dict(), dict[str, FormError]()
    why = line(form, name, REASON_LENGTH, mistakes)
    if mistakes:
        return _page(hiding, form, mistakes, status=422)
    act(hiding, why)
    return pages.done(url_for(".show", hiding_id=hiding_id))


def _words(kind: str, row_id: int) -> Words:
    words = moderation.find(village().id, kind, row_id)
    if words is None or (words.hidden_at and not roles.holds_any(held_roles(), roles.READS_HIDDEN)):
        abort(404)
    return words


def _found(hiding_id: int) -> Removal:
    """That words were hidden is between their author, the council and the supervisors."""
    hiding = db.session.scalar(select(Removal).where(Removal.id == hiding_id, Removal.village_id == village().id))
    if hiding is None or not (hiding.author_id == person().id or roles.holds_any(held_roles(), roles.READS_HIDDEN)):
        abort(404)
    return hiding


def _reason(form: dict[str, str], *, may_be_empty: bool) -> tuple[str, ReportGround | None, dict[str, FormError]]:
    mistakes: dict[str, FormError] = {}
    words = line(form, "reason", REASON_LENGTH, mistakes, may_be_empty=may_be_empty)
    ground = ReportGround(form["ground"]) if form.get("ground") in list(ReportGround) else None
    if ground is None:
        mistakes["ground"] = FormError.NOT_OFFERED
    return words, ground, mistakes


def _grounds() -> list[tuple[str, str]]:
    return [(g.value, talk_words.ground(g)) for g in ReportGround]


def _report_page(words: Words, values: dict[str, str], mistakes: dict[str, FormError], status: int = 200) -> Response:
    return _form("talk/moderation/report.html", words, values, mistakes, status)


def _hide_page(words: Words, values: dict[str, str], mistakes: dict[str, FormError], status: int = 200) -> Response:
    return _form("talk/moderation/hide.html", words, values, mistakes, status)


def _form(template: str, words: Words, values: dict[str, str], mistakes: dict[str, FormError], status: int) -> Response:
    kind, _, row_id = moderation.subject_of(words).partition(":")
    return pages.page(
        template,
        status,
        words=words,
        kind=kind,
        row_id=int(row_id),
        grounds=_grounds(),
        values=values,
        mistakes=code_words.mistakes(mistakes),
    )


def _page(hiding: Removal, values: dict[str, str], mistakes: dict[str, FormError], status: int = 200) -> Response:
    people = {
        p.id: p.name
        for p in db.session.query(Person).where(
            Person.id.in_({hiding.hidden_by, hiding.author_id, hiding.decided_by or 0, hiding.restored_by or 0})
        )
    }
    may_decide = roles.holds_any(held_roles(), roles.DECIDES_APPEALS)
    return pages.page(
        "talk/moderation/show.html",
        status,
        hiding=hiding,
        names=people,
        values=values,
        mistakes=code_words.mistakes(mistakes),
        text=moderation.texts(village().id, [hiding.subject]).get(hiding.subject, ""),
        is_author=hiding.author_id == person().id,
        may_decide=may_decide and person().id not in (hiding.hidden_by, hiding.author_id),
        may_restore=roles.holds_any(held_roles(), roles.ANSWERS_PROPOSALS),
    )
