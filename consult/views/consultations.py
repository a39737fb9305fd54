"""Consultations: the list, one with its proposal, and the form for a new one."""

from flask import Blueprint, Response, abort, request, send_file, url_for
from sqlalchemy import select

from consult.domain import consultations as rules
from consult.domain import roles
from consult.models import Picture, consultation_reads, db
from consult.services import consultations, pictures
from consult.views import consultation_forms as forms
from consult.web import i18n, pages
from consult.web.access import held_roles, now, only, person, public, village

bp = Blueprint("consultations", __name__)
PAGE = 30


@bp.get("/<slug>/consultations/")
@public
def index() -> Response:
    before = request.args.get("before", type=int)
    found = consultation_reads.newest(village().id, most=PAGE, before=before)
    return pages.page(
        "consultations/index.html",
        consultations=found,
        more=found[-1].id if len(found) == PAGE else None,
        may_write=roles.holds_any(held_roles(), roles.WRITES_CONSULTATIONS),
    )


@bp.get("/<slug>/consultations/<int:consultation_id>")
@public
def show(consultation_id: int) -> Response:
    consultation = db.session.scalars(consultation_reads.one(village().id, consultation_id)).unique().first()
    if consultation is None:
        abort(404)
    may_announce = roles.holds_any(held_roles(), roles.ANNOUNCES_POLLS)
    return pages.page(
        "consultations/show.html",
        consultation=consultation,
        proposal=consultation.proposal,
        polls=consultation_reads.polls_of(consultation.id, with_drafts=may_announce),
        may_announce=may_announce,
    )


@bp.get("/<slug>/consultations/new")
@only(*sorted(roles.WRITES_CONSULTATIONS))
def new() -> Response:
    return forms.page(forms.fresh(), {})


@bp.post("/<slug>/consultations/")
@only(*sorted(roles.WRITES_CONSULTATIONS))
def create() -> Response:
    form = request.form.to_dict()
    draft, mistakes = rules.read(form)
    shown, wrong_pictures = forms.pictures_from_request()
    forms.keep_pictures(form, shown)
    if draft is None or wrong_pictures:
        return forms.page(form, {**mistakes, **wrong_pictures}, status=422)
    opened = consultations.open_consultation(
        draft, shown, person(), group_ids=forms.groups_from(request.form.getlist("group")), language=i18n.TAGS[i18n.locale()],
        key=forms.key_from(form), now=now(),
    )  # fmt: skip
    return pages.done(url_for(".show", consultation_id=opened.id))


@bp.get("/<slug>/pictures/<int:picture_id>")
@public
def picture(picture_id: int) -> Response:
    digest = db.session.scalar(
        select(Picture.digest).where(Picture.id == picture_id, Picture.village_id == village().id)
    )
    if digest is None or not pictures.path_of(digest).exists():
        abort(404)
    return send_file(pictures.path_of(digest), mimetype="image/jpeg", max_age=31536000, etag=digest)
