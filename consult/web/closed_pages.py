"""Leave out of the pages of a closed village what it does not take: forms, buttons, and links to pages that only hold a form.

Templates draw each page as for an open village. What is left out is asked of `guards.moved_villages.is_taken`, which the guard at
the door asks as well, so that a page never offers what is then refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html.parser import HTMLParser

VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
        "use",
        "path",
    ]
)
SHOWS = frozenset(
    {"img", "audio", "video", "table", "input", "textarea", "select", "button", "form", "iframe", "picture"}
)
"""What an element shows besides words."""
MAY_GO = frozenset(
    {"a", "dd", "details", "div", "dl", "fieldset", "li", "nav", "ol", "p", "section", "span", "strong", "ul"}
)
"""What goes with what it held. A cell of a table stays: its row would be short of one."""
HEADINGS = frozenset({"h2", "h3", "h4", "summary"})

Taken = Callable[[str, str], bool]
"""Tells whether the village takes what is sent to an address by a method."""


class Element:
    """One element with its tags as they were written, so that what stays is not changed."""

    def __init__(self, name: str, attributes: dict[str, str], opening: str) -> None:
        self.name, self.attributes, self.opening, self.closing = name, attributes, opening, ""
        self.children: list[Element | str] = []

    def __str__(self) -> str:
        return f"{self.opening}{''.join(map(str, self.children))}{self.closing}"

    def elements(self) -> list[Element]:
        return [one for one in self.children if isinstance(one, Element)]

    def all(self) -> Iterator[Element]:
        """Yield this element and all in it."""
        yield self
        for one in self.elements():
            yield from one.all()

    def is_empty(self) -> bool:
        """Tell whether nothing can be seen in it, or heard; an icon alone says nothing."""
        if self.name == "svg":
            return True
        if self.name in SHOWS:
            return self.name == "input" and self.attributes.get("type") == "hidden"
        return all(not one.strip(" \n·\u00a0") if isinstance(one, str) else one.is_empty() for one in self.children)

    def holds_only(self, names: frozenset[str]) -> bool:
        """Tell whether all that can be seen in it is in elements of these names."""
        words = any(isinstance(one, str) and one.strip() for one in self.children)
        return not words and all(one.name in names or one.is_empty() for one in self.elements())


class _Reader(HTMLParser):
    """Read a page of ours into elements. Our templates close each element that they open."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=False)
        self.root = Element("", {}, "")
        self._open = [self.root]
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = Element(tag, {name: value or "" for name, value in attrs}, self.get_starttag_text() or "")
        self._open[-1].children.append(found)
        if tag not in VOID:
            self._open.append(found)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = Element(tag, {name: value or "" for name, value in attrs}, self.get_starttag_text() or "")
        self._open[-1].children.append(found)

    def handle_endtag(self, tag: str) -> None:
        while len(self._open) > 1:
            ended = self._open.pop()
            if ended.name == tag:
                ended.closing = f"</{tag}>"
                return

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)

    def handle_entityref(self, name: str) -> None:
        self._open[-1].children.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._open[-1].children.append(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        self._open[-1].children.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self._open[-1].children.append(f"<!{decl}>")


def without_what_is_refused(html: str, is_taken: Taken) -> str:
    """Return a page or a part of one without what a closed village does not take."""
    root = _Reader(html).root
    if not _leave_out(root, lambda one: _is_refused(one, is_taken)):
        return html
    left = {one.attributes["id"] for one in root.all() if "id" in one.attributes}
    if any(one.name == "html" for one in root.elements()):
        _leave_out(root, lambda one: _leads_nowhere(one, left))
    return str(root)


def _is_refused(one: Element, is_taken: Taken) -> bool:
    if one.name == "form":
        return not is_taken(one.attributes.get("action", ""), one.attributes.get("method", "get").upper())
    if one.name == "button" and "formaction" in one.attributes:
        return not is_taken(one.attributes["formaction"], "POST")
    return one.name == "a" and "href" in one.attributes and not is_taken(one.attributes["href"], "GET")


def _leads_nowhere(one: Element, ids: set[str]) -> bool:
    """Tell whether this is a link to a part of the page that is gone."""
    href = one.attributes.get("href", "") if one.name == "a" else ""
    return href.startswith("#") and href[1:] not in ids


def _leave_out(parent: Element, refused: Callable[[Element], bool]) -> bool:
    """Take out what is refused, and what held or named nothing else; return whether anything went."""
    gone = False
    for one in parent.elements():
        if refused(one):
            if one.name == "form":
                _leave_out_its_heading(parent, one)
            parent.children.remove(one)
            gone = True
            continue
        had_form = one.name == "details" and any(each.name == "form" for each in one.all())
        if _leave_out(one, refused):
            gone = True
            if _has_nothing_left(one) or (had_form and one.holds_only(HEADINGS | {"p"})):
                parent.children.remove(one)
    return gone


def _has_nothing_left(one: Element) -> bool:
    """Tell whether an element that lost something has nothing more to say: it is empty, or a mere heading, or lost its name."""
    if one.name in HEADINGS:
        return one.is_empty()
    if one.name not in MAY_GO:
        return False
    if one.is_empty() or (one.name in ("section", "details") and one.holds_only(HEADINGS)):
        return True
    return one.name == "li" and not _has_a_name(one) and any("aside" in _classes(each) for each in one.all())


def _has_a_name(item: Element) -> bool:
    """Tell whether there is more in an item of a list than the small words under its name."""
    return any(
        (each.name in HEADINGS and not each.is_empty())
        or any(isinstance(words, str) and words.strip(" \n·\u00a0") for words in each.children)
        for each in item.all()
        if not _is_small(each, item)
    )


def _is_small(each: Element, item: Element) -> bool:
    return any(small is each or each in small.all() for small in item.all() if "aside" in _classes(small))


def _classes(one: Element) -> list[str]:
    return one.attributes.get("class", "").split()


def _leave_out_its_heading(parent: Element, form: Element) -> None:
    """Take out the heading and the small words that only led to this form."""
    around = [one for one in parent.children if not isinstance(one, str) or one.strip()]
    at = around.index(form)
    after = around[at + 1] if at + 1 < len(around) else None
    before = []
    for one in reversed(around[:at]):
        if not isinstance(one, Element) or not (one.name in HEADINGS or (one.name == "p" and "aside" in _classes(one))):
            return
        before.append(one)
        if one.name in HEADINGS:
            break
    else:
        return
    ends = after is None or (isinstance(after, Element) and after.name in HEADINGS | {"section"})
    if ends and parent.name != "details":
        for one in before:
            parent.children.remove(one)
