"""Confirm an act in the council's name as the second officer: what was asked for then happens."""

from dataclasses import asdict

from consult.domain import versions
from consult.domain.people.owed import AnswerRule
from consult.domain.refusals import Reason, Refused
from consult.domain.talk.council_requests import CouncilAct, CouncilEnd
from consult.domain.talk.phases import Phase
from consult.models import Consultation, CouncilRequest, Objection, db
from consult.services.board import notice_objections
from consult.services.core import transactions
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.people import villages
from consult.services.talk import answers, phases
from consult.services.talk.council import council_requests
from consult.services.talk.duty import owed_answers


@atomic
def confirm(request: CouncilRequest, office: str, act: Act) -> None:
    """Confirm as the second person of another office and another house. Twice is the same as once. Raises Refused.

    All that was asked when it was asked for is asked again: words, answers and stages are still those of then.
    """
    consultation = _locked(request)
    step = council_requests.step_of(request)
    if step is not None and step.step is CouncilEnd.CONFIRMED:
        return
    if step is None:
        _refuse_unless_fit(request, consultation, act)
    council_requests.settle(request, office, act)
    if request.kind is CouncilAct.ANSWER and consultation is not None:
        answers.post(consultation, request, act)
    elif request.kind is CouncilAct.MOVE and consultation is not None:
        phases.move_for_two(consultation, request, act)
    elif request.kind is CouncilAct.EXTENSION and consultation is not None:
        owed_answers.extend_for_two(consultation, request, act)
    elif request.kind is CouncilAct.OBJECTION:
        notice_objections.post_answer(
            db.session.get_one(Objection, request.objection_id), request.text, request.asked_by, act
        )
    else:
        village = villages.locked(request.village_id)
        rule = asdict(villages.answer_rule(village)) | request.facts
        villages.set_endorsement_rule(village, AnswerRule(**rule), act)
    council_requests.record_confirmed(request, office, act)


def _locked(request: CouncilRequest) -> Consultation | None:
    """Lock what the request is about, and then the request. Return its consultation, if it is about one."""
    consultation = None
    if request.consultation_id is not None:
        consultation = db.session.get_one(Consultation, request.consultation_id)
        transactions.lock(consultation)
    elif request.objection_id is not None:
        transactions.lock(db.session.get_one(Objection, request.objection_id))
    else:
        villages.locked(request.village_id)
    transactions.lock(request)
    return consultation


def _refuse_unless_fit(request: CouncilRequest, consultation: Consultation | None, act: Act) -> None:
    versions.refuse_unless_same(act.seen, council_requests.shown_parts(request))
    if consultation is None:
        return
    phases.refuse_ended(consultation)
    if request.kind is CouncilAct.ANSWER:
        answers.refuse_unless_postable(consultation, request)
    elif request.kind is CouncilAct.EXTENSION:
        owed_answers.refuse_unless_confirmable(consultation, request, act)
    elif consultation.phase.value != request.facts["from"]:
        raise Refused(Reason.CHANGED_MEANWHILE, parts=["phase"])
    else:
        phases.refuse_unless_leads(consultation, Phase(request.facts["phase"]), act)
