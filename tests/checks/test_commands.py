"""Whoever runs a command in a county office reads in Chinese what it does."""

import ast
import re

import click
import pytest

from consult.cli import NOUNS, VERBS, Noun
from consult.cli.chinese import HELP
from tests.checks.sources import PACKAGE, files, tree


def named() -> list[str]:
    """Return each command as it is typed after flask."""
    context = click.Context(click.Group())
    verbs = [f"{noun} {verb}" for noun in NOUNS for verb in Noun(noun).list_commands(context)]
    return [*NOUNS, *VERBS, *verbs]


def test_each_command_says_in_chinese_what_it_does():
    assert sorted(HELP) == sorted(named())


def test_the_chinese_stands_before_the_english():
    context = click.Context(click.Group())
    found = Noun("roll").get_command(context, "import")
    assert found is not None and (found.help or "").startswith(HELP["roll import"] + "\n\nRead a roll")
    assert found.get_short_help_str() == HELP["roll import"]


TOLD = {"ClickException", "BadParameter", "UsageError", "NoBackup", "Misconfigured"}
"""What ends a command, or a start, with a sentence for whoever typed it."""


def said(call: ast.Call) -> str:
    """Return the words of the sentence that an error carries; empty where it is made elsewhere."""
    parts = ast.walk(call.args[0]) if call.args else ()
    return "".join(part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str))


def in_english_only(source: str) -> list[str]:
    """Return the sentences of errors of commands that have no Chinese."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    named = [call for call in calls if (getattr(call.func, "id", "") or getattr(call.func, "attr", "")) in TOLD]
    sentences = [said(call) for call in named]
    return [words for words in sentences if re.search("[a-z]{3}", words) and not re.search("[\u3400-\u9fff]", words)]


def test_errors_of_commands_are_told_in_chinese_too():
    """Whoever runs a command in a county office reads Chinese first; the English stands behind it."""
    found = {
        path.name: wrong
        for path in files(".py", below=PACKAGE)
        if (wrong := in_english_only(path.read_text(encoding="utf-8")))
    }
    assert not found
    assert in_english_only('raise click.ClickException(f"{n} are missing")')


@pytest.mark.parametrize(
    ("line", "chinese", "english"),
    [
        (["village", "create"], "少了要写的", "SLUG"),
        (["village", "creat", "x"], "命令写得不对", "creat"),
        (["village", "list", "--al"], "没有这个选项", "--al"),
        (["outbox", "drop", "x", "--reason", "y"], "有一项的值不对", "x"),
        (["outbox", "--x"], "没有这个选项", "--x"),
        (["backup", "--keep", "0"], "有一项的值不对", "--keep"),
        (["restore"], "少了要写的", "PATH"),
    ],
)
def test_what_is_wrong_with_a_line_is_told_in_chinese_first(app, line, chinese, english):
    done = app.test_cli_runner().invoke(args=line)
    assert done.exit_code == 2
    assert re.search(f"Error: {chinese} / .*{re.escape(english)}", done.output), done.output


FOR_CLOSED_VILLAGES_TOO = {
    "accounts.show": "reads",
    "accounts.change_number": "whoever could sign in to read still can",
    "clock.settle": "while the time is in doubt nothing old is deleted, in no village",
    "factors.show": "reads",
    "factors.recover": "whoever could sign in to read still can",
    "offices.show": "reads",
    "persons.show": "reads",
    "persons.card": "whoever could sign in to read still can",
    "roll._village": "export reads; import asks for an open village",
    "village.show": "reads",
    "village.rename": "its printed QR codes go on leading somewhere",
    "village.close": "says that it is closed already",
    "village.reopen": "it is for closed villages",
    "named_villages.find_open": "is the rule itself",
}
"""Commands that take a village whether it is closed or not, by module and function, and why. All others ask for an open one."""


def test_commands_that_write_refuse_a_closed_village():
    found = {
        f"{path.stem}.{one.name}"
        for path in files(".py", below=PACKAGE / "cli")
        for one in ast.walk(tree(path))
        if isinstance(one, ast.FunctionDef)
        for call in ast.walk(one)
        if isinstance(call, ast.Call) and ast.unparse(call.func) in ("named_villages.find", "find")
    }
    assert found == set(FOR_CLOSED_VILLAGES_TOO)
