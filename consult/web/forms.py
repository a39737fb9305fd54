"""The form of a new consultation: what was typed, and what is wrong with it. Keys of forms."""

import secrets
from collections.abc import Mapping, Sequence

from flask import Response, abort, request

from consult.domain.audit import canonical, sha256
from consult.domain.form_errors import FormError
from consult.domain.talk.consultations import FUNDING_ROWS
from consult.models.talk import consultation_queries
from consult.web import pages, uploads
from consult.web.access import village
from consult.web.words import code_words


def fresh() -> dict[str, str]:
    return {"key": secrets.token_urlsafe(18)}


def page(values: Mapping[str, str], mistakes: Mapping[str, FormError], status: int = 200) -> Response:
    """The form with what was typed, and a sentence at each field that needs one."""
    return pages.page(
        "talk/consultations/new.html",
        status,
        values=values,
        mistakes=code_words.mistakes(mistakes),
        chosen_groups=request.form.getlist("group"),
        group_choices=[(g.id, g.name) for g in consultation_queries.groups_of(village().id)],
        funding_rows=range(1, FUNDING_ROWS + 1),
        picture_rows=range(1, uploads.PICTURE_ROWS + 1),
    )


def groups_from(chosen: Sequence[str]) -> list[int]:
    """The groups ticked; none: the whole village. 422 for one that is not of this village."""
    groups = {str(g.id): g.id for g in consultation_queries.groups_of(village().id)}
    if not set(chosen) <= set(groups):
        abort(422)
    return [groups[one] for one in dict.fromkeys(chosen)]


def key_from(form: Mapping[str, str]) -> str:
    """The form's own key; a form without one gets a new one."""
    return form.get("key", "")[:64] or secrets.token_urlsafe(18)


def key_of_words(form: Mapping[str, str], *names: str) -> str:
    """The form's key together with these words: sent twice it is one act; gone back to and written anew it is another."""
    return f"{key_from(form)}:{sha256(canonical([form.get(name, '') for name in names]))[:16]}"
