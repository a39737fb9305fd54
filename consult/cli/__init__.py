"""Commands: flask <noun> <verb>."""

from flask import Flask

from consult.cli import audit, jobs, polls


def init_app(app: Flask) -> None:
    for group in (audit.cli, jobs.cli, polls.cli):
        app.cli.add_command(group)
