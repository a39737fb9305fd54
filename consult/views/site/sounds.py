"""Pages as a machine reads them aloud. The sounds were made before: a request speaks nothing."""

from flask import Blueprint, Response, abort

from consult.domain.languages import Language
from consult.domain.spoken.scripts import Script
from consult.models.talk import consultation_queries
from consult.services.core.uploads import speech
from consult.views.board.notices import find_notice
from consult.views.polls import poll_pages
from consult.views.polls.polls import find_poll
from consult.views.talk.consultation_pages import find_consultation
from consult.web import pages
from consult.web.access import public
from consult.web.words import heard_words

bp = Blueprint("sounds", __name__)


@bp.get("/<slug>/sounds/consultations/<int:ident>/<voice>.mp3")
@public
def consultations(ident: int, voice: str) -> Response:
    """Play what the page of a proposal says now; words that are hidden or withdrawn have no sound."""
    language, consultation = _language(voice), find_consultation(ident)
    votes = consultation_queries.polls_of(consultation.id, with_drafts=False)
    return _played(heard_words.consultation_script(consultation, votes, language))


@bp.get("/<slug>/sounds/polls/<int:ident>/<voice>.mp3")
@public
def polls(ident: int, voice: str) -> Response:
    """Play what the page of a vote says now: what is asked, or its result."""
    language, poll = _language(voice), find_poll(ident)
    if poll_pages.state_of(poll) not in poll_pages.HEARD:
        abort(404)
    return _played(heard_words.poll_script(poll, language))


@bp.get("/<slug>/sounds/notices/<int:ident>/<voice>.mp3")
@public
def notices(ident: int, voice: str) -> Response:
    """Play what a notice on the board tells."""
    language, notice = _language(voice), find_notice(ident)
    return _played(heard_words.notice_script(notice, language))


def _language(voice: str) -> Language:
    language = heard_words.of_voice(voice)
    if language is None:
        abort(404)
    return language


def _played(script: Script | None) -> Response:
    if script is None:
        abort(404)
    return pages.sound(speech.name_of(script))
