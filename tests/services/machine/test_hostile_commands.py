"""What somebody types after a command is said back short, and without what a terminal obeys."""

import re
from collections.abc import Iterator
from importlib import import_module

import click
from flask.cli import ScriptInfo

from consult.cli import MODULES, NOUNS, VERBS

FOR_DEVELOPERS = {"translate", "demo", "jobs"}
HOSTILE = (  # and no NUL: no line of a command can hold one
    "x" * 100_000,
    "\x1b[2J\x1b]0;owned\x07",
    "two\nlines\r",
    "\u202eabc\u200b",
    "\udcff",
    "9" * 5000,
)
OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202e\ud800-\udfff]")
LONGEST = 4000
"""Characters of everything that a refused command writes: usage, hint and the sentence."""


def leaves(app) -> Iterator[tuple[list[str], click.Command]]:
    context = click.Context(app.cli, obj=ScriptInfo(create_app=lambda: app))
    for name in sorted({*NOUNS, *VERBS} - FOR_DEVELOPERS):
        command = app.cli.get_command(context, name)
        if isinstance(command, click.Group):
            for verb in command.list_commands(context):
                yield [name, verb], command.get_command(context, verb)
        else:
            yield [name], getattr(import_module(f"consult.cli.machine.{MODULES[name]}"), name)


def words_for(command: click.Command, hostile: click.Parameter | None, value: str, slug: str) -> list[str]:
    """Return words after a command: the hostile value for one parameter, and something that fits for the others it needs."""
    options, arguments = [], []
    for one in command.params:
        if isinstance(one, click.Option):
            if one.is_flag or not (one is hostile or one.required):
                continue
            fits = one.type.choices[0] if isinstance(one.type, click.Choice) else "2026-01-01"
            shown = value if one is hostile else slug if one.name == "slug" else fits
            options += [one.opts[-1], shown] * (2 if one.multiple else 1)
        elif one is hostile or one.required:
            arguments.append(value if one is hostile else slug if one.name == "slug" else "1")
    return [*options, "--", *arguments]


def test_no_command_says_back_what_a_terminal_obeys_or_without_end(app, village, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    runner, tried, wrong = app.test_cli_runner(), 0, []
    for name, command in leaves(app):
        for parameter in command.params:
            if isinstance(parameter, click.Option) and parameter.is_flag:
                continue
            for value in HOSTILE:
                if name == ["village", "create"] and value.isdecimal():
                    continue
                done = runner.invoke(args=[*name, *words_for(command, parameter, value, village.slug)], input="")
                where = (" ".join(name), parameter.name, value[:20])
                if done.exception is not None and not isinstance(done.exception, SystemExit):
                    wrong.append((*where, repr(done.exception)[:300]))
                elif OBEYED.search(done.output) or len(done.output) > LONGEST:
                    wrong.append((*where, len(done.output), done.output[:200]))
                tried += 1
    assert not wrong, "\n".join(map(str, wrong))
    for typed in HOSTILE:
        done = runner.invoke(args=[typed])
        assert not OBEYED.search(done.output) and len(done.output) < LONGEST, done.output[:300]
    assert tried > 300
