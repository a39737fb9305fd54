"""The form of a new consultation: what was typed, and what is wrong with it. Keys of forms."""

import secrets
from collections.abc import Mapping, Sequence

from flask import Response, abort, request

from consult.domain.audit import COMMAND_KEY, canonical, sha256
from consult.domain.form_errors import FormError
from consult.domain.talk.consultations import FUNDING_ROWS
from consult.models.people import roll_queries
from consult.web import pages, uploads
from consult.web.access import village
from consult.web.words import code_words


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
        group_choices=[(g.id, g.name) for g in roll_queries.groups_of(village().id)],
        funding_rows=range(1, FUNDING_ROWS + 1),
        picture_rows=range(1, uploads.PICTURE_ROWS + 1),
    )


def groups_from(chosen: Sequence[str]) -> list[int]:
    """Return the ids of the groups chosen; none: the whole village. 422 for a group of another village."""
    groups = {str(g.id): g.id for g in roll_queries.groups_of(village().id)}
    if not set(chosen) <= set(groups):
        abort(422)
    return [groups[one] for one in dict.fromkeys(chosen)]


def unsaid(form: Mapping[str, str], *names: str, **chosen: FormError) -> dict[str, FormError]:
    """Return a mistake for each of these fields that a form does not have at all.

    `names` are fields for words, `chosen` those for something else, each with what is said where it is missing.

    A browser sends an emptied field too: empty is an answer, as that there is no number any more. A form that lacks the field
    has said nothing of it, and what stands is not made empty by it.
    """
    said = dict.fromkeys(names, FormError.EMPTY) | chosen
    return {name: mistake for name, mistake in said.items() if name not in form}


def key_from(form: Mapping[str, str]) -> str:
    """Return the form's key, which makes its act happen once; a form without one gets a new key."""
    given = form.get("key", "")[:64]
    return given if given and not given.startswith(COMMAND_KEY) else secrets.token_urlsafe(18)


def key_of_words(form: Mapping[str, str], *names: str) -> str:
    """Return the form's key joined with a digest of these fields: the same form with other words is another act."""
    return f"{key_from(form)}:{sha256(canonical([form.get(name, '') for name in names]))[:16]}"
