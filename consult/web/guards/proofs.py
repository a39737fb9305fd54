"""Ask again who acts, before acts that the finder of an unlocked phone must not do.

One table names them. Whoever has proved it in this sign-in a few minutes ago is not asked (domain.people.sign_ins).
"""

from flask import Flask, Response, request

from consult.domain.people import sign_ins as rules
from consult.domain.refusals import Reason, Refused
from consult.models import db
from consult.services.people import proofs, sign_ins
from consult.services.people.proofs import ProofWay
from consult.web import access, errors, fragments, pages
from consult.web.access import today
from consult.web.guards.browser import asker
from consult.web.words import refusal_words

ASKED_AGAIN = frozenset(
    {
        # opening, closing, changing, cancelling, declaring
        "polls.announce",
        "polls.declare",
        "poll_changes.create",
        "poll_changes.confirm",
        "poll_changes.drop",
        "further_votes.create",
        "further_votes.confirm",
        "further_votes.drop",
        "same_words.create",
        "roll_appeals.accept",
        "roll_appeals.refuse",
        "roll_appeals.confirm_refusal",
        "roll_appeals.drop_refusal",
        "meeting_votes.open_vote",
        "meeting_votes.end_vote",
        "meeting_votes.declare",
        "standings.change",
        "standings.confirm",
        "standings.drop",
        "own_rules.ask_charter",
        "own_rules.ask_collective",
        "own_rules.ask_voter",
        "own_rules.confirm",
        "own_rules.drop",
        "endorsements.set_rule",
        "group_robots.create",
        "group_robots.remove",
        # offices and ways in
        "grants.create",
        "grants.create_outside",
        "grants.change",
        "grants.end",
        "rights.confirm",
        "rights.confirm_import",
        "rights.create_number",
        "rights.drop",
        "rolls.confirm",
        "persons.create",
        "persons.correct",
        "persons.correct_identity",
        "persons.move",
        "persons.change_membership",
        "persons.bring_back",
        "rolls.depart",
        "cards.issue",
        "cards.issue_another",
        "cards.withdraw",
        "second_factors.begin_app",
        "second_factors.begin_passkey",
        "second_factors.end",
        "second_factors.ask_change",
        "second_factors.confirm_change",
        # confirming
        "contests.decide",
        "count_sheets.enter",
        "late_marks.create",
        "late_marks.confirm",
        "late_marks.drop",
        "letters.look",
        "doors.confirm_addition",
        "tasks.confirm_change",
        "council_requests.confirm",
        "attendance.assign",
        "attendance.end",
        "clocks.confirm",
        "case_figures.hand_in",
        "case_handovers.create",
        "case_figures.set_closing_day",
        "data_requests.answer",
        # one's own data: what takes away one's ways in, or opens what was locked
        "own_data.ask",
        "own_data.end_lock",
        # taking personal data out
        "rolls.export",
        "bundles.full_bundle",
        "archives.meeting",
        "case_papers.notice",
        "case_papers.volume",
        "case_papers.show",
        "case_papers.export",
        "own_data.export",
        "prints.household_cards",
        "cards.index",
        "cards.household",
        "prints.minutes_file",
        "prints.sign_in_sheet",
    }
)
"""Endpoints that ask; a test finds those that belong here and are missing."""
WITH_PHOTOS = frozenset({"count_sheets.enter", "late_marks.create", "poll_changes.create"})
"""Those of them whose form takes photos. Elsewhere a file in the form is nobody's, and gains no time."""
BEFORE_OTHERS = frozenset(
    {"meeting_votes.open_vote", "meeting_votes.end_vote", "meeting_votes.declare", "count_sheets.enter"}
)
"""Those of them that a hall sees on its wall, and counts that only hold when a second person enters the same.

Who runs a meeting of two hours proves it once, and not before each vote.
"""
PROOF, STEP = "proof", "proof_step"
SEND = "send"
"""The step in which the message with a code is asked for."""


def init_app(app: Flask) -> None:
    app.before_request(_ask)


def asks_again(endpoint: str | None) -> bool:
    """Tell whether an endpoint asks who acts."""
    return endpoint in ASKED_AGAIN


def _ask() -> Response | None:
    """Let the request go on where it may, or where it brings a proof; ask for one otherwise."""
    if not asks_again(request.endpoint) or access.person_or_none() is None:
        return None
    mine, now = access.sign_in(), access.now()
    files = request.endpoint in WITH_PHOTOS and any(file.filename for file in request.files.values())
    if rules.is_proven(mine.proven_at, files=files, sitting=request.endpoint in BEFORE_OTHERS, now=now):
        return None
    return prove() if STEP in request.form else page()


def prove() -> Response | None:
    """Take the proof of the form at hand. None: it was right, and the sign-in has a new token."""
    mine, now = access.sign_in(), access.now()
    if request.form.getlist(STEP)[-1] == SEND:  # a pressed button comes after the hidden field
        return _send()
    try:
        proofs.check(mine, request.form.get(PROOF, ""), asker(), on=today(), now=now)
    except Refused as refusal:
        db.session.rollback()
        return page(refusal, step=ProofWay.CODE)
    access.hand_out(sign_ins.renew(mine, now=now, proven=True))
    return None


def _send() -> Response:
    try:
        proofs.send_code(access.person(), asker(), now=access.now())
    except Refused as refusal:
        db.session.rollback()
        return page(refusal, step=ProofWay.CODE if refusal.reason is Reason.WAIT_FOR_CODE else SEND)
    return page(step=ProofWay.CODE)


def page(refusal: Refused | None = None, *, step: str = SEND, to: str = "") -> Response:
    """Ask for the PIN or the code, with everything the form had, so that one answer does the act."""
    way = proofs.way_of(access.sign_in())
    sent = [(name, value) for name, value in request.form.items(multi=True) if name not in {"csrf_token", PROOF, STEP}]
    goes_on = request.method == "POST"
    context = {
        "way": way.value,
        "step": way.value if way is not ProofWay.CODE else step,
        "fields": sent if goes_on else [("next", request.full_path.rstrip("?"))],
        "action": to or (request.path if goes_on else ""),
        "mistakes": {PROOF: refusal_words.refusal(refusal)} if refusal is not None else {},
    }
    template = "people/proofs/_ask.html" if fragments.wanted() else "people/proofs/ask.html"
    return pages.page(template, errors.status_of(refusal.reason) if refusal else 401, **context)
