"""The page for times without a database: it asks for nothing but the reader's language, from the browser.

The same words stand in docs/deploy/down.html, which nginx shows when the app itself is away. It shows docs/deploy/large.html
to somebody who sends more than it lets through to the app.
"""

from base64 import b64encode
from collections.abc import Callable, Sequence
from hashlib import sha256

from flask import Response, g, make_response, request
from flask_babel import gettext as _
from markupsafe import Markup

from consult.domain import languages
from consult.domain.languages import Language
from consult.services.core.collisions import Away
from consult.web import fragments, i18n

RETRY_AFTER_SECONDS = 30
STYLE = Markup(
    "body{max-width:34rem;margin:0 auto;padding:1rem;font:1.15rem/1.6 sans-serif;color:#1d2a24;background:#e8eae3}"
    "h1{font-size:1.5rem;line-height:1.35;margin:1.5rem 0 .5rem}p{margin:.6rem 0}p,blockquote{overflow-wrap:break-word}"
    "blockquote{margin:.6rem 0;padding-left:.8rem;border-left:.25rem solid;white-space:pre-line}"
    "@media(prefers-color-scheme:dark){body{color:#e8eae3;background:#15201b}}"
)
"""The looks of a page that has nothing but itself: the sheet of the others may not be to be had."""
POLICY = f"default-src 'none'; style-src 'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'"
PAGE = Markup(
    '<!doctype html>\n<html lang="{lang}">\n<head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>\n'
    "<style>{style}</style></head>\n<body>\n<main>\n{body}</main>\n</body>\n</html>\n"
)


TAKES_NOTHING = (Away.FULL, Away.READ_ONLY, Away.BROKEN)


def page(status: int, fault: str = "", away: Away | None = None, typed: Sequence[str] = ()) -> Response:
    """Answer without the database: a page, or a fragment for htmx.

    `fault`: the id of the line in the log. `away`: what keeps the database from being asked or written to.
    `typed`: what was typed into the form that was sent, so that nobody writes it twice.
    """
    g.pop("language", None)  # chosen from the person's row, perhaps, which cannot be asked for now
    said = words(away)
    aside = Markup("<p>{}</p>\n").format(_("Number of this fault: %(id)s", id=fault)) if fault else Markup("")
    if fragments.wanted():
        more = Markup("").join(Markup("<p>{}</p>\n").format(line) for line in said[1:])
        text = Markup('<div class="mistakes" role="alert" id="refusal"><div><b>{}</b>{}{}</div></div>').format(
            said[0], more, aside
        )
        response = make_response(text, status)
    else:
        response = alone(said, status, _quoted(typed) + aside)
    if status == 503:
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    response.headers["Cache-Control"] = "no-store"
    return response


def alone(said: list[str], status: int, more: Markup | None = None) -> Response:
    """Answer with a page that needs no other file and has no link: sentences, the heading first, and what stands below."""
    response = make_response(_page(said[0], i18n.language(), _section(said) + (more or "")), status)
    response.headers["Content-Security-Policy"] = POLICY
    return response


def _quoted(texts: Sequence[str]) -> Markup:
    quoted = Markup("").join(Markup("<blockquote>{}</blockquote>\n").format(text) for text in texts)
    return Markup("<h2>{}</h2>\n{}").format(_("What you typed"), quoted) if quoted else quoted


def _page(title: str, language: Language, body: Markup) -> Markup:
    return PAGE.format(lang=language.tag, title=title, style=STYLE, body=body)


def words(away: Away | None = None) -> list[str]:
    """Return what is said, heading first, in the language at hand. Who reaches the site is not told that it is unreachable."""
    stores = away not in TAKES_NOTHING and not (away is Away.FORBIDDEN and request.method == "POST")
    return [
        _("The site is not to be reached for a moment") if stores else _("The site cannot store anything for a moment"),
        _("If you were voting and got no receipt, the vote is not cast yet. Sending it again does not count it twice."),
        _("Please try again in a minute."),
    ]


def words_of_too_much() -> list[str]:
    """Return what is said of a file that is larger than the server takes, heading first."""
    return [
        _("That file is too large"),
        _("Choose a smaller one, up to 12 MB for a picture and 20 MB for a roll."),
        _("Nothing was sent. A long text that you wrote stays on this phone and stands in the form again."),
    ]


STATIC = {"down.html": words, "large.html": words_of_too_much}
"""The pages that nginx shows, by their names in docs/deploy, with their words."""


def static_page(said: Callable[[], list[str]] = words) -> str:
    """Return a page that nginx shows: the official language and the others that people are asked in, one by one."""
    body = Markup("")
    for language in i18n.offered():
        if language == languages.SOURCE or language.derived is not None:
            continue
        with i18n.speaking(language):
            body += Markup('<section lang="{}">\n{}</section>\n').format(language.tag, _section(said()))
    with i18n.speaking(i18n.default()):
        return _page(said()[0], i18n.default(), body)


def _section(said: list[str]) -> Markup:
    return Markup("<h1>{}</h1>\n").format(said[0]) + Markup("").join(
        Markup("<p>{}</p>\n").format(line) for line in said[1:]
    )
