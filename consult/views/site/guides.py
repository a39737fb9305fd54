"""/help: guides for villagers and for each office, and sheets to hang up. Their texts stand in docs/guide."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, abort, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from consult.domain import languages
from consult.domain.languages import Language
from consult.services.site import guides
from consult.services.site.guides import Guide
from consult.views.site.root import lead_to_village
from consult.web import i18n, pages, printing, qr_codes
from consult.web.access import held_roles, lets_in, public, village
from consult.web.addresses import public_address

if TYPE_CHECKING:
    from markdown_it.token import Token

bp = Blueprint("guides", __name__)
ANY, POSTER = f"any{tuple(guides.GUIDES)}", f"any{tuple(guides.POSTERS)}"
"""Converters of an address: one of these names."""


@bp.get("/help")
@public
def root() -> Response:
    """Lead to the guides of the one village, or to the list of villages."""
    return lead_to_village("guides.index")


@bp.get("/<slug>/help")
@public
def index() -> Response:
    """List the guides, those of the reader's own offices first."""
    own = held_roles()
    found = [_guide(name) for name in guides.in_order(own)]
    sheets = [(row, [guides.find(name, _codes(row)) for name in guides.POSTERS]) for row in _poster_languages()]
    return pages.page(
        "site/guides/index.html", guides=found, sheets=sheets, tag_of=_tag, official=languages.OFFICIAL.code
    )


@bp.get(f"/<slug>/help/<{ANY}:name>")
@public
def show(name: str) -> Response:
    """Show a guide; of the one that goes step by step its beginning and the list of steps."""
    guide = _guide(name)
    sections = [] if name == guides.STEPWISE else [(one.heading, _markup(one.tokens)) for one in guide.sections]
    return pages.page(
        "site/guides/show.html",
        guide=guide,
        tag=_tag(guide),
        opening=_markup(guide.opening),
        sections=sections,
        steps=[one.heading for one in guide.sections] if name == guides.STEPWISE else [],
        is_poster=name in guides.POSTERS,
        copy="" if guide.language == languages.OFFICIAL.code else guide.language,
    )


@bp.get(f"/<slug>/help/{guides.STEPWISE}/<int:number>")
@public
def step(number: int) -> Response:
    """Show one step of the guide for villagers, with its picture."""
    guide = _guide(guides.STEPWISE)
    if not 1 <= number <= len(guide.sections):
        abort(404)
    section = guide.sections[number - 1]
    return pages.page(
        "site/guides/step.html",
        guide=guide,
        tag=_tag(guide),
        number=number,
        last=len(guide.sections),
        heading=section.heading,
        words=_markup(section.tokens),
    )


@bp.get(f"/<slug>/help/<{POSTER}:name>.pdf")
@public
def poster(name: str) -> Response:
    """Print a sheet to hang up, with the address of this village."""
    address = public_address() + url_for("home.show")
    here = village()

    def context() -> dict[str, Any]:
        guide = guides.find(name, _codes(i18n.language()))
        return {
            "title": guide.title,
            "summary": guide.summary,
            "steps": guide.steps,
            "closing": guide.closing,
            "village": here.name,
            "address": address,
            "qr": qr_codes.for_print(address),
            "reading": "",  # a sheet in each language, none of which is a copy of another
            "scan": _("Scan this, or type the address:"),
            "phone": _("Phone of the village office:"),
        }

    return printing.pdf("poster", f"{name}-{here.slug}", context, kept=True, copies=True)


def _guide(name: str) -> Guide:
    """Return a guide in the reader's language, or in one that stands in for it."""
    return guides.find(name, _codes(i18n.language()))


def _codes(row: Language) -> tuple[str, ...]:
    return row.code, row.fallback or "", languages.OFFICIAL.code


def _poster_languages() -> list[Language]:
    """Return the languages in which there are sheets of their own."""
    return [row for row in i18n.offered() if all(guides.path_of(name, row.code).exists() for name in guides.POSTERS)]


def _tag(guide: Guide) -> str:
    """Return the tag of the language that a guide is written in."""
    return next((row.tag for row in languages.ALL if row.code == guide.language), languages.OFFICIAL.tag)


def _markup(tokens: Sequence["Token"]) -> Markup:
    """Return a part of a guide as markup of this village's pages. It is text of ours, and the parser takes no HTML."""
    place = f"{request.script_root}/{village().slug}"
    return Markup(guides.html(tokens, place=place, static=pages.static, lets_in=lets_in))  # noqa: S704 - our own text, without HTML
