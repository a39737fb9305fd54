"""What a reviewer would say twice, about any file."""

import ast
import hashlib
import importlib.metadata
import io
import re
import shutil
import subprocess
import tokenize
from functools import cache
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from consult.config import ROOT
from tests.checks.sources import PACKAGE, TEMPLATES, each, files, nodes, short, tree

PYTHON = [p for p in files(".py") if "versions" not in p.parts]
CODE = [p for p in PYTHON if p.is_relative_to(PACKAGE) or p.parent == ROOT]
WRITTEN = [
    p
    for p in files()
    if p.suffix in (".py", ".toml", ".in", ".txt", ".md", ".cfg", ".ini", ".html", ".conf", ".service", "")
]
STATIC = PACKAGE / "static"
VENDORED = [STATIC / "vendor", ROOT / "tests" / "vendor"]

CHINESE = re.compile(r"[\u3400-\u9fff\U00020000-\U0002ffff]")
STANDS_ALONE = "consult/data/verify.py"
"""One file by its very purpose, in two languages: whoever checks a bundle has nothing but this."""
HOLDS_CHINESE = {
    STANDS_ALONE: "it speaks Chinese and English by itself",
    "consult/domain/people/roll_numbers.py": "how ranges of numbers are written",
    "consult/domain/citations.py": "how articles are counted, and the old names of two provinces' rules",
    "consult/domain/people/roles.py": "the words of rolls",
    "consult/domain/people/people.py": "the words for a head of household, a man and a woman on rolls",
    "consult/domain/phone_numbers.py": "the places that people write in place of the code of a number",
    "consult/domain/private_numbers.py": "the units that follow sums and sizes",
    "consult/domain/form_errors.py": "units of money as people type them",
    "consult/domain/languages.py": "each language's own name, its date patterns and the names of its lunar months",
    "consult/web/words/lunar.py": "the numbers of the lunar calendar",
    "consult/web/words/tagging.py": "the characters that only one of the languages writes",
    "consult/config.py": "it tells operators in Chinese and English what to set",
    "consult/extensions.py": "it tells operators in Chinese and English what to set",
    "consult/services/messages/provider_settings.py": "it tells operators in Chinese and English what to set",
    "consult/services/messages/providers/__init__.py": "it tells operators in Chinese and English what to set",
    "consult/services/messages/providers/aliyun.py": "it tells operators in Chinese and English what to set",
    "consult/logs.py": "it tells whoever typed a command that something is wrong",
    "consult/services/machine/presence.py": "it tells operators in Chinese and English what to set",
    "consult/services/machine/backups.py": "it tells operators in Chinese and English what to type",
    "consult/services/machine/sealed_files.py": "it tells operators in Chinese and English why a backup does not open",
    "consult/services/core/rollback_guard.py": "it tells operators in Chinese and English why the site can only be read",
    "consult/services/machine/data_keys.py": "it tells operators in Chinese and English what to type",
    "consult/services/machine/schemas.py": "it tells operators in Chinese and English what to type",
    "consult/services/site/key_rotation.py": "it tells operators in Chinese and English what to type",
    "consult/services/core/collisions.py": "what PostgreSQL says in Chinese of a sign-in that it refuses, which carries no code",
    "consult/services/core/typesetting.py": "it tells operators, at the start, that the font is missing",
    "run.py": "it tells operators what it does, before there is a catalogue",
    "consult/domain/cases/agreements/recognised.py": "the words by which a proposal says who pays what by when",
    "consult/services/cases/office/finding.py": "how the number of a case is typed",
    "consult/services/people/roll/rolls.py": "the headings of a roll as it is exported",
}
INDEX_ADDRESS = re.compile(
    r"index[-_]url|find[-_]links|trusted[-_]host|://[\w.:-]*(?:pypi|pythonhosted|npmjs|registry|mirror)"
)


def may_hold_chinese(path: Path) -> bool:
    name = short(path)
    return name in HOLDS_CHINESE or name.startswith(
        (
            "consult/demo/",
            "consult/domain/people/roll_",
            "consult/domain/people/roll/",
            "consult/domain/spoken/",
            "consult/cli/",
        )
    )


def chinese_strings(source: str) -> list[str]:
    """String literals with Chinese in them. Comments and docstrings may quote; they never reach a reader."""
    if not CHINESE.search(source):
        return []
    docstrings = {
        node.value.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return [
        t.string
        for t in tokens
        if t.type in (tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", -1))
        and CHINESE.search(t.string)
        and t.start[0] not in docstrings
    ]


@each([p for p in CODE if not may_hold_chinese(p)])
def test_words_for_readers_stand_in_the_catalogues_only(path):
    assert not chinese_strings(path.read_text(encoding="utf-8"))


@each([p for p in CODE if p.is_relative_to(PACKAGE)])
def test_no_sentence_hides_in_an_f_string(path):
    """The extraction of sentences does not look into one: it would reach readers untranslated."""
    assert not sentences_in_f_strings(tree(path))


def sentences_in_f_strings(parsed: ast.AST) -> list[int]:
    names = {"_", "gettext", "ngettext", "_l", "lazy_gettext", "N_"}
    return [
        call.lineno
        for text in nodes(parsed, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in names
    ]


def test_the_check_sees_a_sentence_in_an_f_string():
    assert sentences_in_f_strings(ast.parse("x = f\"{_('Vote')}: {y}\"")) == [1]
    assert not sentences_in_f_strings(ast.parse('x = f"{word}: {y}"'))


@each([*files(below=TEMPLATES), *files(".js", ".css", ".svg", below=STATIC)])
def test_templates_and_scripts_hold_no_chinese(path):
    without_comments = re.sub(r"/\*.*?\*/|\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert not CHINESE.findall(without_comments)


def test_the_check_sees_chinese_in_code_and_passes_over_docstrings():
    assert chinese_strings('"""議事"""\nx = "议事"  # 議\n') == ['"议事"']


@each([p for p in CODE if p.name not in ("clock.py", "run.py")])
def test_only_the_clock_reads_the_time_and_chance_is_never_guessable(path):
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"datetime\.now\(|\.utcnow\(|date\.today\(|time\.time\(", source)
    if not short(path).startswith("consult/demo/"):  # the demo's invented votes are the same each time
        assert not re.search(r"^(import random|from random)", source, re.MULTILINE)


@each(WRITTEN)
def test_no_file_names_the_index_that_packages_come_from(path):
    if path != Path(__file__):
        assert not INDEX_ADDRESS.findall(path.read_text(encoding="utf-8", errors="ignore"))


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_pinned_package_has_hashes_and_no_address(name):
    text = (ROOT / name).read_text()
    assert "://" not in text
    packages = re.findall(r"^[a-zA-Z0-9].*?(?=^[a-zA-Z0-9]|\Z)", text, re.MULTILINE | re.DOTALL)
    assert packages and all("==" in p and "--hash=sha256:" in p for p in packages)


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_a_package_that_others_ask_for_with_an_extra_is_pinned_with_it(name):
    """The pip of Debian 12 else takes the newest one for it, and refuses that as not pinned once there is a newer one."""
    pins = [Requirement(line.rstrip("\\ ")) for line in (ROOT / name).read_text().splitlines() if line[:1].isalnum()]
    pinned = {canonicalize_name(pin.name): pin.extras for pin in pins}
    installed = [found for found in importlib.metadata.distributions() if canonicalize_name(found.name) in pinned]
    asked = [Requirement(line) for found in installed for line in found.requires or ()]
    needed = [one for one in asked if one.extras and (one.marker is None or one.marker.evaluate({"extra": ""}))]
    missing = {str(one) for one in needed if not one.extras <= pinned.get(canonicalize_name(one.name), set())}
    assert len(installed) > len(pinned) / 2 and not missing


@pytest.mark.parametrize("folder", VENDORED, ids=short)
def test_vendored_files_are_what_they_were_when_taken_in(folder):
    sums = dict(reversed(line.split("  ", 1)) for line in (folder / "SHA256SUMS").read_text().splitlines())
    found = {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in files(below=folder) if p.name != "SHA256SUMS"}
    assert found == sums


VARIADIC = {"_of", "key_of_words", "options", "pairs"}
"""Functions that take any number of like arguments; `options` is of SQLAlchemy too."""
MOST_POSITIONAL = 5


@cache
def ours() -> set[str]:
    """Return the names of our functions and classes. When it is asked, not when tests are listed: each worker lists all."""
    functions = {node.name for path in CODE for node in nodes(tree(path), ast.FunctionDef)}
    return functions | {node.name for path in CODE for node in nodes(tree(path), ast.ClassDef)}


def long_calls(parsed: ast.AST) -> list[str]:
    """Return calls of our own functions and classes with more positional arguments than a reader can keep apart."""
    found = []
    for node in nodes(parsed, ast.Call):
        if sum(not isinstance(a, ast.Starred) for a in node.args) > MOST_POSITIONAL:
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in ours() - VARIADIC:
                found.append(f"{name}, line {node.lineno}")
    return found


@each([p for p in CODE if short(p) != STANDS_ALONE])
def test_a_call_names_its_arguments_where_there_are_many(path):
    assert not long_calls(tree(path))


@each([p for p in CODE if p.name != "transactions.py"])
def test_nothing_commits_but_the_unit_of_work(path):
    """One place commits: services/core/transactions.py."""
    assert not re.findall(r"session\.commit\(\)", path.read_text(encoding="utf-8"))


@each(PYTHON)
def test_the_formatter_is_switched_off_nowhere(path):
    if path != Path(__file__):
        assert not re.findall(r"# fmt: *(?:skip|off)", path.read_text(encoding="utf-8"))


READS_NUMBERS = {
    "consult/domain/numbers.py": "the one place",
    "consult/services/site/verification.py": "takes the digits out of a printed head",
    "consult/web/words/cases/papers/parts.py": "tells a speaker from an hour",
}


@each([p for p in CODE if p.is_relative_to(PACKAGE) and short(p) not in READS_NUMBERS and short(p) != STANDS_ALONE])
def test_numbers_that_are_sent_are_read_in_one_place(path):
    """With `read_number` and `read_id`: int() takes numbers that no column holds, and isdigit() is true for "²"."""
    source = path.read_text(encoding="utf-8")
    found = re.findall(r"\.is(?:digit|decimal|numeric)\(\)", source)
    assert not found and not ("views" in path.parts and re.search(r"type=int\b", source))


@each([p for p in CODE if "views" in p.parts and p.is_relative_to(PACKAGE)])
def test_days_that_are_sent_are_read_in_one_place(path):
    """With `read_day` and `read_instant`, which know the ends of the calendar. What was stored by us may be read as it is."""
    sent = re.findall(r"fromisoformat\((?!said\[|f\"\{wanted)[^)]*\)", path.read_text(encoding="utf-8"))
    assert not sent


@each([p for p in files(".py", below=ROOT / "tests") if "wait_for_function" in p.read_text()])
def test_a_browser_waits_for_functions(path):
    """An expression is evaluated anew at each look, which pages with our policy of scripts refuse unless the first look finds it true."""
    named = {t.id: n.value for n in nodes(tree(path), ast.Assign) for t in n.targets if isinstance(t, ast.Name)}
    waits = [c for c in nodes(tree(path), ast.Call) if getattr(c.func, "attr", "") == "wait_for_function"]
    for call in waits:
        given = named.get(call.args[0].id) if isinstance(call.args[0], ast.Name) else call.args[0]
        assert isinstance(given, ast.Constant)
        assert str(given.value).strip().startswith("() =>"), given.value


def test_no_database_is_among_the_sources():
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("git is missing: what it keeps was not looked at")
    kept = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.split(b"\0")
    found = [path for name in kept if name and (path := ROOT / name.decode()).is_file()]
    assert [path for path in found if path.read_bytes()[:15] == b"SQLite format 3"] == []
    ignored = (ROOT / ".gitignore").read_text().split()
    assert {"*.db", "*.db-shm", "*.db-wal"} <= set(ignored)
