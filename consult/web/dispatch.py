"""Answer a request, and answer it once more from its beginning when another transaction was in its way.

The acts of a request are idempotent by the key of their form, so that one that was done already is not done twice.
What was to be done after a commit is dropped with the transaction that was undone.
"""

from collections.abc import Callable
from typing import Any

from flask import Flask, Response, request
from flask.ctx import RequestContext
from werkzeug.routing import Rule

from consult.models import db
from consult.services.core import collisions

AGAIN = "consult.again"
"""In the environment of a request that is answered for the second time."""

LAST_ANSWER = "consult.last_answer"
"""Among the extensions of the app: what answers where even the page of a fault cannot be made."""


class Collided(Exception):
    """Raised by the error handler of the first try; the session has been rolled back."""


def is_second_try() -> bool:
    """Tell whether this request is being answered for the second time."""
    return AGAIN in request.environ


class LateRule(Rule):
    """A rule that compiles how its addresses are written when the first one is asked for.

    werkzeug compiles two programs for each of three hundred rules: three quarters of what it takes to make the app, at
    each start of a server, a job or a command, of which most write few addresses.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled: list[Callable[..., tuple[str, str]]] = []

        def build(rule: Rule, /, **values: object) -> tuple[str, str]:
            if not compiled:
                compiled.append(super(LateRule, self)._compile_builder(append_unknown))
            return compiled[0](rule, **values)

        return build


class Application(Flask):
    """A Flask application whose requests get a second try."""

    url_rule_class = LateRule

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function as it is: none of ours is a coroutine. Flask would look at twenty of them in each request."""
        return func

    def handle_exception(self, error: Exception) -> Response:
        """Answer what went wrong while a fault was being answered, or while an answer was finished: never with nothing.

        The page is made without the database. In tests a fault that is not the database's is raised.
        """
        if self.testing and not collisions.is_away(error):
            raise error
        last: Callable[[Exception], Response] = self.extensions[LAST_ANSWER]
        return self.finalize_request(last(error), from_error_handler=True)

    def full_dispatch_request(self) -> Response:
        """Answer the request; after a collision from its beginning, with a session and a `g` of its own."""
        try:
            return super().full_dispatch_request()
        except Exception as error:  # also of a handler that writes to the log
            if is_second_try() or not (isinstance(error, Collided) or collisions.is_collision(error)):
                raise
            db.session.rollback()
            request.environ[AGAIN] = True
            _rewind_uploads()
        sent = request._get_current_object()  # type: ignore[attr-defined]
        with self.app_context(), RequestContext(self, sent.environ, request=sent):
            return super().full_dispatch_request()


def _rewind_uploads() -> None:
    """Let the uploads be read from their beginning. They are kept in memory (memory_uploads)."""
    for _, upload in request.files.items(multi=True):
        upload.stream.seek(0)
