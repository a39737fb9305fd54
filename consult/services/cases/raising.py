"""Raise a dispute that is really a village matter: with both parties' consent it goes to the talk, without a name."""

from dataclasses import replace

from consult.domain.cases.situation import Facts
from consult.domain.refusals import Reason, Refused
from consult.domain.search import plain
from consult.domain.talk.consultations import Draft
from consult.domain.talk.phases import Phase
from consult.models import CaseLink, db
from consult.services.cases import keys
from consult.services.cases.reading import Opened
from consult.services.core import crypto
from consult.services.core.acts import Act
from consult.services.core.transactions import atomic
from consult.services.talk import consultations

LONG_NAME = 3
"""Of a name of so many characters, the given name alone tells who is meant."""


def names_in(case: Opened, text: str) -> list[str]:
    """Return the parties whose names, or given names of two characters, stand in a text that everybody would read."""
    read = plain(text).replace(" ", "")
    return [party.name for party in case.situation.present() if any(one in read for one in _forms(party.name))]


def _forms(name: str) -> list[str]:
    whole = plain(name).replace(" ", "")
    return [whole, whole[1:]] if len(whole) >= LONG_NAME else [whole]


@atomic
def open_consultation(case: Opened, facts: Facts, act: Act) -> int:
    """Open a consultation about the topic of a case and link the two. Returns its id. Raises Refused for names in it.

    Part of the act RAISE (services.cases.act_records): the entry in the case is written in the same unit of work.
    """
    if named := names_in(case, facts["topic"] + facts["summary"]):
        raise Refused(Reason.CASE_NAMES_IN_IT, names=named)
    words = Draft(facts["topic"], facts["summary"], facts["summary"], None, ())
    own = replace(act, key=_key(case, act.key))
    opened = consultations.open_consultation(words, [], own, group_ids=[], phase=Phase.DISCUSS)
    link(case, opened.id)
    return opened.id


def _key(case: Opened, key: str) -> str:
    """Return the consultation's own key: it must not lead from the consultation to the case."""
    return crypto.mark("case-raised", f"{case.row.id}:{key}")[:40]


def link(case: Opened, consultation_id: int) -> None:
    """Note that case and consultation belong together; only those who may read the case are shown it."""
    mark = keys.mark_of_consultation(consultation_id)
    if db.session.get(CaseLink, (case.row.id, mark)) is None:
        db.session.add(CaseLink(case_id=case.row.id, consultation_mark=mark, village_id=case.row.village_id))
        db.session.flush()
