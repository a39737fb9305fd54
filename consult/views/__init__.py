"""THE PAGES. One blueprint a feature: find, do, answer."""

from flask import Flask

from consult.config import Config
from consult.views import (
    assistances,
    attendance,
    ballots,
    bundles,
    cards,
    comments,
    consultations,
    contests,
    count_sheets,
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
    poll_changes,
    polls,
    preferences,
    proxies,
    recordings,
    representatives,
    revisions,
    rolls,
    root,
    scrutinies,
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
    statements, tasks, group_robots, assistances, attendance, count_sheets, proxies, contests, poll_changes, scrutinies,
    bundles,
)  # fmt: skip


def init_app(app: Flask, config: Config) -> None:
    for module in MODULES:
        app.register_blueprint(module.bp)
    if config.is_demo:
        app.register_blueprint(demo.bp)
    public(app.view_functions["static"])
