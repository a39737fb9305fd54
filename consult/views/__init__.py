"""Pages, one blueprint a feature. A view finds the record, calls one act, and answers."""

from importlib import import_module
from typing import Any

from flask import Flask

from consult.config import Config
from consult.views.board import notice_objections, notices
from consult.views.cases import acts as case_acts
from consult.views.cases import calendars as case_calendars
from consult.views.cases import cases, on_the_spot
from consult.views.cases import consents as case_consents
from consult.views.cases import corrections as case_corrections
from consult.views.cases import figures as case_figures
from consult.views.cases import filings as case_filings
from consult.views.cases import handovers as case_handovers
from consult.views.cases import pages as case_pages
from consult.views.cases import papers as case_papers
from consult.views.cases import payments as case_payments
from consult.views.cases import searches as case_searches
from consult.views.meetings import (
    agendas,
    archives,
    calendars,
    check_in_desk,
    consoles,
    four_deliberations,
    meeting_votes,
    meetings,
    minutes,
    petitions,
    prints,
    proceedings,
    self_check_in,
)
from consult.views.messages import notifications
from consult.views.people import (
    accounts,
    cards,
    data_requests,
    grants,
    me,
    own_data,
    persons,
    preferences,
    proofs,
    representatives,
    rights,
    rolls,
    second_factors,
    sign_ins,
    ways_in,
)
from consult.views.people import group_robots as group_robots
from consult.views.polls import (
    acts_on_votes,
    assisted_voting,
    ballots,
    bundles,
    count_sheets,
    formal_basis,
    further_votes,
    late_marks,
    letters,
    offline_turnout,
    own_rules,
    poll_changes,
    polls,
    proxies,
    recounts,
    roll_appeals,
    same_words,
    vote_disputes,
)
from consult.views.site import alarms, clocks, guides, health, home, offline, root, searches, sounds
from consult.views.talk import (
    comments,
    consultations,
    council_requests,
    drafts,
    endorsements,
    mergers,
    moderation,
    opinions,
    phase_changes,
    recordings,
    revisions,
    statements,
    tasks,
    withdrawals,
)
from consult.web.access import public

AREAS: dict[str, tuple[Any, ...]] = {
    "site": (root, health, offline, home, searches, clocks, alarms, sounds, guides),
    "people": (
        preferences,
        sign_ins,
        second_factors,
        proofs,
        accounts,
        cards,
        me,
        own_data,
        data_requests,
        representatives,
        rolls,
        persons,
        grants,
        rights,
        ways_in,
        group_robots,
    ),
    "law": (four_deliberations, own_rules),
    "talk": (
        consultations,
        drafts,
        comments,
        council_requests,
        endorsements,
        revisions,
        withdrawals,
        mergers,
        phase_changes,
        opinions,
        moderation,
        recordings,
        statements,
        tasks,
    ),
    "polls": (
        polls,
        ballots,
        formal_basis,
        assisted_voting,
        offline_turnout,
        late_marks,
        count_sheets,
        proxies,
        letters,
        acts_on_votes,
        vote_disputes,
        poll_changes,
        further_votes,
        roll_appeals,
        same_words,
        recounts,
        bundles,
    ),
    "meetings": (
        meetings,
        agendas,
        self_check_in,
        check_in_desk,
        consoles,
        proceedings,
        meeting_votes,
        minutes,
        petitions,
        calendars,
        prints,
        archives,
    ),
    "cases": (
        cases,
        case_figures,
        case_handovers,
        case_searches,
        case_calendars,
        case_filings,
        on_the_spot,
        case_papers,
        case_pages,
        case_consents,
        case_payments,
        case_acts,
        case_corrections,
    ),
    "board": (notices, notice_objections),
    "messages": (notifications,),
}
"""The modules with a blueprint, by area; web/pages.py has the tab of each area."""


def init_app(app: Flask, config: Config) -> None:
    """Register every blueprint; the page of the demo in demo mode only."""
    for area in AREAS.values():
        for module in area:
            app.register_blueprint(module.bp)
    if config.is_demo:
        app.register_blueprint(import_module("consult.demo.pages").bp)
    public(app.view_functions["static"])
