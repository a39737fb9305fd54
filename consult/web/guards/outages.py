"""The page for times without a database: it asks for nothing but the reader's language, from the browser.

The same words stand in docs/deploy/down.html, which nginx shows when the app itself is away.
"""

from flask import Response, g, make_response
from flask_babel import gettext as _
from markupsafe import Markup

from consult.domain import languages
from consult.services.core.collisions import Away
from consult.web import fragments, i18n

RETRY_AFTER_SECONDS = 30
PAGE = Markup(
    '<!doctype html>\n<html lang="{lang}">\n<head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title></head>\n'
    "<body>\n{body}</body>\n</html>\n"
)


def page(status: int, fault: str = "", away: Away | None = None) -> Response:
    """Answer without the database: a page, or a fragment for htmx.

    `fault`: the id of the line in the log. `away`: what keeps the database from being asked or written to.
    """
    g.pop("language", None)  # chosen from the person's row, perhaps, which cannot be asked for now
    language = i18n.language()
    said = words(away)
    aside = Markup("<p>{}</p>\n").format(_("Number of this fault: %(id)s", id=fault)) if fault else Markup("")
    if fragments.wanted():
        text = Markup('<div class="mistakes" role="alert" id="refusal"><p><b>{}</b> {}</p>{}</div>').format(
            said[0], " ".join(said[1:]), aside
        )
    else:
        text = PAGE.format(lang=language.tag, title=said[0], body=_section(said) + aside)
    response = make_response(text, status)
    if status == 503:
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    response.headers["Cache-Control"] = "no-store"
    return response


def words(away: Away | None = None) -> list[str]:
    """Return what is said, heading first, in the language at hand. Who reaches the site is not told that it is unreachable."""
    stores = away in (None, Away.UNREACHED)
    return [
        _("The site is not to be reached for a moment") if stores else _("The site cannot store anything for a moment"),
        _("If you were voting and got no receipt, the vote is not cast yet. Sending it again does not count it twice."),
        _("Please try again in a minute."),
    ]


def static_page() -> str:
    """Return the page that nginx shows: the official language and the others that people are asked in, one by one."""
    body = Markup("")
    for language in i18n.offered():
        if language == languages.SOURCE or language.derived is not None:
            continue
        with i18n.speaking(language):
            body += Markup('<section lang="{}">\n{}</section>\n').format(language.tag, _section(words()))
    with i18n.speaking(i18n.default()):
        return PAGE.format(lang=i18n.default().tag, title=words()[0], body=body)


def _section(said: list[str]) -> Markup:
    return Markup("<h1>{}</h1>\n").format(said[0]) + Markup("").join(
        Markup("<p>{}</p>\n").format(line) for line in said[1:]
    )
