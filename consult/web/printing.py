"""Make a PDF that a browser shows or stores."""

from typing import Any

from flask import Response, current_app

from consult.domain.audit import canonical, sha256
from consult.services.core import typesetting
from consult.web import i18n
from consult.web.guards import handing_out


def pdf(template: str, filename: str, *, kept: bool = False, **context: Any) -> Response:
    """Answer with a PDF from a template of templates/print.

    `filename` is plain ASCII without an ending, as old phones want it. `kept`: store the file of a public page, so that
    asking for it again and again does not keep the machine busy.
    """
    content = _kept(template, context) if kept else rendered(template, **context)
    return handing_out.file(content, handing_out.PDF, f"{filename}.pdf", inline=True)


MOST_KEPT = 32


def _kept(template: str, context: dict[str, Any]) -> bytes:
    known: dict[str, bytes] = current_app.extensions.setdefault("kept_prints", {})
    name = sha256(canonical([template, i18n.language().code, context]))
    for old in list(known)[: max(0, len(known) + 1 - MOST_KEPT)] if name not in known else ():
        known.pop(old, None)  # another thread may have been faster
    file = known.get(name) or rendered(template, **context)
    known[name] = file
    return file


def rendered(template: str, **context: Any) -> bytes:
    """Return the bytes of the file, in the reader's language."""
    language = i18n.language()
    usual: dict[str, Any] = {
        "lang": language.print_language,
        "region": language.print_region,
        "foot": "",
        "qr": "",
        "proof": [],
    }
    return typesetting.typeset(template, usual | context)
