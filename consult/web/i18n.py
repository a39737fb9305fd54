"""Languages: which one a reader gets, and templates compiled once per language.

Looking up every sentence of a page at render time costs more than its SQL; so `_("…")` in a template is replaced
by its translation when the template is compiled, once for each language.
"""

from functools import lru_cache
from typing import Any

from babel.support import NullTranslations, Translations
from flask import Flask, current_app, g, has_request_context, request
from flask.templating import Environment
from jinja2 import StrictUndefined, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from consult.config import ROOT
from consult.extensions import babel

DEFAULT = "zh_Hans"
TAGS = {"zh_Hans": "zh-Hans-CN", "yue_Hant": "yue-Hant-HK", "yue_Hans": "yue-Hans-CN", "en": "en"}
NAMES = {"zh_Hans": "普通话", "yue_Hant": "廣州話", "yue_Hans": "广州话", "en": "English"}
"""Each language in its own words; the only ones not translated."""
LANGUAGE_COOKIE = "language"
ELDER_COOKIE = "elder"


def init_app(app: Flask) -> None:
    babel.init_app(app, locale_selector=locale, timezone_selector=lambda: "Asia/Shanghai")
    app.extensions["environments"] = {}


def locale() -> str:
    """The reader's language: their own choice, this browser's choice, what the browser asks for, the default."""
    if not has_request_context():
        return DEFAULT
    if "locale" not in g:
        g.locale = _chosen() or from_header(request.headers.get("Accept-Language", ""))
    chosen: str = g.locale
    return chosen


def _chosen() -> str | None:
    from_person: str | None = g.get("person_language")
    candidate = from_person or request.cookies.get(LANGUAGE_COOKIE)
    return candidate if candidate in TAGS else None


def from_header(header: str) -> str:
    """The best language for an Accept-Language header."""
    for part in header.split(","):
        found = for_tag(part.split(";")[0].strip())
        if found:
            return found
    return DEFAULT


def for_tag(tag: str) -> str | None:
    """Our language for one browser tag. Readers of zh-HK and zh-TW get Cantonese before simplified Mandarin."""
    parts = tag.replace("_", "-").lower().split("-")
    language, rest = parts[0], set(parts[1:])
    if language == "yue" or (language == "zh" and "yue" in rest):
        return "yue_Hans" if rest & {"hans", "cn"} else "yue_Hant"
    if language == "zh":
        if "hans" in rest:
            return "zh_Hans"
        return "yue_Hant" if rest & {"hk", "mo", "tw", "hant"} else "zh_Hans"
    return "en" if language == "en" else None


def environment() -> Environment:
    """The template environment of the reader's language."""
    name = locale()
    kept: dict[str, LocaleEnvironment] = current_app.extensions["environments"]
    if name not in kept:
        kept[name] = LocaleEnvironment(current_app._get_current_object(), name)  # type: ignore[attr-defined]
    return kept[name]


@lru_cache(maxsize=8)
def catalogue(name: str) -> NullTranslations:
    """All sentences of one language; English is the source and has none."""
    if name == "en":
        return NullTranslations()
    return Translations.load(ROOT / "translations", [name])


class LocaleEnvironment(Environment):
    """Templates of one language. Unknown names are errors, not empty strings."""

    def __init__(self, app: Flask, name: str) -> None:
        options = {**app.jinja_options, "autoescape": app.select_jinja_autoescape, "undefined": StrictUndefined}
        options |= {"trim_blocks": True, "lstrip_blocks": True, "auto_reload": app.debug}
        super().__init__(app, **options)
        self.globals.update(app.jinja_env.globals, fill=fill, fill_plural=fill_plural)
        self.filters.update(app.jinja_env.filters)
        self.catalogue = catalogue(name)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        translated: nodes.Template = _Translator(self.catalogue).visit(tree)
        return translated


class _Translator(NodeTransformer):
    """Replaces `_("text")` by a constant and `_("text %(n)s", n=n)` by filling a constant."""

    def __init__(self, catalogue: NullTranslations) -> None:
        self.catalogue = catalogue

    def visit_Call(self, node: nodes.Call) -> nodes.Expr:
        self.generic_visit(node)
        name = node.node.name if isinstance(node.node, nodes.Name) else ""
        if name == "_":
            return self._single(node)
        return self._plural(node) if name == "ngettext" else node

    def _single(self, node: nodes.Call) -> nodes.Expr:
        text = self.catalogue.ugettext(_constant(node, 0))
        if not node.kwargs:
            return nodes.Const(text.replace("%%", "%"), lineno=node.lineno)
        return _call("fill", [nodes.Const(text)], node)

    def _plural(self, node: nodes.Call) -> nodes.Expr:
        one, many = _constant(node, 0), _constant(node, 1)
        forms: list[nodes.Expr] = [nodes.Const(self.catalogue.ungettext(one, many, n)) for n in (1, 2)]
        return _call("fill_plural", [*forms, node.args[2]], node)


def _constant(node: nodes.Call, position: int) -> str:
    argument = node.args[position]
    if not isinstance(argument, nodes.Const):
        raise TypeError(f"line {node.lineno}: a translated sentence must be written out")
    text: str = argument.value
    return text


def _call(name: str, args: list[nodes.Expr], node: nodes.Call) -> nodes.Call:
    return nodes.Call(nodes.Name(name, "load"), args, node.kwargs, None, None, lineno=node.lineno)


def fill(text: str, **facts: Any) -> Markup:
    """A sentence with its facts put in, each escaped."""
    return Markup(escape(text)) % facts


def fill_plural(one: str, many: str, n: int, **facts: Any) -> Markup:
    return fill(one if n == 1 else many, n=n, **facts)
