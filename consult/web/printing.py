"""From facts to a PDF that a browser shows or keeps."""

from typing import Any

from flask import Response, current_app, make_response

from consult.domain.audit import canonical, sha256
from consult.services.core import typesetting
from consult.web import i18n


def pdf(template: str, filename: str, *, kept: bool = False, **facts: Any) -> Response:
    """A template of templates/print. `filename` has no ending; it is plain ASCII, as old phones want it.

    `kept`: what anybody may ask for is set once and remembered, so that nobody keeps the machine setting it.
    """
    response = make_response(_kept(template, facts) if kept else rendered(template, **facts))
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{filename}.pdf"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


MOST_KEPT = 32


def _kept(template: str, facts: dict[str, Any]) -> bytes:
    known: dict[str, bytes] = current_app.extensions.setdefault("kept_prints", {})
    name = sha256(canonical([template, i18n.language().code, facts]))
    for old in list(known)[: max(0, len(known) + 1 - MOST_KEPT)] if name not in known else ():
        known.pop(old, None)  # another thread may have been faster
    file = known.get(name) or rendered(template, **facts)
    known[name] = file
    return file


def rendered(template: str, **facts: Any) -> bytes:
    """The file itself, in the reader's language."""
    language = i18n.language()
    usual: dict[str, Any] = {
        "lang": language.print_language,
        "region": language.print_region,
        "foot": "",
        "qr": "",
        "proof": [],
    }
    return typesetting.typeset(template, usual | facts)
