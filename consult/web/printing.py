"""Make a PDF that a browser shows or stores.

What is signed, sealed, posted or archived is set in the official language, whoever prints it. Somebody who reads another
one may have a reading copy (`?copy=` with the code of a language); each of its pages says that it is one.
"""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response, current_app, request
from flask_babel import gettext as _

from consult.domain import languages
from consult.domain.audit import canonical, sha256
from consult.domain.languages import Language
from consult.services.core import typesetting
from consult.web import i18n
from consult.web.guards import handing_out

MakesContext = Callable[[], Mapping[str, Any]]
"""Returns the context of a template. It is called while the language of the paper is the one in use."""
COPY = "copy"
"""The field of an address that asks for a reading copy."""


def pdf(template: str, filename: str, context: MakesContext, *, kept: bool = False, copies: bool = False) -> Response:
    """Answer with a PDF from a template of templates/print.

    `filename` is plain ASCII without an ending, as old phones want it. `kept`: store the file of a public page, so that
    asking for it again and again does not keep the machine busy. `copies`: there are reading copies.
    """
    row = (i18n.by_code(request.args.get(COPY)) if copies else None) or languages.OFFICIAL
    name = filename if row is languages.OFFICIAL else f"{filename}-{row.code}"
    content = _in_language(row, template, context, kept=kept)
    return handing_out.file(content, handing_out.PDF, f"{name}.pdf", inline=True)


def official(template: str, context: MakesContext) -> bytes:
    """Return the bytes of a paper in the official language."""
    return _in_language(languages.OFFICIAL, template, context)


def reading_copy() -> str:
    """Return the sentence on a paper, or a page of one, in another than the official language; empty: it is official."""
    if i18n.language().code == languages.OFFICIAL.code:
        return ""
    return str(_("Reading copy in English; the paper in simplified Chinese is the one that holds."))


def stand_in() -> str:
    """Return the sentence over the characters that no font here has."""
    return str(_("No font here has these characters; write them in by hand where the sign stands:"))


def copy_offered() -> str:
    """Return the code of the reader's language where it is not the official one: for the address of a reading copy."""
    code = i18n.language().code
    return "" if code == languages.OFFICIAL.code else code


def rendered(template: str, **context: Any) -> bytes:
    """Return the bytes of a paper in the language that is in use."""
    return typesetting.typeset(template, _complete(context))


def _in_language(row: Language, template: str, context: MakesContext, *, kept: bool = False) -> bytes:
    with i18n.speaking(row):
        whole = _complete(context())
    return _kept(template, whole) if kept else typesetting.typeset(template, whole)


def _complete(context: Mapping[str, Any]) -> dict[str, Any]:
    """Return a context with what every template needs: the language's own marks, and whether it is a reading copy."""
    row = i18n.language()
    chinese = row.print_language == "zh"
    return {
        "lang": row.print_language,
        "region": row.print_region,
        "foot": "",
        "qr": "",
        "proof": [],
        "reading": reading_copy(),
        "stand_in": stand_in(),
        "page_of": _("Page %(n)s of %(all)s", n="@1", all="@2"),
        "colon": "\uff1a" if chinese else ": ",
        "comma": "\u3001" if chinese else ", ",
        "gap": "" if chinese else " ",
        **context,
    }


MOST_KEPT = 32


def _kept(template: str, context: dict[str, Any]) -> bytes:
    known: dict[str, bytes] = current_app.extensions.setdefault("kept_prints", {})
    name = sha256(canonical([template, context]))
    for old in list(known)[: max(0, len(known) + 1 - MOST_KEPT)] if name not in known else ():
        known.pop(old, None)  # another thread may have been faster
    file = known.get(name) or typesetting.typeset(template, context)
    known[name] = file
    return file


GLOBALS = {"reading_copy": reading_copy, "copy_offered": copy_offered}
"""What templates call, by its name there."""
