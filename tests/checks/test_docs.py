"""The documents name files, functions and sections that exist."""

import ast
import re
from pathlib import Path

from consult import models
from consult.config import ROOT
from consult.domain.law import bodies
from tests.checks.sources import each, files, tree

FRONT_PAGES = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CODE_OF_CONDUCT.md")
PAGES = [
    page
    for page in files(".md")
    if page.relative_to(ROOT).parts[0] in ("docs", ".github") or page.relative_to(ROOT).as_posix() in FRONT_PAGES
]
DECISIONS = [page for page in PAGES if page.parent.name == "adr" and page.name[0].isdigit()]
HEADINGS = ["Context", "Decision", "Consequences"]
LONGEST_DECISION = 40
"""Lines."""

CODE = re.compile(r"`([^`\n]+)`")
A_PATH = re.compile(r"(?:consult|docs|tests|templates|translations|bench|\.github)/[\w./*-]*")
A_NAME = re.compile(r"((?:domain|models|services|web|views|cli|demo)(?:\.\w+)+)(?:\(.*\))?")
A_LINK = re.compile(r"\]\(([^)\s]+)\)")
A_CITATION = re.compile(r"docs/(\w+)\.md(?: (\d+(?:\.\d+)?))?")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def quoted(page: Path) -> list[str]:
    """Return what stands in backticks on a page, outside of blocks."""
    return CODE.findall(FENCE.sub("", page.read_text(encoding="utf-8")))


def headings(page: Path) -> list[str]:
    """Return the headings of a page, without their marks."""
    return re.findall(r"^#+ (.+)$", FENCE.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)


def anchor(heading: str) -> str:
    """Return the fragment under which a heading is linked: small letters, hyphens, no punctuation."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def is_there(path: str) -> bool:
    """Tell whether a path, or at least one file of a pattern, is in the repository."""
    if "*" in path:
        return any(ROOT.glob(path))
    return (ROOT / path).exists()


def defined(module: Path) -> set[str]:
    """Return the names a module defines at its top, and `Class.name` for what stands in a class."""
    found: set[str] = set()
    for node in tree(module).body:
        names = _names(node)
        found |= names
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}.{name}" for inner in node.body for name in _names(inner)}
    return found


def _names(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.Assign):
        return {target.id for target in node.targets if isinstance(target, ast.Name)}
    return {node.target.id} if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) else set()


def names_something(dotted: str) -> bool:
    """Tell whether a dotted name, counted from `consult`, is a module, or a name in one."""
    parts = dotted.split(".")
    for length in range(len(parts), 0, -1):
        place = ROOT.joinpath("consult", *parts[:length])
        rest = ".".join(parts[length:])
        if place.with_suffix(".py").exists():
            return not rest or rest in defined(place.with_suffix(".py"))
        if place.is_dir():
            return not rest
    return False


@each(PAGES)
def test_every_path_on_a_page_exists(page):
    paths = {path for path in quoted(page) if A_PATH.fullmatch(path)}
    assert not {path for path in paths if not is_there(path)}


@each(PAGES)
def test_every_function_on_a_page_exists(page):
    found = {match[1] for name in quoted(page) if (match := A_NAME.fullmatch(name))}
    assert not {name for name in found if not names_something(name)}


@each(PAGES)
def test_every_relative_link_leads_somewhere(page):
    for link in A_LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        if "://" in link or link.startswith("mailto:"):
            continue
        if page.parent.name == "guide" and link.startswith("/"):
            continue  # an address of a village; tests/views/site/test_guides.py opens it
        path, _, fragment = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{link} leads nowhere"
        if fragment and target.suffix == ".md":
            assert fragment in map(anchor, headings(target)), f"{link} names no heading"


@each(DECISIONS)
def test_each_decision_says_why_what_and_what_follows(page):
    text = page.read_text(encoding="utf-8")
    assert re.match(r"# \d{4} ", text) and text[2:6] == page.name[:4]
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == HEADINGS
    assert len(text.splitlines()) <= LONGEST_DECISION


def test_the_index_lists_every_decision():
    index = (ROOT / "docs" / "adr" / "README.md").read_text(encoding="utf-8")
    assert [name for name in A_LINK.findall(index) if name[0].isdigit()] == [page.name for page in DECISIONS]


@each([p for p in files(".py", ".toml", ".html") if "versions" not in p.parts])
def test_every_document_cited_in_code_has_the_section(path):
    for name, section in A_CITATION.findall(path.read_text(encoding="utf-8")):
        page = ROOT / "docs" / f"{name}.md"
        assert page.exists(), f"docs/{name}.md"
        if section:
            assert any(h.startswith(f"{section} ") for h in headings(page)), f"docs/{name}.md {section}"


def test_the_glossary_names_models_and_tables_as_they_are():
    """A name that a table keeps from earlier stands there as it is."""
    pairs = re.findall(r"`(\w+)` → `(\w+)`", (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"))
    assert pairs
    assert not [pair for pair in pairs if getattr(models, pair[0]).__tablename__ != pair[1]]


def test_the_page_of_the_law_lists_every_body():
    listed = (ROOT / "docs" / "law.md").read_text(encoding="utf-8")
    assert not [code for code in bodies.codes() if f"| `{code}` |" not in listed]


def test_the_check_sees_what_is_not_there(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("`consult/nowhere.py` and `services.core.audit.forget()`\n```\n`consult/in_a_block.py`\n```\n")
    assert [name for name in quoted(page) if A_PATH.fullmatch(name)] == ["consult/nowhere.py"]
    assert not is_there("consult/nowhere.py") and is_there("consult/models/*.py")
    assert not names_something("services.core.audit.forget")
    assert names_something("services.core.audit.record") and names_something("services.cases.keys.Keyring.seal")
    assert anchor("1.3 Formal and advisory votes") == "13-formal-and-advisory-votes"
