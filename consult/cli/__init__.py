"""Commands: flask <noun> <verb>."""

from flask import Flask

from consult.cli import audit, demo, jobs, polls, roll, translate, village


def init_app(app: Flask) -> None:
    for group in (audit.cli, demo.cli, jobs.cli, polls.cli, roll.cli, translate.cli, village.cli):
        app.cli.add_command(group)
