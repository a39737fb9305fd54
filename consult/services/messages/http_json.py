"""Post JSON over HTTPS, for providers: without redirects, with a time-out, without the address in errors."""

import http.client
import json
import re
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from consult.domain.messages.outbox import Failure

PATIENCE_SECONDS = 10
LONGEST_ANSWER = 100_000
CODE = re.compile(r"[A-Za-z][A-Za-z._]{0,59}")
"""A code of an error that may be told: it holds no digits, so neither a number nor an address."""
OF_UNKNOWN_END = frozenset({500, 502, 504})
"""Statuses after which nobody knows whether the message was taken. 503 says that it was not."""
LOOPBACK = ("127.0.0.1", "localhost")


class NotTaken(OSError):
    """The provider did not take the message. The text names a code, never an address or a person."""

    failure = Failure.REFUSED


class NotReached(NotTaken):
    """The provider was not reached in time: nothing was sent."""

    failure = Failure.UNREACHED


class Unanswered(NotTaken):
    """The message was sent whole and no answer came that says what became of it: it may have been taken."""

    failure = Failure.UNKNOWN


class AccountRefused(NotTaken):
    """The provider refuses our account: it would refuse every other message too."""

    failure = Failure.ACCOUNT


def failure_of(error: Exception) -> Failure:
    """Return what is known after a try that ended in an error."""
    found: Failure = getattr(error, "failure", Failure.REFUSED)
    return found


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        return None


def post_json(
    address: str, body: Mapping[str, Any] | bytes, headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Post a body and return the answer, a JSON object. Raises OSError. Plain http only on this very machine."""
    parts = urlsplit(address)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise NotTaken("not https")
    data = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    request = urllib.request.Request(
        address, data, {"Content-Type": "application/json; charset=utf-8", **(headers or {})}, method="POST"
    )
    opener = urllib.request.build_opener(
        _NoRedirect, *([urllib.request.ProxyHandler({})] if parts.scheme == "http" else [])
    )
    try:
        with opener.open(request, timeout=PATIENCE_SECONDS) as answer:
            return _object(answer.read(LONGEST_ANSWER))
    except urllib.error.HTTPError as error:
        with error:
            kind = Unanswered if error.code in OF_UNKNOWN_END else AccountRefused if error.code == 401 else NotTaken
            raise kind(f"status {error.code} {_code_in(error)}".strip()) from None
    except urllib.error.URLError as error:  # raised while connecting and sending
        raise NotReached(type(error).__name__) from None
    except (TimeoutError, ConnectionError, http.client.HTTPException) as error:  # raised while waiting for the answer
        raise Unanswered(type(error).__name__) from None
    except (json.JSONDecodeError, UnicodeDecodeError) as error:  # it was answered, and nobody can read what
        raise Unanswered(type(error).__name__) from None


def told(code: object) -> str:
    """Return a provider's code if an error may tell it; empty for anything that is no code."""
    return code if isinstance(code, str) and CODE.fullmatch(code) else ""


def _object(data: bytes) -> dict[str, Any]:
    found = json.loads(data)
    if not isinstance(found, dict):
        raise Unanswered("no object")
    return found


def _code_in(error: urllib.error.HTTPError) -> str:
    """Return the code that a provider gives with a status of failure, empty if there is none."""
    try:
        return told(_object(error.read(LONGEST_ANSWER)).get("Code"))
    except (OSError, ValueError, http.client.HTTPException):
        return ""
