"""The cookies this site sets, and addresses to go back to."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography.fernet import InvalidToken
from flask import Flask, Request, Response, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin

from consult.config import current_config
from consult.domain.numbers import read_number
from consult.services.core import crypto
from consult.web.guards.edge import PREFIX, SIGN_IN_COOKIE

SHARED_COOKIE = "shared"
LONGEST_DESTINATION = 1000
"""Characters of where a sign-in leads, open or sealed: the session's cookie holds 4 KB."""
ASKS_SHARED = "ask"
"""In that cookie: several people have signed in on this browser, and nobody has said whether they share it."""
NUMBERS_COOKIE = "numbers"
ARRIVED_COOKIE = "arrived"
ARRIVED_SECONDS = 3600
MOST_NUMBERS = 8
YEAR = 365 * 24 * 3600
LATEST = 10**11
SAME_FOR_ALL = frozenset({"static", "offline.worker"})
"""Endpoints whose answers are the same for everybody: they set no cookie, and a copy of one holds for all cookies."""
_KEPT = "consult.kept_sign_in"
"""In the environment of a request: what its cookie of the sign-in said."""


class PageCookie(SecureCookieSessionInterface):
    """The cookie of the session. What is the same for all is sent without it.

    Flask-Login looks into the session after every request, so that otherwise every answer would vary by cookie: a browser then
    asks for each style and script again after each sign-in.
    """

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if request.endpoint not in SAME_FOR_ALL:
            super().save_session(app, session, response)


@dataclass(frozen=True)
class KeptSignIn:
    """What the cookie of a sign-in holds: the token, and when this browser last used it."""

    token: str
    seen_at: datetime | None
    """None: nothing that this server signed."""


def kept_sign_in(request: Request) -> KeptSignIn | None:
    """Return what the browser sent as its sign-in; None where it sent nothing. Read once a request."""
    if _KEPT not in request.environ:
        request.environ[_KEPT] = _read_sign_in(request.cookies.get(SIGN_IN_COOKIE, ""))
    kept: KeptSignIn | None = request.environ[_KEPT]
    return kept


def _read_sign_in(value: str) -> KeptSignIn | None:
    token, _, rest = value.partition(".")
    if not token:
        return None
    stamp, _, signature = rest.partition(".")
    seconds = read_number(stamp, most=LATEST)
    if seconds is None or not hmac.compare_digest(signature.encode(), _signature(token, stamp).encode()):
        return KeptSignIn(token, None)
    return KeptSignIn(token, datetime.fromtimestamp(seconds, UTC))


def remember_sign_in(response: Response, token: str, *, idle: timedelta, now: datetime) -> None:
    """Give the browser its token, with the signed instant of this use; it drops both when the idle time is over."""
    stamp = str(int(now.timestamp()))
    value = f"{token}.{stamp}.{_signature(token, stamp)}"
    _set(response, SIGN_IN_COOKIE, value, int(idle.total_seconds()))


def forget_sign_in(response: Response) -> None:
    """Take the sign-in, and whatever else the browser kept of its pages, away from it."""
    config = current_config()
    response.delete_cookie(_name(SIGN_IN_COOKIE), secure=config.secure_cookies, httponly=True, samesite="Lax")
    forget_pages(response)


def forget_pages(response: Response) -> None:
    """Let the browser drop the pages and drafts of the person before."""
    response.headers["Clear-Site-Data"] = '"cache", "storage"'


def remember_choice(response: Response, name: str, value: str) -> None:
    _set(response, name, value, YEAR)


def known_numbers(request: Request) -> frozenset[str]:
    """Return the numbers, cards and second proofs that this browser has signed in with, as people.limits.askers writes them."""
    return frozenset(request.cookies.get(NUMBERS_COOKIE, "").split(".")[:MOST_NUMBERS])


def remember_known(request: Request, response: Response, *known: str) -> None:
    """Note in this browser that it has signed in with a number, a card or a second proof."""
    earlier = request.cookies.get(NUMBERS_COOKIE, "").split(".")
    numbers = [*known, *(one for one in earlier if one and one not in known)][:MOST_NUMBERS]
    remember_choice(response, NUMBERS_COOKIE, ".".join(numbers))


def arrived_marks(request: Request) -> str:
    """Return what the browser was told of its forms that arrived, as guards.arrivals writes it."""
    return request.cookies.get(ARRIVED_COOKIE, "")


def remember_arrived(response: Response, marks: str) -> None:
    """Tell the browser for an hour which of its forms have arrived."""
    _set(response, ARRIVED_COOKIE, marks, ARRIVED_SECONDS)


def _signature(token: str, stamp: str) -> str:
    key = hashlib.sha256(f"sign-in:{current_config().secret_key}".encode()).digest()
    return hmac.new(key, f"{token}.{stamp}".encode(), hashlib.sha256).hexdigest()[:32]


def _set(response: Response, name: str, value: str, seconds: int) -> None:
    config = current_config()
    secure = config.secure_cookies
    response.set_cookie(_name(name), value, max_age=seconds, secure=secure, httponly=True, samesite="Lax")


def _name(name: str) -> str:
    return f"{PREFIX}{name}" if current_config().secure_cookies else name


def sealed_path(path: str) -> str:
    """Seal a path that names a case, so that it may stand in an address; unsealed_path opens it."""
    return crypto.seal(path)


def unsealed_path(kept: str | None) -> str:
    """Return the path of this site that an address or a form has open or sealed; empty where it has none."""
    if not kept or kept.startswith("/"):
        return safe_path(kept, "")
    try:
        return safe_path(crypto.unseal(kept), "")
    except InvalidToken:  # typed by hand, or the data key was changed meanwhile
        return ""


def destination(sent: str) -> str:
    """Return where a sign-in leads as it was sent, open or sealed. Empty: it is none of this site, or too long to be kept."""
    return sent if len(sent) <= LONGEST_DESTINATION and unsealed_path(sent) else ""


def safe_path(path: str | None, otherwise: str) -> str:
    """Return a path of this site. Another site's address is replaced by `otherwise`: //evil and \\evil are none."""
    if path and path.startswith("/") and not path.startswith(("//", "/\\")) and "\\" not in path and path.isprintable():
        return path
    return otherwise
