"""How a villager is named on a page: in full among neighbours, masked for strangers."""

from flask import Flask

from consult.domain.people.people import masked_name
from consult.web.access import person_or_none
from consult.web.words import meeting_words, talk_words, verdict_words


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(
        shown_name=shown_name,
        phase_name=talk_words.phase,
        phase_opens=talk_words.opens,
        stance_name=talk_words.stance,
        stance_icon=talk_words.stance_icon,
        answer_state_name=talk_words.answer_state,
        ground_name=talk_words.ground,
        task_state_name=talk_words.task_state,
        stage_name=talk_words.stage,
        meeting_state=meeting_words.state,
        rsvp_name=meeting_words.answer,
        way_name=meeting_words.way,
        item_kind=meeting_words.item_kind,
        item_result=meeting_words.result,
        matter_name=meeting_words.matter,
        step_name=meeting_words.step,
        petition_name=meeting_words.petition,
        body_names=meeting_words.bodies,
        retention_name=meeting_words.retention,
        question_name=meeting_words.question,
        check_answer=meeting_words.check_answer,
        vote_quorum=verdict_words.quorum,
        vote_majority=verdict_words.majority,
        vote_outcome=verdict_words.outcome,
    )


def shown_name(name: str, in_office: bool = False) -> str:
    """Whoever speaks in office is named to everybody."""
    return name if in_office or person_or_none() is not None else masked_name(name)
