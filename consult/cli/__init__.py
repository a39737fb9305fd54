"""Commands: flask <noun> <verb>."""

from flask import Flask


def init_app(app: Flask) -> None:
    for group in ():
        app.cli.add_command(group)
