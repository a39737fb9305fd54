"""The words for what an applicant wants (申请事项): questions of the filing, lines of the case and of the application."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from consult.domain.cases.acts import CaseAct
from consult.domain.cases.situation import ActEntry
from consult.domain.cases.writing_once.claims import FIELDS
from consult.web import filters
from consult.web.words.lists import DOT, clauses

WANTS: dict[str, LazyString] = {
    "stop": _l("that it stops"),
    "give_back": _l("that what was taken is given back"),
    "mark_boundary": _l("that the boundary is marked together"),
    "compensate": _l("money for the damage"),
    "put_right": _l("that it is put right"),
    "clear_way": _l("that the way is cleared"),
    "support": _l("support in money"),
    "divide": _l("that it is divided"),
    "look_after": _l("that somebody is looked after"),
    "apologise": _l("an apology"),
    "let_through": _l("that the water is let through"),
    "share_water": _l("turns for the water"),
    "pay_wages": _l("wages"),
    "repay_loan": _l("a loan paid back"),
    "pay_goods": _l("payment for goods or work"),
}
ASKS: dict[str, LazyString] = {
    "where": _l("Where exactly?"),
    "which": _l("Which months, which delivery, which loan?"),
    "whom": _l("For whom?"),
    "": _l("Where, which months, or for whom?"),
}


def wants(codes: Sequence[str]) -> list[tuple[str, str]]:
    """Return what may be chosen, as code and words."""
    return [(code, str(WANTS[code])) for code in codes]


def asks(code: str) -> str:
    """Return the question that goes with the topic of a matter."""
    return str(ASKS[code])


def labels(question: str) -> dict[str, str]:
    """Return what the fields are called, for the list of mistakes."""
    return {
        "claim": str(_("What do you want?")),
        "wish": str(_("In your own words")),
        "claim_amount": str(_("How much, in yuan?")),
        "claim_detail": question,
        "claim_since": str(_("Since when?")),
    }


def typed(facts: Mapping[str, Any]) -> dict[str, str]:
    """Return the fields of a claim as somebody would have typed them."""
    found = {name: str(facts[name]) for name in FIELDS if facts.get(name)}
    if isinstance(facts.get("claim_amount"), int):
        found["claim_amount"] = filters.yuan(facts["claim_amount"])
    return found


def lines(facts: Mapping[str, Any]) -> list[str]:
    """Return what is asked for, one claim a line; empty where nothing was said.

    How much, where or for whom, and since when belong to the claim: they are no claims of their own.
    """
    claim = [str(WANTS[facts["claim"]])] if facts.get("claim") in WANTS else []
    about = [str(_("%(amount)s yuan", amount=filters.yuan(facts["claim_amount"])))] if facts.get("claim_amount") else []
    about += [str(facts["claim_detail"])] if facts.get("claim_detail") else []
    about += [str(_("since %(when)s", when=facts["claim_since"]))] if facts.get("claim_since") else []
    wish = [str(facts["wish"])] if facts.get("wish") else []
    first, *more = claim or wish or [""]
    return [one for one in (clauses([*filter(None, (first,)), *about]), *more, *(wish if claim else [])) if one]


def wanted(entries: Sequence[ActEntry]) -> str:
    """Return what the applicant asked for when the case was brought, one sentence a line."""
    said = next((one.facts for one in entries if one.act is CaseAct.STATEMENT and "way" in one.facts), {})
    return "\n".join(lines(said))


def owed() -> str:
    """Return what is done in a row that has an amount of a list and no words yet."""
    return str(_("pays what is owed"))


def notes(entries: Sequence[ActEntry], *, unread: bool) -> list[str]:
    """Return what the desk is reminded of above a form: what is asked for, and sums that stand in no line yet."""
    asked = wanted(entries).replace("\n", DOT)
    found = [str(_("The applicant asks for: %(what)s", what=asked))] if asked else []
    if unread:
        found.append(str(_("A sum stands in the proposal. Who pays it to whom and by when is for you to fill in.")))
    return found
