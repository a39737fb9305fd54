"""Fragments say what they need, pages hold nothing that the content policy would block, nothing lies about unused."""

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TypeGuard

import pytest
from bs4 import BeautifulSoup, Tag
from jinja2 import Environment, meta, nodes

from consult.web import i18n, pages
from tests.checks.sources import PACKAGE, TEMPLATES, TESTS, each, files, short, tree

ALL = files(".html", below=TEMPLATES)
FRAGMENTS = [p for p in ALL if p.name.startswith("_")]
WHOLE = [p for p in ALL if not p.name.startswith("_") and "components" not in p.parts and p.name != "base.html"]
NEEDS = re.compile(r"\A\{# needs:\s*(.*?)\s*#\}\n", re.DOTALL)
TRANSLATING = {"_", "ngettext", "gettext"}
PARSER = Environment(trim_blocks=True, lstrip_blocks=True)


@cache
def parsed(path: Path) -> nodes.Template:
    return PARSER.parse(path.read_text(encoding="utf-8"))


def used(path: Path) -> set[str]:
    """The variables a template takes from whoever renders it, and those of the fragments it includes."""
    names = meta.find_undeclared_variables(parsed(path))
    for include in parsed(path).find_all(nodes.Include):
        assert isinstance(include.template, nodes.Const), "an include names its file"
        names |= used(TEMPLATES / include.template.value)
    return names


def declared(path: Path) -> set[str]:
    found = NEEDS.match(path.read_text(encoding="utf-8"))
    assert found, "a fragment begins with {# needs: its variables #}"
    return {name.strip() for name in found[1].split(",") if name.strip()}


@pytest.fixture
def always_there(app, village) -> set[str]:
    """What every template has without being given it."""
    with app.test_request_context("/rongxi/"):
        app.preprocess_request()
        names = {*pages._surroundings(), *i18n.environment().globals, *TRANSLATING}
        for processor in app.template_context_processors[None]:
            names |= set(processor())
    return names


@pytest.mark.parametrize("path", FRAGMENTS, ids=short)
def test_a_fragment_declares_exactly_what_it_needs(path, always_there):
    assert declared(path) - always_there == used(path) - always_there


@each([p for p in ALL if re.search(r'hx-trigger="every', p.read_text(encoding="utf-8"))])
def test_what_moves_by_itself_says_without_scripts_that_it_is_to_be_loaded_again(path):
    """The console of an open meeting stood still and did not say so."""
    assert "{{ load_again(url_for(" in path.read_text(encoding="utf-8")


@each(FRAGMENTS)
def test_a_fragment_is_not_a_page(path):
    assert not list(parsed(path).find_all(nodes.Extends))


@each(FRAGMENTS)
def test_a_fragment_has_one_root_named_like_its_file(path):
    markup = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    roots = [tag for tag in BeautifulSoup(markup, "html.parser").children if isinstance(tag, Tag)]
    assert [root.get("id") for root in roots] == [path.stem.removeprefix("_")]


@each(WHOLE)
def test_a_page_extends_the_one_base(path):
    base = [node.template for node in parsed(path).find_all(nodes.Extends)]
    assert base in ([nodes.Const("base.html")], [nodes.Const("print/base.html")])


@each(ALL)
def test_no_inline_script_or_style_and_nothing_unescaped(path):
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=|hx-on|javascript:|hx-vals='js:", source)
    assert not re.search(r"\|\s*safe\b|autoescape", source)


@each(ALL)
def test_no_text_of_a_person_stands_in_an_attribute_of_htmx(path):
    """Addresses and selectors only: url_for and fixed words."""
    for value in re.findall(r'\shx-[a-z-]+="([^"]*)"', path.read_text(encoding="utf-8")):
        for inside in re.findall(r"\{\{(.*?)\}\}", value):
            assert inside.strip().startswith("url_for("), inside


@each(ALL)
def test_sentences_hold_no_markup(path):
    sentences = re.findall(r"""(?:_|ngettext)\(\s*(["'])(.*?)\1""", path.read_text(encoding="utf-8"))
    assert not [text for _, text in sentences if re.search(r"<\w|&\w+;", text)]


IN_ONE_LINE = re.compile(r"<(button|h1)\b.*?</\1>", re.DOTALL)
NAME_GIVEN = re.compile(r"\bname=(?!shown_name)[a-z_.]*name(?!\|as_one)\b")


def test_the_name_of_a_person_in_a_button_or_a_title_stands_on_one_line():
    """In large type the button of a ballot said 对，投出李永 and 康这一户的票 on two lines."""
    wrong = [
        f"{short(path)}: {given}"
        for path in ALL
        for part in IN_ONE_LINE.finditer(path.read_text(encoding="utf-8"))
        for given in NAME_GIVEN.findall(part[0])
    ]
    assert not wrong, wrong


def test_the_check_sees_a_name_that_may_break():
    assert NAME_GIVEN.search('{{ _("I am %(name)s", name=person.name) }}')
    assert not NAME_GIVEN.search('{{ _("I am %(name)s", name=person.name|as_one) }}')


def test_every_template_is_used():
    sources = "\n".join(p.read_text(encoding="utf-8") for p in [*ALL, *files(".py", below=PACKAGE)])
    names = [p.relative_to(TEMPLATES).as_posix() for p in ALL]
    assert not [name for name in names if f'"{name}"' not in sources and f"'{name}'" not in sources]


def test_every_macro_is_used():
    sources = "\n".join(p.read_text(encoding="utf-8") for p in ALL)
    macros = re.findall(r"\{% macro (\w+)\(", sources)
    named = Counter(re.findall(r"\b(\w+)\(", sources))
    assert not [name for name in macros if named[name] < 2]


@each(ALL)
def test_every_name_taken_from_a_component_is_there_and_used(path):
    source = path.read_text(encoding="utf-8")
    for component, names in re.findall(r"\{% from \"(\S+)\" import (.*?) %\}", source):
        there = re.findall(r"\{% macro (\w+)\(", (TEMPLATES / component).read_text(encoding="utf-8"))
        assert set(names.split(", ")) <= set(there), component
        assert not [name for name in names.split(", ") if not re.search(rf"\b{name}\(", source)]


def test_the_check_sees_what_an_include_needs(tmp_path):
    wrong = tmp_path / "_wrong.html"
    wrong.write_text("{# needs: poll #}\n<p id='wrong'>{{ poll.id }} {{ entry.number }}</p>")
    assert declared(wrong) == {"poll"}
    assert used(wrong) == {"poll", "entry"}


def written_over(source: nodes.Template) -> set[str]:
    """The names that a template imports, defines as macros or sets at its top: base.html reads them as its own."""
    names = {macro.name for macro in source.find_all(nodes.Macro)}
    for one in source.find_all(nodes.FromImport):
        names |= {name[1] if isinstance(name, tuple) else name for name in one.names}
    names |= {one.target for one in source.find_all(nodes.Import)}
    return names | {
        one.target.name for one in source.body if isinstance(one, nodes.Assign) and isinstance(one.target, nodes.Name)
    }


def test_no_page_writes_over_what_stands_around_every_page(always_there):
    wrong = {short(path): written_over(parsed(path)) & always_there for path in WHOLE}
    assert {path: names for path, names in wrong.items() if names} == {}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('{% from "components/polls.html" import mark, units %}', {"mark", "units"}),
        ('{% from "components/polls.html" import units as lang %}', {"lang"}),
        ("{% macro demo() %}{% endmacro %}", {"demo"}),
        ("{% set tab = 1 %}{% block main %}{% set one = 2 %}{% endblock %}", {"tab"}),
    ],
)
def test_the_check_sees_each_way_to_write_over_a_name(source, found):
    assert written_over(PARSER.parse(source)) == found


OF_THE_DESK = frozenset(
    {"board", "consents", "desk", "figures", "handover", "on_the_spot", "report", "reported", "search"}
)
"""Pages of cases that no party opens."""


def test_every_page_of_a_case_that_a_party_opens_can_be_left_at_once():
    pages = {path.stem: path.read_text(encoding="utf-8") for path in (TEMPLATES / "cases").glob("*.html")}
    assert {
        name for name, text in pages.items() if not re.search(r"\bleave\(\)|\bback_or_leave\(", text)
    } == OF_THE_DESK


CUTTING = re.compile(r'maxlength="1?\d"|inputmode=[^{}]*maxlength|maxlength[^{}]*inputmode=')
"""A field of the macro that a browser cuts: a code, or a number. Of any other length the macro counts, and cuts nothing."""


def test_no_form_of_a_case_cuts_what_is_pasted_instead_of_saying_that_it_is_too_long():
    files = [*(TEMPLATES / "cases").glob("*.html"), TEMPLATES / "components" / "cases.html"]
    assert [path.name for path in files if CUTTING.search(path.read_text(encoding="utf-8"))] == []
    assert CUTTING.search('{{ field("code", maxlength="8") }}') and not CUTTING.search(
        '{{ field("a", maxlength="80") }}'
    )
    assert CUTTING.search('{{ field("sum", inputmode="decimal", maxlength="40") }}')


CUTS = re.compile(r"<(?:input|textarea)\b[^>]*maxlength")
MAY_CUT = {"forms.html", "searches/show.html"}
"""The macro for fields, which cuts codes only, and what is sought, which its page shows again."""


def test_no_field_for_words_cuts_what_is_pasted():
    """A browser cuts without a word. `counted` says beforehand how much fits, and the view refuses with the number."""
    found = [path.as_posix() for path in TEMPLATES.rglob("*.html") if CUTS.search(path.read_text(encoding="utf-8"))]
    assert [path for path in found if not path.endswith(tuple(MAY_CUT))] == []
    assert CUTS.search('<input id="a" maxlength="60">') and not CUTS.search('{{ field("a", maxlength="60") }}')


def test_enter_in_a_field_of_a_case_sends_the_form_and_presses_no_helping_button():
    """A browser presses the first button that sends; a button with a name of its own must not be that one."""
    helping = re.compile(r"<button[^>]*\bname=\"(?!then|answer|kind|language)|\b(obligations|from_roll|act_field)\(")
    for path in (TEMPLATES / "cases").glob("*.html"):
        text = path.read_text(encoding="utf-8")
        found = helping.search(text)
        if found is not None:
            assert "enter(" in text[: found.start()], path.name


SENT_BY_SCRIPT = re.compile(r"<form(?:(?!</form>).)*?\shx-post=.*?</form>", re.DOTALL)


def test_a_box_to_tick_stands_beside_its_label_and_not_in_it():
    """The style sheet sets a box and the label after it on one line; in a label it would be as wide as a field for words."""
    inside = re.compile(r'<label[^>]*>\s*<input[^>]*type="(?:checkbox|radio)"')
    assert not [path.name for path in files(".html", below=TEMPLATES) if inside.search(path.read_text())]


def test_each_form_that_a_script_sends_says_when_the_line_is_lost():
    forms = [
        (short(path), found[0]) for path in ALL for found in SENT_BY_SCRIPT.finditer(path.read_text(encoding="utf-8"))
    ]
    assert len(forms) > 3
    assert not [name for name, form in forms if "{{ line_lost(" not in form]


@each([path for path in WHOLE if "mistakes)" in path.read_text(encoding="utf-8")])
def test_a_page_of_a_form_names_its_mistakes_on_top(path):
    assert "{{ mistakes_summary(" in path.read_text(encoding="utf-8")


def missing_arguments(source: nodes.Template, wanted: dict[str, list[str]]) -> list[str]:
    """Return the calls of macros that leave out an argument without a default, with what each lacks."""
    found = []
    for call in source.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in wanted and not (call.dyn_args or call.dyn_kwargs):
            given = {one.key for one in call.kwargs}
            lacking = [name for name in wanted[call.node.name][len(call.args) :] if name not in given]
            found += [f"{call.lineno}: {call.node.name} lacks {', '.join(lacking)}"] if lacking else []
    return found


def needs_of(source: nodes.Template) -> dict[str, list[str]]:
    """Return the arguments without a default of each macro that a template defines or imports, by the name it has there."""
    needs = {
        macro.name: [one.name for one in macro.args[: len(macro.args) - len(macro.defaults)]]
        for macro in source.find_all(nodes.Macro)
    }
    for one in source.find_all(nodes.FromImport):
        assert isinstance(one.template, nodes.Const), "an import names its file"
        there = needs_of(parsed(TEMPLATES / one.template.value))
        for name in one.names:
            macro, here = name if isinstance(name, tuple) else (name, name)
            needs |= {here: there[macro]} if macro in there else {}
    return needs


def test_no_macro_is_called_without_an_argument_that_it_needs():
    """Jinja says so only when the page is drawn, which may be the page of a rare refusal."""
    assert len(needs_of(parsed(TEMPLATES / "components" / "forms.html"))["area"]) == 5
    assert not [
        f"{short(path)}:{one}" for path in ALL for one in missing_arguments(parsed(path), needs_of(parsed(path)))
    ]


def test_the_check_sees_a_call_without_its_argument():
    planted = PARSER.parse("{{ area('a', 'b', {}, {}) }}{{ area('a', 'b', {}, {}, most=3) }}{{ area(*args) }}")
    wanted = {"area": ["name", "label", "values", "mistakes", "most"]}
    assert missing_arguments(planted, wanted) == ["1: area lacks most"]


TYPED = re.compile(r"<textarea[^>]*>(?=\{\{)|<input (?![^>]*type=\"(?!text|search))[^>]*value=\"\{\{[^>]*>")
IN_NO_LANGUAGE = ('id="code"', 'name="code"', 'type="{{', '_("')
"""Fields of codes, and one whose value is a sentence of ours."""


def fields_without_language(text: str) -> list[str]:
    """Return the fields that hold what somebody typed and do not say in which language it is."""
    found = [tag[0] for tag in TYPED.finditer(text)]
    return [tag for tag in found if "lang" not in tag and not any(known in tag for known in IN_NO_LANGUAGE)]


def test_a_field_says_in_which_language_its_words_are():
    """A screen reader reads what somebody typed in the voice of the page, unless the field says otherwise."""
    wrong = {short(path): found for path in ALL if (found := fields_without_language(path.read_text(encoding="utf-8")))}
    assert not wrong
    assert fields_without_language('<textarea name="a">{{ words }}</textarea><input name="b" value="{{ words }}">')


NAMED = re.compile(r"\.(-?[a-zA-Z_][\w-]*)")
CLASSES = re.compile(r"""class="([^"]*)\"""")


def classes_of(text: str) -> set[str]:
    """The classes that a template writes, also those of its conditions."""
    found = set()
    for value in CLASSES.findall(text):
        chosen = " ".join(re.findall(r"'([\w -]+)'", value))
        found |= set(re.sub(r"\{%.*?%\}|\{\{.*?(\}\}|$)", " ", value).split()) | set(chosen.split())
    return found


def test_every_class_has_a_style_a_script_or_a_test():
    asked = [p.read_text(encoding="utf-8") for p in files(".css", ".js", below=PACKAGE / "static")]
    asked += [node.value for p in files(".py", below=TESTS) for node in ast.walk(tree(p)) if is_text(node)]
    named = {name for text in asked for name in NAMED.findall(text)}
    scripts = " ".join(p.read_text(encoding="utf-8") for p in files(".js", below=PACKAGE / "static"))
    named |= set(re.findall(r"[\w-]+", scripts))
    unused = {(short(p), name) for p in ALL for name in classes_of(p.read_text(encoding="utf-8")) - named}
    assert not unused
    assert classes_of("""<p class="due{% if a %} late{% endif %} {{ 'x y' if b else 'z' }}">""") == set(
        ["due", "late", "x", "y", "z"]
    )


def is_text(node: ast.AST) -> TypeGuard[ast.Constant]:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)
