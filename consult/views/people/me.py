"""My own page: how I read, what is mine, what my office lets me do, and where I am signed in."""

from flask import Blueprint, Response, url_for

from consult.domain.people import roles
from consult.models.polls import poll_queries
from consult.models.talk import task_queries
from consult.services.people import sign_ins
from consult.services.people.accounts import switching
from consult.services.site import waiting
from consult.web import pages
from consult.web.access import held_roles, now, offices, person, sign_in, signed_in_only, village

bp = Blueprint("me", __name__)


@bp.get("/<slug>/me", endpoint="show")
@signed_in_only
def show_me() -> Response:
    held, reader = held_roles(), person()
    in_office = bool(offices() - {roles.Role.VILLAGER})
    mine, group = sign_ins.of_person(person(), now=now())
    places = switching.places_of(person(), now=now())
    return pages.page(
        "people/me/show.html",
        places=places,
        names_of_villages={place.person.id: place.village.name for place in places},
        household=person().household,
        group=group,
        counted=poll_queries.newest_counted(person()) if person().household_id else None,
        offices=sorted(role.value for role in offices() - {roles.Role.VILLAGER}),
        to_do=waiting.number_of(village(), reader, held, now=now()) if in_office else 0,
        tasks=task_queries.mine(reader.id) if in_office else [],
        counts=poll_queries.to_count(village().id, now=now()) if roles.holds_any(held, roles.COUNTS_BALLOTS) else [],
        keeps_the_roll=roles.holds_any(held, roles.KEEPS_THE_ROLL),
        settles=roles.holds_any(held, roles.SETTLES_RIGHTS),
        reads_hidden=roles.holds_any(held, roles.READS_HIDDEN),
        writes=roles.holds_any(held, roles.WRITES_CONSULTATIONS),
        sign_ins=mine,
        this_sign_in=sign_in().id,
    )


@bp.post("/<slug>/me/sign-ins/<int:sign_in_id>/end")
@signed_in_only
def end_sign_in(sign_in_id: int) -> Response:
    sign_ins.end_own(person(), sign_in_id, now=now())
    return pages.done(url_for(".show") + "#sign-ins")


@bp.post("/<slug>/me/sign-ins/others/end")
@signed_in_only
def end_other_sign_ins() -> Response:
    sign_ins.end_others(person(), sign_in().id, now=now())
    return pages.done(url_for(".show") + "#sign-ins")
