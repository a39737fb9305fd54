"""Language and letter size: one tap, kept for this browser and for whoever is signed in."""

from flask import Blueprint, Response, request
from flask_login import current_user

from consult.services.people import preferences
from consult.web import i18n, pages
from consult.web.access import public
from consult.web.cookies import remember_choice, safe_path

bp = Blueprint("preferences", __name__)


@bp.post("/preferences")
@public
def change() -> Response:
    language, elder = request.form.get("language"), request.form.get("elder")
    language = language if i18n.by_code(language) else None
    elder = elder if elder in ("0", "1") else None
    if current_user.is_authenticated:
        preferences.keep(current_user.person, language=language, elder=None if elder is None else elder == "1")
    response = pages.done(safe_path(request.form.get("next"), "/"))
    if language:
        remember_choice(response, i18n.LANGUAGE_COOKIE, language)
    if elder:
        remember_choice(response, i18n.ELDER_COOKIE, elder)
    return response
