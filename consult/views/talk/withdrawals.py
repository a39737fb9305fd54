"""Taking a proposal back, with a reason."""

from flask import Blueprint, Response, request, url_for

from consult.domain.form_errors import FormError
from consult.domain.refusals import Reason, Refused
from consult.domain.talk.consultations import REASON_LENGTH
from consult.domain.text_fields import line
from consult.services.talk import withdrawals
from consult.views.talk import consultation_pages
from consult.web import pages
from consult.web.access import act, members_only, person
from consult.web.words import code_words

bp = Blueprint("endings", __name__)


@bp.get("/<slug>/consultations/<int:consultation_id>/withdrawal", endpoint="show")
@members_only
def show_withdrawal(consultation_id: int) -> Response:
    consultation = consultation_pages.find_consultation(consultation_id)
    if consultation.proposal.proposed_by != person().id:
        raise Refused(Reason.NOT_PROPOSER)
    return pages.page("talk/withdrawals/withdrawal.html", consultation=consultation, values={}, mistakes={})


@bp.post("/<slug>/consultations/<int:consultation_id>/withdrawal")
@members_only
def withdraw(consultation_id: int) -> Response:
    consultation, form = consultation_pages.find_consultation(consultation_id), request.form.to_dict()
    mistakes: dict[str, FormError] = {}
    why = line(form, "reason", REASON_LENGTH, mistakes)
    if mistakes:
        return pages.page(
            "talk/withdrawals/withdrawal.html",
            422,
            consultation=consultation,
            values=form,
            mistakes=code_words.mistakes(mistakes),
        )
    withdrawals.withdraw(consultation, why, act())
    return pages.done(url_for("consultations.show", consultation_id=consultation_id))
