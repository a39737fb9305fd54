"""Imports only flow down: the left knows nothing of the right. The same holds for areas within a layer.

domain  ←  models  ←  services  ←  web  ←  views  ←  consult/__init__, cli
"""

import ast
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.checks.sources import PACKAGE, each, files, nodes, tree

GROUND = {"config", "clock"}
SERVICES = {"services", "models", "domain", *GROUND}
WEB = {"web", "extensions", *SERVICES}
MAY_IMPORT = {
    "domain": {"domain"},
    "config": {"domain"},
    "clock": set[str](),
    "models": {"models", "domain"},
    "services": SERVICES,
    "extensions": SERVICES,
    "web": WEB,
    "views": {"views", *WEB},
}
"""Whatever is not named here (cli, the factory, migrations, demo) may import anything."""

AREA_MAY_IMPORT = {
    "core": set[str](),
    "machine": {"core"},
    "messages": {"core"},
    "people": {"core", "messages"},
    "law": {"core", "people"},
    "board": {"core", "messages", "people", "law"},
    "talk": {"core", "messages", "people", "law", "board"},
    "polls": {"core", "messages", "people", "law", "board", "talk"},
    "meetings": {"core", "messages", "people", "law", "board", "talk", "polls"},
    "cases": {"core", "messages", "people", "talk"},
    "site": {"core", "machine", "messages", "people", "law", "board", "talk", "polls", "meetings", "cases"},
}
"""Within one layer, which areas an area may import. An area also imports every area of the layers below that it may."""
PAGES_MAY_IMPORT = {
    "people": set[str](),
    "messages": set[str](),
    "talk": set[str](),
    "law": set[str](),
    "polls": {"talk"},
    "board": {"polls"},
    "meetings": {"talk", "polls", "board"},
    "cases": {"talk"},
    "site": set(AREA_MAY_IMPORT),
}
"""A page shows what it likes of any area's records; of other areas' pages it imports these alone."""
TIED_BY_FOREIGN_KEYS = {"board", "talk", "polls", "meetings"}
"""In the models layer alone these may import each other: their tables refer to each other, and selects join them."""
LAYERS_WITH_AREAS = ("domain", "models", "services", "views")

MOST_FILES = 20
ONLY_OF_PAGES = {"request", "session", "url_for", "redirect", "render_template", "flash", "abort"}
MODULES = files(".py", below=PACKAGE)
MODULES = [p for p in MODULES if "versions" not in p.parts]


def room(path: Path) -> str:
    """The first word under consult: domain, models, config …; empty for the factory."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py").replace("__init__", "")


def imports(path: Path) -> Iterator[tuple[str, str]]:
    """What a module imports, as (dotted module, name or nothing)."""
    for node in nodes(tree(path), ast.Import):
        yield from ((alias.name, "") for alias in node.names)
    for wanted in nodes(tree(path), ast.ImportFrom):
        assert not wanted.level, "imports are written out, not relative"
        yield from ((wanted.module or "", alias.name) for alias in wanted.names)


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


def area(parts: Sequence[str]) -> str:
    """Return the area in a dotted name such as consult.services.polls.closing; empty where there is none."""
    return parts[2] if len(parts) > 2 and parts[1] in LAYERS_WITH_AREAS and parts[2] in AREA_MAY_IMPORT else ""


def areas_imported(path: Path) -> set[str]:
    """Return the names that a module imports from areas which its own area may not import."""
    me = path.relative_to(PACKAGE.parent).with_suffix("").parts
    mine = area(me)
    if not mine:
        return set()
    pages = me[1] == "views"
    allowed = (PAGES_MAY_IMPORT if pages else AREA_MAY_IMPORT)[mine] | {mine}
    if me[1] == "models" and mine in TIED_BY_FOREIGN_KEYS:
        allowed = allowed | TIED_BY_FOREIGN_KEYS
    wrong = set()
    for module, name in imports(path):
        parts = [*module.split("."), name]
        other = area(parts) if parts[0] == "consult" and (not pages or parts[1] == "views") else ""
        if other and other not in allowed:
            wrong.add(".".join(filter(None, parts)))
    return wrong


@each([p for p in MODULES if p.name != "__init__.py"])
def test_areas_import_only_the_areas_below_them(path):
    assert not areas_imported(path)


def test_no_two_areas_may_import_each_other():
    for table in (AREA_MAY_IMPORT, PAGES_MAY_IMPORT):
        assert not [(a, b) for a, below in table.items() for b in below if a != b and a in table.get(b, ())]


@each([p for p in MODULES if room(p) == "domain"])
def test_the_rules_need_nothing_but_the_standard_library(path):
    foreign = {module.split(".")[0] for module, _ in imports(path)} - set(sys.stdlib_module_names) - {"consult"}
    assert not foreign


@each([p for p in MODULES if room(p) in ("models", "services")])
def test_records_and_acts_know_nothing_of_a_request(path):
    from_flask = {name for module, name in imports(path) if module == "flask"}
    assert not from_flask & ONLY_OF_PAGES
    assert not [module for module, _ in imports(path) if module.startswith(("flask_login", "flask_wtf", "flask_babel"))]


LOADED_LATE = {"PIL", "pi_heif"}


@each(MODULES)
def test_nothing_of_ours_is_imported_inside_a_function(path):
    """That would hide a cycle. A library of megabytes that few pages need may wait for them."""
    inside = [
        ast.unparse(inner)
        for kind in (ast.FunctionDef, ast.AsyncFunctionDef)
        for node in nodes(tree(path), kind)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
        and ast.unparse(inner).split()[1].partition(".")[0] not in LOADED_LATE
    ]
    assert not inside


@pytest.mark.parametrize(
    ("where", "line"),
    [
        ("services/polls/planted.py", "from consult.services.meetings import meeting_votes"),
        ("services/people/planted.py", "from consult.services.polls.polls import announce"),
        ("domain/law/planted.py", "from consult.domain.polls.polls import Tally"),
        ("views/talk/planted.py", "from consult.views.meetings import consoles"),
        ("services/core/planted.py", "from consult.services.site import verification"),
        ("models/people/planted.py", "from consult.models.polls.polls import Poll"),
        ("services/cases/planted.py", "from consult.models.meetings.meetings import Meeting"),
    ],
)
def test_the_check_sees_an_import_of_a_wrong_area(where, line, monkeypatch, tmp_path):
    planted = tmp_path / "consult" / where
    planted.parent.mkdir(parents=True)
    planted.write_text(line + "\n")
    monkeypatch.setattr("tests.checks.test_layers.PACKAGE", tmp_path / "consult")
    assert areas_imported(planted) == {line.removeprefix("from ").replace(" import ", ".")}


def test_no_folder_is_flat_again():
    """An area with more than twenty files wants rooms of its own."""
    folders = Counter(path.parent for path in MODULES if path.name != "__init__.py")
    assert not {folder for folder, number in folders.items() if number > MOST_FILES}


def test_the_check_sees_an_import_that_flows_up(tmp_path):
    wrong = tmp_path / "wrong.py"
    wrong.write_text("from consult.web import pages\nfrom consult import views\nimport consult.cli.jobs\n")
    assert rooms_imported(wrong) == {"web", "views", "cli"}


@each([p for p in MODULES if p.relative_to(PACKAGE).parts[1:2] == ("polls",) and room(p) != "views"])
def test_polls_know_no_meetings(path):
    """What a poll needs of the meeting that votes stands in services/polls/meeting_port.py; meetings fill it."""
    assert not [module for module, _ in imports(path) if ".meetings" in module]
