"""THE PAGES. One blueprint a feature: find, do, answer."""

from flask import Flask

from consult.config import Config
from consult.views import (
    ballots,
    cards,
    comments,
    consultations,
    demo,
    drafts,
    endings,
    endorsements,
    grants,
    group_robots,
    health,
    hidings,
    home,
    me,
    notices,
    notifications,
    offline,
    opinions,
    polls,
    preferences,
    recordings,
    representatives,
    revisions,
    rolls,
    root,
    searches,
    sign_ins,
    standings,
    statements,
    steerings,
    tasks,
)
from consult.web.access import public

MODULES = (
    root, health, offline, preferences, home, sign_ins, cards, me, consultations, polls, ballots, notices,
    representatives, standings, rolls, grants, drafts, comments, endorsements, revisions, endings, steerings, opinions,
    hidings, searches, recordings, notifications,
    statements, tasks, group_robots,
)  # fmt: skip


def init_app(app: Flask, config: Config) -> None:
    for module in MODULES:
        app.register_blueprint(module.bp)
    if config.is_demo:
        app.register_blueprint(demo.bp)
    public(app.view_functions["static"])
