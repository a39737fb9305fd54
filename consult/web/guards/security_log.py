"""The operator's log of what touches security: which event, at which route, by what kind of person, with what answer.

Never who, from where, or what was typed: no id, name, number, address or word. One line an event, to be counted.
"""

import logging
from secrets import token_hex

from flask import Flask, Response, g, request

from consult.config import Config
from consult.domain.people.roles import Role
from consult.domain.refusals import Reason
from consult.web.access import held_roles, person_or_none
from consult.web.guards import handing_out
from consult.web.guards.edge import SIGN_IN_COOKIE

log = logging.getLogger("consult.security")
WAYS_IN = frozenset({"sign_ins", "cards", "demo", "second_factors"})
WRONG = frozenset(
    {reason.value for reason in (Reason.WRONG_CODE, Reason.WRONG_PIN, Reason.WRONG_DIGITS, Reason.NO_SUCH_CARD)}
)
"""Reasons for which a code, a PIN, a second proof or a card opened nothing: at the sign-in, and where it is asked again."""
GRANTS = frozenset(
    {
        "grants.create",
        "grants.change",
        "grants.end",
        "rights.create_number",
        "rights.confirm",
        "rights.confirm_import",
        "rights.drop",
        "rolls.confirm",
        "rolls.depart",
        "cards.issue",
        "cards.issue_another",
        "cards.withdraw",
        "second_factors.ask_change",
        "second_factors.confirm_change",
        "second_factors.end",
        "ways_in.stop",
        "ways_in.stop_card",
        "ways_in.stop_erasure",
        "ways_in.bring_back_card",
        "standings.change",
        "standings.confirm",
        "standings.drop",
        "attendance.assign",
        "attendance.end",
        "data_requests.answer",
    }
)
EXPORTS = handing_out.EXPORTS
OPENINGS = frozenset(
    {
        "polls.announce",
        "polls.declare",
        "poll_changes.confirm",
        "meeting_votes.open_vote",
        "meeting_votes.end_vote",
        "meeting_votes.declare",
        "clocks.confirm",
    }
)
BY_STATUS = {
    400: "not_understood",
    401: "refused",
    403: "refused",
    408: "too_slow",
    413: "too_large",
    429: "throttled",
    500: "fault",
}


def init_app(app: Flask, config: Config) -> None:
    """Write the events of every answer to the log, on the level INFO, whatever LOG_LEVEL says."""
    if config.mode != "test":
        log.setLevel(logging.INFO)  # whatever LOG_LEVEL is: a log of what was refused has no holes
    app.after_request(_note)


def refused(reason: Reason) -> None:
    """Remember for the line of this request why an act was refused."""
    g.refused_for = reason.value


def _note(response: Response) -> Response:
    event = _event(response)
    if event:
        route, why = request.endpoint or "none", g.get("refused_for", "")
        line = "security event=%s route=%s role=%s status=%d reason=%s id=%s"
        log.info(line, event, route, _role(), response.status_code, why or "none", token_hex(4))
    return response


def _event(response: Response) -> str:
    """Return the name of what happened, empty for what is of no interest."""
    set_cookies = " ".join(response.headers.getlist("Set-Cookie"))
    if request.blueprint in WAYS_IN and f"{SIGN_IN_COOKIE}=" in set_cookies:
        return "signed_out" if f"{SIGN_IN_COOKIE}=;" in set_cookies else "signed_in"
    if g.get("refused_for") in WRONG:
        return "wrong_secret"
    if response.status_code in BY_STATUS:
        return BY_STATUS[response.status_code]
    if response.status_code >= 400:
        return ""
    done = {"granted": GRANTS, "exported": EXPORTS, "opened_or_closed": OPENINGS}
    return next((name for name, routes in done.items() if request.endpoint in routes), "")


def _role() -> str:
    """Return the offices of whoever asks, or villager, or stranger."""
    try:
        if person_or_none() is None:
            return "stranger"
        return "+".join(sorted(role.value for role in held_roles() - {Role.VILLAGER})) or "villager"
    except Exception:  # the database is away: the line is written all the same
        return "unknown"
