"""Commands: flask <noun> <verb>."""

from flask import Flask

from consult.cli import audit, jobs, polls, translate


def init_app(app: Flask) -> None:
    for group in (audit.cli, jobs.cli, polls.cli, translate.cli):
        app.cli.add_command(group)
