"""How a villager is named on a page: in full among neighbours, masked for strangers."""

from flask import Flask

from consult.domain.people import masked_name
from consult.web import meeting_terms, talk_terms, verdict_words
from consult.web.access import person_or_none


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(
        shown_name=shown_name, phase_name=talk_terms.phase, phase_opens=talk_terms.opens,
        stance_name=talk_terms.stance, stance_icon=talk_terms.stance_icon,
        answer_state_name=talk_terms.answer_state, ground_name=talk_terms.ground, task_state_name=talk_terms.task_state,
        stage_name=talk_terms.stage,
        meeting_state=meeting_terms.state, rsvp_name=meeting_terms.answer, way_name=meeting_terms.way,
        item_kind=meeting_terms.item_kind, item_result=meeting_terms.result, matter_name=meeting_terms.matter,
        step_name=meeting_terms.step, petition_name=meeting_terms.petition, body_names=meeting_terms.bodies,
        retention_name=meeting_terms.retention, question_name=meeting_terms.question,
        check_answer=meeting_terms.check_answer, vote_quorum=verdict_words.quorum, vote_majority=verdict_words.majority,
        vote_outcome=verdict_words.outcome,
    )  # fmt: skip


def shown_name(name: str, in_office: bool = False) -> str:
    """Whoever speaks in office is named to everybody."""
    return name if in_office or person_or_none() is not None else masked_name(name)
