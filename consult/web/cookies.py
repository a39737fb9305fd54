"""The cookies this site sets, and addresses to go back to."""

from flask import Response

from consult.config import current_config
from consult.services.people.sign_ins import LIFETIME
from consult.web.edge import PREFIX, SIGN_IN_COOKIE

YEAR = 365 * 24 * 3600


def remember_sign_in(response: Response, token: str) -> None:
    _set(response, SIGN_IN_COOKIE, token, int(LIFETIME.total_seconds()))


def forget_sign_in(response: Response) -> None:
    config = current_config()
    response.delete_cookie(_name(SIGN_IN_COOKIE), secure=config.secure_cookies, httponly=True, samesite="Lax")


def remember_choice(response: Response, name: str, value: str) -> None:
    _set(response, name, value, YEAR)


def _set(response: Response, name: str, value: str, seconds: int) -> None:
    config = current_config()
    secure = config.secure_cookies
    response.set_cookie(_name(name), value, max_age=seconds, secure=secure, httponly=True, samesite="Lax")


def _name(name: str) -> str:
    return f"{PREFIX}{name}" if current_config().secure_cookies else name


def safe_path(path: str | None, otherwise: str) -> str:
    """Return a path of this site. Another site's address is replaced by `otherwise`: //evil and \\evil are none."""
    if path and path.startswith("/") and not path.startswith(("//", "/\\")) and "\\" not in path and path.isprintable():
        return path
    return otherwise
