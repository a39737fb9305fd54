"""THE PAGES. One blueprint a feature: find, do, answer."""

from flask import Flask

from consult.config import Config
from consult.views import (
    ballots,
    cards,
    consultations,
    demo,
    grants,
    health,
    home,
    me,
    notices,
    offline,
    polls,
    preferences,
    representatives,
    rolls,
    root,
    sign_ins,
    standings,
)
from consult.web.access import public

MODULES = (
    root, health, offline, preferences, home, sign_ins, cards, me, consultations, polls, ballots, notices,
    representatives, standings, rolls, grants,
)  # fmt: skip


def init_app(app: Flask, config: Config) -> None:
    for module in MODULES:
        app.register_blueprint(module.bp)
    if config.is_demo:
        app.register_blueprint(demo.bp)
    public(app.view_functions["static"])
