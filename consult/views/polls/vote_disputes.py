"""“That is not so”: what a voter says against an act on the vote, and the two officers who decide it."""

from flask import Blueprint, Response, abort, request, url_for

from consult.domain.form_errors import FormError
from consult.domain.people import roles
from consult.domain.polls.acts_on_votes import Contested, why_not_decide
from consult.domain.refusals import Reason, Refused
from consult.domain.text_fields import line
from consult.models import Poll, VoteDispute, db
from consult.models.polls import act_queries
from consult.services.people import villages
from consult.services.polls.channels import own_acts, rulings, vote_disputes
from consult.views.polls.poll_pages import state_of
from consult.views.polls.polls import find_poll
from consult.web import errors, pages
from consult.web.access import act, acting_office, members_only, only, person, today
from consult.web.words import code_words

bp = Blueprint("contests", __name__)
REASON_LENGTH = 200
DECIDERS = sorted(roles.DECIDES_CONTESTS)


@bp.get("/<slug>/polls/<int:poll_id>/contests/new")
@members_only
def new(poll_id: int) -> Response:
    return _contest_page(find_poll(poll_id), {}, {})


@bp.post("/<slug>/polls/<int:poll_id>/contests")
@members_only
def create(poll_id: int) -> Response:
    poll, form = find_poll(poll_id), request.form.to_dict()
    mistakes: dict[str, FormError] = {}
    reason = line(form, "reason", REASON_LENGTH, mistakes, may_be_empty=True)
    if mistakes:
        return _contest_page(poll, form, code_words.mistakes(mistakes), status=422)
    vote_disputes.dispute(poll, reason, act(), on=today())
    return pages.done(url_for("acts_on_votes.show", poll_id=poll_id))


def _contest_page(poll: Poll, values: dict[str, str], mistakes: dict[str, str], status: int = 200) -> Response:
    entry = vote_disputes.unit_of(poll, person())
    kind = vote_disputes.kind_of(poll, entry, person(), on=today())
    if kind is None or entry is None:
        raise Refused(Reason.NOTHING_TO_CONTEST)
    why_not = vote_disputes.why_not_now(kind, state_of(poll))
    if refusal := why_not or vote_disputes.why_not_again(entry, kind, person(), on=today()):
        raise Refused(refusal)
    return pages.page(
        "polls/vote_disputes/new.html",
        status,
        poll=poll,
        kind=kind,
        acts=own_acts.mine(poll, person()),
        values=values,
        mistakes=mistakes,
    )


@bp.get("/<slug>/polls/<int:poll_id>/contests/")
@only(*DECIDERS)
def index(poll_id: int) -> Response:
    return _contests_page(find_poll(poll_id), {}, {})


@bp.post("/<slug>/polls/<int:poll_id>/contests/<int:contest_id>/opinions")
@only(*DECIDERS)
def decide(poll_id: int, contest_id: int) -> Response:
    """Say whether it is right, with the reason; the second officer of one mind decides it."""
    poll, form, mistakes = find_poll(poll_id), request.form.to_dict(), dict[str, FormError]()
    contest = db.session.get(VoteDispute, contest_id)
    if contest is None or contest.poll_id != poll.id:
        abort(404)
    reason = line(form, "reason", REASON_LENGTH, mistakes)
    offered = ("yes", "in_box", "no") if rulings.must_say_if_in_box(poll, [contest]) else ("yes", "no")
    if form.get("upheld") not in offered:
        mistakes["upheld"] = FormError.NOT_OFFERED
    if mistakes:
        return _contests_page(poll, {**form, "contest": str(contest_id)}, code_words.mistakes(mistakes), status=422)
    said = {one.office for one, _, _ in act_queries.opinions_of([contest_id])}
    office = acting_office(roles.DECIDES_CONTESTS, other_than=next(iter(sorted(said)), ""))
    upheld, in_box = form["upheld"] != "no", form["upheld"] == "in_box"
    try:
        rulings.say(contest, office, act(), upheld=upheld, reason=reason, in_box=in_box)
    except Refused as error:
        if error.reason is not Reason.MARKS_ARE_COUNTED:
            raise
        typed = {**form, "contest": str(contest_id)}
        return errors.shown_again(
            error, lambda why, status: _contests_page(poll, typed, {**why, "upheld": why.get("", "")}, status)
        )
    return pages.done(url_for(".index", poll_id=poll_id))


def _contests_page(poll: Poll, values: dict[str, str], mistakes: dict[str, str], status: int = 200) -> Response:
    reader, house, found = person(), villages.own_house(person()), []
    rows = act_queries.contests_of(poll.id)
    said = act_queries.opinions_of([row[0].id for row in rows]) if rows else []
    did = act_queries.doers_in(poll.id) if rows else {}
    asks = rulings.must_say_if_in_box(poll, [row[0] for row in rows])
    letters = {one.id: letter for letter, one in act_queries.contested_letters(poll.id).items()} if rows else {}
    for row in rows:
        contest: VoteDispute = row[0]
        doers = did.get(contest.id, {})
        refusal = why_not_decide(reader.id, house, Contested(contest.contested_by, row.household_id, set(doers)))
        opinions = [(one, name) for one, name, _ in said if one.contest_id == contest.id]
        mine = next((one for one, _ in opinions if one.said_by == reader.id), None)
        letter = letters.get(contest.id) if refusal is None else None
        found.append((row, list(doers.values()), opinions, refusal, mine, letter, contest.id in asks))
    return pages.page(
        "polls/vote_disputes/index.html",
        status,
        poll=poll,
        contests=found,
        lapsed={one.id for one in act_queries.undecided_contests(poll.id)} if poll.declaration else set(),
        values=values,
        mistakes=mistakes,
        reason_length=REASON_LENGTH,
    )
