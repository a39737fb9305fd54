"""The answers of all parties in one table: whether they want mediation, how they said so, and when."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, request

from consult.domain import versions
from consult.domain.cases import rules, shown
from consult.domain.cases.acts import CaseAct
from consult.domain.cases.parties.consent_table import read_answers
from consult.domain.cases.states import DESK
from consult.domain.refusals import Reason, Refused
from consult.services.cases import transitions
from consult.services.cases.reading import Opened
from consult.services.cases.transitions import Transition
from consult.views.cases import next_steps
from consult.views.cases.common import find_case, no_store, note_access
from consult.web import access, errors, pages
from consult.web.access import signed_in_only, today
from consult.web.forms import key_from
from consult.web.words.cases import case_page_words

bp = no_store(Blueprint("case_consents", __name__))


@bp.get("/<slug>/cases/<address>/consents")
@signed_in_only
def show(address: str) -> Response:
    """Show the table, filled in with the answers there are."""
    case = _of_the_desk(address)
    rules.refuse_unless_offered(CaseAct.CONSENT, case.state, case.part, case.situation)
    note_access(case, "page")
    return _page(case, {"key": secrets.token_urlsafe(18), "on": today().isoformat()}, {})


@bp.post("/<slug>/cases/<address>/consents")
@signed_in_only
def enter(address: str) -> Response:
    """Enter each answer as an entry of its own. A no is asked about once more: what follows from it."""
    case, form = _of_the_desk(address), request.form.to_dict()
    key, again = key_from(form), {**form, "key": key_from(form)}
    if transitions.written(case, f"{key}:1"):
        return pages.done(next_steps.address_after(case, form))
    try:
        rules.refuse_unless_offered(CaseAct.CONSENT, case.state, case.part, case.situation)
        if "all_yes" in form:
            return _page(case, {**again, **{f"answer_{one.number}": "yes" for one in case.situation.sides()}}, {})
        answers, mistakes = read_answers(form, [one.number for one in case.situation.sides()], today())
        if mistakes:
            return _page(case, again, case_page_words.mistakes(mistakes), status=422)
        steps = [Transition(CaseAct.CONSENT, {**one, "sure": bool(form.get("sure"))}) for one in answers]
        if any(rules.wants_second_look(step.act, step.facts) for step in steps):
            state, after = transitions.foreseen(case, steps, access.act(key))
            return _page(case, again, {}, follows=case_page_words.what_follows(case.situation, after, state))
        transitions.do_each(case, steps, access.act(key))
    except Refused as refusal:
        return errors.shown_again(refusal, lambda said, status: _page(find_case(address), again, said, status))
    return pages.done(next_steps.address_after(find_case(address), form))


def _of_the_desk(address: str) -> Opened:
    """Return a case of which the reader is the desk. Raises Refused for others of the case."""
    case = find_case(address)
    if case.part not in DESK:
        raise Refused(Reason.CASE_OTHER_PART)
    return case


def _page(
    case: Opened,
    values: Mapping[str, Any],
    said: Mapping[str, str],
    status: int = 200,
    *,
    follows: Sequence[str] = (),
) -> Response:
    s = case.situation
    return pages.page(
        "cases/consents.html",
        status,
        case=case,
        s=s,
        rows=[(one, case_page_words.speaks(s, one, today())) for one in s.sides()],
        values=values,
        mistakes=said,
        follows=follows,
        version=versions.token(shown.parts_of(s, CaseAct.CONSENT)),
        words=case_page_words,
        labels={
            "on": case_page_words.field("on", CaseAct.CONSENT),
            "how": case_page_words.field("how", CaseAct.CONSENT),
        }
        | {f"answer_{one.number}": one.name for one in s.sides()}
        | {f"how_{one.number}": one.name for one in s.sides()},
    )
