"""The ways in of the reader's house: numbers, cards, what waits; and one tap to say that was not us."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, abort, url_for
from sqlalchemy import select

from consult.domain.people.own_data import ENDS_WAYS_IN
from consult.domain.people.right_changes import WAITS, RightKind, numbers
from consult.domain.phone_numbers import masked_phone
from consult.models import HouseholdCard, Person, RightChange, db
from consult.models.people import right_queries
from consult.services.people import cards, data_requests, right_lists, rights, villages, ways_in
from consult.services.people.representatives import adults_of
from consult.views.people.rights import described
from consult.web import pages
from consult.web.access import act, members_only, now, person, signed_in_only, today, village
from consult.web.words.people import right_words

bp = Blueprint("ways_in", __name__)
SHOWN_FOR = timedelta(days=90)
KINDS = WAITS | {RightKind.OFFICE_GIVEN}


@bp.get("/<slug>/ways-in/", endpoint="show")
@signed_in_only
def show_ways_in() -> Response:
    """Show the ways in of the reader's house and its changes; to an officer off the roll the changes about themselves."""
    since = now() - SHOWN_FOR
    if person().household_id is None:
        mine = right_queries.of_person(person().id, KINDS, since=since)
        return pages.page("people/ways_in/mine.html", changes=_described(mine), states=right_words.STATES)
    home = villages.home_of(person()).id
    found = right_queries.of_household(home, KINDS, since=since)
    mine = [one for one in found if one.kind is not RightKind.OFFICE_GIVEN or one.person_id == person().id]
    return pages.page(
        "people/ways_in/show.html",
        changes=_described(mine),
        withdrawn=cards.withdrawn_lately(home, now=now(), on=today()),
        back_days=numbers().card_back.days,
        losses={why.value: words for why, words in right_words.LOSSES.items()},
        cards=[card for card in cards.of_household(home) if card.claimed_at is not None],
        numbers=[(one.name, _masked(one)) for one in adults_of(home, on=today())],
        erasures=data_requests.erasures_of_house(home),
        states=right_words.STATES,
    )


@bp.post("/<slug>/ways-in/changes/<int:change_id>/stop")
@signed_in_only
def stop(change_id: int) -> Response:
    """Say that was not me, or not us."""
    query = select(RightChange.id).where(RightChange.id == change_id, RightChange.village_id == village().id)
    rights.stop(db.one_or_404(query), act())
    return pages.done(url_for(".show"))


@bp.post("/<slug>/ways-in/erasures/<int:request_id>/stop")
@members_only
def stop_erasure(request_id: int) -> Response:
    """Say that nobody of the house asked for this erasure."""
    asked = data_requests.find(village().id, request_id)
    if asked is None or asked.kind not in ENDS_WAYS_IN:
        abort(404)
    rights.stop_erasure(asked, act())
    return pages.done(url_for(".show"))


@bp.post("/<slug>/ways-in/cards/<int:card_id>/stop")
@members_only
def stop_card(card_id: int) -> Response:
    """Withdraw a card of one's house that somebody else claimed."""
    query = select(HouseholdCard.id).where(HouseholdCard.id == card_id, HouseholdCard.village_id == village().id)
    if db.session.scalar(query) is None:
        abort(404)
    rights.end_card(card_id, act())
    return pages.done(url_for(".show"))


@bp.post("/<slug>/ways-in/cards/<int:card_id>/return")
@members_only
def bring_back_card(card_id: int) -> Response:
    """Let a card of one's house open again that an officer withdrew."""
    query = select(HouseholdCard.id).where(HouseholdCard.id == card_id, HouseholdCard.village_id == village().id)
    if db.session.scalar(query) is None:
        abort(404)
    rights.bring_back_card(card_id, act())
    return pages.done(url_for(".show"))


def _described(changes: Sequence[RightChange]) -> list[tuple[Any, ...]]:
    """Return changes with their words, and whether the reader may say no to them."""
    return [(one, *described(one.change), _stoppable(one)) for one in right_lists.shown(changes, village(), now())]


def _stoppable(one: right_lists.Waiting) -> bool:
    undone = one.state == "applied" and rights.may_undo(one.change, now())
    live = one.state == "waiting" or undone
    return live and rights.may_stop(one.change, person(), on=today())


def _masked(one: Person) -> str:
    number = ways_in.number_of(one)
    return masked_phone(number) if number else ""
