"""Prove again who acts, for a page that is read: it opens afterwards. Forms bring their proof themselves."""

from flask import Blueprint, Response, request, url_for

from consult.web import pages
from consult.web.access import signed_in_only
from consult.web.cookies import safe_path
from consult.web.guards import proofs

bp = Blueprint("proofs", __name__)


@bp.post("/<slug>/proof")
@signed_in_only
def create() -> Response:
    """Check the PIN or code and lead back to what was asked for."""
    answer = proofs.prove() if proofs.STEP in request.form else proofs.page()
    return answer or pages.done(safe_path(request.form.get("next"), url_for("home.show")))
