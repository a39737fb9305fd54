"""THE PAGES. One blueprint a feature: find, do, answer."""

from flask import Flask

from consult.config import Config
from consult.views import (
    agendas,
    archives,
    arrivals,
    assistances,
    attendance,
    ballots,
    bundles,
    calendars,
    cards,
    comments,
    consoles,
    consultations,
    contests,
    count_sheets,
    demo,
    doors,
    drafts,
    endings,
    endorsements,
    four_deliberations,
    grants,
    group_robots,
    health,
    hidings,
    home,
    me,
    meeting_votes,
    meetings,
    minutes,
    notices,
    notifications,
    offline,
    opinions,
    petitions,
    poll_changes,
    polls,
    postings,
    preferences,
    prints,
    proceedings,
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
from consult.views.cases import acts as case_acts
from consult.views.cases import cases
from consult.views.cases import figures as case_figures
from consult.views.cases import filings as case_filings
from consult.views.cases import pages as case_pages
from consult.views.cases import papers as case_papers
from consult.web.access import public

MODULES = (
    root, health, offline, preferences, home, sign_ins, cards, me, consultations, polls, ballots, notices,
    representatives, standings, rolls, grants, drafts, comments, endorsements, revisions, endings, steerings, opinions,
    hidings, searches, recordings, notifications,
    statements, tasks, group_robots, assistances, attendance, count_sheets, proxies, contests, poll_changes, scrutinies,
    bundles, meetings, agendas, arrivals, doors, consoles, proceedings, meeting_votes, minutes, petitions,
    four_deliberations, postings, calendars, prints, archives,
    cases, case_figures, case_filings, case_papers, case_pages, case_acts,
)  # fmt: skip


def init_app(app: Flask, config: Config) -> None:
    for module in MODULES:
        app.register_blueprint(module.bp)
    if config.is_demo:
        app.register_blueprint(demo.bp)
    public(app.view_functions["static"])
