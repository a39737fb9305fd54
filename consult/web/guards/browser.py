"""This browser as one that asks for codes and types PINs: a secret of its session, and what it has signed in with."""

import secrets

from flask import request, session

from consult.services.people.limits.askers import Asker
from consult.web import cookies

BROWSER = "browser"


def asker() -> Asker:
    """Return this browser as one that asks for codes; it gets its secret at its first asking."""
    if BROWSER not in session:
        session[BROWSER] = secrets.token_urlsafe(18)
    return Asker(session[BROWSER], cookies.known_numbers(request))
