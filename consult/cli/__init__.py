"""Commands: flask <noun> <verb>. Each noun's module is loaded when it is used: the server carries none of them."""

import os
from importlib import import_module
from typing import Any

import click
from flask import Flask

NOUNS = {
    "audit": "The log of each village.",
    "backup": "Backups: made, put back, tried out.",
    "demo": "The demo village.",
    "jobs": "Background jobs.",
    "polls": "Polls.",
    "roll": "The village roll.",
    "search": "The search index.",
    "translate": "Catalogues of the three languages.",
    "village": "Villages.",
}


class Noun(click.Group):
    """A group of commands whose module waits until somebody asks for one."""

    def _commands(self) -> click.Group:
        group: click.Group = import_module(f"consult.cli.{self.name}").cli
        return group

    def list_commands(self, ctx: click.Context) -> list[str]:
        return self._commands().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return self._commands().get_command(ctx, cmd_name)


def init_app(app: Flask) -> None:
    for name, words in NOUNS.items():
        app.cli.add_command(Noun(name, help=words))
    if os.environ.get("FLASK_RUN_FROM_CLI") == "true":
        schema: Any = import_module("consult.services.schema")
        schema.prepare(app)
