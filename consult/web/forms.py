"""The form of a new consultation: its fields, its uploads, its mistakes."""

import secrets
from collections.abc import Mapping, Sequence

from flask import Response, abort, request

from consult.domain.audit import canonical, sha256
from consult.domain.form_errors import FormError
from consult.domain.private_numbers import found_in
from consult.domain.talk.consultations import FUNDING_ROWS
from consult.models.talk import consultation_queries
from consult.services.core import pictures
from consult.web import pages
from consult.web.access import village
from consult.web.words import code_words

PICTURE_ROWS = 3
DESCRIPTION_LENGTH = 80


def fresh() -> dict[str, str]:
    """Return the values of an empty form: a new key."""
    return {"key": secrets.token_urlsafe(18)}


def page(values: Mapping[str, str], mistakes: Mapping[str, FormError], status: int = 200) -> Response:
    """Render the form with what was typed and a sentence at each field with a mistake."""
    return pages.page(
        "talk/consultations/new.html",
        status,
        values=values,
        mistakes=code_words.mistakes(mistakes),
        chosen_groups=request.form.getlist("group"),
        group_choices=[(g.id, g.name) for g in consultation_queries.groups_of(village().id)],
        funding_rows=range(1, FUNDING_ROWS + 1),
        picture_rows=range(1, PICTURE_ROWS + 1),
    )


def pictures_from_request() -> tuple[list[tuple[str, str]], dict[str, FormError]]:
    """Uploaded pictures as (digest, description), those kept from an earlier try included; mistakes by field."""
    shown: list[tuple[str, str]] = []
    mistakes: dict[str, FormError] = {}
    for n in range(1, PICTURE_ROWS + 1):
        description = request.form.get(f"description{n}", "").strip()[:DESCRIPTION_LENGTH]
        digest, mistake = _picture(n)
        if mistake:
            mistakes[f"picture{n}"] = mistake
        elif digest and not description:
            mistakes[f"description{n}"] = FormError.PICTURE_UNDESCRIBED
        if digest:
            shown.append((digest, description))
    return shown, mistakes


def _picture(n: int | str) -> tuple[str | None, FormError | None]:
    upload = request.files.get(f"picture{n}")
    if upload is not None and upload.filename:
        try:
            return pictures.store(upload.read()), None
        except pictures.NotAPicture:
            return None, FormError.NOT_A_PICTURE
    kept = request.form.get(f"kept{n}", "")
    known = len(kept) == 64 and kept.isalnum() and pictures.path_of(kept).exists()
    return (kept if known else None), None


def one_picture(form: dict[str, str]) -> tuple[tuple[str, str] | None, dict[str, FormError]]:
    """The one picture of a small form as (digest, description). It is kept in `form` in case something else is wrong."""
    description = form.get("description", "").strip()[:DESCRIPTION_LENGTH]
    digest, mistake = _picture("")
    if mistake:
        return None, {"picture": mistake}
    form["kept"] = digest or ""
    if digest and not description:
        return None, {"description": FormError.PICTURE_UNDESCRIBED}
    if found_in(description):
        return None, {"description": FormError.PRIVATE_NUMBER}
    return ((digest, description) if digest else None), {}


def photo_of_paper(form: dict[str, str]) -> tuple[str, FormError | None]:
    """The digest of a photographed sheet or letter, which needs no description; empty if there is none. Kept in `form`."""
    digest, mistake = _picture("")
    form["kept"] = digest or ""
    return form["kept"], mistake


def keep_pictures(form: dict[str, str], shown: list[tuple[str, str]]) -> None:
    """Put the pictures stored so far into the form that goes back, so that they need not be uploaded again."""
    for n, (digest, description) in enumerate(shown, 1):
        form[f"kept{n}"], form[f"description{n}"] = digest, description


def groups_from(chosen: Sequence[str]) -> list[int]:
    """Return the ids of the groups chosen; none: the whole village. 422 for a group of another village."""
    groups = {str(g.id): g.id for g in consultation_queries.groups_of(village().id)}
    if not set(chosen) <= set(groups):
        abort(422)
    return [groups[one] for one in dict.fromkeys(chosen)]


def key_from(form: Mapping[str, str]) -> str:
    """Return the form's key, which makes its act happen once; a form without one gets a new key."""
    return form.get("key", "")[:64] or secrets.token_urlsafe(18)


def key_of_words(form: Mapping[str, str], *names: str) -> str:
    """Return the form's key joined with a digest of these fields: the same form with other words is another act."""
    return f"{key_from(form)}:{sha256(canonical([form.get(name, '') for name in names]))[:16]}"
