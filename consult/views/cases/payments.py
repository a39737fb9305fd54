"""What was paid or done on one day, in one table: a line for each obligation, one sending."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, request, url_for

from consult.domain import versions
from consult.domain.cases import act_checks, rules, shown
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.agreements.obligations import Obligation
from consult.domain.cases.agreements.payment_table import read_payments
from consult.domain.cases.states import DESK
from consult.domain.cases.writing_once.carried import as_typed_yuan
from consult.domain.refusals import Refused
from consult.services.cases import transitions
from consult.services.cases.reading import Opened
from consult.services.cases.transitions import Transition
from consult.services.core.acts import Act
from consult.views.cases.common import find_case, no_store, note_access
from consult.web import access, errors, pages
from consult.web.access import person, signed_in_only, today
from consult.web.forms import key_from
from consult.web.words import refusal_words
from consult.web.words.cases import case_agreement_words, case_page_words

bp = no_store(Blueprint("case_payments", __name__))


@bp.get("/<slug>/cases/<address>/payments")
@signed_in_only
def show(address: str) -> Response:
    """Show what is still owed, each with what is left of it; nothing is ticked."""
    case = find_case(address)
    rules.refuse_unless_offered(CaseAct.PERFORM, case.state, case.part, case.situation)
    note_access(case, "page")
    left = {f"amount_{row.number}": as_typed_yuan(row.left_fen) for row in open_rows(case)}
    return _page(case, {"key": secrets.token_urlsafe(18), "on": today().isoformat(), **left}, {})


@bp.post("/<slug>/cases/<address>/payments")
@signed_in_only
def enter(address: str) -> Response:
    """Enter each ticked line as an entry of its own, all or none; a line that cannot stand is named."""
    case, form = find_case(address), request.form.to_dict()
    key, again = key_from(form), {**form, "key": key_from(form)}
    home = url_for("case_pages.show", address=case.row.address)
    if transitions.written(case, f"{key}:1"):
        return pages.done(home)
    rules.refuse_other_part(CaseAct.PERFORM, case.part)
    try:
        rules.refuse_unless_offered(CaseAct.PERFORM, case.state, case.part, case.situation)
        versions.refuse_unless_same(access.act(key).seen, shown.parts_of(case.situation, CaseAct.PERFORM))
        if "all_paid" in form and case.part in DESK:
            return _page(case, again | {f"paid_{row.number}": "1" for row in open_rows(case)}, {})
        paid, mistakes = read_payments(form, open_rows(case), today())
        if mistakes:
            return _page(case, again, case_page_words.mistakes(mistakes), status=422)
        steps = [Transition(CaseAct.PERFORM, one) for one in paid]
        if wrong := _refused_lines(case, steps, access.act(key)):
            return _page(case, again, wrong, status=422)
        transitions.do_each(case, steps, access.act(key))
    except Refused as refusal:
        return errors.shown_again(refusal, lambda said, status: _page(find_case(address), again, said, status))
    return pages.done(home)


def open_rows(case: Opened) -> list[Obligation]:
    """Return the obligations that are open and of which the reader may say that they were done."""
    return act_checks.open_rows(case.situation, case.actor(person()), today())


def _refused_lines(case: Opened, steps: Sequence[Transition], act: Act) -> dict[str, str]:
    """Return why single lines cannot stand, by their fields; none where all can, or where no line alone is the reason."""
    try:
        transitions.foreseen(case, steps, act)
    except Refused:
        return {
            f"paid_{step.facts['row']}": refusal_words.refusal(why)
            for step in steps
            if (why := _refusal(case, step, act)) is not None
        }
    return {}


def _refusal(case: Opened, step: Transition, act: Act) -> Refused | None:
    try:
        transitions.foreseen(case, [step], act)
    except Refused as refusal:
        return refusal
    return None


def _page(case: Opened, values: Mapping[str, Any], said: Mapping[str, str], status: int = 200) -> Response:
    s, rows = case.situation, open_rows(case)
    lines = {row.number: case_agreement_words.obligation(s, row) for row in rows}
    return pages.page(
        "cases/payments.html",
        status,
        case=case,
        desk=case.part in DESK,
        rows=rows,
        lines=lines,
        values=values,
        mistakes=said,
        version=versions.token(shown.parts_of(s, CaseAct.PERFORM)),
        words=case_page_words,
        labels={"on": case_page_words.field("on", CaseAct.PERFORM)}
        | {f"{name}_{number}": line for number, line in lines.items() for name in ("paid", "amount")},
    )
