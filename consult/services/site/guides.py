"""Read the guides of docs/guide: one text for the repository, for the pages of /help and for the posters.

A guide is Markdown: a title, a first paragraph that says what it is for, then sections. What stands in 「」 is the name of
something on a page. An address that begins with / is one of the village; a picture is a file of consult/static.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import import_module
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from consult.config import ROOT
from consult.domain.people.roles import Role

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

FOLDER = ROOT / "docs" / "guide"
STATIC = "../../consult/static/"
"""How a guide, which stands in docs/guide, names the folder of the files that never change."""
PICTURE_SIZE = (540, 840)
"""Width and height of each picture, so that a page does not jump when one arrives."""

GUIDES: Mapping[str, frozenset[Role]] = {
    "villager": frozenset(),
    "signing": frozenset(),
    "voting": frozenset(),
    "clerk": frozenset({Role.CLERK, Role.COMMITTEE_MEMBER}),
    "chair": frozenset(
        {Role.BRANCH_SECRETARY, Role.COMMITTEE_MEMBER, Role.COUNCIL_MEMBER, Role.COLLECTIVE_DIRECTOR, Role.GROUP_HEAD}
    ),
    "mediator": frozenset({Role.MEDIATOR, Role.HEAD_OF_MEDIATION, Role.JUSTICE_OFFICE}),
    "supervisor": frozenset({Role.SUPERVISOR, Role.COLLECTIVE_SUPERVISOR, Role.COUNTY_OPERATOR}),
}
"""The guides and the offices that each is for; none: it is for everybody."""
POSTERS = ("signing", "voting")
"""Guides that are also sheets to hang up: a title, a sentence, numbered steps, and what to do if that does not help."""
STEPWISE = "villager"
"""The guide that shows one section on a page."""


@dataclass(frozen=True)
class Section:
    """A section of a guide: its heading and what stands under it."""

    heading: str
    tokens: Sequence["Token"] = field(repr=False)


@dataclass(frozen=True)
class Guide:
    """One guide in one language, by the code of the language it is written in."""

    name: str
    language: str
    title: str
    summary: str
    opening: Sequence["Token"] = field(repr=False)
    sections: Sequence[Section]

    @property
    def steps(self) -> list[str]:
        """Return the words of the items of its lists, as a poster has them."""
        return [
            plain
            for before, token in zip(self.opening, self.opening[1:], strict=False)
            if before.type == "paragraph_open" and before.level > 0 and (plain := words_of(token))
        ]

    @property
    def closing(self) -> str:
        """Return the last paragraph outside of its lists."""
        return next(
            (
                words_of(token)
                for before, token in reversed(list(zip(self.opening, self.opening[1:], strict=False)))
                if before.type == "paragraph_open" and before.level == 0
            ),
            "",
        )


def find(name: str, codes: Sequence[str]) -> Guide:
    """Return a guide in the first of these languages that it is written in."""
    return _read(name, next(code for code in codes if path_of(name, code).exists()))


def path_of(name: str, code: str) -> Any:
    """Return the file of a guide in a language."""
    return FOLDER / f"{name}.{code}.md"


def in_order(held: frozenset[Role]) -> list[str]:
    """Return the names of all guides, those of somebody's own offices first."""
    return sorted(GUIDES, key=lambda name: not GUIDES[name] & held)


def html(tokens: Sequence["Token"], *, place: str, static: Callable[[str], str], lets_in: Callable[[str], bool]) -> str:
    """Return a part of a guide as markup.

    `place`: the address of the village; `static`: gives that of a file; `lets_in`: whether a page opens to the reader.
    The name of a page that does not is no link.
    """
    parser = _parser()
    env = {"place": place, "static": static, "lets_in": lets_in}
    return str(parser.renderer.render(list(tokens), parser.options, env))


def words_of(token: "Token") -> str:
    """Return the words of a line without their marks."""
    return "".join(part.content for part in token.children or () if part.type in ("text", "code_inline"))


@lru_cache(maxsize=64)
def _read(name: str, code: str) -> Guide:
    tokens = _parser().parse(path_of(name, code).read_text(encoding="utf-8"))
    title, rest = words_of(tokens[1]), tokens[3:]
    starts = [index for index, token in enumerate(rest) if token.type == "heading_open"]
    ends = [*starts, len(rest)][1:]
    sections = [
        Section(words_of(rest[start + 1]), tuple(rest[start + 3 : end]))
        for start, end in zip(starts, ends, strict=True)
    ]
    opening = tuple(rest[: starts[0]] if starts else rest)
    return Guide(name, code, title=title, summary=words_of(opening[1]), opening=opening[3:], sections=sections)


@lru_cache(maxsize=1)
def _parser() -> "MarkdownIt":
    """Return the parser: loaded when the first guide is asked for. It takes no markup of HTML."""
    markdown_it: Any = import_module("markdown_it")
    parser: MarkdownIt = markdown_it.MarkdownIt("commonmark", {"html": False, "xhtmlOut": False})
    parser.add_render_rule("image", _image)
    parser.add_render_rule("link_open", _link)
    for tag in ("ordered_list_open", "bullet_list_open"):
        parser.add_render_rule(tag, _list)
    parser.add_render_rule("list_item_open", _item)
    parser.add_render_rule("list_item_close", lambda *_: "</div></li>\n")
    return parser


def _image(renderer: Any, tokens: Sequence["Token"], index: int, options: Any, env: Mapping[str, Any]) -> str:
    token = tokens[index]
    source = str(token.attrs["src"])
    width, height = PICTURE_SIZE
    token = token.copy(
        attrs={
            "src": env["static"](PurePosixPath(source.removeprefix(STATIC)).as_posix()),
            "alt": token.content,
            "width": width,
            "height": height,
            "loading": "lazy",
        }
    )
    return f"<img{renderer.renderAttrs(token)}>"


def _link(renderer: Any, tokens: Sequence["Token"], index: int, options: Any, env: Mapping[str, Any]) -> str:
    token = tokens[index]
    target = str(token.attrs["href"])
    if target.startswith("/"):
        path = env["place"] + target
        token = token.copy(attrs={"href": path} if env["lets_in"](path) else {})
    return f"<a{renderer.renderAttrs(token)}>"


def _list(renderer: Any, tokens: Sequence["Token"], index: int, options: Any, env: Mapping[str, Any]) -> str:
    return f'<{tokens[index].tag} class="ledger">\n'


def _item(renderer: Any, tokens: Sequence["Token"], index: int, options: Any, env: Mapping[str, Any]) -> str:
    """Begin an item; that of a numbered list with its number, as large as those of the pages."""
    number = tokens[index].info
    return f'<li><b class="figure">{number}</b><div>' if number else "<li><div>"
