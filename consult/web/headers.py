"""Headers of every answer: what the page may do, how long it may be kept, and its compression."""

import gzip
import hashlib
import re
from functools import lru_cache

import rjsmin
import zopfli.gzip
from flask import Flask, Response, request

from consult.web import cookies

SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "media-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'; worker-src 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": (
        "accelerometer=(), autoplay=(), bluetooth=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
        "hid=(), magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=(), xr-spatial-tracking=()"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",  # for web views that do not know frame-ancestors
}
OF_PAGES = frozenset({"Content-Security-Policy", "Permissions-Policy", "Cross-Origin-Opener-Policy"})
"""What browsers read of pages only. Styles and scripts that a page names do without: it is two of a first visit's kilobytes."""
PARTS = ("text/css", "text/javascript")
SPARED = ("Content-Disposition", "Last-Modified")
"""Headers of static files that are of no use where an address never changes its content."""
MEDIA_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"
"""Of pictures and sounds, which people uploaded: opened by themselves they can do nothing."""
MEDIA = ("image/", "audio/", "video/")
SQUEEZABLE = ("text/html", "text/css", "text/javascript", "application/javascript", "image/svg+xml", "application/json")
SCRIPTS = ("text/javascript", "application/javascript")
STYLE = "text/css"
FOR_PEOPLE = re.compile(rb"/\*.*?\*/|\n", re.DOTALL)
"""What only those who write a style sheet read; each of its lines ends with a mark that needs no line end after it."""
SMALLEST = 500
CSRF_VALUE = re.compile(rb'(name="csrf_token" value|name="csrf-token" content)="[^"]*"')


def init_app(app: Flask) -> None:
    app.session_interface = cookies.PageCookie()
    app.after_request(_secure)  # runs last: it must know whether the answer became a 304
    app.after_request(_keep)


def _secure(response: Response) -> Response:
    if response.status_code != 304:  # the browser keeps those of the page it has
        if (response.mimetype or "").startswith(MEDIA) and request.endpoint != "static":
            response.headers.setdefault("Content-Security-Policy", MEDIA_POLICY)
        said = {name.lower() for name, _ in response.headers}
        spared = OF_PAGES if _is_versioned() and response.mimetype in PARTS else ()
        for name, value in SECURITY.items():
            if name.lower() not in said and name not in spared:
                response.headers.add(name, value)
    return response


def _keep(response: Response) -> Response:
    """Set how long an answer may be kept: a stranger's pages are asked for again each time, static files never change."""
    if request.endpoint in cookies.SAME_FOR_ALL:
        return _keep_static(response)
    if cookies.kept_sign_in(request) is not None:
        _keep_nothing(response)
    if response.mimetype == "text/html":
        response.vary.update(("Cookie", "HX-Request", "Accept-Language", "Accept-Encoding"))
        response.headers.setdefault("Cache-Control", "private, no-cache")
        if request.method == "GET" and response.status_code == 200 and not response.cache_control.no_store:
            response.set_etag(_page_tag(response.get_data()), weak=True)
            response.make_conditional(request)
        if response.status_code != 304:
            _squeeze(response)
    return response


def _keep_nothing(response: Response) -> None:
    """Forbid every copy of what a person who signed in is shown: the next user of the phone must not find it.

    Photographs and the like, which say for themselves how long they may be kept, are not pages.
    """
    if response.cache_control.no_store:
        return
    if response.mimetype == "text/html" or "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "private, no-store"


def _page_tag(body: bytes) -> str:
    """Return a tag of the page's content without its form token, which is new each time."""
    return hashlib.sha256(CSRF_VALUE.sub(b"", body)).hexdigest()[:20]


def _keep_static(response: Response) -> Response:
    if _is_versioned() and response.status_code == 200:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        for name in SPARED:
            response.headers.pop(name, None)
    if response.status_code == 200 and response.mimetype in SQUEEZABLE and _takes_gzip():
        response.direct_passthrough = False
        response.set_data(_squeezed(response.get_data(), ours="" if "/vendor/" in request.path else response.mimetype))
        response.headers["Content-Encoding"] = "gzip"
        response.vary.add("Accept-Encoding")
    return response


def _is_versioned() -> bool:
    """Tell whether a static file is asked for as pages name it: with the digest of its content."""
    return request.endpoint == "static" and "v" in request.args


def _squeeze(response: Response) -> None:
    """Compress pages fetched by GET. An answer that repeats what was typed beside a token is not compressed."""
    body = response.get_data()
    if request.method == "GET" and len(body) > SMALLEST and response.mimetype in SQUEEZABLE and _takes_gzip():
        response.set_data(gzip.compress(body, 6, mtime=0))
        response.headers["Content-Encoding"] = "gzip"


@lru_cache(maxsize=32)
def _squeezed(body: bytes, *, ours: str) -> bytes:
    """Return a static file as it goes over the line. What is `ours`, by its MIME type, goes without comments and line ends.

    It is compressed once a process and sent for years: the slower, denser writer of the same format takes at most 0.2 s.
    """
    if ours in SCRIPTS:
        body = rjsmin.jsmin(body.decode()).encode()
    elif ours == STYLE:
        body = FOR_PEOPLE.sub(b"", body)
    return bytes(zopfli.gzip.compress(body))


def _takes_gzip() -> bool:
    return "gzip" in request.headers.get("Accept-Encoding", "")
