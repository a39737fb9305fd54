"""What is wrong with a page, as sentences. Every page and fragment a test opens goes through here."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from consult.web.guards import outages
from consult.web.kept_words import SECRET_FIELDS

UNLABELLED = ("hidden", "submit", "button", "reset", "image")
REFERENCES = ("aria-labelledby", "aria-describedby", "aria-controls")


def faults(html: str, *, fragment: bool) -> list[str]:
    """Return what is wrong with the markup of a page. Empty for a good one."""
    return faults_of(BeautifulSoup(html, "html.parser"), fragment=fragment)


class Tags:
    """All elements of a page, listed once: a CSS query walks the page anew, and there would be twenty of them a page."""

    def __init__(self, page: Tag) -> None:
        self.all = [tag for tag in page.descendants if isinstance(tag, Tag)]

    @cached_property
    def _by_name(self) -> dict[str, list[Tag]]:
        found: dict[str, list[Tag]] = defaultdict(list)
        for tag in self.all:
            found[tag.name].append(tag)
        return found

    @cached_property
    def _by_attribute(self) -> dict[str, list[Tag]]:
        found: dict[str, list[Tag]] = defaultdict(list)
        for tag in self.all:
            for name in tag.attrs:
                found[name].append(tag)
        return found

    def named(self, *names: str) -> list[Tag]:
        """Return the elements of these names: those of one name as they stand on the page, then those of the next."""
        return [tag for name in names for tag in self._by_name.get(name, ())]

    def having(self, *attributes: str) -> list[Tag]:
        """Return the elements that have these attributes: those with the first, then those with the next."""
        return [tag for name in attributes for tag in self._by_attribute.get(name, ())]

    def beginning(self, *prefixes: str) -> list[tuple[Tag, str]]:
        """Return the elements and their attributes whose names begin so."""
        return [(tag, name) for name, tags in self._by_attribute.items() if name.startswith(prefixes) for tag in tags]


def faults_of(page: BeautifulSoup, *, fragment: bool) -> list[str]:
    """Return what is wrong with a page that is parsed already: parsing is the dearest part of looking at it."""
    tags = Tags(page)
    found = [
        *_citations(page),
        *_glued(page),
        *_escaped(page),
        *_ids(tags),
        *_forms(tags),
        *_htmx(tags),
        *_no_inline(tags),
        *_named(tags),
        *_tables(tags),
        *_times(tags),
        *_mistakes(tags),
        *limits(tags),
    ]
    return [*found, *(_root(page) if fragment else _whole(page, tags))]


def _whole(page: BeautifulSoup, tags: Tags) -> Iterator[str]:
    """What only a whole page can have."""
    if len(tags.named("h1")) != 1:
        yield f"{len(tags.named('h1'))} h1 instead of one"
    if len(tags.named("main")) != 1:
        yield "not exactly one main"
    if not page.html or not page.html.get("lang"):
        yield "html has no lang"
    if not page.title or not page.title.get_text(strip=True):
        yield "no title"
    yield from _references(tags)


def _escaped(page: BeautifulSoup) -> Iterator[str]:
    """Name markup of ours that stands on a page as words: it was put into a plain sentence."""
    for text in page.find_all(string=re.compile("</time>")):
        yield f"markup stands as words: {text.strip()[:120]}"


def _references(tags: Tags) -> Iterator[str]:
    """Name every reference inside a page to an id that it does not have."""
    ids = {tag["id"] for tag in tags.having("id")}
    for attribute in REFERENCES:
        for tag in tags.having(attribute):
            for name in str(tag[attribute]).split():
                if name not in ids:
                    yield f"{attribute} points to #{name}, which is not there"
    for link in tags.named("a"):
        target = str(link.get("href", ""))
        if target.startswith("#") and len(target) > 1 and target[1:] not in ids:
            yield f"a link leads to {target}, which is not there"


RAW_CITATION = re.compile(r"\(\d{4}-\d{2}-\d{2}\) ?\d|(?:法|办法|条例|解释|〕[0-9]+号) \d{1,4}(?:\b|[,、(])")
"""An article as the data or an old record has it. Pages print 《村民委员会组织法》第二十六条: consult/domain/citations.py."""


def _citations(page: BeautifulSoup) -> Iterator[str]:
    if found := RAW_CITATION.search(page.get_text(" ")):
        yield f"a citation that is not as people write it: {found[0]}"


INLINE = {"a", "b", "bdi", "del", "em", "i", "ins", "mark", "small", "span", "strong", "time"}
UNREAD = {"script", "style", "svg", "textarea", "title", "code"}
HAN = "[\u3400-\u9fff]"
MARKS = re.compile(rf"{HAN}[,;:?!()]|[,;:?!)]{HAN}")
"""A mark of ASCII beside a Chinese character. Numbers, codes and Latin words may have theirs."""
GLUED = re.compile(rf"{MARKS.pattern}|[。！？：；，、] +{HAN}")
"""Such a mark, or a blank after a Chinese one."""


QUOTED = re.compile("“[^“”]*”")


def _glued(page: BeautifulSoup) -> Iterator[str]:
    """Name what the code glued together: in our own words only. What people wrote has its own `lang`, or is quoted."""
    said = QUOTED.sub("“”", "".join(_own_words(page)))
    for found in GLUED.finditer(said):
        yield f"marks glued between Chinese words: {said[max(0, found.start() - 12) : found.end() + 12]!r}"


def _own_words(tag: Tag) -> Iterator[str]:
    for one in tag.children:
        if isinstance(one, Tag):
            if one.name in UNREAD or (one.has_attr("lang") and one.name != "html"):
                yield "\n"
            elif one.name in INLINE:
                yield from _own_words(one)
            else:
                yield from ("\n", *_own_words(one), "\n")
        elif type(one) is NavigableString:
            yield str(one)


def _root(page: BeautifulSoup) -> Iterator[str]:
    roots = [tag for tag in page.children if isinstance(tag, Tag)]
    if len(roots) != 1 or not roots[0].get("id"):
        yield "a fragment has one root, with an id"


def _ids(tags: Tags) -> Iterator[str]:
    for name, count in Counter(tag["id"] for tag in tags.having("id")).items():
        if count > 1:
            yield f"{count} elements share the id {name}"


def _forms(tags: Tags) -> Iterator[str]:
    for form in tags.named("form"):
        inside = Tags(form)
        if form.get("method") not in ("get", "post") or not form.get("action"):
            yield f"a form without method and action: {form.attrs}"
        if form.get("method") == "post" and not any(map(_is_token, inside.named("input"))):
            yield f"a form to {form.get('action')} without csrf_token"
        if not inside.named("button") and not any(tag.get("type") == "submit" for tag in inside.named("input")):
            yield f"a form to {form.get('action')} without a button"


def _is_token(field: Tag) -> bool:
    return field.get("type") == "hidden" and field.get("name") == "csrf_token" and field.has_attr("value")


def _htmx(tags: Tags) -> Iterator[str]:
    """Everything works without JavaScript: htmx sits on top of the same address."""
    for tag in tags.having("hx-post"):
        form = tag.name == "form" and tag.get("method") == "post" and tag.get("action") == tag["hx-post"]
        if not form and not (tag.name == "button" and tag.get("formaction") == tag["hx-post"]):
            yield f"hx-post on something else than a form or button that posts there: {tag['hx-post']}"
    for tag in tags.having("hx-get"):
        plain = tag.get("href") or (tag.get("action") if tag.get("method") == "get" else None)
        if plain is None and not str(tag.get("hx-trigger", "")).startswith("every"):
            yield f"hx-get without a link or form that does the same: {tag['hx-get']}"
    for tag in tags.having("hx-put", "hx-patch", "hx-delete"):
        yield f"GET and POST only: {tag.name}"


def _no_inline(tags: Tags) -> Iterator[str]:
    """The content security policy forbids these, so that they would silently do nothing.

    But for the looks of a page that stands alone, whose policy names their digest.
    """
    inline = [
        *(tag for tag in tags.named("style") if tag.string != outages.STYLE),
        *tags.having("style"),
        *(tag for tag in tags.named("script") if not tag.has_attr("src")),
        *(tag for tag in tags.having("hx-vals") if str(tag["hx-vals"]).startswith("js:")),
        *(tag for tag in tags.having("href") if str(tag["href"]).startswith("javascript:")),
    ]
    for tag in inline:
        yield f"inline style or script: {tag.name}"
    for tag, name in tags.beginning("on", "hx-on"):
        yield f"inline script: {tag.name} {name}"


def _tables(tags: Tags) -> Iterator[str]:
    """Yield the tables of data that break words where letters are large: outside of their frame, or with cells that say no column."""
    for table in tags.named("table"):
        heads = [head.get_text(" ", strip=True) for head in table.select("thead th")]
        if not heads:
            continue
        if not table.find_parent(class_="scroll", attrs={"role": "group", "aria-label": True}):
            yield f"a table without data_table: {heads}"
        for row in table.select("tbody tr"):
            cells = [cell for cell in row.find_all(["th", "td"]) if not cell.get("colspan")]
            yield from (
                f"a cell without the head of its column, {head}: {cell}"
                for cell, head in zip(cells, heads, strict=False)
                if cell.name == "td" and cell.get("data-label") != head
            )


def _named(tags: Tags) -> Iterator[str]:
    """Whoever cannot see the page hears what everything on it is."""
    for image in tags.named("img"):
        if not image.has_attr("alt"):
            yield f"img without alt: {image.get('src')}"
    targets = {label["for"] for label in tags.named("label") if label.has_attr("for")}
    for field in tags.named("input", "select", "textarea"):
        if field.get("type") in UNLABELLED:
            continue
        named = field.get("id") in targets or field.get("aria-label") or field.get("aria-labelledby")
        if not named and not field.find_parent("label"):
            yield f"a field without a label: {field.get('name')}"
    for tag in tags.named("button", "a"):
        if tag.name == "a" and not tag.has_attr("href"):
            continue
        heard = tag.get("aria-label") or tag.get_text(strip=True) or any(i.get("alt") for i in tag.find_all("img"))
        if not heard:
            yield f"a {tag.name} without a name: {tag.attrs}"


def _times(tags: Tags) -> Iterator[str]:
    for moment in tags.named("time"):
        if not moment.has_attr("datetime"):
            yield f"a time whose words no machine reads: {moment.get_text()}"


WRITE = frozenset({"这里请写几个字。", "呢度寫返幾個字先。", "呢度写返几个字先。", "Please write something here."})
"""What is said of a field for words that is empty."""


def _mistakes(tags: Tags) -> Iterator[str]:
    """Name a list, a day or a number that asks for words: whoever reads it looks for a place to write."""
    said = {str(tag["id"]): tag.get_text(strip=True) for tag in tags.having("id") if tag.get("class") == ["mistake"]}
    for tag in tags.having("aria-invalid"):
        told = {said.get(name) for name in str(tag.get("aria-describedby", "")).split()}
        chosen = tag.name == "select" or tag.get("type") in ("date", "datetime-local", "number", "tel", "radio", "file")
        if chosen and told & WRITE:
            yield f"{tag.get('name')} is chosen or counted, and the mistake asks for words"


A_SENTENCE = 60
"""Characters. What takes fewer is a name, a place of one or two words or a number: its limit is said when it comes near."""


def limits(tags: Tags) -> Iterator[str]:
    """Name the boxes for a sentence or more whose label does not say how much fits: it is read before anything is typed."""
    labels = {
        str(label["for"]): label.get_text(" ", strip=True) for label in tags.named("label") if label.has_attr("for")
    }
    for box in tags.having("data-most"):
        most = str(box["data-most"])
        if int(most) >= A_SENTENCE and not re.search(rf"(?<!\d){most}(?!\d)", labels.get(str(box.get("id")), "")):
            yield f"{box.get('name')} takes {most} characters, and its label does not say so"


def lost_in_refusal(page: BeautifulSoup, sent: Iterable[tuple[str, str]]) -> list[str]:
    """Return what a page that refuses a form has lost of it, and which limits it does not say as a number.

    The summary stands above the form; where an act was refused as a whole the page has no form, and is about nothing else.
    """
    summary = page.select_one("#mistakes")
    focused = summary is not None and summary.get("tabindex") == "-1" and summary.has_attr("autofocus")
    whole = page.select_one("#refusal[role=alert]") or not page.select_one("main form[method=post]")
    found = [] if focused or whole else ["no summary of the mistakes"]
    for name, value in sent:
        if name in SECRET_FIELDS:
            continue
        boxes = page.select(
            f"textarea[name='{name}'], input[type=text][name='{name}'], input:not([type])[name='{name}']"
        )
        if value and boxes and value not in {_words_of(box).strip("\n") for box in boxes}:
            found.append(f"{name} lost its words")
        for box in boxes:
            stands = _words_of(box)
            mistake = page.find(id=f"{box.get('id')}-mistake")
            most = box.get("data-most")
            if most and mistake is not None and value == stands and len(stands) > int(str(most)):
                found += [] if str(most) in mistake.get_text() else [f"{name}: {mistake.get_text()} and not {most}"]
    return found


def _words_of(box: Tag) -> str:
    return box.get_text() if box.name == "textarea" else str(box.get("value", ""))
