"""“I am not on the roll”: an appeal from a phone or at the desk, its answer by code, and the desk of the officers."""

import secrets
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, abort, request, url_for

from consult.domain import versions
from consult.domain.form_errors import FormError
from consult.domain.people import codes, roles
from consult.domain.people.roll.headers import plain
from consult.domain.polls import roll_appeals as rules
from consult.domain.polls.change_requests import REASON_LENGTH, ChangeKind, ChangeRequest
from consult.domain.polls.polls import PollState
from consult.domain.refusals import Reason, Refused
from consult.domain.text_fields import line
from consult.models import Poll, RollAppeal, db
from consult.models.people import person_queries
from consult.services.core import crypto
from consult.services.core.acts import Act
from consult.services.polls import poll_changes
from consult.services.polls.requests import roll_appeals
from consult.services.polls.requests.roll_appeals import Appellant
from consult.views.polls.poll_pages import state_of
from consult.views.polls.polls import find_poll
from consult.web import i18n, pages
from consult.web.access import act, acting_office, now, only, person_or_none, public, village, villager_or_none
from consult.web.forms import key_from
from consult.web.guards.browser import asker, source_mark
from consult.web.words import code_words

bp = Blueprint("roll_appeals", __name__)
ANSWERERS = sorted(roles.CHANGES_POLLS)


@bp.get("/<slug>/polls/<int:poll_id>/appeals/new")
@public
def new(poll_id: int) -> Response:
    return _form(_open_poll(poll_id), {}, {})


@bp.post("/<slug>/polls/<int:poll_id>/appeals/made")
@public
def create(poll_id: int) -> Response:
    poll, form, me = _open_poll(poll_id), request.form.to_dict(), villager_or_none()
    said, mistakes = rules.read_appeal(form, needs_phone=True, known_name=me.name if me else "")
    if said is None:
        return _form(poll, form, code_words.mistakes(mistakes), status=422)
    key = key_from(form)
    who = Appellant(person_id=me.id if me else None, browser=asker().mark, source=source_mark())
    return _made(poll, roll_appeals.make(poll, said, who, _silent(key), code=_code(key)), key)


@bp.get("/<slug>/polls/<int:poll_id>/appeals/answer")
@public
def ask_answer(poll_id: int) -> Response:
    return pages.page("polls/roll_appeals/answer.html", poll=find_poll(poll_id), found=None, mistakes={}, values={})


@bp.post("/<slug>/polls/<int:poll_id>/appeals/answer")
@public
def answer(poll_id: int) -> Response:
    """Show what became of an appeal to who types its code: a POST, since addresses are logged."""
    poll, form = find_poll(poll_id), request.form.to_dict()
    found = roll_appeals.by_code(poll, form.get("code", "")[:40])
    mistakes = {} if found else code_words.mistakes({"code": FormError.NO_SUCH_CODE})
    return pages.page(
        "polls/roll_appeals/answer.html",
        200 if found else 422,
        poll=poll,
        found=found,
        state=roll_appeals.state_of(found).value if found else "",
        refusal=roll_appeals.refusal_of(found) if found else "",
        mistakes=mistakes,
        values=form,
    )


@bp.get("/<slug>/polls/<int:poll_id>/appeals/")
@only(*ANSWERERS)
def desk(poll_id: int) -> Response:
    return _desk(find_poll(poll_id), {}, {})


@bp.post("/<slug>/polls/<int:poll_id>/appeals/")
@only(*ANSWERERS)
def create_at_desk(poll_id: int) -> Response:
    """Write down the appeal of somebody who stands at the desk."""
    poll, form = find_poll(poll_id), request.form.to_dict()
    said, mistakes = rules.read_appeal(form, needs_phone=False)
    if said is None:
        return _desk(poll, form, code_words.mistakes(mistakes), status=422)
    key, officer = key_from(form), act(key_from(form))
    person = person_queries.by_code_and_name(village().id, plain(said.house), plain(said.name))
    who = Appellant(person_id=person.id if person else None, officer_id=officer.actor.id)
    return _made(poll, roll_appeals.make(poll, said, who, officer, code=_code(key)), key)


@bp.post("/<slug>/polls/<int:poll_id>/appeals/<int:appeal_id>/acceptance")
@only(*ANSWERERS)
def accept(poll_id: int, appeal_id: int) -> Response:
    """Ask, as the first of two officers, that the appellant is added to the roll."""
    poll, form, mistakes = find_poll(poll_id), request.form.to_dict(), dict[str, FormError]()
    appeal = _find(poll, appeal_id)
    why = line(form, "reason", REASON_LENGTH, mistakes)
    added = person_queries.by_code_and_name(village().id, plain(form.get("code", "")), plain(form.get("name", "")))
    if added is None:
        mistakes["name"] = FormError.NOBODY_THERE
    if added is None or mistakes:
        return _desk(poll, form | {"appeal": str(appeal_id)}, code_words.mistakes(mistakes), status=422)
    wanted = ChangeRequest(ChangeKind.ADDITION, why, person_id=added.id, appeal_id=appeal.id)
    poll_changes.ask(poll, wanted, acting_office(roles.CHANGES_POLLS), act(key_from(form)))
    return pages.done(url_for(".desk", poll_id=poll.id, _anchor=f"appeal-{appeal.id}"))


@bp.post("/<slug>/polls/<int:poll_id>/appeals/<int:appeal_id>/refusal")
@only(*ANSWERERS)
def refuse(poll_id: int, appeal_id: int) -> Response:
    """Propose, as the first of two officers, to refuse it, and why."""
    poll, form, mistakes = find_poll(poll_id), request.form.to_dict(), dict[str, FormError]()
    appeal = _find(poll, appeal_id)
    why = line(form, "why", rules.REASON_LENGTH, mistakes)
    if mistakes:
        return _desk(poll, form | {"appeal": str(appeal_id)}, code_words.mistakes(mistakes), status=422)
    roll_appeals.propose_refusal(appeal.id, why, acting_office(roles.CHANGES_POLLS), act())
    return pages.done(url_for(".desk", poll_id=poll.id, _anchor=f"appeal-{appeal.id}"))


@bp.post("/<slug>/polls/<int:poll_id>/appeals/<int:appeal_id>/refusal/confirmation")
@only(*ANSWERERS)
def confirm_refusal(poll_id: int, appeal_id: int) -> Response:
    appeal = _find(find_poll(poll_id), appeal_id)
    office = acting_office(roles.CHANGES_POLLS, other_than=appeal.refused_office or "")
    roll_appeals.confirm_refusal(appeal.id, office, act())
    return pages.done(url_for(".desk", poll_id=poll_id, _anchor=f"appeal-{appeal.id}"))


@bp.post("/<slug>/polls/<int:poll_id>/appeals/<int:appeal_id>/refusal/end")
@only(*ANSWERERS)
def drop_refusal(poll_id: int, appeal_id: int) -> Response:
    appeal = _find(find_poll(poll_id), appeal_id)
    roll_appeals.drop_refusal(appeal.id, acting_office(roles.CHANGES_POLLS), act())
    return pages.done(url_for(".desk", poll_id=poll_id, _anchor=f"appeal-{appeal.id}"))


def _open_poll(poll_id: int) -> Poll:
    """Return a vote whose roll can still be added to. Raises Refused."""
    poll = find_poll(poll_id)
    if poll.meeting_poll is not None:
        raise Refused(Reason.VOTE_OF_MEETING)
    if state_of(poll) not in (PollState.ANNOUNCED, PollState.OPEN):
        raise Refused(Reason.POLL_CLOSED)
    return poll


def _silent(key: str) -> Act:
    """Return the act of an appellant: no log names them, signed in or not."""
    return Act(village().id, None, now(), language=i18n.tag(), key=key)


def _code(key: str) -> str:
    """Return the code of the appeal that a form makes: the same for a retry, and stored nowhere."""
    drawn = int(crypto.mark("appeal-code-of", key), 16)
    signs = []
    for _ in range(rules.CODE_LENGTH):
        drawn, rest = divmod(drawn, len(codes.ALPHABET))
        signs.append(codes.ALPHABET[rest])
    return "".join(signs)


def _made(poll: Poll, appeal: RollAppeal, key: str) -> Response:
    return pages.page("polls/roll_appeals/made.html", poll=poll, appeal=appeal, code=_code(key))


def _find(poll: Poll, appeal_id: int) -> RollAppeal:
    appeal = db.session.get(RollAppeal, appeal_id)
    if appeal is None or appeal.poll_id != poll.id:
        abort(404)
    return appeal


def _form(poll: Poll, values: Mapping[str, str], mistakes: Mapping[str, str], status: int = 200) -> Response:
    filled = {"key": secrets.token_urlsafe(18), **values}
    by = rules.answer_by(now(), closes_at=poll.closes_at)
    return pages.page("polls/roll_appeals/new.html", status, poll=poll, by=by, values=filled, mistakes=mistakes)


def _desk(poll: Poll, values: dict[str, str], mistakes: dict[str, str], status: int = 200) -> Response:
    """Show the appeals in a vote to the officers who answer them; those of their own house to others only."""
    me = person_or_none()
    waiting = poll_changes.waiting(poll.id, now=now())
    opened = roll_appeals.opened(poll.id)
    refusers = [one.row.refused_by for one in opened if one.row.refused_by is not None]
    context: dict[str, Any] = {
        "appeals": [
            (one, roll_appeals.state_of(one.row).value, me is not None and one.row.household_id == me.household_id)
            for one in opened
        ],
        "additions": roll_appeals.waiting_changes(poll.id, waiting),
        "open": poll.meeting_poll is None and state_of(poll) in (PollState.ANNOUNCED, PollState.OPEN),
        "names": person_queries.names(refusers),
        "version": versions.token(poll_changes.shown_parts(poll)),
    }
    filled = {"key": secrets.token_urlsafe(18), **values}
    return pages.page("polls/roll_appeals/desk.html", status, poll=poll, values=filled, mistakes=mistakes, **context)
