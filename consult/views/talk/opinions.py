"""Opinions on one page: by stance and group, open questions, summaries; and the timeline."""

from flask import Blueprint, Response

from consult.domain.audit import fingerprint_groups
from consult.domain.people import roles
from consult.domain.talk import opinions, timeline
from consult.domain.talk.comments import Sorting, Stance
from consult.models.talk import comment_queries, talk_queries, timeline_queries
from consult.views.talk import consultation_pages
from consult.web import pages
from consult.web.access import held_roles, public

bp = Blueprint("opinions", __name__)
QUESTIONS = 20


@bp.get("/<slug>/consultations/<int:consultation_id>/opinions", endpoint="show")
@public
def show_opinions(consultation_id: int) -> Response:
    consultation = consultation_pages.find_consultation(consultation_id)
    summaries = comment_queries.opinion_summaries(consultation.id)
    return pages.page(
        "talk/opinions/show.html",
        consultation=consultation,
        proposal=consultation.proposal,
        table=opinions.table(comment_queries.people_by_stance(consultation.id)),
        stances=[s.value for s in Stance],
        least=opinions.LEAST_IN_CELL,
        summaries=summaries,
        fingerprints={s.id: fingerprint_groups(s.digest) for s in summaries},
        questions=comment_queries.comments(consultation.id, sorting=Sorting.UNANSWERED, most=QUESTIONS).comments,
        may_sum_up=roles.holds_any(held_roles(), roles.ANSWERS_PROPOSALS),
        sizes=talk_queries.counts(consultation.id, None),
    )


@bp.get("/<slug>/consultations/<int:consultation_id>/timeline")
@public
def story(consultation_id: int) -> Response:
    """Show the timeline: who raised it, what changed, what was answered, decided and done."""
    consultation = consultation_pages.find_consultation(consultation_id)
    ended = consultation_pages.is_ended(consultation)
    return pages.page(
        "talk/opinions/timeline.html",
        consultation=consultation,
        proposal=consultation.proposal,
        moments=timeline_queries.moments(consultation),
        linked=talk_queries.linked(consultation.id),
        by_officer=talk_queries.opened_by_officer(consultation.id),
        to_come=timeline.to_come(consultation.phase, ended=ended),
    )
