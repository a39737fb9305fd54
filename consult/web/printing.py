"""From facts to a PDF that a browser shows or keeps, and the QR codes on it."""

from io import BytesIO
from typing import Any

import segno
from flask import Response, make_response

from consult.services import typesetting
from consult.web import i18n

REGIONS = {"zh_Hans": "CN", "yue_Hant": "HK", "yue_Hans": "CN", "en": "GB"}


def pdf(template: str, filename: str, **facts: Any) -> Response:
    """A template of templates/print. `filename` has no ending; it is plain ASCII, as old phones want it."""
    response = make_response(rendered(template, **facts))
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{filename}.pdf"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def rendered(template: str, **facts: Any) -> bytes:
    """The file itself, in the reader's language."""
    language = i18n.locale()
    usual: dict[str, Any] = {
        "lang": "en" if language == "en" else "zh", "region": REGIONS[language], "foot": "", "qr": "", "proof": [],
    }  # fmt: skip
    return typesetting.typeset(template, usual | facts)


def qr_svg(address: str) -> str:
    out = BytesIO()
    segno.make(address, error="m").save(out, kind="svg", border=1, xmldecl=False, dark="#000", light="#fff")
    return out.getvalue().decode()
