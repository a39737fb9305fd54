"""Mark, on a page, the characters that neither our font nor a phone's has, and say at its end in words which they are.

Any phone sold in China has the 20,902 characters of GBK; `rare.woff2` comes with the page for the others of the lists in
tests/data/characters. A character beyond both is an empty box on one phone and a sign on the next. One for private use is
another sign on each: it is shown as a stand-in, as on paper.
"""

import html
import re

from flask import Flask, Response
from flask_babel import gettext
from markupsafe import Markup

from consult.services.core import typesetting

BEYOND_GBK = re.compile("[\u3400-\u4dbf\u9fb0-\u9fff\ue000-\uf8ff\U00020000-\U0003ffff\U000f0000-\U0010ffff]")
"""Where a character may have no glyph: rare characters, and those for private use."""
TAG = re.compile(r"<[^>]*>")
ELEMENT = re.compile("</?([a-z0-9]+)")
NO_MARKUP_INSIDE = frozenset({"script", "style", "textarea", "title", "option"})
"""Elements that hold text alone: a mark would be shown as its own source."""
END = "</main>"


def init_app(app: Flask) -> None:
    app.after_request(_mark)


def _mark(response: Response) -> Response:
    if response.mimetype == "text/html" and not response.direct_passthrough:
        body = response.get_data(as_text=True)
        if BEYOND_GBK.search(body) and (missing := lacking(body)):
            response.set_data(with_note(marked(body, missing), body, missing))
    return response


def lacking(text: str) -> list[str]:
    """Return the characters that phones may not have and our font has not."""
    return sorted({one for one in BEYOND_GBK.findall(text) if ord(one) not in typesetting.code_points()})


def marked(body: str, missing: list[str]) -> str:
    """Return a page on which each of these characters is marked, wherever it stands in a text."""
    found = re.compile(f"[{re.escape(''.join(missing))}]")
    parts, at, inside = [], 0, ""
    for tag in [*TAG.finditer(body), None]:
        text = body[at : tag.start() if tag else len(body)]
        parts.append(text if inside in NO_MARKUP_INSIDE else found.sub(_shown, text))
        if tag:
            parts.append(tag[0])
            at, element = tag.end(), ELEMENT.match(tag[0])
            if element and (inside not in NO_MARKUP_INSIDE or tag[0] == f"</{inside}>"):
                inside = "" if tag[0].startswith("</") else element[1]
    return "".join(parts)


def _shown(found: re.Match[str]) -> str:
    private = "\ue000" <= found[0] <= "\uf8ff" or found[0] >= "\U000f0000"
    return f"<mark>{typesetting.STAND_IN if private else found[0]}</mark>"


def with_note(page: str, before: str, missing: list[str]) -> str:
    """Return a whole page with a paragraph at its end that names the characters; a part of a page as it is."""
    head, end, foot = page.rpartition(END)
    if not end:
        return page
    texts = [html.unescape(text) for text in TAG.split(before) if text.strip()]
    said = gettext("Some phones have no sign for a character that is marked on this page. It is:")
    named = Markup("<br>").join(typesetting.named(one, texts) for one in missing)
    note = Markup('<p class="aside" id="no-glyphs">{}<br>{}</p>').format(said, named)
    return f"{head}{note}{end}{foot}"
