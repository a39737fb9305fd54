"""What somebody typed into a form whose act could not be done: shown on the page that says so, and sent again from it."""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from flask import request

SECRET_FIELDS = frozenset({"code", "pin", "proof", "digits", "csrf_token"})
"""Never shown and never put into a page again, also by guards.kept_forms; a check compares them with the forms."""
NOT_WORDS = re.compile(r"[\x21-\x7e]*")
"""One word of signs of ASCII: a key, a number, a code that was chosen, and nothing that somebody would miss."""


def typed() -> Sequence[str]:
    """Return the words of the form that was sent, in its order, without keys, numbers and secrets."""
    return [value for _, value in fields() if not NOT_WORDS.fullmatch(value.strip())]


def fields() -> Sequence[tuple[str, str]]:
    """Return all fields of the form that was sent, in its order, without secrets. None for a GET."""
    if request.method != "POST":
        return []
    return [(name, value) for name, value in request.form.items(multi=True) if name not in SECRET_FIELDS]


def page_of_form() -> str:
    """Return the address of the page that the form stood on, on this site; empty where the browser does not say."""
    came = urlsplit(request.referrer or "")
    return came.path if request.method == "POST" and came.netloc == request.host and came.path != request.path else ""


def had_files() -> bool:
    """Tell whether a file came with the form: a browser does not choose it again by itself."""
    return request.method == "POST" and any(upload.filename for upload in request.files.values())
