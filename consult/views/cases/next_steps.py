"""The next form after an act of the desk: one tap from page to page, by what the case is then."""

from collections.abc import Mapping

from flask import url_for

from consult.domain.cases.acts import CaseAct
from consult.domain.cases.facts import unsigned
from consult.domain.cases.states import DESK, IN_WORK, NEW, CaseState
from consult.services.cases.reading import Opened
from consult.views.cases import pages as case_pages

GO_ON = "then"
"""The button that writes an act down and opens the next form."""
NEXT: dict[CaseState, CaseAct] = {
    CaseState.CLUE: CaseAct.APPLY,
    CaseState.APPLIED: CaseAct.ACCEPT,
    CaseState.ACCEPTED: CaseAct.TAKE_ON,
    CaseState.ASSIGNED: CaseAct.HOLD_SESSION,
    CaseState.INVESTIGATING: CaseAct.HOLD_SESSION,
    CaseState.AGREED_ORALLY: CaseAct.PERFORM,
    CaseState.AGREED_IN_WRITING: CaseAct.SIGN,
    CaseState.FOLLOWED_UP: CaseAct.CLOSE,
    CaseState.CLOSED: CaseAct.ARCHIVE,
}
LEADS_ON = frozenset(
    {
        CaseAct.APPLY,
        CaseAct.ACCEPT,
        CaseAct.TAKE_ON,
        CaseAct.ADD_PARTY,
        CaseAct.ADD_PARTIES,
        CaseAct.ADD_GUARDIAN,
        CaseAct.IDENTIFY,
        CaseAct.CONSENT,
        CaseAct.INVESTIGATE,
        CaseAct.HOLD_SESSION,
        CaseAct.AGREE,
        CaseAct.FOLLOW_UP,
        CaseAct.CLOSE,
    }
)
"""Acts after which something is usually done at once."""


def goes_on(case: Opened, act: CaseAct) -> bool:
    """Tell whether the form of an act has the button that opens the next one."""
    return case.part in DESK and act in LEADS_ON


def address_after(case: Opened, form: Mapping[str, str]) -> str:
    """Return where an act leads: to the next form if that was wished and there is one, else to the case."""
    home = url_for("case_pages.show", address=case.row.address)
    if GO_ON not in form or case.part not in DESK:
        return home
    s = case.situation
    mine = case_pages.able(case, s)
    missing = case_pages.missing_people(s, mine) if case.state in NEW | IN_WORK and s.mediators else []
    if missing:
        return _form(case, missing[0])
    if s.mediators and case_pages.answers_wanted(case, s):
        return url_for("case_consents.show", address=case.row.address)
    act = NEXT.get(case.state)
    if case.state is CaseState.MEDIATING and _agreed_in_session(case):
        act = CaseAct.AGREE
    if act is CaseAct.SIGN and not unsigned(s):
        act = None
    return _form(case, act) if act in mine else home


def _agreed_in_session(case: Opened) -> bool:
    held = [one for one in case.entries if one.act is CaseAct.HOLD_SESSION]
    return bool(held) and held[-1].facts.get("result") == "agreed"


def _form(case: Opened, act: CaseAct | None) -> str:
    return url_for("case_acts.new", address=case.row.address, act=act.value if act else "")
