"""A quarrel that is really a village matter: with both parties' consent it goes to the talk, without a name."""

from datetime import datetime
from typing import Any

from consult.domain.cases import rules
from consult.domain.cases.acts import CaseAct
from consult.domain.refusals import Reason, Refused
from consult.domain.search import plain
from consult.domain.talk.consultations import Draft
from consult.domain.talk.phases import Phase
from consult.models import Person
from consult.services.cases import filing, transitions
from consult.services.cases.reading import Opened
from consult.services.cases.transitions import Transition
from consult.services.core import crypto, transactions
from consult.services.core.acts import Act
from consult.services.talk import consultations


def names_in(case: Opened, text: str) -> list[str]:
    """Parties whose names, or given names of two characters, stand in a text that everybody would read."""
    read = plain(text).replace(" ", "")
    return [party.name for party in case.situation.present() if any(one in read for one in _forms(party.name))]


def _forms(name: str) -> list[str]:
    whole = plain(name).replace(" ", "")
    return [whole, whole[1:]] if len(whole) >= LONG_NAME else [whole]


LONG_NAME = 3


def _key(case: Opened, key: str) -> str:
    """Of the consultation: it must not lead from the consultation to the case."""
    return crypto.mark("case-raised", f"{case.row.id}:{key}")[:40]


def to_village(case: Opened, facts: dict[str, Any], actor: Person, *, language: str, key: str, now: datetime) -> int:
    """Opens the consultation and notes it in the case. Returns its id. The same key does it once. Raises Refused."""
    if named := names_in(case, facts["topic"] + facts["summary"]):
        raise Refused(Reason.CASE_NAMES_IN_IT, names=named)
    rules.refuse_unless_offered(CaseAct.RAISE, case.state, case.part, case.situation)
    words = Draft(facts["topic"], facts["summary"], facts["summary"], None, ())
    opened = consultations.open_consultation(
        words, [], Act.of(actor, now=now, language=language, key=_key(case, key)), group_ids=[], phase=Phase.DISCUSS
    )
    transactions.begin_writing()
    filing.link(case, opened.id)
    transitions.do(case, Transition(CaseAct.RAISE, {**facts, "consultation": opened.id}), actor, key=key, now=now)
    return opened.id
