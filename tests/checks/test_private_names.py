"""No private name of a library is used: such a name may change with any release."""

import ast
from collections.abc import Iterator

from tests.checks.sources import PACKAGE, dotted, each, files, nodes, short, tree

OURS = {"consult", "tests", "bench", "run"}
HERE = PACKAGE.parent
PATHS = [p for folder in ("consult", "tests", "bench") for p in files(".py", below=HERE / folder)]
CODE = [p for p in [*PATHS, HERE / "run.py", HERE / "app.py"] if "versions" not in p.parts]

PUBLIC = {
    "_current_frames": "Python documents sys._current_frames",
    "_value_": "enum documents it: the value, set in __new__",
    "_mapping": "SQLAlchemy documents it: the underscore keeps it apart from the names of columns",
    "_get_current_object": "werkzeug documents it, and Flask's signals ask for it",
}
EXCEPTIONS = {
    ("tests/sent_twice.py", "_cookies"): "the test client of werkzeug lists its cookies nowhere else",
    ("consult/domain/form_errors.py", "_name_"): "enum documents it: a member with numbers is equal to the one without",
    (
        "consult/domain/form_errors.py",
        "_value_",
    ): "enum documents it: a member with numbers is equal to the one without",
    ("consult/web/i18n.py", "_parse"): "Jinja offers no other place to change a template's tree before it is compiled",
    (
        "consult/web/dispatch.py",
        "_compile_builder",
    ): "werkzeug: without it an app takes six times as long to make. A release "
    "that has no such method compiles its rules at once, as it would by itself",
    ("tests/views/cases/test_case_exports.py", "_converters"): "werkzeug: a rule's converters have no public name",
    ("tests/journeys/test_council.py", "_cookie"): "a method of our own phone",
    ("bench/upgrades.py", "_exit"): "os: a fork ends without what its parent has registered",
    ("tests/conftest.py", "_cv_app"): "Flask: no public name closes the context of an app that somebody else opened",
}
"""Each use of one by file and name, with its reason."""


def private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__") and name != "_"


def private_uses(parsed: ast.Module) -> Iterator[str]:
    """Private attributes of anything but self, cls and modules of ours, and private names that are imported.

    A private method of a library that is overridden here, and nowhere called, is not seen.
    """
    modules = set()
    for node in nodes(parsed, ast.ImportFrom):
        if (node.module or "").split(".")[0] in OURS:
            modules |= {alias.asname or alias.name for alias in node.names}
        else:
            yield from (alias.name for alias in node.names if private(alias.name))
    for attribute in nodes(parsed, ast.Attribute):
        if private(attribute.attr) and dotted(attribute.value) not in {"self", "cls", *modules}:
            yield attribute.attr
    for call in nodes(parsed, ast.Call):
        if dotted(call.func) in ("getattr", "setattr", "hasattr", "delattr"):
            name = call.args[1]
            if isinstance(name, ast.Constant) and private(str(name.value)):
                yield str(name.value)


@each(CODE)
def test_no_private_name_of_a_library_is_used(path):
    used = set(private_uses(tree(path))) - set(PUBLIC)
    assert not {name for name in used if (short(path), name) not in EXCEPTIONS}


def test_no_exception_is_left_over():
    stale = {(file, name) for file, name in EXCEPTIONS if name not in (HERE / file).read_text(encoding="utf-8")}
    assert not stale


def test_the_check_sees_private_names():
    wrong = "from babel.core import _x\nfrom consult.web import pages\nl._args[0]\nsetattr(c, '_num_plurals', 1)\n"
    fine = "pages._surroundings()\nself._kept()\nx.__class__\n_('word')\n"
    assert set(private_uses(ast.parse(wrong + fine))) == {"_x", "_args", "_num_plurals"}
