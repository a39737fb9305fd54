"""Polls: planning, announcing, looking, declaring. Casting is in views/ballots.py."""

from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, jsonify, request, url_for
from sqlalchemy import select

from consult.domain.law import bodies
from consult.domain.people import roles
from consult.domain.polls import poll_plans
from consult.domain.polls.polls import Channel, PollState
from consult.domain.polls.receipts import MISTAKEN, find_named, find_secret
from consult.domain.refusals import Reason, Refused
from consult.models import Consultation, Poll, db
from consult.models.people import roll_queries
from consult.models.polls import act_queries, poll_queries
from consult.services.polls import closing, polls
from consult.views.polls import poll_pages
from consult.web import pages
from consult.web.access import act, held_roles, members_only, only, person, person_or_none, public, village
from consult.web.forms import key_from
from consult.web.numbers import ident
from consult.web.words import code_words

bp = Blueprint("polls", __name__)
CODE_TYPED = 80
"""So many signs of what is typed as a code are looked at."""


def find_poll(poll_id: int, *, drafts: bool = False) -> Poll:
    """Return a poll of this village; 404 otherwise, and for drafts where they are not to be seen."""
    poll = db.session.scalars(poll_queries.poll_of(village().id, poll_id)).unique().first()
    if poll is None or (poll.announced_at is None and not drafts):
        abort(404)
    if poll.body in bodies.internal_codes() and not _may_see(poll):
        abort(404)
    return poll


def _may_see(poll: Poll) -> bool:
    """Tell whether the reader may see a poll: one of office-holders those on its roll and offices that read papers."""
    reader = person_or_none()
    if roles.holds_any(held_roles(), roles.READS_MEETING_PAPERS):
        return True
    return reader is not None and poll_queries.on_roll(poll.id, reader)


@bp.get("/<slug>/polls/<int:poll_id>", endpoint="show")
@public
def show_poll(poll_id: int) -> Response:
    poll = find_poll(poll_id, drafts=poll_pages.may_announce())
    return poll_pages.draft(poll) if poll.announced_at is None else poll_pages.announced(poll)


@bp.get("/<slug>/polls/mine")
@members_only
def mine() -> Response:
    receipts = poll_queries.receipts_of(person())
    labels: dict[int, dict[int, tuple[str, str]]] = {}
    for (poll_id, number), label in poll_queries.labels_of({one.id for one in receipts}).items():
        labels.setdefault(poll_id, {})[number] = label
    secret, acted_on = poll_queries.secret_votes_of(person()), act_queries.polls_of(person())
    told = {one.id for one in [*receipts, *secret] if getattr(one, "channel", None) != Channel.PROXY}
    return pages.page(
        "polls/mine.html",
        receipts=receipts,
        chosen={one.receipt: poll_pages.chosen_words(one.choice, labels[one.id]) for one in receipts},
        counted=poll_queries.counted_of(person(), told | {one.id for one in acted_on}),
        told=told,
        secret=secret,
        acted_on=acted_on,
    )


@bp.get("/<slug>/consultations/<int:consultation_id>/polls/new")
@only(*sorted(roles.ANNOUNCES_POLLS))
def new(consultation_id: int) -> Response:
    consultation = _consultation(consultation_id)
    earlier = request.args.get("like", type=ident)
    like = find_poll(earlier, drafts=True) if earlier else None
    return poll_pages.form(consultation, poll_pages.fresh(consultation, like), {})


@bp.post("/<slug>/consultations/<int:consultation_id>/polls")
@only(*sorted(roles.ANNOUNCES_POLLS))
def create(consultation_id: int) -> Response:
    consultation = _consultation(consultation_id)
    form = request.form.to_dict()
    groups = {g.id for g in roll_queries.groups_of(village().id)}
    plan, mistakes = poll_plans.read_plan_form(
        form, bodies=bodies.codes(), groups=groups, zone=ZoneInfo(village().timezone)
    )
    if plan is None:
        return poll_pages.form(consultation, form, code_words.mistakes(mistakes), status=422)
    poll = polls.draft(consultation, plan, act(key_from(form)))
    return pages.done(url_for(".show", poll_id=poll.id))


@bp.post("/<slug>/polls/<int:poll_id>/announcement")
@only(*sorted(roles.ANNOUNCES_POLLS))
def announce(poll_id: int) -> Response:
    poll = find_poll(poll_id, drafts=True)
    try:
        polls.announce(poll, act())
    except Refused as refusal:
        return poll_pages.draft(find_poll(poll_id, drafts=True), refusal=refusal)
    return pages.done(url_for(".show", poll_id=poll_id))


@bp.post("/<slug>/polls/<int:poll_id>/declaration")
@only(*sorted(roles.DECLARES_OUTCOMES))
def declare(poll_id: int) -> Response:
    poll = find_poll(poll_id)
    if not poll_pages.may_declare(poll):
        raise Refused(Reason.NOT_CONVENER)
    closing.declare(poll, act())
    return pages.done(url_for(".show", poll_id=poll_id))


@bp.get("/<slug>/polls/<int:poll_id>/outcome.json")
@public
def outcome(poll_id: int) -> Response:
    poll = find_poll(poll_id)
    if poll_pages.still_running(poll):
        return jsonify(poll_pages.published_before_close(poll))
    return jsonify(poll_pages.published_outcome(poll))


@bp.get("/<slug>/polls/<int:poll_id>/receipts")
@public
def receipts(poll_id: int) -> Response:
    """List the codes that were counted."""
    poll = find_poll(poll_id)
    if poll_pages.state_of(poll) is PollState.CANCELLED:
        return pages.page("polls/no_receipts.html", poll=poll)
    if poll_pages.still_running(poll) or (poll.secret and poll.tally is None):
        abort(404)
    return _keys(poll) if poll.secret else _receipts(poll)


@bp.post("/<slug>/polls/<int:poll_id>/receipts")
@public
def find_receipt(poll_id: int) -> Response:
    """Look up the code of a ballot. A POST that writes nothing: the code stands in no address."""
    poll = find_poll(poll_id)
    if poll_pages.state_of(poll) is PollState.CANCELLED:
        return pages.page("polls/no_receipts.html", poll=poll)
    if poll_pages.still_running(poll) or (poll.secret and poll.tally is None):
        abort(404)
    typed = request.form.get("code", "")[:CODE_TYPED]
    return _keys(poll, typed) if poll.secret else _receipts(poll, typed)


def _keys(poll: Poll, typed: str | None = None) -> Response:
    keys = poll_queries.counted_keys(poll.id)
    found, key = find_secret(typed, keys) if typed is not None else (None, "")
    return pages.page("polls/keys.html", 422 if found in MISTAKEN else 200, poll=poll, keys=keys, found=found, hit=key)


def _receipts(poll: Poll, typed: str | None = None) -> Response:
    counted = poll_queries.counted_receipts(poll.id)
    found, hit, void = None, "", dict[str, str]()
    if typed is not None:
        void = poll_queries.void_receipts(poll.id)
        found, hit = find_named(typed, counted, poll_queries.all_receipts(poll.id), void)
    return pages.page(
        "polls/receipts.html",
        422 if found in MISTAKEN else 200,
        poll=poll,
        receipts=counted,
        found=found,
        hit=hit,
        why=void.get(hit, ""),
        typed=typed or "",
    )


def _consultation(consultation_id: int) -> Consultation:
    query = select(Consultation).where(Consultation.id == consultation_id, Consultation.village_id == village().id)
    consultation = db.session.scalar(query)
    if consultation is None:
        abort(404)
    return consultation
