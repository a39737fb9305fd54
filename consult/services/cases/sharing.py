"""The part of a handed-up case that the justice office of the town reads: copies of the entries that were chosen.

They are sealed with the office's own key beside its access; no key of the case is among them, so that nothing else opens.
What is chosen, consented to or taken back changes the copies at once.
"""

from typing import Any

from consult.domain.cases.acts import CaseAct
from consult.domain.cases.confidence import sharing
from consult.domain.cases.situation import PlannedAct
from consult.domain.cases.states import CaseRole
from consult.models import CaseReader, db
from consult.services.cases import keys, membership, reading
from consult.services.cases.keys import Keyring
from consult.services.cases.reading import Opened
from consult.services.core.acts import Act


def cover_talk(case: Opened, planned: PlannedAct, by: Act) -> dict[str, Any]:
    """Return a consent with the entries that it covers: all that the party had said until now."""
    whole = case if case.keys.root else reading.as_head(case.row)
    party, entries = int(planned.facts["party"]), whole.written if whole is not None else case.written
    covers = sharing.talk_of(entries, planned.before, party) if planned.facts["answer"] == "yes" else []
    return {**planned.facts, "covers": covers}


def consents(case: Opened, planned: PlannedAct) -> list[dict[str, Any]]:
    """Return the consents that the desk wrote down with a hand-up, one for each party: of their own talk alone."""
    how = planned.facts.get("talk_how") or ""
    found = []
    for party in planned.facts.get("talk_of") or ():
        covers = sharing.talk_of(case.written, planned.before, int(party))
        found.append({"party": int(party), "answer": "yes", "how": how, "covers": covers})
    return found


def held_by_office(case: Opened) -> Keyring | None:
    """Return the keys of the justice office to a case; None where it does not read it."""
    office = keys.of_justice_office(case.row.village_id)
    row = db.session.get(CaseReader, (case.row.id, keys.mark(office)))
    return keys.unwrap(office, row.wrapped) if row is not None and row.wrapped else None


def reads_all(case: Opened) -> bool:
    """Tell whether the justice office reads everything: it stands in where no officer of the village may take the case."""
    held = held_by_office(case)
    return held is not None and bool(held.root) and not _was_handed_up(case)


def _was_handed_up(case: Opened) -> bool:
    return any(one.act is CaseAct.ESCALATE and one.facts.get("as") != CaseRole.JUSTICE_OFFICE for one in case.written)


def renew(case: Opened) -> None:
    """Give the justice office copies of exactly the entries that it may read now. In the unit of work at hand."""
    held = held_by_office(case)
    whole = case if case.keys.root and case.part is not CaseRole.JUSTICE_OFFICE else reading.as_head(case.row)
    if whole is None or (held is not None and held.root and not _was_handed_up(whole)):
        return
    if held is None and not any(one.act is CaseAct.ESCALATE for one in whole.written):
        return
    allowed = sharing.read_by_town(whole.entries, whole.situation)
    named = {"title": whole.situation.title} if whole.situation.danger is not None else {}
    shared = {
        str(one.number): {**one.facts, **named} if "title" in one.facts else one.facts
        for one in whole.entries
        if one.number in allowed
    }
    line = {**reading.line_of(case.row.cipher, whole.keys), "title": whole.situation.title}
    line.pop("opening", None)  # the applicant's own first words, which the village's desk sees until it is accepted
    office = keys.of_justice_office(case.row.village_id)
    keyring = Keyring(shared={"line": line, "entries": shared})
    membership.grant_access(case.row.id, case.row.village_id, office, CaseRole.JUSTICE_OFFICE, keyring)
