"""The mover's own voice beside a proposal: putting it there, and hearing it."""

from flask import Blueprint, Response, request, url_for

from consult.domain.form_errors import FormError
from consult.domain.refusals import Reason, Refused
from consult.domain.text_fields import long_text
from consult.models import Consultation
from consult.models.talk import moderation_queries
from consult.services.core import files
from consult.services.talk import recordings
from consult.services.talk.recordings import TRANSCRIPT_LENGTH
from consult.views.talk import consultation_pages
from consult.web import pages, uploads
from consult.web.access import act, members_only, person, public, village
from consult.web.words import code_words

bp = Blueprint("recordings", __name__)


@bp.get("/<slug>/consultations/<int:consultation_id>/recording")
@members_only
def new(consultation_id: int) -> Response:
    return _page(_mine(consultation_id), {}, {})


@bp.post("/<slug>/consultations/<int:consultation_id>/recording")
@members_only
def create(consultation_id: int) -> Response:
    consultation, form, mistakes = _mine(consultation_id), request.form.to_dict(), dict[str, FormError]()
    transcript = long_text(form, "transcript", TRANSCRIPT_LENGTH, mistakes)
    if mistakes.get("transcript") is FormError.EMPTY:
        mistakes["transcript"] = FormError.TRANSCRIPT_MISSING
    sound, wrong = uploads.recording(form)  # takes seconds: before the act takes the lock
    if wrong is not None:
        mistakes["sound"] = wrong
    if mistakes or sound is None:
        return _page(consultation, form, code_words.mistakes(mistakes), status=422)
    recordings.put(consultation, *sound, transcript, act())
    return pages.done(url_for("consultations.show", consultation_id=consultation_id))


@bp.get("/<slug>/recordings/<int:proposal_id>.m4a", endpoint="sound")
@public
def play(proposal_id: int) -> Response:
    """Play a recording; one that is hidden is not there, also not for who knows its address."""
    return pages.recording(moderation_queries.recording_of(village().id, proposal_id), keep_seconds=3600)


def _mine(consultation_id: int) -> Consultation:
    consultation = consultation_pages.find_consultation(consultation_id)
    if consultation.proposal.proposed_by != person().id:
        raise Refused(Reason.NOT_PROPOSER)
    return consultation


def _page(consultation: Consultation, values: dict[str, str], mistakes: dict[str, str], status: int = 200) -> Response:
    return pages.page(
        "talk/recordings/new.html",
        status,
        consultation=consultation,
        proposal=consultation.proposal,
        values=values,
        mistakes=mistakes,
        longest=files.LONGEST_RECORDING_SECONDS,
    )
