"""Say to a browser which of its forms have arrived, so that it keeps what was typed until then and no longer.

A form that a browser keeps carries a mark of its making. The answer that follows the act hands the mark back in a cookie,
and each page names the marks of that cookie. An answer without a redirect (a mistake, a question, a second look) is none.
"""

import re
from collections.abc import Sequence

from flask import Flask, Request, Response, request

from consult.web import cookies

FIELD = "kept_mark"
MARK = re.compile(r"[0-9a-f]{16}")
MOST = 8
"""Marks in the cookie: the last ones."""


def init_app(app: Flask) -> None:
    app.after_request(_hand_back)


def of_browser(incoming: Request) -> Sequence[str]:
    """Return the marks of the forms that arrived from this browser, the newest first."""
    said = cookies.arrived_marks(incoming).split(".")
    return [one for one in said if MARK.fullmatch(one)][:MOST]


def _hand_back(response: Response) -> Response:
    if request.method == "POST" and (response.status_code == 303 or "HX-Redirect" in response.headers):
        mark = request.form.get(FIELD, "")
        if MARK.fullmatch(mark):
            earlier = [one for one in of_browser(request) if one != mark]
            cookies.remember_arrived(response, ".".join([mark, *earlier][:MOST]))
    return response
