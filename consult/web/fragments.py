"""The only place that reads htmx's headers."""

from flask import request


def wanted() -> bool:
    """Whether htmx asks for a part of a page, and not for a whole one."""
    headers = request.headers
    return "HX-Request" in headers and not ("HX-Boosted" in headers or "HX-History-Restore-Request" in headers)
