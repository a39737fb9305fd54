"""The edge: what a request must be before any page or act meets it. Hosts, origins, characters."""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import ip_address
from socket import gethostname
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Request, Response, abort, request
from flask_babel import gettext
from werkzeug.datastructures import FileStorage, ImmutableMultiDict
from werkzeug.utils import cached_property

from consult.config import Config, current_config
from consult.domain.characters import NUL, without_stray
from consult.web.guards import outages

SIGN_IN_COOKIE = "sign_in"
PREFIX = "__Host-"
"""Of every cookie over https: browsers take such a one from this host only, never from a neighbour under the same domain."""
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class Fields(ImmutableMultiDict[str, Any]):
    """The fields of a query or a form, without characters that no text of people holds. A NUL stays, to be refused."""

    def __init__(self, mapping: Any = None) -> None:
        super().__init__(mapping)
        for values in dict.values(self):
            values[:] = [_clean(one) for one in values]


class EdgeRequest(Request):
    """A request whose fields are clean, hidden ones too. The class of uploads kept in memory stands on it."""

    parameter_storage_class = Fields

    @cached_property
    def cookies(self) -> ImmutableMultiDict[str, str]:
        """Return the cookies by their plain names. Where they are set with the prefix, one without it signs nobody in."""
        sent = super().cookies.items(multi=True)
        if not current_config().secure_cookies:
            return ImmutableMultiDict(list(sent))
        kept = [(name, value) for name, value in sent if name != SIGN_IN_COOKIE]
        return ImmutableMultiDict([*kept, *((n.removeprefix(PREFIX), v) for n, v in kept if n.startswith(PREFIX))])


def init_app(app: Flask) -> None:
    """Ask before everything else, the check of form tokens among it."""
    asked = app.before_request_funcs.setdefault(None, [])
    asked[:0] = [_refuse_foreign_host, _refuse_other_sites]


def refuse_unstorable(named: Iterable[str]) -> None:
    """Answer 404 or 400 to NUL characters in the address or in what was sent: PostgreSQL stores and compares none."""
    if any(NUL in value for value in named):
        abort(404)
    if any(NUL in part for sent in (request.args, request.form) for pair in sent.items(multi=True) for part in pair):
        abort(400)


def _clean(sent: Any) -> Any:
    """Return a text without stray characters, or a file with such a name. A NUL in a text stays, to be refused."""
    if isinstance(sent, FileStorage):
        sent.filename = without_stray(sent.filename) if sent.filename else sent.filename
        return sent
    clean = not isinstance(sent, str) or (sent.isascii() and sent.isprintable()) or NUL in sent
    return sent if clean else without_stray(sent)


def _refuse_foreign_host() -> Response | None:
    """Answer 400 to a name that is none of this server's: a foreign page may not speak to it under a name of its own."""
    if is_ours(_hostname(request.host), current_config()):
        return None
    title = gettext("There is no such address here")
    way_on = gettext("Please use the address on your card or on the notice board.")
    return outages.alone([title, way_on], 400)


@lru_cache(maxsize=32)
def _hostname(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def is_ours(host: str, config: Config) -> bool:
    """Tell whether a request may name this host. A demo also answers to addresses in digits, which nobody can point elsewhere."""
    if host in _names(config.public_url, config.allowed_hosts):
        return True
    return config.mode != "production" and (_is_address(host) or host in _machine())


@lru_cache(maxsize=32)
def _names(public_url: str, allowed: tuple[str, ...]) -> frozenset[str]:
    return LOOPBACK | {urlsplit(public_url).hostname or "localhost", *allowed}


@lru_cache(maxsize=1)
def _machine() -> frozenset[str]:
    name = gethostname().lower()
    return frozenset({name, f"{name}.local"})


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _refuse_other_sites() -> None:
    """Answer 403 to a form that another site sends. Browsers that do not say where a form stands are let through."""
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site") == "cross-site":
        abort(403)
