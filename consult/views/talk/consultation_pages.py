"""The page of one consultation, as several acts answer with it."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, abort

from consult.domain.people import roles
from consult.domain.polls.polls import resolves
from consult.domain.refusals import Refused
from consult.domain.talk import phases
from consult.domain.talk.comments import Sorting, Stance
from consult.domain.talk.phases import Phase, PhaseAct
from consult.domain.talk.tasks import Sums
from consult.models import Consultation, Person, Poll, db
from consult.models.talk import answer_queries, comment_queries, consultation_queries, moderation_queries, talk_queries
from consult.services.cases import reading
from consult.services.talk import revisions
from consult.services.talk.duty import mergers, owed_answers
from consult.web import pages
from consult.web.access import held_roles, now, person_or_none, today, village, villager_or_none
from consult.web.words import heard_words

COMMENTS = 10
FIRST_COMMENTS = 3
"""So many stand on the page of a proposal; all of them on a page of their own."""


def find_consultation(consultation_id: int) -> Consultation:
    """Return a consultation of this village, with its proposal. 404 otherwise."""
    consultation = db.session.scalars(consultation_queries.one(village().id, consultation_id)).unique().first()
    if consultation is None:
        abort(404)
    return consultation


def render_consultation(
    consultation: Consultation,
    *,
    values: Mapping[str, str] | None = None,
    mistakes: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    """Render the whole page. `values` and `mistakes` are those of the comment form."""
    reader, in_office = person_or_none(), roles.holds_any(held_roles(), roles.ANSWERS_PROPOSALS)
    may_announce = roles.holds_any(held_roles(), roles.ANNOUNCES_POLLS)
    is_proposer = reader is not None and reader.id == consultation.proposal.proposed_by
    going = goes_on(consultation)
    pairs = consultation_queries.polls_for(reader, consultation.id, with_drafts=may_announce)
    votes = [poll for poll, _ in pairs]
    over = any(one.declaration is not None or one.annulled_at is not None for one in votes)
    sizes = talk_queries.counts(consultation.id, reader.id if reader else None)
    return pages.page(
        "talk/consultations/show.html",
        status,
        proposal=consultation.proposal,
        hidden=moderation_queries.of_proposal(consultation.village_id, consultation.proposal),
        polls=votes,
        voted={poll.id for poll, has_voted in pairs if has_voted},
        open_polls=[one for one in votes if _takes_votes(one)],
        heard=heard_words.heard_consultation(consultation, votes),
        may_open_votes=going and roles.holds_any(held_roles(), roles.OPENS_VOTES),
        may_repeat=over and going and roles.holds_any(held_roles(), roles.CHANGES_POLLS),
        entries=talk_queries.phase_entries(consultation.id),
        phase=consultation.phase,
        phases=list(Phase),
        ended=is_ended(consultation),
        undecided=_is_undecided(votes),
        sizes=sizes,
        sums=Sums(consultation_queries.decided_fen(consultation) if sizes.spent else None, 0, sizes.spent),
        answers=comment_queries.official_answers(consultation.id),
        linked=talk_queries.linked(consultation.id),
        **_duty(consultation, shown=in_office or is_proposer, voted=any(one.declaration is not None for one in votes)),
        in_office=in_office,
        is_proposer=is_proposer,
        may_announce=may_announce and going,
        may_endorse=going and phases.opens(consultation.phase, PhaseAct.ENDORSE),
        may_revise=reader is not None and may_revise(consultation),
        may_hand_over=roles.holds_any(held_roles(), roles.BRINGS_CASES),
        cases=_cases(consultation, reader),
        **comment_context(consultation, most=FIRST_COMMENTS, values=values, mistakes=mistakes),
    )


def _takes_votes(poll: Poll) -> bool:
    """Tell whether votes are given in a poll now."""
    return (
        poll.announced_at is not None
        and poll.stands
        and poll.declaration is None
        and poll.opens_at <= now() < poll.closes_at
    )


def _duty(consultation: Consultation, *, shown: bool, voted: bool) -> dict[str, Any]:
    """Return what the page says of the duty to answer, and of a request to merge to those whom it is `shown`.

    `voted`: whether the outcome of a vote on it was declared, without which none has met the duty.
    """
    going = goes_on(consultation)
    is_owed = going and consultation.answer_due_on is not None and owed_answers.is_owed(consultation)
    return {
        "is_owed": is_owed,
        "met_by_vote": voted and going and not is_owed and answer_queries.is_met_by_vote(consultation.id),
        "extended": owed_answers.extended(consultation.id) if is_owed else None,
        "merger": mergers.waiting_of(consultation.id) if going and shown else None,
    }


def _cases(consultation: Consultation, reader: Person | None) -> list[str]:
    """Return the addresses of mediation cases that belong to it and that the reader may open."""
    if reader is None:
        return []
    return reading.linked(consultation.id, reading.reader_of(reader, held_roles(), on=today()))


def is_ended(consultation: Consultation) -> bool:
    """Tell whether it was taken back or merged."""
    return consultation.withdrawal is not None or consultation.merger is not None


def goes_on(consultation: Consultation) -> bool:
    """Tell whether its pages may offer acts: it has not ended, and its village is not closed."""
    return not is_ended(consultation) and village().closed_at is None


def _is_undecided(votes: Sequence[Poll]) -> bool:
    """Tell whether votes were counted, and none has decided the matter."""
    decided = [
        resolves(one.standing, one.declaration.outcome)
        for one in votes
        if one.declaration is not None and one.annulled_at is None
    ]
    return bool(decided) and not any(decided)


def may_revise(consultation: Consultation) -> bool:
    reader, in_office = person_or_none(), roles.holds_any(held_roles(), roles.ANSWERS_PROPOSALS)
    if reader is None or not goes_on(consultation) or not (in_office or reader.id == consultation.proposal.proposed_by):
        return False
    try:
        revisions.refuse_unless_revisable(consultation, reader, in_office=in_office)
    except Refused:
        return False
    return True


def comment_context(
    consultation: Consultation,
    *,
    stance: Stance | None = None,
    sorting: Sorting = Sorting.NEWEST,
    before: int | None = None,
    most: int = COMMENTS,
    values: Mapping[str, str] | None = None,
    mistakes: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return what templates/talk/comments/_comments.html and the comment form need."""
    reader = villager_or_none()
    return {
        "consultation": consultation,
        "talk": comment_queries.comments(
            consultation.id,
            stance=stance,
            sorting=sorting,
            before=before,
            most=most,
            reader_id=reader.id if reader else None,
        ),
        "numbers": comment_queries.counts(consultation.id),
        "stance": stance.value if stance else "",
        "sorting": sorting.value,
        "before": before,
        "at": "list" if most == FIRST_COMMENTS else "all",
        "stances": [s.value for s in Stance],
        "reads_hidden": roles.holds_any(held_roles(), roles.READS_HIDDEN),
        "may_comment": reader is not None and goes_on(consultation),
        "goes_on": goes_on(consultation),
        "values": {"key": secrets.token_urlsafe(18)} if values is None else values,
        "mistakes": mistakes or {},
    }
