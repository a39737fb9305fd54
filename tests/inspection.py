"""What is wrong with a page, as sentences. Every page and fragment a test opens goes through here."""

import re
from collections import Counter
from collections.abc import Iterator

from bs4 import BeautifulSoup, Tag

UNLABELLED = ("hidden", "submit", "button", "reset", "image")
REFERENCES = ("aria-labelledby", "aria-describedby", "aria-controls")


def faults(html: str, *, fragment: bool) -> list[str]:
    """Return what is wrong with the markup of a page. Empty for a good one."""
    return faults_of(BeautifulSoup(html, "html.parser"), fragment=fragment)


def faults_of(page: BeautifulSoup, *, fragment: bool) -> list[str]:
    """Return what is wrong with a page that is parsed already: parsing is the dearest part of looking at it."""
    found = [*_citations(page), *_ids(page), *_forms(page), *_htmx(page), *_no_inline(page), *_named(page)]
    return [*found, *(_root(page) if fragment else _whole(page))]


def _whole(page: BeautifulSoup) -> Iterator[str]:
    """What only a whole page can have."""
    if len(page.select("h1")) != 1:
        yield f"{len(page.select('h1'))} h1 instead of one"
    if len(page.select("main")) != 1:
        yield "not exactly one main"
    if not page.html or not page.html.get("lang"):
        yield "html has no lang"
    if not page.title or not page.title.get_text(strip=True):
        yield "no title"
    yield from _references(page)


def _references(page: BeautifulSoup) -> Iterator[str]:
    """Name every reference inside a page to an id that it does not have."""
    ids = {tag["id"] for tag in page.select("[id]")}
    for attribute in REFERENCES:
        for tag in page.select(f"[{attribute}]"):
            for name in str(tag[attribute]).split():
                if name not in ids:
                    yield f"{attribute} points to #{name}, which is not there"
    for link in page.select("a[href^='#']"):
        if len(str(link["href"])) > 1 and str(link["href"])[1:] not in ids:
            yield f"a link leads to {link['href']}, which is not there"


RAW_CITATION = re.compile(r"\(\d{4}-\d{2}-\d{2}\) ?\d|(?:法|办法|条例) \d{1,4}(?:\b|[,、(])")
"""An article as the data or an old record has it. Pages print 《村民委员会组织法》第二十六条: consult/domain/citations.py."""


def _citations(page: BeautifulSoup) -> Iterator[str]:
    if found := RAW_CITATION.search(page.get_text(" ")):
        yield f"a citation that is not as people write it: {found[0]}"


def _root(page: BeautifulSoup) -> Iterator[str]:
    roots = [tag for tag in page.children if isinstance(tag, Tag)]
    if len(roots) != 1 or not roots[0].get("id"):
        yield "a fragment has one root, with an id"


def _ids(page: BeautifulSoup) -> Iterator[str]:
    for name, count in Counter(tag["id"] for tag in page.select("[id]")).items():
        if count > 1:
            yield f"{count} elements share the id {name}"


def _forms(page: BeautifulSoup) -> Iterator[str]:
    for form in page.select("form"):
        if form.get("method") not in ("get", "post") or not form.get("action"):
            yield f"a form without method and action: {form.attrs}"
        if form.get("method") == "post" and not form.select("input[type=hidden][name=csrf_token][value]"):
            yield f"a form to {form.get('action')} without csrf_token"
        if not form.select("button, input[type=submit]"):
            yield f"a form to {form.get('action')} without a button"


def _htmx(page: BeautifulSoup) -> Iterator[str]:
    """Everything works without JavaScript: htmx sits on top of the same address."""
    for tag in page.select("[hx-post]"):
        if tag.name != "form" or tag.get("method") != "post" or tag.get("action") != tag["hx-post"]:
            yield f"hx-post on something else than a form that posts there: {tag['hx-post']}"
    for tag in page.select("[hx-get]"):
        plain = tag.get("href") or (tag.get("action") if tag.get("method") == "get" else None)
        if plain is None and not str(tag.get("hx-trigger", "")).startswith("every"):
            yield f"hx-get without a link or form that does the same: {tag['hx-get']}"
    for tag in page.select("[hx-put], [hx-patch], [hx-delete]"):
        yield f"GET and POST only: {tag.name}"


def _no_inline(page: BeautifulSoup) -> Iterator[str]:
    """The content security policy forbids these, so that they would silently do nothing."""
    for tag in page.select("style, [style], script:not([src]), [hx-vals^='js:'], [href^='javascript:']"):
        yield f"inline style or script: {tag.name}"
    for tag in page.find_all(True):
        for name in tag.attrs:
            if name.startswith(("on", "hx-on")):
                yield f"inline script: {tag.name} {name}"


def _named(page: BeautifulSoup) -> Iterator[str]:
    """Whoever cannot see the page hears what everything on it is."""
    for image in page.select("img:not([alt])"):
        yield f"img without alt: {image.get('src')}"
    targets = {label.get("for") for label in page.select("label[for]")}
    for field in page.select("input, select, textarea"):
        if field.get("type") in UNLABELLED:
            continue
        named = field.get("id") in targets or field.get("aria-label") or field.get("aria-labelledby")
        if not named and not field.find_parent("label"):
            yield f"a field without a label: {field.get('name')}"
    for tag in page.select("button, a[href]"):
        heard = tag.get("aria-label") or tag.get_text(strip=True) or tag.select("img[alt]:not([alt=''])")
        if not heard:
            yield f"a {tag.name} without a name: {tag.attrs}"
