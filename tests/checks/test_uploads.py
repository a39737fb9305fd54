"""What strangers send is decoded in consult/decoders alone, and what was kept leaves by one way."""

import ast
from pathlib import Path

import pytest

from tests.checks.sources import PACKAGE, dotted, each, files, nodes, tree

DECODERS = PACKAGE / "decoders"
READERS = {"av", "python_calamine", "PIL", "openpyxl"}
"""Libraries that decode. The app makes pictures and tables itself with two of them, and looks at those it has made."""
OWN_FILES = {
    "services/core/uploads/pictures.py": {"PIL"},
    "services/core/exports.py": {"openpyxl"},
    "web/words/cases/papers/parts.py": {"PIL"},
    "demo/seed_cases.py": {"PIL"},
}
FILE_FACTS = {"picture", "letter", "sound"}
"""Facts of the log that stand for a stored file."""
FROM = ("stored_files.fingerprint(", "stored_files.logged_digest(")
SOURCES = [path for path in files(".py", below=PACKAGE) if "versions" not in path.parts]


def imported(module: ast.Module) -> set[str]:
    """The packages that a module imports, by import_module too."""
    names: set[str] = set()
    for node in nodes(module, ast.Import):
        names |= {one.name for one in node.names}
    names |= {node.module for node in nodes(module, ast.ImportFrom) if node.module}
    for call in nodes(module, ast.Call):
        if dotted(call.func) == "import_module":
            names |= {arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)}
    return {name.partition(".")[0] for name in names}


@each([path for path in SOURCES if DECODERS not in path.parents])
def test_only_a_decoder_opens_what_strangers_send(path: Path) -> None:
    allowed = OWN_FILES.get(str(path.relative_to(PACKAGE)), set())
    assert not imported(tree(path)) & READERS - allowed


@each([path for path in DECODERS.glob("*.py") if path.name != "__init__.py"])
def test_a_decoder_limits_itself_first_and_knows_nothing_of_the_app(path: Path) -> None:
    assert "consult" not in imported(tree(path))
    main = next(node for node in tree(path).body if isinstance(node, ast.FunctionDef) and node.name == "main")
    assert [ast.unparse(line)[:32] for line in main.body[:2]] == ["resource.setrlimit(resource.RLIM"] * 2


@each(SOURCES)
def test_kept_files_are_sent_by_one_function(path: Path) -> None:
    if path != PACKAGE / "web" / "pages.py":
        called = {dotted(call.func) for call in nodes(tree(path), ast.Call)}
        assert not called & {"send_file", "send_from_directory"}


def bare_facts(module: ast.Module) -> list[str]:
    """Facts of files in calls of audit.record that are no salted digest, or no name of one."""
    found = []
    for call in nodes(module, ast.Call):
        if dotted(call.func) != "audit.record":
            continue
        for keyword in call.keywords:
            value = ast.unparse(keyword.value)
            if keyword.arg in FILE_FACTS and not value.startswith(FROM) and value not in FILE_FACTS - {"picture"}:
                found.append(f"{keyword.arg}={value}")
    return found


@each(SOURCES)
def test_the_log_holds_salted_digests_of_files(path: Path) -> None:
    assert bare_facts(tree(path)) == []


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ("audit.record(Tag.A, 's', act, picture=digest)", ["picture=digest"]),
        ("audit.record(Tag.A, 's', act, picture=picture)", ["picture=picture"]),
        ("audit.record(Tag.A, 's', act, picture=stored_files.fingerprint(1, name))", []),
    ],
)
def test_the_check_sees_a_bare_digest(source: str, named: list[str]) -> None:
    assert bare_facts(ast.parse(source)) == named
