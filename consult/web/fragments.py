"""The only module that reads htmx's headers."""

from flask import request


def wanted() -> bool:
    """Tell whether htmx asks for a part of a page instead of a whole one."""
    headers = request.headers
    return "HX-Request" in headers and not ("HX-Boosted" in headers or "HX-History-Restore-Request" in headers)
