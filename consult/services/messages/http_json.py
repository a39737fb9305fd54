"""One HTTPS POST of JSON, for providers: no redirects, a time-out, nothing said of the address in errors."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

PATIENCE_SECONDS = 10
LOOPBACK = ("127.0.0.1", "localhost")


class NotTaken(OSError):
    """The other side did not take the message. The text names a code, never an address or a person."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        return None


def post_json(
    address: str, body: Mapping[str, Any] | bytes, headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The answer as JSON. Raises OSError. Plain http only on this very machine."""
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
            found: dict[str, Any] = json.loads(answer.read(100_000))
            return found
    except urllib.error.HTTPError as error:
        error.close()
        raise NotTaken(f"status {error.code}") from None
    except (urllib.error.URLError, TimeoutError, json.JSONDecodeError, UnicodeDecodeError) as error:
        raise NotTaken(type(error).__name__) from None
