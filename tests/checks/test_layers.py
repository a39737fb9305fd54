"""Imports only flow down: the left knows nothing of the right.

domain  ←  models  ←  services  ←  web  ←  views  ←  consult/__init__, cli
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.checks.sources import PACKAGE, each, files, tree

GROUND = {"config", "clock"}
SERVICES = {"services", "models", "domain", *GROUND}
WEB = {"web", "extensions", *SERVICES}
MAY_IMPORT = {
    "domain": {"domain"},
    "config": set[str](),
    "clock": set[str](),
    "models": {"models", "domain"},
    "services": SERVICES,
    "extensions": SERVICES,
    "web": WEB,
    "views": {"views", *WEB},
}
"""Whatever is not named here (cli, the factory, migrations, demo) may import anything."""

ONLY_OF_PAGES = {"request", "session", "url_for", "redirect", "render_template", "flash", "abort"}
MODULES = files(".py", below=PACKAGE)
MODULES = [p for p in MODULES if "versions" not in p.parts]


def room(path: Path) -> str:
    """The first word under consult: domain, models, config …; empty for the factory."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py").replace("__init__", "")


def imports(path: Path) -> Iterator[tuple[str, str]]:
    """What a module imports, as (dotted module, name or nothing)."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are written out, not relative"
            yield from ((node.module or "", alias.name) for alias in node.names)


def rooms_imported(path: Path) -> set[str]:
    found = set()
    for module, name in imports(path):
        parts = [*module.split("."), name]
        if parts[0] == "consult":
            found.add(parts[1])
    return found


@each(MODULES)
def test_imports_only_flow_down(path):
    allowed = MAY_IMPORT.get(room(path))
    if allowed is not None:
        assert rooms_imported(path) - allowed == set()


@each([p for p in MODULES if room(p) == "domain"])
def test_the_rules_need_nothing_but_the_standard_library(path):
    foreign = {module.split(".")[0] for module, _ in imports(path)} - set(sys.stdlib_module_names) - {"consult"}
    assert not foreign


@each([p for p in MODULES if room(p) in ("models", "services")])
def test_records_and_acts_know_nothing_of_a_request(path):
    from_flask = {name for module, name in imports(path) if module == "flask"}
    assert not from_flask & ONLY_OF_PAGES
    assert not [module for module, _ in imports(path) if module.startswith(("flask_login", "flask_wtf", "flask_babel"))]


@each(MODULES)
def test_nothing_is_imported_inside_a_function(path):
    """That would hide a cycle."""
    inside = [
        ast.unparse(inner)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert not inside


def test_the_check_sees_an_import_that_flows_up(tmp_path):
    wrong = tmp_path / "wrong.py"
    wrong.write_text("from consult.web import pages\nfrom consult import views\nimport consult.cli.jobs\n")
    assert rooms_imported(wrong) == {"web", "views", "cli"}


@each([p for p in MODULES if p.relative_to(PACKAGE).parts[1:2] == ("polls",) and room(p) != "views"])
def test_polls_know_no_meetings(path):
    """What a poll needs of the meeting that votes stands in services/polls/meeting_port.py; meetings fill it."""
    assert not [module for module, _ in imports(path) if ".meetings" in module]
