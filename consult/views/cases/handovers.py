"""Hand a caseload to a colleague: whose, to whom, a note; then each case with its hints; then it is done."""

import secrets
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request, url_for

from consult.domain.cases.acts import Field, FieldKind
from consult.domain.cases.forms import Offered, SentForm, read_act_form
from consult.domain.form_errors import FormError
from consult.domain.numbers import read_id
from consult.domain.people import roles
from consult.domain.refusals import Refused
from consult.services.cases import membership
from consult.services.cases.office import handing_over
from consult.services.cases.office.handing_over import Held
from consult.views.cases.common import no_store, reader
from consult.web import errors, pages
from consult.web.access import act, only, person, today, village
from consult.web.forms import key_from
from consult.web.words.cases import case_page_words

bp = no_store(Blueprint("case_handovers", __name__))
NOTE = Field("note", FieldKind.TEXT, needed=False)


@bp.get("/<slug>/cases/handover")
@only(*sorted(roles.MEDIATES))
def new() -> Response:
    """Show whose cases can be handed over, and what is still in their hands."""
    chosen = request.args.get("giver", "")
    return _page({"key": secrets.token_urlsafe(18), **({"giver": chosen} if read_id(chosen) else {})}, {})


@bp.post("/<slug>/cases/handover")
@only(*sorted(roles.MEDIATES))
def create() -> Response:
    """Show what would be handed over, with the hints of each case; with `sure`, hand it over."""
    form = request.form.to_dict()
    again = {"key": key_from(form), **form}
    giver, taker, wrong = _chosen(form)
    said, mistakes = read_act_form([NOTE], SentForm(form), Offered((), (), ()), today())
    wrong |= mistakes
    if wrong:
        return _page(again, case_page_words.mistakes(wrong), status=422)
    held = handing_over.held_by(reader(), giver, on=today(), taker=taker)
    if not form.get("sure"):
        return _page(again, {}, held=held)
    try:
        handing_over.hand_over(held, giver, taker, said["note"] or "", act(key_from(form)))
    except Refused as refusal:
        return errors.shown_again(refusal, lambda said, status: _page(again, said, status, held=held))
    return pages.done(url_for(".new", giver=giver))


def _chosen(form: Mapping[str, str]) -> tuple[int, int, dict[str, FormError]]:
    """Return whose cases go to whom, and the mistakes."""
    giver, taker = read_id(form.get("giver", "")) or 0, read_id(form.get("taker", "")) or 0
    wrong: dict[str, FormError] = {}
    givers = [one for one, _ in _givers()]
    giver = givers[0] if len(givers) == 1 else giver  # nobody else is offered
    if giver not in givers:
        wrong["giver"] = FormError.NOT_OFFERED
    if taker not in {one for one, _ in _takers()} or taker == giver:
        wrong["taker"] = FormError.NOT_OFFERED
    return giver, taker, wrong


def _givers() -> list[tuple[int, str]]:
    """Return whose cases the reader may hand over: their own, as head those of everybody who has any."""
    mine = (person().id, person().name)
    if not reader().heads:
        return [mine]
    return [mine, *(one for one in handing_over.givers(village().id) if one[0] != person().id)]


def _takers() -> list[tuple[int, str]]:
    return membership.officers(village().id, on=today())


def _page(
    values: Mapping[str, Any], mistakes: dict[str, str], status: int = 200, *, held: list[Held] | None = None
) -> Response:
    givers = _givers()
    chosen = read_id(str(values.get("giver", ""))) or (givers[0][0] if len(givers) == 1 else 0)
    in_hand = handing_over.held_by(reader(), chosen, on=today()) if held is None and chosen else []
    return pages.page(
        "cases/handover.html",
        status,
        values={**values, "giver": str(chosen or "")},
        mistakes=mistakes,
        givers=[(str(one), name) for one, name in givers],
        takers=[(str(one), name) for one, name in _takers() if one != chosen or len(givers) > 1],
        held=held,
        in_hand=in_hand,
        names={str(one): name for one, name in [*givers, *_takers()]},
        hints=_hints,
        words=case_page_words,
    )


def _hints(one: Held, name: str) -> list[str]:
    """Say why a case is left out."""
    return case_page_words.closeness(name, one.close, one.case.situation) if one.close is not None else []
