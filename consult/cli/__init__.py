"""Commands: flask <noun> <verb>, and three verbs about the whole installation.

Each noun's module is loaded when it is used: the server carries none of them."""

import json
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import Any, cast

import click
from flask import Flask
from flask.cli import AppGroup, ScriptInfo
from sqlalchemy.exc import DBAPIError

from consult.cli.chinese import HELP, plain, told, usage_told, with_chinese
from consult.config import Misconfigured, is_a_path
from consult.domain.characters import MOST_SAID, said_back
from consult.domain.refusals import Refused

NOUNS = {
    "accounts": "Officers who stand on no roll, and their accounts.",
    "audit": "The log of each village.",
    "clock": "The machine's clock.",
    "demo": "The demo village.",
    "factors": "Second proofs of officers.",
    "jobs": "Background jobs.",
    "keys": "Keys of the data and of backups.",
    "offices": "Offices.",
    "persons": "Persons.",
    "outbox": "Messages on their way out.",
    "polls": "Polls.",
    "roll": "The village roll.",
    "search": "The search index.",
    "translate": "Catalogues of the languages.",
    "village": "Villages.",
    "voice": "Pages that a machine reads aloud.",
}


MODULES = {"backup": "backups", "restore": "backups", "drill": "backups", "doctor": "doctor", "version": "doctor"}
"""The module of consult/cli/machine for each verb."""
ON_ANY_SCHEMA = frozenset({"restore", "drill", "backup", "doctor", "version", "translate", "demo", "keys", "jobs"})
"""What works whatever the schema is, or asks by itself: a backup comes before an upgrade."""

VERBS = {
    "backup": "Write database, pictures and recordings into one file.",
    "restore": "Put a backup back.",
    "drill": "Restore a backup to a scratch place and check everything in it.",
    "doctor": "Look at everything an operator should know.",
    "version": "Say version and schema of this program.",
}
"""Commands about the whole installation, which need no noun. By name, what each does."""


def refuse_other_schema(name: str) -> None:
    """Refuse a command on a database of another schema, with the line to type. Raises click.ClickException."""
    if name in ON_ANY_SCHEMA:
        return
    app: Flask = click.get_current_context().ensure_object(ScriptInfo).load_app()
    try:
        import_module("consult.services.machine.attendance").refuse_other_schema(app)
    except Misconfigured as error:
        raise click.ClickException(str(error)) from None


@contextmanager
def database_told() -> Iterator[None]:
    """Say in a sentence that the database is away, full or not to be written to. Raises click.ClickException."""
    try:
        yield
    except DBAPIError as error:
        words = why_away(error)
        if words is None:
            raise
        why = str(error.orig).strip().partition("\n")[0]
        if words == AWAY["UNREACHED"]:  # what the client says of an address may hold half of a mistyped password
            why = type(error.orig).__name__
        raise click.ClickException(
            f"{words[0]}（{why}）。请看 consult doctor / {words[1]} ({why}). Please look at: consult doctor"
        ) from None


@contextmanager
def all_told() -> Iterator[None]:
    """Say in a sentence what ends a command: a refusal that it does not tell itself, or a database that is away.

    Raises click.ClickException.
    """
    with database_told():
        try:
            yield
        except Refused as refusal:
            shared: Any = import_module("consult.cli.shared.refused")
            app: Flask = click.get_current_context().ensure_object(ScriptInfo).load_app()
            with app.app_context():
                raise shared.told(refusal) from None
        except Misconfigured as error:
            raise click.ClickException(str(error)) from None
        except click.UsageError:
            raise  # usage_told says it
        except click.ClickException as error:
            raise click.ClickException(plain(error.format_message())) from None


def why_away(error: DBAPIError) -> tuple[str, str] | None:
    """Return in Chinese and in English what keeps the database from being asked or written to; None: something else."""
    collisions: Any = import_module("consult.services.core.collisions")
    why = collisions.why_away(error)
    return AWAY[why.name] if why else None


AWAY = {
    "UNREACHED": ("数据库连不上", "The database cannot be reached"),
    "GONE": (
        "数据库的文件被移走、删掉或者换过，请把它放回原处",
        "The file of the database was moved, deleted or replaced: put it back in its place",
    ),
    "FULL": ("硬盘满了，数据库写不进去", "The disk is full: nothing can be written to the database"),
    "READ_ONLY": ("数据库只能看，写不了", "The database can only be read"),
    "BROKEN": ("数据库的文件读不了或写不了", "The files of the database cannot be read or written"),
    "SLOW": (
        "数据库太久没有答（锁着，或者 statement_timeout、lock_timeout 设得太短）",
        "The database did not answer in time (locked, or statement_timeout or lock_timeout is too short)",
    ),
    "FORBIDDEN": (
        "数据库的用户没有权用这些表，请用 GRANT 给回去",
        "The user of the database has no right to a table: give it back with GRANT",
    ),
    "HIDDEN": (
        "找不到我们的表：search_path 不对，或者表没有了",
        "A table of ours is not found: search_path is wrong, or the table is gone",
    ),
}


def unstarted(error: Misconfigured, words: Sequence[str]) -> int | str:
    """Return what a process ends with whose settings allow no start: a sentence, or the finding of the doctor as its exit code.

    `words`: of the command line.
    """
    if "doctor" not in words:
        return f"启动不了 / The server does not start: {error}"
    name, state = "设置", "BROKEN"
    finding = json.dumps([{"name": name, "state": state, "words": str(error)}], ensure_ascii=False)
    click.echo(finding if "--json" in words else f"坏了 {name}：{error}")
    return BROKEN


BROKEN = 2
"""The exit code of the doctor where something is broken."""


class Verb(click.Command):
    """A command whose module is imported when it is asked for."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        real: click.Command = getattr(import_module(f"consult.cli.machine.{MODULES[str(self.name)]}"), str(self.name))
        with_chinese(real, str(self.name))
        refuse_other_schema(str(self.name))
        told_by(refusing_no_text(real))
        with usage_told():
            return real.make_context(info_name, args, parent, **extra)


class Noun(click.Group):
    """A group of commands whose module is imported when one is asked for."""

    def _commands(self) -> click.Group:
        group: click.Group = import_module(f"consult.cli.{self.name}").cli
        return group

    def list_commands(self, ctx: click.Context) -> list[str]:
        return self._commands().list_commands(ctx)

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        with usage_told():
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        with all_told(), usage_told():
            refuse_other_schema(str(self.name))
            return super().invoke(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        found = self._commands().get_command(ctx, cmd_name)
        return refusing_no_text(with_chinese(found, f"{self.name} {cmd_name}")) if found else None


def refusing_no_text(command: click.Command) -> click.Command:
    """Let a command refuse what was typed and is no text, or can be the name of no file, before anything is asked with it."""
    if getattr(command, "takes_text", False):
        return command
    invoke, marked = command.invoke, cast(Any, command)

    def checked(ctx: click.Context) -> Any:
        for value in ctx.params.values():
            for one in value if isinstance(value, tuple) else (value,):
                if isinstance(one, Path) and not is_a_path(str(one)):
                    raise click.UsageError(f"这不能是文件的名字 / this can be no file's name: {said_back(one)}", ctx)
                if isinstance(one, str) and NO_TEXT.search(one):
                    raise click.UsageError(f"这不是文字 / this is no text: {said_back(one)}", ctx)
        return invoke(ctx)

    marked.invoke, marked.takes_text = checked, True
    return command


NO_TEXT = re.compile("[\ud800-\udfff]")
"""Bytes of a line that are no UTF-8, as Python reads them; no database takes them."""


def is_command() -> bool:
    """Tell whether somebody typed a command that ends by itself: this is no web server and no job runner."""
    return os.environ.get(FROM_FLASK) == "true" and "run" not in sys.argv[1:]


FROM_FLASK = "FLASK_RUN_FROM_CLI"
"""The variable that Flask sets for its commands."""


class Commands(AppGroup):
    """All commands of the app. One that there is not is told in Chinese first, with the nearest there is."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        """Return a command. Raises click.UsageError."""
        found = super().get_command(ctx, cmd_name)
        if found is not None:
            return found
        near = get_close_matches(cmd_name[:MOST_SAID], self.list_commands(ctx), 1)
        typed = said_back(cmd_name)
        chinese, english = (f"；是不是 {near[0]}？", f" Did you mean {near[0]}?") if near else ("", "")
        raise click.UsageError(f"没有这个命令：{typed}{chinese} / No such command '{typed}'.{english}", ctx)


def init_app(app: Flask) -> None:
    """Add every command to an app."""
    app.cli = Commands(name=app.name)
    for name, words in VERBS.items():
        app.cli.add_command(Verb(name, help=told(name, words), short_help=HELP[name]))
    for name, words in NOUNS.items():
        app.cli.add_command(Noun(name, help=told(name, words), short_help=HELP[name]))
    if os.environ.get(FROM_FLASK) == "true":
        schema: Any = import_module("consult.services.core.schema")
        schema.prepare(app)
        told_by(import_module("flask_migrate.cli").db)


def told_by(command: Any) -> None:
    """Let a command that stands in no noun say in a sentence what ends it: a verb, or Flask-Migrate's `flask db …`."""
    if getattr(command, "is_told", False):
        return
    invoke, command.is_told = command.invoke, True

    def told_invoke(ctx: click.Context) -> Any:
        with all_told():
            return invoke(ctx)

    command.invoke = told_invoke
