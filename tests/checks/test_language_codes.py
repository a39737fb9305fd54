"""What a language is stands in one table: no other code names one."""

import ast
import re
from collections.abc import Iterator

from consult.domain import languages
from tests.checks.sources import PACKAGE, TEMPLATES, each, files, nodes, short, tree

TABLE = "consult/domain/languages.py"
HOLDS_CODES = {
    TABLE: "the table itself",
    "consult/data/verify.py": "it stands alone, and speaks two languages by itself",
}
SAMPLES = "consult/demo/"
"""The demo's texts are written in Mandarin, and say so."""
NAMES = {name for row in languages.ALL for name in (row.code, row.tag, row.babel)}
LOOKS_LIKE_ONE = re.compile(r"\b(?:zh|yue|hak|cmn|nan|wuu)(?:[-_](?:Han[st]|CN|HK|MO|TW))+\b", re.IGNORECASE)
CODE = [p for p in files(".py", below=PACKAGE) if "versions" not in p.parts]
PAGES = [*files(below=TEMPLATES), *files(".js", below=PACKAGE / "static")]


def codes_in(parsed: ast.Module) -> Iterator[str]:
    """String literals that are a code, or hold one; docstrings may name them."""
    docstrings = {id(node.value) for node in nodes(parsed, ast.Expr)}
    for node in nodes(parsed, ast.Constant):
        literal = node.value if id(node) not in docstrings else None
        if isinstance(literal, str) and (literal in NAMES or LOOKS_LIKE_ONE.search(literal)):
            yield literal


@each([p for p in CODE if short(p) not in HOLDS_CODES and not short(p).startswith(SAMPLES)])
def test_no_module_names_a_language(path):
    assert not list(codes_in(tree(path)))


@each(PAGES)
def test_no_template_or_script_names_a_language(path):
    source = path.read_text(encoding="utf-8", errors="ignore")
    assert not LOOKS_LIKE_ONE.findall(source)
    assert not re.search(rf"""["'](?:{"|".join(map(re.escape, sorted(NAMES)))})["']""", source)


def test_the_check_sees_a_code():
    wrong = ast.parse("\"\"\"yue_Hant may stand here.\"\"\"\nx = 'yue_Hant'\ny = {'en': 1}\nz = '<p lang=zh-CN>'\n")
    assert set(codes_in(wrong)) == {"yue_Hant", "en", "<p lang=zh-CN>"}
