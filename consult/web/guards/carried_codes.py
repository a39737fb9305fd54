"""Take codes out of addresses: they go on sealed in the page cookie, for minutes, and the address is replaced at once.

An address lands in logs of proxies and in the history of a phone. New QR codes of cards have their code behind a #, which
no server is sent; those printed before, and the QR on the screen at a door, have it in `?code=`.
"""

from datetime import timedelta
from urllib.parse import quote

from cryptography.fernet import InvalidToken
from flask import Flask, Response, redirect, request, session

from consult.services.core import crypto
from consult.web.access import now

CARD, DOOR = "card", "door"
TAKEN = {"cards.show": (CARD, "/opened"), "arrivals.sign_in": (DOOR, "")}
"""By the page that is asked for with a code: what the code is of, and what follows on the path of the page without it."""
LONGEST = 40
KEPT = timedelta(minutes=10)
IN_SESSION = "code_of_{}"


def init_app(app: Flask) -> None:
    app.before_request(_take)


def carry(what: str, code: str) -> None:
    """Keep a code for the next page of this browser."""
    until = (now() + KEPT).timestamp()
    session[IN_SESSION.format(what)] = {"code": crypto.seal(code[:LONGEST]), "until": until}


def carried(what: str) -> str:
    """Return the code this browser carries; empty where it carries none, or did so too long ago."""
    kept = session.get(IN_SESSION.format(what))
    if kept is None or kept["until"] < now().timestamp():
        return ""
    try:
        return crypto.unseal(kept["code"])
    except InvalidToken:  # the data key was changed meanwhile
        return ""


def drop(*whats: str) -> None:
    """Forget what this browser carries."""
    for what in whats:
        session.pop(IN_SESSION.format(what), None)


def _take() -> Response | None:
    """Answer a page whose address has a code with the way to the same page without it."""
    code = request.args.get("code", "").strip()
    if request.method not in ("GET", "HEAD") or request.endpoint not in TAKEN or not code:
        return None
    what, rest = TAKEN[request.endpoint]
    carry(what, code)
    address = quote(f"{request.script_root}{request.path}{rest}")  # of a path with a break in it no header can be made
    response: Response = redirect(address, 303)  # type: ignore[assignment]
    return response
