"""THE PAGES. One blueprint a feature: find, do, answer."""

from flask import Flask

from consult.config import Config
from consult.views import health


def init_app(app: Flask, config: Config) -> None:
    for blueprint in (health.bp,):
        app.register_blueprint(blueprint)
    app.view_functions["static"].access = "public"  # type: ignore[attr-defined]
