"""The app runs on Python 3.11.0: nothing that a later release of 3.11 brought is called.

What 3.12 and later brought mypy refuses (`python_version` in pyproject.toml): its descriptions of the standard library know the
minor versions. They do not know the releases of one: a door that was closed for safety's sake in 3.11.4 is open in its eyes since
3.11.0, and Debian 12 has 3.11.2. These are listed here, from "Added in version 3.11.N" and "Changed in version 3.11.N" of the
documentation of 3.11.
"""

import ast
import tomllib
from collections.abc import Iterator

from consult.config import ROOT
from tests.checks.sources import each, files, nodes, tree

CODE = [p for folder in ("consult", "bench", "tests", "docs") for p in files(".py", below=ROOT / folder)]
CODE += [ROOT / "run.py", ROOT / "app.py"]
ARGUMENTS = {
    "extract": {"filter": "3.11.4"},
    "extractall": {"filter": "3.11.4"},
    "unpack_archive": {"filter": "3.11.4"},
    "getaddresses": {"strict": "3.11.10"},
    "parseaddr": {"strict": "3.11.10"},
}
"""Arguments by the function that takes them, with the release that brought them."""
ASKS = {"extractall": "filter", "unpack_archive": "filter"}
"""Functions that warn since 3.12 without an argument that 3.11.0 does not have: there is no call that suits both."""
NAMES = {
    "data_filter": "3.11.4",
    "tar_filter": "3.11.4",
    "fully_trusted_filter": "3.11.4",
    "extraction_filter": "3.11.4",
    "FilterError": "3.11.4",
    "AbsoluteLinkError": "3.11.4",
    "OutsideDestinationError": "3.11.4",
    "LinkOutsideDestinationError": "3.11.4",
    "SpecialFileError": "3.11.4",
    "GetReparseDeferralEnabled": "3.11.9",
    "SetReparseDeferralEnabled": "3.11.9",
    "verify_generated_headers": "3.11.10",
    "LinkFallbackError": "3.11.13",
    "ALLOW_MISSING": "3.11.13",
}
"""Names of modules and attributes, with the release that brought them."""


def too_new(parsed: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield what is called that Python 3.11.0 does not have, each with the release that brought it."""
    for call in nodes(parsed, ast.Call):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        for argument in call.keywords:
            if release := ARGUMENTS.get(name, {}).get(argument.arg or ""):
                yield f"{name}({argument.arg}=)", release
        if name in ASKS and ASKS[name] not in {argument.arg for argument in call.keywords}:
            yield f"{name}()", f"3.12 asks for {ASKS[name]}"
    for attribute in nodes(parsed, ast.Attribute):
        if release := NAMES.get(attribute.attr):
            yield attribute.attr, release
    for imported in nodes(parsed, ast.ImportFrom):
        for alias in imported.names:
            if release := NAMES.get(alias.name):
                yield alias.name, release


@each(CODE)
def test_nothing_is_called_that_came_after_3_11_0(path):
    wrong = [f"{name}: since {release}" for name, release in too_new(tree(path))]
    assert not wrong


def test_mypy_and_ruff_know_the_oldest_python():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert project["project"]["requires-python"] == ">=3.11"
    assert project["tool"]["mypy"]["python_version"] == "3.11"
    assert project["tool"]["ruff"]["target-version"] == "py311"


def test_the_check_sees_what_is_too_new():
    wrong = "from tarfile import data_filter\nt.extractall('.', filter='data')\nos.path.realpath(x, strict=os.path.ALLOW_MISSING)\n"
    wrong += "t.extractall('.')\n"
    fine = "x.filter(strict=True)\nzip(a, b, strict=True)\nrows.extract(name=1)\n"
    assert {name for name, _ in too_new(ast.parse(wrong + fine))} == {
        "data_filter",
        "extractall(filter=)",
        "extractall()",
        "ALLOW_MISSING",
    }
