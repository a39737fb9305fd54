"""THE PAGES. One blueprint a feature: find, do, answer."""

from flask import Flask

from consult.config import Config
from consult.views import ballots, consultations, health, home, notices, offline, polls, representatives, standings
from consult.web.access import public


def init_app(app: Flask, config: Config) -> None:
    modules = (health, offline, home, consultations, polls, ballots, notices, representatives, standings)
    for blueprint in (module.bp for module in modules):
        app.register_blueprint(blueprint)
    public(app.view_functions["static"])
