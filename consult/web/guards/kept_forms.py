"""Show a form that was not taken with everything that was typed, to be sent again once it is clear who sends it."""

from flask import Response, request

from consult.domain.refusals import Reason, Refused
from consult.web import access, fragments, pages
from consult.web.guards import arrivals
from consult.web.kept_words import SECRET_FIELDS, is_typed
from consult.web.words import refusal_words

ASK_WHO = frozenset({Reason.FORM_OF_ANOTHER, Reason.NOT_SIGNED_IN})
NOT_REPEATED = SECRET_FIELDS | {"choice"}
"""Fields that are not put into a page for somebody else: secrets, and what a voter chose."""
BEGUN_ANEW = frozenset(
    {"ballots", "assistances", "proxies", "sign_ins", "cards", "me", "demo", "preferences", "second_factors"}
)
"""Blueprints whose forms are not sent again under another name: what they say depends on who says it."""


def page(refusal: Refused, status: int) -> Response:
    """Ask who is acting, with the words that were typed and one button that sends them.

    Without them where their writer signed out by a tap, and where the phone holds them under a seal of its own: who sends
    the form now may be the next person, by Back.
    """
    left, sealed = access.is_of_signed_out(), _is_sealed()
    fields = [] if left or sealed else repeated_fields()
    acting = access.person_or_none()
    context = {
        "sentence": refusal_words.refusal(refusal),
        "name": acting.name if acting is not None else "",
        "fields": fields if request.blueprint not in BEGUN_ANEW else [],
        "texts": [value for name, value in fields if is_typed(name, value)],
        "left": left,
        "sealed": sealed and not left,
        "files": any(file.filename for file in request.files.values()),
        "action": request.path,
    }
    return pages.page("errors/_who.html" if fragments.wanted() else "errors/who.html", status, **context)


def _is_sealed() -> bool:
    """Tell whether the phone keeps what was typed into this form of mediation under a seal (consult/static/kept.js)."""
    return (request.blueprint or "").startswith("case") and bool(request.form.get(arrivals.FIELD))


def repeated_fields() -> list[tuple[str, str]]:
    """Return the fields of the form that was sent, without its token and without secrets."""
    return [(name, value) for name, value in request.form.items(multi=True) if name not in NOT_REPEATED]
